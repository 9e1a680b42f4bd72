/** Parsers of the files about firmware, clocks and knobs: the inverse of linprocfs. */

import { u64 } from '../../../fs/u64.ts';
import type {
  BootConfiguration,
  ClockTime,
  DebugMessage,
  MemoryTypeRange,
  RealTimeClock,
  WakeupDevice,
} from '../../model/platform.ts';
import type { Scanner } from './scanner.ts';

const RANGE = /^reg(\d+): base=0x([0-9a-f]+)000 \( *\d+MB\), size= *(\d+)([KM])B, count=(\d+): (.*)$/;

/** /proc/mtrr */
export function parseMemoryTypeRanges(scanner: Scanner): MemoryTypeRange[] {
  const ranges: MemoryTypeRange[] = [];
  while (!scanner.done) {
    const match = RANGE.exec(scanner.line());
    if (!match) continue;
    const [, register, base, size, unit, uses, type = ''] = match;
    const amount = BigInt(size ?? 0);
    ranges.push({
      register: Number(register),
      base: u64(BigInt(`0x${base}`)),
      size: u64(unit === 'M' ? amount << 8n : amount >> 2n),
      uses: Number(uses),
      type,
    });
  }
  return ranges;
}

const WAKEUP = /^([^\t]*)\t {2}S(\d+)\t(.*)$/;
const WAKEUP_NODE = /^([* ])(enabled|disabled) *(\S.*)?$/;

/** /proc/acpi/wakeup */
export function parseWakeupDevices(scanner: Scanner): WakeupDevice[] {
  const devices: (WakeupDevice & { nodes: WakeupDevice['nodes'][number][] })[] = [];
  scanner.nextLine();
  while (!scanner.done) {
    const line = scanner.line();
    const match = WAKEUP.exec(line);
    const [, valid, state, place] = WAKEUP_NODE.exec(match ? (match[3] ?? '') : line.replace(/^\t+/, '')) ?? [];
    if (state === undefined) continue;
    const node = { valid: valid === '*', enabled: state === 'enabled', place };
    if (match) devices.push({ name: match[1] ?? '', sleepState: u64(BigInt(match[2] ?? 0)), nodes: [node] });
    else devices.at(-1)?.nodes.push(node);
  }
  return devices;
}

/** /proc/driver/rtc */
export function parseRealTimeClock(scanner: Scanner): RealTimeClock {
  const fields = new Map<string, string>();
  const details = new Map<string, string>();
  let common = fields;
  while (!scanner.done) {
    const line = scanner.line();
    const colon = line.indexOf('\t: ');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trimEnd();
    if (name === '24hr') common = details;
    else common.set(name, line.slice(colon + 3));
  }
  const yes = (name: string): boolean => fields.get(name) === 'yes';
  return {
    time: fields.has('rtc_time') ? clockTime(fields, 'rtc') : undefined,
    alarm: fields.has('alrm_time')
      ? {
          time: clockTime(fields, 'alrm'),
          enabled: yes('alarm_IRQ'),
          pending: yes('alrm_pending'),
          updateInterrupt: yes('update IRQ enabled'),
          periodicInterrupt: yes('periodic IRQ enabled'),
          frequency: Number(fields.get('periodic IRQ frequency')),
          maxUserFrequency: Number(fields.get('max user IRQ frequency')),
        }
      : undefined,
    details,
  };
}

function clockTime(fields: ReadonlyMap<string, string>, prefix: string): ClockTime {
  const parts = (name: string, separator: string): (number | undefined)[] =>
    (fields.get(`${prefix}_${name}`) ?? '').split(separator).map((text) => (text.startsWith('*') ? undefined : Number(text)));
  const [hour, minute, second] = parts('time', ':');
  const [year, month, day] = parts('date', '-');
  return { year, month, day, hour, minute, second };
}

const DEBUG_MESSAGE = /^(.*?):(\d+) \[(.*?)\](\S*) =(\S+) "(.*)"(?: class:(.*)| class unknown, _id:(\d+))?$/;

/** /proc/dynamic_debug/control */
export function parseDebugMessages(scanner: Scanner): DebugMessage[] {
  const messages: DebugMessage[] = [];
  while (!scanner.done) {
    const match = DEBUG_MESSAGE.exec(scanner.line());
    if (!match) continue;
    const [, file = '', line, module = '', name = '', flags = '_', format = '', className, classNumber] = match;
    messages.push({
      file,
      line: Number(line),
      module,
      function: name,
      flags,
      format,
      class: className ?? (classNumber === undefined ? undefined : Number(classNumber)),
    });
  }
  return messages;
}

/** /proc/bootconfig */
export function parseBootConfiguration(scanner: Scanner): BootConfiguration {
  const entries: { key: string; values: string[] }[] = [];
  let fromLoader: string | undefined;
  while (!scanner.done) {
    const line = scanner.line();
    if (line.startsWith('# Parameters from bootloader:')) fromLoader = scanner.line().slice(2);
    const equals = line.indexOf(' = ');
    if (line.startsWith('#') || equals < 0) continue;
    const values = [...line.slice(equals + 3).matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, plain, other]) => plain ?? other ?? '');
    entries.push({ key: line.slice(0, equals), values: values.length === 1 && values[0] === '' ? [] : values });
  }
  return { entries, fromLoader };
}
