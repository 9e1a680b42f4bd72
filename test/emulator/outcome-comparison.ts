/** Two outcomes of a case, field by field, without what is undefined; and a case in one line. */

import type { Form } from '../../emulator/cpu/forms.ts';
import { printInstruction } from '../../emulator/cpu/printer.ts';
import { OPERAND_SIZE } from '../../emulator/cpu/record.ts';
import { ARITHMETIC_FLAGS, DIRECTION } from '../../emulator/cpu/state.ts';
import { type InstructionCase, kindOf, windowContents } from './instruction-cases.ts';
import {
  type Case,
  FLOATING,
  FLOATING_MXCSR,
  FLOATING_STACK,
  FLOATING_XMM,
  MACHINE_STATE_SIZE,
  MachineState,
  type Outcome,
  type Patch,
  SEGMENT_BASES,
  WINDOW,
  WRITABLE,
} from './native-executor.ts';
import { isFaultUndefined, isTranscendental, maskState, maskedMemory, precisionOf } from './undefined-results.ts';

const WINDOW_CONTENTS = windowContents();
const GENERAL_NAMES = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

/** The x87's condition codes, which many of its instructions leave undefined. */
const CONDITION_CODES = 0x4700;

interface Field {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

const FIELDS: readonly Field[] = [
  ...GENERAL_NAMES.map((name, register) => ({ name, at: register * 8, size: 8 })),
  { name: 'flags', at: 128, size: 8 },
  { name: 'fs', at: SEGMENT_BASES, size: 8 },
  { name: 'gs', at: SEGMENT_BASES + 8, size: 8 },
  { name: 'x87 control', at: FLOATING, size: 2 },
  { name: 'x87 status', at: FLOATING + 2, size: 2 },
  { name: 'x87 tags', at: FLOATING + 4, size: 1 },
  { name: 'mxcsr', at: FLOATING_MXCSR, size: 4 },
  ...Array.from({ length: 8 }, (_, register) => ({ name: `st${register}`, at: FLOATING_STACK + register * 16, size: 10 })),
  ...Array.from({ length: 16 }, (_, register) => ({ name: `xmm${register}`, at: FLOATING_XMM + register * 16, size: 16 })),
];

/** A number of several bytes, as hexadecimal digits without leading zeros. */
function hexadecimal(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).reverse().toString('hex').replace(/^0+/, '');
  return text === '' ? '0' : text;
}

const fieldOf = (state: MachineState, { at, size }: Field): Uint8Array => state.bytes.subarray(at, at + size);
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The window's contents after an outcome: only what has changed, by offset. */
function changedBytes(changes: readonly Patch[]): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const { offset, bytes: changed } of changes) for (const [index, byte] of changed.entries()) bytes.set(offset + index, byte);
  return bytes;
}

function near(first: Uint8Array, second: Uint8Array, size: number, precision: number): boolean {
  const a = new DataView(first.buffer, first.byteOffset, size);
  const b = new DataView(second.buffer, second.byteOffset, size);
  for (let at = 0; at < size; at += 4) {
    if (a.getUint32(at, true) === b.getUint32(at, true)) continue;
    const x = a.getFloat32(at, true);
    const y = b.getFloat32(at, true);
    if (!(Math.abs(x - y) <= Math.abs(x) * 2 ** precision)) return false;
  }
  return true;
}

/** Whether two x87 registers differ by at most 2 in the last place. */
function nearExtended(first: Uint8Array, second: Uint8Array): boolean {
  const a = new DataView(first.buffer, first.byteOffset, 10);
  const b = new DataView(second.buffer, second.byteOffset, 10);
  if (a.getUint16(8, true) !== b.getUint16(8, true)) return false;
  const distance = a.getBigUint64(0, true) - b.getBigUint64(0, true);
  return distance >= -2n && distance <= 2n;
}

/** What is not compared of floating point. */
export interface Leniency {
  /** Exceptions that MXCSR collects. */
  readonly exceptions: boolean;
}

const STACK_FAULT = 12;
const PROTECTION = 13;

/**
 * The exception as the emulator tells it.
 * Differs: addresses by way of rsp and rbp that are none in 48 bits are a stack fault.
 */
const exceptionOf = ({ vector }: Outcome): number => (vector === STACK_FAULT ? PROTECTION : vector);

const copyOf = (state: MachineState): MachineState => new MachineState(Uint8Array.from(state.bytes));

/**
 * What differs: `FIELD native VALUE, ours VALUE`. With no form, the flags of `undefinedFlags` are not compared.
 */
