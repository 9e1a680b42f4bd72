/** The kernel of a Linux host at one moment. */

import type { Caller } from '../../../fs/caller.ts';
import { isErrno } from '../../../fs/errno.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { GroupView } from '../../model/control-groups.ts';
import type { ControlGroup } from '../../model/task-accounting.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import type { SysfsView } from '../../model/sysfs.ts';
import type { TaskView } from '../../model/task.ts';
import { HostSystem } from './host-system.ts';

/** The host at one moment: its files at the top of /proc (`HostSystem`), its processes and its parameters. */
export class HostView extends HostSystem implements KernelView {
  has(file: string): boolean {
    return this.source.has(file);
  }

  sysctl(): SysctlView {
    return this.source.sysctl;
  }

  sysfs(): SysfsView {
    return this.source.sysfs;
  }

  processIds(after: number): readonly number[] {
    return this.source.processIds(after);
  }

  processCount(): number {
    return this.source.processCount();
  }

  isReachedBy(caller: Caller, procfs: string): boolean {
    return caller.threadId !== undefined && this.source.isReachedBy(caller.threadId, procfs);
  }

  /** Of a recorded machine: whoever recorded it. */
  visitor(): number | undefined {
    const { files } = this.source;
    if (files.calls.live) return undefined;
    const text = files.readlink('self');
    return isErrno(text) || !/^\d+$/.test(text) ? undefined : Number(text);
  }

  controlGroups(groups: readonly ControlGroup[]): GroupView {
    return this.source.controlGroups.group(groups);
  }

  task(threadId: number): TaskView | undefined {
    return this.source.task(threadId);
  }
}
