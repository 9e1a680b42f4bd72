/** /proc/interrupts (kernel/irq/proc.c show_interrupts, and arch_show_interrupts of each architecture). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { ArchitecturalInterrupt, InterruptCounts, InterruptTable } from '../model/interrupts.ts';

const COLON = 0x3a;

export function interrupts(out: TextWriter, kernel: KernelView): void {
  const table = kernel.interrupts();
  const { cpus, width, lines, architectural } = table;
  out.repeat(0x20, width + 8);
  for (const cpu of cpus) out.text('CPU').decimalLeft(cpu, 8);
  out.newline();
  for (const line of lines) numbered(out, line, table);
  for (const line of architectural) labelled(out, line, width);
}

function numbered(out: TextWriter, line: InterruptCounts, { width, chipBlanks }: InterruptTable): void {
  out.decimalPadded(line.number, width).byte(COLON);
  for (const count of line.counts) out.space().decimalPadded(count, 10);
  // A chip that prints itself is at least as wide as the column.
  out.repeat(0x20, chipBlanks).textRight(line.chip, 8).space();
  if (line.hardwareNumber === undefined) out.repeat(0x20, width);
  else out.decimalPadded(line.hardwareNumber, width);
  if (line.trigger !== undefined) out.space().textLeft(line.trigger, 8);
  if (line.flow !== undefined) out.byte(0x2d).textLeft(line.flow, 8);
  for (let index = 0; index < line.actions.length; index++) {
    out.text(index === 0 ? '  ' : ', ').text(line.actions[index] as string);
  }
  out.newline();
}

function labelled(out: TextWriter, { label, counts, description, indent }: ArchitecturalInterrupt, width: number): void {
  out.textRight(label, width).byte(COLON);
  for (let index = 0; index < counts.length; index++) {
    // A label of one letter too many, as arm64's IPI0, takes the blank behind the colon.
    if (index > 0 || label.length <= width) out.space();
    out.decimalPadded(counts[index] as number, 10);
  }
  if (description !== undefined) out.repeat(0x20, indent).text(description);
  out.newline();
}
