/** /proc/PID/status (fs/proc/array.c proc_pid_status, fs/proc/task_mmu.c task_mem, proc_pid_status(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import { groupSeenBy, userSeenBy } from '../../../fs/user-namespace.ts';
import type { TaskMemory, TaskStatus, TaskView } from '../../model/task.ts';
import { stateSeenBy } from './access.ts';
import { hexMask, listOfBits } from '../bits.ts';
import { isThread } from './callers.ts';

const STATES: Readonly<Record<string, string>> = {
  R: 'R (running)',
  S: 'S (sleeping)',
  D: 'D (disk sleep)',
  T: 'T (stopped)',
  t: 't (tracing stop)',
  X: 'X (dead)',
  Z: 'Z (zombie)',
  P: 'P (parked)',
  I: 'I (idle)',
};

export function status(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  const status = task.status();
  if (isErrno(status)) return status;
  escapedName(out.text('Name:\t'), status.name).newline();
  if (status.umask !== undefined) out.text('Umask:\t').octalZero(status.umask, 4).newline();
  out.text('State:\t').text(STATES[stateSeenBy(caller, task, status.state)] ?? status.state).newline();
  identity(out, status, caller);
  if (status.memory) memory(out, status.memory);
  signals(out, status);
  rights(out, status);
  return 0;
}

/** Everyone reads the same, but for the thread itself and for those who see other ids. */
export function statusKey(task: TaskView, caller: Caller): object | undefined {
  if (task.workedOut || isThread(task, caller) || caller.foreignNamespace?.()) return undefined;
  const status = task.status();
  return isErrno(status) ? undefined : status;
}

const QUEUE = Buffer.from('\nSigQ:\t');
const SWITCHES = Buffer.from('\nvoluntary_ctxt_switches:\t');

/**
 * Whether two differ in nothing but the counts that change in a thread that does next to nothing. What was parsed anew has
 * arrays of its own. Spelled out, for a loop over names takes long.
 */
function differInCounts(a: TaskStatus, b: TaskStatus): boolean {
  return (
    a.uids === b.uids &&
    a.name === b.name &&
    a.umask === b.umask &&
    a.state === b.state &&
    a.processId === b.processId &&
    a.numaGroup === b.numaGroup &&
    a.id === b.id &&
    a.parent === b.parent &&
    a.tracer === b.tracer &&
    a.gids === b.gids &&
    a.descriptorSlots === b.descriptorSlots &&
    a.groups === b.groups &&
    a.namespaceIds === b.namespaceIds &&
    a.kernelThread === b.kernelThread &&
    a.memory === b.memory &&
    a.threads === b.threads &&
    a.pendingSignals === b.pendingSignals &&
    a.sharedPendingSignals === b.sharedPendingSignals &&
    a.blockedSignals === b.blockedSignals &&
    a.ignoredSignals === b.ignoredSignals &&
    a.caughtSignals === b.caughtSignals &&
    a.capabilities === b.capabilities &&
    a.noNewPrivileges === b.noNewPrivileges &&
    a.seccomp === b.seccomp &&
    a.speculativeStoreBypass === b.speculativeStoreBypass &&
    a.speculationIndirectBranch === b.speculationIndirectBranch &&
    a.cpusAllowed === b.cpusAllowed &&
    a.memoryNodesAllowed === b.memoryNodesAllowed &&
    a.architectureFeatures === b.architectureFeatures
  );
}

/** The text of a status that differs from another in nothing but counts. */
export function rewriteStatus(out: TextWriter, text: Buffer, before: object, now: object): boolean {
  const [old, status] = [before as TaskStatus, now as TaskStatus];
  if (!differInCounts(old, status)) return false;
  const queue = text.indexOf(QUEUE) + 1;
  const switches = text.indexOf(SWITCHES, queue) + 1;
  if (queue === 0 || switches === 0) return false;
  out.raw(text.subarray(0, queue));
  queued(out, status);
  out.raw(text.subarray(text.indexOf(0x0a, queue) + 1, switches));
  contextSwitches(out, status);
  return true;
}

function identity(out: TextWriter, status: TaskStatus, caller: Caller): void {
  out.text('Tgid:\t').decimal(status.processId);
  out.text('\nNgid:\t').decimal(status.numaGroup);
  out.text('\nPid:\t').decimal(status.id);
  out.text('\nPPid:\t').decimal(status.parent);
  out.text('\nTracerPid:\t').decimal(status.tracer);
  out.text('\nUid:');
  for (const uid of status.uids) out.byte(0x09).decimal(userSeenBy(caller, uid));
  out.text('\nGid:');
  for (const gid of status.gids) out.byte(0x09).decimal(groupSeenBy(caller, gid));
  out.text('\nFDSize:\t').decimal(status.descriptorSlots);
  out.text('\nGroups:\t');
  status.groups.forEach((group, index) => (index ? out.space() : out).decimal(groupSeenBy(caller, group)));
  out.text(' \n');
  if (status.namespaceIds) {
    tabbed(out, 'NStgid:', status.namespaceIds.processIds);
    tabbed(out, '\nNSpid:', status.namespaceIds.ids);
    tabbed(out, '\nNSpgid:', status.namespaceIds.processGroups);
    tabbed(out, '\nNSsid:', status.namespaceIds.sessions);
    out.newline();
  }
  if (status.kernelThread !== undefined) out.text('Kthread:\t').decimal(status.kernelThread ? 1 : 0).newline();
}

