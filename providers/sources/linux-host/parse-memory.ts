/** Parsers of what a process's files tell of its address space: the inverse of linprocfs/process/{maps,smaps,numa_maps,ksm}. */

import type { U64 } from '../../../fs/u64.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type {
  MappingUsage,
  MemoryMapping,
  MemoryUsage,
  NumaMapping,
  NumaPages,
  NumaPolicy,
  SamePageMerging,
  TotalUsage,
} from '../../model/task-memory.ts';
import { unescapeOnly } from './escapes.ts';
import type { Scanner } from './scanner.ts';

const [NEWLINE, SPACE, COMMA, MINUS, COLON, EQUALS, PIPE] = [0x0a, 0x20, 0x2c, 0x2d, 0x3a, 0x3d, 0x7c];
const [READ, WRITE, EXECUTE, SHARED] = [0x72, 0x77, 0x78, 0x73];

/** PID/maps */
export function parseMappings(scanner: Scanner): MemoryMapping[] {
  const mappings: MemoryMapping[] = [];
  while (!scanner.done) mappings.push(parseMapping(scanner));
  return mappings;
}

function parseMapping(scanner: Scanner): MemoryMapping {
  const start = scanner.hex();
  scanner.skip(1);
  const end = scanner.hex();
  scanner.skip(1);
  const { bytes } = scanner;
  const at = scanner.at;
  scanner.skip(4);
  const offset = scanner.hex();
  const major = Number(scanner.hex());
  scanner.skip(1);
  const minor = Number(scanner.hex());
  const inode = scanner.decimal();
  scanner.blanks();
  const name = unescapeOnly(scanner.line(), '\n');
  return {
    start,
    end,
    readable: bytes[at] === READ,
    writable: bytes[at + 1] === WRITE,
    executable: bytes[at + 2] === EXECUTE,
    shared: bytes[at + 3] === SHARED,
    offset,
    major,
    minor,
    inode,
    name,
  };
}

/**
 * PID/smaps, record by record as they are asked for. A record begins with the line of its mapping and ends before the
 * next one's.
 */
export function* parseMappingUsages(scanner: Scanner): Generator<MappingUsage> {
  while (!scanner.done) {
    const mapping = parseMapping(scanner);
    const size = amount(scanner, 'Size:');
    const kernelPageSize = amount(scanner, 'KernelPageSize:');
    const mmuPageSize = amount(scanner, 'MMUPageSize:');
    const usage = parseUsage(scanner);
    const start = scanner.at;
    const eligible = optional(scanner, 'THPeligible:');
    const width = scanner.at - start - 'THPeligible:    \n'.length;
    const key = optional(scanner, 'ProtectionKey:');
    const flags = scanner.takeText('VmFlags:') ? words(scanner) : undefined;
    yield {
      mapping,
      size,
      kernelPageSize,
      mmuPageSize,
      usage,
      hugePages: eligible === undefined ? undefined : { eligible: eligible !== 0, width },
      protectionKey: key === undefined ? undefined : Number(key),
      flags,
    };
    skipUnknown(scanner);
  }
}

/** PID/smaps_rollup */
export function parseTotalUsage(scanner: Scanner): TotalUsage {
  const { start, end } = parseMapping(scanner);
  return { start, end, usage: parseUsage(scanner) };
}

function parseUsage(scanner: Scanner): MemoryUsage {
  return {
    resident: amount(scanner, 'Rss:'),
    proportional: amount(scanner, 'Pss:'),
    proportionalDirty: optional(scanner, 'Pss_Dirty:'),
    proportionalAnonymous: optional(scanner, 'Pss_Anon:'),
    proportionalFile: optional(scanner, 'Pss_File:'),
    proportionalShared: optional(scanner, 'Pss_Shmem:'),
    sharedClean: amount(scanner, 'Shared_Clean:'),
    sharedDirty: amount(scanner, 'Shared_Dirty:'),
    privateClean: amount(scanner, 'Private_Clean:'),
    privateDirty: amount(scanner, 'Private_Dirty:'),
    referenced: amount(scanner, 'Referenced:'),
    anonymous: amount(scanner, 'Anonymous:'),
    sameMerged: optional(scanner, 'KSM:'),
    lazyFree: optional(scanner, 'LazyFree:'),
    anonymousHugePages: optional(scanner, 'AnonHugePages:'),
    sharedHugePages: optional(scanner, 'ShmemPmdMapped:'),
    fileHugePages: optional(scanner, 'FilePmdMapped:'),
    hugeTlbShared: optional(scanner, 'Shared_Hugetlb:'),
    hugeTlbPrivate: optional(scanner, 'Private_Hugetlb:'),
    swapped: amount(scanner, 'Swap:'),
    swappedProportional: optional(scanner, 'SwapPss:'),
    locked: amount(scanner, 'Locked:'),
  };
}

/** The number on the line of a label, if the line is next. */
function optional(scanner: Scanner, label: string): U64 | undefined {
  if (!scanner.takeText(label)) return undefined;
  const value = scanner.decimal();
  // Nearly all lines end in " kB", and there may be a million of them.
  const { bytes, at } = scanner;
  if (bytes[at] === SPACE && bytes[at + 3] === NEWLINE) scanner.at += 4;
  else scanner.nextLine();
  return value;
}

