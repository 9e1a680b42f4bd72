/** What is run in the emulator's benchmark. */

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../../bench/emulator/native/', import.meta.url));

/** Which bound a subject's ratio counts for. */
export type Group = 'integer' | 'double' | 'interpreter' | 'calls' | 'true' | 'python' | 'other';

/** A command that is run natively, by qemu and by us. */
export interface Subject {
  readonly title: string;
  readonly command: readonly string[];
  readonly group: Group;
  /** Options of `compatfs run`. */
  readonly options?: readonly string[];
  readonly rounds: number;
}

const INTEGER: readonly string[] = ['-O2', '-fno-tree-vectorize'];
/** Programs in C with their flags and their argument, which is what qemu needs about a second for. */
const PROGRAMS: readonly { readonly name: string; readonly flags: readonly string[]; readonly count: number; readonly group: Group }[] = [
  { name: 'sieve', flags: INTEGER, count: 80, group: 'integer' },
  { name: 'sha256', flags: INTEGER, count: 5000, group: 'integer' },
  { name: 'recursion', flags: INTEGER, count: 37, group: 'integer' },
  { name: 'mix', flags: INTEGER, count: 8000, group: 'integer' },
  { name: 'machine', flags: INTEGER, count: 10_000_000, group: 'integer' },
  { name: 'core', flags: INTEGER, count: 16_000, group: 'integer' },
  { name: 'nbody', flags: ['-O2'], count: 2_000_000, group: 'double' },
  { name: 'calls', flags: ['-O2'], count: 500_000, group: 'calls' },
];
const INTERPRET: readonly string[] = ['--interpret'];

/** Compiles a program of ours; returns its path. */
export function compile(name: string, directory: string, flags: readonly string[]): string {
  const output = join(directory, name);
  execFileSync('cc', ['-Wall', '-Wextra', ...flags, '-o', output, join(SOURCES, `${name}.c`), '-lm']);
  return output;
}

const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0;

/** The subjects that this machine has the programs for. The programs are compiled into the directory. */
export function subjects(directory: string, quick: boolean): Subject[] {
  const rounds = quick ? 3 : 7;
  const found: Subject[] = [];
  const slow: Subject[] = [];
  for (const { name, flags, count, group } of PROGRAMS) {
    const path = compile(name, directory, [...flags, '-static']);
    const words = (times: number): string[] => [path, String(times), ...(name === 'calls' ? [path] : [])];
    found.push({ title: name === 'core' ? 'core (as CoreMark)' : name, command: words(count), group, rounds });
    if (group !== 'integer') continue;
    const less = name === 'recursion' ? count - 2 : Math.round(count / 2.5);
    slow.push({ title: `${name}, interpreted`, command: words(less), group: 'interpreter', options: INTERPRET, rounds: quick ? 1 : 3 });
  }
  const cold = quick ? 11 : 50;
  const whole: Subject[] = [
    { title: '/bin/true', command: ['/bin/true'], group: 'true', rounds: cold },
    { title: 'python3 -c 1', command: [pythonPath(), '-c', '1'], group: 'python', rounds: quick ? 5 : 15 },
    { title: 'bash -c true', command: ['/bin/bash', '-c', 'true'], group: 'other', rounds: quick ? 5 : 15 },
    { title: 'perl -e 1', command: ['/usr/bin/perl', '-e', '1'], group: 'other', rounds: quick ? 5 : 15 },
    { title: 'ls /', command: ['/bin/ls', '/'], group: 'other', rounds: quick ? 5 : 15 },
  ];
  return [...found, ...slow, ...whole.filter(({ command }) => hasProgram(command[0]!))];
}

/** The system's Python itself, where scripts stand in front of it. */
function pythonPath(): string {
  return hasProgram('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
}
