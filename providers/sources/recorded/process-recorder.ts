/** Takes samples of the processes of a machine. */

import { isErrno } from '../../../fs/errno.ts';
import { S_IFDIR } from '../../../fs/stat.ts';
import type { DirectoryEntry, Entry } from './entry.ts';
import { sameEntry } from './entry.ts';
import { OF_PROCESS, OF_THREAD, isLeftOut } from './left-out.ts';
import type { EntryReader, RecordedRoot } from './reader.ts';

const WITHOUT_THREADS: ReadonlySet<string> = new Set(['task']);
const WITH_NETWORK_OF_PROCESS: ReadonlySet<string> = new Set([...OF_PROCESS, 'net']);

/**
 * Most of what there is of threads is as in their process, and of network namespaces there are few: it is recorded once, and
 * the directories of others have its names besides their own.
 */
export class ProcessRecorder {
  readonly #reader: EntryReader;
  readonly #proc: RecordedRoot;
  /** The directory that a network namespace was recorded in. */
  readonly #networks = new Map<string, string>();

  constructor(reader: EntryReader, proc: RecordedRoot) {
    this.#reader = reader;
    this.#proc = proc;
  }

  /** Begins a sample. */
  begin(): void {
    this.#networks.clear();
  }

  /** Adds a process with its threads; nothing of one that ends meanwhile. */
  record(id: number, into: Entry[]): void {
    const path = String(id);
    const { calls } = this.#reader;
    const before = calls.lstat(this.#proc.root, path);
    if (isErrno(before)) return;
    const own: Entry[] = [];
    const network = this.#recordDirectory(path, false, own, WITHOUT_THREADS);
    if (network !== undefined) this.#networks.set(network, `${this.#proc.prefix}${path}/net`);
    const threads = this.#threads(id, own);
    const after = calls.lstat(this.#proc.root, path);
    // As long as it is the same, so is the process: another one that got the id has a directory of its own.
    if (isErrno(after) || after.ino !== before.ino) {
      if (network !== undefined) this.#networks.delete(network);
      return;
    }
    for (const entry of own) into.push(entry);
    for (const entry of threads) into.push(entry);
  }

  /**
   * Adds the directory of a process or thread, without some names, and of another's network only that it is the same. Returns its
   * network namespace, if that was recorded here.
   */
  #recordDirectory(path: string, unlisted: boolean, into: Entry[], without: ReadonlySet<string>): string | undefined {
    const { calls } = this.#reader;
    const directory = this.#reader.entry(this.#proc, path, { unlisted });
    const names = calls.listTypes(this.#proc.root, path);
    if (directory?.kind !== 'directory' || isErrno(names)) return undefined;
    into.push(directory);
    let network: string | undefined;
    for (const { name } of names) {
      if (without.has(name)) continue;
      const below = `${path}/${name}`;
      if (name !== 'net') {
        this.#recordTree(below, into);
        continue;
      }
      const namespace = calls.readlink(this.#proc.root, `${path}/ns/net`);
      const known = isErrno(namespace) ? undefined : this.#networks.get(namespace);
      const entry = known === undefined ? undefined : this.#reader.entry(this.#proc, below);
      if (entry?.kind === 'directory') into.push({ ...entry, other: known });
      else this.#recordTree(below, into);
      if (!entry && !isErrno(namespace)) network = namespace;
    }
    return network;
  }

  /** Adds a path with all that is below it. */
  #recordTree(path: string, into: Entry[]): void {
    const entry = this.#reader.entry(this.#proc, path, { unread: isLeftOut(path) });
    if (!entry) return;
    const names = entry.kind === 'directory' ? this.#reader.calls.list(this.#proc.root, path) : [];
    if (isErrno(names)) return void into.push({ ...(entry as DirectoryEntry), error: names });
    into.push(entry);
    for (const name of names) this.#recordTree(`${path}/${name}`, into);
  }

  /** What there is of a process's threads; `own` is what there is of the process. */
  #threads(id: number, own: readonly Entry[]): Entry[] {
    const { calls } = this.#reader;
    const { prefix, root } = this.#proc;
    const entries: Entry[] = [];
    const list = this.#reader.entry(this.#proc, `${id}/task`);
    const threads = calls.list(root, `${id}/task`);
    if (list?.kind !== 'directory') return [];
    entries.push(isErrno(threads) ? { ...list, error: threads } : list);
    if (isErrno(threads)) return entries;
    const ofProcess = byRelativePath(own, `${prefix}${id}/`);
    for (const name of threads) {
      if (Number(name) !== id) this.#recordThread(name, `${prefix}${id}`, ofProcess, entries);
      this.#recordTask(id, name, ofProcess, entries);
    }
    return entries;
  }

