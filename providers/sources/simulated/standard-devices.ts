/** Devices that every machine has: memory, terminals, and the like. */

import type { DescribedDevice } from '../described/devices.ts';

const MEMORY: readonly (readonly [minor: number, name: string, mode: number | undefined])[] = [
  [1, 'mem', undefined],
  [3, 'null', 0o666],
  [4, 'port', undefined],
  [5, 'zero', 0o666],
  [7, 'full', 0o666],
  [8, 'random', 0o666],
  [9, 'urandom', 0o666],
  [11, 'kmsg', 0o644],
];
const MISCELLANEOUS: readonly (readonly [minor: number, name: string, mode: number | undefined])[] = [
  [144, 'nvram', undefined],
  [183, 'hwrng', undefined],
  [200, 'net/tun', 0o666],
  [229, 'fuse', 0o666],
  [235, 'autofs', undefined],
  [237, 'loop-control', undefined],
];
const CONSOLES = 64;

export function standardDevices(): DescribedDevice[] {
  const characters = (directory: string, major: number, rows: typeof MEMORY): DescribedDevice[] =>
    rows.map(([minor, name, mode]) => ({
      path: `virtual/${directory}/${name.slice(name.lastIndexOf('/') + 1)}`,
      class: directory,
      node: { major, minor, name, ...(mode !== undefined && { mode }) },
    }));
  const consoles = Array.from({ length: CONSOLES }, (_, minor): DescribedDevice => ({
    path: `virtual/tty/tty${minor}`,
    class: 'tty',
    node: { major: 4, minor, name: `tty${minor}` },
    ...(minor === 0 && { attributes: { active: ['tty1'] } }),
  }));
  return [
    ...characters('mem', 1, MEMORY),
    ...characters('misc', 10, MISCELLANEOUS),
    ...consoles,
    { path: 'virtual/tty/tty', class: 'tty', node: { major: 5, minor: 0, name: 'tty', mode: 0o666 } },
    { path: 'virtual/tty/console', class: 'tty', node: { major: 5, minor: 1, name: 'console' }, attributes: { active: ['tty0'] } },
    { path: 'virtual/tty/ptmx', class: 'tty', node: { major: 5, minor: 2, name: 'ptmx', mode: 0o666 } },
    { path: 'LNXSYSTM:00/LNXPWRBN:00', bus: 'acpi', driver: 'button', environment: [['MODALIAS', 'acpi:LNXPWRBN:']], attributes: { hid: 'LNXPWRBN', modalias: 'acpi:LNXPWRBN:' } },
    {
      path: 'LNXSYSTM:00/LNXPWRBN:00/input/input0',
      class: 'input',
      environment: [['PRODUCT', '19/0/1/0'], ['NAME', '"Power Button"'], ['PHYS', '"LNXPWRBN/button/input0"'], ['PROP', '0'], ['EV', '3'], ['KEY', '10000000000000 0']],
      attributes: { name: 'Power Button', phys: 'LNXPWRBN/button/input0', uniq: '', properties: '0', 'id/bustype': 0x19, 'id/vendor': 0, 'id/product': 1, 'id/version': 0, 'capabilities/ev': ['3'], 'capabilities/key': ['10000000000000', '0'] },
    },
  ];
}
