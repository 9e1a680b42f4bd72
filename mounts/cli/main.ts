#!/usr/bin/env node
/** The command line. */

import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FuseMount } from '../fuse/fuse-mount.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import type { TreeDescription } from './trees.ts';

const [command, root = '/compat/linux'] = process.argv.slice(2);
if (command !== 'start') {
  console.error('usage: compatfs start [ROOT]');
  process.exit(2);
}
const target = join(root, 'proc');
mkdirSync(target, { recursive: true });
const absolute = realpathSync(target);
process.chdir('/proc');
const tree: TreeDescription = {
  type: 'linprocfs',
  source: 'host',
  roots: { proc: '', sys: '/sys/' },
  options: DEFAULT_OPTIONS,
};
const mount = await FuseMount.start({
  target: absolute,
  label: 'linproc',
  type: 'linprocfs',
  readOnly: false,
  allowOther: true,
  worker: new URL('./worker.js', import.meta.url),
  tree,
});
console.log(`mounted at ${absolute}`);
const stop = (): void => void mount.unmount().then(() => process.exit(0));
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
await mount.ended;
