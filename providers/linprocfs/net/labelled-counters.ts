/** net/rxrpc/stats and net/afs/stats: lines of a label and counters with names (net/rxrpc/proc.c, fs/afs/proc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { LabelledCounters } from '../../model/network-services.ts';

export function rxrpcStats(out: TextWriter, lines: readonly LabelledCounters[]): void {
  for (const { label, counters } of lines) {
    out.textLeft(label, 9).byte(0x3a);
    for (const [name, value] of counters) out.space().text(name).byte(0x3d).decimal(value);
    out.newline();
  }
}

export function afsStats(out: TextWriter, lines: readonly LabelledCounters[]): void {
  out.text('kAFS statistics\n');
  for (const { label, counters } of lines) {
    out.textLeft(label, 8).byte(0x3a);
    for (const [name, value] of counters) out.space().text(name).byte(0x3d).decimal(value);
    out.newline();
  }
}
