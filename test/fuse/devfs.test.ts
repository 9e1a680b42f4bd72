/** devfs mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { testOverFuse } from '../support/fuse-conformance.ts';
import { HOST_ROOTS } from '../support/fuse-tree.ts';

await testOverFuse([{ name: 'devfs over FUSE', tree: { type: 'devfs', source: 'host', roots: HOST_ROOTS, form: 'nodes', ruleset: 0, rules: '' } }]);
