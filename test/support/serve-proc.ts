/** Serves linprocfs at the directory of the first argument until its input ends. */

import { realpathSync } from 'node:fs';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';

const target = realpathSync(process.argv[2] ?? '');
process.chdir('/proc');
const tree: TreeDescription = { type: 'linprocfs', source: 'host', roots: { proc: '', sys: '/sys/' }, options: DEFAULT_OPTIONS };
const mount = await FuseMount.start({
  target,
  label: 'linproc',
  type: 'linprocfs',
  readOnly: false,
  allowOther: true,
  worker: new URL('../../mounts/cli/worker.js', import.meta.url),
  tree,
});
console.log('ready');
process.stdin.on('end', () => void mount.unmount()).resume();
await mount.ended;
process.exit(0);
