/** Reads a guest's memory for a trace: whatever is there, and undefined for what is not. */

import { isErrno } from '../../fs/errno.ts';
import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { PERMISSION_READ } from '../memory/layout.ts';

export class Reader {
  readonly memory: GuestMemory;

  constructor(memory: GuestMemory) {
    this.memory = memory;
  }

  /** Whether so many bytes can be read. */
  has(address: number, length: number): boolean {
    return address !== 0 && this.memory.readable(address, length);
  }

  /** A copy of the bytes, as far as they can be read; undefined where the first cannot. */
  bytes(address: number, length: number): Uint8Array | undefined {
    if (length === 0) return new Uint8Array(0);
    if (!(address > 0)) return undefined;
    const count = this.memory.allowed(address, length, PERMISSION_READ);
    if (count === 0) return undefined;
    return this.memory.bytes.slice(indexOf(address), indexOf(address) + count);
  }

  u32(address: number): number {
    return this.memory.view.getUint32(indexOf(address), true);
  }

  i32(address: number): number {
    return this.memory.view.getInt32(indexOf(address), true);
  }

  u16(address: number): number {
    return this.memory.view.getUint16(indexOf(address), true);
  }

  /** Inexact above 2^53. */
  u64(address: number): number {
    return this.u32(address + 4) * 0x1_0000_0000 + this.u32(address);
  }

  i64(address: number): number {
    return this.i32(address + 4) * 0x1_0000_0000 + this.u32(address);
  }

  /** A string that ends with a zero, or undefined. */
  string(address: number): Uint8Array | undefined {
    const text = this.memory.string(address);
    return isErrno(text) ? undefined : Buffer.from(text, 'latin1');
  }
}
