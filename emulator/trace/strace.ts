/**
 * A trace of system calls that is what strace(1) prints for the same program (version 6.1, without options).
 *
 * Differs: calls of different tasks are not shown as interrupted by each other: a line is printed when a call is over.
 */

import { type Errno, WOULD_BLOCK, errnoMessage, errnoName, isErrno } from '../../fs/errno.ts';
import type { SystemCallTracer } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { SIGKILL, type SignalInfo } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { NO_RESULT, type Row } from '../syscalls/row.ts';
import { hex, pointer, pollFound, signalInfo, descriptorSet, timespec } from './arguments.ts';
import { comment, printArguments } from './calls.ts';
import { quote } from './quote.ts';
import { Reader } from './reader.ts';
import { FLAGS, flagNames, openFlags, signalName } from './symbols.ts';

/** Where results begin. */
const COLUMN = 40;

/** Calls whose results are addresses. */
const ADDRESSES: ReadonlySet<string> = new Set(['mmap', 'brk', 'mremap', 'shmat']);
/** Calls that do not come back when all goes well, or come back elsewhere: their arguments are printed beforehand. */
const ONE_WAY: ReadonlySet<string> = new Set(['execve', 'execveat', 'exit', 'exit_group', 'rt_sigreturn']);

/** Arguments that a call may overwrite before it is over: they are printed beforehand. */
const GIVEN: Readonly<Record<string, readonly number[]>> = { rt_sigaction: [1], rt_sigprocmask: [1], select: [1, 2, 3, 4], pselect6: [1, 2, 3, 4] };

/** What ends a call that a signal ended, inside the kernel. */
const RESTARTS: ReadonlyMap<number, string> = new Map([
  [-512, 'ERESTARTSYS (To be restarted if SA_RESTART is set)'],
  [-514, 'ERESTARTNOHAND (To be restarted if no handler)'],
  [-516, 'ERESTART_RESTARTBLOCK (Interrupted by signal)'],
]);

export class Strace implements SystemCallTracer {
  readonly #print: (text: string) => void;
  /** What was printed of a call that is not over. */
  readonly #open = new Map<Task, string>();
  /** The arguments of a call that it may overwrite. */
  readonly #given = new Map<Task, readonly string[]>();
  /** More than one process was seen: lines begin with whose they are. */
  #first: number | undefined;
  #several = false;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  #line(task: Task, text: string): void {
    this.#first ??= task.process.pid;
    if (task.tid !== this.#first) this.#several = true;
    this.#print(`${this.#several ? `[pid ${String(task.tid).padStart(5)}] ` : ''}${text}\n`);
  }

  /** The program that the first process was started with, as if it had been executed by the tracer. */
  started(task: Task, path: string, argv: readonly string[], environment: { readonly address: number; readonly count: number }): void {
    const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
    const list = argv.map((word) => quote(bytes(word).subarray(0, 32), word.length > 32)).join(', ');
    const { address, count } = environment;
    const call = `execve(${quote(bytes(path))}, [${list}], ${pointer(address)} /* ${count} var${count === 1 ? '' : 's'} */)`;
    this.#line(task, `${padded(call)}= 0`);
  }

  enter(task: Task, number: number, row: Row | undefined, args: readonly number[]): void {
    const name = row?.name ?? '';
    if (GIVEN[name] && row) this.#given.set(task, this.#arguments(task, row, args, undefined));
    if (ONE_WAY.has(name)) this.#open.set(task, this.#call(task, number, row, args, undefined));
    if (name === 'exit_group' || name === 'exit') this.#line(task, `${padded(this.#open.get(task) ?? '')}= ?`);
  }

  leave(task: Task, number: number, row: Row | undefined, args: readonly number[], result: number): void {
    const name = row?.name ?? '';
    if (name === 'exit_group' || name === 'exit') {
      this.#open.delete(task);
      return;
    }
    const printed = this.#open.get(task) ?? this.#call(task, number, row, args, result);
    this.#open.delete(task);
    // Who kills himself does not come back to be told how that went.
    const isKilled = task.pending.set.has(SIGKILL) || task.process.pending.set.has(SIGKILL);
    this.#line(task, `${padded(printed)}= ${isKilled ? '?' : this.#result(task, name, args, result)}`);
  }

