/** mremap(2), as mm/mremap.c does it. */

import { EAGAIN, EFAULT, EINVAL, ENOMEM, type Errno } from '../../fs/errno.ts';
import { MAP_FIXED, MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from '../abi/mman.ts';
import type { AddressSpace } from './address-space.ts';
import { indexOf } from './guest-memory.ts';
import { GUEST_TOP, PAGE_SIZE } from './layout.ts';
import { type Mapping, MappingList, MAX_MAP_COUNT, pageAlign, TASK_SIZE, VM_DONTEXPAND, VM_LOCKED, VM_MAYSHARE } from './mapping.ts';

/** Errors: those of mremap(2). */
export function remap(space: AddressSpace, address: number, oldLength: number, newLength: number, flags: number, newAddress: number): number | Errno {
  if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) || address % PAGE_SIZE) return EINVAL;
  const before = pageAlign(oldLength);
  const after = pageAlign(newLength);
  if (after === 0 || after > TASK_SIZE) return EINVAL;
  const placed = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0;
  if (placed) {
    if (newAddress > TASK_SIZE - after || newAddress % PAGE_SIZE) return EINVAL;
    if (!(flags & MREMAP_MAYMOVE) || (flags & MREMAP_DONTUNMAP && before !== after)) return EINVAL;
    if (address + before > newAddress && newAddress + after > address) return EINVAL;
    if (space.list.items.length + 2 >= MAX_MAP_COUNT - 3) return ENOMEM;
  }
  if (flags & MREMAP_FIXED && before === after) return moveAll(space, address, after, flags, newAddress);
  return remapOne(space, address, before, after, flags, newAddress);
}

/** What only moves may be several mappings, with holes between them (remap_move). */
function moveAll(space: AddressSpace, address: number, length: number, flags: number, newAddress: number): number | Errno {
  const end = address + length;
  const parts: (readonly [number, number])[] = [];
  for (let index = space.list.indexOf(address); index < space.list.items.length; index++) {
    const item = space.list.items[index]!;
    if (item.start >= end) break;
    parts.push([Math.max(item.start, address), Math.min(item.end, end)]);
  }
  if (parts[0]?.[0] !== address) return EFAULT;
  for (const [start, stop] of parts) {
    const result = remapOne(space, start, stop - start, stop - start, flags, newAddress + (start - address));
    if (result < 0) return result;
  }
  return newAddress;
}

function remapOne(space: AddressSpace, address: number, before: number, after: number, flags: number, newAddress: number): number | Errno {
  const placed = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0;
  const item = space.list.at(address);
  if (!item) return EFAULT;
  if (before === 0 && !(item.flags & VM_MAYSHARE)) return EINVAL;
  if (flags & MREMAP_DONTUNMAP && item.flags & VM_DONTEXPAND) return EINVAL;
  if (!placed && after <= before && before > 0) {
    if (after < before) {
      if (!space.mayErase(address + after, address + before)) return ENOMEM;
      space.erase(address + after, Math.min(address + before, GUEST_TOP));
    }
    return address;
  }
  if (Math.min(before, after) > item.end - address || (after > before && before > item.end - address)) return EFAULT;
  if (after > before) {
    if (item.flags & VM_DONTEXPAND) return EFAULT;
    if (item.flags & VM_LOCKED && !space.mayLock(after - before)) return EAGAIN;
    if (!space.mayExpand(item.flags, after - before)) return ENOMEM;
  }
  if (!placed && before > 0 && grow(space, item, address, before, after)) return address;
  if (!(flags & MREMAP_MAYMOVE)) return ENOMEM;
  let place: number | Errno;
  if (flags & MREMAP_FIXED) {
    place = space.findPlace(newAddress, after, MAP_FIXED);
    if (place < 0) return place;
    space.erase(place, place + after);
    // What is copied without a length may have been there.
    if (!space.list.at(address)) return EFAULT;
    if (after < before) space.erase(address + after, address + before);
  } else place = space.findPlace(flags & MREMAP_DONTUNMAP ? newAddress : 0, after, 0);
  if (place < 0) return place;
  move(space, address, Math.min(before, after), after, place, (flags & MREMAP_DONTUNMAP) !== 0);
  return place;
}

/** Makes a mapping longer where it is, if there is room behind it. */
function grow(space: AddressSpace, item: Mapping, address: number, before: number, after: number): boolean {
  const end = address + after;
  if (address + before !== item.end || end > GUEST_TOP) return false;
  const next = space.list.items[space.list.indexOf(item.end)];
  if (next && MappingList.lowest(next) < end) return false;
  const { end: start } = item;
  const more = item.copy(start, end, item.offset + (start - item.start));
  space.fill(more);
  space.add(more);
  return true;
}

function move(space: AddressSpace, address: number, before: number, after: number, place: number, kept: boolean): void {
  const item = space.list.at(address) as Mapping;
  const offset = item.offset + (address - item.start);
  const moved = item.copy(place, place + after, offset);
  const { bytes } = space.memory;
  space.pages.use(place, place + before);
  bytes.copyWithin(indexOf(place), indexOf(address), indexOf(address) + before);
  const guards = [...space.guards].filter((page) => page * PAGE_SIZE >= address && page * PAGE_SIZE < address + before);
  // Without an old length, the same memory has one mapping more.
  const more = before === 0 ? place : place + before;
  if (more < place + after) space.fill(moved, more, place + after);
  const source = space.list.at(address) as Mapping;
  for (const page of guards) space.guards.add(page + (place - address) / PAGE_SIZE);
  if (source.object?.last === space) space.collect(source.object);
  moved.seen = source.seen;
  space.add(moved);
  if (before > 0 && !kept) space.erase(address, address + before);
  if (!kept) return;
  // Pages went with the move: what stays begins anew.
  if (source.flags & VM_LOCKED) space.setFlags(address, address + before, source.flags & ~VM_LOCKED);
  const rest = space.list.at(address) as Mapping;
  space.fill(rest, address, address + before);
  space.codeChanged(address, address + before);
}
