/** mlock(2) and its relatives, as mm/mlock.c does them. Nothing is ever swapped, so only the accounts and the errors are of interest. */

import { EINVAL, ENOMEM, EPERM, type Errno } from '../../fs/errno.ts';
import { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, MLOCK_ONFAULT } from '../abi/mman.ts';
import type { AddressSpace } from './address-space.ts';
import { PAGE_SIZE } from './layout.ts';
import { pageAlign, VM_LOCKED, VM_LOCKONFAULT } from './mapping.ts';

/** Locks with flags, or unlocks without. Errors: those of mlock(2). */
export function lock(space: AddressSpace, address: number, length: number, flags: number | undefined): Errno | 0 {
  if (flags !== undefined && flags & ~MLOCK_ONFAULT) return EINVAL;
  const { locked } = space.limits;
  if (flags !== undefined && locked === 0) return EPERM;
  const start = address - (address % PAGE_SIZE);
  const size = pageAlign(length + (address % PAGE_SIZE));
  const end = start + size;
  if (end >= 2 ** 64) return EINVAL;
  if (flags !== undefined && locked !== Infinity) {
    const others = space.list.items.reduce((sum, item) => sum + (item.flags & VM_LOCKED ? Math.max(Math.min(item.end, end) - Math.max(item.start, start), 0) : 0), 0);
    const all = space.bytesOf((known) => (known & VM_LOCKED) !== 0);
    if (all - others + size > locked) return ENOMEM;
  }
  const set = flags === undefined ? 0 : VM_LOCKED | (flags & MLOCK_ONFAULT ? VM_LOCKONFAULT : 0);
  for (let at = start; at < end; ) {
    const item = space.list.at(at);
    if (!item) return ENOMEM;
    const stop = Math.min(item.end, end);
    space.setFlags(at, stop, (item.flags & ~(VM_LOCKED | VM_LOCKONFAULT)) | set);
    at = stop;
  }
  return flags === 0 && !populated(space, start, end) ? ENOMEM : 0;
}

/** Whether all pages can be had: not those without permissions, nor those past the end of a file. */
function populated(space: AddressSpace, start: number, end: number): boolean {
  for (let page = start / PAGE_SIZE; page < end / PAGE_SIZE; page++) if (space.memory.permissions[page] === 0) return false;
  return true;
}

function relock(space: AddressSpace, set: number): void {
  for (const { start, end, flags } of space.list.items.map((item) => ({ ...item }))) space.setFlags(start, end, (flags & ~(VM_LOCKED | VM_LOCKONFAULT)) | set);
}

/** Errors: those of mlockall(2). */
export function lockAll(space: AddressSpace, flags: number): Errno | 0 {
  if (flags === 0 || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags === MCL_ONFAULT) return EINVAL;
  const { locked } = space.limits;
  if (locked === 0) return EPERM;
  if (flags & MCL_CURRENT && space.list.total > locked) return ENOMEM;
  const set = VM_LOCKED | (flags & MCL_ONFAULT ? VM_LOCKONFAULT : 0);
  space.futureFlags = flags & MCL_FUTURE ? set : 0;
  if (flags & MCL_CURRENT) relock(space, set);
  return 0;
}

/** munlockall(2). */
export function unlockAll(space: AddressSpace): 0 {
  space.futureFlags = 0;
  relock(space, 0);
  return 0;
}
