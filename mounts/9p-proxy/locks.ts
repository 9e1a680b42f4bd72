/** Locks of processes here, kept by the server (Tlock, Tgetlock), where processes of other machines meet them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { EAGAIN, ENOLCK } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import { FUSE_LK_FLOCK, FUSE_SETLKW } from '../fuse/protocol.ts';
import type { Lock } from '../node-9p/operations.ts';
import { LOCK_BLOCKED, LOCK_GRACE, LOCK_SUCCESS, LOCK_TYPE_UNLCK } from '../node-9p/protocol.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import type { Request } from './request.ts';

/** How long to wait before a server that lets nobody wait is asked again, in milliseconds: ever longer, up to a limit. */
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 1000;
/** The last byte that a lock can reach in Linux, which stands for the end of the file. */
const OFFSET_MAX = 2 ** 63;
/** fcntl(2)'s types in Linux's generic numbers, which are the protocol's. */
const F_UNLCK = 2;

/** struct fuse_lk_in: fh u64, owner u64, start u64, end u64, type u32, pid u32, flags u32. */
const OWNER = 2;
const START = 4;
const END = 6;
const TYPE = 8;
const PID = 9;
const FLAGS = 10;

/** Who holds a lock: the kernel's number of the owner, and what the server is told. */
interface Holder {
  readonly owner: U64;
  readonly processId: number;
}

/** The owners who may hold locks on a file, so that closing it can take the locks away. */
export type LockOwners = Map<U64, number>;

export class Locks {
  readonly #clientId: string;
  /** A process on the server's side of each owner that is not a process here: an open file's lock (flock(2)). */
  readonly #openFiles = new Map<U64, number>();
  #lastOpenFile = 0x8000_0000;

  /** `clientId` tells this machine from others. */
  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  #holder(request: Request): Holder {
    const owner = request.u64(OWNER);
    if (!(request.word(FLAGS) & FUSE_LK_FLOCK)) return { owner, processId: request.word(PID) };
    let processId = this.#openFiles.get(owner);
    if (processId === undefined) this.#openFiles.set(owner, (processId = ++this.#lastOpenFile));
    return { owner, processId };
  }

  /** FUSE_SETLK and FUSE_SETLKW. */
  async set(file: RemoteFile, owners: LockOwners, request: Request): Promise<number> {
    const holder = this.#holder(request);
    const lock = this.#lock(request, holder.processId);
    if (lock.type !== F_UNLCK) owners.set(holder.owner, holder.processId);
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      const status = await file.during(request.signal).lock(lock);
      if (status === LOCK_SUCCESS) return 0;
      if (status !== LOCK_BLOCKED && status !== LOCK_GRACE) return ENOLCK;
      if (request.opcode !== FUSE_SETLKW) return EAGAIN;
      await sleep(wait, undefined, { signal: request.signal });
    }
  }

  /** FUSE_GETLK: the lock that is in the way. */
  async get(file: RemoteFile, request: Request): Promise<Lock> {
    return file.during(request.signal).getlock(this.#lock(request, request.word(PID)));
  }

  /** An owner closes a file: with that go all its locks there. */
  async release(file: RemoteFile, owners: LockOwners, owner: U64): Promise<void> {
    const processId = owners.get(owner);
    if (processId === undefined) return;
    owners.delete(owner);
    this.#openFiles.delete(owner);
    await file.lock({ type: LOCK_TYPE_UNLCK, blocking: false, start: 0, length: 0, processId, clientId: this.#clientId });
  }

  #lock(request: Request, processId: number): Lock {
    const [start, end] = [Number(request.u64(START)), Number(request.u64(END))];
    return {
      type: request.word(TYPE),
      blocking: request.opcode === FUSE_SETLKW,
      start,
      length: end + 1 >= OFFSET_MAX ? 0 : end - start + 1,
      processId,
      clientId: this.#clientId,
    };
  }
}
