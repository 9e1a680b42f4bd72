/** An overlay under the conformance suite, used by a 9P client. */

import { Overlay } from '../../fs/layers/overlay/overlay.ts';
import { memoryUpper } from '../../fs/layers/overlay/memory-upper.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { OVERLAY_EXCEPT } from '../../fs/testing/features.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { except, exported, features } from './exported.ts';

const options = { ...defaultTmpfsOptions(), mode: 0o755 };

testConformance(
  'an overlay over 9P',
  () => ({
    process: exported(new Overlay({ upper: memoryUpper(options), lowers: [new Tmpfs(options).root] })),
    features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const),
  }),
  { except: { ...except, ...OVERLAY_EXCEPT } },
);
