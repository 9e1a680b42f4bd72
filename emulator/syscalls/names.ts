/** Names of files, and directories: mkdir(2), rename(2), readlink(2), getdents64(2), chdir(2) and their relatives (fs/namei.c, readdir.c). */

import { CAP_SYS_CHROOT } from '../../fs/caller.ts';
import { EBADF, EFAULT, EINVAL, ENOENT, ENOTDIR, EPERM, ERANGE, type Errno, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, MAY_EXEC } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { permission } from '../../fs/permission.ts';
import type { Place } from '../../fs/place.ts';
import { reRootedDirectory } from '../../fs/reroot.ts';
import { type FileType, S_IFDIR, S_IFLNK, direntType } from '../../fs/stat.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import type { DirectorySink } from '../../fs/vnode.ts';
import type { Task } from '../kernel/task.ts';
import { bytesOf, put, setLong, writable } from '../kernel/user-memory.ts';
import { AT_FDCWD, any, base, isItself, path as pathArgument, usable } from './files.ts';

/** A path argument with where it begins. */
function resolve(task: Task, dirfd: number, address: number): { path: string; from: Place | undefined } | Errno {
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const from = base(task, dirfd, path);
  return isErrno(from) ? from : { path, from };
}

export function mkdirat(task: Task, dirfd: number, address: number, mode: number): number {
  const at = resolve(task, dirfd, address);
  return isErrno(at) ? at : task.kernel.vfs.mkdir(at.path, mode & 0o7777, task, at.from);
}

export function mkdir(task: Task, path: number, mode: number): number {
  return mkdirat(task, AT_FDCWD, path, mode);
}

export function mknodat(task: Task, dirfd: number, address: number, mode: number, device: number): number {
  const at = resolve(task, dirfd, address);
  return isErrno(at) ? at : task.kernel.vfs.mknod(at.path, mode & 0o177777, device >>> 0, task, at.from);
}

export function mknod(task: Task, path: number, mode: number, device: number): number {
  return mknodat(task, AT_FDCWD, path, mode, device);
}

export function unlinkat(task: Task, dirfd: number, address: number, flags: number): number {
  if (flags & ~AT_REMOVEDIR) return EINVAL;
  const at = resolve(task, dirfd, address);
  if (isErrno(at)) return at;
  const { vfs } = task.kernel;
  return flags & AT_REMOVEDIR ? vfs.rmdir(at.path, task, at.from) : vfs.unlink(at.path, task, at.from);
}

export function unlink(task: Task, path: number): number {
  return unlinkat(task, AT_FDCWD, path, 0);
}

export function rmdir(task: Task, path: number): number {
  return unlinkat(task, AT_FDCWD, path, AT_REMOVEDIR);
}

export function renameat2(task: Task, dirfd: number, address: number, newDirfd: number, newAddress: number, flags: number): number {
  const old = resolve(task, dirfd, address);
  if (isErrno(old)) return old;
  const next = resolve(task, newDirfd, newAddress);
  if (isErrno(next)) return next;
  return task.kernel.vfs.rename(old.path, next.path, flags, task, old.from, next.from);
}

export function renameat(task: Task, dirfd: number, path: number, newDirfd: number, newPath: number): number {
  return renameat2(task, dirfd, path, newDirfd, newPath, 0);
}

export function rename(task: Task, path: number, newPath: number): number {
  return renameat2(task, AT_FDCWD, path, AT_FDCWD, newPath, 0);
}

export function linkat(task: Task, dirfd: number, address: number, newDirfd: number, newAddress: number, flags: number): number {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const old = resolve(task, dirfd, address);
  if (isErrno(old)) return old;
  const next = resolve(task, newDirfd, newAddress);
  if (isErrno(next)) return next;
  return task.kernel.vfs.link(old.path, next.path, flags, task, old.from, next.from);
}

export function link(task: Task, path: number, newPath: number): number {
  return linkat(task, AT_FDCWD, path, AT_FDCWD, newPath, 0);
}

export function symlinkat(task: Task, target: number, dirfd: number, address: number): number {
  const text = pathArgument(task, target);
  if (isErrno(text)) return text;
  const at = resolve(task, dirfd, address);
  return isErrno(at) ? at : task.kernel.vfs.symlink(text, at.path, task, at.from);
}

export function symlink(task: Task, target: number, path: number): number {
  return symlinkat(task, target, AT_FDCWD, path);
}

