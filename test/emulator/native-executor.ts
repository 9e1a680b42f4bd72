/** Pieces of code on the machine's own processor, through native-executor.c; and what a piece of code is, for any executor. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../../test/emulator/native-executor.c', import.meta.url));

/** The region that code is in; it can be executed, read and written. */
export const CODE = 0x20000000;
export const CODE_SIZE = 0x10000;
/** Memory of cases: WRITABLE bytes that can be written, nothing up to READ_ONLY, and from there on bytes that can only be read. */
export const WINDOW = 0x21000000;
export const WRITABLE = 0x4000;
export const READ_ONLY = 0x5000;
export const WINDOW_SIZE = 0x6000;

/** How much of a request or an answer is state, and where in it. */
export const MACHINE_STATE_SIZE = 664;
export const FLAGS = 128;
export const SEGMENT_BASES = 136;
export const FLOATING = 152;
/** Within the image that fxsave makes. */
export const FLOATING_MXCSR: number = FLOATING + 24;
export const FLOATING_STACK: number = FLOATING + 32;
export const FLOATING_XMM: number = FLOATING + 160;

/** Registers: the general ones in the order of their numbers, flags, bases of FS and GS, and what fxsave64 stores. */
export class MachineState {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(bytes: Uint8Array = new Uint8Array(MACHINE_STATE_SIZE)) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  general(register: number): bigint {
    return this.view.getBigUint64(register * 8, true);
  }

  setGeneral(register: number, value: bigint): void {
    this.view.setBigUint64(register * 8, value, true);
  }

  get flags(): number {
    return this.view.getUint32(FLAGS, true);
  }

  set flags(value: number) {
    this.view.setUint32(FLAGS, value, true);
  }
}

/** Bytes at a place of the window. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What is executed, and from which state. */
export interface Case {
  readonly address: number;
  readonly code: Uint8Array;
  readonly state: MachineState;
  readonly patches: readonly Patch[];
}

/** It did not end. */
export const ENDLESS = 512;

/** How it ended: by an exception, if only that of the int3 behind it. */
export interface Outcome {
  readonly vector: number;
  readonly instruction: number;
  /** The address of a page fault. */
  readonly fault: bigint;
  readonly state: MachineState;
  /** The window's words that have changed. */
  readonly changes: readonly Patch[];
}

/** Compiles the executor; `directory` gets it. */
export function buildNativeExecutor(directory: string): string {
  const program = join(directory, 'native-executor');
  const options = ['-O1', '-Wall', '-fno-stack-protector', '-mno-red-zone'];
  const { status, stderr } = spawnSync('cc', [...options, '-o', program, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return program;
}

const HEAD = 24;
const rounded = (length: number): number => (length + 7) & ~7;

/** Executes cases; the window has the contents `window` before each. */
export function executeNatively(program: string, window: Uint8Array, cases: readonly Case[]): Outcome[] {
  let size = window.length;
  for (const { code, patches } of cases) {
    size += HEAD + MACHINE_STATE_SIZE + rounded(code.length);
    for (const { bytes } of patches) size += 8 + rounded(bytes.length);
  }
  const input = Buffer.alloc(size);
  input.set(window);
  let at = window.length;
  for (const { address, code, state, patches } of cases) {
    const start = at;
    input.writeUInt32LE(code.length, at + 4);
    input.writeBigUInt64LE(BigInt(address), at + 8);
    input.set(state.bytes, at + HEAD);
    at += HEAD + MACHINE_STATE_SIZE;
    input.set(code, at);
    at += rounded(code.length);
    const first = at;
    for (const { offset, bytes } of patches) {
      input.writeUInt32LE(offset, at);
      input.writeUInt32LE(bytes.length, at + 4);
      input.set(bytes, at + 8);
      at += 8 + rounded(bytes.length);
    }
    input.writeUInt32LE(at - start, start);
    input.writeUInt32LE(at - first, start + 16);
  }
  const { stdout, status, signal, stderr, error } = spawnSync(program, { input, maxBuffer: 2 ** 31 });
  if (error) throw error;
  if (status !== 0) throw new Error(`native executor: ${stderr.toString()} ${status} ${signal}`);
  const outcomes: Outcome[] = [];
  for (let from = 0; from < stdout.length; ) {
    const length = stdout.readUInt32LE(from);
    const body = from + HEAD;
    const changes: Patch[] = [];
    for (let change = body + MACHINE_STATE_SIZE; change < from + length; ) {
      const bytes = stdout.readUInt32LE(change + 4);
      changes.push({ offset: stdout.readUInt32LE(change), bytes: stdout.subarray(change + 8, change + 8 + bytes) });
      change += 8 + bytes;
    }
    outcomes.push({
      vector: stdout.readUInt32LE(from + 4),
      instruction: Number(stdout.readBigUInt64LE(from + 8)),
      fault: stdout.readBigUInt64LE(from + 16),
      state: new MachineState(stdout.subarray(body, body + MACHINE_STATE_SIZE)),
      changes,
    });
    from += length;
  }
  if (outcomes.length !== cases.length) throw new Error(`native executor: ${outcomes.length} of ${cases.length} answers`);
  return outcomes;
}
