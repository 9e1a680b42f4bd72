/** Parsers of the files about block devices: the inverse of linprocfs. */

import type { DiskRequests, DiskStatistics, Partition, SwapArea } from '../../model/block.ts';
import { unescape } from './escapes.ts';
import type { Scanner } from './scanner.ts';

/** /proc/partitions */
export function parsePartitions(scanner: Scanner): Partition[] {
  const partitions: Partition[] = [];
  scanner.nextLine();
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.lineDone()) continue;
    partitions.push({ major: scanner.number(), minor: scanner.number(), size: scanner.decimal(), name: scanner.word() });
  }
  return partitions;
}

/** /proc/diskstats */
export function parseDiskStatistics(scanner: Scanner): DiskStatistics[] {
  const disks: DiskStatistics[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    disks.push({
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
    });
  }
  return disks;
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
  const areas: SwapArea[] = [];
  scanner.nextLine();
  for (; !scanner.done; scanner.nextLine()) {
    areas.push({
      path: unescape(scanner.word()),
      type: scanner.word() === 'partition' ? 'partition' : 'file',
      size: scanner.decimal(),
      used: scanner.decimal(),
      priority: scanner.signed(),
    });
  }
  return areas;
}
