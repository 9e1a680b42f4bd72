import { gunzipSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../fs/caller.ts';
import type { KernelSource, KernelView } from './kernel-view.ts';
import { type Overrides, overridden } from './overrides.ts';
import { StoredSysctl } from './sources/stored-sysctl.ts';

const RELEASE = { sysname: 'Linux', release: '1.2.3', version: '#1', builder: 'a@b', compiler: 'cc' };

function source(): KernelSource {
  const values = new StoredSysctl([
    ['kernel/osrelease', '1.2.3'],
    ['kernel/hostname', 'own'],
    ['kernel/panic', [1]],
  ]);
  const view = { release: () => RELEASE, sysctl: () => values, processCount: () => 7 } as unknown as KernelView;
  return { view: () => view };
}

test('without overrides the views are the source\'s own', () => {
  const inner = source();
  assert.is(overridden(inner, {}).view(SUPERUSER), inner.view(SUPERUSER));
});

test('an override shows wherever the value does, and all else is the source\'s', () => {
  const view = overridden(source(), { osrelease: '4.4.0', hostname: 'other' }).view(SUPERUSER);
  assert.equal(view.release(), { ...RELEASE, release: '4.4.0' });
  const sysctl = view.sysctl();
  assert.is(sysctl.read('kernel/osrelease', SUPERUSER), '4.4.0');
  assert.is(sysctl.read('kernel/hostname', SUPERUSER), 'other');
  assert.equal(sysctl.read('kernel/panic', SUPERUSER), [1]);
  assert.is(sysctl.entry('kernel/panic', SUPERUSER)?.mode, 0o644);
  assert.equal(sysctl.list('', SUPERUSER), [{ name: 'kernel', directory: true }]);
  assert.is(view.processCount(), 7);
});

test('what is derived from the release follows it', () => {
  const inner = source();
  const own = inner.view(SUPERUSER);
  const configuration = '#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 1.2.3 Kernel Configuration\n#\nCONFIG_A=y\n';
  Object.assign(own, {
    versionSignature: () => 'Ubuntu 1.2.0-7.9-generic 1.2.3',
    buildConfiguration: () => gzipSync(configuration),
    bootParameters: () => 'BOOT_IMAGE=/boot/vmlinuz-1.2.3 quiet',
  });
  const view = overridden(inner, { osrelease: '51.50.0-x' }).view(SUPERUSER);
  assert.is(view.versionSignature(), 'Ubuntu 51.50.0-x 51.50.0');
  assert.is(view.bootParameters(), 'BOOT_IMAGE=/boot/vmlinuz-51.50.0-x quiet');
  assert.is(gunzipSync(view.buildConfiguration()).toString(), configuration.replace('1.2.3', '51.50.0'));
  Object.assign(own, { buildConfiguration: () => Buffer.from('no gzip') });
  assert.is(String(overridden({ view: () => ({ ...own }) }, { osrelease: '51' }).view(SUPERUSER).buildConfiguration()), 'no gzip');
});

test('one view of the source gives one view', () => {
  const outer = overridden(source(), { hostname: 'other' });
  assert.is(outer.view(SUPERUSER), outer.view(SUPERUSER));
});

test('overrides may change at any time', () => {
  const overrides: Overrides = {};
  const outer = overridden(source(), overrides);
  const name = () => outer.view(SUPERUSER).sysctl().read('kernel/hostname', SUPERUSER);
  assert.is(name(), 'own');
  overrides.hostname = 'first';
  assert.is(name(), 'first');
  overrides.hostname = 'second';
  assert.is(name(), 'second');
});

test('writing an overridden name changes the override and nothing else', () => {
  const inner = source();
  const overrides: Overrides = { hostname: 'other' };
  const sysctl = overridden(inner, overrides).view(SUPERUSER).sysctl();
  assert.is(sysctl.write('kernel/hostname', 'new', SUPERUSER), 0);
  assert.is(overrides.hostname, 'new');
  assert.is(inner.view(SUPERUSER).sysctl().read('kernel/hostname', SUPERUSER), 'own');
  assert.is(sysctl.write('kernel/panic', [5], SUPERUSER), 0);
  assert.equal(inner.view(SUPERUSER).sysctl().read('kernel/panic', SUPERUSER), [5]);
});

test.run();
