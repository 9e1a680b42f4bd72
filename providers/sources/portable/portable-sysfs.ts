/** The kernel objects of a portable machine: its /sys. Counters are asked for when they are read. */

import { disk as describedDisk } from '../described/block.ts';
import { type DescribedDevice, addDevices } from '../described/devices.ts';
import { type DescribedCache, addMachine } from '../described/machine.ts';
import { networkInterface } from '../described/net.ts';
import { Live, ObjectTree } from '../described/object-tree.ts';
import type { Feed } from './feed.ts';
import type { Part } from './parts.ts';
import { addFrequencies, hardwareDevices } from './portable-hardware.ts';
import { diskStatistics } from './portable-system.ts';
import type { DeviceFacts, InterfaceFacts, Snapshot, TrafficFacts } from './snapshot.ts';
import { topologyOf } from './topology.ts';

const SECTOR = 512;
const MEMORY_BLOCK = 128 * 2 ** 20;
const DIRECTORIES = ['block', 'bus', 'class', 'dev/block', 'dev/char', 'devices', 'firmware', 'fs', 'kernel', 'module', 'power', 'fs/cgroup', 'class/dmi', 'class/hwmon', 'class/power_supply', 'class/thermal'];
const PARENT = 'virtual';
/** IFF_BROADCAST with IFF_MULTICAST; IFF_UP; and with IFF_LOOPBACK for lo. */
const ETHERNET_FLAGS = 0x1002;
const UP = 1;
const LOOPBACK_FLAGS = 0x9;
const [ETHERNET, LOOPBACK] = [1, 772];
const LINE = 64;
const WAYS = 8;
/** The fields of a disk's `stat`. */
const STATISTICS = 17;

/** Directories whose entries come and go, and the part that tells which there are. */
const WATCHED: readonly (readonly [directory: string, part: Part])[] = [
  ['class/power_supply', 'power'],
  ['class/hwmon', 'temperatures'],
  ['class/thermal', 'temperatures'],
];

/** A tree that asks for what makes some of its directories when somebody looks there, for it may take a program to tell. */
class WatchedTree extends ObjectTree {
  readonly #feed: Feed;

  constructor(feed: Feed) {
    super();
    this.#feed = feed;
  }

  override list(directory: string): ReturnType<ObjectTree['list']> {
    this.#look(directory);
    return super.list(directory);
  }

  override entry(path: string): ReturnType<ObjectTree['entry']> {
    this.#look(path);
    return super.entry(path);
  }

  #look(path: string): void {
    if (!path.startsWith('class/')) return;
    for (const [directory, part] of WATCHED) if (path.startsWith(directory)) this.#feed.want(part);
  }
}

/** What of a snapshot decides which objects there are, but for batteries and thermometers. */
export function shapeOf({ machine, times, memory, interfaces, disks, hardware }: Snapshot): string {
  return JSON.stringify([machine.vendor, machine.packages, machine.cores, machine.frequencies, machine.caches, times.cpus.length, memory.total, interfaces.list, disks.devices, hardware]);
}

export function sysfsOf(feed: Feed): ObjectTree {
  const snapshot = feed.now();
  const tree = new WatchedTree(feed);
  for (const path of DIRECTORIES) tree.directory(path);
  addProcessors(tree, feed, snapshot);
  tree.attributes({ path: 'kernel' }, { address_bits: 64, cpu_byteorder: 'little', fscaps: 1, profiling: 0, uevent_seqnum: 0 });
  const cpus = snapshot.times.cpus.length;
  addDevices(tree, [...disksOf(snapshot), ...snapshot.interfaces.list.map((each) => interfaceOf(feed, each, cpus)), ...hardwareDevices(feed)]);
  addFrequencies(tree, feed);
  for (const device of snapshot.disks.devices) if (device.within === undefined) addCounters(tree, feed, device);
  return tree;
}

