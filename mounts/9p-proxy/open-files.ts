/** What is done with files and directories that are open. */

import { setTimeout as sleep } from 'node:timers/promises';
import { ENOTDIR } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import { MAX_READ } from '../fuse/init.ts';
import * as fuse from '../fuse/protocol.ts';
import { BODY, OPEN_OUT_SIZE, type ReplyBuffer } from '../fuse/reply-buffer.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import { Handles, Listing } from './handles.ts';
import { type LockOwners, Locks } from './locks.ts';
import type { Node } from './nodes.ts';
import type { Answer } from './replies.ts';
import type { Request } from './request.ts';

const DIRENT_HEADER = 24;
/** How long close(2) waits for a server that says nothing of the locks that go with it, in milliseconds. */
const FLUSH_MS = 5000;
/** The last byte of any file, to which a lock may reach. */
const OFFSET_MAX = 0x7fff_ffff_ffff_ffffn;

export class OpenFiles {
  readonly #handles = new Handles();
  readonly #locks: Locks;
  readonly #lockOwners = new WeakMap<Node, LockOwners>();

  /** `clientId` tells this machine from others, for locks. */
  constructor(clientId: string) {
    this.#locks = new Locks(clientId);
  }

  get size(): number {
    return this.#handles.size;
  }

  /** The file that is open by a handle. Throws EBADF. */
  file(handle: U64): RemoteFile {
    return this.#handles.get(handle).file;
  }

  /** Encodes an open file's handle, behind what else is in the reply. */
  opened(file: RemoteFile, node: Node, cached: boolean): (reply: ReplyBuffer, word?: number) => number {
    return (reply, word = BODY) => {
      const listing = file.isDirectory ? new Listing(file, node, file.client.dialect === '9P2000.L') : undefined;
      const handle = this.#handles.add({ node, file, listing, cached });
      reply.openOut(word, handle, cached ? fuse.FOPEN_KEEP_CACHE : listing ? 0 : fuse.FOPEN_DIRECT_IO);
      return OPEN_OUT_SIZE;
    };
  }

  /** Writes back what the server holds of a file. */
  async fsync(request: Request): Promise<number> {
    const file = this.file(request.u64(0)).during(request.signal);
    await file.fsync((request.word(2) & fuse.FUSE_FSYNC_FDATASYNC) !== 0);
    return 0;
  }

  /** FUSE_SETLK and FUSE_SETLKW. */
  setLock(request: Request): Promise<number> {
    const { file, node } = this.#handles.get(request.u64(0));
    return this.#locks.set(file, this.#ownersOf(node), request);
  }

  /** FUSE_READ: as much as there is, in several messages if need be. */
  async read(request: Request): Promise<Answer> {
    const { file, cached } = this.#handles.get(request.u64(0));
    const [offset, size] = [Number(request.u64(2)), request.word(4)];
    const source = file.during(request.signal);
    const pieces: Buffer[] = [];
    for (let done = 0; done < size; ) {
      const asked = Math.min(size - done, file.ioUnit);
      const piece = await source.read(offset + done, asked);
      if (piece.length > 0) pieces.push(piece);
      done += piece.length;
      // Less than was asked for is what there is now; a cache, however, takes it for the end of the file.
      if (piece.length === 0 || (piece.length < asked && !cached)) break;
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async write(request: Request): Promise<Answer> {
    const { file } = this.#handles.get(request.u64(0));
    const data = request.data(40, request.word(4));
    const count = await file.during(request.signal).write(Number(request.u64(2)), data);
    return (reply) => {
      reply.u64(BODY, count);
      return 8;
    };
  }

  async readdir(request: Request): Promise<Answer> {
    const { listing } = this.#handles.get(request.u64(0));
    if (!listing) return ENOTDIR;
    const entries = await listing.read(request.u64(2), request.signal);
    const size = Math.min(request.word(4), MAX_READ);
    return (reply) => {
      let at = fuse.OUT_HEADER_SIZE;
      let count = 0;
      for (const { entry, next } of entries) {
        const { name, qid, type } = entry;
        const total = (DIRENT_HEADER + name.length + 7) & ~7;
        if (at + total > fuse.OUT_HEADER_SIZE + size) break;
        reply.bytes.fill(0, at, at + total);
        reply.u64(at >> 2, qid.path);
        reply.u64((at >> 2) + 2, next);
        reply.words[(at >> 2) + 4] = name.length;
        reply.words[(at >> 2) + 5] = type;
        reply.bytes.write(name, at + DIRENT_HEADER, 'latin1');
        at += total;
        count++;
      }
      listing.taken(entries, count);
      return at - fuse.OUT_HEADER_SIZE;
    };
  }

  /** FUSE_FLUSH: somebody closes a descriptor, and loses the locks that go with it. */
  async flush(request: Request): Promise<number> {
    const { file, node } = this.#handles.get(request.u64(0));
    const [owners, owner] = [this.#ownersOf(node), request.u64(4)];
    if (!owners.has(owner)) return 0;
    const released = this.#locks.release(file, owners, owner);
    // A process that ends waits here, and nothing can interrupt it any more.
    await Promise.race([released, sleep(FLUSH_MS, undefined, { ref: false })]);
    return 0;
  }

  /** FUSE_RELEASE and FUSE_RELEASEDIR: the last descriptor is closed. */
  async release(request: Request): Promise<number> {
    const { file, node } = this.#handles.remove(request.u64(0));
    try {
      if (request.opcode === fuse.FUSE_RELEASE && request.word(3) & fuse.FUSE_RELEASE_FLOCK_UNLOCK)
        await this.#locks.release(file, this.#ownersOf(node), request.u64(4));
    } finally {
      await file.clunk();
    }
    return 0;
  }

  #ownersOf(node: Node): LockOwners {
    let owners = this.#lockOwners.get(node);
    if (!owners) this.#lockOwners.set(node, (owners = new Map()));
    return owners;
  }

  /** FUSE_GETLK: replies with struct fuse_file_lock: start u64, end u64, type u32, pid u32. */
  async getLock(request: Request): Promise<Answer> {
    const { file } = this.#handles.get(request.u64(0));
    const { type, start, length, processId } = await this.#locks.get(file, request);
    return (reply) => {
      reply.u64(BODY, start);
      reply.u64(BODY + 2, length === 0 ? OFFSET_MAX : start + length - 1);
      reply.words[BODY + 4] = type;
      reply.words[BODY + 5] = processId;
      return 24;
    };
  }
}
