/** The grammars of files for which the general rule of `volatile.ts` does not do. */

import type { Allowance } from './volatile.ts';

export interface Grammar {
  /** Below /proc, with PID and TID in place of numbers. */
  readonly path: RegExp;
  /** For a text that is another at every reading: says what is wrong with ours, or undefined. */
  readonly check?: (before: string, ours: string, after: string) => string | undefined;
  readonly allowances?: readonly Allowance[];
}

/** A text in which every value is new each time. */
function drawn(shape: RegExp): NonNullable<Grammar['check']> {
  return (before, ours) => {
    if (!shape.test(before)) return `the kernel's own text is not of this shape: ${JSON.stringify(before)}`;
    if (!shape.test(ours)) return `${JSON.stringify(ours)} instead of the shape of ${JSON.stringify(before)}`;
    return ours === before ? 'the value of an earlier reading' : undefined;
  };
}

export const GRAMMARS: readonly Grammar[] = [
  { path: /^sys\/kernel\/random\/uuid$/, check: drawn(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/) },
  // How long reading a clock took just now, in nanoseconds.
  { path: /^PID\/(task\/TID\/)?sched$/, allowances: [{ line: /^clock-delta /, by: 10000 }] },
  // The server holds files open too.
  { path: /^sys\/fs\/file-nr$/, allowances: [{ line: /^/, by: 64, word: 0 }] },
];

/** The grammar of a path, if it has one of its own. */
export function grammarOf(path: string): Grammar | undefined {
  const general = path.replace(/^(\d+|self|thread-self)(?=\/|$)/, 'PID').replace(/\/task\/\d+/, '/task/TID');
  return GRAMMARS.find((grammar) => grammar.path.test(general));
}
