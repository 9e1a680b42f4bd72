/** Takes samples of a machine: walks its /proc and /sys as the kernel has them. */

import { SUPERUSER } from '../../../fs/caller.ts';
import { isErrno } from '../../../fs/errno.ts';
import { S_IFDIR } from '../../../fs/stat.ts';
import { DEFAULT_OPTIONS } from '../../linprocfs/options.ts';
import { linprocfs } from '../../linprocfs/tree.ts';
import { type HostCalls, LIVE_CALLS } from '../linux-host/host-calls.ts';
import { HOST_ROOTS, type HostRoots } from '../linux-host/host-files.ts';
import { HostSource } from '../linux-host/host-source.ts';
import type { DirectoryEntry, Entry } from './entry.ts';
import { isLeftOut } from './left-out.ts';
import { ProcessRecorder } from './process-recorder.ts';
import { EntryReader, type RecordedRoot } from './reader.ts';

const LOG = '/dev/kmsg';
/** A file of /sys that is asked for by itself: whether the log has times. */
const LOG_TIMES = 'module/printk/parameters/time';
/** How deep directories may lie in one another: those of /sys do not go half as deep. */
const DEEPEST = 64;

/** What the kernel's log says of who did what is not for everybody. */
export interface RecorderOptions {
  readonly log: boolean;
}

export class Recorder {
  readonly #reader: EntryReader;
  readonly #proc: RecordedRoot;
  readonly #sys: RecordedRoot;
  readonly #source: HostSource;
  readonly #options: RecorderOptions;
  readonly #processes: ProcessRecorder;
  #entries: Entry[] = [];
  /** What the sample has of /sys already. */
  readonly #sysPaths = new Set<string>();

  constructor(options: RecorderOptions = { log: true }, roots: HostRoots = HOST_ROOTS, calls: HostCalls = LIVE_CALLS) {
    this.#reader = new EntryReader(calls);
    this.#options = options;
    this.#proc = { root: roots.proc, prefix: 'proc/' };
    this.#sys = { root: roots.sys, prefix: 'sys/' };
    this.#source = new HostSource(roots, calls);
    this.#processes = new ProcessRecorder(this.#reader, this.#proc);
  }

  /** Everything as it is now; the entry of a directory comes before those of what is in it. */
  sample(): Entry[] {
    this.#entries = [];
    this.#source.invalidate();
    this.#source.view();
    this.#recordProc();
    this.#recordSys();
    this.#entries.push({ ...this.#directory('dev') });
    if (this.#options.log) this.#entries.push(this.#reader.log(LOG, 'dev/kmsg'));
    return this.#entries;
  }

  dispose(): void {
    this.#source.dispose();
  }

  /** A directory that is the recording's own. */
  #directory(path: string): DirectoryEntry {
    const attributes = { mode: S_IFDIR | 0o555, links: 2, uid: 0, gid: 0, size: 0, fileSystem: 0 };
    return { kind: 'directory', path, attributes, unlisted: false, error: 0, other: undefined };
  }

  /** The root of a file system; false where there is none. */
  #recordRoot(place: RecordedRoot): boolean {
    const path = place.prefix.slice(0, -1);
    const root = this.#reader.entry(place, '.');
    this.#entries.push(root?.kind === 'directory' ? { ...root, path } : this.#directory(path));
    return root !== undefined;
  }

  #recordProc(): void {
    const names = this.#recordRoot(this.#proc) ? this.#reader.calls.listTypes(this.#proc.root, '') : [];
    if (isErrno(names)) return;
    const shown = this.#shownNames();
    const processes: number[] = [];
    for (const { name } of names) {
      if (/^\d+$/.test(name)) processes.push(Number(name));
      else this.#recordTree(this.#proc, name, 0, !shown.has(name));
    }
    this.#processes.begin();
    for (const id of processes.sort((a, b) => a - b)) this.#processes.record(id, this.#entries);
  }

  /** What is shown of the directory besides processes: other names are not the kernel's, or not understood, and are not touched. */
  #shownNames(): Set<string> {
    const names = new Set<string>();
    const { root } = linprocfs(this.#source, DEFAULT_OPTIONS);
    root.list?.(0, { add: (name) => names.add(name) !== undefined }, SUPERUSER);
    return names;
  }

  /** A path of /proc with all that is below it. */
  #recordTree(place: RecordedRoot, path: string, depth: number, unread: boolean): void {
    const entry = this.#reader.entry(place, path, { unread: unread || isLeftOut(path) });
    if (!entry) return;
    if (entry.kind !== 'directory') return void this.#entries.push(entry);
    const names = unread || depth > DEEPEST || this.#isMountPoint(entry) ? [] : this.#reader.calls.list(place.root, path);
    if (isErrno(names)) return void this.#entries.push({ ...entry, error: names });
    this.#entries.push(entry);
    for (const name of names) this.#recordTree(place, `${path}/${name}`, depth + 1, false);
  }

  /** Whether another file system is mounted there, of which nothing is recorded. */
  #isMountPoint({ attributes }: DirectoryEntry): boolean {
    const [root] = this.#entries;
    return root !== undefined && root.kind !== 'gone' && attributes.fileSystem !== root.attributes.fileSystem;
  }

  /** Of /sys, what linsysfs knows the meaning of: some of the rest does something when it is read. */
  #recordSys(): void {
    if (!this.#recordRoot(this.#sys)) return;
    this.#sysPaths.clear();
    this.#recordSysDirectory('', 0);
    this.#recordSysPath(LOG_TIMES);
  }

  #recordSysDirectory(path: string, depth: number): void {
    const names = this.#source.sysfs.list(path);
    if (isErrno(names) || depth > DEEPEST) return;
    for (const { name, type } of names) {
      const below = path === '' ? name : `${path}/${name}`;
      this.#recordSysPath(below);
      if (type === S_IFDIR) this.#recordSysDirectory(below, depth + 1);
    }
  }

  /** A path of /sys, with the directories above it that are not there yet: control groups may be mounted further below. */
  #recordSysPath(path: string): void {
    const place = this.#source.sysfs.placeOf(path);
    for (let at = place.indexOf('/'); at >= 0; at = place.indexOf('/', at + 1)) this.#pushSys(place.slice(0, at));
    this.#pushSys(place);
  }

  #pushSys(place: string): void {
    if (this.#sysPaths.has(place)) return;
    const entry = this.#reader.entry(this.#sys, place);
    if (!entry) return;
    this.#sysPaths.add(place);
    this.#entries.push(entry);
  }
}
