/**
 * A file system with one pipe-like file, for tests of requests that wait: `pipe` holds a few bytes; reads wait for
 * bytes, writes for room, and poll tells of both.
 */

import type { Caller } from '../../../fs/caller.ts';
import { ENOENT, type Errno, WOULD_BLOCK, type WouldBlock } from '../../../fs/errno.ts';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../fs/flags.ts';
import { S_IFDIR, S_IFREG, type Stat, type StatFs } from '../../../fs/stat.ts';
import { type Caching, type DirectorySink, type FileSystem, OpenFile, type Vnode } from '../../../fs/vnode.ts';
import { WaitQueue } from '../../../fs/wait-queue.ts';

function fill(into: Stat, ino: number, mode: number): 0 {
  into.ino = ino;
  into.mode = mode;
  into.nlink = 1;
  into.uid = into.gid = into.rdev = into.size = into.blocks = 0;
  into.blksize = 4096;
  into.setTimes(0, 0);
  return 0;
}

/** The bytes between writers and readers. */
export class PipeBuffer {
  readonly capacity: number;
  readonly waiters: WaitQueue = new WaitQueue();
  #bytes = Buffer.alloc(0);

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Puts in as much as there is room for. */
  put(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.capacity - this.#bytes.length);
    if (count > 0) {
      this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(0, count)]);
      this.waiters.wakeAll();
    }
    return count;
  }

  take(into: Uint8Array, start: number, length: number): number {
    const count = Math.min(length, this.#bytes.length);
    into.set(this.#bytes.subarray(0, count), start);
    this.#bytes = this.#bytes.subarray(count);
    if (count > 0) this.waiters.wakeAll();
    return count;
  }
}

class PipeFile extends OpenFile {
  override readonly stream = true;
  override readonly waiters: WaitQueue;
  readonly #pipe: PipeBuffer;

  constructor(vnode: Vnode, flags: number, pipe: PipeBuffer) {
    super(vnode, flags);
    this.#pipe = pipe;
    this.waiters = pipe.waiters;
  }

  override read(into: Uint8Array, start: number, length: number): number | WouldBlock {
    return this.#pipe.length === 0 ? WOULD_BLOCK : this.#pipe.take(into, start, length);
  }

  override write(from: Uint8Array, start: number, length: number): number | WouldBlock {
    return this.#pipe.put(from.subarray(start, start + length)) || WOULD_BLOCK;
  }

  override poll(): number {
    const readable = this.#pipe.length > 0 ? POLLIN | POLLRDNORM : 0;
    return this.#pipe.length < this.#pipe.capacity ? readable | POLLOUT | POLLWRNORM : readable;
  }
}

export class PipeTree implements FileSystem {
  readonly type = 'pipetest';
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };
  readonly pipe: PipeBuffer;
  readonly root: Vnode;

  constructor(capacity = 8) {
    this.pipe = new PipeBuffer(capacity);
    const file: Vnode = {
      fileSystem: this,
      type: S_IFREG,
      stat: (into) => fill(into, 2, S_IFREG | 0o666),
      open: (flags) => new PipeFile(file, flags, this.pipe),
    };
    this.root = {
      fileSystem: this,
      type: S_IFDIR,
      stat: (into) => fill(into, 1, S_IFDIR | 0o755),
      lookup: (name): Vnode | Errno => (name === 'pipe' ? file : ENOENT),
      list(after: number, sink: DirectorySink, _caller: Caller): 0 {
        if (after < 1) sink.add('pipe', 2, S_IFREG, 1, file);
        return 0;
      },
    };
  }

  statfs(into: StatFs): 0 {
    into.type = 0;
    into.blocks = into.blocksFree = into.blocksAvailable = into.files = into.filesFree = 0;
    return 0;
  }
}
