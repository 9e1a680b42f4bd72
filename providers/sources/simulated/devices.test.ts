/** The devices of simulated machines: what /sys, /proc and configuration spaces say of them is one machine. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../../fs/caller.ts';
import { EPERM, isErrno } from '../../../fs/errno.ts';
import { readlink } from '../../../fs/operations.ts';
import { S_IFDIR, S_IFLNK } from '../../../fs/stat.ts';
import { find, listNames, readWhole, writeOnce } from '../../../test/support/tree-reader.ts';
import { DEFAULT_OPTIONS } from '../../linprocfs/options.ts';
import { linprocfs } from '../../linprocfs/tree.ts';
import { linsysfs } from '../../linsysfs/tree.ts';
import type { Description } from './description.ts';
import { mistakeText, readDescription } from './read-description.ts';
import { SimulatedSource } from './simulated-source.ts';

/** Disks and interfaces on all sorts of controllers, two memory nodes, and power. */
const EVERYTHING: Description = {
  version: 1,
  seed: 3,
  processors: { sockets: 2, cores: 4 },
  memory: { total: '16GiB' },
  disks: [
    { name: 'nvme0n1', size: '1TiB', model: 'FAST 1000', serial: 'F1', partitions: ['1GiB'], reads: 100 },
    { name: 'nvme0n2', size: '1TiB' },
    { name: 'nvme1n1', size: '1TiB', controller: '01:00.0', writes: 7 },
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => ({ name: `sd${letter}`, size: '2TiB', rotational: true, model: `SPINNER ${letter}`, reads: 1 })),
    { name: 'sdh', size: '4TiB', model: 'ACME LARGE', serial: 'H8', controller: '0001:81:00.0', writes: 3 },
    { name: 'sdi', size: '4TiB', controller: '0001:81:00.0' },
    { name: 'vda', size: '20GiB', serial: 'V1' },
    { name: 'mmcblk0', size: '8GiB' },
    { name: 'md0', size: '10GiB' },
    { name: 'sdz', size: '10GiB', controller: 'virtual' },
  ],
  interfaces: [
    { name: 'eth0', mac: '02:00:00:00:00:aa', receive: 1e6 },
    { name: 'eth1', speed: 100_000 },
    { name: 'eth2', controller: '0000:80:05.0' },
    { name: 'br0' },
    { name: 'eth0.100' },
  ],
  pci: [
    { slot: '0000:01:00.0', id: '144d:a80a', class: '010802', subsystem: '144d:a813', revision: 2, driver: 'nvme', link: { generation: 4, width: 4 } },
    { slot: '0001:81:00.0', id: '1000:00e6', class: '0107', driver: 'mpt3sas', link: {} },
    { slot: '0000:80:05.0', id: '1af4:1041', class: '0200', driver: 'virtio-pci' },
    { slot: '0000:00:02.0', id: '1234:1111', class: '0300', driver: 'bochs-drm', label: 'Onboard' },
    { slot: '0000:00:02.1', id: '1234:1112', class: '0403' },
    { id: '10de:2330', class: '0302', node: 1, memory: '80GiB', driver: 'nvidia', link: { generation: 5, width: 16 } },
  ],
  dmi: { sys_vendor: 'Acme: Inc.', board_asset_tag: 'T-1' },
  powerSupplies: [{ name: 'AC', online: false }, { name: 'BAT0', type: 'Battery', capacity: { points: [[0, 100], [7200, 20]], period: 10_000 }, wattHours: 60, cycles: 12 }],
};

interface Trees {
  readonly sysfs: ReturnType<typeof linsysfs>;
  readonly procfs: ReturnType<typeof linprocfs>;
  at(time: number): void;
}

function trees(description: Description): Trees {
  const machine = readDescription(JSON.stringify(description));
  if ('what' in machine) throw new Error(mistakeText(machine));
  let time = machine.uptime;
  const source = new SimulatedSource(machine, { now: () => time });
  return { sysfs: linsysfs(source), procfs: linprocfs(source, DEFAULT_OPTIONS), at: (now) => (time = now) };
}

