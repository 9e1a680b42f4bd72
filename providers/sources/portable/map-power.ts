/** What systeminformation's battery() and cpuTemperature() tell, in the units of the kernel. */

import type { Finding } from './parts.ts';
import type { BatteryFacts, PowerFacts, TemperatureFacts } from './snapshot.ts';
import { type Fields, bytes, count, fields, finite, line, records } from './values.ts';

/** More batteries, and sensors of one kind, than any machine has. */
const MOST_BATTERIES = 16;
const MOST_SENSORS = 1024;

/** The largest number of millionths that is believed: the kernel has them in 32 bits. */
const MOST_MILLIONTHS = 0x7fff_ffff;

/** From here on macOS does not know yet how long a battery will last, in minutes. */
const ENDLESS = 0xffff;

/** Degrees that a sensor may have; outside of them it tells nothing, or that there is none. */
const [COLDEST, HOTTEST] = [0, 150];

const LONGEST = 64;

/** What a battery is made of, in the kernel's words (power_supply_sysfs.c). */
const TECHNOLOGIES: readonly (readonly [told: RegExp, shown: string])[] = [
  [/^li-?ion$|^lion$|lithium.?ion/i, 'Li-ion'],
  [/^li-?poly?$|^lip$|lithium.?poly/i, 'Li-poly'],
  [/^ni-?mh$/i, 'NiMH'],
  [/^life$|lifepo4/i, 'LiFe'],
  [/^ni-?cd$/i, 'NiCd'],
  [/^limn$/i, 'LiMn'],
];

export function mapPower({ results, platform }: Pick<Finding, 'results' | 'platform'>): PowerFacts {
  const told = fields(results['battery']);
  // Without a battery it is not told what feeds the machine: acConnected is a default then.
  if (told['hasBattery'] !== true) return { mains: undefined, batteries: [] };
  // hw.acpi.acline is 1 on the mains, which is taken for the opposite.
  const inverted = platform === 'freebsd' || platform === 'openbsd' || platform === 'netbsd';
  const all = [told, ...records(told['additionalBatteries']).filter((each) => each['hasBattery'] === true)];
  const words = all.map((each) => each['acConnected']).filter((each) => typeof each === 'boolean');
  const mains = words.length === 0 ? undefined : words.some((each) => each !== inverted);
  return { mains, batteries: all.slice(0, MOST_BATTERIES).map((each) => batteryOf(each, mains, inverted)) };
}

function batteryOf(told: Fields, mains: boolean | undefined, inverted: boolean): BatteryFacts {
  const kind = bytes(told['capacityUnit']).toLowerCase();
  const unit = kind === 'mwh' ? 'energy' : kind === 'mah' ? 'charge' : undefined;
  const thousandths = (name: string): number | undefined => (unit === undefined ? undefined : millionths(told[name], 1e3));
  const [full, now] = [thousandths('maxCapacity'), thousandths('currentCapacity')];
  const share = finite(told['percent']) ?? (full === undefined || now === undefined ? undefined : (100 * now) / full);
  const percent = share === undefined || share < 0 || share > 1000 ? undefined : Math.min(100, Math.floor(share));
  const minutes = count(told['timeRemaining']);
  const charging = inverted ? mains === true && (percent ?? 0) < 100 : told['isCharging'] === true;
  return {
    status: charging ? 'Charging' : mains !== true ? 'Discharging' : percent === 100 ? 'Full' : 'Not charging',
    technology: TECHNOLOGIES.find(([pattern]) => pattern.test(bytes(told['type']).trim()))?.[1] ?? 'Unknown',
    cycles: small(told['cycleCount']),
    microvolts: millionths(told['voltage'], 1e6),
    unit,
    design: thousandths('designedCapacity'),
    full,
    now,
    percent,
    minutes: minutes === undefined || minutes === 0 || minutes >= ENDLESS ? undefined : minutes,
    model: line(told['model'], LONGEST),
    manufacturer: line(told['manufacturer'], LONGEST),
    serial: line(told['serial'], LONGEST),
  };
}

/** A positive amount as so many parts of it; undefined for what is none. */
function millionths(value: unknown, parts: number): number | undefined {
  const number = finite(value);
  const all = number === undefined ? 0 : Math.round(number * parts);
  return all > 0 && all <= MOST_MILLIONTHS ? all : undefined;
}

function small(value: unknown): number | undefined {
  const number = count(value);
  return number === undefined || number > 0xffff ? undefined : number;
}

export function mapTemperatures({ results, platform }: Pick<Finding, 'results' | 'platform'>): TemperatureFacts {
  const told = fields(results['temperature']);
  const list = (value: unknown): number[] => (Array.isArray(value) ? value.slice(0, MOST_SENSORS).map(thousandthsOfDegree) : []);
  const [cores, sockets] = [list(told['cores']), list(told['socket'])];
  // Windows tells of the zones of ACPI alone.
  const zones = platform === 'win32' ? { cores: [], sockets: [...sockets, ...cores].slice(0, MOST_SENSORS) } : { cores, sockets };
  return { main: thousandthsOfDegree(told['main']), ...zones, chipset: thousandthsOfDegree(told['chipset']) };
}

/** 0 for what is not told. */
function thousandthsOfDegree(value: unknown): number {
  const degrees = finite(value);
  return degrees === undefined || degrees <= COLDEST || degrees > HOTTEST ? 0 : Math.round(degrees * 1000);
}
