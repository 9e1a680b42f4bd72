/** Parsers of the files about interrupts: the inverse of linprocfs. */

import { type U64, u64 } from '../../../fs/u64.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type {
  ArchitecturalInterrupt,
  InterruptCounts,
  InterruptTable,
  SoftInterruptTable,
  SpuriousInterrupts,
} from '../../model/interrupts.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = 0x20;

/** Names of controllers stand at the right of a column of this width. */
const CHIP_WIDTH = 8;

/** The numbers of `CPU0 CPU1 ..`. */
function processors(scanner: Scanner): number[] {
  const cpus: number[] = [];
  while (!scanner.lineDone() && scanner.takeText('CPU')) cpus.push(scanner.number());
  scanner.nextLine();
  return cpus;
}

/** At most `limit` numbers. */
function counts(scanner: Scanner, limit: number): U64[] {
  const values: U64[] = [];
  while (values.length < limit) {
    const digit = scanner.blanks().peek();
    if (digit < 0x30 || digit > 0x39) break;
    values.push(scanner.decimal());
  }
  return values;
}

/** /proc/interrupts */
export function parseInterrupts(scanner: Scanner): InterruptTable {
  const start = scanner.at;
  scanner.blanks();
  const width = Math.max(0, scanner.at - start - 8);
  const cpus = processors(scanner);
  const lines: InterruptCounts[] = [];
  let chipBlanks: number | undefined;
  const architectural: ArchitecturalInterrupt[] = [];
  while (!scanner.done) {
    const digit = scanner.blanks().peek();
    if (digit >= 0x30 && digit <= 0x39) {
      const number = scanner.number();
      scanner.take(COLON);
      const values = counts(scanner, cpus.length);
      const details = scanner.line();
      const line = numbered(number, values, details);
      lines.push(line);
      chipBlanks ??= details.length - details.trimStart().length - Math.max(0, CHIP_WIDTH - line.chip.length);
      continue;
    }
    const label = scanner.until(COLON);
    const values = counts(scanner, cpus.length);
    let indent = 0;
    // `counts` stops behind the last digit or, where it looked for another number, behind the blanks.
    while (scanner.bytes[scanner.at - 1 - indent] === SPACE) indent++;
    while (scanner.take(SPACE)) indent++;
    const description = scanner.line();
    architectural.push({ label, counts: values, description: description === '' ? undefined : description, indent });
  }
  return { cpus, width, chipBlanks: chipBlanks ?? 1, lines, architectural };
}

/** Controller, number there, trigger, flow and handlers: `IO-APIC   5-edge      ACPI:Ged`. */
const DETAILS = /^ *(\S.*?) +(\d+)(?: +(Edge|Level)\b)?(?: *-(\S+))?(?: +(\S.*?))? *$/;
/** The same without a number. */
const WITHOUT_NUMBER = /^ *(\S+)(?: +(Edge|Level)\b)?(?: *-(\S+))?(?: +(\S.*?))? *$/;

function numbered(number: number, values: readonly U64[], details: string): InterruptCounts {
  const match = DETAILS.exec(details);
  if (match) {
    const [, chip = '', hardwareNumber, trigger, flow, actions] = match;
    return {
      number,
      counts: values,
      chip,
      hardwareNumber: u64(BigInt(hardwareNumber ?? 0)),
      trigger: trigger as 'Edge' | 'Level' | undefined,
      flow,
      actions: actions === undefined ? [] : actions.split(', '),
    };
  }
  const [, chip = '-', trigger, flow, actions] = WITHOUT_NUMBER.exec(details) ?? [];
  return {
    number,
    counts: values,
    chip,
    hardwareNumber: undefined,
    trigger: trigger as 'Edge' | 'Level' | undefined,
    flow,
    actions: actions === undefined ? [] : actions.split(', '),
  };
}

/** /proc/softirqs */
export function parseSoftInterrupts(scanner: Scanner): SoftInterruptTable {
  const cpus = processors(scanner);
  const rows: { name: string; counts: U64[] }[] = [];
  for (; !scanner.done; scanner.nextLine()) {
    const name = scanner.blanks().until(COLON);
    rows.push({ name, counts: counts(scanner, cpus.length) });
  }
  return { cpus, rows };
}

/** A mask in `%*pb` notation: as wide as its digits. */
export function parseMask(scanner: Scanner): BitMask {
  scanner.blanks();
  const words: number[] = [];
  let bits = 0;
  do {
    const start = scanner.at;
    words.push(Number(scanner.hex()));
    bits += (scanner.at - start) * 4;
  } while (scanner.take(COMMA));
  return { bits, words: words.reverse() };
}

/** /proc/irq/N/spurious */
export function parseSpurious(scanner: Scanner): SpuriousInterrupts {
  const value = (label: string): number => {
    scanner.takeText(label);
    const number = scanner.number();
    scanner.nextLine();
    return number;
  };
  return { count: value('count'), unhandled: value('unhandled'), lastUnhandled: value('last_unhandled') };
}
