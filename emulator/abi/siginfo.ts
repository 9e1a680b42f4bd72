/**
 * struct siginfo (asm-generic/siginfo.h), 128 bytes:
 *
 *     offset  size   what
 *          0     4   si_signo
 *          4     4   si_errno
 *          8     4   si_code
 *         16     4   sender's pid, or a timer's id          16  8  address of a fault, or band of SIGIO
 *         20     4   sender's uid, or overruns of a timer
 *         24     4   SIGCHLD: status                        24  8  value of sigqueue(3) or a timer     24  4  fd of SIGIO
 *         32     8   SIGCHLD: user time in ticks
 *         40     8   SIGCHLD: system time
 */

import { type SignalInfo, SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGIO, SIGSEGV, SIGTRAP, SI_KERNEL, SI_TIMER } from '../kernel/signals.ts';
import { setLong } from '../kernel/user-memory.ts';

export const SIGINFO_SIZE = 128;

/** Writes a siginfo at an index of a view, all of it. */
export function encodeSiginfo(view: DataView, at: number, info: SignalInfo): void {
  for (let offset = 0; offset < SIGINFO_SIZE; offset += 4) view.setInt32(at + offset, 0, true);
  if (info.raw) {
    for (let offset = 0; offset < SIGINFO_SIZE; offset++) view.setUint8(at + offset, info.raw[offset] ?? 0);
    return;
  }
  const { signal, code } = info;
  view.setInt32(at, signal, true);
  view.setInt32(at + 4, info.errno ?? 0, true);
  view.setInt32(at + 8, code, true);
  const fault = signal === SIGSEGV || signal === SIGBUS || signal === SIGFPE || signal === SIGILL || signal === SIGTRAP;
  if (fault && code > 0 && code !== SI_KERNEL) {
    setLong(view, at + 16, info.address ?? 0);
  } else if (signal === SIGIO && code > 0 && code !== SI_KERNEL) {
    setLong(view, at + 16, info.band ?? 0);
    view.setInt32(at + 24, info.fd ?? 0, true);
  } else if (code === SI_TIMER) {
    view.setInt32(at + 16, info.timer ?? 0, true);
    view.setInt32(at + 20, info.overrun ?? 0, true);
    view.setBigUint64(at + 24, info.value ?? 0n, true);
  } else {
    view.setInt32(at + 16, info.pid ?? 0, true);
    view.setInt32(at + 20, info.uid ?? 0, true);
    if (signal === SIGCHLD && code > 0) {
      view.setInt32(at + 24, info.status ?? 0, true);
      setLong(view, at + 32, info.utime ?? 0);
      setLong(view, at + 40, info.stime ?? 0);
    } else if (info.value !== undefined) {
      view.setBigUint64(at + 24, info.value, true);
    }
  }
}
