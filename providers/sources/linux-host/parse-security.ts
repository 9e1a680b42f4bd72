/** Parsers of what a process's files tell of who it is: the inverse of linprocfs/process/{attr,user-namespace,timens_offsets,..}. */

import type { FilterCache, IdRange, SecurityLabel, TimeOffset, TimeOffsets } from '../../model/task-security.ts';
import { signed64 } from './parse-scheduling.ts';
import type { Scanner } from './scanner.ts';

const [NUL, NEWLINE] = [0x00, 0x0a];

/** PID/uid_map and the like. */
export function parseIdMap(scanner: Scanner): IdRange[] {
  const ranges: IdRange[] = [];
  while (!scanner.done) {
    const inside = scanner.number();
    const outside = scanner.number();
    ranges.push({ inside, outside, count: scanner.number() });
    scanner.nextLine();
  }
  return ranges;
}

/** PID/timens_offsets; empty for a task without a time namespace. */
export function parseTimeOffsets(scanner: Scanner): TimeOffsets | undefined {
  if (!scanner.takeText('monotonic')) return undefined;
  const monotonic = parseTimeOffset(scanner);
  scanner.takeText('boottime');
  return { monotonic, boottime: parseTimeOffset(scanner) };
}

function parseTimeOffset(scanner: Scanner): TimeOffset {
  const seconds = signed64(scanner);
  const nanoseconds = scanner.signed();
  scanner.nextLine();
  return { seconds, nanoseconds };
}

/** PID/attr/NAME */
export function parseLabel(scanner: Scanner): SecurityLabel {
  const { bytes, end } = scanner;
  const last = end > 0 ? bytes[end - 1] : undefined;
  const terminator = last === NUL || last === NEWLINE ? last : undefined;
  return { text: bytes.toString('latin1', 0, terminator === undefined ? end : end - 1), terminator };
}

/** PID/seccomp_cache: a line for each system call, in order, architecture by architecture. */
export function parseFilterCache(scanner: Scanner): FilterCache[] {
  const caches: { architecture: string; allowed: { bits: number; words: number[] } }[] = [];
  while (!scanner.done) {
    const architecture = scanner.word();
    const call = scanner.number();
    let cache = caches.at(-1);
    if (cache?.architecture !== architecture) {
      cache = { architecture, allowed: { bits: 0, words: [] } };
      caches.push(cache);
    }
    const { words } = cache.allowed;
    cache.allowed.bits = call + 1;
    while (words.length <= call >> 5) words.push(0);
    if (scanner.blanks().takeText('ALLOW')) words[call >> 5] = (words[call >> 5] as number) | (1 << (call & 31));
    scanner.nextLine();
  }
  return caches;
}