function addProcessors(tree: ObjectTree, feed: Feed, { machine, times, memory }: Snapshot): void {
  const { packages, cores, threads } = topologyOf(machine, times.cpus.length);
  const { l1d, l1i, l2, l3 } = machine.caches;
  const cache = (level: number, type: DescribedCache['type'], kib: number, sharedBy: DescribedCache['sharedBy'] = 'core'): DescribedCache[] =>
    kib === 0 ? [] : [{ level, type, size: kib, ways: (kib * 1024) % (WAYS * LINE) === 0 ? WAYS : 1, lineSize: LINE, sharedBy }];
  const blocks = Math.max(1, Math.floor(memory.total / MEMORY_BLOCK));
  // More memory has larger blocks (probe_memory_block_size).
  const size = blocks > 512 ? MEMORY_BLOCK * 2 ** Math.ceil(Math.log2(blocks / 512)) : MEMORY_BLOCK;
  const rows = (): (readonly [string, number])[] => {
    feed.want('memory');
    const { total, free } = feed.now().memory;
    return [['MemTotal', Math.floor(total / 1024)], ['MemFree', Math.floor(free / 1024)], ['MemUsed', Math.floor((total - free) / 1024)]];
  };
  addMachine(tree, {
    packages,
    coresPerPackage: cores,
    threadsPerCore: threads,
    nodes: [{ memory: rows(), distances: [10], blocks: Array.from({ length: Math.max(1, Math.floor(memory.total / size)) }, (_, block) => block) }],
    caches: [...cache(1, 'Data', l1d), ...cache(1, 'Instruction', l1i), ...cache(2, 'Unified', l2), ...cache(3, 'Unified', l3, 'package')],
    kernelMaximum: Math.max(times.cpus.length, 8192) - 1,
    vulnerabilities: {},
    memoryBlock: size,
  });
  tree.set('devices/system/node/node0/meminfo', new Live(() => ({ node: 0, rows: rows().map(([name, value]) => ({ name, value, kilobytes: true })) })));
}

function disksOf({ disks: { devices } }: Snapshot): DescribedDevice[] {
  return devices.filter(({ within }) => within === undefined).flatMap(({ name, major, minor, bytes, rotational, removable }, index): DescribedDevice[] => {
    const [whole] = describedDisk(PARENT, {
      name,
      major,
      minor,
      sectors: Math.floor(bytes / SECTOR),
      logicalBlock: 512,
      physicalBlock: 4096,
      rotational,
      removable,
      sequence: index + 1,
      schedulers: ['none'],
      scheduler: 0,
    });
    if (!whole) return [];
    return [
      whole,
      ...devices.filter(({ within }) => within === name).map((part, at): DescribedDevice => ({
        path: `${whole.path}/${part.name}`,
        class: 'block',
        node: { block: true, major: part.major, minor: part.minor, name: part.name },
        deviceType: 'partition',
        environment: [['DISKSEQ', String(index + 1)], ['PARTN', String(at + 1)]],
        attributes: { stat: new Array<number>(STATISTICS).fill(0), inflight: [0, 0], alignment_offset: 0, discard_alignment: 0, partition: at + 1, ro: 0, size: Math.floor(part.bytes / SECTOR), start: 0 },
      })),
    ];
  });
}

function addCounters(tree: ObjectTree, feed: Feed, device: DeviceFacts): void {
  const counters = new Live(() => {
    feed.want('transfers');
    const { reads, writes, weightedTime } = diskStatistics(feed.now(), device);
    const of = (requests: typeof reads): number[] => [requests.completed, requests.merged, requests.sectors, requests.time].map(Number);
    return [...of(reads), ...of(writes), 0, 0, Number(weightedTime), ...new Array<number>(STATISTICS - 11).fill(0)];
  });
  tree.set(`devices/${PARENT}/block/${device.name}/stat`, counters);
}

function interfaceOf(feed: Feed, { name, index, loopback, up, state, mtu, address, speed, duplex }: InterfaceFacts, cpus: number): DescribedDevice {
  const device = networkInterface(PARENT, {
    name,
    index,
    type: loopback ? LOOPBACK : ETHERNET,
    flags: loopback ? LOOPBACK_FLAGS : ETHERNET_FLAGS | (up ? UP : 0),
    mtu,
    address: Uint8Array.from(address),
    broadcast: new Uint8Array(6).fill(loopback ? 0 : 255),
    operationalState: state,
    queueLength: 1000,
    statistics: {},
    ...(up && { carrier: true, duplex: duplex || 'unknown', ...(speed !== undefined && { speed }) }),
  }, cpus);
  const live = (key: keyof TrafficFacts): Live =>
    new Live(() => {
      feed.want('traffic');
      return feed.now().traffic.get(name)?.[key] ?? 0;
    });
  return {
    ...device,
    attributes: {
      ...device.attributes,
      'statistics/rx_bytes': live('receivedBytes'),
      'statistics/rx_errors': live('receiveErrors'),
      'statistics/rx_dropped': live('receiveDropped'),
      'statistics/tx_bytes': live('sentBytes'),
      'statistics/tx_errors': live('sendErrors'),
      'statistics/tx_dropped': live('sendDropped'),
    },
  };
}
