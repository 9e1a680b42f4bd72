/** A battery or what charges one, as ACPI has them (drivers/acpi/battery.c, ac.c; drivers/power/supply/power_supply_sysfs.c). */

import type { DescribedDevice } from './devices.ts';
import { type Contents, Live } from './object-tree.ts';

export interface DescribedSupply {
  readonly name: string;
  /** Its place among all supplies. */
  readonly index: number;
  /** Whether it is a battery, and not what charges one. */
  readonly stores: boolean;
  /** Its properties, in the order in which its events tell them. */
  readonly attributes: Contents;
}

/** A supply, below the ACPI device that it is of. */
export function powerSupply({ name, index, stores, attributes }: DescribedSupply): DescribedDevice[] {
  const hid = stores ? 'PNP0C0A' : 'ACPI0003';
  const parent = `LNXSYSTM:00/LNXSYBUS:00/${hid}:${index.toString(16).padStart(2, '0')}`;
  return [
    { path: parent, bus: 'acpi', driver: stores ? 'battery' : 'ac', environment: [['MODALIAS', `acpi:${hid}:`]], attributes: { hid, modalias: `acpi:${hid}:`, path: `\\_SB_.${name.slice(0, 4).toUpperCase()}` } },
    { path: `${parent}/power_supply/${name}`, class: 'power_supply', attributes: { ...attributes, uevent: new Live(() => events(name, attributes)) } },
  ];
}

/** How full a battery is, in a word. */
export function capacityLevel(percent: number): string {
  return percent >= 100 ? 'Full' : percent < 5 ? 'Critical' : percent < 10 ? 'Low' : 'Normal';
}

/** What the events of a supply say: all of its properties (power_supply_uevent). */
function events(name: string, attributes: Contents): (readonly [string, string])[] {
  const pairs = Object.entries(attributes).map(([key, content]): [string, string] => [`POWER_SUPPLY_${key.toUpperCase()}`, String(content instanceof Live ? content.read() : content)]);
  return [['DEVTYPE', 'power_supply'], ['POWER_SUPPLY_NAME', name], ...pairs];
}
