/** Which driver serves which device number. */

import { S_IFBLK, S_IFCHR, deviceMajor, deviceMinor } from '../stat.ts';
import type { Driver } from './driver.ts';

/** A device or, with `count`, as many with minor numbers one after another. */
export interface Device {
  readonly type: typeof S_IFCHR | typeof S_IFBLK;
  readonly major: number;
  readonly minor: number;
  /** How many minor numbers are the driver's. Absent: 1. */
  readonly count?: number;
  /** The path of its node below /dev. Absent: it has none of its own. */
  readonly name?: string;
  /** Permission bits of the node. Absent: 0600. */
  readonly mode?: number;
  /** Absent: nobody here serves it, and opening it gives ENXIO. */
  readonly driver?: Driver;
}

/** The devices that are known, by type, major and minor number as Linux has them. */
export class DeviceTable {
  readonly #devices = new Set<Device>();
  /** The first device of each major number's list decides; lists are short. */
  readonly #byMajor = new Map<number, Device[]>();
  /** Is raised at each change. */
  generation = 0;

  /** Adds a device and returns what takes it away. A later one takes precedence over an earlier one with its numbers. */
  add(device: Device): () => void {
    const key = keyOf(device.type, device.major);
    const list = this.#byMajor.get(key) ?? [];
    list.unshift(device);
    this.#byMajor.set(key, list);
    this.#devices.add(device);
    this.generation++;
    return () => {
      if (!this.#devices.delete(device)) return;
      list.splice(list.indexOf(device), 1);
      this.generation++;
    };
  }

  /** The device of a number that `makeDevice` packed. */
  find(type: number, rdev: number): Device | undefined {
    const minor = deviceMinor(rdev);
    return this.#byMajor
      .get(keyOf(type, deviceMajor(rdev)))
      ?.find((device) => minor >= device.minor && minor < device.minor + (device.count ?? 1));
  }

  /** All of them in the order in which they were added. */
  all(): Iterable<Device> {
    return this.#devices;
  }
}

function keyOf(type: number, major: number): number {
  return type === S_IFBLK ? major + 0x1000 : major;
}
