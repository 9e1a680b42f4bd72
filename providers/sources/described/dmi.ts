/** What the firmware of a described machine says that it is: /sys/class/dmi/id (drivers/firmware/dmi-id.c). */

import type { DescribedDevice } from './devices.ts';

/** The names in a modalias, in the kernel's order (get_modalias). */
const ALIAS: readonly (readonly [prefix: string, name: string])[] = [
  ['bvn', 'bios_vendor'],
  ['bvr', 'bios_version'],
  ['bd', 'bios_date'],
  ['br', 'bios_release'],
  ['efr', 'ec_firmware_release'],
  ['svn', 'sys_vendor'],
  ['pn', 'product_name'],
  ['pvr', 'product_version'],
  ['rvn', 'board_vendor'],
  ['rn', 'board_name'],
  ['rvr', 'board_version'],
  ['cvn', 'chassis_vendor'],
  ['ct', 'chassis_type'],
  ['cvr', 'chassis_version'],
  ['sku', 'product_sku'],
];

/** The device of some of the attributes that the kernel knows, by name: what firmware does not tell is absent. */
export function dmiDevice(named: Readonly<Record<string, string>>): DescribedDevice {
  // Whatever would not be in a file's name is left out of it (ascii_filter).
  const alias = ALIAS.filter(([, name]) => named[name] !== undefined).map(([prefix, name]) => `${prefix}${(named[name] as string).replace(/[^!-9;-~]/g, '')}`);
  const modalias = `dmi:${alias.join(':')}:`;
  return { path: 'virtual/dmi/id', class: 'dmi', environment: [['MODALIAS', modalias]], attributes: { ...named, modalias } };
}
