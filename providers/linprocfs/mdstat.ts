/** /proc/mdstat (drivers/md/md.c md_seq_show, and the status function of each personality). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { RaidArray, RaidBitmap, RaidLayout, RaidSync } from '../model/storage.ts';

const INDENT = '\n      ';
/** How many characters a progress bar has besides the arrow's head. */
const BAR = 20;

/** How a personality names its chunks, where it has words of its own. */
const CHUNKS: Readonly<Record<string, string>> = { raid10: 'K chunks', linear: 'k rounding' };

export function mdstat(out: TextWriter, kernel: KernelView): void {
  const { personalities, arrays, unused } = kernel.raid();
  out.text('Personalities : ');
  for (const personality of personalities) out.byte(0x5b).text(personality).text('] ');
  out.newline();
  for (const array of arrays) raidArray(out, array);
  out.text('unused devices: ');
  for (const device of unused) out.text(device).space();
  if (unused.length === 0) out.text('<none>');
  out.newline();
}

/** Changes when an array does, which poll(2) tells. */
export function mdstatVersion(kernel: KernelView): string {
  const { arrays, unused } = kernel.raid();
  const states = arrays.map(({ name, state, access, members, sync }) => {
    const flags = members.map(({ device, flags: letters }) => device + letters).join(' ');
    return `${name} ${state} ${access} ${flags} ${sync?.waits ?? sync?.action}`;
  });
  return [...states, ...unused].join('\n');
}

function raidArray(out: TextWriter, array: RaidArray): void {
  out.text(array.name).text(' : ').text(array.state);
  if (array.access) out.text(' (').text(array.access).byte(0x29);
  if (array.personality !== undefined) out.space().text(array.personality);
  for (const { device, number, flags } of array.members) {
    out.space().text(device).byte(0x5b).signed(number).byte(0x5d);
    for (const flag of flags) out.byte(0x28).text(flag).byte(0x29);
  }
  if (array.size !== undefined) out.text(INDENT).decimal(array.size).text(' blocks');
  if (array.metadata !== undefined) out.text(' super ').text(array.metadata);
  if (array.personality === undefined) {
    out.text(INDENT).space();
  } else {
    layoutOf(out, array.layout, array.personality);
    out.text(INDENT);
    if (array.sync) progress(out, array.sync);
  }
  if (array.bitmap) bitmap(out, array.bitmap);
  out.newline();
}

function layoutOf(out: TextWriter, layout: RaidLayout, personality: string): void {
  if (layout.level !== undefined) out.text(' level ').signed(layout.level).byte(0x2c);
  if (layout.chunk !== undefined) {
    out.space().decimal(layout.chunk);
    out.text(CHUNKS[personality] ?? (layout.level === undefined ? 'k chunks' : 'k chunk'));
  }
  if (layout.algorithm !== undefined) out.text(', algorithm ').signed(layout.algorithm);
  if (layout.nearCopies !== undefined) out.space().decimal(layout.nearCopies).text(' near-copies');
  if (layout.offsetCopies !== undefined) out.space().decimal(layout.offsetCopies).text(' offset-copies');
  if (layout.farCopies !== undefined) out.space().decimal(layout.farCopies).text(' far-copies');
  if (layout.disks) {
    out.text(' [').decimal(layout.disks.total).byte(0x2f).decimal(layout.disks.working);
    out.text('] [').text(layout.disks.states).byte(0x5d);
  }
}

function progress(out: TextWriter, sync: RaidSync): void {
  if (sync.waits !== undefined) {
    out.text('\tresync=').text(sync.waits).text(INDENT);
    return;
  }
  const filled = Math.min(BAR, Math.floor(sync.done / 50));
  out.byte(0x5b).repeat(0x3d, filled).byte(0x3e).repeat(0x2e, BAR - filled).text('] ');
  out.space().text(sync.action).text(' =').decimalPadded(Math.floor(sync.done / 10), 3).byte(0x2e).decimal(sync.done % 10);
  out.text('% (').decimal(sync.position).byte(0x2f).decimal(sync.end).text(') finish=');
  const finish = BigInt(sync.finish);
  out.decimal(u64Quotient(finish)).byte(0x2e).decimal(Number(finish % 10n));
  out.text('min speed=').signed(sync.speed).text('K/sec').text(INDENT);
}

/** A tenth of a bigint, as a number where that is exact. */
function u64Quotient(value: bigint): number | bigint {
  const tenth = value / 10n;
  return tenth <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(tenth) : tenth;
}

function bitmap(out: TextWriter, { pages, allPages, memory, chunk, unit, file }: RaidBitmap): void {
  out.text('bitmap: ').decimal(pages).byte(0x2f).decimal(allPages).text(' pages [').decimal(memory).text('KB], ');
  out.decimal(chunk).text(unit).text(' chunk');
  if (file !== undefined) out.text(', file: ').escaped(file, ' \t\n');
  out.newline();
}
