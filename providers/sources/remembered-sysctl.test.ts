/** What is written to kernel parameters that cannot be changed is shown as long as the mount lives. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { EINVAL, ENOENT } from '../../fs/errno.ts';
import { RememberedSysctl } from './remembered-sysctl.ts';
import { StoredSysctl } from './stored-sysctl.ts';

const STORED = [
  ['kernel/hostname', 'there'],
  ['kernel/panic', [0]],
  ['kernel/printk', [4, 4, 1, 7]],
  ['vm/swappiness', [60]],
] as const;

test('what is written is shown, and the source stays as it is', () => {
  const source = new StoredSysctl(STORED);
  const view = new RememberedSysctl(source);
  assert.is(view.write('kernel/hostname', 'here', SUPERUSER), 0);
  assert.is(view.read('kernel/hostname', SUPERUSER), 'here');
  assert.is(source.read('kernel/hostname'), 'there');
  assert.equal(view.list('kernel', SUPERUSER), source.list('kernel'));
  assert.equal(view.entry('kernel/panic', SUPERUSER), source.entry('kernel/panic'));
});

test('numbers are taken as the kernel takes them', () => {
  const view = new RememberedSysctl(new StoredSysctl(STORED));
  assert.is(view.write('kernel/printk', [1, 2], SUPERUSER), 0);
  assert.equal(view.read('kernel/printk', SUPERUSER), [1, 2, 1, 7]);
  assert.is(view.write('vm/swappiness', [201], SUPERUSER), EINVAL);
  assert.equal(view.read('vm/swappiness', SUPERUSER), [60]);
  assert.is(view.read('kernel/none', SUPERUSER), ENOENT);
});

test.run();
