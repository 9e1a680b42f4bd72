/**
 * A 9P server's tree, served to /dev/fuse: each FUSE request becomes requests of the 9P client, any number of which are under
 * way at once. It is not a file system of `fs/`, whose operations are done when they return.
 */

import { closeSync, writeSync, writevSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EINTR,
  EINVAL,
  EIO,
  ENOENT,
  ENOSYS,
  ENOTDIR,
  ENOTTY,
  EOPNOTSUPP,
  ERANGE,
  ESTALE,
} from '../../fs/errno.ts';
import * as flags from '../../fs/flags.ts';
import { S_IFMT, S_IFREG, S_ISGID } from '../../fs/stat.ts';
import type { U64 } from '../../fs/u64.ts';
import type { Caching } from '../../fs/vnode.ts';
import type { Counters } from '../fuse/counters.ts';
import { DOORBELL_NAME, type Doorbell } from '../fuse/doorbell.ts';
import { MAX_READ, negotiate } from '../fuse/init.ts';
import * as fuse from '../fuse/protocol.ts';
import { ATTR_OUT_SIZE, BODY, ENTRY_OUT_SIZE, OPEN_OUT_SIZE, ReplyBuffer, STATFS_OUT_SIZE } from '../fuse/reply-buffer.ts';
import type { RequestHandler } from '../fuse/serve-events.ts';
import type { Attributes, AttributeChange, TimeChange } from '../node-9p/attributes.ts';
import type { Client } from '../node-9p/client.ts';
import { RemoteError } from '../node-9p/errors.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import { toStat, toStatFs } from './attributes.ts';
import { Handles, Listing } from './handles.ts';
import { type LockOwners, Locks } from './locks.ts';
import { type Attach, type Node, Nodes, remoteUser } from './nodes.ts';
import type { ProxyOptions } from './options.ts';
import { Request } from './request.ts';

/** One request in so many has its time measured. A power of two. */
const TIMED_EVERY = 16;
/** How long the kernel remembers in a tree that nobody else changes, in milliseconds. */
const LOOSE_MS = 3_600_000;
const DIRENT_HEADER = 24;
/** How long close(2) waits for a server that says nothing of the locks that go with it, in milliseconds. */
const FLUSH_MS = 5000;
/** What goes to the server of an open file's flags; the others are the kernel's business, or have other values elsewhere. */
const OPEN_FLAGS = flags.O_ACCMODE | flags.O_TRUNC | flags.O_APPEND | flags.O_NONBLOCK | flags.O_DSYNC | flags.O_SYNC;
const CREATE_FLAGS = OPEN_FLAGS | flags.O_CREAT | flags.O_EXCL;
/** The last byte of any file, to which a lock may reach. */
const OFFSET_MAX = 0x7fff_ffff_ffff_ffffn;
/** The largest error that FUSE takes. */
const MAX_ERROR = 511;

/** The body of a reply: nothing (0), an error, bytes, or what writes it and returns its size. */
type Answer = number | Buffer | ((reply: ReplyBuffer) => number);

export interface ProxyContext {
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Called after somebody rang. */
  readonly rung: () => void;
  /** Hears of requests that failed by a mistake of ours. */
  readonly failed: (error: unknown) => void;
  /** Tells this machine from others, for locks. */
  readonly clientId: string;
}

export class Proxy implements RequestHandler {
  readonly #descriptor: number;
  readonly #client: Client;
  readonly #options: ProxyOptions;
  readonly #context: ProxyContext;
  readonly #nodes: Nodes;
  readonly #handles = new Handles();
  readonly #locks: Locks;
  readonly #lockOwners = new WeakMap<Node, LockOwners>();
  readonly #reply = new ReplyBuffer(MAX_READ + 4096);
  readonly #pending = new Map<U64, Request>();
  readonly #caching: Caching;
  #untimed = 0;
  #dead = false;

