/** Ids of processes and users, groups and capabilities (kernel/sys.c, kernel/groups.c, kernel/capability.c). */

import { CAP_SETGID, CAP_SETUID } from '../../fs/caller.ts';
import { EACCES, EFAULT, EINVAL, EPERM, ESRCH } from '../../fs/errno.ts';
import { ALL_CAPABILITIES, type CapabilitySet, type Credentials, withFsUid, withIds } from '../kernel/credentials.ts';
import type { Process } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import { put32, readable, writable } from '../kernel/user-memory.ts';

const CAP_SETPCAP = 8;

export function getpid(task: Task): number {
  return task.process.pid;
}

export function gettid(task: Task): number {
  return task.tid;
}

export function getppid(task: Task): number {
  return task.process.parent?.pid ?? 0;
}

export function getuid(task: Task): number {
  return task.credentials.uid;
}

export function geteuid(task: Task): number {
  return task.credentials.euid;
}

export function getgid(task: Task): number {
  return task.credentials.gid;
}

export function getegid(task: Task): number {
  return task.credentials.egid;
}

/** Whether a task may take any id. */
const mayUser = (task: Task): boolean => task.capable(CAP_SETUID);
const mayGroup = (task: Task): boolean => task.capable(CAP_SETGID);

function become(task: Task, next: Credentials): number {
  task.credentials = next;
  return 0;
}

export function setuid(task: Task, id: number): number {
  if (id === -1) return EINVAL;
  const uid = id >>> 0;
  const old = task.credentials;
  if (mayUser(task)) return become(task, withIds(old, { uid, euid: uid, suid: uid, fsuid: uid }));
  if (uid !== old.uid && uid !== old.suid) return EPERM;
  return become(task, withIds(old, { euid: uid, fsuid: uid }));
}

export function setgid(task: Task, id: number): number {
  if (id === -1) return EINVAL;
  const gid = id >>> 0;
  const old = task.credentials;
  if (mayGroup(task)) return become(task, { ...old, gid, egid: gid, sgid: gid, fsgid: gid });
  if (gid !== old.gid && gid !== old.sgid) return EPERM;
  return become(task, { ...old, egid: gid, fsgid: gid });
}

export function setreuid(task: Task, real: number, effective: number): number {
  const old = task.credentials;
  const uid = real === -1 ? old.uid : real >>> 0;
  const euid = effective === -1 ? old.euid : effective >>> 0;
  if (!mayUser(task)) {
    if (real !== -1 && uid !== old.uid && uid !== old.euid) return EPERM;
    if (effective !== -1 && euid !== old.uid && euid !== old.euid && euid !== old.suid) return EPERM;
  }
  const suid = real !== -1 || (effective !== -1 && euid !== old.uid) ? euid : old.suid;
  return become(task, withIds(old, { uid, euid, suid, fsuid: euid }));
}

export function setregid(task: Task, real: number, effective: number): number {
  const old = task.credentials;
  const gid = real === -1 ? old.gid : real >>> 0;
  const egid = effective === -1 ? old.egid : effective >>> 0;
  if (!mayGroup(task)) {
    if (real !== -1 && gid !== old.gid && gid !== old.egid) return EPERM;
    if (effective !== -1 && egid !== old.gid && egid !== old.egid && egid !== old.sgid) return EPERM;
  }
  const sgid = real !== -1 || (effective !== -1 && egid !== old.gid) ? egid : old.sgid;
  return become(task, { ...old, gid, egid, sgid, fsgid: egid });
}

export function setresuid(task: Task, real: number, effective: number, saved: number): number {
  const old = task.credentials;
  const known = (id: number): boolean => id === -1 || id >>> 0 === old.uid || id >>> 0 === old.euid || id >>> 0 === old.suid;
  if (!mayUser(task) && !(known(real) && known(effective) && known(saved))) return EPERM;
  const uid = real === -1 ? old.uid : real >>> 0;
  const euid = effective === -1 ? old.euid : effective >>> 0;
  const suid = saved === -1 ? old.suid : saved >>> 0;
  return become(task, withIds(old, { uid, euid, suid, fsuid: euid }));
}

export function setresgid(task: Task, real: number, effective: number, saved: number): number {
  const old = task.credentials;
  const known = (id: number): boolean => id === -1 || id >>> 0 === old.gid || id >>> 0 === old.egid || id >>> 0 === old.sgid;
  if (!mayGroup(task) && !(known(real) && known(effective) && known(saved))) return EPERM;
  const gid = real === -1 ? old.gid : real >>> 0;
  const egid = effective === -1 ? old.egid : effective >>> 0;
  const sgid = saved === -1 ? old.sgid : saved >>> 0;
  return become(task, { ...old, gid, egid, sgid, fsgid: egid });
}

export function getresuid(task: Task, real: number, effective: number, saved: number): number {
  const { uid, euid, suid } = task.credentials;
  return put32(task, real, uid) || put32(task, effective, euid) || put32(task, saved, suid);
}

export function getresgid(task: Task, real: number, effective: number, saved: number): number {
  const { gid, egid, sgid } = task.credentials;
  return put32(task, real, gid) || put32(task, effective, egid) || put32(task, saved, sgid);
}

export function setfsuid(task: Task, id: number): number {
  const old = task.credentials;
  const uid = id >>> 0;
  const allowed = uid === old.uid || uid === old.euid || uid === old.suid || uid === old.fsuid || mayUser(task);
  if (id !== -1 && allowed && uid !== old.fsuid) task.credentials = withFsUid(old, uid);
  return old.fsuid;
}

export function setfsgid(task: Task, id: number): number {
  const old = task.credentials;
  const gid = id >>> 0;
  const allowed = gid === old.gid || gid === old.egid || gid === old.sgid || gid === old.fsgid || mayGroup(task);
  if (id !== -1 && allowed) task.credentials = { ...old, fsgid: gid };
  return old.fsgid;
}

