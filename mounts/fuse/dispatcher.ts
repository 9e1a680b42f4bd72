/**
 * Answers FUSE requests from a file system: request bytes in, reply bytes out. It knows nothing of /dev/fuse, threads
 * or processes, so it runs unchanged in a worker, behind a test and behind a recorded stream of requests.
 */

import { SUPERUSER, type Caller } from '../../fs/caller.ts';
import {
  E2BIG,
  EAGAIN,
  EBADF,
  EINVAL,
  EIO,
  ENOENT,
  ENOSYS,
  ENOTDIR,
  ENOTTY,
  EOPNOTSUPP,
  ERANGE,
  EROFS,
  ESTALE,
  type Errno,
  WOULD_BLOCK,
  isErrno,
} from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { DEFAULT_POLL_MASK, MAY_WRITE, O_NONBLOCK, POLLERR, POLLHUP, accessMask, canRead, canWrite } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { permission } from '../../fs/permission.ts';
import { S_IFDIR, S_IFREG, Stat, StatFs } from '../../fs/stat.ts';
import type { AttributeChange, FileSystem, OpenFile, TimeChange, Vnode } from '../../fs/vnode.ts';
import { DirectoryEncoder } from './directory-encoder.ts';
import { DOORBELL_NAME } from './doorbell.ts';
import { FuseCaller, type ThreadDirectory } from './fuse-caller.ts';
import { HandleTable } from './handle-table.ts';
import { MAX_READ, negotiate } from './init.ts';
import { type Forget, MortalNodes } from './mortal-nodes.ts';
import { type Node, NodeTable } from './node-table.ts';
import * as fuse from './protocol.ts';
import { ATTR_OUT_SIZE, BODY, ENTRY_OUT_SIZE, OPEN_OUT_SIZE, ReplyBuffer, STATFS_OUT_SIZE } from './reply-buffer.ts';
import { type Send, Waiting } from './waiting.ts';

