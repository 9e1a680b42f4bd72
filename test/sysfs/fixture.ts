/** A described machine that no test runs on: two packages with a memory node each, PCI Express, SATA and SCSI. */

import { U64_MAX } from '../../fs/u64.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import { disk } from '../../providers/sources/described/block.ts';
import { type DescribedDevice, addDevices } from '../../providers/sources/described/devices.ts';
import { addMachine } from '../../providers/sources/described/machine.ts';
import { networkInterface } from '../../providers/sources/described/net.ts';
import { ObjectTree } from '../../providers/sources/described/object-tree.ts';
import { type PciCapability, addPciBus, pciConfiguration, pciFunction } from '../../providers/sources/described/pci.ts';
import { scsiDevice, scsiDevicePath, scsiDisk, scsiHost } from '../../providers/sources/described/scsi.ts';
import { FixtureSource } from '../../providers/testing/fixture-kernel.ts';

const CPUS = 8;
const ROOT = 'pci0000:00';

/** Bytes as one writes them: hexadecimal with blanks. */
function octets(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

const POWER_MANAGEMENT: PciCapability = { at: 0x40, id: 0x01, body: octets('23c8 0820 00 00') };
const MESSAGE_SIGNALLED: PciCapability = { at: 0x50, id: 0x05, body: octets('8101 0000e0fe 00000000 2240 0000 00000000 00000000') };
const MESSAGE_SIGNALLED_TABLE: PciCapability = { at: 0x70, id: 0x11, body: octets('0480 03000000 03200000') };
const EXPRESS_ENDPOINT: PciCapability = {
  at: 0xa0,
  id: 0x10,
  body: octets('0200 c28c0010 37281900 115c0200 40001110 00000000 00000000 00000000 00000000 1f000000 00000000 00000000 00000000 00000000'),
};
const ERRORS: PciCapability = {
  at: 0x100,
  id: 0x0001,
  version: 2,
  body: octets('00000000 00000000 30200600 00200000 00200000 a0000000 00000000 00000000 00000000 00000000'),
};
const SERIAL_NUMBER: PciCapability = { at: 0x140, id: 0x0003, body: octets('0102ffff ff030405') };

const EXPRESS_ROOT_PORT: PciCapability = {
  at: 0x40,
  id: 0x10,
  body: octets('4201 00800000 0f000000 114c1104 40001170 b2020d00 00004001 00000000 00000000 12080000 09000000 00000000 02000000 00000000'),
};
const PORT_SUBSYSTEM: PciCapability = { at: 0x90, id: 0x0d, body: octets('0000 8680 7072') };

/** Six base addresses, the ROM, and six windows of a bridge. */
function resources(bases: readonly (readonly [number, number, number])[], count: number): (readonly [number, number, number])[] {
  return Array.from({ length: count }, (_, index) => bases[index] ?? [0, 0, 0]);
}

const MEMORY = 0x0004_0200;
const PREFETCHED = 0x0014_220c;
const PORTS = 0x0004_0101;

const near = { cpus: [0, 1, 4, 5], possibleCpus: CPUS, node: 0 };

function pciDevices(): DescribedDevice[] {
  return [
    { path: ROOT },
    { path: `${ROOT}/pci_bus/0000:00`, class: 'pci_bus', attributes: { rescan: null } },
    pciFunction({
      ...near,
      parent: ROOT,
      slot: '0000:00:00.0',
      configuration: pciConfiguration({
        vendor: 0x8086,
        device: 0x29c0,
        class: 0x06_0000,
        revision: 0,
        command: 0x0103,
        status: 0,
        subsystemVendor: 0x1af4,
        subsystemDevice: 0x1100,
      }),
      resources: resources([], 13),
      interrupt: 0,
    }),
    pciFunction({
      ...near,
      parent: ROOT,
      slot: '0000:00:02.0',
      configuration: pciConfiguration({
        vendor: 0x1234,
        device: 0x1111,
        class: 0x03_0000,
        revision: 2,
        command: 0x0103,
        status: 0,
        bases: [0xfd00_0008, 0, 0xfebd_0000],
        subsystemVendor: 0x1af4,
        subsystemDevice: 0x1100,
        rom: 0xfebc_0000,
      }),
      resources: resources([[0xfd00_0000, 0xfdff_ffff, 0x0004_2208], [0, 0, 0], [0xfebd_0000, 0xfebd_0fff, MEMORY], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0xc_0000, 0xd_ffff, 0x212]], 13),
      interrupt: 0,
      driver: 'bochs-drm',
      attributes: { boot_vga: 1, rom: Buffer.alloc(512, 0x55), enable: 2 },
    }),
    pciFunction({
      ...near,
      parent: ROOT,
      slot: '0000:00:1c.0',
      configuration: pciConfiguration({
        vendor: 0x8086,
        device: 0x9d10,
        class: 0x06_0400,
        revision: 0xf1,
        command: 0x0507,
        status: 0x0010,
        headerType: 0x81,
        cacheLine: 0x10,
        interruptLine: 0x10,
        interruptPin: 1,
        bridge: { buses: [0, 1, 1], windows: octets('c0c00020 10fe10fe f1ff0100 00000000 00000000 00000000'), control: 0x0012 },
        capabilities: [EXPRESS_ROOT_PORT, { ...MESSAGE_SIGNALLED, at: 0x80, body: octets('0100 0000e0fe 2240') }, PORT_SUBSYSTEM, { ...POWER_MANAGEMENT, at: 0xa0, body: octets('03c8 0800 00 00') }],
        size: 4096,
      }),
      resources: resources([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0xc000, 0xcfff, 0x101], [0xfe10_0000, 0xfe1f_ffff, 0x200]], 17),
      interrupt: 120,
      driver: 'pcieport',
      attributes: {
        current_link_speed: '2.5 GT/s PCIe',
        current_link_width: 1,
        max_link_speed: '2.5 GT/s PCIe',
        max_link_width: 1,
        'msi_irqs/120': 'msi',
      },
    }),
    pciFunction({
      ...near,
      parent: `${ROOT}/0000:00:1c.0`,
      slot: '0000:01:00.0',
      configuration: pciConfiguration({
        vendor: 0x8086,
        device: 0x1533,
        class: 0x02_0000,
        revision: 3,
        command: 0x0506,
        status: 0x0010,
        cacheLine: 0x10,
        bases: [0xfe10_0000, 0, 0xc001, 0xfe18_0000],
        subsystemVendor: 0x15d9,
        subsystemDevice: 0x1533,
        interruptLine: 0x10,
        interruptPin: 1,
        capabilities: [POWER_MANAGEMENT, MESSAGE_SIGNALLED, MESSAGE_SIGNALLED_TABLE, EXPRESS_ENDPOINT, ERRORS, SERIAL_NUMBER],
        size: 4096,
      }),
      resources: resources([[0xfe10_0000, 0xfe17_ffff, MEMORY], [0, 0, 0], [0xc000, 0xc01f, PORTS], [0xfe18_0000, 0xfe18_3fff, MEMORY]], 13),
      interrupt: 16,
      driver: 'igb',
      attributes: {
        current_link_speed: '2.5 GT/s PCIe',
        current_link_width: 1,
        max_link_speed: '2.5 GT/s PCIe',
        max_link_width: 1,
        label: 'Onboard LAN',
        index: 1,
        aer_dev_correctable: [['RxErr', U64_MAX], ['TOTAL_ERR_COR', 2]],
        'link/l0s_aspm': 1,
        'link/l1_aspm': 0,
        'msi_irqs/121': 'msix',
        'msi_irqs/122': 'msix',
        serial_number: '05-04-03-ff-ff-ff-02-01',
      },
    }),
    pciFunction({
      ...near,
      parent: ROOT,
      slot: '0000:00:1f.2',
      configuration: pciConfiguration({
        vendor: 0x8086,
        device: 0x2922,
        class: 0x01_0601,
        revision: 2,
        command: 0x0507,
        status: 0x0010,
        headerType: 0x80,
        bases: [0, 0, 0, 0, 0xd081, 0xfebd_1000],
        subsystemVendor: 0x1af4,
        subsystemDevice: 0x1100,
        interruptLine: 0x10,
        interruptPin: 1,
        capabilities: [{ ...MESSAGE_SIGNALLED, at: 0x80 }, { at: 0xa8, id: 0x12, body: octets('1000 48000000') }],
      }),
      resources: resources([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0xd080, 0xd09f, PORTS], [0xfebd_1000, 0xfebd_1fff, MEMORY]], 13),
      interrupt: 45,
      driver: 'ahci',
      attributes: { 'msi_irqs/45': 'msi' },
    }),
    pciFunction({
      ...near,
      node: 1,
      cpus: [2, 3, 6, 7],
      parent: ROOT,
      slot: '0000:00:1f.3',
      configuration: pciConfiguration({
        vendor: 0x8086,
        device: 0x2930,
        class: 0x0c_0500,
        revision: 2,
        command: 0x0103,
        status: 0,
        bases: [0, 0, 0, 0, 0x0701],
        subsystemVendor: 0x1af4,
        subsystemDevice: 0x1100,
        interruptLine: 0x10,
        interruptPin: 1,
      }),
      resources: resources([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0x700, 0x73f, PORTS], [0x8_0000_0000, 0x8_0000_ffff, PREFETCHED]], 13),
      interrupt: 16,
    }),
  ];
}

