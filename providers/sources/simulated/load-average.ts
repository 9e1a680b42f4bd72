/** The load averages: how many tasks ran, or waited for a CPU or a disk, the latest moments counting most. */

import type { Activity } from './activity.ts';

/** Into how many spans of equal weight the past is divided. */
const SPANS = 24;
const WINDOWS = [60, 300, 900] as const;

/** In hundredths. The kernel adds up such averages every five seconds; that of so many spans is the same in the limit. */
export function loadAverages(activity: Activity, time: number): [number, number, number] {
  const [one, five, fifteen] = WINDOWS.map((window) => average(activity, time, window));
  return [one ?? 0, five ?? 0, fifteen ?? 0];
}

function average(activity: Activity, time: number, window: number): number {
  let sum = 0;
  let late = time;
  let until = activity.demanded(time);
  for (let span = 1; span <= SPANS; span++) {
    // Of what counts at all, so much is younger; the last span goes back to where next to nothing counts.
    const age = span === SPANS ? window * 5 : -window * Math.log(1 - span / SPANS);
    const early = time - age;
    const before = activity.demanded(early);
    sum += (until - before) / (late - early);
    late = early;
    until = before;
  }
  return Math.floor((sum / SPANS) * 100);
}
