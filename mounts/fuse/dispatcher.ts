/**
 * Answers FUSE requests from a file system: request bytes in, reply bytes out. It knows nothing of /dev/fuse, threads
 * or processes, so it runs unchanged in a worker, behind a test and behind a recorded stream of requests.
 */

import { EBADF, EINVAL, ENOENT, ENOSYS, ENOTDIR, EROFS, ESTALE, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, MAY_WRITE, POLLERR, POLLHUP, accessMask, canRead } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { permission } from '../../fs/permission.ts';
import { S_IFDIR, StatFs } from '../../fs/stat.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import * as attributes from './attribute-requests.ts';
import { DirectoryEncoder } from './directory-encoder.ts';
import { DOORBELL_NAME } from './doorbell.ts';
import * as openFiles from './file-requests.ts';
import { FuseCaller, type ThreadDirectory } from './fuse-caller.ts';
import type { HandleTable } from './handle-table.ts';
import { MAX_READ, negotiate } from './init.ts';
import { type Forget, MortalNodes } from './mortal-nodes.ts';
import * as naming from './naming-requests.ts';
import { NodeTable } from './node-table.ts';
import * as fuse from './protocol.ts';
import { BODY, ENTRY_OUT_SIZE, type ReplyBuffer, STATFS_OUT_SIZE } from './reply-buffer.ts';
import { ARGUMENTS, RequestContext } from './request-context.ts';
import { type Send, Waiting } from './waiting.ts';

const HEADER = fuse.OUT_HEADER_SIZE;

export interface DispatcherOptions {
  readonly threads: ThreadDirectory;
  readonly send: Send;
  /** Refuses every change, whatever the file system would do. */
  readonly readOnly?: boolean;
  /** Whether the kernel checks permissions (the mount option default_permissions). */
  readonly permitted?: boolean;
  /** Is told the names of what has ended. */
  readonly forget?: Forget;
}

export class Dispatcher {
  readonly fileSystem: FileSystem;
  readonly nodes: NodeTable;
  readonly handles: HandleTable;
  /** Holds the reply that `handle` returned the length of. */
  readonly reply: ReplyBuffer;
  readonly #options: DispatcherOptions;
  readonly #caller: FuseCaller;
  readonly #directories: DirectoryEncoder;
  readonly #waiting: Waiting;
  readonly #mortal: MortalNodes | undefined;
  readonly #context: RequestContext;
  readonly #statfs = new StatFs();
  #minor = 0;

