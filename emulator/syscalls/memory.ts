/** Memory: mmap(2) and its relatives (mm/mmap.c), which the address space does. */

import { EBADF, EINVAL, ENOSPC, EPERM, isErrno } from '../../fs/errno.ts';
import { O_PATH } from '../../fs/flags.ts';
import { S_IFCHR, Stat, makeDevice } from '../../fs/stat.ts';
import { MAP_ANONYMOUS, MAP_SHARED, MAP_SHARED_VALIDATE, MAP_TYPE, PROT_WRITE } from '../abi/mman.ts';
import { mappable } from '../kernel/mapped-file.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_WRITE, MemoryFile } from '../kernel/memory-file.ts';
import type { Task } from '../kernel/task.ts';

const DEV_ZERO = makeDevice(1, 5);
const PAGE = 4096;
const scratch = new Stat();

export function mmap(task: Task, address: number, length: number, protection: number, flags: number, fd: number, offset: number): number {
  const { space } = task.process.image;
  if (offset % PAGE !== 0) return EINVAL;
  if (flags & MAP_ANONYMOUS) return space.mmap(address, length, protection, flags, undefined, offset);
  const description = task.process.files.get(fd);
  if (!description || description.file.flags & O_PATH) return EBADF;
  const { file } = description;
  const type = flags & MAP_TYPE;
  const shared = type === MAP_SHARED || type === MAP_SHARED_VALIDATE;
  if (file.vnode.type === S_IFCHR && !isErrno(file.vnode.stat(scratch, task)) && scratch.rdev === DEV_ZERO) {
    return space.mmap(address, length, protection, flags | MAP_ANONYMOUS, undefined, 0);
  }
  if (file instanceof MemoryFile && shared && protection & PROT_WRITE) {
    if (file.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return EPERM;
    file.writableMappings++;
  }
  const mapped = mappable(task.kernel, file.retain());
  const result = space.mmap(address, length, protection, flags, mapped, offset);
  // The mapping has its own use.
  mapped.release();
  return result;
}

export function munmap(task: Task, address: number, length: number): number {
  return task.process.image.space.munmap(address, length);
}

export function mprotect(task: Task, address: number, length: number, protection: number): number {
  return task.process.image.space.mprotect(address, length, protection);
}

export function mremap(task: Task, address: number, oldLength: number, newLength: number, flags: number, newAddress: number): number {
  return task.process.image.space.mremap(address, oldLength, newLength, flags, newAddress);
}

export function brk(task: Task, address: number): number {
  return task.process.image.space.brk(address);
}

export function madvise(task: Task, address: number, length: number, advice: number): number {
  return task.process.image.space.madvise(address, length, advice);
}

export function mincore(task: Task, address: number, length: number, vector: number): number {
  return task.process.image.space.mincore(address, length, vector);
}

export function msync(task: Task, address: number, length: number, flags: number): number {
  return task.process.image.space.msync(address, length, flags);
}

export function mlock(task: Task, address: number, length: number): number {
  return task.process.image.space.mlock(address, length, 0);
}

export function mlock2(task: Task, address: number, length: number, flags: number): number {
  return flags & ~1 ? EINVAL : task.process.image.space.mlock(address, length, flags);
}

export function munlock(task: Task, address: number, length: number): number {
  return task.process.image.space.munlock(address, length);
}

export function mlockall(task: Task, flags: number): number {
  return task.process.image.space.mlockall(flags);
}

export function munlockall(task: Task): number {
  return task.process.image.space.munlockall();
}

const PKEY_DISABLE_ALL = 3;

/** Without a key it is mprotect(2). */
export function pkey_mprotect(task: Task, address: number, length: number, protection: number, key: number): number {
  return key === -1 ? mprotect(task, address, length, protection) : EINVAL;
}

/** The processor has no protection keys. */
export function pkey_alloc(_task: Task, flags: number, rights: number): number {
  return flags !== 0 || rights & ~PKEY_DISABLE_ALL ? EINVAL : ENOSPC;
}

export function pkey_free(): number {
  return EINVAL;
}
