/** Failures that the user is told in one line, and the exit status that goes with them. */

import { MountError } from '../fuse/kernel-mount.ts';

/** It could not be done. */
export const EXIT_FAILED = 1;
/** It was asked for in a way that means nothing. */
export const EXIT_USAGE = 2;
/** As shells have it: a program was not found, or could not be run. */
export const NOT_FOUND = 127;
export const NOT_RUNNABLE = 126;

/** Ends a command with the line `compatfs: WHAT: WHY`. */
export class Failure extends Error {
  readonly status: number;

  constructor(what: string, why: string, status: number = EXIT_FAILED) {
    super(`${what}: ${why}`);
    this.status = status;
  }
}

/** A command line that means nothing. */
export function badUsage(what: string, why: string): Failure {
  return new Failure(what, why, EXIT_USAGE);
}

/** The line and the status for whatever a command threw. */
export function explain(error: unknown): { readonly line: string; readonly status: number } {
  if (error instanceof Failure) return { line: error.message, status: error.status };
  if (error instanceof MountError) return { line: error.message, status: EXIT_FAILED };
  const { message, code, path, syscall } = error as NodeJS.ErrnoException;
  // A system call that nobody expected to fail: its name and file say more than the stack.
  if (code !== undefined && syscall !== undefined) {
    const what = path ?? (syscall === 'uv_cwd' ? 'current directory' : syscall);
    return { line: `${what}: ${code}`, status: EXIT_FAILED };
  }
  return {
    line: `internal error: ${error instanceof Error ? (error.stack ?? message) : String(error)}`,
    status: EXIT_FAILED,
  };
}
