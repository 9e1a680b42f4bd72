/** Parsers of the scheduler's files: the inverse of linprocfs. */

import type { U64 } from '../../../fs/u64.ts';
import type {
  Latency,
  LoadBalancing,
  Pressure,
  PressureTimes,
  RunQueueStatistics,
  SchedulerStatistics,
  SchedulingDomain,
} from '../../model/scheduling.ts';
import { parseMask } from './parse-interrupts.ts';
import { numberedRows } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

/** /proc/pressure/* */
export function parsePressure(scanner: Scanner): Pressure {
  let some: PressureTimes | undefined;
  let full: PressureTimes | undefined;
  for (; !scanner.done; scanner.nextLine()) {
    const label = scanner.word();
    if (label === 'some') some = times(scanner);
    else if (label === 'full') full = times(scanner);
  }
  return { some, full };
}

function times(scanner: Scanner): PressureTimes {
  const average = (label: string): number => {
    scanner.blanks().takeText(label);
    return scanner.hundredths();
  };
  const averages: [number, number, number] = [average('avg10='), average('avg60='), average('avg300=')];
  scanner.blanks().takeText('total=');
  return { averages, total: scanner.decimal() };
}

/** How many kinds of idleness are counted apart, and how many counters follow them. */
const IDLE_TYPES = 3;
const OTHER_COUNTERS = 12;

interface RunQueueInProgress extends RunQueueStatistics {
  readonly domains: SchedulingDomain[];
}

/** /proc/schedstat */
export function parseSchedulerStatistics(scanner: Scanner): SchedulerStatistics {
  let version = 0;
  let timestamp: U64 = 0;
  const cpus: RunQueueInProgress[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.takeText('version ')) version = scanner.number();
    else if (scanner.takeText('timestamp ')) timestamp = scanner.decimal();
    else if (scanner.takeText('cpu')) cpus.push(runQueue(scanner));
    else if (scanner.takeText('domain')) cpus.at(-1)?.domains.push(domain(scanner, version));
  }
  return { version, timestamp, cpus };
}

function runQueue(scanner: Scanner): RunQueueInProgress {
  const id = scanner.number();
  const yields = scanner.decimal();
  scanner.decimal();
  return {
    id,
    yields,
    schedules: scanner.decimal(),
    idles: scanner.decimal(),
    wakeups: scanner.decimal(),
    localWakeups: scanner.decimal(),
    runTime: scanner.decimal(),
    waitTime: scanner.decimal(),
    slices: scanner.decimal(),
    domains: [],
  };
}

function domain(scanner: Scanner, version: number): SchedulingDomain {
  scanner.number();
  const name = version >= 17 ? scanner.word() : undefined;
  const cpus = parseMask(scanner);
  const values: U64[] = [];
  while (!scanner.lineDone()) values.push(scanner.decimal());
  // Version 17 tells four imbalances for each kind of idleness, those before it one.
  const columns = Math.max(8, Math.floor((values.length - OTHER_COUNTERS) / IDLE_TYPES));
  let at = 0;
  const next = (): U64 => values[at++] ?? 0;
  const balancing: LoadBalancing[] = [];
  for (let type = 0; type < IDLE_TYPES; type++) {
    const tried = next();
    const balanced = next();
    const failed = next();
    const imbalance: U64[] = [];
    for (let count = columns - 7; count > 0; count--) imbalance.push(next());
    balancing.push({
      tried,
      balanced,
      failed,
      imbalance,
      gained: next(),
      gainedHot: next(),
      noBusyQueue: next(),
      noBusyGroup: next(),
    });
  }
  return {
    name,
    cpus,
    balancing,
    active: { tried: next(), failed: next(), pushed: next() },
    exec: { tried: next(), balanced: next(), pushed: next() },
    fork: { tried: next(), balanced: next(), pushed: next() },
    wakeups: { remote: next(), affine: next(), balanced: next() },
  };
}

/** /proc/latency_stats */
export function parseLatencies(scanner: Scanner): Latency[] {
  return numberedRows(scanner, () => {
    const count = scanner.number();
    const total = scanner.decimal();
    const longest = scanner.decimal();
    const backtrace: string[] = [];
    while (!scanner.lineDone()) backtrace.push(scanner.word());
    return { count, total, longest, backtrace };
  });
}
