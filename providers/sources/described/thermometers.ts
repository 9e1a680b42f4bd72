/** Thermometers: of hwmon, which tells what sensors say (drivers/hwmon), and zones, which keep a machine cool (drivers/thermal). */

import type { DescribedDevice } from './devices.ts';
import type { Content, Contents } from './object-tree.ts';

/** A sensor's device below that which it is of. */
export function hwmonDevice(parent: string, number: number, attributes: Contents): DescribedDevice {
  return { path: `${parent}/hwmon/hwmon${number}`, class: 'hwmon', attributes };
}

/** What a driver makes for a package of processors, which its thermometers are of. */
export function platformSensor(driver: string, number: number): DescribedDevice {
  return {
    path: `platform/${driver}.${number}`,
    bus: 'platform',
    driver,
    environment: [['MODALIAS', `platform:${driver}`]],
    attributes: { modalias: `platform:${driver}`, driver_override: '(null)' },
  };
}

/** A zone with its temperature in thousandths of a degree, and its trip points, if any. */
export function thermalZone(number: number, type: string, temp: Content, tripPoints: Contents = {}): DescribedDevice {
  return {
    path: `virtual/thermal/thermal_zone${number}`,
    class: 'thermal',
    attributes: { type, temp, policy: 'step_wise', available_policies: ['step_wise'], mode: 'enabled', ...tripPoints },
  };
}
