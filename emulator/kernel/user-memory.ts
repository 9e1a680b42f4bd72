/**
 * What handlers do with addresses that programs passed. Functions give indices into `task.memory.bytes` and `view`, which are at least 0, or EFAULT;
 * whoever writes goes through here, so that code that was decoded is forgotten where it is overwritten.
 */

import { EFAULT, ENAMETOOLONG, type Errno } from '../../fs/errno.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { GUEST_TOP, LOWEST_ADDRESS, PAGE_SHIFT, PERMISSION_CODE, PERMISSION_READ, PERMISSION_WRITE } from '../memory/layout.ts';
import type { Task } from './task.ts';

const TWO_32 = 0x1_0000_0000;

/** Where `length` bytes are to be read. Errors: EFAULT. */
export function readable(task: Task, address: number, length: number): number {
  // Nothing is everywhere, also where there is no index.
  if (length === 0) return 0;
  return task.memory.readable(address, length) ? indexOf(address) : EFAULT;
}

/** Where `length` bytes are to be written. Errors: EFAULT. */
export function writable(task: Task, address: number, length: number): number {
  if (length === 0) return 0;
  return room(task, address, length) === length ? indexOf(address) : EFAULT;
}

/** How many of `length` bytes can be written, before the first that cannot. */
export function room(task: Task, address: number, length: number): number {
  if (address < LOWEST_ADDRESS || address >= GUEST_TOP) return 0;
  const { permissions } = task.memory;
  const end = Math.min(address + length, GUEST_TOP);
  let at = address;
  let code = false;
  while (at < end) {
    const page = at >>> PAGE_SHIFT;
    if ((permissions[page]! & PERMISSION_WRITE) === 0 && !task.memory.isThere(page, PERMISSION_WRITE)) break;
    if (permissions[page]! & PERMISSION_CODE) code = true;
    at = (page + 1) * 4096;
  }
  const count = Math.min(at, end) - address;
  if (code) task.process.image.processor.forget(address, address + count);
  return count;
}

/** How many of `length` bytes can be read. */
export function available(task: Task, address: number, length: number): number {
  return task.memory.allowed(address, length, PERMISSION_READ);
}

/** Whether an address and a length are such as access_ok() takes. */
export function plausible(address: number, length: number): boolean {
  return address + length <= 0x7fff_ffff_f000;
}

/** Puts bytes to where a program wants them. Errors: EFAULT. */
export function put(task: Task, address: number, bytes: Uint8Array): Errno | 0 {
  const at = writable(task, address, bytes.length);
  if (at < 0) return EFAULT;
  task.memory.bytes.set(bytes, at);
  return 0;
}

/** Puts a 32-bit number. Errors: EFAULT. */
export function put32(task: Task, address: number, value: number): Errno | 0 {
  const at = writable(task, address, 4);
  if (at < 0) return EFAULT;
  task.memory.view.setInt32(at, value, true);
  return 0;
}

/** Puts a 64-bit number. Errors: EFAULT. */
export function put64(task: Task, address: number, value: number): Errno | 0 {
  const at = writable(task, address, 8);
  if (at < 0) return EFAULT;
  setLong(task.memory.view, at, value);
  return 0;
}

/** Stores a number as 64 bits; Infinity as all ones. */
export function setLong(view: DataView, at: number, value: number): void {
  if (value === Number.POSITIVE_INFINITY) {
    view.setInt32(at, -1, true);
    view.setInt32(at + 4, -1, true);
    return;
  }
  view.setInt32(at, value | 0, true);
  view.setInt32(at + 4, Math.floor(value / TWO_32) | 0, true);
}

/** A signed 64-bit number. */
export function getLong(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true);
}

/** An unsigned 64-bit number. */
export function getUnsigned(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true);
}

const PATH_MAX = 4096;

/** A path, which ends with a zero and has at most PATH_MAX bytes with it. Errors: EFAULT, ENAMETOOLONG. */
export function path(task: Task, address: number): string | Errno {
  return task.memory.string(address, PATH_MAX);
}

/** A string of at most `limit` bytes with its zero. Errors: EFAULT, `tooLong`. */
export function text(task: Task, address: number, limit: number, tooLong: Errno = ENAMETOOLONG): string | Errno {
  const found = task.memory.string(address, limit);
  return found === ENAMETOOLONG ? tooLong : found;
}

/** Bytes of a string of bytes, with a zero behind them if asked for. */
export function bytesOf(bytes: string, terminated = false): Uint8Array {
  const out = new Uint8Array(bytes.length + (terminated ? 1 : 0));
  for (let at = 0; at < bytes.length; at++) out[at] = bytes.charCodeAt(at);
  return out;
}
