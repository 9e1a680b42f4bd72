/** execve(2): finds who can load a program, through scripts and what else leads to another file, and has it loaded. */

import { ELOOP, ENOEXEC, type Errno, isErrno } from '../../fs/errno.ts';
import { elf32Loader } from './elf32.ts';
import { elf64Loader } from './elf64.ts';
import type { ExecFailure, ExecRequest, ExecutedProgram } from './exec-contract.ts';
import { gzipLoader } from './gzip.ts';
import { checkArguments } from './initial-stack.ts';
import { type Attempt, HEAD_SIZE, type Loader } from './loader.ts';
import { scriptLoader } from './script.ts';

/** Most files that lead to another one. */
const DEPTH = 5;

/** The loaders in the order in which they are asked. */
export const LOADERS: readonly Loader[] = [elf64Loader, elf32Loader, scriptLoader, gzipLoader];

/**
 * Makes an address space with the program in it, ready to run. Errors: ENOEXEC where nobody knows the format, ELOOP, E2BIG, those of opening
 * interpreters and of each format; `ExecFailure` where Linux would have given up the old program already.
 */
export function prepareExec(request: ExecRequest, loaders: readonly Loader[] = LOADERS): ExecutedProgram | ExecFailure | Errno {
  // A program without arguments has one that is empty.
  const argv = request.argv.length === 0 ? [''] : request.argv;
  const attempt: Attempt = { request, file: request.file, head: new Uint8Array(HEAD_SIZE), argv, interpreter: request.path };
  const result = run(attempt, loaders);
  if (typeof result === 'number' || !('space' in result)) attempt.file.release();
  return result;
}

function run(attempt: Attempt, loaders: readonly Loader[]): ExecutedProgram | ExecFailure | Errno {
  const { request } = attempt;
  const tooMuch = checkArguments({ path: request.path, argv: attempt.argv, envp: request.envp }, request.argv.length, request.limits.stack);
  if (tooMuch) return tooMuch;
  for (let depth = 0; depth <= DEPTH; depth++) {
    attempt.head.fill(0);
    const count = attempt.file.read(attempt.head, 0);
    if (isErrno(count)) return count;
    const { file } = attempt;
    const result = ask(attempt, loaders);
    if (result !== 'again') return result;
    file.release();
    const more = checkArguments({ path: request.path, argv: attempt.argv, envp: request.envp }, request.argv.length, request.limits.stack);
    if (more) return more;
  }
  return ELOOP;
}

function ask(attempt: Attempt, loaders: readonly Loader[]): 'again' | ExecutedProgram | ExecFailure | Errno {
  for (const loader of loaders) {
    const result = loader.load(attempt);
    if (result !== undefined && result !== ENOEXEC) return result;
  }
  return ENOEXEC;
}
