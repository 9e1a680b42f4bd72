/** /proc/bus/input (drivers/input/input.c). */

import { POLLIN, POLLRDNORM } from '../../fs/flags.ts';
import type { FileOptions } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';

/** Which devices somebody who polls has been told of. */
interface Told {
  devices: string | undefined;
}

/** Each change of the list is told once, the list that there was at the opening too (input_proc_devices_poll). */
export const INPUT_DEVICES: FileOptions<KernelView> = {
  opener: (): Told => ({ devices: undefined }),
  poll(kernel, _caller, opener) {
    const told = opener as Told;
    const devices = kernel.inputDevices().map(({ sysfs, handlers }) => `${sysfs} ${handlers.join(' ')}`).join('\n');
    if (devices === told.devices) return 0;
    told.devices = devices;
    return POLLIN | POLLRDNORM;
  },
};

/** /proc/bus/input/devices */
export function inputDevices(out: TextWriter, kernel: KernelView): void {
  for (const device of kernel.inputDevices()) {
    out.text('I: Bus=').hexZero(device.bus, 4).text(' Vendor=').hexZero(device.vendor, 4);
    out.text(' Product=').hexZero(device.product, 4).text(' Version=').hexZero(device.version, 4);
    out.text('\nN: Name="').text(device.name);
    out.text('"\nP: Phys=').text(device.physical);
    out.text('\nS: Sysfs=').text(device.sysfs);
    out.text('\nU: Uniq=').text(device.unique);
    out.text('\nH: Handlers=');
    for (const handler of device.handlers) out.text(handler).space();
    out.newline();
    for (const { name, words } of device.bits) {
      out.text('B: ').text(name).byte(0x3d);
      for (let index = 0; index < words.length; index++) {
        if (index > 0) out.space();
        out.hex(words[index] as U64);
      }
      out.newline();
    }
    out.newline();
  }
}

/** /proc/bus/input/handlers */
export function inputHandlers(out: TextWriter, kernel: KernelView): void {
  for (const { number, name, filter, minor } of kernel.inputHandlers()) {
    out.text('N: Number=').decimal(number).text(' Name=').text(name);
    if (filter) out.text(' (filter)');
    if (minor !== undefined) out.text(' Minor=').decimal(minor);
    out.newline();
  }
}
