/** Access to memory operands of floating-point instructions, with page faults as the state reports them. */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE, PERMISSION_READ, PERMISSION_WRITE } from '../../memory/layout.ts';
import { EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT } from '../state.ts';

const STATE = indexOf(CPU_STATE);
const DETAIL = (STATE + EXIT_DETAIL) >>> 2;
const ADDRESS = (STATE + EXIT_ADDRESS) >>> 2;

/** 0 if an access may be made; else EXIT_PAGE_FAULT, and the state says which. What has no place in memory faults always. */
export function mayAccess(memory: GuestMemory, checked: boolean, address: number, length: number, permission: number): number {
  if (checked ? memory.allows(address, length, permission) : indexOf(address) + length <= memory.bytes.length) return 0;
  memory.words[DETAIL] = permission;
  memory.words[ADDRESS] = address + memory.allowed(address, length, permission);
  memory.words[ADDRESS + 1] = 0;
  return EXIT_PAGE_FAULT;
}

export const mayRead = (memory: GuestMemory, checked: boolean, address: number, length: number): number =>
  mayAccess(memory, checked, address, length, PERMISSION_READ);

export const mayWrite = (memory: GuestMemory, checked: boolean, address: number, length: number): number =>
  mayAccess(memory, checked, address, length, PERMISSION_WRITE);

/** EXIT_EXCEPTION, with its vector in the state. */
export function raise(memory: GuestMemory, vector: number): number {
  memory.words[DETAIL] = vector;
  return EXIT_EXCEPTION;
}
