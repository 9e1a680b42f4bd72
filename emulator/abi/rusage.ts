/**
 * struct rusage (linux/resource.h), 144 bytes: user and system time (seconds and microseconds, 8 each), then 14 numbers of 8 bytes:
 * maxrss, ixrss, idrss, isrss, minflt, majflt, nswap, inblock, oublock, msgsnd, msgrcv, nsignals, nvcsw, nivcsw.
 */

import type { Usage } from '../kernel/process.ts';
import { setLong } from '../kernel/user-memory.ts';

export const RUSAGE_SIZE = 144;

function setTime(view: DataView, at: number, nanoseconds: number): void {
  const seconds = Math.floor(nanoseconds / 1e9);
  setLong(view, at, seconds);
  setLong(view, at + 8, Math.floor((nanoseconds - seconds * 1e9) / 1000));
}

/** Writes a struct rusage at an index of a view. */
export function encodeRusage(view: DataView, at: number, usage: Usage): void {
  setTime(view, at, usage.user);
  setTime(view, at + 16, usage.system);
  const { maximumResident, minorFaults, majorFaults, blocksRead, blocksWritten, voluntarySwitches, involuntarySwitches } = usage;
  const numbers = [
    maximumResident, 0, 0, 0, minorFaults, majorFaults, 0, blocksRead, blocksWritten, 0, 0, 0, voluntarySwitches, involuntarySwitches,
  ];
  numbers.forEach((value, index) => setLong(view, at + 32 + index * 8, value));
}