const HOST = `${ROOT}/0000:00:1f.2/ata1`;
const SECOND_HOST = `${ROOT}/0000:00:1f.2/ata2`;

function scsiDevices(): DescribedDevice[] {
  const first = { host: `${HOST}/host0`, address: { host: 0, channel: 0, target: 0, lun: 0 } };
  const second = { host: `${HOST}/host0`, address: { host: 0, channel: 0, target: 1, lun: 0 } };
  const drive = { host: `${SECOND_HOST}/host1`, address: { host: 1, channel: 0, target: 0, lun: 3 } };
  const common = { level: 6, timeout: 30 };
  return [
    { path: HOST },
    ...scsiHost({ parent: HOST, number: 0, driverName: 'ahci', queueDepth: 32, attributes: { link_power_management_policy: 'max_performance' } }),
    { path: SECOND_HOST },
    ...scsiHost({ parent: SECOND_HOST, number: 1, driverName: 'ahci', queueDepth: 32 }),
    ...scsiDevice({
      ...first,
      ...common,
      type: 0,
      vendor: 'ATA',
      model: 'EXAMPLE SSD 870',
      revision: '2B6Q',
      driver: 'sd',
      generic: 0,
      queueDepth: 32,
      attributes: {
        wwid: 'naa.5002538f00000000',
        iorequest_cnt: U64_MAX,
        inquiry: octets('000006025b000002 4154412020202020 4558414d504c4520 5353442038373020 32423651'),
        vpd_pg80: octets('0080000400000000'),
      },
    }),
    scsiDisk(scsiDevicePath(first), { thin_provisioning: 1, provisioning_mode: 'writesame_16' }),
    ...disk(scsiDevicePath(first), {
      name: 'sda',
      major: 8,
      minor: 0,
      sectors: 1_953_525_168,
      logicalBlock: 512,
      physicalBlock: 4096,
      rotational: false,
      sequence: 1,
      schedulers: ['none', 'mq-deadline'],
      scheduler: 1,
      partitions: [
        { number: 1, start: 2048, sectors: 1_048_576 },
        { number: 2, start: 1_050_624, sectors: 1_952_474_511 },
      ],
    }),
    ...scsiDevice({ ...second, ...common, type: 0, vendor: 'SEAGATE', model: 'ST4000NM0023', revision: '0004', driver: 'sd', generic: 1, queueDepth: 64 }),
    scsiDisk(scsiDevicePath(second), { cache_type: 'write through' }),
    ...disk(scsiDevicePath(second), {
      name: 'sdb',
      major: 8,
      minor: 16,
      sectors: 7_814_037_168,
      logicalBlock: 512,
      physicalBlock: 512,
      rotational: true,
      readOnly: true,
      sequence: 2,
      schedulers: ['none', 'mq-deadline', 'bfq'],
      scheduler: 2,
    }),
    ...scsiDevice({ ...drive, ...common, level: 5, type: 5, vendor: 'QEMU', model: 'QEMU DVD-ROM', revision: '2.5+', driver: 'sr', generic: 2, queueDepth: 1 }),
    ...disk(scsiDevicePath(drive), {
      name: 'sr0',
      major: 11,
      minor: 0,
      sectors: 2_097_151,
      logicalBlock: 512,
      physicalBlock: 512,
      rotational: true,
      removable: true,
      sequence: 3,
      schedulers: ['none', 'mq-deadline'],
      scheduler: 1,
      attributes: { events: 'media_change eject_request', capability: 1 },
    }),
  ];
}

