/** The machine's own processor as the judge of floating-point instructions, through float-processor.c. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../../test/emulator/float-processor.c', import.meta.url));

/** Where the code and the memory operand are; both are a page. */
export const CODE = 0x20000000;
export const OPERAND = 0x30000000;
const MESSAGE = 1088;
const IMAGE = 64;
const MEMORY = 576;
/** Of the 512 bytes of memory that are sent and come back. */
export const MEMORY_SIZE = 512;

/** What an instruction finds, or what it leaves. */
export interface FloatState {
  rax: bigint;
  flags: number;
  /** As fxsave64 writes it. */
  readonly image: Buffer;
  readonly memory: Buffer;
}

export interface Request extends FloatState {
  readonly code: Uint8Array;
}

export interface Reply extends FloatState {
  /** The signal that it got, or 0. */
  readonly signal: number;
}

export const SIGFPE = 8;

/** Compiles the program that asks; `directory` gets it. */
export function buildFloatProcessor(directory: string): string {
  const program = join(directory, 'float-processor');
  const { status, stderr } = spawnSync('cc', ['-O1', '-Wall', '-o', program, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return program;
}

/** Executes each request. */
export function executeFloat(program: string, requests: readonly Request[]): Reply[] {
  const input = Buffer.alloc(requests.length * MESSAGE);
  for (const [index, { code, rax, flags, image, memory }] of requests.entries()) {
    const at = index * MESSAGE;
    input.set(code, at);
    input[at + 15] = code.length;
    input.writeBigUInt64LE(rax, at + 16);
    input.writeUInt32LE(flags, at + 24);
    input.set(image, at + IMAGE);
    input.set(memory, at + MEMORY);
  }
  const { stdout, status, stderr } = spawnSync(program, { input, maxBuffer: 2 ** 30 });
  if (status !== 0 || stdout.length !== input.length) throw new Error(`float-processor: ${stderr.toString()} ${status}`);
  return requests.map((_, index) => {
    const at = index * MESSAGE;
    return {
      signal: stdout.readInt32LE(at),
      rax: stdout.readBigUInt64LE(at + 16),
      flags: stdout.readUInt32LE(at + 24),
      image: stdout.subarray(at + IMAGE, at + MEMORY),
      memory: stdout.subarray(at + MEMORY, at + MESSAGE),
    };
  });
}
