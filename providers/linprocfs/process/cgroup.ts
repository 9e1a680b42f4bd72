/** /proc/PID/cgroup, cpuset and cpu_resctrl_groups (kernel/cgroup/cgroup.c proc_cgroup_show, cgroups(7), cpuset(7)). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

const [COMMA, COLON] = [0x2c, 0x3a];

export function cgroup(out: TextWriter, task: TaskView): Errno | 0 {
  const groups = task.accounting.controlGroups();
  if (isErrno(groups)) return groups;
  for (const { hierarchy, controllers, path } of groups) {
    out.decimal(hierarchy).byte(COLON);
    controllers.forEach((controller, index) => (index ? out.byte(COMMA) : out).text(controller));
    out.byte(COLON).text(path).newline();
  }
  return 0;
}

export function cpuset(out: TextWriter, task: TaskView): Errno | 0 {
  const path = task.accounting.cpuset();
  if (isErrno(path)) return path;
  out.text(path).newline();
  return 0;
}

/** fs/resctrl/rdtgroup.c proc_resctrl_show */
export function cpuResctrlGroups(out: TextWriter, task: TaskView): Errno | 0 {
  const groups = task.accounting.resourceControlGroups();
  if (isErrno(groups)) return groups;
  out.text('res:').text(groups.control).text('\nmon:').text(groups.monitoring).newline();
  return 0;
}
