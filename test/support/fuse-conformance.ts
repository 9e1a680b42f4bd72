/** The conformance suite on trees that are mounted over FUSE, used by a real process through the kernel. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { mountTree } from './fuse-tree.ts';
import { reasonNotToMount } from './requirements.ts';

/** What a tmpfs can do by way of FUSE. */
const FEATURES: readonly Feature[] = [
  'writable',
  'special',
  'hardlinks',
  'owners',
  'xattr',
  'noreplace',
  'exchange',
  'temporary',
  'holes',
  'allocate',
  'zero-range',
  'nanoseconds',
  'resolve',
];

/** A tree to be tested, and whether its descriptor is polled. */
export interface FuseSubject {
  readonly name: string;
  readonly tree: TreeDescription;
  readonly polled?: boolean;
}

/** Runs the suite on each, and looks whether anything is left open. */
export async function testOverFuse(subjects: readonly FuseSubject[]): Promise<void> {
  const missing = reasonNotToMount() ?? kernelProcessMissing();
  if (missing) {
    console.log(`skipped: ${missing}`);
    for (const { name } of subjects) test.skip(name, () => {});
    test.run();
    return;
  }
  const features = new Set(FEATURES);
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') features.add('protected-hardlinks');
  const mounted = [];
  for (const { name, tree, polled = false } of subjects) mounted.push({ name, tree: await mountTree(tree, { polled }) });
  for (const { name, tree } of mounted) {
    testConformance(name, () => ({ process: new KernelProcess(tree.path), features }), {
      async end() {
        const { openFiles, faults } = tree.mount.counters.read();
        await tree.end();
        assert.is(openFiles, 0, 'open files are left');
        assert.is(faults, 0, tree.faults.join('\n'));
      },
    });
  }
}
