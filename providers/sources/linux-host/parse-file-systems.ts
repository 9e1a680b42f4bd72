/** Parsers of the files in /proc/fs: the inverse of linprocfs. */

import type { U64 } from '../../../fs/u64.ts';
import type { BlockGroup, ExtentStatus, FastCommits, JournalStatistics, Statistic } from '../../model/file-systems.ts';
import { rowsThat } from './parse-rows.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const HASH = 0x23;
const QUOTE = 0x22;
const SLASH = 0x2f;
const TAB = 0x09;

/** Lines as they are, each a value: /proc/fs/ext4/DEVICE/options. */
export function parseLines(scanner: Scanner): string[] {
  const lines: string[] = [];
  while (!scanner.done) lines.push(scanner.line());
  return lines;
}

/** A signed number that may be longer than a safe integer. */
function signed(scanner: Scanner): number | bigint {
  scanner.blanks();
  if (!scanner.take(0x2d)) return scanner.decimal();
  const value = scanner.decimal();
  return -value;
}

/** es_shrinker_info */
export function parseExtentStatus(scanner: Scanner): ExtentStatus {
  scanner.nextLine();
  const objects = signed(scanner);
  scanner.nextLine();
  const reclaimable = signed(scanner);
  scanner.nextLine();
  const hits = signed(scanner);
  scanner.take(SLASH);
  const misses = signed(scanner);
  scanner.nextLine();
  let inodes: number | undefined;
  if (!scanner.takeText('average:')) {
    inodes = scanner.signed();
    scanner.nextLine();
    scanner.takeText('average:');
  }
  scanner.nextLine();
  const scanTime = scanner.decimal();
  scanner.nextLine();
  const shrunk = scanner.decimal();
  scanner.nextLine();
  return { objects, reclaimable, hits, misses, inodes, scanTime, shrunk, largest: largestInode(scanner) };
}

function largestInode(scanner: Scanner): ExtentStatus['largest'] {
  if (!scanner.takeText('maximum:')) return undefined;
  scanner.nextLine();
  const inode = scanner.decimal();
  scanner.blanks().takeText('inode (');
  const objects = scanner.number();
  scanner.blanks().takeText('objects, ');
  const reclaimable = scanner.number();
  scanner.nextLine();
  return { inode, objects, reclaimable, scanTime: scanner.decimal() };
}

/** fc_info */
export function parseFastCommits(scanner: Scanner): FastCommits {
  scanner.nextLine();
  const value = (): U64 => {
    const number = scanner.decimal();
    scanner.nextLine();
    return number;
  };
  const [commits, ineligible, blocks, averageTime] = [value(), value(), value(), value()];
  scanner.nextLine();
  const reasons = new Map<string, number>();
  for (; scanner.take(QUOTE); scanner.nextLine()) {
    const reason = scanner.until(QUOTE);
    scanner.take(COLON);
    reasons.set(reason, scanner.signed());
  }
  return { commits, ineligible, blocks, averageTime, reasons };
}

/** mb_groups */
export function parseBlockGroups(scanner: Scanner): BlockGroup[] {
  scanner.nextLine();
  return rowsThat(scanner, (code) => code === HASH, () => {
    scanner.skip(1);
    const number = scanner.number();
    scanner.blanks().take(COLON);
    scanner.blanks();
    const digit = scanner.peek();
    if (digit < 0x30 || digit > 0x39) return { number, error: scanner.line() };
    const [free, fragments, first] = [scanner.number(), scanner.number(), scanner.number()];
    scanner.blanks().skip(1);
    const counts: number[] = [];
    while (scanner.blanks().peek() !== 0x5d && !scanner.lineDone()) counts.push(scanner.number());
    scanner.skip(1);
    return { number, error: undefined, free, fragments, first, counts, corrupt: !scanner.lineDone() };
  });
}

/** Lines of `name: value/value`, indented with tabs: mb_stats without its first line, and mb_structs_summary. */
export function parseStatisticLines(scanner: Scanner): Statistic[] {
  const lines: Statistic[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    let depth = 0;
    while (scanner.take(TAB)) depth++;
    const name = scanner.until(COLON);
    const values: U64[] = [];
    while (!scanner.lineDone()) {
      values.push(scanner.decimal());
      if (!scanner.take(SLASH)) break;
    }
    lines.push({ depth, name, values });
  }
  return lines;
}

/** mb_stats */
export function parseAllocator(scanner: Scanner): Statistic[] | undefined {
  scanner.nextLine();
  const start = scanner.at;
  if (scanner.takeText('\tmb stats collection turned off')) return undefined;
  scanner.at = start;
  return parseStatisticLines(scanner);
}

/** /proc/fs/jbd2/NAME/info */
export function parseJournal(scanner: Scanner): JournalStatistics {
  const transactions = scanner.decimal();
  scanner.blanks().takeText('transactions (');
  const requested = scanner.decimal();
  scanner.blanks().takeText('requested), each up to ');
  const largest = scanner.number();
  scanner.nextLine().nextLine();
  if (scanner.done) return { transactions, requested, largest, averages: undefined };
  const value = (): U64 => {
    const number = scanner.decimal();
    scanner.nextLine();
    return number;
  };
  return {
    transactions,
    requested,
    largest,
    averages: {
      waiting: Number(value()),
      requestDelay: Number(value()),
      running: Number(value()),
      locked: Number(value()),
      flushing: Number(value()),
      logging: Number(value()),
      commit: value(),
      handles: value(),
      blocks: value(),
      loggedBlocks: value(),
    },
  };
}
