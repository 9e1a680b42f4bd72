/** A tmpfs mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { testOverFuse } from '../support/fuse-conformance.ts';
import { HOST_ROOTS } from '../support/fuse-tree.ts';

const tree = { type: 'tmpfs', roots: HOST_ROOTS, options: { ...defaultTmpfsOptions(), mode: 0o755 } } as const;

await testOverFuse([
  { name: 'tmpfs over FUSE, blocking', tree },
  { name: 'tmpfs over FUSE, polled', tree, polled: true },
]);
