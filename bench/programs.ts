/** Whole programs, on our /proc and on the kernel's, in turns. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MAIN, pinned } from './contenders.ts';
import { median } from './measure.ts';

const PROGRAMS: readonly string[] = ['ps aux', 'ps -eLf', 'top -b -n1', 'free', 'vmstat', 'lsof -n -p $$'];

/** The median times of one program in milliseconds. */
export interface ProgramTimes {
  readonly program: string;
  readonly ours: number;
  readonly kernel: number;
}

/** A shell that runs one line after the other. */
class Shell {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
    const [program = '', ...args] = pinned([...words, 'sh']);
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: environment });
    this.#child.stdin?.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** Runs a line and returns how long it took, in milliseconds. Throws when the shell has ended. */
  async time(line: string): Promise<number> {
    const started = performance.now();
    this.#child.stdin?.write(`${line} >/dev/null 2>&1; echo\n`);
    if ((await this.#lines.next()).done) throw new Error('it does not come up');
    return performance.now() - started;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.stdin?.end();
    await ended;
  }
}

/** Measures the programs that this machine has, `rounds` times after a round that does not count. */
export async function measurePrograms(directory: string, rounds: number): Promise<ProgramTimes[]> {
  const runtime = join(directory, 'run');
  mkdirSync(runtime, { recursive: true });
  const ours = new Shell([process.execPath, MAIN, 'exec', '-t', 'linprocfs', '--'], { ...process.env, COMPATFS_RUNTIME_DIR: runtime });
  const kernel = new Shell([]);
  const results: ProgramTimes[] = [];
  try {
    for (const program of PROGRAMS) {
      if (spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program.split(' ', 1)[0] as string]).status !== 0) continue;
      const times: { ours: number[]; kernel: number[] } = { ours: [], kernel: [] };
      for (let round = -1; round < rounds; round++) {
        const [own, other] = [await ours.time(program), await kernel.time(program)];
        if (round < 0) continue;
        times.ours.push(own);
        times.kernel.push(other);
      }
      results.push({ program, ours: median(times.ours), kernel: median(times.kernel) });
    }
  } finally {
    await Promise.all([ours.end(), kernel.end()]);
  }
  return results;
}
