/** What a run did, as tables: times, what the processor translated, system calls, and the functions in which programs were seen. */

import { isErrno } from '../../fs/errno.ts';
import type { ProcessorContract, ProcessorStatistics } from '../cpu/processor-contract.ts';
import type { SystemCallTracer } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import type { Row } from '../syscalls/row.ts';
import type { Sampler } from './sampler.ts';

interface CallCount {
  calls: number;
  errors: number;
  milliseconds: number;
}

/** A call that is not over. */
interface OpenCall {
  readonly count: CallCount;
  /** When the kernel began to work on it; undefined while it waits. */
  since: number | undefined;
}

/** After these an address space may be gone. */
const LAST_CALLS = new Set(['execve', 'execveat', 'exit', 'exit_group']);

/** How many functions are shown. */
const SHOWN = 20;

/** Counts system calls and the time in them. */
export class Statistics implements SystemCallTracer {
  readonly #calls = new Map<string, CallCount>();
  readonly #open = new Map<Task, OpenCall>();
  readonly #unsupported = new Map<string, number>();
  /** By processor, what it had counted when it was last asked. */
  readonly #counted = new Map<ProcessorContract, ProcessorStatistics | undefined>();
  readonly #began: number = performance.now();
  #kernelMilliseconds = 0;

  enter(task: Task, number: number, row: Row | undefined): void {
    const { processor } = task.process.image;
    // What these calls end takes what was counted with it.
    if (row && LAST_CALLS.has(row.name)) this.#counted.set(processor, processor.statistics?.());
    else if (!this.#counted.has(processor)) this.#counted.set(processor, undefined);
    const count = this.#count(number, row);
    count.calls++;
    this.#open.set(task, { count, since: performance.now() });
  }

  waits(task: Task): void {
    const call = this.#open.get(task);
    if (call?.since === undefined) return;
    const spent = performance.now() - call.since;
    call.since = undefined;
    call.count.milliseconds += spent;
    this.#kernelMilliseconds += spent;
  }

  resumes(task: Task): void {
    const call = this.#open.get(task);
    if (call) call.since = performance.now();
  }

  leave(task: Task, _number: number, _row: Row | undefined, _args: readonly number[], result: number): void {
    this.waits(task);
    const call = this.#open.get(task);
    this.#open.delete(task);
    if (call && isErrno(result)) call.count.errors++;
  }

  /** Counts something that was asked for and is not done. */
  unsupported(kind: string, what: string): void {
    const name = `${kind} ${what}`;
    this.#unsupported.set(name, (this.#unsupported.get(name) ?? 0) + 1);
  }

  #count(number: number, row: Row | undefined): CallCount {
    const name = row?.name ?? `call ${number}`;
    let count = this.#calls.get(name);
    if (!count) this.#calls.set(name, (count = { calls: 0, errors: 0, milliseconds: 0 }));
    return count;
  }

  /** The tables. `idle` is the time in which nothing could run, in milliseconds. */
  report(idle: number, sampler: Sampler | undefined): string {
    const total = performance.now() - this.#began;
    const processor = sum([...this.#counted].map(([one, counted]) => counted ?? one.statistics?.()));
    const translating = (processor.decodeMilliseconds ?? 0) + (processor.translateMilliseconds ?? 0);
    const waiting = Math.min(idle, total);
    const guest = Math.max(0, total - waiting - this.#kernelMilliseconds - translating);
    const share = (milliseconds: number): string => `${((100 * milliseconds) / Math.max(total, 0.001)).toFixed(1)} %`;
    const time = (name: string, milliseconds: number | undefined): string[][] =>
      milliseconds === undefined ? [] : [[name, milliseconds.toFixed(1), share(milliseconds)]];
    const counts: readonly (readonly [string, number | undefined])[] = [
      ['instructions', processor.instructions],
      ['blocks for the interpreter', processor.blocks],
      ['instructions in them', processor.decodedInstructions],
      ['translated regions', processor.regions],
      ['instructions in them', processor.translatedInstructions],
      ['bytes of WebAssembly', processor.translatedBytes],
    ];
    const parts = [
      columns([
        ['time', 'ms', 'share'],
        ...time('program', guest),
        ...time('system calls', this.#kernelMilliseconds),
        ...time('decoding', processor.decodeMilliseconds),
        ...time('translation', processor.translateMilliseconds),
        ...time('nothing to run', waiting),
        ...time('all', total),
      ]),
      columns([['processor', 'count'], ...counts.flatMap(([name, count]) => (count === undefined ? [] : [[name, String(count)]]))]),
      columns([
        ['system call', 'calls', 'errors', 'ms'],
        ...[...this.#calls]
          .sort(([, a], [, b]) => b.milliseconds - a.milliseconds)
          .map(([name, { calls, errors, milliseconds }]) => [name, String(calls), errors === 0 ? '' : String(errors), milliseconds.toFixed(2)]),
      ]),
    ];
    parts.push(columns([['not supported', 'times'], ...[...this.#unsupported].sort(([, a], [, b]) => b - a).map(([name, count]) => [name, String(count)])]));
    if (sampler && sampler.samples > 0) {
      const hottest = [...sampler.functions].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
      const percent = (count: number): string => `${((100 * count) / sampler.samples).toFixed(1)} %`;
      parts.push(columns([['function', 'ticks', 'share'], ...hottest.map(([name, count]) => [name, String(count), percent(count)])]));
    }
    return parts.filter((part) => part !== '').join('\n');
  }
}

/** Sums up what processors counted. */
function sum(all: readonly (ProcessorStatistics | undefined)[]): ProcessorStatistics {
  const result: Record<string, number> = {};
  for (const one of all) for (const [name, value] of Object.entries(one ?? {})) result[name] = (result[name] ?? 0) + (value as number);
  return result;
}

/** Rows as columns, the first to the left and the others to the right; nothing where there is only the heading. */
function columns(rows: readonly (readonly string[])[]): string {
  if (rows.length < 2) return '';
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

/** Several tracers as one. */
export function together(tracers: readonly SystemCallTracer[]): SystemCallTracer | undefined {
  if (tracers.length < 2) return tracers[0];
  return {
    started: (...parts) => tracers.forEach((tracer) => tracer.started?.(...parts)),
    enter: (...parts) => tracers.forEach((tracer) => tracer.enter(...parts)),
    waits: (task) => tracers.forEach((tracer) => tracer.waits?.(task)),
    resumes: (task) => tracers.forEach((tracer) => tracer.resumes?.(task)),
    leave: (...parts) => tracers.forEach((tracer) => tracer.leave(...parts)),
    signal: (...parts) => tracers.forEach((tracer) => tracer.signal?.(...parts)),
    ended: (process) => tracers.forEach((tracer) => tracer.ended?.(process)),
  };
}
