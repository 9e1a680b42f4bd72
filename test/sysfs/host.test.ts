/** What the host's /sys is read as where it changes or is not sysfs alone: without a mount of ours. */

import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { EINVAL, ENODEV, ENOENT, EPERM, isErrno } from '../../fs/errno.ts';
import { O_RDONLY } from '../../fs/flags.ts';
import { open } from '../../fs/operations.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { find, listNames, readWhole, statOf, writeOnce } from '../support/tree-reader.ts';

const source = new HostSource();
const tree = linsysfs(source);
test.after(() => source.dispose());

/** Longer than a view may be used again, in milliseconds. */
const VIEW_MS = 2;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const later = (): unknown => Atomics.wait(sleeper, 0, 0, VIEW_MS);

const NAME = `cfs${process.pid % 100000}`;

unless(reasonNotToMount() ?? missingProgram('ip'), 'devices that come and go', async () => {
  const ip = (...words: string[]): number | null => spawnSync('ip', ['link', ...words]).status;
  const type = ['dummy', 'bridge', 'ifb'].find((kind) => ip('add', NAME, 'type', kind) === 0);
  if (type === undefined) {
    console.log('no interface of any kind can be made: nothing to look at');
    return;
  }
  const path = `devices/virtual/net/${NAME}`;
  try {
    later();
    assert.ok((listNames(tree, 'class/net') as string[]).includes(NAME));
    assert.is(readWhole(tree, `${path}/mtu`), readFileSync(`/sys/${path}/mtu`, 'latin1'));
    assert.is(writeOnce(tree, `${path}/mtu`, '1234\n'), 5);
    assert.is(readFileSync(`/sys/${path}/mtu`, 'latin1'), '1234\n');
    later();
    assert.is(readWhole(tree, `${path}/mtu`), '1234\n');
    assert.is(writeOnce(tree, `${path}/mtu`, 'many\n'), EINVAL);
    const vnode = find(tree, `${path}/ifindex`);
    if (isErrno(vnode)) throw new Error(`no ifindex: ${vnode}`);
    const file = open(vnode, O_RDONLY, SUPERUSER);
    if (isErrno(file)) throw new Error(`not opened: ${file}`);
    const bytes = Buffer.alloc(64);
    assert.ok((file.read?.(bytes, 0, 64, 0, SUPERUSER) ?? 0) > 0);
    ip('delete', NAME);
    later();
    assert.is(file.read?.(bytes, 0, 64, 0, SUPERUSER), ENODEV);
    assert.is(find(tree, path), ENOENT);
    assert.not((listNames(tree, 'class/net') as string[]).includes(NAME));
    // Another one of the same name is another one.
    assert.is(ip('add', NAME, 'mtu', '1300', 'type', type), 0);
    later();
    assert.is(readWhole(tree, `${path}/mtu`), '1300\n');
    file.release();
  } finally {
    ip('delete', NAME);
  }
});

unless(reasonNotToMount(), 'attributes that are written come back', async () => {
  const path = 'kernel/mm/transparent_hugepage/khugepaged/max_ptes_none';
  let before: string;
  try {
    before = readFileSync(`/sys/${path}`, 'latin1');
  } catch {
    console.log('no huge pages in this kernel: nothing to write');
    return;
  }
  try {
    assert.is(writeOnce(tree, path, '17'), 2);
    assert.is(readFileSync(`/sys/${path}`, 'latin1'), '17\n');
    assert.is(writeOnce(tree, path, '-1'), EINVAL);
  } finally {
    writeFileSync(`/sys/${path}`, before);
  }
});

unless(reasonNotToMount(), 'control groups of version 2', async () => {
  const place = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => {
    try {
      return statfsSync(path).type === 0x63677270;
    } catch {
      return false;
    }
  });
  if (place === undefined) {
    assert.equal(listNames(tree, 'fs/cgroup'), []);
    return;
  }
  mkdirSync(`${place}/${NAME}`);
  try {
    later();
    for (const group of ['', `/${NAME}`]) {
      const files = readdirSync(place + group, { withFileTypes: true }).filter((entry) => entry.isFile());
      assert.ok(files.length > 5);
      for (const { name } of files) {
        const stat = statOf(tree, `fs/cgroup${group}/${name}`);
        const kernel = lstatSync(`${place}${group}/${name}`);
        assert.equal(isErrno(stat) ? stat : [stat.mode, stat.size], [kernel.mode, kernel.size], name);
      }
    }
    for (const name of ['cgroup.type', 'cgroup.events', 'cgroup.max.depth', 'cgroup.procs', 'cgroup.controllers', 'cgroup.freeze']) {
      assert.is(readWhole(tree, `fs/cgroup/${NAME}/${name}`), readFileSync(`${place}/${NAME}/${name}`, 'latin1'), name);
    }
    assert.is(writeOnce(tree, `fs/cgroup/${NAME}/cgroup.procs`, '0'), EPERM);
  } finally {
    rmdirSync(`${place}/${NAME}`);
  }
});

test.run();
