/** /proc/latency_stats (kernel/latencytop.c). */

import { type FileSpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import { taken } from './written.ts';

function fill(out: TextWriter, kernel: KernelView): void {
  out.text('Latency Top version : v0.1\n');
  for (const { count, total, longest, backtrace } of kernel.latencies()) {
    out.signed(count).space().decimal(total).space().decimal(longest);
    for (const place of backtrace) out.space().text(place);
    out.newline();
  }
}

/** The file; whatever is written to it clears it. */
export const latencyStats: FileSpec<KernelView> = file<KernelView>(0o644, fill, {
  exists: (kernel) => kernel.has('latency_stats'),
  write: (value, _at, kernel) => taken(kernel.clearLatencies(), value),
});
