/**
 * The regular files of /proc/PID and /proc/PID/task/TID, in the kernel's order (fs/proc/base.c tgid_base_stuff,
 * tid_base_stuff). What depends on the kernel's configuration is there where the modelled kernel has it.
 *
 * Differs: the position of a write does not matter where Linux never moves it, for here it moves with each write.
 */

import type { Caller } from '../../../fs/caller.ts';
import { EINVAL, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import { MAY_EXEC, POLLIN, POLLRDNORM } from '../../../fs/flags.ts';
import { type CommonOptions, type Declared, type FileOptions, type Fill, type NodeSpec, file, stream } from '../../../fs/generated/spec.ts';
import { modePermission } from '../../../fs/permission.ts';
import type { TaskView } from '../../model/task.ts';
import { isSameProcess } from './access.ts';
import { openAddressSpace } from './attach-access.ts';
import { attr } from './attr.ts';
import { stack, superuserOpener, syscall, wchan } from './blocked.ts';
import { cgroup, cpuResctrlGroups, cpuset } from './cgroup.ts';
import { children } from './children.ts';
import { cmdline } from './cmdline.ts';
import { comm, writeComm } from './comm.ts';
import { coredumpFilter, readClearRefs, writeClearRefs, writeCoredumpFilter } from './coredump_filter.ts';
import { auxv, environ } from './environ.ts';
import { failNth, makeItFail, writeFailNth, writeMakeItFail } from './fault-injection.ts';
import { io } from './io.ts';
import { ksmMergingPages, ksmStat } from './ksm.ts';
import { limits } from './limits.ts';
import { loginuid, sessionid, writeLoginuid } from './loginuid.ts';
import { maps } from './maps.ts';
import { mem, pagemap } from './mem.ts';
import { mountinfo, mounts, mountstats } from './mounts.ts';
import { numaMaps } from './numa_maps.ts';
import { oomAdj, oomScore, oomScoreAdj, writeOomAdj, writeOomScoreAdj } from './oom.ts';
import { archStatus, patchState, personality, stackDepth } from './personality.ts';
import { autogroup, latency, sched, schedstat, writeAutogroup, writeLatency, writeSched } from './sched.ts';
import { seccompCache } from './seccomp_cache.ts';
import { smaps, smapsRollup } from './smaps.ts';
import { stat, statKey } from './stat.ts';
import { statm } from './statm.ts';
import { rewriteStatus, status, statusKey } from './status.ts';
import { timensOffsets, timensOpener, writeTimensOffsets } from './timens_offsets.ts';
import { openTimers, timers, timerslackNs, writeTimerslackNs } from './timers.ts';
import { idMap, mapOpener, openSetgroups, setgroups, writeIdMap, writeSetgroups } from './user-namespace.ts';

/** Each is made when it is looked at: there are many, and most readers want one. */
type Entries = Readonly<Record<string, Declared<TaskView>>>;

/** A file of every kernel. */
function always(mode: number, fill: Fill<TaskView>, options?: FileOptions<TaskView>): NodeSpec<TaskView> {
  return file<TaskView>(mode, fill, { writeError: EINVAL, ...options });
}

/** A file that the kernel may lack, by its name. */
function optional(
  name: string,
  mode: number,
  fill: Fill<TaskView>,
  options?: FileOptions<TaskView>,
): NodeSpec<TaskView> {
  const path = `PID/${name}`;
  return always(mode, fill, { exists: ({ kernel }) => kernel.has(path), ...options });
}

/** Files about the address space stay with the one that they were opened on. */
const pin = (task: TaskView): unknown => task.addressSpace.generation();
const opensEmpty: FileOptions<TaskView> = { open: openAddressSpace(0), pin };
const needsMemory: FileOptions<TaskView> = { open: openAddressSpace(ESRCH), pin };

const openMounts: FileOptions<TaskView> = {
  open(_flags, task) {
    const version = task.mounts.version();
    return isErrno(version) ? version : 0;
  },
};
const polledMounts: FileOptions<TaskView> = {
  ...openMounts,
  pollMask: POLLIN | POLLRDNORM,
  version: (task) => task.mounts.version(),
};

/** A thread may always name the others of its process. */
function commPermission(mask: number, task: TaskView, caller: Caller): Errno | 0 {
  if (!(mask & MAY_EXEC) && isSameProcess(task, caller)) return 0;
  const owner = task.filesOwner();
  return isErrno(owner) ? owner : modePermission(0o644, owner.uid, owner.gid, mask, caller);
}

/** What comes before the links `cwd`, `root` and `exe`, for a process (`whole`) or a thread. */
export function filesBeforeLinks(whole: boolean): Entries {
  const ofProcess: Entries = {
    autogroup: () => optional('autogroup', 0o644, autogroup, { write: writeAutogroup }),
    timens_offsets: () => optional('timens_offsets', 0o644, timensOffsets, { write: writeTimensOffsets, opener: timensOpener }),
  };
  const ofThread: Entries = {
    children: () => always(0o444, children, { exists: ({ kernel }) => kernel.has('PID/task/TID/children') }),
  };
  return {
    environ: () => always(0o400, environ, needsMemory),
    auxv: () => always(0o400, auxv, needsMemory),
    status: () => always(0o444, status, { key: statusKey, rewrite: rewriteStatus }),
    personality: () => always(0o400, personality),
    limits: () => always(0o444, limits),
    sched: () => optional('sched', 0o644, sched, { write: writeSched }),
    ...(whole ? ofProcess : {}),
    comm: () => always(0o644, comm, { write: writeComm, ...(!whole && { permission: commPermission }) }),
    syscall: () => optional('syscall', 0o400, syscall),
    cmdline: () => always(0o444, cmdline),
    stat: () => always(0o444, stat(whole), { key: statKey(whole) }),
    statm: () => always(0o444, statm),
    maps: () => always(0o444, maps, opensEmpty),
    ...(whole ? {} : ofThread),
    numa_maps: () => optional('numa_maps', 0o444, numaMaps, opensEmpty),
    mem: () => stream<TaskView>(0o600, mem),
  };
}

/** What comes after them. */
export function filesAfterLinks(whole: boolean, attributes?: CommonOptions<TaskView>['attributes']): Entries {
  const page = ({ kernel }: TaskView): boolean => kernel.has('PID/pagemap');
  return {
    mounts: () => always(0o444, mounts, polledMounts),
    mountinfo: () => always(0o444, mountinfo, polledMounts),
    ...(whole && { mountstats: () => always(0o400, mountstats, openMounts) }),
    clear_refs: () => optional('clear_refs', 0o200, readClearRefs, { write: writeClearRefs }),
    smaps: () => optional('smaps', 0o444, smaps, opensEmpty),
    smaps_rollup: () => optional('smaps_rollup', 0o444, smapsRollup, needsMemory),
    pagemap: () => stream<TaskView>(0o400, pagemap, { exists: page }),
    attr: () => attr(attributes),
    wchan: () => optional('wchan', 0o444, wchan),
    stack: () => optional('stack', 0o400, stack, { opener: superuserOpener }),
    schedstat: () => optional('schedstat', 0o444, schedstat),
    latency: () => optional('latency', 0o444, latency, { write: writeLatency }),
    cpuset: () => optional('cpuset', 0o444, cpuset),
    cgroup: () => optional('cgroup', 0o444, cgroup),
    cpu_resctrl_groups: () => optional('cpu_resctrl_groups', 0o444, cpuResctrlGroups),
    oom_score: () => always(0o444, oomScore),
    oom_adj: () => always(0o644, oomAdj, { write: writeOomAdj }),
    oom_score_adj: () => always(0o644, oomScoreAdj, { write: writeOomScoreAdj }),
    loginuid: () => optional('loginuid', 0o644, loginuid, { write: writeLoginuid }),
    sessionid: () => optional('sessionid', 0o444, sessionid),
    'make-it-fail': () => optional('make-it-fail', 0o644, makeItFail, { write: writeMakeItFail }),
    'fail-nth': () => optional('fail-nth', 0o644, failNth, { write: writeFailNth }),
    ...(whole && { coredump_filter: () => optional('coredump_filter', 0o644, coredumpFilter, { write: writeCoredumpFilter }) }),
    io: () => optional('io', 0o400, io(whole)),
    uid_map: () => optional('uid_map', 0o644, idMap('uid'), { write: writeIdMap('uid'), opener: mapOpener('uid') }),
    gid_map: () => optional('gid_map', 0o644, idMap('gid'), { write: writeIdMap('gid'), opener: mapOpener('gid') }),
    projid_map: () => optional('projid_map', 0o644, idMap('projid'), { write: writeIdMap('projid'), opener: mapOpener('projid') }),
    setgroups: () => optional('setgroups', 0o644, setgroups, { open: openSetgroups, write: writeSetgroups }),
    ...(whole && {
      timers: () => optional('timers', 0o444, timers, { open: openTimers }),
      timerslack_ns: () => always(0o666, timerslackNs, { write: writeTimerslackNs }),
    }),
    patch_state: () => optional('patch_state', 0o400, patchState),
    ...(whole && { stack_depth: () => optional('stack_depth', 0o444, stackDepth) }),
    arch_status: () => optional('arch_status', 0o444, archStatus),
    seccomp_cache: () => optional('seccomp_cache', 0o400, seccompCache, { opener: superuserOpener }),
    ksm_merging_pages: () => optional('ksm_merging_pages', 0o400, ksmMergingPages),
    ksm_stat: () => optional('ksm_stat', 0o400, ksmStat),
  };
}
