/** Parsers of what a process's files tell of its scheduling: the inverse of linprocfs/process/{sched,timers,blocked}. */

import type { U64 } from '../../../fs/u64.ts';
import type {
  ArchitectureStatus,
  Autogroup,
  Latency,
  PosixTimer,
  ScheduleStatistics,
  SystemCall,
} from '../../model/task-scheduling.ts';
import type { Scanner } from './scanner.ts';

const [MINUS, SLASH] = [0x2d, 0x2f];

/** A number that may have a minus sign, of any size. */
export function signed64(scanner: Scanner): number | bigint {
  scanner.blanks();
  const negative = scanner.take(MINUS);
  const value = scanner.decimal();
  return negative ? -value : value;
}

/** PID/schedstat */
export function parseScheduleStatistics(scanner: Scanner): ScheduleStatistics {
  const runTime = scanner.decimal();
  const waitTime = scanner.decimal();
  return { runTime, waitTime, slices: scanner.decimal() };
}

/** PID/autogroup; empty for who is in none. */
export function parseAutogroup(scanner: Scanner): Autogroup | undefined {
  if (!scanner.takeText('/autogroup-')) return undefined;
  const id = scanner.decimal();
  scanner.takeText(' nice ');
  return { id, nice: scanner.signed() };
}

/** PID/latency */
export function parseLatencies(scanner: Scanner): Latency[] {
  const latencies: Latency[] = [];
  scanner.nextLine();
  while (!scanner.done) {
    const count = scanner.signed();
    const total = signed64(scanner);
    const longest = signed64(scanner);
    const backtrace: string[] = [];
    while (!scanner.lineDone()) backtrace.push(scanner.word());
    scanner.nextLine();
    latencies.push({ count, total, longest, backtrace });
  }
  return latencies;
}

/** PID/timers */
export function parseTimers(scanner: Scanner): PosixTimer[] {
  const timers: PosixTimer[] = [];
  while (scanner.takeText('ID:')) {
    const id = scanner.signed();
    scanner.nextLine().takeText('signal:');
    const signal = scanner.signed();
    const value: U64 = scanner.skip(1).hex();
    scanner.nextLine().takeText('notify: ');
    const notify = scanner.until(SLASH);
    const toThread = scanner.takeText('tid');
    if (!toThread) scanner.takeText('pid');
    const target = scanner.skip(1).signed();
    scanner.nextLine().takeText('ClockID:');
    const clock = scanner.signed();
    scanner.nextLine();
    timers.push({ id, signal, value, notify, toThread, target, clock });
  }
  return timers;
}

/** PID/syscall */
export function parseSystemCall(scanner: Scanner): SystemCall | undefined {
  if (scanner.takeText('running')) return undefined;
  const number = scanner.signed();
  const values: U64[] = [];
  while (!scanner.lineDone()) {
    scanner.takeText('0x');
    values.push(scanner.hex());
  }
  const instructionPointer = values.pop() ?? 0;
  const stackPointer = values.pop() ?? 0;
  return { number, arguments: values.length ? values : undefined, stackPointer, instructionPointer };
}

/** PID/wchan */
export function parseWaitChannel(scanner: Scanner): string | undefined {
  const name = scanner.line();
  return name === '0' || name === '' ? undefined : name;
}

/** PID/arch_status */
export function parseArchitectureStatus(scanner: Scanner): ArchitectureStatus | undefined {
  return scanner.takeText('AVX512_elapsed_ms:') ? { avx512Elapsed: signed64(scanner) } : undefined;
}

/** PID/stack_depth */
export function parseStackDepth(scanner: Scanner): { previous: U64; last: U64 } {
  scanner.takeText('previous stack depth:');
  const previous = scanner.decimal();
  scanner.nextLine().takeText('stack depth:');
  return { previous, last: scanner.decimal() };
}
