/** Failures that the user is told in one line, and the exit status that goes with them. */

/** It could not be done. */
export const EXIT_FAILED = 1;
/** It was asked for in a way that means nothing. */
export const EXIT_USAGE = 2;
/** As shells have it: a program was not found, or could not be run. */
export const NOT_FOUND = 127;
export const NOT_RUNNABLE = 126;

/** Ends a command with the line `compatfs: WHAT: WHY`. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
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

/** Whether something that was thrown is a failure: known by its name, for a command that is loaded from one file has a class of its own. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && error.name === 'Failure' && 'status' in error;
}
