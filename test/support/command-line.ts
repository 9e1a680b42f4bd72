/** Runs the command line as users do, with a runtime directory of the test's own, and waits for what it should bring about. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostMounts } from '../../mounts/fuse/host-mounts.ts';
import { removeDirectory, temporaryDirectory } from './mounts.ts';
import { missingProgram, reasonNotToMount, unless } from './requirements.ts';

/** The built entry. */
export const MAIN: string = fileURLToPath(new URL('../../mounts/cli/main.cjs', import.meta.url));
/** How long a condition may take to come true, in milliseconds. */
const PATIENCE_MS = 20_000;

/** What a command did. */
export interface Result {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with a mount point and a runtime directory in it, and the commands run there. */
export class CommandLine {
  readonly directory: string = temporaryDirectory();
  /** An empty directory to mount at. */
  readonly target: string = join(this.directory, 'target');
  readonly runtimeDirectory: string = join(this.directory, 'run');
  readonly environment: NodeJS.ProcessEnv = {
    ...process.env,
    COMPATFS_RUNTIME_DIR: this.runtimeDirectory,
    npm_lifecycle_event: undefined,
  };
  readonly #children: ChildProcess[] = [];

  constructor() {
    mkdirSync(this.target);
  }

  /** Starts any program in the test's environment. */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, {
      cwd: this.directory,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    this.#children.push(child);
    return child;
  }

  /** Starts compatfs. */
  start(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return this.spawn(process.execPath, [MAIN, ...args], options);
  }

  /** Runs compatfs to its end. */
  run(...args: string[]): Promise<Result> {
    return ended(this.start(args));
  }

  /** Runs a line of shell in which `$compatfs` is the command, in a mount namespace of its own where `privately`. */
  shell(script: string, privately = false): Promise<Result> {
    const [command = '', ...args] = [
      ...(privately ? ['unshare', '--mount', '--propagation', 'private'] : []),
      'sh',
      '-c',
      script,
    ];
    return ended(this.spawn(command, args, { env: { ...this.environment, compatfs: `${process.execPath} ${MAIN}` } }));
  }

  /** The process id of the server, from its pid file. */
  serverId(): number {
    const file = readdirSync(this.runtimeDirectory).find((name) => name.endsWith('.pid'));
    return file === undefined ? 0 : Number(readFileSync(join(this.runtimeDirectory, file), 'utf8'));
  }

  /** The names in the runtime directory but for logs. */
  leftovers(): string[] {
    return readdirSync(this.runtimeDirectory).filter((name) => !name.endsWith('.log'));
  }

  /** Ends what still runs, and removes everything. */
  async remove(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    removeDirectory(this.directory);
  }
}

/** A test with a command line and a mount point of its own, where FUSE can be mounted and the programs are there. */
export function mounting(name: string, body: (line: CommandLine) => Promise<void>, ...programs: string[]): void {
  unless(reasonNotToMount() ?? missingProgram(...programs), name, async () => {
    const line = new CommandLine();
    try {
      await body(line);
    } finally {
      await line.remove();
    }
  });
}

/** Waits for the end of a program and collects what it said. */
export function ended(child: ChildProcess): Promise<Result> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr })));
}

/** Waits until a condition holds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether something is mounted at a place. */
export function isMounted(place: string): boolean {
  return hostMounts().some(({ mountPoint }) => mountPoint === place);
}

/** Whether a process lives. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
