/** The servers that are compared: ours, and what others use for the same job. Each runs pinned to one CPU. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildNative } from './native.ts';

/** The CPU that servers and load share: across idle CPUs, waking up would be most of what is measured. */
const CPU = '0';
/** Where the load is that has a CPU to itself. */
const OTHER_CPU = '1';

/** The built entry of the command line. */
export const MAIN: string = fileURLToPath(new URL('../mounts/cli/main.cjs', import.meta.url));

/** A file system to measure. */
export interface Contender {
  readonly name: string;
  /** Where its tree is, laid out as /proc is. */
  readonly path: string;
  readonly process?: ChildProcess;
}

/** Where it is allowed, servers and load are real-time processes: whatever else the machine does, it does not come between. */
const REAL_TIME: readonly string[] = spawnSync('chrt', ['-r', '1', 'true'], { stdio: 'ignore' }).status === 0 ? ['chrt', '-r', '1'] : [];

/** The words of a command that runs on the benchmark's CPU, or `apart` on another one. */
export function pinned(command: readonly string[], apart = false): string[] {
  return [...REAL_TIME, 'taskset', '-c', apart ? OTHER_CPU : CPU, ...command];
}

/** Starts the contenders that this machine has; says which are missing and why. */
export class Contenders {
  readonly #directory: string;
  readonly #started: { readonly contender: Contender; readonly mountPoint: string }[] = [];
  readonly missing: string[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The kernel's own /proc. */
  kernel(): Contender {
    return { name: 'kernel', path: '/proc' };
  }

  ours(options: readonly string[] = [], name = 'compatfs'): Contender | undefined {
    const mountPoint = this.#mountPoint(name);
    return this.#start(name, mountPoint, mountPoint, [
      process.execPath,
      MAIN,
      'mount',
      '-t',
      'linprocfs',
      ...options,
      'linproc',
      mountPoint,
    ]);
  }

  lxcfs(): Contender | undefined {
    if (spawnSync('lxcfs', ['--version'], { stdio: 'ignore' }).error) return this.#miss('lxcfs', 'not installed');
    const mountPoint = this.#mountPoint('lxcfs');
    return this.#start('lxcfs', mountPoint, join(mountPoint, 'proc'), ['lxcfs', mountPoint]);
  }

  /** One of our reference servers in C. */
  native(program: string, name: string): Contender | undefined {
    const binary = buildNative(program, this.#directory, 'fuse3');
    if (binary === undefined) return this.#miss(name, 'libfuse3-dev is not installed');
    const mountPoint = this.#mountPoint(name);
    return this.#start(name, mountPoint, mountPoint, [binary, mountPoint]);
  }

  /** A file system that is made of directories or memory, from the command that serves it at a place. */
  stored(name: string, command: (mountPoint: string) => readonly string[]): Contender | undefined {
    const mountPoint = this.#mountPoint(name);
    const words = command(mountPoint);
    if (spawnSync(words[0] as string, ['--version'], { stdio: 'ignore' }).error) return this.#miss(name, 'not installed');
    const before = statSync(mountPoint).dev;
    return this.#start(name, mountPoint, mountPoint, words, () => statSync(mountPoint).dev !== before);
  }

  #mountPoint(name: string): string {
    const path = join(this.#directory, name.replaceAll(/\W+/g, '-'));
    mkdirSync(path, { recursive: true });
    return path;
  }

  #miss(name: string, reason: string): undefined {
    this.missing.push(`${name}: ${reason}`);
    return undefined;
  }

  #start(name: string, mountPoint: string, path: string, command: readonly string[], isUp: () => boolean = () => serves(path)): Contender | undefined {
    const [program = '', ...words] = pinned(command);
    const process = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    let complaint = '';
    process.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const contender: Contender = { name, path, process };
    this.#started.push({ contender, mountPoint });
    if (!waitFor(isUp)) return this.#miss(name, complaint.trim() || 'it does not come up');
    return contender;
  }

  /** Stops the servers and takes their mounts away. */
  stop(): void {
    for (const { contender, mountPoint } of this.#started) {
      spawnSync('umount', ['-l', mountPoint], { stdio: 'ignore' });
      contender.process?.kill('SIGTERM');
    }
  }
}

function serves(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}

/** Tries something about ten times a second for ten seconds. */
function waitFor(condition: () => boolean): boolean {
  for (let tries = 0; tries < 100; tries++) {
    if (condition()) return true;
    spawnSync('sleep', ['0.1']);
  }
  return false;
}
