/** Parsers of PID/mountinfo and PID/mountstats: the inverse of linprocfs/process/mounts. */

import type { U64 } from '../../../fs/u64.ts';
import type { Mount, MountStatistics, NfsStatistics } from '../../model/task-mounts.ts';
import { unescape } from './escapes.ts';
import type { Scanner } from './scanner.ts';

const [TAB, SPACE, SLASH, COLON, MINUS] = [0x09, 0x20, 0x2f, 0x3a, 0x2d];

/**
 * What the kernel itself says of a file system before the file system does (fs/proc_namespace.c show_sb_opts): these
 * come before the mount's own options in PID/mounts, so they have to be told apart.
 */
const SUPER_FLAGS = ['sync', 'dirsync', 'mand', 'lazytime', 'seclabel'];
const SUPER_LABELS = ['context=', 'fscontext=', 'defcontext=', 'rootcontext=', 'smackfs'];

/** PID/mountinfo */
export function parseMounts(scanner: Scanner): Mount[] {
  const mounts: Mount[] = [];
  while (!scanner.done) {
    const id = scanner.number();
    const parent = scanner.number();
    const major = scanner.number();
    scanner.skip(1);
    const minor = scanner.number();
    const root = unescape(scanner.word());
    const point = unescape(scanner.word());
    const [access, ...flags] = scanner.word().split(',');
    const propagation: { kind: string; group: number | undefined }[] = [];
    for (let word = scanner.word(); word !== '-' && word !== ''; word = scanner.word()) {
      const [kind = '', group] = word.split(':');
      propagation.push({ kind, group: group === undefined ? undefined : Number(group) });
    }
    const type = unescape(scanner.word());
    // A source may be empty, which leaves two blanks in a row.
    scanner.skip(1);
    const source = unescape(scanner.until(SPACE));
    const [superAccess, ...superWords] = splitOptions(scanner.line());
    let own = 0;
    while (own < superWords.length && isSuperFlag(superWords[own] as string)) own++;
    mounts.push({
      id,
      parent,
      major,
      minor,
      root,
      point,
      readOnly: access === 'ro',
      flags,
      propagation,
      type,
      source,
      superReadOnly: superAccess === 'ro',
      superFlags: superWords.slice(0, own),
      options: superWords.slice(own),
    });
  }
  return mounts;
}

function isSuperFlag(word: string): boolean {
  return SUPER_FLAGS.includes(word) || SUPER_LABELS.some((label) => word.startsWith(label));
}

/** By the commas outside quotation marks, which security labels with commas come in. */
function splitOptions(text: string): string[] {
  if (!text.includes('"')) return text.split(',');
  const words: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '"') quoted = !quoted;
    if (text[index] !== ',' || quoted) continue;
    words.push(text.slice(start, index));
    start = index + 1;
  }
  return [...words, text.slice(start)];
}

/** PID/mountstats */
export function parseMountStatistics(scanner: Scanner): MountStatistics[] {
  const mounts: MountStatistics[] = [];
  while (!scanner.done) {
    const device = scanner.takeText('device ');
    if (!device) scanner.takeText('no device');
    const source = device ? unescape(scanner.until(SPACE)) : undefined;
    scanner.takeText(device ? 'mounted on ' : ' mounted on ');
    const point = unescape(scanner.until(SPACE));
    scanner.takeText('with fstype ');
    const type = unescape(scanner.word());
    const statistics = scanner.take(SPACE) ? parseStatistics(scanner) : undefined;
    scanner.nextLine();
    mounts.push({ source, point, type, statistics });
  }
  return mounts;
}

function parseStatistics(scanner: Scanner): NfsStatistics | 'none' {
  if (!scanner.takeText('statvers=')) return 'none';
  const version = scanner.line();
  const properties: { name: string; values: string[]; separator: ',' | ' ' }[] = [];
  while (scanner.peek() === TAB && !scanner.takeText('\tRPC iostats version: ')) {
    scanner.skip(1);
    const name = scanner.until(COLON);
    scanner.skip(1);
    const text = scanner.line();
    const separator = text.endsWith(' ') ? ' ' : ',';
    properties.push({ name, values: separator === ' ' ? text.slice(0, -1).split(' ') : text.split(','), separator });
  }
  if (scanner.peek() === TAB || scanner.done) return { version, properties, rpc: undefined };
  return { version, properties, rpc: parseRpc(scanner) };
}

/** From the version on, up to the empty line that ends the entry. */
function parseRpc(scanner: Scanner): NonNullable<NfsStatistics['rpc']> {
  const version = scanner.word();
  scanner.blanks().takeText('p/v:');
  const program = scanner.decimal();
  scanner.take(SLASH);
  const programVersion = scanner.decimal();
  const protocol = scanner.line().slice(2, -1);
  const transports: { protocol: string; counters: (number | bigint)[] }[] = [];
  while (scanner.takeText('\txprt:\t')) {
    const protocol = scanner.word();
    const counters: (number | bigint)[] = [];
    while (!scanner.lineDone()) {
      const negative = scanner.take(MINUS);
      const value = scanner.decimal();
      counters.push(negative ? -value : value);
    }
    scanner.nextLine();
    transports.push({ protocol, counters });
  }
  const operations: { name: string; counters: U64[] }[] = [];
  if (scanner.takeText('\tper-op statistics')) scanner.nextLine();
  while (scanner.peek() === TAB) {
    const name = scanner.blanks().until(COLON);
    const counters: U64[] = [];
    while (!scanner.lineDone()) counters.push(scanner.decimal());
    scanner.nextLine();
    operations.push({ name, counters });
  }
  return { version, program, programVersion, protocol, transports, operations };
}
