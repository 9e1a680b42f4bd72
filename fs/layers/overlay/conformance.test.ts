/** Overlays under the conformance suite: the upper layer in memory and in a host directory, over a lower one with files. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { hostFeatures } from '../../../test/support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../../../test/support/mounts.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import { Passthrough } from '../../passthrough/passthrough.ts';
import { SystemCalls } from '../../passthrough/system-calls.ts';
import { OVERLAY_EXCEPT, TMPFS_FEATURES } from '../../testing/features.ts';
import { testConformance } from '../../testing/suite.ts';
import type { Feature } from '../../testing/trial.ts';
import { VfsProcess } from '../../testing/vfs-process.ts';
import { Vfs } from '../../vfs.ts';
import { hostUpper } from './host-upper.ts';
import { memoryUpper } from './memory-upper.ts';
import { Overlay } from './overlay.ts';

function lowers(): Tmpfs[] {
  return [0, 1].map(() => new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 }));
}

testConformance(
  'an overlay in memory',
  () => {
    const overlay = new Overlay({ upper: memoryUpper({ ...defaultTmpfsOptions(), mode: 0o755 }), lowers: lowers().map(({ root }) => root) });
    return { process: new VfsProcess(new Vfs(overlay, { protectedHardlinks: true })), features: TMPFS_FEATURES };
  },
  { except: OVERLAY_EXCEPT },
);

if (process.getuid?.() === 0) {
  // A thousand cases make and remove many files, which a disk takes its time for.
  const directory = temporaryDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const plain = new Set<Feature>(['writable', 'owners', 'hardlinks', 'noreplace', 'protected-hardlinks', 'resolve']);
  const systemCalls = SystemCalls.start('/proc/self/fd/');
  const features = new Set<Feature>([...plain, ...hostFeatures(directory).filter((feature) => feature !== 'exchange')]);
  testConformance(
    'an overlay on host directories',
    () => {
      const [upper, work, lower] = ['upper', 'work', 'lower'].map((name) => {
        mkdirSync(join(directory, name));
        return join(directory, name);
      }) as [string, string, string];
      const overlay = new Overlay({ ...hostUpper(upper, work, { systemCalls }), lowers: [new Passthrough(lower, { systemCalls }).root] });
      return { process: new VfsProcess(new Vfs(overlay, { protectedHardlinks: true })), features };
    },
    { except: OVERLAY_EXCEPT, end: () => removeDirectory(directory) },
  );
} else {
  console.log('skipped: not root');
  test.skip('an overlay on host directories', () => {});
  test.run();
}