const NGROUPS_MAX = 65536;

export function getgroups(task: Task, size: number, address: number): number {
  const { groups } = task.credentials;
  if (size < 0) return EINVAL;
  if (size === 0) return groups.length;
  if (size < groups.length) return EINVAL;
  const at = writable(task, address, groups.length * 4);
  if (at < 0 && groups.length > 0) return EFAULT;
  groups.forEach((group, index) => task.memory.view.setUint32(at + index * 4, group, true));
  return groups.length;
}

export function setgroups(task: Task, size: number, address: number): number {
  if (!mayGroup(task)) return EPERM;
  if (size >>> 0 > NGROUPS_MAX) return EINVAL;
  const at = readable(task, address, size * 4);
  if (at < 0 && size > 0) return EFAULT;
  const groups = Array.from({ length: size }, (_, index) => task.memory.view.getUint32(at + index * 4, true));
  return become(task, { ...task.credentials, groups: groups.sort((a, b) => a - b) });
}

// Process groups and sessions.

function processOf(task: Task, pid: number): Process | undefined {
  if (pid === 0) return task.process;
  return task.kernel.tasks.get(pid)?.process ?? task.kernel.processes.get(pid);
}

export function getpgid(task: Task, pid: number): number {
  return processOf(task, pid)?.group ?? ESRCH;
}

export function getpgrp(task: Task): number {
  return task.process.group;
}

export function getsid(task: Task, pid: number): number {
  return processOf(task, pid)?.session ?? ESRCH;
}

export function setpgid(task: Task, pid: number, group: number): number {
  const { kernel, process: own } = task;
  if (group < 0) return EINVAL;
  const process = kernel.processes.get(pid === 0 ? own.pid : pid);
  if (!process || (process !== own && process.parent !== own)) return ESRCH;
  if (process !== own) {
    if (process.session !== own.session) return EPERM;
    if (process.executed) return EACCES;
  }
  if (process.session === process.pid) return EPERM;
  const id = group === 0 ? process.pid : group;
  if (id !== process.pid) {
    const member = [...kernel.processes.values()].find((other) => other.group === id);
    if (member?.session !== own.session) return EPERM;
  }
  process.group = id;
  return 0;
}

export function setsid(task: Task): number {
  const { kernel, process } = task;
  for (const other of kernel.processes.values()) if (other.group === process.pid) return EPERM;
  process.session = process.pid;
  process.group = process.pid;
  return process.pid;
}

// Capabilities.

const VERSION_1 = 0x19980330;
const VERSION_2 = 0x20071026;
const VERSION_3 = 0x20080522;

/** How many words of each set a version has; 0 for an unknown one, whose header is then told the newest. */
function words(task: Task, header: number): number {
  const at = readable(task, header, 4);
  if (at < 0) return EFAULT;
  const version = task.memory.view.getUint32(at, true);
  if (version === VERSION_1) return 1;
  if (version === VERSION_2 || version === VERSION_3) return 2;
  return put32(task, header, VERSION_3) || 0;
}

/** struct __user_cap_header_struct: version, pid; __user_cap_data_struct: effective, permitted, inheritable, for each word. */
export function capget(task: Task, header: number, data: number): number {
  const count = words(task, header);
  if (count < 0) return count;
  if (count === 0) return data === 0 ? 0 : EINVAL;
  const at = readable(task, header, 8);
  if (at < 0) return EFAULT;
  const pid = task.memory.view.getInt32(at + 4, true);
  if (pid < 0) return EINVAL;
  const target = pid === 0 ? task : task.kernel.tasks.get(pid);
  if (!target) return ESRCH;
  if (data === 0) return 0;
  const into = writable(task, data, count * 12);
  if (into < 0) return EFAULT;
  const { effective, permitted, inheritable } = target.credentials;
  const { view } = task.memory;
  [effective, permitted, inheritable].forEach((set, index) => {
    view.setInt32(into + index * 4, set.low, true);
    if (count === 2) view.setInt32(into + 12 + index * 4, set.high, true);
  });
  return 0;
}

const within = (set: CapabilitySet, ...others: CapabilitySet[]): boolean => {
  const low = others.reduce((bits, other) => bits | other.low, 0);
  const high = others.reduce((bits, other) => bits | other.high, 0);
  return (set.low & ~low) === 0 && (set.high & ~high) === 0;
};

export function capset(task: Task, header: number, data: number): number {
  const count = words(task, header);
  if (count < 0) return count;
  if (count === 0) return EINVAL;
  const at = readable(task, header, 8);
  const from = readable(task, data, count * 12);
  if (at < 0 || from < 0) return EFAULT;
  const { view } = task.memory;
  const pid = view.getInt32(at + 4, true);
  if (pid !== 0 && pid !== task.tid) return EPERM;
  const read = (index: number): CapabilitySet => ({
    low: view.getInt32(from + index * 4, true),
    high: count === 2 ? view.getInt32(from + 12 + index * 4, true) & ALL_CAPABILITIES.high : 0,
  });
  const [effective, permitted, inheritable] = [read(0), read(1), read(2)];
  const old = task.credentials;
  if (!task.capable(CAP_SETPCAP) && !within(inheritable, old.inheritable, old.permitted)) return EPERM;
  if (!within(inheritable, old.inheritable, old.bounding)) return EPERM;
  if (!within(permitted, old.permitted) || !within(effective, permitted)) return EPERM;
  const ambient = {
    low: old.ambient.low & permitted.low & inheritable.low,
    high: old.ambient.high & permitted.high & inheritable.high,
  };
  return become(task, { ...old, effective, permitted, inheritable, ambient });
}