  constructor(fileSystem: FileSystem, options: DispatcherOptions) {
    this.fileSystem = fileSystem;
    this.#options = options;
    this.#caller = new FuseCaller(options.threads, options.permitted);
    this.#mortal = options.forget && new MortalNodes(options.forget);
    this.nodes = new NodeTable(fileSystem.root, this.#mortal);
    this.#waiting = new Waiting(options.send, (request, words) => {
      const size = this.handle(request, words, request.length);
      if (size > 0) options.send(this.reply.bytes, size);
      this.sent();
    });
    this.#context = new RequestContext(fileSystem, this.nodes, this.#caller, this.#waiting);
    this.handles = this.#context.handles;
    this.reply = this.#context.reply;
    this.#directories = new DirectoryEncoder(this.reply, this.nodes);
  }

  /** How many requests wait for their files, polls included. */
  get parked(): number {
    return this.#waiting.size;
  }

  /** The minor protocol version agreed upon; 0 before the first INIT. */
  get minor(): number {
    return this.#minor;
  }

  /**
   * Answers one request. Returns the length of the reply in `reply.bytes`, or 0 where there is none (yet); `sent` must
   * be called once it has gone out. `bytes` is borrowed, 8-byte aligned, and holds the request in its first `length`
   * bytes.
   */
  handle(bytes: Buffer, words: Uint32Array, length: number): number {
    if (length < fuse.IN_HEADER_SIZE) return 0;
    this.#waiting.busy = true;
    const context = this.#context;
    context.bytes = bytes;
    context.words = words;
    context.length = length;
    const opcode = words[1] as number;
    const low = words[2] as number;
    const high = words[3] as number;
    let result: number;
    if (words[0] !== length || length - fuse.IN_HEADER_SIZE < (fuse.MINIMUM_BODY[opcode] ?? 0)) {
      result = EINVAL;
    } else {
      this.#caller.become(words[6] as number, words[7] as number, words[8] as number);
      result = this.#dispatch(opcode);
    }
    if (result === WOULD_BLOCK || opcode === fuse.FUSE_FORGET || opcode === fuse.FUSE_BATCH_FORGET) return 0;
    if (opcode === fuse.FUSE_INTERRUPT || opcode === fuse.FUSE_NOTIFY_REPLY) return 0;
    if (result < 0) return this.reply.header(HEADER, result, low, high);
    return this.reply.header(HEADER + result, 0, low, high);
  }

  /** The reply has gone out: requests that its request woke are tried again. */
  sent(): void {
    this.#waiting.busy = false;
    if (this.#waiting.size > 0) this.#waiting.retryWoken();
    this.#mortal?.look();
  }

  /** The connection has ended: gives up every node and every open file. */
  end(): void {
    this.#waiting.clear();
    this.handles.releaseAll();
    this.nodes.forgetAll();
  }

  /** Runs the handler of an opcode. Returns the size of the reply's body, an errno, or WOULD_BLOCK. */
  #dispatch(opcode: number): number {
    switch (opcode) {
      case fuse.FUSE_READ:
        return this.#read();
      case fuse.FUSE_LOOKUP:
        return this.#lookup();
      case fuse.FUSE_OPEN:
        return this.#open();
      case fuse.FUSE_RELEASE:
      case fuse.FUSE_RELEASEDIR:
        return this.#release();
      case fuse.FUSE_GETATTR:
        return this.#getattr();
      case fuse.FUSE_READLINK:
        return this.#readlink();
      case fuse.FUSE_FORGET:
        this.nodes.forget(this.#context.u64(4), this.#context.u64(ARGUMENTS));
        return 0;
      case fuse.FUSE_BATCH_FORGET:
        return this.#batchForget();
      case fuse.FUSE_OPENDIR:
        return this.#opendir();
      case fuse.FUSE_READDIR:
        return this.#readdir(false);
      case fuse.FUSE_READDIRPLUS:
        return this.#readdir(true);
      case fuse.FUSE_INIT:
        return this.#init();
      case fuse.FUSE_DESTROY:
        this.end();
        return 0;
      case fuse.FUSE_STATFS:
        return this.#statFs();
      case fuse.FUSE_ACCESS:
        return this.#access();
      case fuse.FUSE_FLUSH:
        return this.#flush();
      case fuse.FUSE_POLL:
        return this.#poll();
      case fuse.FUSE_INTERRUPT:
        return this.#interrupt();
      case fuse.FUSE_LSEEK:
        return openFiles.lseek(this.#context);
      case fuse.FUSE_IOCTL:
        return openFiles.ioctl(this.#context);
      case fuse.FUSE_GETXATTR:
        return attributes.getxattr(this.#context);
      case fuse.FUSE_LISTXATTR:
        return attributes.listxattr(this.#context);
      case fuse.FUSE_FSYNC:
      case fuse.FUSE_FSYNCDIR:
        return openFiles.fsync(this.#context);
      default:
        return this.#change(opcode);
    }
  }

  /** The handlers of what changes the tree: refused as a whole where the mount is read-only. */
  #change(opcode: number): number {
    if (this.#options.readOnly && opcode !== fuse.FUSE_SYNCFS) return opcode in fuse.MINIMUM_BODY ? EROFS : ENOSYS;
    switch (opcode) {
      case fuse.FUSE_WRITE:
        return openFiles.write(this.#context);
      case fuse.FUSE_SETATTR:
        return attributes.setattr(this.#context);
      case fuse.FUSE_CREATE:
        return naming.create(this.#context);
      case fuse.FUSE_TMPFILE:
        return naming.temporary(this.#context);
      case fuse.FUSE_MKNOD:
        return naming.mknod(this.#context);
      case fuse.FUSE_MKDIR:
        return naming.mkdir(this.#context);
      case fuse.FUSE_SYMLINK:
        return naming.symlink(this.#context);
      case fuse.FUSE_LINK:
        return naming.link(this.#context);
      case fuse.FUSE_UNLINK:
        return naming.remove(this.#context, operations.unlink);
      case fuse.FUSE_RMDIR:
        return naming.remove(this.#context, operations.rmdir);
      case fuse.FUSE_RENAME:
        return naming.rename(this.#context, 8, 0);
      case fuse.FUSE_RENAME2:
        return naming.rename(this.#context, 16, this.#context.word(2));
      case fuse.FUSE_SETXATTR:
        return attributes.setxattr(this.#context);
      case fuse.FUSE_REMOVEXATTR:
        return attributes.removexattr(this.#context);
      case fuse.FUSE_FALLOCATE:
        return openFiles.fallocate(this.#context);
      case fuse.FUSE_COPY_FILE_RANGE:
        return openFiles.copyFileRange(this.#context);
      case fuse.FUSE_SYNCFS:
        return this.fileSystem.sync?.() ?? 0;
      default:
        // Locks are the kernel's own (we do not ask for them), as are BMAP and DAX mappings.
        return ENOSYS;
    }
  }

  // Look-up and attributes.

  #init(): number {
    const answer = negotiate(this.#context.words, this.fileSystem.caching, this.reply);
    if (isErrno(answer)) return answer;
    this.#minor = answer.minor;
    return answer.size;
  }

  #lookup(): number {
    const parent = this.#context.node();
    if (!parent) return ESTALE;
    const name = this.#context.name(0);
    if (name === undefined) return EINVAL;
    const found = operations.lookup(parent.vnode, name, this.#caller);
    if (!isErrno(found)) return this.#context.entry(found, parent, name);
    const missing = this.fileSystem.caching.missingMilliseconds;
    // A bell whose absence is remembered rings once.
    if (found !== ENOENT || missing === undefined || name === DOORBELL_NAME) return found;
    this.reply.missing(BODY, missing);
    return ENTRY_OUT_SIZE;
  }

  #batchForget(): number {
    const count = Math.min(this.#context.word(0), (this.#context.length - fuse.IN_HEADER_SIZE - 8) >> 4);
    for (let index = 0; index < count; index++) {
      const word = ARGUMENTS + 2 + index * 4;
      this.nodes.forget(this.#context.u64(word), this.#context.u64(word + 2));
    }
    return 0;
  }

  #getattr(): number {
    const node = this.#context.node();
    return node ? this.#context.attributes(node.vnode) : ESTALE;
  }

  #access(): number {
    const node = this.#context.node();
    return node ? permission(node.vnode, this.#context.word(0) & 7, this.#caller) : ESTALE;
  }

  #statFs(): number {
    const error = this.fileSystem.statfs(this.#statfs, this.#caller, this.#context.node()?.vnode);
    if (isErrno(error)) return error;
    this.reply.statfs(BODY, this.#statfs);
    return STATFS_OUT_SIZE;
  }

  #readlink(): number {
    const node = this.#context.node();
    if (!node) return ESTALE;
    const target = operations.readlink(node.vnode, this.#caller);
    if (isErrno(target)) return target;
    return this.reply.bytes.write(target, HEADER, Math.min(target.length, 4095), 'latin1');
  }

  // Open files.

  #release(): number {
    const handle = this.#context.u64(ARGUMENTS);
    this.#waiting.closed(handle);
    return this.handles.release(handle) ? 0 : EBADF;
  }

  #open(): number {
    const node = this.#context.node();
    if (!node) return ESTALE;
    const flags = this.#context.word(0);
    if (this.#options.readOnly && accessMask(flags) & MAY_WRITE) return EROFS;
    if (this.#context.word(1) & fuse.FUSE_OPEN_KILL_SUIDGID) this.#caller.dropPrivileges();
    const file = operations.open(node.vnode, flags, this.#caller);
    return isErrno(file) ? file : this.#context.opened(BODY, file);
  }

  #opendir(): number {
    const node = this.#context.node();
    if (!node) return ESTALE;
    if (node.vnode.type !== S_IFDIR) return ENOTDIR;
    const file = operations.open(node.vnode, this.#context.word(0), this.#caller);
    return isErrno(file) ? file : this.#context.opened(BODY, file);
  }

  #read(): number {
    const file = this.#context.file();
    if (!file || !canRead(file.flags)) return EBADF;
    if (!file.read) return EINVAL;
    const size = Math.min(this.#context.word(4), MAX_READ);
    const at = this.#context.u64(ARGUMENTS + 2);
    const count = file.read(this.reply.bytes, HEADER, size, at, this.#caller);
    return count === WOULD_BLOCK ? this.#context.park(file) : count;
  }

  #readdir(plus: boolean): number {
    const node = this.#context.node();
    if (!node) return ESTALE;
    const file = this.#context.file();
    if (!file || file.vnode !== node.vnode || node.vnode.type !== S_IFDIR) return EBADF;
    const size = Math.min(this.#context.word(4), MAX_READ);
    return this.#directories.encode(node, this.#context.u64(ARGUMENTS + 2), size, plus, this.#caller);
  }

  #flush(): number {
    const file = this.#context.file();
    if (!file) return EBADF;
    // ENOSYS once, and the kernel never asks again: right where no file has anything to do at close.
    return file.flush ? file.flush(this.#caller) : ENOSYS;
  }

  // Waiting.

  #interrupt(): number {
    this.#waiting.interrupt(this.#context.u64(ARGUMENTS));
    return 0;
  }

  #poll(): number {
    const file = this.#context.file();
    if (!file) return EBADF;
    const events = this.#context.word(5);
    const ready = file.poll?.(this.#caller) ?? DEFAULT_POLL_MASK;
    if (this.#context.word(4) & fuse.FUSE_POLL_SCHEDULE_NOTIFY && !(ready & (events | POLLERR | POLLHUP)) && file.waiters) {
      this.#waiting.watch(this.#context.u64(ARGUMENTS + 2), this.#context.u64(ARGUMENTS), file.waiters);
    }
    this.reply.u64(BODY, ready);
    return 8;
  }
}
