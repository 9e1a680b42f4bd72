/** What terminals ask about a guest's processes. */

import type { Caller } from '../../fs/caller.ts';
import type { Position, Processes } from '../../fs/devices/terminal/sessions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { signalProcess } from '../kernel/signal-delivery.ts';
import { SI_KERNEL } from '../kernel/signals.ts';

export class GuestProcesses implements Processes {
  /** Set once there is one: terminals come before the kernel. */
  kernel: Kernel | undefined;

  #processOf(caller: Caller): Process | undefined {
    return caller.threadId === undefined ? undefined : this.kernel?.tasks.get(caller.threadId)?.process;
  }

  position(caller: Caller): Position | undefined {
    const process = this.#processOf(caller);
    return process && { session: process.session, group: process.group, leader: process.session === process.pid };
  }

  ignores(caller: Caller, signal: number): boolean {
    const task = caller.threadId === undefined ? undefined : this.kernel?.tasks.get(caller.threadId);
    return task !== undefined && (task.blocked.has(signal) || task.process.actions.ignores(signal));
  }

  isOrphaned(group: number): boolean {
    return this.kernel?.isOrphanedGroup(group) ?? true;
  }

  sessionOf(group: number): number | undefined {
    for (const process of this.kernel?.processes.values() ?? []) if (process.group === group) return process.session;
    return undefined;
  }

  signalGroup(group: number, signal: number): void {
    for (const process of this.kernel?.processes.values() ?? []) {
      if (process.group === group && process.alive) signalProcess(process, { signal, code: SI_KERNEL });
    }
  }

  signalProcess(id: number, signal: number): void {
    const process = this.kernel?.processes.get(id);
    if (process?.alive) signalProcess(process, { signal, code: SI_KERNEL });
  }
}
