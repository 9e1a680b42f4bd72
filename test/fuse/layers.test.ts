/** A nullfs, overlays and a union mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { OVERLAY_EXCEPT } from '../../fs/testing/features.ts';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';
import { hostFeatures } from '../support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const missing = reasonNotToMount() ?? kernelProcessMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('what is made of layers over FUSE', () => {});
  test.run();
} else {
  const common: Feature[] = ['writable', 'hardlinks', 'owners', 'noreplace', 'resolve'];
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') common.push('protected-hardlinks');
  const directory = temporaryDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const [lower, upper, work, branch] = ['lower', 'upper', 'work', 'branch'].map((name) => join(directory, name)) as [string, string, string, string];
  for (const path of [lower, upper, work, branch]) mkdirSync(path);
  const host = hostFeatures(directory);
  const layers = { type: 'overlay', roots: HOST_ROOTS, lowers: [lower] } as const;
  const memory: Feature[] = ['special', 'xattr', 'exchange', 'temporary', 'holes', 'allocate', 'zero-range', 'nanoseconds'];
  const nullfs = { type: 'nullfs', roots: HOST_ROOTS, path: lower, options: {} } as const;
  const trees = [
    {
      name: 'a nullfs',
      features: [...common, ...memory],
      tree: await mountTree(nullfs, { worker: new URL('../support/null-worker.js', import.meta.url) }),
    },
    { name: 'an overlay in memory', features: [...common, ...memory], tree: await mountTree({ ...layers, upper: { memory: defaultTmpfsOptions() } }) },
    { name: 'an overlay on host directories', features: [...common, ...host.filter((feature) => feature !== 'exchange')], tree: await mountTree({ ...layers, upper: { path: upper, work } }) },
    {
      name: 'two roots',
      features: [...common, ...host.filter((feature) => feature !== 'exchange')],
      tree: await mountTree({
        type: 'reroot',
        roots: HOST_ROOTS,
        branches: [branch, lower].map((path) => ({ path, readOnly: false })),
        copies: false,
        merges: true,
      }),
    },
  ];
  let left = trees.length;
  for (const { name, features, tree } of trees) {
    testConformance(`${name} over FUSE`, () => ({ process: new KernelProcess(tree.path), features: new Set(features) }), {
      except: name.startsWith('an overlay') ? OVERLAY_EXCEPT : {},
      async end() {
        const { openFiles, faults } = tree.mount.counters.read();
        await tree.end();
        if (--left === 0) removeDirectory(directory);
        assert.is(openFiles, 0, 'open files are left');
        assert.is(faults, 0, tree.faults.join('\n'));
      },
    });
  }
}
