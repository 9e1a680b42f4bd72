/** What programs print of a machine's devices. */

import { spawn } from 'node:child_process';

/** All that a program prints, without what it complains of. */
export function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  child.stderr.resume();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

/** Which modules there are for a device is not in /sys. */
export function machineIndependent(text: string): string {
  return text.replace(/^\tKernel modules:.*\n/gm, '');
}
