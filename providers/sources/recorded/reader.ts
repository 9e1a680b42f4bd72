/** Takes single files of a live host as entries of a recording. */

import { constants } from 'node:fs';
import { EIO, EPIPE, type Errno, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../fs/stat.ts';
import { type HostCalls, type HostStats, READ } from '../linux-host/host-calls.ts';
import type { Entry, FileEntry, RecordedAttributes } from './entry.ts';
import { MAXIMUM_TEXT_BYTES } from './layout.ts';

/** Longer than most files, and shorter than what a parameter refuses to be read by at once. */
const CAPACITY = 1 << 17;
const NOTHING = Buffer.alloc(0);

/** A place of the host, and where it is in the recording. */
export interface RecordedRoot {
  readonly root: string;
  /** `proc/` or `sys/`. */
  readonly prefix: string;
}

export class EntryReader {
  readonly calls: HostCalls;
  #memory: Buffer = Buffer.allocUnsafe(CAPACITY);
  readonly #fileSystems = new Map<number, number>();

  constructor(calls: HostCalls) {
    this.calls = calls;
  }

  /** The attributes as a recording has them. Those of a directory must come before those of what is in it. */
  attributes({ root }: RecordedRoot, path: string, stats: HostStats): RecordedAttributes {
    const { mode, nlink, uid, gid, size, dev } = stats;
    let fileSystem = this.#fileSystems.get(dev);
    if (fileSystem === undefined) {
      const found = (mode & S_IFMT) === S_IFDIR ? this.calls.fileSystemType(root, path) : 0;
      fileSystem = isErrno(found) ? 0 : found;
      if ((mode & S_IFMT) === S_IFDIR) this.#fileSystems.set(dev, fileSystem);
    }
    return { mode, links: nlink, uid, gid, size, fileSystem };
  }

  /** A path's entry, whatever it is; undefined where there is nothing any more. With `unread`, a file's content is left out. */
  entry(place: RecordedRoot, path: string, { unread = false, unlisted = false }: { unread?: boolean; unlisted?: boolean } = {}): Entry | undefined {
    const stats = this.calls.lstat(place.root, path);
    if (isErrno(stats)) return undefined;
    const common = { path: place.prefix + path, attributes: this.attributes(place, path, stats), unlisted };
    const type = stats.mode & S_IFMT;
    if (type === S_IFDIR) return { kind: 'directory', ...common, error: 0, other: undefined };
    if (type === S_IFLNK) {
      const target = this.calls.readlink(place.root, path);
      return { kind: 'link', ...common, ...(isErrno(target) ? { error: target, target: '' } : { error: 0, target }) };
    }
    const readable = type === S_IFREG && (stats.mode & 0o444) !== 0;
    return { kind: 'file', ...common, ...(unread || !readable ? UNREAD : this.#content(place.root, path)) };
  }

  #content(root: string, path: string): Content {
    const descriptor = this.calls.open(root, path, READ | constants.O_NONBLOCK);
    if (isErrno(descriptor)) return { openError: descriptor, readError: 0, text: NOTHING };
    let length = 0;
    let count: number | Errno;
    do {
      if (length === this.#memory.length) this.#grow();
      count = this.calls.read(descriptor, this.#memory, length, Math.min(this.#memory.length - length, CAPACITY), null);
      if (!isErrno(count)) length += count;
    } while (!isErrno(count) && count > 0 && length < MAXIMUM_TEXT_BYTES);
    this.calls.close(descriptor);
    if (isErrno(count)) return { openError: 0, readError: count, text: NOTHING };
    if (length >= MAXIMUM_TEXT_BYTES) length = this.#memory.lastIndexOf(0x0a, MAXIMUM_TEXT_BYTES - 1) + 1;
    return { openError: 0, readError: 0, text: Buffer.from(this.#memory.subarray(0, length)) };
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#memory.length * 4);
    this.#memory.copy(larger);
    this.#memory = larger;
  }

  /** The kernel's log as a file of its records, each of which a read(2) gives (dev-kmsg). */
  log(device: string, path: string): FileEntry {
    const attributes = { mode: S_IFREG | 0o644, links: 1, uid: 0, gid: 0, size: 0, fileSystem: 0 };
    const file = (content: Content): FileEntry => ({ kind: 'file', path, attributes, unlisted: false, ...content });
    const descriptor = this.calls.open(device, '', READ | constants.O_NONBLOCK);
    if (isErrno(descriptor)) return file({ openError: descriptor, readError: 0, text: NOTHING });
    const records: Buffer[] = [];
    for (let rest = MAXIMUM_TEXT_BYTES; rest > 0; ) {
      const count = this.calls.read(descriptor, this.#memory, 0, CAPACITY, null);
      // Records were overwritten before we came to them: the next read goes on behind them.
      if (count === EPIPE) continue;
      if (isErrno(count) || count === 0) break;
      records.push(Buffer.from(this.#memory.subarray(0, count)));
      rest -= count;
    }
    this.calls.close(descriptor);
    return file({ openError: 0, readError: 0, text: Buffer.concat(records) });
  }
}

type Content = Pick<FileEntry, 'openError' | 'readError' | 'text'>;

/** What is not read. */
const UNREAD: Content = { openError: 0, readError: EIO, text: NOTHING };
