import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EINVAL, ENOENT, ENOTDIR } from '../../fs/errno.ts';
import { U64_MAX } from '../../fs/u64.ts';
import type { SysctlNumber } from '../model/sysctl.ts';
import { StoredSysctl } from './stored-sysctl.ts';

const view = () =>
  new StoredSysctl([
    ['kernel/panic', [1]],
    ['kernel/oops_limit', [1]],
    ['kernel/printk_ratelimit', [5]],
    ['kernel/printk', [4, 4, 1, 7]],
    ['kernel/tainted', [0]],
    ['dev/tty/legacy_tiocsti', [1]],
    ['net/ipv4/ip_local_port_range', [32768, 60999]],
    ['net/ipv4/ip_default_ttl', [64]],
    ['vm/swappiness', [60]],
  ]);

test('directories follow from the paths', () => {
  assert.equal(view().list(''), ['dev', 'kernel', 'net', 'vm'].map((name) => ({ name, directory: true })));
  assert.equal(view().list('net/ipv4'), ['ip_default_ttl', 'ip_local_port_range'].map((name) => ({ name, directory: false })));
  assert.is(view().list('nothing'), ENOENT);
  assert.is(view().list('kernel/panic'), ENOTDIR);
  assert.equal(view().entry('net'), { directory: true, mode: 0o555, uid: 0, gid: 0 });
  assert.equal(view().entry('kernel/panic'), { directory: false, mode: 0o644, uid: 0, gid: 0 });
  assert.is(view().entry('kernel/nothing'), undefined);
  assert.is(view().read('kernel/nothing'), ENOENT);
});

test('each type and row has its range', () => {
  const cases: readonly [string, readonly SysctlNumber[], readonly SysctlNumber[]][] = [
    ['kernel/panic', [-(2 ** 31), 2 ** 31 - 1, -0], [2 ** 31, -(2 ** 31) - 1, U64_MAX]],
    ['kernel/oops_limit', [0, 2 ** 32 - 1], [2 ** 32, -1, -0]],
    ['kernel/tainted', [0, U64_MAX], [-1, -0]],
    ['net/ipv4/ip_default_ttl', [1, 255], [0, 256, -1]],
    ['vm/swappiness', [0, 200, -0], [201, -1]],
    ['kernel/printk_ratelimit', [-5, 1000], [2 ** 31 - 1]],
  ];
  for (const [path, good, bad] of cases) {
    for (const value of good) assert.is(view().write(path, [value]), 0, `${path} ${value}`);
    for (const value of bad) assert.is(view().write(path, [value]), EINVAL, `${path} ${value}`);
  }
});

test('a range of ports goes upwards, and is one of ports', () => {
  const stored = view();
  const path = 'net/ipv4/ip_local_port_range';
  for (const [value, error, after] of [
    [[40000, 30000], EINVAL, [32768, 60999]],
    [[0, 50000], EINVAL, [32768, 60999]],
    [[1024, 65536], EINVAL, [32768, 60999]],
    [[61000], EINVAL, [32768, 60999]],
    [[5000], 0, [5000, 60999]],
    [[6000, 6000], 0, [6000, 6000]],
  ] as const) {
    assert.is(stored.write(path, value), error, String(value));
    assert.equal(stored.read(path), after);
  }
});

test('a bool is 0 or 1', () => {
  const values = view();
  assert.is(values.write('dev/tty/legacy_tiocsti', [-60]), 0);
  assert.equal(values.read('dev/tty/legacy_tiocsti'), [1]);
  assert.is(values.write('dev/tty/legacy_tiocsti', [-0]), 0);
  assert.equal(values.read('dev/tty/legacy_tiocsti'), [0]);
});

test('fewer numbers leave the rest, and a fault leaves those behind it', () => {
  const values = view();
  assert.is(values.write('kernel/printk', [1, 2]), 0);
  assert.equal(values.read('kernel/printk'), [1, 2, 1, 7]);
  assert.is(values.write('kernel/printk', [3, 2 ** 31, 5]), EINVAL);
  assert.equal(values.read('kernel/printk'), [3, 2, 1, 7]);
  assert.is(values.write('net/ipv4/ip_local_port_range', [1, 2 ** 31]), EINVAL);
  assert.equal(values.read('net/ipv4/ip_local_port_range'), [32768, 60999]);
});

test.run();