  /** A thread's own directory, which /proc does not list: what it has otherwise than its process. */
  #recordThread(name: string, process: string, ofProcess: ReadonlyMap<string, Entry>, into: Entry[]): void {
    const own: Entry[] = [];
    const network = this.#reader.calls.readlink(this.#proc.root, `${name}/ns/net`);
    const ofItsProcess = ofProcess.get('ns/net');
    const shares = ofItsProcess?.kind === 'link' && ofItsProcess.target === network;
    const alike = shares ? WITH_NETWORK_OF_PROCESS : OF_PROCESS;
    this.#recordDirectory(name, true, own, alike);
    const [directory, ...below] = own;
    if (directory?.kind !== 'directory') return;
    const prefix = `${this.#proc.prefix}${name}/`;
    into.push({ ...directory, other: process });
    const ofThread = byRelativePath(below, prefix);
    const differing = [...ofThread].filter(([path, entry]) => {
      const other = ofProcess.get(path);
      return other === undefined || !sameEntry(entry, other);
    });
    const found = ofThread.get('net');
    const ownNetwork = found?.kind === 'directory' && found.other !== undefined;
    const gone = [...ofProcess.keys()].filter((path) => {
      const [first = ''] = path.split('/', 1);
      // Another network's directory has that one's names.
      return !ofThread.has(path) && !alike.has(first) && !(first === 'net' && ownNetwork);
    });
    this.#put(prefix, ofThread, differing, gone, process, into);
  }

  /** The thread's directory among those of its process. */
  #recordTask(id: number, name: string, ofProcess: ReadonlyMap<string, Entry>, into: Entry[]): void {
    const path = `${id}/task/${name}`;
    const directory = this.#reader.entry(this.#proc, path);
    const names = this.#reader.calls.listTypes(this.#proc.root, path);
    if (directory?.kind !== 'directory' || isErrno(names)) return;
    into.push({ ...directory, other: `${this.#proc.prefix}${name}` });
    const present = new Set(names.map((found) => found.name));
    for (const own of OF_THREAD) if (present.has(own)) this.#recordTree(`${path}/${own}`, into);
    for (const { name: own, type } of names) {
      if (!OF_THREAD.has(own) && !ofProcess.has(own) && type !== S_IFDIR) this.#recordTree(`${path}/${own}`, into);
    }
    const others = new Set([...ofProcess.keys()].filter((other) => !other.includes('/')).concat('task'));
    for (const other of others) if (!present.has(other)) into.push({ kind: 'gone', path: `${this.#proc.prefix}${path}/${other}`, uncovers: false });
  }

  /** Adds what a directory has otherwise than another one, with the directories that it lies in. */
  #put(
    prefix: string,
    all: ReadonlyMap<string, Entry>,
    differing: readonly (readonly [string, Entry])[],
    gone: readonly string[],
    other: string,
    into: Entry[],
  ): void {
    const made = new Set<string>();
    const make = (path: string): void => {
      const slash = path.lastIndexOf('/');
      if (slash < 0) return;
      const above = path.slice(0, slash);
      if (made.has(above)) return;
      make(above);
      made.add(above);
      const entry = all.get(above);
      if (entry?.kind === 'directory') into.push({ ...entry, other: entry.other ?? `${other}/${above}` });
    };
    for (const [path, entry] of differing) {
      if (made.has(path)) continue;
      make(path);
      if (entry.kind !== 'directory') into.push(entry);
      else {
        made.add(path);
        into.push({ ...entry, other: entry.other ?? `${other}/${path}` });
      }
    }
    for (const path of gone) {
      const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      // With a directory goes what is in it.
      if (above !== '' && !all.has(above)) continue;
      make(path);
      into.push({ kind: 'gone', path: prefix + path, uncovers: false });
    }
  }
}

/** Entries by their path below a directory. */
function byRelativePath(entries: readonly Entry[], prefix: string): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) if (entry.path.startsWith(prefix)) found.set(entry.path.slice(prefix.length), entry);
  return found;
}
