/** The kernel objects of a simulated machine: its /sys. Counters are asked for when they are read. */

import { addFrequency } from '../described/cpu-frequency.ts';
import type { DescribedDevice } from '../described/devices.ts';
import { addDevices } from '../described/devices.ts';
import { addMachine } from '../described/machine.ts';
import { networkInterface } from '../described/net.ts';
import { type Contents, Live, ObjectTree } from '../described/object-tree.ts';
import { addPciBus } from '../described/pci.ts';
import { addControlGroups } from './control-groups.ts';
import { firmwareDevice } from './dmi.ts';
import type { Disk, Machine } from './machine.ts';
import { partitionName } from './partition-name.ts';
import { pciDevices, pciPath, virtioNumber } from './pci-devices.ts';
import { isVirtio } from './pci-kinds.ts';
import { powerSupplyDevices } from './power-supplies.ts';
import { sensors } from './sensors.ts';
import { nodeMemory } from './simulated-memory.ts';
import { diskStatistics } from './simulated-system.ts';
import { trafficOf } from './simulated-network.ts';
import type { Simulation } from './simulation.ts';
import { standardDevices } from './standard-devices.ts';
import { storageDevices, virtioDevice } from './storage-devices.ts';

const MEMORY_BLOCK = 128 * 2 ** 20;
const DIRECTORIES = ['block', 'bus', 'class', 'dev/block', 'dev/char', 'devices', 'firmware', 'fs', 'kernel', 'module', 'power', 'fs/cgroup', 'class/power_supply'];
/** IFF_UP, IFF_BROADCAST, IFF_MULTICAST; with IFF_LOOPBACK for lo. */
const ETHERNET_FLAGS = 0x1002;
const UP = 1;
const LOOPBACK_FLAGS = 0x9;
/** What the firmware says that it is for (preferred profile of ACPI). */
const DESKTOP = 1;
const SERVER = 4;
const VULNERABILITIES = {
  meltdown: 'Not affected',
  spectre_v1: 'Mitigation: usercopy/swapgs barriers and __user pointer sanitization',
  spectre_v2: 'Mitigation: Retpolines; IBPB: conditional; STIBP: always-on; RSB filling; PBRSB-eIBRS: Not affected',
};

export function sysfsOf(simulation: Simulation): ObjectTree {
  const tree = new ObjectTree();
  for (const path of DIRECTORIES) tree.directory(path);
  addProcessors(tree, simulation);
  tree.attributes(
    { path: 'kernel' },
    {
      address_bits: 64,
      cpu_byteorder: 'little',
      fscaps: 1,
      profiling: 0,
      uevent_seqnum: 0,
      'mm/transparent_hugepage/enabled': { options: ['always', 'madvise', 'never'], selected: 1 },
      'mm/transparent_hugepage/defrag': { options: ['always', 'defer', 'defer+madvise', 'madvise', 'never'], selected: 3 },
      'mm/transparent_hugepage/shmem_enabled': { options: ['always', 'within_size', 'advise', 'never', 'deny', 'force'], selected: 3 },
      'mm/transparent_hugepage/hpage_pmd_size': 2 ** 21,
      'mm/transparent_hugepage/use_zero_page': 1,
      ...hugePages(2 ** 11),
      ...hugePages(2 ** 20),
    },
  );
  tree.attributes({ path: 'power' }, { state: ['freeze', 'mem', 'disk'], mem_sleep: { options: ['s2idle', 'deep'], selected: 1 } });
  tree.attributes({ path: 'firmware' }, { 'acpi/pm_profile': simulation.machine.topology.sockets > 1 ? SERVER : DESKTOP });
  const { machine } = simulation;
  const storage = storageDevices(machine);
  addPciBus(tree);
  addDevices(tree, [
    ...standardDevices(),
    ...pciDevices(machine),
    ...storage.devices,
    ...interfaces(simulation),
    ...sensors(simulation, storage.nvme),
    firmwareDevice(machine),
    ...powerSupplyDevices(machine.powerSupplies, () => simulation.time),
  ]);
  for (const [disk, path] of storage.paths) {
    addCounters(tree, simulation, disk, `devices/${path}`);
    for (const name of ['holders', 'slaves']) tree.directory(`devices/${path}/${name}`);
  }
  addControlGroups(tree, simulation);
  return tree;
}

/** There are none of a size, in KiB. */
function hugePages(size: number): Contents {
  const path = `mm/hugepages/hugepages-${size}kB`;
  return Object.fromEntries(['free_hugepages', 'nr_hugepages', 'nr_hugepages_mempolicy', 'nr_overcommit_hugepages', 'resv_hugepages', 'surplus_hugepages'].map((name) => [`${path}/${name}`, 0]));
}