  /** `root` is what the mounting user, `user` to `remoteUser`, is attached to. */
  constructor(
    descriptor: number,
    root: RemoteFile,
    user: number,
    attach: Attach,
    options: ProxyOptions,
    context: ProxyContext,
  ) {
    this.#descriptor = descriptor;
    this.#client = root.client;
    this.#options = options;
    this.#context = context;
    this.#nodes = new Nodes(root, user, attach);
    this.#locks = new Locks(context.clientId);
    const loose = options.cache === 'loose';
    const milliseconds = loose ? LOOSE_MS : 0;
    this.#caching = {
      entryMilliseconds: milliseconds,
      attributeMilliseconds: milliseconds,
      data: loose ? 'exclusive' : false,
      listAttributes: false,
    };
    void root.client.closed.then(() => (this.#dead = true));
  }

  answer(bytes: Buffer, words: Uint32Array, length: number): void {
    const { counters, doorbell } = this.#context;
    const opcode = words[1] as number;
    if (length >= fuse.IN_HEADER_SIZE && words[0] === length) {
      if (length - fuse.IN_HEADER_SIZE < (fuse.MINIMUM_BODY[opcode] ?? 0)) {
        this.#write(EINVAL, words[2] as number, words[3] as number);
      } else if (!this.#answerNow(new Request(bytes, length))) {
        void this.#answerLater(new Request(bytes, length));
      }
    }
    counters.countRequest(opcode, this.#handles.size, this.#nodes.size, 0);
    if (doorbell.rung()) this.#context.rung();
  }

  end(close: boolean): void {
    for (const request of this.#pending.values()) request.interrupt();
    this.#client.close();
    if (this.#context.doorbell.close() && close) closeSync(this.#descriptor);
  }

  /** What needs no server, and what gets no reply. Returns whether it was that. */
  #answerNow(request: Request): boolean {
    switch (request.opcode) {
      case fuse.FUSE_FORGET:
        this.#nodes.forget(request.nodeId, Number(request.u64(0)));
        return true;
      case fuse.FUSE_BATCH_FORGET:
        for (let at = 2, end = Math.min(2 + request.word(0) * 4, request.words.length - 13); at < end; at += 4)
          this.#nodes.forget(Number(request.u64(at)), Number(request.u64(at + 2)));
        return true;
      case fuse.FUSE_INTERRUPT:
        this.#pending.get(request.u64(0))?.interrupt();
        return true;
      default:
        return request.opcode === fuse.FUSE_NOTIFY_REPLY;
    }
  }

  async #answerLater(request: Request): Promise<void> {
    const { counters } = this.#context;
    const timed = ++this.#untimed === TIMED_EVERY;
    const started = timed ? performance.now() : 0;
    if (timed) this.#untimed = 0;
    const { unique } = request;
    this.#pending.set(unique, request);
    let answer: Answer;
    try {
      answer = await this.#dispatch(request);
    } catch (error) {
      answer = this.#errno(error, request);
    }
    this.#pending.delete(unique);
    try {
      this.#send(answer, request);
    } catch (error) {
      this.#fault(error);
    }
    if (timed) counters.time(performance.now() - started);
  }

  /** The error that the kernel is told for what a request was rejected with. */
  #errno(error: unknown, request: Request): number {
    if (request.interrupted) return EINTR;
    // Whatever a request was rejected with because there is no server any more.
    if (this.#dead) return EIO;
    if (error instanceof RemoteError) return error.errno < 0 && error.errno >= -MAX_ERROR ? error.errno : EIO;
    this.#fault(error);
    return EIO;
  }

  #fault(error: unknown): void {
    this.#context.counters.fault();
    this.#context.failed(error);
  }

  #send(answer: Answer, { words }: Request): void {
    const [low, high] = [words[2] as number, words[3] as number];
    if (typeof answer === 'number') return this.#write(answer, low, high);
    if (typeof answer === 'function') {
      const size = answer(this.#reply);
      if (size < 0) return this.#write(size, low, high);
      const length = this.#reply.header(fuse.OUT_HEADER_SIZE + size, 0, low, high);
      return this.#transmit(() => writeSync(this.#descriptor, this.#reply.bytes, 0, length));
    }
    const length = this.#reply.header(fuse.OUT_HEADER_SIZE + answer.length, 0, low, high);
    const header = this.#reply.bytes.subarray(0, Math.min(length, fuse.OUT_HEADER_SIZE));
    this.#transmit(() => writevSync(this.#descriptor, [header, answer]));
  }

  /** Writes a reply without a body. */
  #write(error: number, low: number, high: number): void {
    const length = this.#reply.header(fuse.OUT_HEADER_SIZE, error, low, high);
    this.#transmit(() => writeSync(this.#descriptor, this.#reply.bytes, 0, length));
  }

