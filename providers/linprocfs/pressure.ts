/** /proc/pressure (kernel/sched/psi.c psi_show, Documentation/accounting/psi.rst). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { PressureResource, PressureTimes } from '../model/scheduling.ts';

/** The file of one resource. */
export function pressure(resource: PressureResource): (out: TextWriter, kernel: KernelView) => void {
  return (out, kernel) => {
    const { some, full } = kernel.pressure(resource);
    if (some) times(out, 'some', some);
    if (full) times(out, 'full', full);
  };
}

function times(out: TextWriter, label: string, { averages, total }: PressureTimes): void {
  out.text(label).text(' avg10=').hundredths(averages[0]);
  out.text(' avg60=').hundredths(averages[1]);
  out.text(' avg300=').hundredths(averages[2]);
  out.text(' total=').decimal(total).newline();
}