export function readlinkat(task: Task, dirfd: number, address: number, buffer: number, size: number): number {
  if (size <= 0) return EINVAL;
  const at = resolve(task, dirfd, address);
  if (isErrno(at)) return at;
  let text: string | Errno;
  if (isItself(dirfd, at.path, AT_EMPTY_PATH)) {
    const description = any(task, dirfd);
    if (!description) return EBADF;
    const { vnode } = description.file;
    if (vnode.type !== S_IFLNK) return ENOENT;
    text = operations.readlink(vnode, task);
  } else {
    text = task.kernel.vfs.readlink(at.path, task, at.from);
  }
  if (isErrno(text)) return text;
  const bytes = bytesOf(text.length > size ? text.slice(0, size) : text);
  return put(task, buffer, bytes) || bytes.length;
}

export function readlink(task: Task, path: number, buffer: number, size: number): number {
  return readlinkat(task, AT_FDCWD, path, buffer, size);
}

export function getcwd(task: Task, buffer: number, size: number): number {
  const path = reRootedDirectory(task.kernel.vfs.mounts, task.cwd, task);
  if (isErrno(path)) return path;
  if (path.length + 1 > size) return ERANGE;
  return put(task, buffer, bytesOf(path, true)) || path.length + 1;
}

export function chdir(task: Task, address: number): number {
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const place = task.kernel.vfs.chdir(path, task);
  if (isErrno(place)) return place;
  task.process.context.setCwd(place);
  return 0;
}

export function fchdir(task: Task, fd: number): number {
  const description = any(task, fd);
  if (!description) return EBADF;
  const { place, vnode } = description.file;
  if (!place || vnode.type !== S_IFDIR) return ENOTDIR;
  const allowed = permission(vnode, MAY_EXEC, task);
  if (isErrno(allowed)) return allowed;
  task.process.context.setCwd(place);
  return 0;
}

export function chroot(task: Task, address: number): number {
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const place = task.kernel.vfs.chroot(path, task);
  if (isErrno(place)) return place;
  if (!task.capable(CAP_SYS_CHROOT)) return EPERM;
  task.process.context.setRoot(place);
  return 0;
}

export function umask(task: Task, mask: number): number {
  const { context } = task.process;
  const before = context.umask;
  context.umask = mask & 0o777;
  return before;
}

/**
 * Writes directory entries: struct linux_dirent64 is ino 8, off 8, reclen 2, type 1, name; the older struct linux_dirent is ino 8, off 8, reclen 2,
 * name, with the type in the last byte. Lengths are multiples of 8.
 */
class EntryWriter implements DirectorySink {
  readonly namesOnly: true = true;
  readonly #task: Task;
  readonly #old: boolean;
  readonly #end: number;
  at: number;
  /** An entry had no room. */
  full = false;
  cookie: number;
  bad = false;

  constructor(task: Task, address: number, size: number, old: boolean, cookie: number) {
    this.#task = task;
    this.#old = old;
    this.at = address;
    this.#end = address + size;
    this.cookie = cookie;
  }

  add(name: string, ino: U64, type: FileType, cookie: number): boolean {
    const header = this.#old ? 18 : 19;
    const length = Math.ceil((header + name.length + (this.#old ? 2 : 1)) / 8) * 8;
    if (this.at + length > this.#end) {
      this.full = true;
      return false;
    }
    const at = writable(this.#task, this.at, length);
    if (at < 0) {
      this.bad = true;
      return false;
    }
    const { view, bytes } = this.#task.memory;
    view.setUint32(at, u64Low(ino), true);
    view.setUint32(at + 4, u64High(ino), true);
    setLong(view, at + 8, cookie);
    view.setUint16(at + 16, length, true);
    if (!this.#old) bytes[at + 18] = direntType(type);
    bytes.fill(0, at + header + name.length, at + length);
    for (let index = 0; index < name.length; index++) bytes[at + header + index] = name.charCodeAt(index);
    if (this.#old) bytes[at + length - 1] = direntType(type);
    this.at += length;
    this.cookie = cookie;
    return true;
  }
}

function listDirectory(task: Task, fd: number, address: number, size: number, old: boolean): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  const writer = new EntryWriter(task, address, size >>> 0, old, description.position);
  const error = files.list(description.file, description.position, writer, task);
  if (isErrno(error)) return error;
  const written = writer.at - address;
  if (written === 0 && (writer.full || writer.bad)) return writer.bad ? EFAULT : EINVAL;
  description.position = writer.cookie;
  return written;
}

export function getdents64(task: Task, fd: number, address: number, size: number): number {
  return listDirectory(task, fd, address, size, false);
}

export function getdents(task: Task, fd: number, address: number, size: number): number {
  return listDirectory(task, fd, address, size, true);
}
