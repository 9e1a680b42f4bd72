/** Takes measurements in turns, so that whatever disturbs the machine disturbs all contenders alike. */

import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { pinned, type Contender } from './contenders.ts';

/** How long each contender is busy with a subject before that counts: a server in JavaScript is compiled while it runs. */
const WARM_UP_MS = 3000;

/** Something to measure: a mode of the load generator, on a file of each contender's tree. */
export interface Subject {
  readonly title: string;
  readonly mode: 'cycle' | 'stat' | 'list' | 'scan' | 'small';
  readonly file: string;
  readonly count: number;
}

/** The times of one subject in microseconds, by contender: the median of each round. */
export type Times = ReadonlyMap<Contender, readonly number[]>;

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The middle one of the ratios of two contenders' times in each round: what disturbs a round disturbs both. */
export function medianRatio(times: readonly number[], by: readonly number[]): number {
  return median(times.map((time, round) => time / (by[round] as number)));
}

/** Runs the load generator on a contender once. Returns the median time of one operation. */
function run(client: string, subject: Subject, contender: Contender): number {
  const path = subject.file === '' ? contender.path : `${contender.path}/${subject.file}`;
  const [program = '', ...words] = pinned([client, subject.mode, path, String(subject.count)]);
  return Number(execFileSync(program, words, { encoding: 'utf8' }));
}

/** Has all contenders busy with a subject for a while, without measuring. */
export function warmUp(client: string, subject: Subject, contenders: readonly Contender[]): void {
  for (const contender of contenders) {
    const end = performance.now() + WARM_UP_MS;
    do run(client, subject, contender);
    while (contender.process && performance.now() < end);
  }
}

/** Measures one subject with all contenders in turn, `rounds` times over. */
export function measure(client: string, subject: Subject, contenders: readonly Contender[], rounds: number): Times {
  const taken = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [contender, times] of taken) times.push(run(client, subject, contender));
  }
  return taken;
}
