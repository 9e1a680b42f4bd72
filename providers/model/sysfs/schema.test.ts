import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { templatePieces } from './template.ts';
import { SysfsMeanings, allRows } from './schema.ts';

test('every row is one that can be', () => {
  let count = 0;
  for (const [directory, name, row] of allRows()) {
    const where = `${directory}/${name}`;
    count++;
    assert.ok((row.mode & ~0o666) === 0 && row.mode !== 0, where);
    assert.not(directory.endsWith('/') && directory !== '@/', where);
    assert.match(name, /^[^/\s]+$/, where);
    if (row.kind === 'fields' || row.kind === 'rows') assert.ok(templatePieces(row.template).some((piece) => typeof piece !== 'string'), where);
    if (row.kind === 'nothing') assert.ok(row.mode & 0o200, `${where}: nothing to read, so something to write`);
  }
  assert.ok(count > 1500, `${count} rows`);
});

/** The kind of an attribute; undefined where there is none. */
function kind(place: ConstructorParameters<typeof SysfsMeanings>[0], name: string): string | undefined {
  return new SysfsMeanings(place).row(name)?.kind;
}

test('rows are found by subsystem and group, wherever the device is', () => {
  const device = { path: 'devices/pci0000:00/0000:00:03.0/virtio2/net/eth0', subsystem: 'net' };
  assert.is(kind({ ...device, group: '' }, 'address'), 'bytes');
  assert.is(kind({ ...device, group: 'statistics' }, 'rx_bytes'), 'decimal');
  assert.is(kind({ ...device, group: 'queues/tx-12/byte_queue_limits' }, 'limit'), 'decimal');
  assert.is(kind({ ...device, group: '' }, 'uevent'), 'pairs', 'as every device');
  assert.is(kind({ ...device, group: 'power' }, 'control'), 'line', 'as every device');
  assert.is(kind({ ...device, group: '' }, 'vendor'), undefined);
  assert.is(kind({ path: device.path }, 'address'), undefined, 'by its path alone it is nothing');
});

test('rows are found by directory, with patterns for numbers and names', () => {
  assert.is(kind({ path: 'kernel/mm/hugepages/hugepages-2048kB' }, 'nr_hugepages'), 'decimal');
  assert.is(kind({ path: 'devices/system/cpu/cpufreq/policy12', subsystem: '', group: '' }, 'scaling_governor'), 'line');
  assert.is(kind({ path: 'module/anything/parameters' }, 'whatever'), 'parameter');
  assert.is(kind({ path: 'devices/x', subsystem: 'hwmon', group: '' }, 'temp17_input'), 'decimal');
  assert.is(kind({ path: 'devices/x', subsystem: 'hwmon', group: '' }, 'temp17_label'), 'line');
  assert.is(kind({ path: 'fs/cgroup' }, 'cgroup.procs'), 'rows', 'at any depth');
  assert.is(kind({ path: 'fs/cgroup/a/b/c' }, 'cgroup.procs'), 'rows', 'at any depth');
  assert.is(kind({ path: 'kernel/mm/hugepages' }, 'nr_hugepages'), undefined);
});

test('what is written out comes before patterns, and those before any name', () => {
  assert.is(kind({ path: 'fs/btrfs/features' }, 'acl'), 'decimal');
  assert.is(kind({ path: 'fs/btrfs/features' }, 'supported_checksums'), 'words');
});

test.run();