function memory(out: TextWriter, memory: TaskMemory): void {
  kilobytes(out, 'VmPeak:\t', memory.peak);
  kilobytes(out, 'VmSize:\t', memory.size);
  kilobytes(out, 'VmLck:\t', memory.locked);
  kilobytes(out, 'VmPin:\t', memory.pinned);
  kilobytes(out, 'VmHWM:\t', memory.highWater);
  kilobytes(out, 'VmRSS:\t', memory.resident);
  kilobytes(out, 'RssAnon:\t', memory.residentAnonymous);
  kilobytes(out, 'RssFile:\t', memory.residentFile);
  kilobytes(out, 'RssShmem:\t', memory.residentShared);
  kilobytes(out, 'VmData:\t', memory.data);
  kilobytes(out, 'VmStk:\t', memory.stack);
  kilobytes(out, 'VmExe:\t', memory.executable);
  kilobytes(out, 'VmLib:\t', memory.libraries);
  kilobytes(out, 'VmPTE:\t', memory.pageTables);
  kilobytes(out, 'VmSwap:\t', memory.swapped);
  if (memory.hugeTlb !== undefined) kilobytes(out, 'HugetlbPages:\t', memory.hugeTlb);
  out.text('CoreDumping:\t').decimal(memory.coreDumping ? 1 : 0).newline();
  if (memory.transparentHugePages !== undefined) {
    out.text('THP_enabled:\t').decimal(memory.transparentHugePages ? 1 : 0).newline();
  }
  if (memory.untagMask !== undefined) out.text('untag_mask:\t0x').hex(memory.untagMask).newline();
}

function signals(out: TextWriter, status: TaskStatus): void {
  out.text('Threads:\t').decimal(status.threads);
  queued(out.newline(), status);
  out.text('SigPnd:\t').hexZero(status.pendingSignals, 16);
  out.text('\nShdPnd:\t').hexZero(status.sharedPendingSignals, 16);
  out.text('\nSigBlk:\t').hexZero(status.blockedSignals, 16);
  out.text('\nSigIgn:\t').hexZero(status.ignoredSignals, 16);
  out.text('\nSigCgt:\t').hexZero(status.caughtSignals, 16).newline();
}

function rights(out: TextWriter, status: TaskStatus): void {
  const { capabilities } = status;
  out.text('CapInh:\t').hexZero(capabilities.inheritable, 16);
  out.text('\nCapPrm:\t').hexZero(capabilities.permitted, 16);
  out.text('\nCapEff:\t').hexZero(capabilities.effective, 16);
  out.text('\nCapBnd:\t').hexZero(capabilities.bounding, 16);
  out.text('\nCapAmb:\t').hexZero(capabilities.ambient, 16);
  out.text('\nNoNewPrivs:\t').decimal(status.noNewPrivileges ? 1 : 0).newline();
  if (status.seccomp) {
    out.text('Seccomp:\t').decimal(status.seccomp.mode).newline();
    if (status.seccomp.filters !== undefined) out.text('Seccomp_filters:\t').decimal(status.seccomp.filters).newline();
  }
  if (status.speculativeStoreBypass !== undefined) {
    out.text('Speculation_Store_Bypass:\t').text(status.speculativeStoreBypass).newline();
  }
  if (status.speculationIndirectBranch !== undefined) {
    out.text('SpeculationIndirectBranch:\t').text(status.speculationIndirectBranch).newline();
  }
  hexMask(out.text('Cpus_allowed:\t'), status.cpusAllowed).newline();
  listOfBits(out.text('Cpus_allowed_list:\t'), status.cpusAllowed).newline();
  if (status.memoryNodesAllowed) {
    hexMask(out.text('Mems_allowed:\t'), status.memoryNodesAllowed).newline();
    listOfBits(out.text('Mems_allowed_list:\t'), status.memoryNodesAllowed).newline();
  }
  contextSwitches(out, status);
}

function queued(out: TextWriter, status: TaskStatus): void {
  out.text('SigQ:\t').decimal(status.queuedSignals).byte(0x2f).decimal(status.queuedSignalLimit).newline();
}

/** The end of the text. */
function contextSwitches(out: TextWriter, status: TaskStatus): void {
  out.text('voluntary_ctxt_switches:\t').decimal(status.voluntarySwitches);
  out.text('\nnonvoluntary_ctxt_switches:\t').decimal(status.involuntarySwitches).newline();
  if (status.architectureFeatures) {
    out.text('x86_Thread_features:\t').text(status.architectureFeatures.enabled);
    out.text('\nx86_Thread_features_locked:\t').text(status.architectureFeatures.locked).newline();
  }
}

/** A thread's name; here alone newlines and backslashes are escaped, as in C. */
function escapedName(out: TextWriter, name: string): TextWriter {
  if (!name.includes('\n') && !name.includes('\\')) return out.text(name);
  return out.text(name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'));
}

/** A label and values, each behind a tab. */
function tabbed(out: TextWriter, label: string, values: readonly number[]): void {
  out.text(label);
  for (const value of values) out.byte(0x09).decimal(value);
}

function kilobytes(out: TextWriter, label: string, value: U64): void {
  out.text(label).decimalPadded(value, 8).text(' kB\n');
}
