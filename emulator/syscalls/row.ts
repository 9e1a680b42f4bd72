/**
 * What a row of a system call table is. A row says everything about a call that others derive from it: how registers become
 * arguments, what a trace prints, how far the call is done and why not further, and whether using it is reported.
 */

import { ENOSYS, EPERM } from '../../fs/errno.ts';
import type { Task } from '../kernel/task.ts';

/**
 * Does a call. Arguments are numbers as the signature says (see `Argument`); the result is at least 0, a negative errno, WOULD_BLOCK, or
 * NO_RESULT. A call that was blocked is made again, with the same arguments, when what it waits for may have happened.
 */
export type Handler = (task: Task, a: number, b: number, c: number, d: number, e: number, f: number) => number;

/** The handler has set the registers itself (execve, rt_sigreturn), or its task is no more (exit). */
export const NO_RESULT = -0x20000;

/** How far a call is done. */
export type Level =
  /** As in Linux. */
  | 'full'
  /** As in Linux, but for what the note says. */
  | 'partial'
  /** Succeeds without doing anything, for the reason in the note. */
  | 'accepted'
  /** EPERM without a capability, ENOSYS with it. */
  | 'capability'
  /** ENOSYS, or what the note says. */
  | 'absent';

/** Why a call is absent. */
export const Reason = {
  NotDone: 'not done yet',
  NotInLinux: 'Linux does not have it either',
  NoEquivalent: 'there is nothing here that it could be about',
  KernelState: 'changes the state of a kernel that others rely on',
  Obsolete: 'obsolete',
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

/**
 * An argument, written `kind[:detail][:out][(n)]`: `buf:out(2)` is a buffer that the call fills and whose length is argument 2 (from 0),
 * `flags:open` a number that prints as the O_ flags, `stat:out` a structure that the call fills.
 */
export interface Argument {
  readonly text: string;
  readonly kind: string;
  /** The set of names that it prints with. */
  readonly detail: string | undefined;
  /** The call fills it. */
  readonly out: boolean;
  /** Which argument is its length. */
  readonly length: number | undefined;
}

/** How a register becomes a number: its low half, signed. */
export const AS_INT = 0;
/** All of it, unsigned; inexact above 2^53, where there are no addresses. */
export const AS_NUMBER = 1;
/** All of it, signed. */
export const AS_LONG = 2;

/** The kinds that are 32-bit values. */
const INTEGERS: ReadonlySet<string> = new Set([
  'int', 'uint', 'fd', 'dirfd', 'pid', 'uid', 'mode', 'flags', 'enum', 'signal', 'hex', 'dev', 'clock', 'id',
]);
/** The kinds that are signed 64-bit values. */
const LONGS: ReadonlySet<string> = new Set(['off', 'long']);

/** One system call. */
export interface Row {
  readonly name: string;
  readonly level: Level;
  readonly arguments: readonly Argument[];
  /** What is missing, or the reason. */
  readonly note: string;
  /** Set where using it is not worth a report: programs are known to try. */
  readonly quiet: boolean;
  readonly handler: Handler;
  /** AS_* of each argument, two bits each, the first lowest. */
  readonly conversions: number;
}

function parseArgument(text: string): Argument {
  const match = /^([a-z0-9_]+)(?::([a-z0-9_]+))??(:out)?(?:\((\d)\))?$/.exec(text);
  if (!match) throw new Error(`not an argument: ${text}`);
  const [, kind = '', detail, out, length] = match;
  return { text, kind, detail, out: out !== undefined, length: length === undefined ? undefined : Number(length) };
}

/** How the registers of a signature become numbers. */
function conversionsOf(signature: string): number {
  let conversions = 0;
  for (let at = 0, index = 0; at < signature.length; index++) {
    let end = at;
    while (end < signature.length && !' :('.includes(signature[end]!)) end++;
    const kind = signature.slice(at, end);
    conversions |= (INTEGERS.has(kind) ? AS_INT : LONGS.has(kind) ? AS_LONG : AS_NUMBER) << (index * 2);
    const space = signature.indexOf(' ', end);
    at = space < 0 ? signature.length : space + 1;
  }
  return conversions;
}

class SignedRow implements Row {
  readonly name: string;
  readonly level: Level;
  readonly note: string;
  readonly quiet: boolean;
  readonly handler: Handler;
  readonly conversions: number;
  readonly #signature: string;
  #arguments: readonly Argument[] | undefined;

  constructor(name: string, level: Level, signature: string, note: string, quiet: boolean, handler: Handler) {
    this.name = name;
    this.level = level;
    this.note = note;
    this.quiet = quiet;
    this.handler = handler;
    this.conversions = conversionsOf(signature);
    this.#signature = signature;
  }

  /** Programs run without them: they are for traces. */
  get arguments(): readonly Argument[] {
    return (this.#arguments ??= this.#signature === '' ? [] : this.#signature.split(' ').map(parseArgument));
  }
}

function makeRow(name: string, level: Level, signature: string, note: string, quiet: boolean, handler: Handler): Row {
  return new SignedRow(name, level, signature, note, quiet, handler);
}

/** A call that is as in Linux. */
export function full(name: string, signature: string, handler: Handler): Row {
  return makeRow(name, 'full', signature, '', true, handler);
}

/** A call that is as in Linux but for what the note says. */
export function partial(name: string, signature: string, handler: Handler, note: string): Row {
  return makeRow(name, 'partial', signature, note, true, handler);
}

/** A call that may succeed without doing anything. */
export function accepted(name: string, signature: string, reason: string, handler: Handler = () => 0): Row {
  return makeRow(name, 'accepted', signature, reason, true, handler);
}

/** A call that the unprivileged cannot tell from a real one: EPERM without the capability. */
export function needsCap(name: string, signature: string, capability: number, reason: Reason): Row {
  return makeRow(name, 'capability', signature, reason, false, (task) => (task.capable(capability) ? ENOSYS : EPERM));
}

/** A call that is not there: ENOSYS unless another error is what programs expect. */
export function absent(
  name: string,
  signature: string,
  reason: Reason,
  options: { readonly quiet?: boolean; readonly error?: number } = {},
): Row {
  const error = options.error ?? ENOSYS;
  return makeRow(name, 'absent', signature, reason, options.quiet ?? false, () => error);
}

/** The system calls of a brand, by number. */
export interface SyscallTable {
  readonly name: string;
  readonly rows: readonly (Row | undefined)[];
}

/** A table from its rows by number. */
export function table(name: string, rows: Readonly<Record<number, Row>>): SyscallTable {
  const list: (Row | undefined)[] = [];
  for (const [number, row] of Object.entries(rows)) list[Number(number)] = row;
  for (let number = 0; number < list.length; number++) list[number] ??= undefined;
  return { name, rows: list };
}
