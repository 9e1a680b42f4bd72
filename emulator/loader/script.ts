/** Scripts: `#!`, an interpreter, and what follows on the line as one argument (fs/binfmt_script.c, execve(2)). */

import { EACCES, ENOEXEC, isErrno } from '../../fs/errno.ts';
import { HEAD_SIZE, type Attempt, type Loader, type LoadResult } from './loader.ts';

const NUL = 0;
const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;

const blank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/** The first of `first` to `last`, both included, that is as it should be; -1 when none is. */
function find(bytes: Uint8Array, first: number, last: number, wanted: (byte: number) => boolean): number {
  for (let at = first; at <= last; at++) if (wanted(bytes[at]!)) return at;
  return -1;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  let string = '';
  for (let at = start; at < end && bytes[at] !== NUL; at++) string += String.fromCharCode(bytes[at]!);
  return string;
}

export const scriptLoader: Loader = {
  name: 'script',
  load(attempt: Attempt): LoadResult {
    const { head } = attempt;
    if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
    const last = HEAD_SIZE - 1;
    const notBlank = (byte: number): boolean => !blank(byte);
    const ends = (byte: number): boolean => blank(byte) || byte === NUL;
    const newline = find(head, 0, last, (byte) => byte === NEWLINE || byte === NUL);
    let end = newline;
    if (newline < 0 || head[newline] === NUL) {
      const first = find(head, 2, last, notBlank);
      // Where nothing ends it, the name of the interpreter may be cut off.
      if (first < 0 || find(head, first, last, ends) < 0) return ENOEXEC;
      end = last;
    }
    while (blank(head[end - 1])) end--;
    const name = find(head, 2, end, notBlank);
    if (name < 0 || name === end) return ENOEXEC;
    const separator = find(head, name, end, ends);
    const argument = separator >= 0 && head[separator] !== NUL ? find(head, separator, end, notBlank) : -1;
    const interpreter = text(head, name, argument >= 0 ? separator : end);
    // An argument that would begin where the line ends is one of no characters.
    const optional = argument >= 0 ? [text(head, argument, end)] : [];
    const { argv } = attempt;
    attempt.argv = [interpreter, ...optional, attempt.interpreter, ...argv.slice(1)];
    // The kernel opens the directory that an empty path is.
    if (interpreter === '') return EACCES;
    const opened = attempt.request.open(interpreter);
    if (isErrno(opened)) return opened;
    attempt.interpreter = interpreter;
    attempt.file = opened;
    return 'again';
  },
};
