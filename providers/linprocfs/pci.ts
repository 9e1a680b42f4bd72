/** /proc/bus/pci/devices (drivers/pci/proc.c show_device). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

const TAB = 0x09;

export function pciDevices(out: TextWriter, kernel: KernelView): void {
  for (const device of kernel.pciDevices()) {
    out.hexZero(device.bus, 2).hexZero(device.function, 2).byte(TAB);
    out.hexZero(device.vendor, 4).hexZero(device.device, 4).byte(TAB).hex(device.irq);
    for (const { start } of device.regions) out.byte(TAB).hexPadded(start, 16);
    for (const { size } of device.regions) out.byte(TAB).hexPadded(size, 16);
    out.byte(TAB).text(device.driver).newline();
  }
}
