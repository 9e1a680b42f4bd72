/** What the firmware of a simulated machine says that it is: /sys/class/dmi/id (drivers/firmware/dmi-id.c). */

import type { DescribedDevice } from '../described/devices.ts';
import { dmiDevice } from '../described/dmi.ts';
import { scramble } from './chance.ts';
import type { Machine } from './machine.ts';

/** SMBIOS types of enclosures. */
const DESKTOP = 3;
const NOTEBOOK = 10;
const RACK = 23;

export function firmwareDevice({ description, seed, topology, powerSupplies }: Machine): DescribedDevice {
  const { dmi = {} } = description;
  const vendor = dmi['sys_vendor'] ?? 'compatfs';
  const product = dmi['product_name'] ?? 'Simulated machine';
  const chassis = powerSupplies.some(({ type }) => type === 'Battery') ? NOTEBOOK : topology.sockets > 1 ? RACK : DESKTOP;
  const usual = {
    bios_vendor: vendor,
    bios_version: '1.0',
    bios_date: '01/01/2026',
    bios_release: '1.0',
    sys_vendor: vendor,
    product_name: product,
    product_version: '1.0',
    product_serial: `SIM${seed.toString(10).padStart(8, '0')}`,
    product_uuid: uuid(seed),
    board_vendor: vendor,
    board_name: product,
    board_version: '1.0',
    chassis_vendor: vendor,
    chassis_type: String(chassis),
    chassis_version: '1.0',
  };
  return dmiDevice({ ...usual, ...dmi });
}

/** A random UUID (version 4) that follows from the seed. */
function uuid(seed: number): string {
  const digits = Array.from({ length: 4 }, (_, word) => scramble(seed, 0xd31, word).toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(digits[16] as string, 16) & 3) | 8).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}