function amount(scanner: Scanner, label: string): U64 {
  return optional(scanner, label) ?? 0;
}

/** Passes over lines of a record that the model does not know: labels begin with capitals, mappings with digits. */
function skipUnknown(scanner: Scanner): void {
  for (let next = scanner.peek(); next >= 0x41 && next <= 0x5a; next = scanner.peek()) scanner.nextLine();
}

/** The words of the rest of the line. */
function words(scanner: Scanner): string[] {
  const words: string[] = [];
  while (!scanner.lineDone()) words.push(scanner.word());
  scanner.nextLine();
  return words;
}

/** PID/numa_maps */
export function parseNumaMappings(scanner: Scanner): NumaMapping[] {
  const mappings: NumaMapping[] = [];
  while (!scanner.done) {
    const start = scanner.hex();
    scanner.skip(1);
    const policy = parsePolicy(scanner);
    let file: string | undefined;
    let area: 'heap' | 'stack' | undefined;
    if (scanner.takeText(' file=')) file = unescapeOnly(pathWord(scanner), '\n\t= ');
    else if (scanner.takeText(' heap')) area = 'heap';
    else if (scanner.takeText(' stack')) area = 'stack';
    const huge = scanner.takeText(' huge');
    mappings.push({ start, policy, file, area, huge, pages: parsePages(scanner) });
    scanner.nextLine();
  }
  return mappings;
}

/** A path up to the next blank: its own blanks are escaped. */
function pathWord(scanner: Scanner): string {
  const { bytes, end, at } = scanner;
  let stop = at;
  while (stop < end && bytes[stop] !== SPACE && bytes[stop] !== NEWLINE) stop++;
  scanner.at = stop;
  return bytes.toString('latin1', at, stop);
}

/** The modes that are two words. */
const LONG_MODES = ['prefer (many)', 'weighted interleave'];

function parsePolicy(scanner: Scanner): NumaPolicy {
  const mode = LONG_MODES.find((mode) => scanner.takeText(mode)) ?? letters(scanner);
  const flags: string[] = [];
  if (scanner.take(EQUALS)) {
    do flags.push(letters(scanner));
    while (scanner.take(PIPE));
  }
  return { mode, flags, nodes: scanner.take(COLON) ? parseBitList(scanner) : undefined };
}

/** Lower-case letters. */
function letters(scanner: Scanner): string {
  const { bytes, end, at } = scanner;
  let stop = at;
  while (stop < end && (bytes[stop] as number) >= 0x61 && (bytes[stop] as number) <= 0x7a) stop++;
  scanner.at = stop;
  return bytes.toString('latin1', at, stop);
}

/** A list of bits and ranges of bits (%*pbl): `0-3,8`. */
function parseBitList(scanner: Scanner): BitMask {
  const words: number[] = [];
  do {
    const first = scanner.number();
    const last = scanner.take(MINUS) ? scanner.number() : first;
    for (let bit = first; bit <= last; bit++) words[bit >> 5] = (words[bit >> 5] ?? 0) | (1 << (bit & 31));
  } while (scanner.take(COMMA));
  const filled = Array.from(words, (word) => word ?? 0);
  return { bits: filled.length * 32, words: filled };
}

function parsePages(scanner: Scanner): NumaPages | undefined {
  if (scanner.peek() !== SPACE) return undefined;
  const count = (label: string): U64 | undefined => (scanner.takeText(label) ? scanner.decimal() : undefined);
  const anonymous = count(' anon=');
  const dirty = count(' dirty=');
  const mapped = count(' mapped=');
  const mostMapped = count(' mapmax=');
  const swapCache = count(' swapcache=');
  const active = count(' active=');
  const writeback = count(' writeback=');
  const nodes: { node: number; pages: U64 }[] = [];
  while (scanner.takeText(' N')) {
    const node = scanner.number();
    scanner.skip(1);
    nodes.push({ node, pages: scanner.decimal() });
  }
  return {
    anonymous,
    dirty,
    mapped,
    mostMapped,
    swapCache,
    active,
    writeback,
    nodes,
    pageSize: count(' kernelpagesize_kB=') ?? 0,
  };
}

/** PID/ksm_stat; empty without an address space. */
export function parseSamePageMerging(scanner: Scanner): SamePageMerging | undefined {
  if (scanner.done) return undefined;
  const unsigned = optional(scanner, 'ksm_rmap_items');
  const zeroPages = optionalSigned(scanner, 'ksm_zero_pages');
  const mergingPages = optional(scanner, 'ksm_merging_pages');
  const profit = optionalSigned(scanner, 'ksm_process_profit');
  const mergeAny = yesNo(scanner, 'ksm_merge_any: ');
  return {
    reverseMappings: unsigned ?? 0,
    zeroPages,
    mergingPages,
    profit,
    mergeAny,
    mergeable: yesNo(scanner, 'ksm_mergeable: '),
  };
}

function optionalSigned(scanner: Scanner, label: string): number | bigint | undefined {
  if (!scanner.takeText(label)) return undefined;
  scanner.blanks();
  const negative = scanner.take(MINUS);
  const value = scanner.decimal();
  scanner.nextLine();
  return negative ? -value : value;
}

function yesNo(scanner: Scanner, label: string): boolean | undefined {
  return scanner.takeText(label) ? scanner.line() === 'yes' : undefined;
}
