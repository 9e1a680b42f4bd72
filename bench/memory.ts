/** Whether a server's memory stays flat. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Contender, pinned } from './contenders.ts';
import { median } from './measure.ts';
import { formatTable } from './table.ts';

/** What a server may have resident after all requests, in MiB. */
const RESIDENT_BOUND = 150;
/**
 * How much it may grow altogether, in MiB, were every step like the middle one: what leaks grows in every step, while the
 * collector of garbage takes more memory now and then, once.
 */
const GROWTH_BOUND = 8;
/** Requests that one cycle of the load generator makes: open, read, release. */
const REQUESTS_PER_CYCLE = 3;
const STEPS = 8;

/** MiB resident. */
function resident(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Makes about `requests` requests of several kinds and prints the memory on the way. Returns how many bounds were missed. */
export function measureMemory(client: string, contender: Contender, requests: number): number {
  const pid = contender.process?.pid as number;
  const load = (mode: string, file: string, count: number): void => {
    const [program = '', ...words] = pinned([client, mode, `${contender.path}/${file}`, String(count)]);
    execFileSync(program, words);
  };
  const cycles = Math.ceil(requests / STEPS / REQUESTS_PER_CYCLE / 4);
  const taken: number[] = [resident(pid)];
  for (let step = 0; step < STEPS; step++) {
    load('cycle', 'stat', cycles);
    load('cycle', '1/status', cycles);
    load('cycle', 'self/maps', cycles);
    load('scan', '', Math.max(1, Math.ceil((cycles * REQUESTS_PER_CYCLE) / (4 * 3.25 * 100))));
    taken.push(resident(pid));
  }
  const last = taken[STEPS] as number;
  const steps = taken.slice(1).map((value, step) => value - (taken[step] as number));
  const growth = median(steps) * STEPS;
  const share = (step: number): string => String(Math.round((requests * step) / STEPS));
  console.log(
    formatTable([
      ['requests', ...taken.map((_value, step) => share(step))],
      ['MiB resident', ...taken.map((value) => value.toFixed(1))],
    ]),
  );
  const missed = Number(last > RESIDENT_BOUND) + Number(growth > GROWTH_BOUND);
  console.log(`resident at the end ${last.toFixed(1)} MiB (bound ${RESIDENT_BOUND}), ${missed ? 'MISSED' : 'flat'}`);
  return missed;
}
