/** The described machine, attribute by attribute, without a mount. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, EINVAL, EIO, ENOENT, EPERM, isErrno } from '../../fs/errno.ts';
import { O_RDONLY, O_WRONLY, POLLERR, POLLPRI } from '../../fs/flags.ts';
import { mkdir, open, readlink } from '../../fs/operations.ts';
import type { SysfsValue } from '../../providers/model/sysfs.ts';
import type { SysfsRow } from '../../providers/model/sysfs/row.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { Live, Unreadable } from '../../providers/sources/described/object-tree.ts';
import { parseAttribute } from '../../providers/sources/linux-host/parse-sysfs.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import { find, listNames, readWhole, statOf, writeOnce } from '../support/tree-reader.ts';
import { fixtureSource } from './fixture.ts';

const NOBODY = new FixedCaller({ uid: 65534, gid: 65534 });
const POWERLESS = new FixedCaller({ uid: 0, gid: 0, capabilities: [] });

const source = fixtureSource();
const tree = linsysfs(source);

const NET = 'devices/pci0000:00/0000:00:1c.0/0000:01:00.0/net/enp1s0';
const DISK = 'devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda';

/** Texts of all kinds, as the kernel would have them. */
const TEXTS: readonly (readonly [path: string, text: string])[] = [
  ['devices/system/cpu/online', '0-7\n'],
  ['devices/system/cpu/isolated', '\n'],
  ['devices/system/cpu/cpu5/topology/thread_siblings', '22\n'],
  ['devices/system/cpu/cpu5/topology/core_siblings_list', '0-1,4-5\n'],
  ['devices/system/cpu/cpu5/topology/core_id', '1\n'],
  ['devices/system/cpu/cpu6/topology/physical_package_id', '1\n'],
  ['devices/system/cpu/cpu0/cache/index0/size', '48K\n'],
  ['devices/system/cpu/cpu0/cache/index0/number_of_sets', '64\n'],
  ['devices/system/cpu/cpu7/cache/index3/shared_cpu_map', 'cc\n'],
  ['devices/system/cpu/vulnerabilities/spectre_v2', 'Mitigation: Retpolines; STIBP: disabled\n'],
  ['devices/system/node/node1/cpulist', '2-3,6-7\n'],
  ['devices/system/node/node1/distance', '21 10\n'],
  ['devices/system/node/node1/numastat', 'numa_hit 0\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 0\nother_node 0\n'],
  ['devices/system/memory/block_size_bytes', '40000000\n'],
  ['devices/system/memory/memory3/phys_index', '00000003\n'],
  ['devices/pci0000:00/0000:00:02.0/class', '0x030000\n'],
  ['devices/pci0000:00/0000:00:02.0/modalias', 'pci:v00001234d00001111sv00001AF4sd00001100bc03sc00i00\n'],
  [
    'devices/pci0000:00/0000:00:1c.0/uevent',
    'DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=8086:9D10\nPCI_SUBSYS_ID=8086:7270\nPCI_SLOT_NAME=0000:00:1c.0\nMODALIAS=pci:v00008086d00009D10sv00008086sd00007270bc06sc04i00\n',
  ],
  ['devices/pci0000:00/0000:00:1c.0/0000:01:00.0/aer_dev_correctable', 'RxErr 18446744073709551615\nTOTAL_ERR_COR 2\n'],
  ['devices/pci0000:00/0000:00:1f.3/local_cpus', 'cc\n'],
  [`${DISK}/uevent`, 'MAJOR=8\nMINOR=0\nDEVNAME=sda\nDEVTYPE=disk\nDISKSEQ=1\n'],
  [`${DISK}/sda2/uevent`, 'MAJOR=8\nMINOR=2\nDEVNAME=sda2\nDEVTYPE=partition\nDISKSEQ=1\nPARTN=2\n'],
  [`${DISK}/dev`, '8:0\n'],
  [`${DISK}/size`, '1953525168\n'],
  [`${DISK}/queue/scheduler`, 'none [mq-deadline] \n'],
  [`${DISK}/inflight`, '       0        0\n'],
  [`${DISK}/../../model`.replace('/block/sda/../..', ''), 'EXAMPLE SSD 870 \n'],
  [`${DISK}/events`, ''],
  [`${NET}/address`, 'ac:1f:6b:01:02:03\n'],
  [`${NET}/flags`, '0x1003\n'],
  [`${NET}/statistics/rx_bytes`, '18446744073709551615\n'],
  [`${NET}/uevent`, 'INTERFACE=enp1s0\nIFINDEX=2\n'],
  ['devices/virtual/mem/null/uevent', 'MAJOR=1\nMINOR=3\nDEVNAME=null\nDEVMODE=0666\n'],
  ['devices/virtual/input/input0/id/bustype', '0019\n'],
  ['devices/virtual/thermal/thermal_zone0/trip_point_0_temp', '-274000\n'],
  ['devices/virtual/thermal/thermal_zone0/available_policies', 'user_space step_wise \n'],
  ['kernel/mm/transparent_hugepage/enabled', 'always [madvise] never\n'],
  ['kernel/uevent_seqnum', '18446744073709551615\n'],
  ['module/example/parameters/sizes', '1,2\n'],
  ['module/example/parameters/debug', 'N\n'],
  ['firmware/memmap/0/end', '0x9fbff\n'],
  ['power/mem_sleep', 's2idle [deep]\n'],
  ['fs/cgroup/memory.pressure', 'some avg10=0.00 avg60=0.12 avg300=99.99 total=18446744073709551615\n'],
  ['fs/cgroup/machine.slice/cpu.max', 'max 100000\n'],
  ['fs/cgroup/machine.slice/io.stat', '8:0 rbytes=1 wbytes=2\n'],
];