const HEADER = fuse.OUT_HEADER_SIZE;
/** Words of the request header; a request's own fields begin at word 10. */
const ARGUMENTS = fuse.IN_HEADER_SIZE / 4;

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
  readonly handles: HandleTable = new HandleTable();
  /** Holds the reply that `handle` returned the length of. */
  readonly reply: ReplyBuffer = new ReplyBuffer(MAX_READ + 4096);
  readonly #options: DispatcherOptions;
  readonly #caller: FuseCaller;
  readonly #directories: DirectoryEncoder;
  readonly #waiting: Waiting;
  readonly #mortal: MortalNodes | undefined;
  readonly #stat = new Stat();
  readonly #statfs = new StatFs();
  /** The request at hand: its bytes, its words and its length. */
  #bytes: Buffer = Buffer.alloc(0);
  #words: Uint32Array = new Uint32Array(0);
  #length = 0;
  #minor = 0;

  constructor(fileSystem: FileSystem, options: DispatcherOptions) {
    this.fileSystem = fileSystem;
    this.#options = options;
    this.#caller = new FuseCaller(options.threads, options.permitted);
    this.#mortal = options.forget && new MortalNodes(options.forget);
    this.nodes = new NodeTable(fileSystem.root, this.#mortal);
    this.#directories = new DirectoryEncoder(this.reply, this.nodes);
    this.#waiting = new Waiting(options.send, (request, words) => {
      const size = this.handle(request, words, request.length);
      if (size > 0) options.send(this.reply.bytes, size);
      this.sent();
    });
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
    this.#bytes = bytes;
    this.#words = words;
    this.#length = length;
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
        this.nodes.forget(this.#u64(4), this.#u64(ARGUMENTS));
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
        return this.#lseek();
      case fuse.FUSE_IOCTL:
        return this.#ioctl();
      case fuse.FUSE_GETXATTR:
        return this.#getxattr();
      case fuse.FUSE_LISTXATTR:
        return this.#listxattr();
      case fuse.FUSE_FSYNC:
      case fuse.FUSE_FSYNCDIR:
        return this.#fsync();
      default:
        return this.#change(opcode);
    }
  }

  /** The handlers of what changes the tree: refused as a whole where the mount is read-only. */
  #change(opcode: number): number {
    if (this.#options.readOnly && opcode !== fuse.FUSE_SYNCFS) return opcode in fuse.MINIMUM_BODY ? EROFS : ENOSYS;
    switch (opcode) {
      case fuse.FUSE_WRITE:
        return this.#write();
      case fuse.FUSE_SETATTR:
        return this.#setattr();
      case fuse.FUSE_CREATE:
        return this.#create();
      case fuse.FUSE_TMPFILE:
        return this.#temporary();
      case fuse.FUSE_MKNOD: {
        const [mode, rdev] = [this.#word(0), this.#word(1)];
        return this.#make((parent, name) => operations.mknod(parent, name, mode, rdev, this.#caller), 16);
      }
      case fuse.FUSE_MKDIR: {
        const mode = this.#word(0);
        return this.#make((parent, name) => operations.mkdir(parent, name, mode, this.#caller), 8);
      }
      case fuse.FUSE_SYMLINK:
        return this.#symlink();
      case fuse.FUSE_LINK:
        return this.#link();
      case fuse.FUSE_UNLINK:
        return this.#remove(operations.unlink);
      case fuse.FUSE_RMDIR:
        return this.#remove(operations.rmdir);
      case fuse.FUSE_RENAME:
        return this.#rename(8, 0);
      case fuse.FUSE_RENAME2:
        return this.#rename(16, this.#word(2));
      case fuse.FUSE_SETXATTR:
        return this.#setxattr();
      case fuse.FUSE_REMOVEXATTR:
        return this.#removexattr();
      case fuse.FUSE_FALLOCATE:
        return this.#fallocate();
      case fuse.FUSE_COPY_FILE_RANGE:
        return this.#copyFileRange();
      case fuse.FUSE_SYNCFS:
        return this.fileSystem.sync?.() ?? 0;
      default:
        // Locks are the kernel's own (we do not ask for them), as are BMAP and DAX mappings.
        return ENOSYS;
    }
  }

  // Request fields.

  /** The word at index `at` of the request's own fields. */
  #word(at: number): number {
    return this.#words[ARGUMENTS + at] as number;
  }

  /** The 64-bit value at an absolute word; beyond 2^53 it is no id or size of ours, whatever it rounds to. */
  #u64(word: number): number {
    return (this.#words[word] as number) + (this.#words[word + 1] as number) * 0x1_0000_0000;
  }

  #node(): Node | undefined {
    return this.nodes.get(this.#u64(4));
  }

  #file(): OpenFile | undefined {
    return this.handles.get(this.#u64(ARGUMENTS));
  }

  /** The NUL-terminated byte string at an offset of the request's own fields, or undefined if its end is missing. */
  #name(offset: number): string | undefined {
    const start = fuse.IN_HEADER_SIZE + offset;
    const bytes = this.#bytes;
    let end = start;
    // Names are short: a loop beats the way into native code.
    while (end < this.#length && bytes[end] !== 0) end++;
    return end < this.#length ? bytes.toString('latin1', start, end) : undefined;
  }

  // Look-up and attributes.

  #init(): number {
    const answer = negotiate(this.#words, this.fileSystem.caching, this.reply);
    if (isErrno(answer)) return answer;
    this.#minor = answer.minor;
    return answer.size;
  }

  /** Encodes the entry of a vnode that was just looked up or made, and counts the look-up. */
  #entry(vnode: Vnode, parent: Node, name: string): number {
    const error = vnode.stat(this.#stat, this.#caller);
    if (isErrno(error)) return error;
    const node = this.nodes.lookedUp(vnode, parent, name);
    const caching = this.fileSystem.caching;
    this.reply.entry(
      BODY,
      node.id,
      node.generation,
      vnode.entryMilliseconds ?? caching.entryMilliseconds,
      vnode.attributeMilliseconds ?? caching.attributeMilliseconds,
      this.#stat,
    );
    return ENTRY_OUT_SIZE;
  }

  #lookup(): number {
    const parent = this.#node();
    if (!parent) return ESTALE;
    const name = this.#name(0);
    if (name === undefined) return EINVAL;
    const found = operations.lookup(parent.vnode, name, this.#caller);
    if (!isErrno(found)) return this.#entry(found, parent, name);
    const missing = this.fileSystem.caching.missingMilliseconds;
    // A bell whose absence is remembered rings once.
    if (found !== ENOENT || missing === undefined || name === DOORBELL_NAME) return found;
    this.reply.missing(BODY, missing);
    return ENTRY_OUT_SIZE;
  }

  #batchForget(): number {
    const count = Math.min(this.#word(0), (this.#length - fuse.IN_HEADER_SIZE - 8) >> 4);
    for (let index = 0; index < count; index++) {
      const word = ARGUMENTS + 2 + index * 4;
      this.nodes.forget(this.#u64(word), this.#u64(word + 2));
    }
    return 0;
  }

  #attributes(vnode: Vnode): number {
    const error = vnode.stat(this.#stat, this.#caller);
    if (isErrno(error)) return error;
    this.reply.attrOut(BODY, vnode.attributeMilliseconds ?? this.fileSystem.caching.attributeMilliseconds, this.#stat);
    return ATTR_OUT_SIZE;
  }

  #getattr(): number {
    const node = this.#node();
    return node ? this.#attributes(node.vnode) : ESTALE;
  }

  #setattr(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const valid = this.#word(0);
    if (valid & fuse.FATTR_KILL_SUIDGID) this.#caller.dropPrivileges();
    const time = (now: number, set: number, seconds: number, nanoseconds: number): TimeChange | undefined => {
      if (valid & now) return 'now';
      if (!(valid & set)) return undefined;
      const whole = (this.#word(seconds + 1) | 0) * 0x1_0000_0000 + this.#word(seconds);
      return { seconds: whole, nanoseconds: this.#word(nanoseconds) };
    };
    const atime = time(fuse.FATTR_ATIME_NOW, fuse.FATTR_ATIME, 8, 14);
    const mtime = time(fuse.FATTR_MTIME_NOW, fuse.FATTR_MTIME, 10, 15);
    const through = valid & fuse.FATTR_FH ? this.handles.get(this.#u64(ARGUMENTS + 2)) : undefined;
    if (valid & fuse.FATTR_FH && (through?.vnode !== node.vnode || !canWrite(through.flags))) return EBADF;
    const change: AttributeChange = {
      ...(valid & fuse.FATTR_MODE && { mode: this.#word(17) & 0o7777 }),
      ...(valid & fuse.FATTR_UID && { uid: this.#word(19) }),
      ...(valid & fuse.FATTR_GID && { gid: this.#word(20) }),
      ...(valid & fuse.FATTR_SIZE && { size: this.#u64(ARGUMENTS + 4) }),
      ...(atime && { atime }),
      ...(mtime && { mtime }),
      ...(through && { through }),
    };
    const error = operations.setattr(node.vnode, change, this.#caller);
    return isErrno(error) ? error : this.#attributes(node.vnode);
  }

  #access(): number {
    const node = this.#node();
    return node ? permission(node.vnode, this.#word(0) & 7, this.#caller) : ESTALE;
  }

  #statFs(): number {
    const error = this.fileSystem.statfs(this.#statfs, this.#caller, this.#node()?.vnode);
    if (isErrno(error)) return error;
    this.reply.statfs(BODY, this.#statfs);
    return STATFS_OUT_SIZE;
  }

  #readlink(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const target = operations.readlink(node.vnode, this.#caller);
    if (isErrno(target)) return target;
    return this.reply.bytes.write(target, HEADER, Math.min(target.length, 4095), 'latin1');
  }

  // Open files.

  /** Encodes an open file's handle behind `word`. */
  #opened(word: number, file: OpenFile): number {
    const { data } = this.fileSystem.caching;
    let flags = data === 'exclusive' ? fuse.FOPEN_KEEP_CACHE : 0;
    if (file.stream) flags = fuse.FOPEN_DIRECT_IO | fuse.FOPEN_STREAM | fuse.FOPEN_NONSEEKABLE;
    else if (file.uncached || (!data && file.vnode.type === S_IFREG)) flags = fuse.FOPEN_DIRECT_IO;
    this.reply.openOut(word, this.handles.add(file), flags);
    return OPEN_OUT_SIZE;
  }

  #release(): number {
    const handle = this.#u64(ARGUMENTS);
    this.#waiting.closed(handle);
    return this.handles.release(handle) ? 0 : EBADF;
  }

  #open(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const flags = this.#word(0);
    if (this.#options.readOnly && accessMask(flags) & MAY_WRITE) return EROFS;
    if (this.#word(1) & fuse.FUSE_OPEN_KILL_SUIDGID) this.#caller.dropPrivileges();
    const file = operations.open(node.vnode, flags, this.#caller);
    return isErrno(file) ? file : this.#opened(BODY, file);
  }

  #opendir(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    if (node.vnode.type !== S_IFDIR) return ENOTDIR;
    const file = operations.open(node.vnode, this.#word(0), this.#caller);
    return isErrno(file) ? file : this.#opened(BODY, file);
  }

  #read(): number {
    const file = this.#file();
    if (!file || !canRead(file.flags)) return EBADF;
    if (!file.read) return EINVAL;
    const size = Math.min(this.#word(4), MAX_READ);
    const at = this.#u64(ARGUMENTS + 2);
    const count = file.read(this.reply.bytes, HEADER, size, at, this.#caller);
    return count === WOULD_BLOCK ? this.#park(file) : count;
  }

  #write(): number {
    const file = this.#file();
    if (!file || !canWrite(file.flags)) return EBADF;
    if (!file.write) return EINVAL;
    const start = fuse.IN_HEADER_SIZE + 40;
    const size = this.#word(4);
    if (start + size > this.#length) return EINVAL;
    // What comes from the page cache later was allowed when it was written, by whomever.
    if (this.#word(5) & fuse.FUSE_WRITE_KILL_SUIDGID) this.#caller.dropPrivileges();
    const caller: Caller = this.#word(5) & fuse.FUSE_WRITE_CACHE ? SUPERUSER : this.#caller;
    const count = file.write(this.#bytes, start, size, this.#u64(ARGUMENTS + 2), caller);
    if (count === WOULD_BLOCK) return this.#park(file);
    if (count < 0) return count;
    this.reply.u64(BODY, count);
    return 8;
  }

  #readdir(plus: boolean): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const file = this.#file();
    if (!file || file.vnode !== node.vnode || node.vnode.type !== S_IFDIR) return EBADF;
    const size = Math.min(this.#word(4), MAX_READ);
    return this.#directories.encode(node, this.#u64(ARGUMENTS + 2), size, plus, this.#caller);
  }

  #flush(): number {
    const file = this.#file();
    if (!file) return EBADF;
    // ENOSYS once, and the kernel never asks again: right where no file has anything to do at close.
    return file.flush ? file.flush(this.#caller) : ENOSYS;
  }

  #fsync(): number {
    const file = this.#file();
    if (!file) return EBADF;
    return file.fsync?.((this.#word(2) & fuse.FUSE_FSYNC_FDATASYNC) !== 0) ?? 0;
  }

  #lseek(): number {
    const file = this.#file();
    if (!file) return EBADF;
    const offset = this.#u64(ARGUMENTS + 2);
    const whence = this.#word(4);
    const position = files.seek(file, offset, whence, this.#caller);
    if (position < 0) return position;
    this.reply.u64(BODY, position);
    return 8;
  }

  #fallocate(): number {
    const file = this.#file();
    if (!file) return EBADF;
    return files.allocate(file, this.#word(6), this.#u64(ARGUMENTS + 2), this.#u64(ARGUMENTS + 4), this.#caller);
  }

  #copyFileRange(): number {
    const from = this.#file();
    const to = this.handles.get(this.#u64(ARGUMENTS + 6));
    if (!from || !to) return EBADF;
    // Generated files have no size to go by: the caller copies by itself.
    if (!this.fileSystem.caching.data) return EOPNOTSUPP;
    const [fromAt, toAt] = [this.#u64(ARGUMENTS + 2), this.#u64(ARGUMENTS + 8)];
    const length = Math.min(this.#u64(ARGUMENTS + 10), MAX_READ);
    const count = files.copyRange(from, fromAt, to, toAt, length, this.reply.bytes, this.#caller);
    if (count < 0) return count === WOULD_BLOCK ? EIO : count;
    this.reply.u64(BODY, count);
    return 8;
  }

  #ioctl(): number {
    const file = this.#file();
    if (!file) return EBADF;
    if (!file.ioctl) return ENOTTY;
    const [inputSize, outputSize] = [this.#word(6), this.#word(7)];
    const start = fuse.IN_HEADER_SIZE + 32;
    if (start + inputSize > this.#length) return EINVAL;
    const argument = this.#u64(ARGUMENTS + 4);
    const answer = file.ioctl(this.#word(3), argument, this.#bytes.subarray(start, start + inputSize), this.#caller);
    if (isErrno(answer)) return answer;
    if (answer.opened) {
      answer.opened.release();
      return ENOTTY;
    }
    const { output = new Uint8Array(0) } = answer;
    // The request's number does not say how long its answer is, so that the kernel would not bring it to the caller.
    if (output.length > outputSize) return ENOTTY;
    this.reply.words[BODY] = answer.result >>> 0;
    this.reply.words.fill(0, BODY + 1, BODY + 4);
    this.reply.bytes.set(output, HEADER + 16);
    return 16 + output.length;
  }

  // Making, moving and removing names.

  #create(): number {
    const parent = this.#node();
    if (!parent) return ESTALE;
    const name = this.#name(16);
    if (name === undefined) return EINVAL;
    const [flags, mode] = [this.#word(0), this.#word(1)];
    const created = operations.createOrOpen(parent.vnode, name, mode, flags, this.#caller);
    return isErrno(created) ? created : this.#created(created.vnode, created.file, parent, name);
  }

  /** Encodes a file that was made and opened. */
  #created(vnode: Vnode, file: OpenFile, parent: Node, name: string): number {
    const size = this.#entry(vnode, parent, name);
    if (size < 0) {
      file.release();
      return size;
    }
    return size + this.#opened(BODY + ENTRY_OUT_SIZE / 4, file);
  }

  /** The name that comes with it means nothing. */
  #temporary(): number {
    const parent = this.#node();
    if (!parent) return ESTALE;
    const [flags, mode] = [this.#word(0), this.#word(1)];
    const created = operations.temporary(parent.vnode, mode, flags, this.#caller);
    return isErrno(created) ? created : this.#created(created.vnode, created.file, parent, '');
  }

  /** Runs an operation that makes a node; its name follows `fixed` bytes of fields. */
  #make(operation: (parent: Vnode, name: string) => Vnode | Errno, fixed: number): number {
    const parent = this.#node();
    if (!parent) return ESTALE;
    const name = this.#name(fixed);
    if (name === undefined) return EINVAL;
    const made = operation(parent.vnode, name);
    return isErrno(made) ? made : this.#entry(made, parent, name);
  }

  #symlink(): number {
    const name = this.#name(0);
    const target = name === undefined ? undefined : this.#name(name.length + 1);
    if (target === undefined) return EINVAL;
    return this.#make((parent, link) => operations.symlink(parent, link, target, this.#caller), 0);
  }

  #link(): number {
    const existing = this.nodes.get(this.#u64(ARGUMENTS))?.vnode;
    if (!existing) return ESTALE;
    return this.#make((parent, name) => {
      const error = operations.link(parent, name, existing, this.#caller);
      return isErrno(error) ? error : existing;
    }, 8);
  }

  #remove(operation: typeof operations.unlink): number {
    const parent = this.#node();
    if (!parent) return ESTALE;
    const name = this.#name(0);
    return name === undefined ? EINVAL : operation(parent.vnode, name, this.#caller);
  }

  #rename(fixed: number, flags: number): number {
    const parent = this.#node();
    const newParent = this.nodes.get(this.#u64(ARGUMENTS));
    if (!parent || !newParent) return ESTALE;
    const name = this.#name(fixed);
    const newName = name === undefined ? undefined : this.#name(fixed + name.length + 1);
    if (name === undefined || newName === undefined) return EINVAL;
    const error = operations.rename(parent.vnode, name, newParent.vnode, newName, flags, this.#caller);
    if (error === 0 && parent !== newParent) {
      this.#moved(newParent, newName);
      this.#moved(parent, name);
    }
    return error;
  }

  /** A node may have come to a directory. */
  #moved(parent: Node, name: string): void {
    const vnode = parent.vnode.lookup?.(name, this.#caller);
    if (vnode && !isErrno(vnode)) this.nodes.moved(vnode, parent, name);
  }

  // Extended attributes.

  #getxattr(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const name = this.#name(8);
    if (name === undefined) return EINVAL;
    const value = operations.getxattr(node.vnode, name, this.#caller);
    return isErrno(value) ? value : this.#sized(value);
  }

  #listxattr(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const names = operations.listxattr(node.vnode, this.#caller);
    return isErrno(names) ? names : this.#sized(Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'));
  }

  /** Answers with a value, or with its size where the caller asked for that with a size of 0. */
  #sized(value: Uint8Array): number {
    const room = this.#word(0);
    if (room === 0) {
      this.reply.u64(BODY, value.length);
      return 8;
    }
    if (value.length > room) return ERANGE;
    if (value.length > MAX_READ) return E2BIG;
    this.reply.bytes.set(value, HEADER);
    return value.length;
  }

  #setxattr(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const [size, flags] = [this.#word(0), this.#word(1)];
    const name = this.#name(8);
    if (name === undefined) return EINVAL;
    const start = fuse.IN_HEADER_SIZE + 8 + name.length + 1;
    if (start + size > this.#length) return EINVAL;
    return operations.setxattr(node.vnode, name, this.#bytes.subarray(start, start + size), flags, this.#caller);
  }

  #removexattr(): number {
    const node = this.#node();
    if (!node) return ESTALE;
    const name = this.#name(0);
    return name === undefined ? EINVAL : operations.removexattr(node.vnode, name, this.#caller);
  }

  // Waiting.

  /** Puts the request at hand aside until its file changes, unless its caller does not wait. */
  #park(file: OpenFile): number {
    if (this.#word(8) & O_NONBLOCK) return EAGAIN;
    if (!file.waiters) return EIO;
    this.#waiting.park(this.#u64(2), this.#u64(ARGUMENTS), this.#bytes, this.#length, file.waiters);
    return WOULD_BLOCK;
  }

  #interrupt(): number {
    this.#waiting.interrupt(this.#u64(ARGUMENTS));
    return 0;
  }

  #poll(): number {
    const file = this.#file();
    if (!file) return EBADF;
    const events = this.#word(5);
    const ready = file.poll?.(this.#caller) ?? DEFAULT_POLL_MASK;
    if (this.#word(4) & fuse.FUSE_POLL_SCHEDULE_NOTIFY && !(ready & (events | POLLERR | POLLHUP)) && file.waiters) {
      this.#waiting.watch(this.#u64(ARGUMENTS + 2), this.#u64(ARGUMENTS), file.waiters);
    }
    this.reply.u64(BODY, ready);
    return 8;
  }
}
