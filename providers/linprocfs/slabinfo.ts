/** /proc/slabinfo (mm/slab_common.c, slabinfo(5)). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function slabinfo(out: TextWriter, kernel: KernelView): void {
  out.text('slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>');
  out.text(' : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n');
  for (const cache of kernel.slabCaches()) {
    out.textLeft(cache.name, 17);
    out.space().decimalPadded(cache.activeObjects, 6).space().decimalPadded(cache.objects, 6);
    out.space().decimalPadded(cache.objectSize, 6).space().decimalPadded(cache.objectsPerSlab, 4);
    out.space().decimalPadded(cache.pagesPerSlab, 4).text(' : tunables ').decimalPadded(cache.limit, 4);
    out.space().decimalPadded(cache.batchCount, 4).space().decimalPadded(cache.sharedFactor, 4);
    out.text(' : slabdata ').decimalPadded(cache.activeSlabs, 6).space().decimalPadded(cache.slabs, 6);
    out.space().decimalPadded(cache.sharedAvailable, 6).newline();
  }
}
