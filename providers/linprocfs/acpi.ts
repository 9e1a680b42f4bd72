/** /proc/acpi (drivers/acpi/proc.c). */

import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import { directory } from './directory.ts';
import { writtenText } from './written.ts';

/** How much of a device's name is looked at. */
const NAME_BYTES = 4;

function wakeup(out: TextWriter, kernel: KernelView): void {
  out.text('Device\tS-state\t  Status   Sysfs node\n');
  for (const { name, sleepState, nodes } of kernel.wakeupDevices()) {
    out.text(name).text('\t  S').decimal(sleepState).byte(0x09);
    for (let index = 0; index < nodes.length; index++) {
      const { valid, enabled, place } = nodes[index] as (typeof nodes)[number];
      if (index > 0) out.text('\t\t');
      out.byte(valid ? 0x2a : 0x20).textLeft(enabled ? 'enabled' : 'disabled', 8);
      if (place !== undefined) out.text('  ').text(place);
      out.newline();
    }
  }
}

/**
 * The directory.
 *
 * Differs: what drivers of single makes of computers put there is not shown.
 */
export const acpi: DirectorySpec<KernelView> = directory<KernelView>(
  {
    wakeup: file<KernelView>(0o644, wakeup, {
      exists: (kernel) => kernel.has('acpi/wakeup'),
      write(value, _at, kernel) {
        const name = writtenText(value.subarray(0, NAME_BYTES));
        const word = /^[\s\0]*([^\s\0]*)/.exec(name)?.[1] ?? '';
        return kernel.toggleWakeup(word) || name.length;
      },
    }),
  },
  { exists: (kernel) => kernel.has('acpi') },
);