  /** ENOENT means that the request was aborted meanwhile; an ended connection shows at the next read. */
  #transmit(write: () => void): void {
    if (this.#context.doorbell.closed) return;
    try {
      write();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENODEV' && code !== 'ECONNABORTED' && code !== 'EBADF') throw error;
    }
  }

  async #dispatch(request: Request): Promise<Answer> {
    switch (request.opcode) {
      case fuse.FUSE_LOOKUP:
        return this.#lookup(request);
      case fuse.FUSE_GETATTR:
        return this.#getattr(request);
      case fuse.FUSE_SETATTR:
        return this.#setattr(request);
      case fuse.FUSE_READLINK:
        return Buffer.from(await this.#on(request, (file) => file.readlink()), 'latin1');
      case fuse.FUSE_OPEN:
        return this.#open(request, request.word(0) & OPEN_FLAGS);
      case fuse.FUSE_OPENDIR:
        return this.#open(request, flags.O_DIRECTORY);
      case fuse.FUSE_CREATE:
        return this.#create(request);
      case fuse.FUSE_READ:
        return this.#read(request);
      case fuse.FUSE_WRITE:
        return this.#writeData(request);
      case fuse.FUSE_READDIR:
        return this.#readdir(request);
      case fuse.FUSE_FLUSH:
        return this.#flush(request);
      case fuse.FUSE_RELEASE:
      case fuse.FUSE_RELEASEDIR:
        return this.#release(request);
      case fuse.FUSE_FSYNC:
      case fuse.FUSE_FSYNCDIR: {
        const { file } = this.#handles.get(request.u64(0));
        await file.during(request.signal).fsync((request.word(2) & fuse.FUSE_FSYNC_FDATASYNC) !== 0);
        return 0;
      }
      case fuse.FUSE_MKNOD:
        return this.#make(request, 16, (directory, name, gid) => this.#mknod(directory, name, request, gid));
      case fuse.FUSE_MKDIR:
        return this.#make(request, 8, (directory, name, gid) => directory.mkdir(name, request.word(0) & 0o7777, gid));
      case fuse.FUSE_SYMLINK:
        return this.#make(request, 0, (directory, name, gid) => directory.symlink(name, request.names(0)[1] ?? '', gid));
      case fuse.FUSE_LINK: {
        const existing = this.#nodes.get(Number(request.u64(0)));
        const link = (directory: RemoteFile, name: string): Promise<void> =>
          this.#nodes.use(existing, this.#user(request), (file) => directory.link(name, file));
        return this.#make(request, 8, link);
      }
      case fuse.FUSE_UNLINK:
        return this.#remove(request, false);
      case fuse.FUSE_RMDIR:
        return this.#remove(request, true);
      case fuse.FUSE_RENAME:
        return this.#rename(request, 8);
      case fuse.FUSE_RENAME2:
        // No version of the protocol can say it.
        return request.word(2) === 0 ? this.#rename(request, 16) : EINVAL;
      case fuse.FUSE_STATFS:
        return this.#statfs(request);
      case fuse.FUSE_GETXATTR:
        return this.#getxattr(request);
      case fuse.FUSE_LISTXATTR:
        return this.#listxattr(request);
      case fuse.FUSE_SETXATTR: {
        const [name = ''] = request.names(8);
        const value = Buffer.from(request.data(8 + name.length + 1, request.word(0)));
        return this.#done(request, (file) => file.setxattr(name, value, request.word(1)));
      }
      case fuse.FUSE_REMOVEXATTR:
        return this.#done(request, (file) => file.removexattr(request.names(0)[0] ?? ''));
      case fuse.FUSE_SETLK:
      case fuse.FUSE_SETLKW: {
        const { file, node } = this.#handles.get(request.u64(0));
        return this.#locks.set(file, this.#ownersOf(node), request);
      }
      case fuse.FUSE_GETLK:
        return this.#getlk(request);
      case fuse.FUSE_INIT:
        return this.#init(request);
      case fuse.FUSE_DESTROY:
        return 0;
      case fuse.FUSE_IOCTL:
        return ENOTTY;
      case fuse.FUSE_FALLOCATE:
        return EOPNOTSUPP;
      default:
        // The kernel asks once, and then does without or does it itself.
        return ENOSYS;
    }
  }

