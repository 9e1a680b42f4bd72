/** What the user is told of an error that ended a command. */

import { EXIT_FAILED, isFailure } from './failure.ts';

/** The line and the status for whatever a command threw. */
export function explain(error: unknown): { readonly line: string; readonly status: number } {
  if (isFailure(error)) return { line: error.message, status: error.status };
  // A MountError, known by its name: most commands need not load what mounts.
  if (error instanceof Error && error.name === 'MountError') return { line: error.message, status: EXIT_FAILED };
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