test('texts', () => {
  for (const [path, text] of TEXTS) assert.is(readWhole(tree, path), text, path);
});

test('attributes that cannot be read have their errnos', () => {
  assert.is(readWhole(tree, 'devices/virtual/net/dummy0/carrier'), EINVAL);
  assert.is(readWhole(tree, `${NET}/queues/tx-0/xps_cpus`), ENOENT);
  assert.is(readWhole(tree, `${NET}/power/autosuspend_delay_ms`), EIO);
});

const LINKS: readonly (readonly [path: string, text: string])[] = [
  ['block/sda', `../${DISK}`],
  ['class/block/sda1', `../../${DISK}/sda1`],
  ['class/net/enp1s0', `../../${NET}`],
  ['dev/block/8:1', `../../${DISK}/sda1`],
  ['dev/char/21:2', '../../devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:3/scsi_generic/sg2'],
  ['bus/pci/devices/0000:01:00.0', '../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0'],
  ['bus/pci/drivers/igb/0000:01:00.0', '../../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0'],
  ['devices/pci0000:00/0000:00:1c.0/0000:01:00.0/driver', '../../../../bus/pci/drivers/igb'],
  [`${DISK}/device`, '../../../0:0:0:0'],
  [`${DISK}/subsystem`, '../../../../../../../../../class/block'],
  [`${NET}/device`, '../../../0000:01:00.0'],
  ['devices/system/cpu/cpu7/node1', '../../node/node1'],
];

test('links', () => {
  for (const [path, text] of LINKS) {
    const vnode = find(tree, path);
    if (isErrno(vnode)) throw new Error(`${path}: ${vnode}`);
    assert.is(readlink(vnode, SUPERUSER), text, path);
  }
  assert.is(find(tree, `${DISK}/sda1/device`), ENOENT, 'a partition has none');
});

test('modes, sizes and link counts', () => {
  const stat = (path: string): string => {
    const found = statOf(tree, path);
    if (isErrno(found)) return String(found);
    return `${(found.mode & 0o7777).toString(8)} ${found.size} ${found.nlink} ${found.blksize}`;
  };
  assert.is(stat(''), `555 0 ${2 + (listNames(tree, '') as string[]).length} 4096`);
  assert.is(stat('kernel/security'), '755 0 2 4096');
  assert.is(stat('kernel/address_bits'), '444 4096 1 4096');
  assert.is(stat('kernel/notes'), '444 20 1 4096');
  assert.is(stat('devices/pci0000:00/0000:00:1c.0/config'), '644 4096 1 4096');
  assert.is(stat('devices/pci0000:00/0000:00:1f.2/config'), '644 256 1 4096');
  assert.is(stat('devices/virtual/dmi/id/product_uuid'), '400 4096 1 4096');
  assert.is(stat('bus/pci/rescan'), '200 4096 1 4096');
  assert.is(stat('class/net/enp1s0'), '777 0 1 4096');
  const root = statOf(tree, '');
  assert.is(isErrno(root) ? root : root.ino, 1);
});

