/** Processors, their caches, and memory: the devices below /sys/devices/system. */

import type { SysfsNumber } from '../../model/sysfs.ts';
import { masksOf, rangesOf } from './cpu-sets.ts';
import { type Contents, type ObjectTree } from './object-tree.ts';

/** How a machine is built: every package alike, and every core. */
export interface DescribedMachine {
  readonly packages: number;
  readonly coresPerPackage: number;
  readonly threadsPerCore: number;
  /** Package by package; one in all, or as many in each package as divide its cores evenly. */
  readonly nodes: readonly DescribedNode[];
  readonly caches: readonly DescribedCache[];
  /** The configured limit (NR_CPUS - 1). */
  readonly kernelMaximum: number;
  /** What each says of itself: `Not affected`. */
  readonly vulnerabilities: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memoryBlock: number;
}

export interface DescribedNode {
  /** KiB by name, in the kernel's order; huge pages are counted apart. */
  readonly memory: readonly (readonly [name: string, value: SysfsNumber])[];
  /** How far the nodes are, this one included: 10 is near. */
  readonly distances: readonly number[];
  /** The numbers of its memory blocks. */
  readonly blocks: readonly number[];
}

export interface DescribedCache {
  readonly level: number;
  readonly type: 'Data' | 'Instruction' | 'Unified';
  /** KiB. */
  readonly size: number;
  readonly ways: number;
  readonly lineSize: number;
  readonly sharedBy: 'core' | 'package';
}

/** Threads are numbered as firmware usually does it: the first threads of all cores, then the second ones. */
export function addMachine(tree: ObjectTree, machine: DescribedMachine): void {
  const { packages, coresPerPackage, threadsPerCore } = machine;
  const cores = packages * coresPerPackage;
  const count = cores * threadsPerCore;
  const cpus = Array.from({ length: count }, (_, cpu) => cpu);
  const all = rangesOf(cpus);
  const coreOf = (cpu: number): number => cpu % cores;
  const packageOf = (cpu: number): number => Math.floor(coreOf(cpu) / coresPerPackage);
  const nodesPerPackage = machine.nodes.length / packages;
  const nodeOf = (cpu: number): number =>
    machine.nodes.length === 1
      ? 0
      : packageOf(cpu) * nodesPerPackage + Math.floor(((coreOf(cpu) % coresPerPackage) * nodesPerPackage) / coresPerPackage);
  const ofPackages = Array.from({ length: packages }, (_, number) => masksOf(cpus.filter((cpu) => packageOf(cpu) === number), count));
  const ofCores = Array.from({ length: cores }, (_, core) =>
    masksOf(Array.from({ length: threadsPerCore }, (_, thread) => core + thread * cores), count),
  );
  const vulnerabilities = Object.fromEntries(
    Object.entries(machine.vulnerabilities).map(([name, text]) => [`vulnerabilities/${name}`, text]),
  );
  tree.attributes(
    { path: 'devices/system/cpu', subsystem: '', group: '' },
    {
      online: all,
      possible: all,
      present: all,
      enabled: all,
      offline: [],
      isolated: [],
      kernel_max: machine.kernelMaximum,
      'smt/active': threadsPerCore > 1 ? 1 : 0,
      'smt/control': threadsPerCore > 1 ? 'on' : 'notsupported',
      ...vulnerabilities,
      uevent: [],
    },
  );
  for (const cpu of cpus) {
    addCpu(tree, machine, cpu, {
      core: coreOf(cpu) % coresPerPackage,
      package: packageOf(cpu),
      node: nodeOf(cpu),
      ofCore: ofCores[coreOf(cpu)] as CpuSet,
      ofPackage: ofPackages[packageOf(cpu)] as CpuSet,
    });
  }
  addNodes(tree, machine, cpus, nodeOf);
}

type CpuSet = ReturnType<typeof masksOf>;

/** Where a CPU is. */
interface Position {
  readonly core: number;
  readonly package: number;
  readonly node: number;
  /** The CPUs of its core and of its package. */
  readonly ofCore: CpuSet;
  readonly ofPackage: CpuSet;
}

