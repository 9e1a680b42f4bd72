/** madvise(2) and mincore(2), as mm/madvise.c and mm/mincore.c do them. */

import { EACCES, EFAULT, EINVAL, ENOMEM, EPERM, type Errno } from '../../fs/errno.ts';
import * as abi from '../abi/mman.ts';
import type { AddressSpace } from './address-space.ts';
import { PAGE_SIZE } from './layout.ts';
import {
  type Mapping, pageAlign, TASK_SIZE, VM_DONTCOPY, VM_DONTDUMP, VM_HUGEPAGE, VM_LOCKED, VM_MAYSHARE, VM_MAYWRITE, VM_NOHUGEPAGE, VM_RAND_READ, VM_READ, VM_SEQ_READ, VM_SHARED,
  VM_WIPEONFORK, VM_WRITE,
} from './mapping.ts';

/** Advice that only changes flags: those that it sets, and those that it clears. */
const FLAGS: ReadonlyMap<number, readonly [number, number]> = new Map([
  [abi.MADV_NORMAL, [0, VM_RAND_READ | VM_SEQ_READ]],
  [abi.MADV_RANDOM, [VM_RAND_READ, VM_SEQ_READ]],
  [abi.MADV_SEQUENTIAL, [VM_SEQ_READ, VM_RAND_READ]],
  [abi.MADV_DONTFORK, [VM_DONTCOPY, 0]],
  [abi.MADV_DOFORK, [0, VM_DONTCOPY]],
  [abi.MADV_DONTDUMP, [VM_DONTDUMP, 0]],
  [abi.MADV_DODUMP, [0, VM_DONTDUMP]],
  [abi.MADV_WIPEONFORK, [VM_WIPEONFORK, 0]],
  [abi.MADV_KEEPONFORK, [0, VM_WIPEONFORK]],
  [abi.MADV_HUGEPAGE, [VM_HUGEPAGE, VM_NOHUGEPAGE]],
  [abi.MADV_NOHUGEPAGE, [VM_NOHUGEPAGE, VM_HUGEPAGE]],
  [abi.MADV_MERGEABLE, [0, 0]],
  [abi.MADV_UNMERGEABLE, [0, 0]],
]);

const OTHERS: ReadonlySet<number> = new Set([
  abi.MADV_WILLNEED, abi.MADV_DONTNEED, abi.MADV_FREE, abi.MADV_REMOVE, abi.MADV_COLD, abi.MADV_PAGEOUT, abi.MADV_POPULATE_READ,
  abi.MADV_POPULATE_WRITE, abi.MADV_DONTNEED_LOCKED, abi.MADV_COLLAPSE, abi.MADV_GUARD_INSTALL, abi.MADV_GUARD_REMOVE,
]);

/** Errors: those of madvise(2). */
export function advise(space: AddressSpace, address: number, length: number, advice: number): Errno | 0 {
  // No page is made bad on purpose.
  if (advice === abi.MADV_HWPOISON || advice === abi.MADV_SOFT_OFFLINE) return EPERM;
  const flags = FLAGS.get(advice);
  if (!flags && !OTHERS.has(advice)) return EINVAL;
  if (address % PAGE_SIZE) return EINVAL;
  const size = pageAlign(length);
  if ((length > 0 && size === 0) || address + size >= 2 ** 64) return EINVAL;
  const end = address + size;
  let missing = false;
  for (let at = address; at < end; ) {
    const item = space.list.items[space.list.indexOf(at)];
    if (!item || item.start >= end) return ENOMEM;
    if (item.start > at) {
      missing = true;
      // What asks for pages to be there stops where they are not.
      if (advice === abi.MADV_POPULATE_READ || advice === abi.MADV_POPULATE_WRITE) return ENOMEM;
      at = item.start;
    }
    const stop = Math.min(item.end, end);
    const error = flags ? mark(space, item, at, stop, advice, flags) : act(space, item, at, stop, advice);
    if (error) return error;
    at = stop;
  }
  return missing ? ENOMEM : 0;
}

function mark(space: AddressSpace, item: Mapping, start: number, end: number, advice: number, [set, clear]: readonly [number, number]): Errno | 0 {
  if (advice === abi.MADV_WIPEONFORK && (item.file || item.flags & VM_SHARED)) return EINVAL;
  const flags = (item.flags & ~clear) | set;
  if (flags !== item.flags) space.setFlags(start, end, flags);
  return 0;
}