test('binary attributes are read in place', () => {
  const config = readWhole(tree, 'devices/pci0000:00/0000:00:1c.0/config', SUPERUSER, 7);
  assert.is(config, readWhole(tree, 'devices/pci0000:00/0000:00:1c.0/config'));
  assert.is((config as string).length, 4096);
  assert.is((config as string).slice(0, 4), '\x86\x80\x10\x9d');
  for (const caller of [NOBODY, POWERLESS]) {
    const header = readWhole(tree, 'devices/pci0000:00/0000:00:1c.0/config', caller, 7);
    assert.is(header, (config as string).slice(0, 64), 'the rest takes a capability');
  }
});

test('opening takes what the attribute can do, whoever asks', () => {
  const opened = (path: string, flags: number, caller = SUPERUSER): number => {
    const vnode = find(tree, path, caller);
    if (isErrno(vnode)) return vnode;
    const file = open(vnode, flags, caller);
    if (isErrno(file)) return file;
    file.release();
    return 0;
  };
  assert.is(opened('bus/pci/rescan', O_RDONLY), EACCES);
  assert.is(opened('kernel/address_bits', O_WRONLY), EACCES);
  assert.is(opened('kernel/profiling', O_WRONLY), 0);
  assert.is(opened('kernel/profiling', O_WRONLY, NOBODY), EACCES);
  assert.is(opened('devices/virtual/dmi/id/product_uuid', O_RDONLY, NOBODY), EACCES);
  assert.is(opened('devices/virtual/dmi/id/product_uuid', O_RDONLY), 0);
  const kernel = find(tree, 'kernel');
  if (!isErrno(kernel)) assert.is(mkdir(kernel, 'new', 0o755, SUPERUSER), EPERM);
});

test('addresses of code are for who may see them', () => {
  assert.is(readWhole(tree, 'module/example/sections/.text'), '0xffffffffc0000000\n');
  assert.is(readWhole(tree, 'module/example/sections/.text', POWERLESS), '0x0000000000000000\n');
});

test('writes', () => {
  const written = fixtureSource();
  const own = linsysfs(written);
  const write = (path: string, text: string, caller = SUPERUSER): string | number => {
    const result = writeOnce(own, path, text, caller);
    return result < 0 ? result : (readWhole(own, path) as string | number);
  };
  assert.is(write('kernel/mm/transparent_hugepage/enabled', 'never\n'), 'always madvise [never]\n');
  assert.is(write('kernel/mm/transparent_hugepage/enabled', 'sometimes\n'), EINVAL);
  assert.is(write('kernel/profiling', '0x10'), '16\n');
  assert.is(write('kernel/profiling', 'many'), EINVAL);
  assert.is(write('module/example/parameters/debug', 'on\n'), 'Y\n');
  assert.is(write('module/example/parameters/name', 'other\n'), 'other\n');
  assert.is(write(`${NET}/mtu`, '1500\n'), '1500\n');
  assert.is(write(`${NET}/mtu`, '1500\n', POWERLESS), EPERM);
  assert.is(write(`${NET}/uevent`, 'change\n'), 'INTERFACE=enp1s0\nIFINDEX=2\n');
  assert.is(write(`${NET}/uevent`, 'nonsense\n'), EINVAL);
  assert.is(writeOnce(own, 'bus/pci/rescan', '1'), 1);
});

