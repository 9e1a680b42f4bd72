/** Whether a server's memory stays flat. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Contender, pinned } from './contenders.ts';
import { formatTable } from './table.ts';

/** What a server may have resident after all requests, in MiB. */
const RESIDENT_BOUND = 150;
/** How much more at the end than half-way through, in MiB, still counts as flat. */
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
  const half = taken[STEPS / 2] as number;
  const last = taken[STEPS] as number;
  const share = (step: number): string => String(Math.round((requests * step) / STEPS));
  console.log(
    formatTable([
      ['requests', ...taken.map((_value, step) => share(step))],
      ['MiB resident', ...taken.map((value) => value.toFixed(1))],
    ]),
  );
  const missed = Number(last > RESIDENT_BOUND) + Number(last - half > GROWTH_BOUND);
  console.log(`resident at the end ${last.toFixed(1)} MiB (bound ${RESIDENT_BOUND}), ${missed ? 'MISSED' : 'flat'}`);
  return missed;
}
