/** A recorded machine's answers to the calls by which a host is read. */

import { constants } from 'node:fs';
import { EAGAIN, EBADF, EINVAL, EISDIR, ELOOP, ENODEV, ENOENT, ENOTDIR, EROFS, ESRCH, type Errno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../../fs/stat.ts';
import type { HostCalls, HostName, HostStats } from '../linux-host/host-calls.ts';
import type { HostRoots } from '../linux-host/host-files.ts';
import { type RecordedNode, type RecordedTree } from './tree.ts';

/** Where everything is in a recording. */
export const RECORDED_ROOTS: HostRoots = { proc: 'proc/', sys: 'sys/', log: 'dev/kmsg' };

/** As path_resolution(7) has it. */
const MOST_LINKS = 40;

interface OpenNode {
  node: RecordedNode;
  readonly root: string;
  readonly path: string;
  /** Whether each read gives a record, and where there is none says EAGAIN: the kernel's log. */
  readonly records: boolean;
  position: number;
}

export class RecordedCalls implements HostCalls {
  readonly live = false;
  readonly architecture: string;
  readonly #tree: () => RecordedTree;
  readonly #open: (OpenNode | undefined)[] = [];
  readonly #free: number[] = [];

  /** Asked each time, for another tree may take its place. */
  constructor(architecture: string, tree: () => RecordedTree) {
    this.architecture = architecture;
    this.#tree = tree;
  }

  #find(root: string, path: string, follow: boolean): RecordedNode | Errno {
    return this.#walk(root + path, follow, MOST_LINKS);
  }

  #walk(path: string, follow: boolean, links: number): RecordedNode | Errno {
    const tree = this.#tree();
    const direct = tree.find(path);
    if (direct && (direct.kind !== 'link' || !follow)) return direct;
    // There are links on the way: `self` and its like.
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    let node: RecordedNode | undefined;
    for (const [at, name] of names.entries()) {
      if (at > 0 && node?.kind === 'file') return ENOTDIR;
      node = node ? tree.child(node, name) : at === 0 ? tree.find(name) : undefined;
      if (!node) return ENOENT;
      if (node.kind !== 'link' || (at === names.length - 1 && !follow)) continue;
      if (node.error) return node.error;
      // What leads out of the recording leads nowhere.
      if (node.target.startsWith('/') || node.target.split('/').includes('..')) return ENOENT;
      if (links === 0) return ELOOP;
      return this.#walk([...names.slice(0, at), node.target, ...names.slice(at + 1)].join('/'), follow, links - 1);
    }
    return node ?? ENOENT;
  }

  open(root: string, path: string, flags: number): number | Errno {
    const node = this.#find(root, path, true);
    if (typeof node === 'number') return node;
    if ((flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0) return EROFS;
    if (node.error) return node.error;
    const opened = { node, root, path, records: root + path === RECORDED_ROOTS.log, position: 0 };
    const descriptor = this.#free.pop() ?? this.#open.length;
    this.#open[descriptor] = opened;
    return descriptor;
  }

  close(descriptor: number): void {
    if (!this.#open[descriptor]) return;
    this.#open[descriptor] = undefined;
    this.#free.push(descriptor);
  }

  read(descriptor: number, into: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    const opened = this.#open[descriptor];
    if (!opened) return EBADF;
    if (opened.node.gone) {
      const again = this.#again(opened);
      if (again !== 0) return again;
    }
    const { node, records } = opened;
    if (node.kind === 'directory') return EISDIR;
    if (node.readError) return node.readError;
    const { text } = node;
    const from = at ?? opened.position;
    if (records && from >= text.length) return EAGAIN;
    const end = records ? endOfRecord(text, from) : text.length;
    if (records && end - from > length) return EINVAL;
    const count = Math.max(0, Math.min(length, end - from));
    into.set(text.subarray(from, from + count), start);
    if (at === null) opened.position = from + count;
    return count;
  }

  /** What was opened is gone. A process does not come back, nor a device for whoever had it open; the kernel's own files do. */
  #again(opened: OpenNode): Errno | 0 {
    if (opened.root === RECORDED_ROOTS.sys) return ENODEV;
    if (/^\d/.test(opened.path)) return ESRCH;
    const node = this.#find(opened.root, opened.path, true);
    if (typeof node === 'number') return node;
    opened.node = node;
    return 0;
  }

  readStart(descriptor: number, [memory]: readonly Uint8Array[]): number | Errno {
    return memory ? this.read(descriptor, memory, 0, memory.length, 0) : EINVAL;
  }

  /** Nothing is opened for writing. */
  write(): Errno {
    return EROFS;
  }

  readlink(root: string, path: string): string | Errno {
    const node = this.#find(root, path, false);
    if (typeof node === 'number') return node;
    return node.kind === 'link' ? node.error || node.target : EINVAL;
  }

  list(root: string, path: string): string[] | Errno {
    const names = this.listTypes(root, path);
    return typeof names === 'number' ? names : names.map(({ name }) => name);
  }

  listTypes(root: string, path: string): HostName[] | Errno {
    const node = this.#find(root, path, true);
    if (typeof node === 'number') return node;
    if (node.kind !== 'directory') return ENOTDIR;
    if (node.error) return node.error;
    return this.#tree()
      .list(node)
      .map(({ name, node: { kind } }) => ({ name, type: kind === 'directory' ? S_IFDIR : kind === 'link' ? S_IFLNK : S_IFREG }));
  }

  /** What a link leads to outside of the recording was there: the link is taken for it. */
  stat(root: string, path: string): HostStats | Errno {
    const node = this.#find(root, path, true);
    return typeof node === 'number' ? this.lstat(root, path) : statsOf(node);
  }

  lstat(root: string, path: string): HostStats | Errno {
    const node = this.#find(root, path, false);
    return typeof node === 'number' ? node : statsOf(node);
  }

  fileSystemType(root: string, path: string): number | Errno {
    const node = this.#find(root, path, true);
    return typeof node === 'number' ? node : node.attributes.fileSystem;
  }
}

/** A file system stands for its device: a mount of the same type in another would not be seen, and the kernel's own have none. */
function statsOf({ ino, attributes: { mode, links, uid, gid, size, fileSystem } }: RecordedNode): HostStats {
  return { dev: fileSystem, ino, mode, nlink: links, uid, gid, size };
}

/** Where the record that begins at an offset of a log ends: lines that begin with a blank belong to the one before (dev-kmsg). */
function endOfRecord(log: Buffer, from: number): number {
  for (let at = from; ; ) {
    const newline = log.indexOf(0x0a, at);
    if (newline < 0) return log.length;
    at = newline + 1;
    if (log[at] !== 0x20) return at;
  }
}
