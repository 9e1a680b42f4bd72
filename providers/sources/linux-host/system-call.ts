/** Which system call a thread is waiting in, as PID/syscall tells (proc_pid_syscall(5)). */

import { isErrno } from '../../../fs/errno.ts';
import type { HostFiles } from './host-files.ts';

/** How long to wait for a thread that is on its way to sleep, in milliseconds: a while each time, and all in all. */
const PAUSE_MS = 0.05;
const PATIENCE_MS = 20;

/** The numbers of readlink(2) and readlinkat(2), by the architecture that Node.js was built for. */
const READLINK: Readonly<Record<string, readonly number[]>> = {
  // Calls of the x32 ABI have a bit of their own.
  x64: [89, 267, 0x4000_0000 + 89, 0x4000_0000 + 267],
  arm64: [78],
  riscv64: [78],
  loong64: [78],
  ppc64: [85, 296],
  s390x: [85, 298],
  ia32: [85, 305],
  arm: [85, 332],
};
/** Those of a 32-bit program on a 64-bit kernel. */
const READLINK_COMPAT: Readonly<Record<string, readonly number[]>> = { x64: [85, 305], arm64: [85, 332] };

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Whether a thread is reading a link rather than following it; the thread waits for our answer in the call. Undefined
 * where that cannot be told: we may not look, or the machine is of another kind.
 */
export function isReadingLink(files: HostFiles, threadId: number): boolean | undefined {
  const numbers = READLINK[process.arch];
  if (!numbers) return undefined;
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const length = files.read(`${threadId}/syscall`);
    if (isErrno(length) || length === 0) return undefined;
    const [number = '', ...values] = files.bytes.toString('latin1', 0, length).trimEnd().split(' ');
    if (number !== 'running') {
      const compat = isCompat(values) ? READLINK_COMPAT[process.arch] : undefined;
      return (compat ?? numbers).includes(Number(number));
    }
    // It has sent its request and not gone to sleep yet; on a single CPU it may even need ours for that.
    if (performance.now() > until) return undefined;
    Atomics.wait(sleeper, 0, 0, PAUSE_MS);
  }
}

/** A program with 32-bit addresses numbers its calls differently. The stack pointer is the last but one value. */
function isCompat(values: readonly string[]): boolean {
  const stack = values.at(-2);
  return stack !== undefined && Number(stack) < 2 ** 32;
}
