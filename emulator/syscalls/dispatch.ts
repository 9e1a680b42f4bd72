/** From the `syscall` instruction to the row of a table, and back (arch/x86/entry/common.c). */

import { ENOSYS, WOULD_BLOCK } from '../../fs/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { interruptCall, recheckSignals } from '../kernel/signal-delivery.ts';
import { RAX, type Task } from '../kernel/task.ts';
import { CPU_STATE } from '../memory/layout.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { AS_INT, AS_LONG, NO_RESULT, type Row } from './row.ts';
import { isVdsoCall } from './vdso-calls.ts';

/** Where the general registers begin, in words of guest memory. */
const WORDS = indexOf(CPU_STATE) >>> 2;
const TWO_32 = 0x1_0000_0000;

// Where arguments are: rdi, rsi, rdx, r10, r8, r9.
const ARGUMENT_WORDS = [7, 6, 2, 10, 8, 9].map((register) => WORDS + register * 2);
const [A, B, C, D, E, F] = ARGUMENT_WORDS as [number, number, number, number, number, number];

function argument(words: Int32Array, at: number, conversion: number): number {
  const low = words[at]!;
  if (conversion === AS_INT) return low;
  const high = words[at + 1]!;
  if (conversion === AS_LONG) return high * TWO_32 + (low >>> 0);
  return (high >>> 0) * TWO_32 + (low >>> 0);
}

export class SystemCalls {
  readonly #kernel: Kernel;
  /** How often each row was called. */
  readonly counts: Map<Row, number> = new Map();
  /** Whether calls are counted. */
  counting = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** `ProcessorHost.systemCall`: does the call of the task that runs. 0: its code goes on. */
  call(): number {
    const task = this.#kernel.scheduler.current!;
    const { words } = task.memory;
    const { space } = task.process.image;
    if (space.aliased) space.synchronise();
    const number = words[WORDS + RAX * 2]!;
    const row = task.process.brand.syscalls.rows[number];
    task.call = number;
    if (row === undefined || this.counting || this.#kernel.tracer) return this.#observed(task, number, row);
    const { conversions } = row;
    const result = row.handler(
      task,
      argument(words, A, conversions & 3),
      argument(words, B, (conversions >> 2) & 3),
      argument(words, C, (conversions >> 4) & 3),
      argument(words, D, (conversions >> 6) & 3),
      argument(words, E, (conversions >> 8) & 3),
      argument(words, F, (conversions >> 10) & 3),
    );
    if (result >= 0) {
      // The memory is that of before: a call that changes it has NO_RESULT.
      words[WORDS] = result | 0;
      words[WORDS + 1] = result < TWO_32 ? 0 : (result / TWO_32) | 0;
      if (task.hasMaskBefore || task.continuation !== undefined) return this.#settle(task, result);
      return task.attention;
    }
    return this.#settle(task, result);
  }

  /** Makes the call again in which the task waited. */
  again(task: Task): number {
    task.endWaits();
    const { words } = task.memory;
    const row = task.process.brand.syscalls.rows[task.call]!;
    const args = this.#arguments(words, row);
    const { tracer } = this.#kernel;
    tracer?.resumes?.(task);
    const result = row.handler(task, args[0]!, args[1]!, args[2]!, args[3]!, args[4]!, args[5]!);
    if (result === WOULD_BLOCK) tracer?.waits?.(task);
    else tracer?.leave(task, task.call, row, args, result);
    return this.#settle(task, result);
  }

  #arguments(words: Int32Array, row: Row | undefined): number[] {
    const conversions = row ? row.conversions : 0x555;
    return ARGUMENT_WORDS.map((at, index) => argument(words, at, (conversions >> (index * 2)) & 3));
  }

  /** A call that somebody watches, or that there is not. */
  #observed(task: Task, number: number, row: Row | undefined): number {
    const kernel = this.#kernel;
    const args = this.#arguments(task.memory.words, row);
    const tracer = isVdsoCall(task, number, args[0]!) ? undefined : kernel.tracer;
    tracer?.enter(task, number, row, args);
    let result: number = ENOSYS;
    if (row) {
      if (this.counting) this.counts.set(row, (this.counts.get(row) ?? 0) + 1);
      result = row.handler(task, args[0]!, args[1]!, args[2]!, args[3]!, args[4]!, args[5]!);
    } else {
      kernel.report(task, 'call', `${number}`);
    }
    if (result === WOULD_BLOCK) tracer?.waits?.(task);
    else tracer?.leave(task, number, row, args, result);
    return this.#settle(task, result);
  }

  /** What becomes of a result. */
  #settle(task: Task, result: number): number {
    if (result === WOULD_BLOCK) {
      task.retrying = true;
      if (task.attention !== 0) {
        // Who waits is not asked whether its signals do something: it may be that there is one.
        const ended = interruptCall(task);
        if (ended) return 1;
      }
      if (task.state === 'runnable') task.state = 'waiting';
      return 1;
    }
    if (result === NO_RESULT) {
      task.endCall();
      return 1;
    }
    if (result < 0) {
      const row = task.process.brand.syscalls.rows[task.call];
      if (row && !row.quiet && (row.level === 'absent' || row.level === 'capability')) this.#kernel.report(task, 'call', row.name);
    }
    task.endWaits();
    task.endCall();
    task.setRegister(RAX, result);
    if (task.hasMaskBefore && task.attention === 0) {
      task.hasMaskBefore = false;
      task.blocked.copy(task.maskBefore);
      recheckSignals(task);
    }
    return task.attention;
  }
}
