/** A process of our own: system calls that go through a Vfs. */

import { FixedCaller } from '../caller.ts';
import { EAGAIN, EBADF, ENOTTY, ESPIPE, type Errno, WOULD_BLOCK, type WouldBlock, isErrno } from '../errno.ts';
import * as files from '../file-operations.ts';
import { AT_SYMLINK_NOFOLLOW, DEFAULT_POLL_MASK } from '../flags.ts';
import * as operations from '../operations.ts';
import { workingDirectory } from '../path-name.ts';
import type { Place } from '../place.ts';
import { Stat, StatFs, deviceMajor, deviceMinor, makeDevice, direntType } from '../stat.ts';
import type { AttributeChange, OpenFile, TimeChange } from '../vnode.ts';
import type { Vfs } from '../vfs.ts';
import { AT_FDCWD, type Identity, type IoctlResult, type Process, type ProcessEntry, type ProcessStat, type ProcessStatFs, type SetTime } from './process.ts';

interface Descriptor {
  readonly file: OpenFile;
  position: number;
}

/** How many entries one listing call gives: few, so that listings are resumed often. */
const ENTRIES_PER_CALL = 7;

const BUFFER = Buffer.alloc(1 << 20);

function moment(time: SetTime): TimeChange | undefined {
  if (time === 'omit') return undefined;
  if (time === 'now') return 'now';
  const nanoseconds = Number(((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  return { seconds: Number((time - BigInt(nanoseconds)) / 1_000_000_000n), nanoseconds };
}

export class VfsProcess implements Process {
  readonly #vfs: Vfs;
  #caller: FixedCaller;
  #identity: Identity = { uid: 0, gid: 0 };
  #umask = 0;
  #cwd: Place;
  readonly #descriptors = new Map<number, Descriptor>();

  constructor(vfs: Vfs) {
    this.#vfs = vfs;
    this.#cwd = vfs.mounts.root;
    this.#caller = this.#makeCaller();
  }

  #makeCaller(): FixedCaller {
    return new FixedCaller({ ...this.#identity, umask: this.#umask, cwd: this.#cwd });
  }

  become(identity: Identity): void {
    this.#identity = identity;
    this.#caller = this.#makeCaller();
  }

  umask(mask: number): void {
    this.#umask = mask;
    this.#caller = this.#makeCaller();
  }

  chdir(path: string): Errno | 0 {
    const place = this.#vfs.chdir(path, this.#caller);
    if (isErrno(place)) return place;
    this.#cwd = place;
    this.#caller = this.#makeCaller();
    return 0;
  }

  #file(fd: number): OpenFile | Errno {
    return this.#descriptors.get(fd)?.file ?? EBADF;
  }

  #from(fd: number | undefined): Place | undefined {
    if (fd === undefined || fd === AT_FDCWD) return undefined;
    const file = this.#file(fd);
    return isErrno(file) ? undefined : file.place;
  }

  open(path: string, flags: number, mode = 0, directory: number = AT_FDCWD): number {
    return this.openat2(path, flags, mode, 0, directory);
  }

  openat2(path: string, flags: number, mode: number, resolve: number, directory: number = AT_FDCWD): number {
    const file = this.#vfs.open(path, flags, mode, this.#caller, this.#from(directory), resolve);
    return isErrno(file) ? file : this.#install(file);
  }

  #install(file: OpenFile): number {
    let fd = 3;
    while (this.#descriptors.has(fd)) fd++;
    this.#descriptors.set(fd, { file, position: 0 });
    return fd;
  }

  close(fd: number): number {
    const file = this.#file(fd);
    if (isErrno(file)) return file;
    this.#descriptors.delete(fd);
    file.release();
    return 0;
  }

  /** A transfer; a process of tests never waits. `at` is the file's position where it is undefined. */
  #transfer(
    fd: number,
    at: number | undefined,
    action: (file: OpenFile, at: number) => number | Errno | WouldBlock,
  ): number {
    const descriptor = this.#descriptors.get(fd);
    if (!descriptor) return EBADF;
    const { file } = descriptor;
    if (file.stream && at !== undefined) return ESPIPE;
    const count = action(file, at ?? descriptor.position);
    if (count === WOULD_BLOCK) return EAGAIN;
    if (at === undefined && count > 0 && !file.stream) descriptor.position += count;
    return count;
  }

  #read(fd: number, length: number, at: number | undefined): string | Errno {
    const count = this.#transfer(fd, at, (file, from) => files.read(file, BUFFER, 0, length, from, this.#caller));
    return isErrno(count) ? count : BUFFER.toString('latin1', 0, count);
  }

  #write(fd: number, text: string, at: number | undefined): number {
    const bytes = Buffer.from(text, 'latin1');
    return this.#transfer(fd, at, (file, to) => {
      const offset = files.writeOffset(file, to, this.#caller);
      return isErrno(offset) ? offset : files.write(file, bytes, 0, bytes.length, offset, this.#caller);
    });
  }

  read(fd: number, length: number, at: number): string | Errno {
    return this.#read(fd, length, at);
  }

  write(fd: number, text: string, at: number): number {
    return this.#write(fd, text, at);
  }

  append(fd: number, text: string): number {
    const descriptor = this.#descriptors.get(fd);
    if (!descriptor) return EBADF;
    const { file } = descriptor;
    const end = files.writeOffset(file, descriptor.position, this.#caller);
    if (isErrno(end)) return end;
    descriptor.position = end;
    return this.#write(fd, text, undefined);
  }

  readNext(fd: number, length: number): string | Errno {
    return this.#read(fd, length, undefined);
  }

  poll(fd: number): number {
    const file = this.#file(fd);
    return isErrno(file) ? file : (file.poll?.(this.#caller) ?? DEFAULT_POLL_MASK);
  }

  ioctl(fd: number, command: number, argument: number | Uint8Array): IoctlResult {
    const nothing = new Uint8Array(0);
    const file = this.#file(fd);
    if (isErrno(file)) return { result: file, output: nothing };
    const [value, input] = typeof argument === 'number' ? [argument, nothing] : [1, Buffer.from(argument)];
    const answer = file.ioctl?.(command, value, input, this.#caller) ?? ENOTTY;
    if (isErrno(answer)) return { result: answer, output: nothing };
    if (answer.opened) return { result: this.#install(answer.opened), output: nothing };
    if (answer.output) input.set(answer.output.subarray(0, input.length));
    return { result: answer.result, output: Uint8Array.from(input) };
  }

  seek(fd: number, offset: number, whence: number): number {
    const descriptor = this.#descriptors.get(fd);
    if (!descriptor) return EBADF;
    const position = files.reposition(descriptor.file, offset, whence, descriptor.position, this.#caller);
    if (position >= 0) descriptor.position = position;
    return position;
  }

  allocate(fd: number, mode: number, offset: number, length: number): number {
    const file = this.#file(fd);
    return isErrno(file) ? file : files.allocate(file, mode, offset, length, this.#caller);
  }

  copyRange(from: number, fromAt: number, to: number, toAt: number, length: number): number {
    const [source, target] = [this.#file(from), this.#file(to)];
    if (isErrno(source)) return source;
    if (isErrno(target)) return target;
    return files.copyRange(source, fromAt, target, toAt, length, BUFFER, this.#caller);
  }

  fsync(fd: number): number {
    const file = this.#file(fd);
    return isErrno(file) ? file : (file.fsync?.(false) ?? 0);
  }

  entries(fd: number): readonly ProcessEntry[] | Errno {
    const descriptor = this.#descriptors.get(fd);
    if (!descriptor) return EBADF;
    const found: ProcessEntry[] = [];
    const sink = {
      add(name: string, ino: number | bigint, type: Parameters<typeof direntType>[0], cookie: number): boolean {
        if (found.length === ENTRIES_PER_CALL) return false;
        found.push({ name, ino: Number(ino), type: direntType(type), cookie });
        return true;
      },
    };
    const error = files.list(descriptor.file, descriptor.position, sink, this.#caller);
    if (isErrno(error)) return error;
    const last = found.at(-1);
    if (last) descriptor.position = last.cookie;
    return found;
  }

  #stat(path: string, flags: number): ProcessStat | Errno {
    const stat = new Stat();
    const place = this.#vfs.stat(path, flags, stat, this.#caller);
    return isErrno(place) ? place : describe(stat, place.mount.device);
  }

  stat(path: string): ProcessStat | Errno {
    return this.#stat(path, 0);
  }

  lstat(path: string): ProcessStat | Errno {
    return this.#stat(path, AT_SYMLINK_NOFOLLOW);
  }

  fstat(fd: number): ProcessStat | Errno {
    const file = this.#file(fd);
    if (isErrno(file)) return file;
    const stat = new Stat();
    const error = file.vnode.stat(stat, this.#caller);
    return isErrno(error) ? error : describe(stat, file.place?.mount.device ?? 0);
  }

  statfs(path: string): ProcessStatFs | Errno {
    const stat = new StatFs();
    const error = this.#vfs.statfs(path, stat, this.#caller);
    return isErrno(error) ? error : stat;
  }

  access(path: string, mask: number): number {
    return this.#vfs.access(path, mask, 0, this.#caller);
  }

  readlink(path: string): string | Errno {
    return this.#vfs.readlink(path, this.#caller);
  }

  mkdir(path: string, mode: number): number {
    return this.#vfs.mkdir(path, mode, this.#caller);
  }

  mknod(path: string, mode: number, major = 0, minor = 0): number {
    return this.#vfs.mknod(path, mode, makeDevice(major, minor), this.#caller);
  }

  symlink(target: string, path: string): number {
    return this.#vfs.symlink(target, path, this.#caller);
  }

  link(path: string, newPath: string, flags = 0, directory: number = AT_FDCWD): number {
    return this.#vfs.link(path, newPath, flags, this.#caller, this.#from(directory));
  }

  unlink(path: string): number {
    return this.#vfs.unlink(path, this.#caller);
  }

  rmdir(path: string): number {
    return this.#vfs.rmdir(path, this.#caller);
  }

  rename(path: string, newPath: string, flags = 0): number {
    return this.#vfs.rename(path, newPath, flags, this.#caller);
  }

  chmod(path: string, mode: number): number {
    return this.#vfs.chmod(path, mode, 0, this.#caller);
  }

  #change(fd: number, change: AttributeChange): number {
    const file = this.#file(fd);
    return isErrno(file) ? file : operations.setattr(file.vnode, change, this.#caller);
  }

  fchmod(fd: number, mode: number): number {
    return this.#change(fd, { mode });
  }

  chown(path: string, uid: number, gid: number): number {
    return this.#vfs.chown(path, uid, gid, 0, this.#caller);
  }

  lchown(path: string, uid: number, gid: number): number {
    return this.#vfs.chown(path, uid, gid, AT_SYMLINK_NOFOLLOW, this.#caller);
  }

  fchown(fd: number, uid: number, gid: number): number {
    return this.#change(fd, { ...(uid !== -1 && { uid }), ...(gid !== -1 && { gid }) });
  }

  utimens(path: string, atime: SetTime, mtime: SetTime): number {
    return this.#vfs.utimens(path, moment(atime), moment(mtime), 0, this.#caller);
  }

  lutimens(path: string, atime: SetTime, mtime: SetTime): number {
    return this.#vfs.utimens(path, moment(atime), moment(mtime), AT_SYMLINK_NOFOLLOW, this.#caller);
  }

  futimens(fd: number, atime: SetTime, mtime: SetTime): number {
    const [access, modification] = [moment(atime), moment(mtime)];
    return this.#change(fd, { ...(access && { atime: access }), ...(modification && { mtime: modification }) });
  }

  truncate(path: string, size: number): number {
    return this.#vfs.truncate(path, size, this.#caller);
  }

  ftruncate(fd: number, size: number): number {
    const file = this.#file(fd);
    return isErrno(file) ? file : files.truncate(file, size, this.#caller);
  }

  #getxattr(path: string, name: string, flags: number): string | Errno {
    const value = this.#vfs.getxattr(path, name, flags, this.#caller);
    return isErrno(value) ? value : Buffer.from(value).toString('latin1');
  }

  getxattr(path: string, name: string): string | Errno {
    return this.#getxattr(path, name, 0);
  }

  lgetxattr(path: string, name: string): string | Errno {
    return this.#getxattr(path, name, AT_SYMLINK_NOFOLLOW);
  }

  listxattr(path: string): readonly string[] | Errno {
    return this.#vfs.listxattr(path, 0, this.#caller);
  }

  setxattr(path: string, name: string, value: string, flags = 0): number {
    return this.#vfs.setxattr(path, name, Buffer.from(value, 'latin1'), flags, 0, this.#caller);
  }

  lsetxattr(path: string, name: string, value: string, flags = 0): number {
    return this.#vfs.setxattr(path, name, Buffer.from(value, 'latin1'), flags, AT_SYMLINK_NOFOLLOW, this.#caller);
  }

  removexattr(path: string, name: string): number {
    return this.#vfs.removexattr(path, name, 0, this.#caller);
  }

  getcwd(): string | Errno {
    return workingDirectory(this.#vfs.mounts, this.#cwd);
  }

  end(): void {
    for (const fd of [...this.#descriptors.keys()]) this.close(fd);
  }
}

function describe(stat: Stat, device: number): ProcessStat {
  const nanoseconds = (seconds: number, rest: number): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  return {
    device,
    ino: Number(stat.ino),
    mode: stat.mode,
    nlink: stat.nlink,
    uid: stat.uid,
    gid: stat.gid,
    rdevMajor: deviceMajor(stat.rdev),
    rdevMinor: deviceMinor(stat.rdev),
    size: stat.size,
    blocks: stat.blocks,
    atime: nanoseconds(stat.atime, stat.atimeNanoseconds),
    mtime: nanoseconds(stat.mtime, stat.mtimeNanoseconds),
    ctime: nanoseconds(stat.ctime, stat.ctimeNanoseconds),
  };
}