function otherDevices(): DescribedDevice[] {
  const port = `${ROOT}/0000:00:1c.0/0000:01:00.0`;
  return [
    networkInterface(
      port,
      {
        name: 'enp1s0',
        index: 2,
        type: 1,
        flags: 0x1003,
        mtu: 9000,
        address: octets('ac1f6b010203'),
        broadcast: octets('ffffffffffff'),
        operationalState: 'up',
        carrier: true,
        speed: 1000,
        duplex: 'full',
        queueLength: 1000,
        statistics: { rx_bytes: U64_MAX, tx_bytes: 2n ** 53n, rx_packets: 7 },
      },
      CPUS,
    ),
    networkInterface(
      'virtual',
      {
        name: 'dummy0',
        index: 3,
        type: 1,
        flags: 0x82,
        mtu: 1500,
        address: octets('020000000001'),
        broadcast: octets('ffffffffffff'),
        operationalState: 'down',
        queueLength: 1000,
        statistics: {},
      },
      CPUS,
    ),
    { path: 'virtual/mem/null', class: 'mem', node: { major: 1, minor: 3, name: 'null', mode: 0o666 } },
    { path: 'virtual/misc/fuse', class: 'misc', node: { major: 10, minor: 229, name: 'fuse' } },
    { path: 'virtual/tty/tty0', class: 'tty', node: { major: 4, minor: 0, name: 'tty0' }, attributes: { active: ['tty1'] } },
    {
      path: 'virtual/dmi/id',
      class: 'dmi',
      environment: [['MODALIAS', 'dmi:bvnExample:']],
      attributes: { sys_vendor: 'Example', product_name: 'Model 1', product_uuid: '00000000-0000-0000-0000-000000000001', modalias: 'dmi:bvnExample:' },
    },
    {
      path: 'platform/coretemp.0/hwmon/hwmon0',
      class: 'hwmon',
      attributes: { name: 'coretemp', temp1_input: 41000, temp1_crit: 100000, temp1_label: 'Package id 0', fan1_input: 900, in0_input: 1216 },
    },
    {
      path: 'virtual/thermal/thermal_zone0',
      class: 'thermal',
      attributes: {
        type: 'x86_pkg_temp',
        temp: 41000,
        mode: 'enabled',
        policy: 'step_wise',
        available_policies: ['user_space', 'step_wise'],
        trip_point_0_temp: -274000,
        trip_point_0_type: 'passive',
      },
    },
    {
      path: 'virtual/power_supply/BAT0',
      class: 'power_supply',
      environment: [['POWER_SUPPLY_NAME', 'BAT0']],
      attributes: { type: 'Battery', status: 'Discharging', capacity: 87, energy_now: 41000000, voltage_now: 12153000, model_name: 'Example' },
    },
    { path: 'virtual/powercap/intel-rapl/intel-rapl:0', class: 'powercap', attributes: { name: 'package-0', energy_uj: U64_MAX, enabled: 1 } },
    {
      path: 'virtual/input/input0',
      class: 'input',
      attributes: { name: 'Power Button', phys: 'LNXPWRBN/button/input0', 'id/vendor': 0, 'id/bustype': 0x19, 'capabilities/key': ['10000000000000', '0'] },
    },
    {
      path: 'virtual/drm/card0',
      class: 'drm',
      node: { major: 226, minor: 0, name: 'dri/card0' },
    },
  ];
}

