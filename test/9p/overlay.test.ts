/** Overlays under the conformance suite, used by a 9P client. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { hostUpper } from '../../fs/layers/overlay/host-upper.ts';
import { memoryUpper } from '../../fs/layers/overlay/memory-upper.ts';
import { Overlay } from '../../fs/layers/overlay/overlay.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { SystemCalls } from '../../fs/passthrough/system-calls.ts';
import { OVERLAY_EXCEPT } from '../../fs/testing/features.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { hostFeatures } from '../support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { except, exported, features } from './exported.ts';

const options = { ...defaultTmpfsOptions(), mode: 0o755 };
const lowers = [new Tmpfs(options).root];

testConformance(
  'an overlay over 9P',
  () => ({
    process: exported(new Overlay({ upper: memoryUpper(options), lowers })),
    features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const),
  }),
  { except: { ...except, ...OVERLAY_EXCEPT } },
);

if (process.getuid?.() !== 0) {
  console.log('skipped: not root');
  test.skip('an overlay on a host directory over 9P', () => {});
  test.run();
} else {
  // A thousand cases make and remove many files, which a disk takes its time for.
  const directory = temporaryDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const [upper, work] = ['upper', 'work'].map((name) => join(directory, name)) as [string, string];
  mkdirSync(upper);
  mkdirSync(work);
  const systemCalls = SystemCalls.start('/proc/self/fd/');
  const more = hostFeatures(directory).filter((feature) => feature !== 'exchange');
  testConformance(
    'an overlay on a host directory over 9P',
    () => ({ process: exported(new Overlay({ ...hostUpper(upper, work, { systemCalls }), lowers })), features: new Set([...features, ...more]) }),
    {
      except: { ...except, ...OVERLAY_EXCEPT },
      end() {
        systemCalls?.close();
        removeDirectory(directory);
      },
    },
  );
}
