/**
 * The memory of one address space, as the kernel reaches it: by guest addresses, with the permissions of pages checked, so that
 * a bad pointer is EFAULT. Addresses are numbers from 0 to 2^32 - 1; what a guest passes in 64 bits may be larger and is
 * then a bad pointer too.
 */

import { EFAULT, ENAMETOOLONG, type Errno } from '../../fs/errno.ts';
import { type WasmMemory, wasm } from '../wasm/engine.ts';
import { GUEST_TOP, LOWEST_ADDRESS, MEMORY_PAGES, PAGE_SHIFT, PERMISSION_READ, PERMISSION_TABLE, PERMISSION_WRITE, REBASE } from './layout.ts';

/** The index in memory of a guest address. */
export const indexOf = (address: number): number => (address - REBASE) >>> 0;

const PERMISSIONS = indexOf(PERMISSION_TABLE);

export class GuestMemory {
  readonly memory: WasmMemory;
  readonly buffer: SharedArrayBuffer;
  /** By index, not by address. */
  readonly bytes: Uint8Array;
  /** By index, not by address. */
  readonly view: DataView;
  /** By index / 4. */
  readonly words: Int32Array;
  /** PERMISSION_* of each page, by page number. Whoever maps memory writes it. */
  readonly permissions: Uint8Array;
  /**
   * Asked where a page lacks a permission; says whether it has it now. So the stack grows when the kernel is the first to use it.
   * Whoever maps memory sets it.
   */
  missing: ((address: number, permission: number) => boolean) | undefined = undefined;

  constructor() {
    this.memory = new wasm.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
    this.buffer = this.memory.buffer as SharedArrayBuffer;
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.permissions = new Uint8Array(this.buffer, PERMISSIONS, 1 << 20);
  }

  /** Whether all of `length` bytes from `address` on have the permissions of `mask`. */
  allows(address: number, length: number, mask: number): boolean {
    if (address < LOWEST_ADDRESS || !(address + length <= GUEST_TOP)) return length === 0;
    const last = (address + length - 1) >>> PAGE_SHIFT;
    for (let page = address >>> PAGE_SHIFT; page <= last; page++) if ((this.permissions[page]! & mask) !== mask && !this.isThere(page, mask)) return false;
    return true;
  }

  /** Whether a page that lacks permissions is made to have them after all. */
  isThere(page: number, mask: number): boolean {
    return this.missing !== undefined && this.missing((page << PAGE_SHIFT) >>> 0, mask & ~this.permissions[page]!) && (this.permissions[page]! & mask) === mask;
  }

  readable(address: number, length: number): boolean {
    return this.allows(address, length, PERMISSION_READ);
  }

  writable(address: number, length: number): boolean {
    return this.allows(address, length, PERMISSION_WRITE);
  }

  /** How many of `length` bytes from `address` on have the permissions, before the first that has not. */
  allowed(address: number, length: number, mask: number): number {
    if (address < LOWEST_ADDRESS || address >= GUEST_TOP) return 0;
    const end = Math.min(address + length, GUEST_TOP);
    let at = address;
    while (at < end && ((this.permissions[at >>> PAGE_SHIFT]! & mask) === mask || this.isThere(at >>> PAGE_SHIFT, mask))) at = ((at >>> PAGE_SHIFT) + 1) << PAGE_SHIFT >>> 0;
    return Math.min(at, end) - address;
  }

  /** The bytes themselves, to read from; they are the guest's, and change when it runs. Errors: EFAULT. */
  input(address: number, length: number): Uint8Array | Errno {
    if (!this.readable(address, length)) return EFAULT;
    return this.bytes.subarray(indexOf(address), indexOf(address) + length);
  }

  /** The bytes themselves, to write to. Errors: EFAULT. */
  output(address: number, length: number): Uint8Array | Errno {
    if (!this.writable(address, length)) return EFAULT;
    return this.bytes.subarray(indexOf(address), indexOf(address) + length);
  }

  /** Copies bytes to the guest. Errors: EFAULT. */
  write(address: number, bytes: Uint8Array): Errno | 0 {
    if (bytes.length === 0) return 0;
    if (!this.writable(address, bytes.length)) return EFAULT;
    this.bytes.set(bytes, indexOf(address));
    return 0;
  }

  /** A string that ends with a zero, as bytes (latin1). Errors: EFAULT, ENAMETOOLONG where no zero is among `limit` bytes. */
  string(address: number, limit = 4096): string | Errno {
    const available = this.allowed(address, limit, PERMISSION_READ);
    const start = indexOf(address);
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= start + available) return available < limit ? EFAULT : ENAMETOOLONG;
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(this.bytes[at]!);
    return text;
  }
}
