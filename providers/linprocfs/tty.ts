/** /proc/tty (fs/proc/proc_tty.c, drivers/tty/tty_ldisc.c, drivers/tty/serial/serial_core.c uart_proc_show). */

import { CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import { EIO, type Errno } from '../../fs/errno.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { SerialCounts, SerialPorts } from '../model/devices.ts';

/** /proc/tty/drivers */
export function drivers(out: TextWriter, kernel: KernelView): void {
  for (const { driver, node, major, firstMinor, lastMinor, type } of kernel.terminalDrivers()) {
    out.textLeft(driver, 20).text(' /dev/').textLeft(node, 8).space().decimalPadded(major, 3).space();
    if (lastMinor === undefined) out.decimalPadded(firstMinor, 7);
    else out.decimal(firstMinor).byte(0x2d).decimal(lastMinor);
    out.space().text(type).newline();
  }
}

/** /proc/tty/ldiscs */
export function ldiscs(out: TextWriter, kernel: KernelView): void {
  for (const { name, number } of kernel.lineDisciplines()) {
    out.textLeft(name, 10).space().decimalPadded(number, 2).newline();
  }
}

/** /proc/tty/driver/NAME of a driver of serial ports: what a caller without CAP_SYS_ADMIN reads has no counts. */
export function serial(out: TextWriter, ports: SerialPorts | undefined, caller: Caller): Errno | 0 {
  if (!ports) return EIO;
  const privileged = caller.capable(CAP_SYS_ADMIN);
  out.text('serinfo:1.0 driver revision:').text(ports.revision).newline();
  for (const { line, type, mapped, address, irq, counts } of ports.ports) {
    out.decimal(line).text(': uart:').text(type).text(mapped ? ' mmio:0x' : ' port:').hexZeroUpper(address, 8);
    out.text(' irq:').decimal(irq);
    if (counts && privileged) serialCounts(out, counts);
    out.newline();
  }
  return 0;
}

function serialCounts(out: TextWriter, counts: SerialCounts): void {
  out.text(' tx:').decimal(counts.sent).text(' rx:').decimal(counts.received);
  if (counts.frameErrors) out.text(' fe:').decimal(counts.frameErrors);
  if (counts.parityErrors) out.text(' pe:').decimal(counts.parityErrors);
  if (counts.breaks) out.text(' brk:').decimal(counts.breaks);
  if (counts.overruns) out.text(' oe:').decimal(counts.overruns);
  if (counts.bufferOverruns) out.text(' bo:').decimal(counts.bufferOverruns);
  for (let index = 0; index < counts.signals.length; index++) {
    out.byte(index === 0 ? 0x20 : 0x7c).text(counts.signals[index] as string);
  }
}
