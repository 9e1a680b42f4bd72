/** Parsers of the files about block devices: the inverse of linprocfs. */

import type { DiskRequests, DiskStatistics, Partition, SwapArea } from '../../model/block.ts';
import { unescape } from './escapes.ts';
import { numberedRows, rowsThat } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

const OPEN = 0x28;
const SLASH = 0x2f;

/** /proc/partitions */
export function parsePartitions(scanner: Scanner): Partition[] {
  return numberedRows(scanner, () => ({
    major: scanner.number(),
    minor: scanner.number(),
    size: scanner.decimal(),
    name: scanner.word(),
  }));
}

/** /proc/diskstats */
export function parseDiskStatistics(scanner: Scanner): DiskStatistics[] {
  return numberedRows(scanner, () => ({
    major: scanner.number(),
    minor: scanner.number(),
    name: scanner.word(),
    reads: requests(scanner),
    writes: requests(scanner),
    inFlight: scanner.decimal(),
    busyTime: scanner.decimal(),
    weightedTime: scanner.decimal(),
    discards: scanner.lineDone() ? undefined : requests(scanner),
    flushes: scanner.lineDone() ? undefined : { completed: scanner.decimal(), time: scanner.decimal() },
  }));
}

function requests(scanner: Scanner): DiskRequests {
  return {
    completed: scanner.decimal(),
    merged: scanner.decimal(),
    sectors: scanner.decimal(),
    time: scanner.decimal(),
  };
}

/** /proc/swaps */
export function parseSwapAreas(scanner: Scanner): SwapArea[] {
  // A path begins with a slash, or says that it is out of reach.
  return rowsThat(scanner, (code) => code === SLASH || code === OPEN, () => ({
    path: unescape(scanner.word()),
    type: scanner.word() === 'partition' ? 'partition' : 'file',
    size: scanner.decimal(),
    used: scanner.decimal(),
    priority: scanner.signed(),
  }));
}
