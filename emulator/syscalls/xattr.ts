/** Extended attributes (xattr(7), fs/xattr.c): each call for a path, a link and a descriptor. */

import { E2BIG, EBADF, EFAULT, ERANGE, type Errno, isErrno } from '../../fs/errno.ts';
import { AT_SYMLINK_NOFOLLOW } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import type { Place } from '../../fs/place.ts';
import type { Vnode } from '../../fs/vnode.ts';
import type { Task } from '../kernel/task.ts';
import { bytesOf, path as pathArgument, put, readable, text } from '../kernel/user-memory.ts';
import { usable } from './files.ts';

const NAME_MAX = 256;
const VALUE_MAX = 65536;

/** What is asked about, and where it is mounted. */
interface Target {
  readonly vnode: Vnode;
  readonly place: Place | undefined;
}

function byPath(task: Task, address: number, flags: number): Target | Errno {
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  const place = task.kernel.vfs.find(path, flags, task);
  return isErrno(place) ? place : { vnode: place.vnode, place };
}

function byDescriptor(task: Task, fd: number): Target | Errno {
  const description = usable(task, fd);
  if (!description) return EBADF;
  return { vnode: description.file.vnode, place: description.file.place };
}

function attributeName(task: Task, address: number): string | Errno {
  return text(task, address, NAME_MAX, ERANGE);
}

function get(task: Task, target: Target | Errno, address: number, buffer: number, size: number): number {
  if (isErrno(target)) return target;
  const name = attributeName(task, address);
  if (isErrno(name)) return name;
  const value = operations.getxattr(target.vnode, name, task);
  if (isErrno(value)) return value;
  if (size === 0) return value.length;
  if (value.length > size) return ERANGE;
  return put(task, buffer, value) || value.length;
}

function set(task: Task, target: Target | Errno, address: number, buffer: number, size: number, flags: number): number {
  if (isErrno(target)) return target;
  const name = attributeName(task, address);
  if (isErrno(name)) return name;
  if (size > VALUE_MAX) return E2BIG;
  const at = readable(task, buffer, size);
  if (at < 0 && size > 0) return EFAULT;
  const value = size === 0 ? new Uint8Array(0) : task.memory.bytes.slice(at, at + size);
  return target.place?.mount.checkWritable() || operations.setxattr(target.vnode, name, value, flags, task);
}

function list(task: Task, target: Target | Errno, buffer: number, size: number): number {
  if (isErrno(target)) return target;
  const names = operations.listxattr(target.vnode, task);
  if (isErrno(names)) return names;
  const bytes = bytesOf(names.map((name) => `${name}\0`).join(''));
  if (size === 0) return bytes.length;
  if (bytes.length > size) return ERANGE;
  return put(task, buffer, bytes) || bytes.length;
}

function remove(task: Task, target: Target | Errno, address: number): number {
  if (isErrno(target)) return target;
  const name = attributeName(task, address);
  if (isErrno(name)) return name;
  return target.place?.mount.checkWritable() || operations.removexattr(target.vnode, name, task);
}

export function getxattr(task: Task, path: number, name: number, buffer: number, size: number): number {
  return get(task, byPath(task, path, 0), name, buffer, size);
}

export function lgetxattr(task: Task, path: number, name: number, buffer: number, size: number): number {
  return get(task, byPath(task, path, AT_SYMLINK_NOFOLLOW), name, buffer, size);
}

export function fgetxattr(task: Task, fd: number, name: number, buffer: number, size: number): number {
  return get(task, byDescriptor(task, fd), name, buffer, size);
}

export function setxattr(task: Task, path: number, name: number, buffer: number, size: number, flags: number): number {
  return set(task, byPath(task, path, 0), name, buffer, size, flags);
}

export function lsetxattr(task: Task, path: number, name: number, buffer: number, size: number, flags: number): number {
  return set(task, byPath(task, path, AT_SYMLINK_NOFOLLOW), name, buffer, size, flags);
}

export function fsetxattr(task: Task, fd: number, name: number, buffer: number, size: number, flags: number): number {
  return set(task, byDescriptor(task, fd), name, buffer, size, flags);
}

export function listxattr(task: Task, path: number, buffer: number, size: number): number {
  return list(task, byPath(task, path, 0), buffer, size);
}

export function llistxattr(task: Task, path: number, buffer: number, size: number): number {
  return list(task, byPath(task, path, AT_SYMLINK_NOFOLLOW), buffer, size);
}

export function flistxattr(task: Task, fd: number, buffer: number, size: number): number {
  return list(task, byDescriptor(task, fd), buffer, size);
}

export function removexattr(task: Task, path: number, name: number): number {
  return remove(task, byPath(task, path, 0), name);
}

export function lremovexattr(task: Task, path: number, name: number): number {
  return remove(task, byPath(task, path, AT_SYMLINK_NOFOLLOW), name);
}

export function fremovexattr(task: Task, fd: number, name: number): number {
  return remove(task, byDescriptor(task, fd), name);
}