function addCpu(tree: ObjectTree, machine: DescribedMachine, cpu: number, position: Position): void {
  const path = `devices/system/cpu/cpu${cpu}`;
  const { ofCore: threads, ofPackage: siblings } = position;
  const contents: Record<string, Contents[string]> = {
    uevent: [['DRIVER', 'processor']],
    'topology/physical_package_id': position.package,
    'topology/die_id': 0,
    'topology/cluster_id': position.core,
    'topology/core_id': position.core,
    'topology/thread_siblings': threads.mask,
    'topology/thread_siblings_list': threads.ranges,
    'topology/core_cpus': threads.mask,
    'topology/core_cpus_list': threads.ranges,
    'topology/cluster_cpus': threads.mask,
    'topology/cluster_cpus_list': threads.ranges,
    'topology/core_siblings': siblings.mask,
    'topology/core_siblings_list': siblings.ranges,
    'topology/die_cpus': siblings.mask,
    'topology/die_cpus_list': siblings.ranges,
    'topology/package_cpus': siblings.mask,
    'topology/package_cpus_list': siblings.ranges,
  };
  // The first one cannot be taken offline.
  if (cpu > 0) contents['online'] = 1;
  machine.caches.forEach((cache, index) => {
    const shared = cache.sharedBy === 'core' ? threads : siblings;
    const put = (name: string, content: Contents[string]): void => void (contents[`cache/index${index}/${name}`] = content);
    put('coherency_line_size', cache.lineSize);
    put('id', cache.sharedBy === 'core' ? position.package * machine.coresPerPackage + position.core : position.package);
    put('level', cache.level);
    put('number_of_sets', (cache.size * 1024) / cache.ways / cache.lineSize);
    put('physical_line_partition', 1);
    put('shared_cpu_list', shared.ranges);
    put('shared_cpu_map', shared.mask);
    put('size', cache.size);
    put('type', cache.type);
    put('ways_of_associativity', cache.ways);
  });
  tree.attributes({ path, subsystem: 'cpu', group: '' }, contents);
  tree.linkTo(`${path}/subsystem`, 'bus/cpu');
  tree.linkTo(`${path}/node${position.node}`, `devices/system/node/node${position.node}`);
  tree.linkTo(`bus/cpu/devices/cpu${cpu}`, path);
}

function addNodes(tree: ObjectTree, { nodes, memoryBlock }: DescribedMachine, cpus: readonly number[], nodeOf: (cpu: number) => number): void {
  const numbers = nodes.map((_, node) => node);
  const all = rangesOf(numbers);
  tree.attributes(
    { path: 'devices/system/node', subsystem: '', group: '' },
    { online: all, possible: all, has_cpu: all, has_memory: all, has_normal_memory: all, has_generic_initiator: [], uevent: [] },
  );
  tree.attributes(
    { path: 'devices/system/memory', subsystem: '', group: '' },
    { block_size_bytes: memoryBlock, auto_online_blocks: 'offline', uevent: [] },
  );
  nodes.forEach(({ memory, distances, blocks }, node) => {
    const path = `devices/system/node/node${node}`;
    const own = cpus.filter((cpu) => nodeOf(cpu) === node);
    const set = masksOf(own, cpus.length);
    const rows = memory.map(([name, value]) => ({ name, value, kilobytes: !name.startsWith('HugePages_') }));
    tree.attributes(
      { path, subsystem: 'node', group: '' },
      {
        uevent: [],
        cpulist: set.ranges,
        cpumap: set.mask,
        distance: distances.map(String),
        meminfo: { node, rows },
        numastat: ['numa_hit', 'numa_miss', 'numa_foreign', 'interleave_hit', 'local_node', 'other_node'].map((name) => [name, 0]),
      },
    );
    tree.linkTo(`${path}/subsystem`, 'bus/node');
    tree.linkTo(`bus/node/devices/node${node}`, path);
    for (const cpu of own) tree.linkTo(`${path}/cpu${cpu}`, `devices/system/cpu/cpu${cpu}`);
    for (const block of blocks) addMemoryBlock(tree, block, node);
  });
}

function addMemoryBlock(tree: ObjectTree, block: number, node: number): void {
  const path = `devices/system/memory/memory${block}`;
  tree.attributes(
    { path, subsystem: 'memory', group: '' },
    { online: 1, phys_device: 0, phys_index: block, removable: 1, state: 'online', valid_zones: ['none'], uevent: [] },
  );
  tree.linkTo(`${path}/subsystem`, 'bus/memory');
  tree.linkTo(`${path}/node${node}`, `devices/system/node/node${node}`);
  tree.linkTo(`devices/system/node/node${node}/memory${block}`, path);
  tree.linkTo(`bus/memory/devices/memory${block}`, path);
}
