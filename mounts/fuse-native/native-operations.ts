/**
 * The operations of fuse-native from a file system's vnodes. The package names files by their paths and does not say who
 * asks, so that every request has the same caller; the kernel has followed all symbolic links.
 *
 * Differs: there are no extended attributes, whose buffers the package mishandles when they are empty; it passes one time
 * for both in utimens, and times in milliseconds; and /proc/self leads nowhere.
 */

import type { Caller } from '../../fs/caller.ts';
import { EAGAIN, EBADF, EINTR, EIO, ENOENT, EROFS, type Errno, type WouldBlock, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { O_NONBLOCK, O_RDWR } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { permission } from '../../fs/permission.ts';
import { Stat, StatFs } from '../../fs/stat.ts';
import type { AttributeChange, FileSystem, OpenFile, TimeChange, Vnode } from '../../fs/vnode.ts';
import type { WaitQueue } from '../../fs/wait-queue.ts';
import type { Counters } from '../fuse/counters.ts';
import { HandleTable } from '../fuse/handle-table.ts';
import * as fuse from '../fuse/protocol.ts';
import type { Answer, NativeOperations, NativeStat, NativeStatFs } from './package.ts';

/** What libfuse has no room for beyond 32 bits. */
const U32 = 0xffff_ffff;
/** utimens passes milliseconds. */
const time = (milliseconds: number): TimeChange => ({
  seconds: Math.floor(milliseconds / 1000),
  nanoseconds: (milliseconds % 1000) * 1e6,
});

export interface NativeServerOptions {
  readonly fileSystem: FileSystem;
  readonly caller: Caller;
  readonly readOnly: boolean;
  readonly counters: Counters;
  /** Hears of requests that failed by a mistake of ours; they are answered with EIO. */
  readonly failed: (error: unknown) => void;
}

/** A request that is done, failed, or has to wait for its file. */
type Outcome<T> = { readonly value: T } | { readonly count: number } | Errno | 0;

/** A transfer that waits for its file. */
interface Waiting {
  readonly handle: number;
  readonly again: () => void;
  readonly giveUp: () => void;
}

export class NativeServer implements NativeOperations {
  readonly #fileSystem: FileSystem;
  readonly #caller: Caller;
  readonly #options: NativeServerOptions;
  readonly #handles = new HandleTable();
  readonly #waiting = new Set<Waiting & { readonly cancel: () => void }>();
  readonly #stat = new Stat();

  constructor(options: NativeServerOptions) {
    this.#fileSystem = options.fileSystem;
    this.#caller = options.caller;
    this.#options = options;
    // The package calls its operations as plain functions of an object.
    for (const name of OPERATIONS) this[name] = this[name].bind(this) as never;
  }

  /** Releases what is open: the mount is gone. */
  end(): void {
    this.#giveUp();
    this.#handles.releaseAll();
    this.#fileSystem.dispose?.();
  }

  /** Runs one operation, counts it and answers it. */
  #answer<T>(opcode: number, answer: Answer<T>, operation: () => Outcome<T>): void {
    const started = performance.now();
    let outcome: Outcome<T>;
    try {
      outcome = operation();
    } catch (error) {
      this.#options.counters.fault();
      this.#options.failed(error);
      outcome = EIO;
    }
    const { counters } = this.#options;
    counters.time(performance.now() - started);
    counters.countRequest(opcode, this.#handles.size, 0, this.#waiting.size);
    if (typeof outcome === 'number') answer(outcome);
    else if ('count' in outcome) answer(outcome.count);
    else answer(0, outcome.value);
  }

  /** Likewise for what changes the tree. */
  #change(opcode: number, answer: Answer, operation: () => Vnode | Errno | 0): void {
    this.#answer(opcode, answer, () => {
      const result = this.#options.readOnly ? EROFS : operation();
      return typeof result === 'number' ? result : 0;
    });
  }

  /** Transfers data, again each time that the file changes while it says that it has to wait. */
  #transfer(
    opcode: number,
    handle: number,
    answer: Answer,
    transfer: (file: OpenFile) => number | Errno | WouldBlock,
  ): void {
    let waits = false;
    const reply = (result: number): void => {
      if (!waits) answer(result);
    };
    this.#answer(opcode, reply, () => {
      const file = this.#handles.get(handle);
      if (!file) return EBADF;
      const count = transfer(file);
      if (count !== WOULD_BLOCK) return { count };
      if (file.flags & O_NONBLOCK) return EAGAIN;
      if (!file.waiters) return EIO;
      waits = true;
      const again = (): void => this.#transfer(opcode, handle, answer, transfer);
      this.#wait(file.waiters, { handle, again, giveUp: () => answer(EINTR) });
      return 0;
    });
  }

  /** Puts a request aside until its file changes. */
  #wait(waiters: WaitQueue, waiting: Waiting): void {
    const cancel = waiters.add(() => {
      // One that is woken may wake the next, whose turn then comes twice.
      if (!this.#waiting.delete(entry)) return;
      cancel();
      waiting.again();
    });
    const entry = { ...waiting, cancel };
    this.#waiting.add(entry);
  }

  /** Answers what waits for a file that is closed, or for any where none is named. */
  #giveUp(handle?: number): void {
    for (const entry of this.#waiting) {
      if (handle !== undefined && entry.handle !== handle) continue;
      this.#waiting.delete(entry);
      entry.cancel();
      entry.giveUp();
    }
  }

  #walk(path: string): Vnode | Errno {
    let vnode = this.#fileSystem.root;
    for (const name of bytes(path).split('/')) {
      if (name === '') continue;
      const found = operations.lookup(vnode, name, this.#caller);
      if (isErrno(found)) return found;
      vnode = found;
    }
    return vnode;
  }

  /** Runs an operation on the file that a path leads to. */
  #at<T>(path: string, operation: (vnode: Vnode) => T | Errno): T | Errno {
    const vnode = this.#walk(path);
    return isErrno(vnode) ? vnode : operation(vnode);
  }

  /** Runs an operation on a directory and a name in it. */
  #in<T>(path: string, operation: (directory: Vnode, name: string) => T | Errno): T | Errno {
    const slash = path.lastIndexOf('/');
    return this.#at(path.slice(0, slash), (directory) => operation(directory, bytes(path.slice(slash + 1))));
  }

  #attributes(vnode: Vnode): { value: NativeStat } | Errno {
    const stat = this.#stat;
    const error = vnode.stat(stat, this.#caller);
    if (isErrno(error)) return error;
    const { mode, uid, gid, nlink, rdev, blksize } = stat;
    const milliseconds = (seconds: number, nanoseconds: number): number => seconds * 1000 + Math.floor(nanoseconds / 1e6);
    return {
      value: {
        mode,
        uid,
        gid,
        nlink,
        rdev,
        blksize,
        ino: Number(BigInt(stat.ino) & BigInt(U32)),
        size: Number(stat.size),
        blocks: Number(stat.blocks),
        atime: milliseconds(stat.atime, stat.atimeNanoseconds),
        mtime: milliseconds(stat.mtime, stat.mtimeNanoseconds),
        ctime: milliseconds(stat.ctime, stat.ctimeNanoseconds),
      },
    };
  }

  #opened(file: OpenFile | Errno): Outcome<number> {
    return isErrno(file) ? file : { value: this.#handles.add(file) };
  }

  #setattr(opcode: number, path: string, change: AttributeChange, answer: Answer): void {
    this.#change(opcode, answer, () => this.#at(path, (vnode) => operations.setattr(vnode, change, this.#caller)));
  }

  getattr(path: string, answer: Answer<NativeStat>): void {
    this.#answer(fuse.FUSE_GETATTR, answer, () => this.#at(path, (vnode) => this.#attributes(vnode)));
  }

  fgetattr(path: string, _handle: number, answer: Answer<NativeStat>): void {
    this.getattr(path, answer);
  }

  access(path: string, mode: number, answer: Answer): void {
    this.#answer(fuse.FUSE_ACCESS, answer, () => this.#at(path, (vnode) => permission(vnode, mode, this.#caller)));
  }

  statfs(_path: string, answer: Answer<NativeStatFs>): void {
    this.#answer(fuse.FUSE_STATFS, answer, () => {
      const stat = new StatFs();
      const error = this.#fileSystem.statfs(stat, this.#caller);
      if (isErrno(error)) return error;
      const value = {
        bsize: stat.blockSize,
        frsize: stat.fragmentSize,
        blocks: stat.blocks,
        bfree: stat.blocksFree,
        bavail: stat.blocksAvailable,
        files: stat.files,
        ffree: stat.filesFree,
        favail: stat.filesFree,
        namemax: stat.nameLength,
      };
      return { value };
    });
  }

  readdir(path: string, answer: Answer<readonly string[]>): void {
    this.#answer(fuse.FUSE_READDIR, answer, () =>
      this.#at(path, (vnode) => {
        const names = ['.', '..'];
        const take = (name: string): boolean => names.push(text(name)) > 0;
        const error = vnode.list ? vnode.list(0, { add: take }, this.#caller) : ENOENT;
        return isErrno(error) ? error : { value: names };
      }),
    );
  }

  readlink(path: string, answer: Answer<string>): void {
    this.#answer(fuse.FUSE_READLINK, answer, () => {
      const target = this.#at(path, (vnode) => operations.readlink(vnode, this.#caller));
      return isErrno(target) ? target : { value: text(target) };
    });
  }

  open(path: string, flags: number, answer: Answer<number>): void {
    this.#answer(fuse.FUSE_OPEN, answer, () => {
      if (this.#options.readOnly && flags & 3) return EROFS;
      return this.#opened(this.#at(path, (vnode) => operations.open(vnode, flags, this.#caller)));
    });
  }

  create(path: string, mode: number, answer: Answer<number>): void {
    this.#answer(fuse.FUSE_CREATE, answer, () => {
      if (this.#options.readOnly) return EROFS;
      const made = this.#in(path, (directory, name) => operations.create(directory, name, mode, O_RDWR, this.#caller));
      return isErrno(made) ? made : this.#opened(made.file);
    });
  }

  read(_path: string, handle: number, into: Buffer, length: number, at: number, answer: Answer): void {
    this.#transfer(fuse.FUSE_READ, handle, answer, (file) => files.read(file, into, 0, length, at, this.#caller));
  }

  write(_path: string, handle: number, from: Buffer, length: number, at: number, answer: Answer): void {
    this.#transfer(fuse.FUSE_WRITE, handle, answer, (file) => files.write(file, from, 0, length, at, this.#caller));
  }

  release(_path: string, handle: number, answer: Answer): void {
    this.#giveUp(handle);
    this.#answer(fuse.FUSE_RELEASE, answer, () => (this.#handles.release(handle) ? 0 : EBADF));
  }

  fsync(_path: string, dataOnly: boolean, handle: number, answer: Answer): void {
    this.#answer(fuse.FUSE_FSYNC, answer, () => this.#handles.get(handle)?.fsync?.(dataOnly) ?? 0);
  }

  truncate(path: string, size: number, answer: Answer): void {
    this.#setattr(fuse.FUSE_SETATTR, path, { size }, answer);
  }

  ftruncate(_path: string, handle: number, size: number, answer: Answer): void {
    this.#change(fuse.FUSE_SETATTR, answer, () => {
      const file = this.#handles.get(handle);
      return file ? files.truncate(file, size, this.#caller) : EBADF;
    });
  }

  utimens(path: string, atime: number, mtime: number, answer: Answer): void {
    this.#setattr(fuse.FUSE_SETATTR, path, { atime: time(atime), mtime: time(mtime) }, answer);
  }

  chmod(path: string, mode: number, answer: Answer): void {
    this.#setattr(fuse.FUSE_SETATTR, path, { mode: mode & 0o7777 }, answer);
  }

  chown(path: string, uid: number, gid: number, answer: Answer): void {
    const change = { ...(uid !== U32 && { uid }), ...(gid !== U32 && { gid }) };
    this.#setattr(fuse.FUSE_SETATTR, path, change, answer);
  }

  mknod(path: string, mode: number, device: number, answer: Answer): void {
    this.#change(fuse.FUSE_MKNOD, answer, () =>
      this.#in(path, (directory, name) => operations.mknod(directory, name, mode, device, this.#caller)),
    );
  }

  mkdir(path: string, mode: number, answer: Answer): void {
    this.#change(fuse.FUSE_MKDIR, answer, () =>
      this.#in(path, (directory, name) => operations.mkdir(directory, name, mode, this.#caller)),
    );
  }

  rmdir(path: string, answer: Answer): void {
    this.#change(fuse.FUSE_RMDIR, answer, () =>
      this.#in(path, (directory, name) => operations.rmdir(directory, name, this.#caller)),
    );
  }

  unlink(path: string, answer: Answer): void {
    this.#change(fuse.FUSE_UNLINK, answer, () =>
      this.#in(path, (directory, name) => operations.unlink(directory, name, this.#caller)),
    );
  }

  rename(path: string, newPath: string, answer: Answer): void {
    this.#change(fuse.FUSE_RENAME, answer, () =>
      this.#in(path, (directory, name) =>
        this.#in(newPath, (newDirectory, newName) =>
          operations.rename(directory, name, newDirectory, newName, 0, this.#caller),
        ),
      ),
    );
  }

  link(path: string, newPath: string, answer: Answer): void {
    this.#change(fuse.FUSE_LINK, answer, () =>
      this.#at(path, (existing) =>
        this.#in(newPath, (directory, name) => operations.link(directory, name, existing, this.#caller)),
      ),
    );
  }

  symlink(target: string, path: string, answer: Answer): void {
    this.#change(fuse.FUSE_SYMLINK, answer, () =>
      this.#in(path, (directory, name) => operations.symlink(directory, name, bytes(target), this.#caller)),
    );
  }
}

const OPERATIONS = [
  'getattr',
  'fgetattr',
  'access',
  'statfs',
  'readdir',
  'readlink',
  'open',
  'create',
  'read',
  'write',
  'release',
  'fsync',
  'truncate',
  'ftruncate',
  'utimens',
  'chmod',
  'chown',
  'mknod',
  'mkdir',
  'rmdir',
  'unlink',
  'rename',
  'link',
  'symlink',
] as const satisfies readonly (keyof NativeOperations)[];

/** Text as a byte string; names that are not UTF-8 do not survive the package. */
function bytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** A byte string as text. */
function text(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
