/**
 * Serves linprocfs at the directory of the first argument until its input ends. The second one has options that are not
 * to be the default, as JSON.
 */

import { realpathSync } from 'node:fs';
import { DEFAULT_OPTIONS, type LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';

const target = realpathSync(process.argv[2] ?? '');
process.chdir('/proc');
const given = JSON.parse(process.argv[3] ?? '{}') as Partial<LinprocfsOptions>;
const options: LinprocfsOptions = { ...DEFAULT_OPTIONS, ...given };
const tree: TreeDescription = { type: 'linprocfs', source: 'host', roots: { proc: '', sys: '/sys/' }, options };
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
