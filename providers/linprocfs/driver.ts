/** /proc/driver: drivers/rtc/proc.c. */

import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { ClockTime } from '../model/platform.ts';
import { directory } from './directory.ts';

/** A part of a time with so many digits, or as many asterisks where it is not set. */
function part(out: TextWriter, value: number | undefined, width: number): TextWriter {
  return value === undefined ? out.repeat(0x2a, width) : out.decimalZero(value, width);
}

function clock(out: TextWriter, prefix: string, { year, month, day, hour, minute, second }: ClockTime): void {
  out.text(prefix).text('_time\t: ');
  part(part(part(out, hour, 2).byte(0x3a), minute, 2).byte(0x3a), second, 2);
  out.newline().text(prefix).text('_date\t: ');
  part(part(part(out, year, 4).byte(0x2d), month, 2).byte(0x2d), day, 2);
  out.newline();
}

function rtc(out: TextWriter, kernel: KernelView): void {
  const { time, alarm, details } = kernel.realTimeClock();
  if (time) clock(out, 'rtc', time);
  if (alarm) {
    clock(out, 'alrm', alarm.time);
    out.text('alarm_IRQ\t: ').text(yes(alarm.enabled));
    out.text('\nalrm_pending\t: ').text(yes(alarm.pending));
    out.text('\nupdate IRQ enabled\t: ').text(yes(alarm.updateInterrupt));
    out.text('\nperiodic IRQ enabled\t: ').text(yes(alarm.periodicInterrupt));
    out.text('\nperiodic IRQ frequency\t: ').decimal(alarm.frequency);
    out.text('\nmax user IRQ frequency\t: ').decimal(alarm.maxUserFrequency).newline();
  }
  out.text('24hr\t\t: yes\n');
  for (const [name, value] of details) out.text(name).text(name.length < 8 ? '\t\t: ' : '\t: ').text(value).newline();
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

/**
 * The directory.
 *
 * Differs: what other drivers than that of the clock put there is not shown.
 */
export const driver: DirectorySpec<KernelView> = directory<KernelView>(
  { rtc: file<KernelView>(0o444, rtc, { exists: (kernel) => kernel.has('driver/rtc') }) },
  { exists: (kernel) => kernel.has('driver') },
);