function addProcessors(tree: ObjectTree, simulation: Simulation): void {
  const { topology, memory, description } = simulation.machine;
  const { sockets, cores, threads, nodes, cpus, caches } = topology;
  const blocks = Math.max(1, Math.floor(memory.total / MEMORY_BLOCK));
  // More memory has larger blocks (probe_memory_block_size).
  const size = blocks > 512 ? MEMORY_BLOCK * 2 ** Math.ceil(Math.log2(blocks / 512)) : MEMORY_BLOCK;
  const perNode = Math.max(1, Math.floor(memory.total / size / nodes));
  addMachine(tree, {
    packages: sockets,
    coresPerPackage: cores,
    threadsPerCore: threads,
    nodes: Array.from({ length: nodes }, (_, node) => ({
      memory: nodeMemory(simulation, node),
      distances: Array.from({ length: nodes }, (__, other) => (node === other ? 10 : Math.floor(node / topology.nodesPerSocket) === Math.floor(other / topology.nodesPerSocket) ? 12 : 32)),
      blocks: Array.from({ length: perNode }, (__, block) => node * perNode + block),
    })),
    caches,
    kernelMaximum: Math.max(cpus, 8192) - 1,
    vulnerabilities: VULNERABILITIES,
    memoryBlock: size,
  });
  for (let node = 0; node < nodes; node++) {
    tree.set(`devices/system/node/node${node}/meminfo`, new Live(() => ({ node, rows: nodeMemory(simulation, node).map(([name, value]) => ({ name, value, kilobytes: !name.startsWith('HugePages_') })) })));
  }
  const megahertz = description.processors.mhz ?? 2500;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const [least, most] = [Math.round(megahertz * 400), Math.round(megahertz * 1000)];
    const current = new Live(() => {
      const part = Math.min(1, (simulation.activity.load(simulation.time) / cpus) * 1.25 + ((cpu * 7) % 10) / 100);
      return Math.round(least + (most - least) * part);
    });
    addFrequency(tree, { cpu, driver: 'acpi-cpufreq', least, most, governor: 'schedutil', governors: ['performance', 'schedutil'], current });
  }
}

function addCounters(tree: ObjectTree, simulation: Simulation, disk: Disk, path: string): void {
  const counters = (part: number): Live =>
    new Live(() => {
      const { reads, writes, inFlight, busyTime, weightedTime, discards, flushes } = diskStatistics(simulation, disk, part);
      const of = (requests: typeof reads | undefined): number[] => (requests ? [requests.completed, requests.merged, requests.sectors, requests.time].map(Number) : [0, 0, 0, 0]);
      return [...of(reads), ...of(writes), ...[inFlight, busyTime, weightedTime].map(Number), ...of(discards), Number(flushes?.completed ?? 0), Number(flushes?.time ?? 0)];
    });
  tree.set(`${path}/stat`, counters(1));
  disk.partitions.forEach((_, index) => tree.set(`${path}/${partitionName(disk.name, index + 1)}/stat`, counters(1 / disk.partitions.length)));
}

function interfaces(simulation: Simulation): DescribedDevice[] {
  const { machine } = simulation;
  const { cpus } = machine.topology;
  const none = new Uint8Array(6);
  const loopback = networkInterface('virtual', {
    name: 'lo', index: 1, type: 772, flags: LOOPBACK_FLAGS, mtu: 65536, address: none, broadcast: none, operationalState: 'unknown', carrier: true, queueLength: 1000, statistics: {},
  }, cpus);
  return [
    loopback,
    ...machine.interfaces.flatMap((each, order) => {
      const { text, index, mac, up } = each;
      const { parent, above } = parentOf(machine, order);
      const device = networkInterface(parent, {
        name: text.name,
        index,
        type: 1,
        flags: ETHERNET_FLAGS | (up ? UP : 0),
        mtu: text.mtu ?? 1500,
        address: Uint8Array.from(mac),
        broadcast: new Uint8Array(6).fill(255),
        operationalState: up ? 'up' : 'down',
        queueLength: 1000,
        statistics: {},
        ...(up && { speed: text.speed ?? 1000, duplex: 'full', carrier: true }),
      }, cpus);
      const live = (key: keyof ReturnType<typeof trafficOf>): Live => new Live(() => trafficOf(simulation, each)[key]);
      const counting = {
        ...device,
        attributes: {
          ...device.attributes,
          'statistics/rx_bytes': live('receivedBytes'),
          'statistics/rx_packets': live('receivedPackets'),
          'statistics/tx_bytes': live('sentBytes'),
          'statistics/tx_packets': live('sentPackets'),
        },
      };
      return [...above, counting];
    }),
  ];
}

/** The device that an interface is of, and what is there between it and the bus. */
function parentOf({ pci }: Machine, order: number): { readonly parent: string; readonly above: readonly DescribedDevice[] } {
  const each = pci.functions.find(({ wish }) => wish?.interfaces.includes(order));
  if (!each) return { parent: 'virtual', above: [] };
  if (!isVirtio(each.kind.vendor)) return { parent: pciPath(each), above: [] };
  const device = virtioDevice(each, virtioNumber(pci, each), 'virtio_net');
  return { parent: device.path, above: each.wish?.interfaces[0] === order ? [device] : [] };
}
