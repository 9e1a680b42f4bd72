/** The kernel objects of a guest: what its /sys shows. */

import { S_IFCHR } from '../../../fs/stat.ts';
import { addDevices, type DescribedDevice } from '../../../providers/sources/described/devices.ts';
import { addMachine } from '../../../providers/sources/described/machine.ts';
import { ObjectTree } from '../../../providers/sources/described/object-tree.ts';
import type { Device } from '../../../fs/devices/device-table.ts';
import { CACHES, CACHE_LINE } from '../../cpu/identity.ts';
import type { Machine } from './machine.ts';

/** Bytes of a memory block that could be taken offline. */
const MEMORY_BLOCK = 128 * 2 ** 20;
const KIB = 1024;

/** The class of character devices, by major number (drivers/char/mem.c, drivers/tty). */
const CLASSES: ReadonlyMap<number, string> = new Map([
  [1, 'mem'],
  [4, 'tty'],
  [5, 'tty'],
  [10, 'misc'],
]);

/** Builds the tree: processors, memory, and the devices that have a driver. */
export function sysfsOf({ cpus, memory }: Machine, devices: Iterable<Device>): ObjectTree {
  const tree = new ObjectTree();
  for (const path of ['block', 'bus', 'class', 'dev/block', 'dev/char', 'devices', 'firmware', 'fs', 'kernel', 'module', 'power', 'fs/cgroup']) {
    tree.directory(path);
  }
  addMachine(tree, {
    packages: 1,
    coresPerPackage: cpus,
    threadsPerCore: 1,
    nodes: [
      {
        memory: [
          ['MemTotal', Math.floor(memory / KIB)],
          ['MemFree', Math.floor(memory / KIB)],
          ['MemUsed', 0],
        ],
        distances: [10],
        blocks: [],
      },
    ],
    caches: CACHES.map((cache) => ({ ...cache, lineSize: CACHE_LINE })),
    kernelMaximum: cpus - 1,
    vulnerabilities: {},
    memoryBlock: MEMORY_BLOCK,
  });
  tree.attributes({ path: 'kernel' }, { address_bits: 64, cpu_byteorder: 'little', fscaps: 1, profiling: 0, uevent_seqnum: 0 });
  addDevices(tree, described(devices));
  return tree;
}

/** The devices that have a node and a class. */
function* described(devices: Iterable<Device>): Generator<DescribedDevice> {
  for (const { type, major, minor, name, mode } of devices) {
    const kind = CLASSES.get(major);
    if (type !== S_IFCHR || name === undefined || kind === undefined) continue;
    yield {
      path: `virtual/${kind}/${name.replaceAll('/', '!')}`,
      class: kind,
      node: { major, minor, name, ...(mode !== undefined && mode !== 0o600 && { mode }) },
    };
  }
}
