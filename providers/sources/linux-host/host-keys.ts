/**
 * /proc/keys as another user is shown it. The kernel goes by the credentials of whoever opened the file, root's too, and those of
 * one thread cannot be changed by Node; so a program of the user's reads it.
 */

import { spawnSync } from 'node:child_process';
import type { HostRoots } from './host-files.ts';

/** The text for a user; undefined where we may not become that user, or lack the programs. */
export function keysAs({ proc, uncovered }: HostRoots, uid: number, gid: number): Buffer | undefined {
  const enter = uncovered === undefined ? [] : ['unshare', `--root=${proc}${uncovered}`, '--'];
  const become = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
  const [program = '', ...args] = [...enter, ...become, 'cat', '--', uncovered === undefined ? `${proc}keys` : '/proc/keys'];
  const done = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
    env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
  });
  return done.status === 0 ? done.stdout : undefined;
}
