import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  memoryPartsOfVersion1,
  parseBlkio,
  parseCpuMax,
  parseFlatKeyed,
  parseHierarchies,
  parseIoStat,
  parseLimit,
  parseRanges,
} from './parse-control-groups.ts';

test('hierarchies are found in a mount table, wherever they are', () => {
  const table = [
    '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
    '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct',
    '41 31 0:37 /docker/a /sys/fs/cgroup/uni\\040fied rw,relatime - cgroup2 cgroup2 rw',
  ].join('\n');
  assert.equal(parseHierarchies(table), [
    { version: 1, controllers: ['rw', 'cpu', 'cpuacct'], place: '/sys/fs/cgroup/cpu,cpuacct', root: '/' },
    { version: 2, controllers: [], place: '/sys/fs/cgroup/uni fied', root: '/docker/a' },
  ]);
});

test('limits: max, and the greatest number of version 1, are none', () => {
  assert.equal(['max\n', '9223372036854771712\n', '', '536870912\n', '0\n'].map(parseLimit), [undefined, undefined, undefined, 536870912, 0]);
  assert.equal(['max 100000\n', '150000 100000\n', '50000 100000\n'].map(parseCpuMax), [undefined, 1.5, 0.5]);
});

test('counts', () => {
  assert.equal([...parseFlatKeyed('usage_usec 3\nuser_usec 2\nsystem_usec 1\n')], [['usage_usec', 3], ['user_usec', 2], ['system_usec', 1]]);
  assert.equal(parseRanges('0-3,8\n'), [{ first: 0, last: 3 }, { first: 8, last: 8 }]);
  assert.equal(parseRanges('\n'), []);
});

test('disks of both versions', () => {
  const io = parseIoStat('7:1 8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=512 dios=3\n8:16 rbytes=1 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n');
  const disk = { bytesRead: 4096, bytesWritten: 8192, reads: 1, writes: 2, bytesDiscarded: 512, discards: 3 };
  assert.equal([...io.keys()], ['8:0', '8:16']);
  assert.equal(parseBlkio('8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 1\n8:0 Discard 512\n8:0 Total 12800\nTotal 12800\n', '8:0 Read 1\n8:0 Write 2\n8:0 Discard 3\n').get('8:0'), disk);
});

test('memory of version 1 by the names of version 2, with what is below', () => {
  const parts = memoryPartsOfVersion1(parseFlatKeyed('cache 1\nrss 2\ntotal_cache 10\ntotal_rss 20\ntotal_mapped_file 3\n'), 7);
  assert.equal(['file', 'anon', 'file_mapped', 'slab', 'swapcached'].map((name) => parts.get(name)), [10, 20, 3, 7, undefined]);
});

test.run();
