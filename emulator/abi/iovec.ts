/** struct iovec: an address and a length, 8 bytes each (readv(2)). */

import { EFAULT, EINVAL, type Errno } from '../../fs/errno.ts';
import type { Task } from '../kernel/task.ts';
import { getUnsigned, readable } from '../kernel/user-memory.ts';

/** A part of a transfer. */
export interface Part {
  readonly address: number;
  readonly length: number;
}

const IOV_MAX = 1024;
const SIZE = 16;
const SSIZE_MAX = 2 ** 63;
/** The most that one call transfers (MAX_RW_COUNT). */
export const MOST = 0x7fff_f000;

/** Reads an array of parts; their sum is cut to what a call transfers. Errors: EINVAL, EFAULT. */
export function decodeParts(task: Task, address: number, count: number): Part[] | Errno {
  if (count < 0 || count > IOV_MAX) return EINVAL;
  if (count === 0) return [];
  const at = readable(task, address, count * SIZE);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const parts: Part[] = [];
  let left = MOST;
  for (let index = 0; index < count; index++) {
    const length = getUnsigned(view, at + index * SIZE + 8);
    if (length >= SSIZE_MAX) return EINVAL;
    const taken = Math.min(length, left);
    parts.push({ address: getUnsigned(view, at + index * SIZE), length: taken });
    left -= taken;
  }
  return parts;
}
