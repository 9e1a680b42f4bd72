/** `npm run devices`: a /dev with two devices of our own, and what a shell does with them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import type { Screen } from './worker.ts';

/** Counts, sets the counter, paints a red and a green line, and writes behind the end. */
const SCRIPT = `
cat counter counter counter
echo 41 >counter
cat counter counter
yes "$(printf '\\377\\001\\001\\001')" | tr -d '\\n' | head -c 64 >fb0
yes "$(printf '\\001\\377\\001\\001')" | tr -d '\\n' | head -c 64 | dd of=fb0 bs=64 seek=1 conv=notrunc status=none
dd if=/dev/zero of=fb0 bs=64 seek=8 count=1 conv=notrunc 2>&1 | head -n 1
`;

const directory = mkdtempSync(join(tmpdir(), 'compatfs-devices-'));
const [target, picture] = [join(directory, 'dev'), process.argv[2] ?? join(directory, 'fb0.png')];
mkdirSync(target);
let status: unknown = 1;
try {
  const mount = await FuseMount.start({
    target,
    label: 'devices',
    type: 'devfs',
    readOnly: false,
    allowOther: false,
    flags: ['default_permissions'],
    worker: new URL('./worker.js', import.meta.url),
    tree: { picture, width: 16, height: 8 } satisfies Screen,
  });
  try {
    console.log(SCRIPT.trim().replace(/^/gm, '  $ '));
    [status] = await once(spawn('sh', ['-c', SCRIPT], { cwd: target, stdio: ['ignore', 'inherit', 'inherit'] }), 'close');
    console.log(`${picture}: ${readFileSync(picture).length} bytes`);
  } finally {
    await mount.unmount();
  }
} catch (error) {
  console.error(`devices: ${error instanceof Error ? error.message : error}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit(status === 0 ? 0 : 1);
