/**
 * A place for the programs that a server starts where the server's own mounts do not reach. Many a program looks into
 * /proc when it starts (libselinux does, Perl does); if that is what we serve, and the serving thread waits for the
 * program, both wait for ever.
 */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runProgramsIn } from './host-roots.ts';
import { isPortable } from './sources.ts';

/**
 * Keeps a mount namespace in which /proc and /sys stay what they are, whatever is mounted elsewhere, until the end of its input. Other
 * mounts that go away go there as well.
 */
const SCRIPT = 'mount --make-private /proc && { mount --make-private /sys 2>/dev/null; echo kept; read -r _; }';

/** Whether a mount at the target hides what programs have to see that tell of this machine: /proc, and /sys from those that are the only source. */
export function coversSource(target: string, source: string): boolean {
  return target === '/proc' || target === '/' || (target === '/sys' && isPortable(source));
}

/** Starts a process that keeps such a namespace as long as we live, and has programs run there, or nowhere if it cannot. */
export async function keepUncovered(): Promise<void> {
  const words = ['--mount', '--propagation', 'slave', '--', '/bin/sh', '-c', SCRIPT, 'compatfs-uncovered'];
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  let kept = false;
  for await (const line of createInterface({ input: child.stdout })) {
    kept = line === 'kept';
    break;
  }
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  runProgramsIn(kept ? `${child.pid}/root` : 'none');
}