export function differences(tested: Case, form: Form | undefined, record: Int32Array, native: Outcome, ours: Outcome, leniency: Leniency, undefinedFlags = 0): string[] {
  const found: string[] = [];
  const different = (name: string, a: string, b: string): void => {
    found.push(`${name} native ${a}, ours ${b}`);
  };
  if (exceptionOf(native) !== ours.vector) different('exception', String(native.vector), String(ours.vector));
  if (native.instruction !== ours.instruction) different('rip', native.instruction.toString(16), ours.instruction.toString(16));
  if (native.fault !== ours.fault && !(form && isFaultUndefined(form))) different('address', native.fault.toString(16), ours.fault.toString(16));
  const before = tested.state;
  const a = copyOf(native.state);
  const b = copyOf(ours.state);
  for (const state of [a, b]) {
    if (form) maskState(form, record, before, state);
    else state.view.setUint16(FLOATING + 2, state.view.getUint16(FLOATING + 2, true) & ~CONDITION_CODES, true);
    state.flags &= (ARITHMETIC_FLAGS | DIRECTION | 0x40000) & ~undefinedFlags;
    if (leniency.exceptions) state.view.setUint32(FLOATING_MXCSR, state.view.getUint32(FLOATING_MXCSR, true) & ~0x3f, true);
  }
  if (!same(a.bytes.subarray(0, MACHINE_STATE_SIZE), b.bytes.subarray(0, MACHINE_STATE_SIZE))) {
    const precision = form && precisionOf(form);
    for (const field of FIELDS) {
      const first = fieldOf(a, field);
      const second = fieldOf(b, field);
      if (same(first, second)) continue;
      if (precision !== undefined && field.size === 16 && near(first, second, 16, precision)) continue;
      if (form && field.size === 10 && isTranscendental(form) && nearExtended(first, second)) continue;
      different(field.name, hexadecimal(first), hexadecimal(second));
    }
  }
  const memory = memoryDifference(tested, form, record, native, ours);
  if (memory) found.push(memory);
  return found;
}

const samePatches = (a: readonly Patch[], b: readonly Patch[]): boolean =>
  a.length === b.length && a.every(({ offset, bytes }, index) => offset === b[index]!.offset && same(bytes, b[index]!.bytes));

function memoryDifference(tested: Case, form: Form | undefined, record: Int32Array, native: Outcome, ours: Outcome): string | undefined {
  if (samePatches(native.changes, ours.changes)) return undefined;
  const a = changedBytes(native.changes);
  const b = changedBytes(ours.changes);
  const masked = form ? maskedMemory(form, record[OPERAND_SIZE]!) : [];
  const start = masked.length > 0 ? operandStart(tested, native) : 0;
  for (let offset = 0; offset < WRITABLE; offset++) {
    const first = a.get(offset) ?? WINDOW_CONTENTS[offset];
    const second = b.get(offset) ?? WINDOW_CONTENTS[offset];
    if (first === second) continue;
    if (masked.some(([at, length]) => offset >= start + at && offset < start + at + length)) continue;
    const word = offset & ~7;
    const text = (changes: Map<number, number>): string =>
      changes.has(word) ? hexadecimal(Uint8Array.from({ length: 8 }, (_, index) => changes.get(word + index) ?? 0)) : 'as before';
    return `memory at ${(WINDOW + word).toString(16)} native ${text(a)}, ours ${text(b)}`;
  }
  return undefined;
}

/** Where the memory operand begins: there is a patch of it. */
function operandStart(tested: Case, native: Outcome): number {
  return tested.patches.at(-1)?.offset ?? native.changes[0]?.offset ?? 0;
}

const hexBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A case: its form, bytes and text, and the registers that it reads first of all. */
export function describeCase(tested: InstructionCase): string {
  const { form, record, code, state, address } = tested;
  const text = printInstruction(record, 0, BigInt(address));
  const names = GENERAL_NAMES.filter((name, register) => {
    const short = name.startsWith('r') && register >= 8 ? name : name.slice(1);
    return new RegExp(`\\b[re]?${short}|\\b${short.replace(/x$/, '')}[lhx]\\b`).test(text) || (register < 3 && form.operands.length < 2);
  });
  const registers = names.map((name) => `${name}=${state.general(GENERAL_NAMES.indexOf(name)).toString(16)}`);
  const vectors = [...new Set(text.match(/xmm\d+/g) ?? [])].map((name) => {
    const at = FLOATING_XMM + Number(name.slice(3)) * 16;
    return `${name}=${hexadecimal(state.bytes.subarray(at, at + 16))}`;
  });
  const floating = form.feature === 'x87' || kindOf(form) !== 'integer' ? [`mxcsr=${state.view.getUint32(FLOATING_MXCSR, true).toString(16)}`] : [];
  return `${form.row} | ${hexBytes(code)} | ${text} | ${[...registers, ...vectors, ...floating, `flags=${state.flags.toString(16)}`].join(' ')}`;
}
