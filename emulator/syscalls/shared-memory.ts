/** System V shared memory (ipc/shm.c, shmget(2), shmop(2), shmctl(2)). */

import { clock } from '../../fs/clock.ts';
import { EACCES, EFAULT, EINVAL, EPERM, isErrno } from '../../fs/errno.ts';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import { allows, type Segment, SHM_LOCKED } from '../kernel/shared-memory.ts';
import type { Task } from '../kernel/task.ts';
import { readable, setLong, writable } from '../kernel/user-memory.ts';

const CAP_IPC_LOCK = 14;
const CAP_SYS_ADMIN = 21;
const PAGE = 4096;
const SHM_HUGETLB = 0o4000;

const SHM_RDONLY = 0o10000;
const SHM_RND = 0o20000;
const SHM_REMAP = 0o40000;
const SHM_EXEC = 0o100000;

const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;
const IPC_INFO = 3;
const SHM_LOCK = 11;
const SHM_UNLOCK = 12;
const SHM_STAT = 13;
const SHM_INFO = 14;
const SHM_STAT_ANY = 15;

const DS_SIZE = 112;
const INFO_SIZE = 72;
const USAGE_SIZE = 48;

const now = (): number => Math.floor(clock.read().seconds);

export function shmget(task: Task, key: number, size: number, flags: number): number {
  // There are no huge pages.
  if (flags & SHM_HUGETLB) return EINVAL;
  return task.kernel.sharedMemory.get(task, key, size, flags, now());
}

export function shmat(task: Task, id: number, address: number, flags: number): number {
  if (id < 0) return EINVAL;
  let wanted = address;
  if (address !== 0 && address % PAGE) {
    if (!(flags & SHM_RND)) return EINVAL;
    wanted -= address % PAGE;
    if (wanted === 0 && flags & SHM_REMAP) return EINVAL;
  } else if (address === 0 && flags & SHM_REMAP) return EINVAL;
  const segment = task.kernel.sharedMemory.byId(id);
  if (isErrno(segment)) return segment;
  const readOnly = (flags & SHM_RDONLY) !== 0;
  if (!allows(task, segment, (readOnly ? 0o444 : 0o666) | (flags & SHM_EXEC ? 0o111 : 0))) return EACCES;
  const protection = PROT_READ | (readOnly ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
  const place = task.process.image.space.attach(wanted, segment.object, protection, readOnly, (flags & SHM_REMAP) !== 0);
  if (isErrno(place)) return place;
  segment.attached = now();
  segment.lastUser = task.process.pid;
  return place;
}

export function shmdt(task: Task, address: number): number {
  return task.process.image.space.detach(address);
}

/**
 * struct shmid64_ds: permissions (0): key 0, uid 4, gid 8, creator's uid 12 and gid 16, mode 20, count of reuses 24; size 48, times of attaching
 * 56, detaching 64 and changing 72, creator 80, last user 84, attachments 88.
 */
function encode(task: Task, address: number, segment: Segment): number {
  const at = writable(task, address, DS_SIZE);
  if (at < 0) return EFAULT;
  const { bytes, view } = task.memory;
  bytes.fill(0, at, at + DS_SIZE);
  const { key, uid, gid, creatorUid, creatorGid, mode, id } = segment;
  [key, uid, gid, creatorUid, creatorGid, mode].forEach((value, index) => view.setInt32(at + index * 4, value, true));
  view.setUint16(at + 24, id >>> 15, true);
  const { size, attached, detached, changed, creator, lastUser, attachments } = segment;
  [size, attached, detached, changed].forEach((value, index) => setLong(view, at + 48 + index * 8, value));
  view.setInt32(at + 80, creator, true);
  view.setInt32(at + 84, lastUser, true);
  setLong(view, at + 88, attachments);
  return 0;
}

function numbers(task: Task, address: number, size: number, values: readonly number[]): number {
  const at = writable(task, address, size);
  if (at < 0) return EFAULT;
  task.memory.bytes.fill(0, at, at + size);
  values.forEach((value, index) => setLong(task.memory.view, at + index * 8, value));
  return 0;
}

export function shmctl(task: Task, id: number, command: number, address: number): number {
  const memory = task.kernel.sharedMemory;
  if (id < 0 || command < 0) return EINVAL;
  switch (command) {
    case IPC_INFO: {
      const { largest } = memory;
      return numbers(task, address, INFO_SIZE, [largest, 1, 4096, 4096, Math.floor(largest / PAGE)]) || Math.max(memory.highest, 0);
    }
    case SHM_INFO: {
      const { pages } = memory;
      return numbers(task, address, USAGE_SIZE, [memory.segments().length, pages, pages]) || Math.max(memory.highest, 0);
    }
    case SHM_STAT:
    case SHM_STAT_ANY:
    case IPC_STAT: {
      const segment = command === IPC_STAT ? memory.byId(id) : (memory.byPlace(id) ?? EINVAL);
      if (isErrno(segment)) return segment;
      if (command !== SHM_STAT_ANY && !allows(task, segment, 0o444)) return EACCES;
      return encode(task, address, segment) || (command === IPC_STAT ? 0 : segment.id);
    }
    case IPC_SET:
    case IPC_RMID:
      return change(task, id, command, address);
    case SHM_LOCK:
    case SHM_UNLOCK:
      return lock(task, id, command === SHM_LOCK);
    default:
      return EINVAL;
  }
}

const owns = (task: Task, { uid, creatorUid }: Segment): boolean => task.credentials.euid === uid || task.credentials.euid === creatorUid;

function change(task: Task, id: number, command: number, address: number): number {
  const memory = task.kernel.sharedMemory;
  const at = command === IPC_SET ? readable(task, address, DS_SIZE) : 0;
  if (at < 0) return EFAULT;
  const segment = memory.byId(id);
  if (isErrno(segment)) return segment;
  if (!owns(task, segment) && !task.capable(CAP_SYS_ADMIN)) return EPERM;
  if (command === IPC_RMID) {
    memory.remove(segment);
    return 0;
  }
  const { view } = task.memory;
  segment.uid = view.getUint32(at + 4, true);
  segment.gid = view.getUint32(at + 8, true);
  segment.mode = (segment.mode & ~0o777) | (view.getUint32(at + 20, true) & 0o777);
  segment.changed = now();
  return 0;
}

function lock(task: Task, id: number, locked: boolean): number {
  const segment = task.kernel.sharedMemory.byId(id);
  if (isErrno(segment)) return segment;
  if (!task.capable(CAP_IPC_LOCK) && (!owns(task, segment) || (locked && task.process.limits.forMemory().locked === 0))) return EPERM;
  segment.mode = locked ? segment.mode | SHM_LOCKED : segment.mode & ~SHM_LOCKED;
  return 0;
}

