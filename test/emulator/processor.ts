/** The machine's own processor as the judge of what an instruction is, through processor.c. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../../test/emulator/processor.c', import.meta.url));

/** What happened to the bytes. */
export type Reaction = 'executed' | 'wanted more' | 'invalid' | 'fault' | 'arithmetic' | 'alignment' | 'other';

const REACTIONS: readonly Reaction[] = ['executed', 'wanted more', 'invalid', 'fault', 'arithmetic', 'alignment', 'other'];

export interface Verdict {
  readonly reaction: Reaction;
  /** How far the instruction pointer moved. */
  readonly moved: number;
}

/** Why the processor cannot be asked here, or undefined. */
export function processorMissing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this machine is no Linux on x86-64';
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'this machine has no C compiler';
}

/** Compiles the program that asks; `directory` gets it. */
export function buildProcessor(directory: string): string {
  const program = join(directory, 'processor');
  const { status, stderr } = spawnSync('cc', ['-O1', '-Wall', '-o', program, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return program;
}

/** Executes each of some pieces of code, of at most 15 bytes, at the end of a page. */
export function execute(program: string, pieces: readonly Uint8Array[]): Verdict[] {
  const input = Buffer.alloc(pieces.length * 16);
  for (const [index, piece] of pieces.entries()) {
    input[index * 16] = piece.length;
    input.set(piece, index * 16 + 1);
  }
  const { stdout, status, stderr } = spawnSync(program, { input, maxBuffer: 2 ** 30 });
  if (status !== 0 || stdout.length !== pieces.length * 8) throw new Error(`processor: ${stderr.toString()} ${status}`);
  return pieces.map((_, index) => ({
    reaction: REACTIONS[stdout[index * 8]!]!,
    moved: stdout.readInt32LE(index * 8 + 4),
  }));
}