function act(space: AddressSpace, item: Mapping, start: number, end: number, advice: number): Errno | 0 {
  switch (advice) {
    case abi.MADV_DONTNEED:
    case abi.MADV_DONTNEED_LOCKED:
      if (item.flags & VM_LOCKED && advice === abi.MADV_DONTNEED) return EINVAL;
      discard(space, item, start, end);
      return 0;
    case abi.MADV_FREE:
      // Memory that is freed when there is need of it: there never is.
      return !item.anonymous || item.flags & VM_LOCKED ? EINVAL : 0;
    case abi.MADV_REMOVE:
      return remove(space, item, start, end);
    case abi.MADV_COLD:
    case abi.MADV_PAGEOUT:
      return item.flags & VM_LOCKED ? EINVAL : 0;
    case abi.MADV_POPULATE_READ:
      return item.flags & VM_READ ? populate(space, start, end) : EINVAL;
    case abi.MADV_POPULATE_WRITE:
      return item.flags & VM_WRITE ? populate(space, start, end) : EINVAL;
    case abi.MADV_COLLAPSE:
      return EINVAL;
    case abi.MADV_GUARD_INSTALL:
      if (item.flags & VM_LOCKED) return EINVAL;
      if (item.anonymous) space.pages.zero(start, end);
      for (let page = start / PAGE_SIZE; page < end / PAGE_SIZE; page++) space.guards.add(page);
      space.apply(item, start, end);
      return 0;
    case abi.MADV_GUARD_REMOVE:
      for (let page = start / PAGE_SIZE; page < end / PAGE_SIZE; page++) space.guards.delete(page);
      space.apply(item, start, end);
      return 0;
    default:
      return 0;
  }
}

/** Pages past the end of a file cannot be had. */
function populate(space: AddressSpace, start: number, end: number): Errno | 0 {
  for (let page = start / PAGE_SIZE; page < end / PAGE_SIZE; page++) if (space.memory.permissions[page] === 0) return EFAULT;
  return 0;
}

/** Private pages are what they were at first. Of shared memory nothing is lost. */
function discard(space: AddressSpace, item: Mapping, start: number, end: number): void {
  if (item.object) return;
  if (item.anonymous) space.pages.zero(start, end);
  else space.fill(item, start, end);
  if (item.flags & 4) space.codeChanged(start, end);
}

/** A hole in what is shared. */
function remove(space: AddressSpace, item: Mapping, start: number, end: number): Errno | 0 {
  if (item.flags & VM_LOCKED) return EINVAL;
  const { object } = item;
  if (!object) return item.file ? EACCES : EINVAL;
  if ((item.flags & (VM_SHARED | VM_MAYWRITE)) !== (VM_SHARED | VM_MAYWRITE)) return EACCES;
  if (object.last === space) space.collect(object);
  const offset = item.offset + (start - item.start);
  object.erase(offset, offset + (end - start));
  object.writeBack();
  space.deliver(object);
  return 0;
}

/**
 * Errors: those of mincore(2). Pages of files, and those that hold something, are there.
 * Differs: a page that was written with zeros counts as never touched.
 */
export function inCore(space: AddressSpace, address: number, length: number, vector: number): Errno | 0 {
  if (address % PAGE_SIZE) return EINVAL;
  if (address + length > TASK_SIZE) return ENOMEM;
  const end = address + pageAlign(length);
  const count = (end - address) / PAGE_SIZE;
  if (count > 0 && vector + count > TASK_SIZE) return EFAULT;
  const answer = new Uint8Array(Math.min(count, 4096));
  for (let at = address; at < end; ) {
    let filled = 0;
    const first = at;
    while (filled < answer.length && at < end) {
      const item = space.list.at(at);
      if (!item) break;
      answer[filled++] = item.flags & VM_MAYSHARE || item.file || !space.pages.isZero(at / PAGE_SIZE) ? 1 : 0;
      at += PAGE_SIZE;
    }
    const error = space.memory.write(vector + (first - address) / PAGE_SIZE, answer.subarray(0, filled));
    if (error) return error;
    if (filled < answer.length && at < end) return ENOMEM;
  }
  return 0;
}
