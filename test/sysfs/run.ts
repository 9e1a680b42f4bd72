/** Mounts linsysfs, compares all of /sys and gives the outcome. */

import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../differential/ledger.ts';
import { HOST_ROOTS, mountTree } from '../support/fuse-tree.ts';

const COMPARER = fileURLToPath(new URL('./comparer.js', import.meta.url));

/** Compares with a mount of ours, or with what else is to be compared; as another user, if one is given. */
export async function compareSysfs({ against, uid }: { readonly against?: string; readonly uid?: number } = {}): Promise<Outcome<string>> {
  if (against !== undefined) return runComparer(against, uid);
  const mounted = await mountTree({ type: 'linsysfs', source: 'host', roots: HOST_ROOTS });
  try {
    // Others come in too.
    chmodSync(dirname(mounted.path), 0o755);
    const outcome = await runComparer(mounted.path, uid);
    if (mounted.faults.length > 0) throw new Error(mounted.faults.join('\n'));
    return outcome;
  } finally {
    await mounted.end();
  }
}

function runComparer(ours: string, uid: number | undefined): Promise<Outcome<string>> {
  const who = uid === undefined ? [] : [String(uid)];
  const child = spawn(process.execPath, ['--enable-source-maps', COMPARER, '/sys', ours, ...who], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(text) as Outcome<string>);
      else reject(new Error(`comparing failed: ${complaint}`));
    });
  });
}