  #init(request: Request): Answer {
    const more = {
      flags: this.#client.dialect === '9P2000.L' ? fuse.FUSE_POSIX_LOCKS | fuse.FUSE_FLOCK_LOCKS : 0,
      upper: fuse.FUSE_DIRECT_IO_ALLOW_MMAP,
    };
    return (reply) => {
      const answer = negotiate(request.words, this.#caching, reply, more);
      return typeof answer === 'number' ? answer : answer.size;
    };
  }

  #user(request: Request): number {
    // Whoever mounts looks at the mount, even if it is somebody else's.
    if (request.opcode === fuse.FUSE_GETATTR && request.nodeId === fuse.FUSE_ROOT_ID && this.#options.access !== 'user') return 0;
    return remoteUser(this.#options.access, request.uid);
  }

  /** Does something with the request's file, as its user. */
  #on<T>(request: Request, action: (file: RemoteFile) => Promise<T>): Promise<T> {
    const node = this.#nodes.get(request.nodeId);
    return this.#nodes.use(node, this.#user(request), (file) => action(file.during(request.signal)));
  }

  async #done(request: Request, action: (file: RemoteFile) => Promise<void>): Promise<number> {
    await this.#on(request, action);
    return 0;
  }

  // Names.

  async #lookup(request: Request): Promise<Answer> {
    const [name = ''] = request.names(0);
    if (name === DOORBELL_NAME) return ENOENT;
    return this.#entry(request, name);
  }

  /** Looks a name up and makes its entry. */
  async #entry(request: Request, name: string): Promise<(reply: ReplyBuffer) => number> {
    const parent = this.#nodes.get(request.nodeId);
    const file = await this.#on(request, (directory) => directory.walk([name]));
    let attributes: Attributes;
    try {
      attributes = await file.during(request.signal).getattr();
    } catch (error) {
      file.drop();
      throw error;
    }
    return (reply) => {
      const node = this.#nodes.lookedUp(parent, name, this.#user(request), file);
      const { entryMilliseconds, attributeMilliseconds } = this.#caching;
      reply.entry(BODY, node.id, 0, entryMilliseconds, attributeMilliseconds, toStat(attributes, file.qid));
      return ENTRY_OUT_SIZE;
    };
  }

  /** Makes a name in the request's directory, with the group that a new file there has, and looks it up. */
  async #make(
    request: Request,
    offset: number,
    action: (directory: RemoteFile, name: string, gid: number) => Promise<void>,
  ): Promise<Answer> {
    const [name = ''] = request.names(offset);
    await this.#on(request, async (directory) => action(directory, name, await this.#groupIn(directory, request)));
    return this.#entry(request, name);
  }

  /** Whose group a new file in a directory has. */
  async #groupIn(directory: RemoteFile, request: Request): Promise<number> {
    if (this.#client.dialect !== '9P2000.L') return request.gid;
    const { mode, gid } = await directory.getattr();
    return mode & S_ISGID ? gid : request.gid;
  }

  async #mknod(directory: RemoteFile, name: string, request: Request, gid: number): Promise<void> {
    const [mode, device] = [request.word(0), request.word(1)];
    if ((mode & S_IFMT) !== S_IFREG || this.#client.dialect === '9P2000.L')
      return directory.mknod(name, mode, device, gid);
    const file = await directory.walk([]);
    try {
      await file.during(request.signal).create(name, flags.O_RDONLY | flags.O_EXCL, mode, gid);
    } finally {
      file.drop();
    }
  }

  async #remove(request: Request, isDirectory: boolean): Promise<number> {
    return this.#done(request, (directory) => directory.unlink(request.names(0)[0] ?? '', isDirectory));
  }

  async #rename(request: Request, offset: number): Promise<number> {
    const [name = '', newName = ''] = request.names(offset);
    const from = this.#nodes.get(request.nodeId);
    const to = this.#nodes.get(Number(request.u64(0)));
    await this.#on(request, (directory) =>
      this.#nodes.use(to, this.#user(request), (newDirectory) => directory.rename(name, newDirectory, newName)),
    );
    this.#nodes.renamed(from, name, to, newName);
    return 0;
  }

  // Attributes.

  /** Encodes a file's attributes. */
  #attributes(attributes: Attributes, { qid }: RemoteFile): Answer {
    return (reply) => {
      reply.attrOut(BODY, this.#caching.attributeMilliseconds, toStat(attributes, qid));
      return ATTR_OUT_SIZE;
    };
  }

  async #getattr(request: Request): Promise<Answer> {
    const read = async (file: RemoteFile): Promise<Answer> => this.#attributes(await file.getattr(), file);
    return request.word(0) & fuse.FUSE_GETATTR_FH
      ? read(this.#handles.get(request.u64(2)).file.during(request.signal))
      : this.#onPossiblyUnlinked(request, read);
  }

  /** A file without a name may be reached only by what has it open. */
  async #onPossiblyUnlinked<T>(request: Request, action: (file: RemoteFile) => Promise<T>): Promise<T> {
    try {
      return await this.#on(request, action);
    } catch (error) {
      const [handle] = this.#nodes.get(request.nodeId).handles;
      const { errno } = error as RemoteError;
      if (!handle || (errno !== ENOENT && errno !== ESTALE)) throw error;
      return action(handle.file.during(request.signal));
    }
  }

  async #setattr(request: Request): Promise<Answer> {
    const valid = request.word(0);
    const time = (now: number, set: number, seconds: number, nanoseconds: number): TimeChange | undefined => {
      if (valid & now) return 'now';
      if (!(valid & set)) return undefined;
      return { seconds: Number(BigInt.asIntN(64, BigInt(request.u64(seconds)))), nanoseconds: request.word(nanoseconds) };
    };
    const atime = time(fuse.FATTR_ATIME_NOW, fuse.FATTR_ATIME, 8, 14);
    const mtime = time(fuse.FATTR_MTIME_NOW, fuse.FATTR_MTIME, 10, 15);
    const change: AttributeChange = {
      ...(valid & fuse.FATTR_MODE && { mode: request.word(17) & 0o7777 }),
      ...(valid & fuse.FATTR_UID && { uid: request.word(19) }),
      ...(valid & fuse.FATTR_GID && { gid: request.word(20) }),
      ...(valid & fuse.FATTR_SIZE && { size: Number(request.u64(4)) }),
      ...(atime && { atime }),
      ...(mtime && { mtime }),
    };
    const set = async (file: RemoteFile): Promise<Answer> => {
      if (Object.keys(change).length > 0) await file.setattr(change);
      return this.#attributes(await file.getattr(), file);
    };
    return valid & fuse.FATTR_FH
      ? set(this.#handles.get(request.u64(2)).file.during(request.signal))
      : this.#onPossiblyUnlinked(request, set);
  }

  async #statfs(request: Request): Promise<Answer> {
    const values = this.#client.dialect === '9P2000.L' ? await this.#on(request, (file) => file.statfs()) : undefined;
    return (reply) => {
      reply.statfs(BODY, toStatFs(values));
      return STATFS_OUT_SIZE;
    };
  }

  async #getxattr(request: Request): Promise<Answer> {
    const value = await this.#on(request, (file) => file.getxattr(request.names(8)[0] ?? ''));
    return sized(value, request.word(0));
  }

  async #listxattr(request: Request): Promise<Answer> {
    const names = await this.#on(request, (file) => file.listxattr());
    return sized(Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'), request.word(0));
  }

  // Open files.

  async #open(request: Request, openFlags: number): Promise<Answer> {
    const node = this.#nodes.get(request.nodeId);
    const clone = await this.#on(request, (file) => file.walk([]));
    const file = await opening(clone, (one) => one.during(request.signal).open(openFlags));
    // Without a size or a version there is nothing to tell what is remembered from what is new.
    const cached = this.#caching.data !== false && file.qid.version !== 0 && (await file.getattr()).size !== 0;
    return this.#opened(file, node, cached);
  }

  /** Encodes an open file's handle, behind what else is in the reply. */
  #opened(file: RemoteFile, node: Node, cached: boolean): (reply: ReplyBuffer, word?: number) => number {
    return (reply, word = BODY) => {
      const listing = file.isDirectory ? new Listing(file, node, this.#client.dialect === '9P2000.L') : undefined;
      const handle = this.#handles.add({ node, file, listing, cached });
      reply.openOut(word, handle, cached ? fuse.FOPEN_KEEP_CACHE : listing ? 0 : fuse.FOPEN_DIRECT_IO);
      return OPEN_OUT_SIZE;
    };
  }

  async #create(request: Request): Promise<Answer> {
    const [name = ''] = request.names(16);
    const openFlags = request.word(0) & CREATE_FLAGS;
    const [clone, gid] = await this.#on(request, async (directory) => {
      return [await directory.walk([]), await this.#groupIn(directory, request)] as const;
    });
    const mode = request.word(1) & 0o7777;
    const file = await opening(clone, (one) => one.during(request.signal).create(name, openFlags, mode, gid));
    try {
      const entry = await this.#entry(request, name);
      return (reply) => {
        const size = entry(reply);
        // The entry begins with the node that it is for.
        const node = this.#nodes.get(reply.words[BODY] as number);
        return size + this.#opened(file, node, this.#caching.data !== false)(reply, BODY + ENTRY_OUT_SIZE / 4);
      };
    } catch (error) {
      file.drop();
      throw error;
    }
  }

  async #read(request: Request): Promise<Answer> {
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

  async #writeData(request: Request): Promise<Answer> {
    const { file } = this.#handles.get(request.u64(0));
    const data = request.data(40, request.word(4));
    const count = await file.during(request.signal).write(Number(request.u64(2)), data);
    return (reply) => {
      reply.u64(BODY, count);
      return 8;
    };
  }

  async #readdir(request: Request): Promise<Answer> {
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

  async #flush(request: Request): Promise<number> {
    const { file, node } = this.#handles.get(request.u64(0));
    const released = this.#locks.release(file, this.#ownersOf(node), request.u64(4));
    // A process that ends waits here, and nothing can interrupt it any more.
    await Promise.race([released, sleep(FLUSH_MS, undefined, { ref: false })]);
    return 0;
  }

  async #release(request: Request): Promise<number> {
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

  /** Replies with struct fuse_file_lock: start u64, end u64, type u32, pid u32. */
  async #getlk(request: Request): Promise<Answer> {
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

/** Opens a file by its fid, which is given back if it cannot be. */
async function opening(file: RemoteFile, open: (file: RemoteFile) => Promise<RemoteFile>): Promise<RemoteFile> {
  try {
    return (await open(file)).during(undefined);
  } catch (error) {
    file.drop();
    throw error;
  }
}

/** The reply to a question for an extended attribute: its size, where no room is offered for it, or its bytes. */
function sized(value: Buffer, room: number): Answer {
  if (room > 0) return value.length > room ? ERANGE : value;
  return (reply) => {
    reply.u64(BODY, value.length);
    return 8;
  };
}