const { sysfs, procfs, at } = trees(EVERYTHING);
const text = (path: string, tree = sysfs): string => {
  const found = readWhole(tree, path);
  if (isErrno(found)) throw new Error(`${path}: ${found}`);
  return found;
};
const names = (path: string, tree = sysfs): string[] => {
  const found = listNames(tree, path);
  if (isErrno(found)) throw new Error(`${path}: ${found}`);
  return found;
};
const bytes = (value: string): Buffer => Buffer.from(value, 'latin1');
const slots = names('bus/pci/devices');

/** Where a link leads to, as a path below /sys. */
function target(path: string): string {
  const vnode = find(sysfs, path);
  const link = isErrno(vnode) ? vnode : readlink(vnode, SUPERUSER);
  if (isErrno(link)) throw new Error(`${path}: ${link}`);
  const parts = path.split('/').slice(0, -1);
  for (const part of link.split('/')) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

test('every link leads somewhere', () => {
  let count = 0;
  const walk = (path: string): void => {
    for (const name of names(path)) {
      const below = path === '' ? name : `${path}/${name}`;
      const vnode = find(sysfs, below);
      if (isErrno(vnode)) throw new Error(below);
      if (vnode.type === S_IFDIR) walk(below);
      if (vnode.type !== S_IFLNK) continue;
      count++;
      assert.not(isErrno(find(sysfs, target(below))), `${below} leads to ${target(below)}`);
    }
  };
  walk('');
  assert.ok(count > 300, String(count));
});

const PLACES: readonly (readonly [path: string, device: RegExp])[] = [
  ['class/block/nvme0n1', /^devices\/pci0000:[08]0\/[^/]+\/[^/]+\/nvme\/nvme0\/nvme0n1$/],
  ['class/block/nvme0n2', /\/nvme\/nvme0\/nvme0n2$/],
  ['class/block/nvme1n1', /^devices\/pci0000:00\/0000:00:01\.\d\/0000:01:00\.0\/nvme\/nvme1\/nvme1n1$/],
  ['class/block/nvme0n1p1', /\/nvme0n1\/nvme0n1p1$/],
  ['class/block/sda', /\/ata1\/host1\/target1:0:0\/1:0:0:0\/block\/sda$/],
  ['class/block/sdg', /\/ata7\/host7\/target7:0:0\/7:0:0:0\/block\/sdg$/],
  ['class/block/sdh', /^devices\/pci0001:80\/[^/]+\/0001:81:00\.0\/host0\/target0:0:0\/0:0:0:0\/block\/sdh$/],
  ['class/block/sdi', /\/host0\/target0:0:1\/0:0:1:0\/block\/sdi$/],
  ['class/block/vda', /\/virtio1\/block\/vda$/],
  ['class/block/mmcblk0', /\/mmc_host\/mmc0\/mmc0:0001\/block\/mmcblk0$/],
  ['class/block/md0', /^devices\/virtual\/block\/md0$/],
  ['class/block/sdz', /^devices\/virtual\/block\/sdz$/],
  ['class/net/eth0', /^devices\/pci0000:[08]0\/[^/]+\/[^/]+\/net\/eth0$/],
  ['class/net/eth2', /^devices\/pci0000:80\/0000:80:05\.0\/virtio0\/net\/eth2$/],
  ['class/net/br0', /^devices\/virtual\/net\/br0$/],
  ['class/net/eth0.100', /^devices\/virtual\/net\/eth0\.100$/],
  ['block/nvme0n1', /nvme0n1$/],
  ['bus/scsi/devices/0:0:1:0', /0:0:1:0$/],
  ['class/hwmon/hwmon0', /^devices\/pci0000:00\/0000:00:18\.3\/hwmon\/hwmon0$/],
  ['class/power_supply/BAT0', /PNP0C0A:01\/power_supply\/BAT0$/],
];

test('disks and interfaces are below the buses that they are on', () => {
  for (const [path, device] of PLACES) assert.match(target(path), device, path);
  assert.is(target(`${target('class/block/sda')}/device`).slice(-7), '1:0:0:0');
  assert.match(target(`${target('class/block/nvme0n1')}/device`), /\/nvme\/nvme0$/);
  assert.is(text(`${target('class/block/sdh')}/../../vendor`.replace('/block/sdh/../..', '')), 'ACME    \n');
  assert.is(names('block').length, EVERYTHING.disks?.length);
  // Six disks of SATA have a controller.
  const controller = (disk: string): string => /\/(\d{4}:[^/]+)\/ata/.exec(target(`class/block/${disk}`))?.[1] ?? '';
  assert.is(controller('sda'), controller('sdf'));
  assert.is.not(controller('sda'), controller('sdg'));
});

test('attributes of PCI functions are what their configuration spaces say', () => {
  assert.ok(slots.length > 20, String(slots.length));
  for (const slot of slots) {
    const path = target(`bus/pci/devices/${slot}`);
    const config = bytes(text(`${path}/config`));
    assert.is(text(`${path}/vendor`), `0x${config.readUInt16LE(0).toString(16).padStart(4, '0')}\n`);
    assert.is(text(`${path}/device`), `0x${config.readUInt16LE(2).toString(16).padStart(4, '0')}\n`);
    assert.is(text(`${path}/class`), `0x${config.readUIntLE(9, 3).toString(16).padStart(6, '0')}\n`);
    assert.ok(config.length === 256 || config.length === 4096);
    const rows = text(`${path}/resource`).trim().split('\n').map((row) => row.split(' ').map(Number));
    for (let base = 0; base < 6 && config[0x0e] !== 1 && config[0x0e] !== 0x81; base++) {
      const value = config.readUInt32LE(0x10 + base * 4);
      const [start = 0, end = 0, flags = 0] = rows[base] ?? [];
      if (start === 0) continue;
      const low = flags & 0x100 ? value & ~3 : value & ~0xf;
      const high = flags & 0x10_0000 ? config.readUInt32LE(0x14 + base * 4) : 0;
      assert.is((low >>> 0) + high * 2 ** 32, start, `${slot} base ${base}`);
      const size = end - start + 1;
      assert.is(start % size, 0, `${slot} base ${base} is aligned`);
    }
    const [domain, bus] = slot.split(':');
    const above = path.split('/').at(-2) as string;
    if (above.startsWith('pci')) continue;
    const bridge = bytes(text(`${target(`bus/pci/devices/${above}`)}/config`));
    assert.is(bridge[0x19], Number.parseInt(bus as string, 16), `${slot} is on the bus of ${above} in ${domain}`);
    const windows = text(`${target(`bus/pci/devices/${above}`)}/resource`).trim().split('\n').map((row) => row.split(' ').map(Number)).slice(13);
    for (const [start = 0, end = 0, flags = 0] of rows.slice(0, 6)) {
      if (start === 0 || flags & 0x100) continue;
      assert.ok(windows.some(([from = 0, to = 0]) => from <= start && end <= to), `${slot} is reached through ${above}`);
    }
  }
});

test('no two regions overlap', () => {
  const regions = slots.flatMap((slot) =>
    text(`bus/pci/devices/${slot}/resource`.replace(`bus/pci/devices/${slot}`, target(`bus/pci/devices/${slot}`))).trim().split('\n').slice(0, 6)
      .map((row) => row.split(' ').map(Number))
      .filter(([start]) => start !== 0),
  );
  const sorted = regions.sort(([a = 0], [b = 0]) => a - b);
  for (let index = 1; index < sorted.length; index++) assert.ok((sorted[index]?.[0] as number) > (sorted[index - 1]?.[1] as number), String(sorted[index]));
});

test('capabilities can be followed to their end', () => {
  for (const slot of slots) {
    const config = bytes(text(`${target(`bus/pci/devices/${slot}`)}/config`));
    const found = new Set<number>();
    for (let place = config[0x34] as number; place !== 0; place = config[place + 1] as number) {
      assert.ok(place >= 0x40 && place < 256 && !found.has(place), `${slot} at ${place}`);
      found.add(place);
    }
    assert.is((config.readUInt16LE(6) & 0x10) !== 0, found.size > 0, slot);
    for (let place = config.length > 256 ? 0x100 : 0; place !== 0; place = config.readUInt32LE(place) >>> 20) assert.ok(place >= 0x100 && place < 4096);
  }
});

test('interrupts are told alike by /sys, interrupts and irq', () => {
  const lines = new Map(text('interrupts', procfs).split('\n').map((line): [string, string] => [/^ *(\d+):/.exec(line)?.[1] ?? '', line]));
  const directories = names('irq', procfs).filter((name) => /^\d+$/.test(name));
  assert.equal([...lines.keys()].filter(Boolean).sort(), [...directories].sort());
  let count = 0;
  for (const slot of slots) {
    const path = target(`bus/pci/devices/${slot}`);
    if (!names(path).includes('msi_irqs')) continue;
    for (const number of names(`${path}/msi_irqs`)) {
      count++;
      const line = lines.get(number) ?? '';
      assert.ok(line.includes(`PCI-${text(`${path}/msi_irqs/${number}`).trim() === 'msix' ? 'MSIX' : 'MSI'}-${slot} `), `${slot} ${number}: ${line}`);
      const actions = names(`irq/${number}`, procfs).filter((name) => !/affinity|^node$|^spurious$/.test(name));
      assert.ok(actions.length > 0 && actions.sort().join(', ') === line.slice(line.indexOf('-edge') + 5).trim().split(', ').sort().join(', '), `${line}: ${actions.join()}`);
      assert.is(text(`irq/${number}/node`, procfs), text(`${path}/numa_node`));
      const raised = (line.match(/ \d+(?= )/g) ?? []).slice(0, 8).map(Number);
      const where = Number(text(`irq/${number}/effective_affinity_list`, procfs));
      raised.forEach((times, cpu) => assert.ok(cpu === where || times === 0, line));
    }
  }
  assert.is(count + 2, directories.length, 'and those of the clock and ACPI');
});

test('the affinity of an interrupt is remembered, unless its driver keeps it', () => {
  const numberOf = (name: string): string => new RegExp(`^ *(\\d+):.* ${name}$`, 'm').exec(text('interrupts', procfs))?.[1] as string;
  const [card, kept] = [numberOf('eth0-TxRx-2'), numberOf('nvme0q1')];
  assert.is(text(`irq/${card}/smp_affinity`, procfs), 'ff\n');
  assert.is(writeOnce(procfs, `irq/${card}/smp_affinity`, '30\n'), 3);
  assert.is(text(`irq/${card}/smp_affinity_list`, procfs), '4-5\n');
  assert.is(text(`irq/${card}/effective_affinity_list`, procfs), '4\n');
  assert.is(writeOnce(procfs, `irq/${kept}/smp_affinity`, '1\n'), EPERM);
});

test('/proc/bus/pci has the same functions and bytes', () => {
  const rows = text('bus/pci/devices', procfs).trim().split('\n');
  assert.is(rows.length, slots.length);
  for (const slot of slots) {
    const [domain = '', bus = '', place = ''] = slot.split(':');
    const directory = domain === '0000' ? bus : `${domain}:${bus}`;
    assert.is(text(`bus/pci/${directory}/${place}`, procfs), text(`${target(`bus/pci/devices/${slot}`)}/config`), slot);
  }
});

test('/proc/scsi and /sys list the same units', () => {
  const units = names('bus/scsi/devices').filter((name) => /^\d+:/.test(name));
  assert.is(units.length, 9);
  assert.is(text('scsi/scsi', procfs).match(/^Host: /gm)?.length, units.length);
  assert.match(text('scsi/scsi', procfs), /Host: scsi0 Channel: 00 Id: 00 Lun: 00\n {2}Vendor: ACME {5}Model: LARGE {12}Rev: 1\.0 /);
});

test('what is near to a memory node says so', () => {
  const gpu = slots.find((slot) => text(`${target(`bus/pci/devices/${slot}`)}/vendor`) === '0x10de\n') as string;
  const path = target(`bus/pci/devices/${gpu}`);
  assert.is(text(`${path}/numa_node`), '1\n');
  assert.is(text(`${path}/local_cpulist`), '4-7\n');
  assert.match(text(`${path}/resource`), /^0x0000[0-9a-f]+ 0x[0-9a-f]+ 0x000000000014220c$/m);
  assert.is(text(`${path}/current_link_speed`), '32.0 GT/s PCIe\n');
  const single = trees({ version: 1, processors: { cores: 2 }, memory: { total: '1GiB' }, disks: [{ name: 'sda', size: '1GiB' }] });
  assert.is(text(`${target('bus/pci/devices/0000:00:00.0')}/numa_node`, single.sysfs), '-1\n');
});

test('counters of disks are those of /proc, wherever the disk is', () => {
  for (const name of ['nvme0n1', 'nvme1n1', 'sdh', 'sda']) {
    const line = new RegExp(` ${name} (.*)`).exec(text('diskstats', procfs))?.[1];
    assert.is(text(`${target(`class/block/${name}`)}/stat`).trim().replace(/ +/g, ' '), line, name);
  }
});

test('the firmware says what the description does, and the rest', () => {
  const id = 'devices/virtual/dmi/id';
  assert.is(text(`${id}/sys_vendor`), 'Acme: Inc.\n');
  assert.is(text(`${id}/board_asset_tag`), 'T-1\n');
  assert.is(text(`${id}/chassis_type`), '10\n', 'what has a battery is carried around');
  assert.match(text(`${id}/product_uuid`), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/);
  assert.match(text(`${id}/modalias`), /^dmi:bvnAcmeInc\.:bvr1\.0:.*:svnAcmeInc\.:pnSimulatedmachine:.*:ct10:cvr1\.0:\n$/);
  assert.is(text(`${id}/uevent`), `MODALIAS=${text(`${id}/modalias`)}`);
});

test('a battery follows its curve', () => {
  const path = target('class/power_supply/BAT0');
  const capacity = (): number => Number(text(`${path}/capacity`));
  at(10_000);
  assert.is(capacity(), 100);
  at(13_600);
  assert.is(capacity(), 60);
  assert.is(text(`${path}/status`), 'Discharging\n', 'nothing charges it');
  assert.is(text(`${path}/energy_now`), '36000000\n');
  // 80 percent of 60 Wh in two hours.
  assert.is(text(`${path}/power_now`), '24000000\n');
  const uevent = text(`${path}/uevent`);
  for (const line of ['POWER_SUPPLY_NAME=BAT0', 'POWER_SUPPLY_CAPACITY=60', 'POWER_SUPPLY_CYCLE_COUNT=12', 'POWER_SUPPLY_STATUS=Discharging']) assert.ok(uevent.includes(`${line}\n`), line);
  assert.is(text(`${target('class/power_supply/AC')}/online`), '0\n');
});

test('as many devices as one likes find a place', () => {
  const disks = Array.from({ length: 300 }, (_, index) => ({ name: `nvme${index}n1`, size: '1GiB' }));
  const many = trees({ version: 1, processors: { sockets: 1, cores: 2 }, memory: { total: '4GiB' }, disks });
  const found = listNames(many.sysfs, 'bus/pci/devices') as string[];
  assert.ok(found.length >= 600, String(found.length));
  assert.is(new Set(found).size, found.length);
});

test.run();