/** The whole tree. */
export function fixtureObjects(): ObjectTree {
  const tree = new ObjectTree();
  addMachine(tree, {
    packages: 2,
    coresPerPackage: 2,
    threadsPerCore: 2,
    kernelMaximum: 8191,
    memoryBlock: 0x4000_0000,
    vulnerabilities: { meltdown: 'Not affected', spectre_v2: 'Mitigation: Retpolines; STIBP: disabled' },
    caches: [
      { level: 1, type: 'Data', size: 48, ways: 12, lineSize: 64, sharedBy: 'core' },
      { level: 1, type: 'Instruction', size: 32, ways: 8, lineSize: 64, sharedBy: 'core' },
      { level: 2, type: 'Unified', size: 2048, ways: 16, lineSize: 64, sharedBy: 'core' },
      { level: 3, type: 'Unified', size: 30720, ways: 15, lineSize: 64, sharedBy: 'package' },
    ],
    nodes: [0, 1].map((node) => ({
      distances: node === 0 ? [10, 21] : [21, 10],
      blocks: [node * 2, node * 2 + 1],
      memory: [
        ['MemTotal', 2_097_152],
        ['MemFree', 1_000_000 + node],
        ['MemUsed', 1_097_152 - node],
        ['Slab', U64_MAX],
        ['HugePages_Total', 0],
        ['HugePages_Free', 0],
        ['HugePages_Surp', 0],
      ],
    })),
  });
  addPciBus(tree);
  addDevices(tree, [...pciDevices(), ...scsiDevices(), ...otherDevices()]);
  tree.attributes(
    { path: 'kernel' },
    {
      address_bits: 64,
      cpu_byteorder: 'little',
      uevent_seqnum: U64_MAX,
      profiling: 0,
      notes: octets('0400000014000000030000004744550011223344'),
      'mm/transparent_hugepage/enabled': { options: ['always', 'madvise', 'never'], selected: 1 },
      'mm/transparent_hugepage/hpage_pmd_size': 2097152,
      'mm/hugepages/hugepages-2048kB/nr_hugepages': U64_MAX,
    },
  );
  tree.directory('kernel/security');
  tree.attributes({ path: 'module/example' }, { refcnt: 0, version: '1.0', 'parameters/debug': false, 'parameters/sizes': [1, 2], 'parameters/name': 'text', 'sections/.text': 0xffff_ffff_c000_0000n });
  tree.attributes({ path: 'power' }, { state: ['freeze', 'mem'], mem_sleep: { options: ['s2idle', 'deep'], selected: 1 } });
  tree.attributes({ path: 'firmware' }, { 'acpi/pm_profile': 4, 'memmap/0/start': 0, 'memmap/0/end': 0x9_fbff, 'memmap/0/type': 'System RAM' });
  tree.attributes(
    { path: 'fs/cgroup' },
    {
      'cgroup.controllers': ['cpu', 'memory'],
      'cpu.stat': [['usage_usec', U64_MAX]],
      'memory.pressure': [['some', '0.00', '0.12', '99.99', U64_MAX]],
      'machine.slice/cpu.max': ['max', 100000],
      'machine.slice/memory.max': 'max',
      'machine.slice/io.stat': [{ name: '8:0', values: [['rbytes', '1'], ['wbytes', '2']] }],
    },
  );
  return tree;
}

/** A kernel with these objects and nothing else that matters. */
export function fixtureSource(tree: ObjectTree = fixtureObjects()): { readonly tree: ObjectTree; view(): KernelView } {
  const view = new FixtureSource({ sysfs: tree }).view();
  return { tree, view: () => view };
}
