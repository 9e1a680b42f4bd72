/** Finding and running other programs as if they had been started in our place. */

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isatty } from 'node:tty';
import type { Ending } from './ending.ts';

/** Signals that are handed on to the program, whoever sent them. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
/** Signals that a terminal sends to the program and us alike. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** The path of a program that this user may run, or undefined. */
export function findProgram(name: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/usr/bin', '/sbin', '/bin');
  return directories.map((directory) => join(directory || '.', name)).find(isRunnable);
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** How a program is run. */
export interface RunOptions {
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Descriptors from 3 on that it inherits, under the same numbers. */
  readonly descriptors?: readonly number[];
}

/** Runs a program in our place: with our input, output and terminal, and every signal that we get. */
export function runInPlace(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ending> {
  const stdio: (number | 'ignore')[] = [0, 1, 2];
  for (const descriptor of options.descriptors ?? []) {
    while (stdio.length < descriptor) stdio.push('ignore');
    stdio[descriptor] = descriptor;
  }
  // Before there is a child: it may be waited for, and we be told to end, before spawn returns here.
  const signals = new SignalRelay();
  const child = spawn(command, args, {
    stdio,
    env: options.environment ?? process.env,
    ...(options.directory !== undefined && { cwd: options.directory }),
  });
  signals.relayTo(child);
  return new Promise((resolve) => {
    const end = (ending: Ending): void => {
      signals.close();
      resolve(ending);
    };
    child.on('error', (error) => end({ status: undefined, signal: undefined, error }));
    child.on('exit', (status, signal) =>
      end({ status: status ?? undefined, signal: signal ?? undefined, error: undefined }),
    );
  });
}

/** Has a child get the signals that we get. */
class SignalRelay {
  readonly #early: NodeJS.Signals[] = [];
  #child: ChildProcess | undefined;

  constructor() {
    for (const signal of FORWARDED) process.on(signal, this.#relay);
    for (const signal of FROM_TERMINAL) process.on(signal, this.#relayUnlessShared);
  }

  /** Names the child, which then gets what has come in already. */
  relayTo(child: ChildProcess): void {
    this.#child = child;
    for (const signal of this.#early) child.kill(signal);
  }

  close(): void {
    for (const signal of FORWARDED) process.off(signal, this.#relay);
    for (const signal of FROM_TERMINAL) process.off(signal, this.#relayUnlessShared);
  }

  readonly #relay = (signal: NodeJS.Signals): void => {
    if (this.#child) this.#child.kill(signal);
    else this.#early.push(signal);
  };

  readonly #relayUnlessShared = (signal: NodeJS.Signals): void => {
    // With a terminal, a key press has reached the child already: it is in the same process group.
    if (![0, 1, 2].some(isatty)) this.#relay(signal);
  };
}
