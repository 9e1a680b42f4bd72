/** Takes measurements in turns, so that whatever disturbs the machine disturbs all contenders alike. */

import { execFileSync } from 'node:child_process';
import { pinned, type Contender } from './contenders.ts';

/** Something to measure: a mode of the load generator, on a file of each contender's tree. */
export interface Subject {
  readonly title: string;
  readonly mode: 'cycle' | 'stat' | 'list' | 'scan';
  readonly file: string;
  readonly count: number;
}

/** The median times of one subject in microseconds, by contender. */
export type Times = ReadonlyMap<Contender, number>;

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Measures one subject with all contenders in turn, `rounds` times over, after a round that does not count. */
export function measure(client: string, subject: Subject, contenders: readonly Contender[], rounds: number): Times {
  const taken = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [contender, times] of taken) {
      const path = subject.file === '' ? contender.path : `${contender.path}/${subject.file}`;
      const [program = '', ...words] = pinned([client, subject.mode, path, String(subject.count)]);
      const time = Number(execFileSync(program, words, { encoding: 'utf8' }));
      if (round >= 0) times.push(time);
    }
  }
  return new Map([...taken].map(([contender, times]) => [contender, median(times)]));
}
