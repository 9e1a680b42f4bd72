/** A `compatfs serve` of a test's own. */

import type { ChildProcess } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, ended, until } from './command-line.ts';

/** A server of a test's own, and what it says. */
export class Exports {
  readonly line: CommandLine = new CommandLine();
  readonly end: ReturnType<typeof ended>;
  said = '';
  complained = '';
  readonly #child: ChildProcess;

  constructor(args: readonly string[], prepare: (line: CommandLine) => void = () => {}) {
    prepare(this.line);
    this.#child = this.line.start(['serve', ...args.map((word) => word.replace('DIRECTORY', this.line.directory))]);
    this.#child.stdout?.on('data', (text: Buffer) => (this.said += String(text)));
    this.#child.stderr?.on('data', (text: Buffer) => (this.complained += String(text)));
    this.end = ended(this.#child);
  }

  /** The addresses that it listens at. */
  async addresses(count = 1): Promise<string[]> {
    const found = (): string[] => [...this.said.matchAll(/^(.*): serving /gm)].map(([, address = '']) => address);
    await until('it listens', () => found().length === count || this.#child.exitCode !== null);
    assert.is(found().length, count, this.complained);
    return found();
  }

  /** The server's process. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): ReturnType<typeof ended> {
    this.#child.kill(signal);
    return this.end;
  }
}

/** A test with a server of its own. */
export function serving(
  name: string,
  args: readonly string[],
  body: (exports: Exports) => Promise<void>,
  prepare?: (line: CommandLine) => void,
): void {
  test(name, async () => {
    const exports = new Exports(args, prepare);
    try {
      await body(exports);
    } finally {
      await exports.line.remove();
    }
  });
}

/** The code of the error that a promise is rejected with. */
export async function code(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
}
