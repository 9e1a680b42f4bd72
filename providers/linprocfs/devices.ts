/** /proc/devices (fs/proc/devices.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { DeviceNumber } from '../model/devices.ts';

export function devices(out: TextWriter, kernel: KernelView): void {
  const { character, block } = kernel.deviceNumbers();
  out.text('Character devices:\n');
  numbers(out, character);
  out.text('\nBlock devices:\n');
  numbers(out, block);
}

function numbers(out: TextWriter, all: readonly DeviceNumber[]): void {
  for (const { major, name } of all) out.decimalPadded(major, 3).space().text(name).newline();
}