test('whoever has not read an attribute yet is told to', () => {
  const vnode = find(tree, 'kernel/address_bits');
  if (isErrno(vnode)) throw new Error('missing');
  const file = open(vnode, O_RDONLY, SUPERUSER);
  if (isErrno(file)) throw new Error('not opened');
  const urgent = POLLERR | POLLPRI;
  assert.is((file.poll?.(SUPERUSER) ?? 0) & urgent, urgent);
  file.read?.(Buffer.alloc(8), 0, 8, 0, SUPERUSER);
  assert.is((file.poll?.(SUPERUSER) ?? 0) & urgent, 0);
  file.release();
});

test('whoever has read an attribute that is waited for is told when it changes', () => {
  const waited = fixtureSource();
  const vnode = find(linsysfs(waited), 'devices/virtual/tty/tty0/active');
  if (isErrno(vnode)) throw new Error('missing');
  const file = open(vnode, O_RDONLY, SUPERUSER);
  if (isErrno(file)) throw new Error('not opened');
  const urgent = (): boolean => ((file.poll?.(SUPERUSER) ?? 0) & POLLPRI) !== 0;
  assert.ok(urgent());
  file.read?.(Buffer.alloc(8), 0, 8, 0, SUPERUSER);
  assert.not(urgent());
  waited.tree.set('devices/virtual/tty/tty0/active', ['tty2']);
  assert.ok(urgent());
  assert.ok(urgent(), 'until it is read');
  file.read?.(Buffer.alloc(8), 0, 8, 0, SUPERUSER);
  assert.not(urgent());
  file.release();
});

test('every text can be taken apart again', () => {
  for (const { path, row, content } of source.tree.contents()) {
    if (content instanceof Unreadable || content instanceof Live || content === null || row.kind === 'binary' || !(row.mode & 0o444)) continue;
    const text = readWhole(tree, path);
    if (typeof text !== 'string') throw new Error(`${path}: ${text}`);
    // Nothing tells no rows from no text.
    if (text === '') continue;
    const parsed = parseAttribute(row, new Scanner(Buffer.from(text, 'latin1')));
    assert.equal(normal(row, parsed), normal(row, content), path);
  }
});

/** Masks keep no more bits than their digits have, and bytes may be of either class. */
function normal(row: SysfsRow, value: SysfsValue | undefined): unknown {
  if (row.kind === 'mask') return (value as { readonly words: readonly number[] }).words;
  if (value instanceof Uint8Array) return [...value];
  return value;
}

/** Another value of the same kind. */
function changed(row: SysfsRow, value: SysfsValue): SysfsValue | undefined {
  switch (row.kind) {
    case 'decimal':
    case 'hex':
      return value === 1 ? 2 : 1;
    case 'flag':
      return !(value as boolean);
    case 'line':
      return `${value as string}x`;
    case 'words':
      return [...(value as string[]), 'x'];
    case 'ranges':
      return [{ first: 1000, last: 1001 }];
    case 'choice': {
      const { options, selected } = value as { options: readonly string[]; selected: number };
      return { options, selected: (selected + 1) % options.length };
    }
    case 'pairs':
      return [...(value as string[][]), ['X', 'y']];
    case 'rows':
      return [];
    case 'parameter':
      return 'x';
    default:
      return undefined;
  }
}

test('a changed value shows in its attribute, and nowhere else', () => {
  const mutated = fixtureSource();
  const own = linsysfs(mutated);
  const attributes = [...mutated.tree.contents()].filter(
    ({ row, content }) => !(content instanceof Unreadable) && content !== null && (row.mode & 0o444) !== 0,
  );
  const whole = (): Map<string, string | number> => new Map(attributes.map(({ path }) => [path, readWhole(own, path)]));
  const before = whole();
  let count = 0;
  for (const { path, row, content } of attributes) {
    const value = changed(row, content as SysfsValue);
    if (value === undefined) continue;
    mutated.tree.set(path, value);
    assert.is.not(readWhole(own, path), before.get(path), path);
    // Looking at everything takes its time: each time another attribute's turn.
    if (count++ % 250 === 0) {
      for (const [other, text] of whole()) if (other !== path) assert.is(text, before.get(other), `${path} changed ${other}`);
    }
    mutated.tree.set(path, content);
  }
  assert.ok(count > 900, `${count} attributes`);
  assert.equal(whole(), before);
});

test.run();