  signal(task: Task, info: SignalInfo): void {
    // Of SIGKILL a tracer is told by the end alone.
    if (info.signal !== SIGKILL) this.#line(task, `--- ${signalName(info.signal)} ${signalInfo(info)} ---`);
  }

  ended(process: Process): void {
    const { status } = process;
    const task = process.tasks[0];
    if (!status || !task) return;
    const how = status.signal === 0 ? `exited with ${status.code}` : `killed by ${signalName(status.signal)}${status.core ? ' (core dumped)' : ''}`;
    this.#line(task, `+++ ${how} +++`);
  }

  /** Nothing more comes. */
  finish(): void {
    this.#open.clear();
  }

  #call(task: Task, number: number, row: Row | undefined, args: readonly number[], result: number | undefined): string {
    if (!row) return `syscall_${hex(number >>> 0)}(${args.map(hex).join(', ')})`;
    const printed = this.#arguments(task, row, args, result);
    const given = this.#given.get(task);
    for (const index of (given && GIVEN[row.name]) ?? []) printed[index] = given?.[index] ?? '';
    this.#given.delete(task);
    return `${row.name}(${printed.join(', ')})`;
  }

  #arguments(task: Task, row: Row, args: readonly number[], result: number | undefined): string[] {
    return printArguments(row.name, { reader: new Reader(task.memory), args, result }, row.arguments);
  }

  #result(task: Task, name: string, args: readonly number[], result: number): string {
    if (result === NO_RESULT) return '0';
    if (result === WOULD_BLOCK) return '?';
    const restart = RESTARTS.get(result);
    if (restart !== undefined) return `? ${restart}`;
    if (isErrno(result)) return `-1 ${errnoName(result as Errno)} (${errnoMessage(result as Errno)})`;
    if (ADDRESSES.has(name)) return pointer(result) === 'NULL' ? '0' : pointer(result);
    return this.#explained(new Reader(task.memory), name, args, result);
  }

  /** A result, with what is to be said of it. */
  #explained(reader: Reader, name: string, args: readonly number[], result: number): string {
    switch (name) {
      case 'umask':
        return result === 0 ? '000' : `0${result.toString(8).padStart(2, '0')}`;
      case 'fcntl':
        if (args[1] === 3) return `${hex(result)} (flags ${openFlags(result)})`;
        if (args[1] === 1 && result !== 0) return `${hex(result)} (flags ${flagNames(result, FLAGS['fd']!)})`;
        break;
      case 'poll':
      case 'ppoll':
        return result === 0 ? '0 (Timeout)' : `${result} (${pollFound(reader, args[0] ?? 0, args[1] ?? 0)})`;
      case 'select':
      case 'pselect6':
        return result === 0 ? '0 (Timeout)' : `${result} (${this.#selected(reader, args)})`;
      case 'prctl':
        if (args[0] === 3) return `${result} (${['SUID_DUMP_DISABLE', 'SUID_DUMP_USER', 'SUID_DUMP_ROOT'][result] ?? ''})`;
        break;
      case 'time':
        return `${result} (${comment(result).replace(/^ \/\* | \*\/$/g, '')})`;
    }
    return String(result);
  }

  #selected(reader: Reader, args: readonly number[]): string {
    const [count = 0, ...sets] = args;
    const names = ['in', 'out', 'except'];
    const parts = names.flatMap((name, index) => {
      const set = sets[index] ?? 0;
      const members = set === 0 ? '[]' : descriptorSet(reader, set, count);
      return members === '[]' ? [] : [`${name} ${members}`];
    });
    const timeout = args[4] ?? 0;
    return [...parts, ...(timeout === 0 ? [] : [`left ${timespec(reader, timeout)}`])].join(', ');
  }
}

/** A call with blanks up to the column of results. */
function padded(call: string): string {
  return `${call} `.padEnd(COLUMN);
}
