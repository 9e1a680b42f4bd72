/** The machine, limits and settings: uname(2), sysinfo(2), prlimit64(2), prctl(2), sched_*(2) and others (kernel/sys.c, kernel/sched). */

import { CAP_SYS_ADMIN, CAP_SYS_NICE, CAP_SYS_RESOURCE } from '../../fs/caller.ts';
import { EACCES, EFAULT, EINVAL, ENODEV, EPERM, ESRCH, type Errno, isErrno } from '../../fs/errno.ts';
import { encodeRusage, RUSAGE_SIZE } from '../abi/rusage.ts';
import { CAP_LAST, SECBIT_KEEP_CAPS, SECBIT_NO_CAP_AMBIENT_RAISE, hasCapability } from '../kernel/credentials.ts';
import { type Usage, noUsage } from '../kernel/process.ts';
import { RLIMIT_COUNT, RLIMIT_NOFILE } from '../kernel/resource-limits.ts';
import { ATTENTION_RESCHEDULE, type Task } from '../kernel/task.ts';
import { bytesOf, getUnsigned, put, put32, put64, readable, setLong, text, writable } from '../kernel/user-memory.ts';

const UTS_LENGTH = 65;

/** struct utsname: six strings of 65 bytes. */
export function uname(task: Task, address: number): number {
  const at = writable(task, address, UTS_LENGTH * 6);
  if (at < 0) return EFAULT;
  const { name } = task.kernel;
  const release = task.jail?.osrelease ?? name.release;
  const parts = ['Linux', name.hostname, release, name.version, task.process.brand.machine, name.domain];
  const { bytes } = task.memory;
  bytes.fill(0, at, at + UTS_LENGTH * 6);
  parts.forEach((part, index) => bytes.set(bytesOf(part.slice(0, UTS_LENGTH - 1)), at + index * UTS_LENGTH));
  return 0;
}

function setName(task: Task, address: number, length: number, set: (name: string) => void): number {
  if (!task.capable(CAP_SYS_ADMIN)) return EPERM;
  if (length < 0 || length > UTS_LENGTH - 1) return EINVAL;
  const at = readable(task, address, length);
  if (at < 0 && length > 0) return EFAULT;
  let name = '';
  for (let index = 0; index < length; index++) name += String.fromCharCode(task.memory.bytes[at + index]!);
  const end = name.indexOf('\0');
  set(end < 0 ? name : name.slice(0, end));
  return 0;
}

export function sethostname(task: Task, address: number, length: number): number {
  return setName(task, address, length, (name) => (task.kernel.name.hostname = name));
}

export function setdomainname(task: Task, address: number, length: number): number {
  return setName(task, address, length, (name) => (task.kernel.name.domain = name));
}

/**
 * struct sysinfo, 112 bytes: uptime 0, loads 8 (three of 16 fractional bits), totalram 32, freeram 40, sharedram 48, bufferram 56, totalswap 64,
 * freeswap 72, procs 80 (2), totalhigh 88, freehigh 96, mem_unit 104 (4).
 */
export function sysinfo(task: Task, address: number): number {
  const at = writable(task, address, 112);
  if (at < 0) return EFAULT;
  const { kernel } = task;
  const { view, bytes } = task.memory;
  bytes.fill(0, at, at + 112);
  setLong(view, at, Math.floor(kernel.clocks.now() / 1e9));
  kernel.load.averages().forEach((load, index) => setLong(view, at + 8 + index * 8, Math.round(load * 65536)));
  setLong(view, at + 32, kernel.memory);
  setLong(view, at + 40, Math.max(0, kernel.memory - kernel.memoryUsed()));
  view.setUint16(at + 80, kernel.tasks.size, true);
  view.setUint32(at + 104, 1, true);
  return 0;
}

// Limits and usage.

function limitsOf(task: Task, resource: number, address: number): number {
  if (resource < 0 || resource >= RLIMIT_COUNT) return EINVAL;
  const { soft, hard } = task.process.limits;
  return put64(task, address, soft[resource]!) || put64(task, address + 8, hard[resource]!);
}

const UNLIMITED = 2 ** 64;

function setLimits(task: Task, target: Task, resource: number, address: number): Errno | 0 {
  const at = readable(task, address, 16);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const read = (from: number): number => {
    const value = getUnsigned(view, from);
    return value >= UNLIMITED ? Number.POSITIVE_INFINITY : value;
  };
  const [soft, hard] = [read(at), read(at + 8)];
  if (soft > hard) return EINVAL;
  const { limits } = target.process;
  if (resource === RLIMIT_NOFILE && hard > NR_OPEN) return EPERM;
  if (hard > limits.hard[resource]! && !task.capable(CAP_SYS_RESOURCE)) return EPERM;
  limits.set(resource, soft, hard);
  return 0;
}

/** fs.nr_open */
const NR_OPEN = 1 << 20;

export function prlimit64(task: Task, pid: number, resource: number, next: number, old: number): number {
  if (resource < 0 || resource >= RLIMIT_COUNT) return EINVAL;
  const target = pid === 0 ? task : task.kernel.tasks.get(pid);
  if (!target) return ESRCH;
  if (target.process !== task.process) {
    const { uid, gid } = task.credentials;
    const other = target.credentials;
    const same = uid === other.uid && uid === other.euid && uid === other.suid && gid === other.gid && gid === other.egid;
    if (!same && !task.capable(CAP_SYS_RESOURCE)) return EPERM;
  }
  const { soft, hard } = target.process.limits;
  const before = [soft[resource]!, hard[resource]!] as const;
  if (next !== 0) {
    const error = setLimits(task, target, resource, next);
    if (error) return error;
  }
  if (old === 0) return 0;
  return put64(task, old, before[0]) || put64(task, old + 8, before[1]);
}

export function getrlimit(task: Task, resource: number, address: number): number {
  return limitsOf(task, resource, address);
}

export function setrlimit(task: Task, resource: number, address: number): number {
  if (resource < 0 || resource >= RLIMIT_COUNT) return EINVAL;
  return setLimits(task, task, resource, address);
}

const RUSAGE_SELF = 0;
const RUSAGE_CHILDREN = -1;
const RUSAGE_THREAD = 1;

function usageNow(task: Task): Usage {
  const { process } = task;
  const usage = { ...process.usage, user: process.cpuTime };
  for (const other of process.tasks) {
    if (other.state === 'dead') continue;
    usage.voluntarySwitches += other.voluntarySwitches;
    usage.involuntarySwitches += other.involuntarySwitches;
  }
  usage.maximumResident = Math.max(usage.maximumResident, process.image.space.totals().peak * 4);
  return usage;
}

export function getrusage(task: Task, who: number, address: number): number {
  let usage: Usage;
  if (who === RUSAGE_SELF) usage = usageNow(task);
  else if (who === RUSAGE_CHILDREN) usage = task.process.childUsage;
  else if (who === RUSAGE_THREAD) usage = { ...noUsage(), user: task.cpuTime, maximumResident: usageNow(task).maximumResident };
  else return EINVAL;
  const at = writable(task, address, RUSAGE_SIZE);
  if (at < 0) return EFAULT;
  encodeRusage(task.memory.view, at, usage);
  return 0;
}

// Scheduling. One processor is given to whoever can run, in turn; policies are kept and told.

const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
const SCHED_RR = 2;
const SCHED_BATCH = 3;
const SCHED_IDLE = 5;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const REALTIME_MAX = 99;

const isRealtime = (policy: number): boolean => policy === SCHED_FIFO || policy === SCHED_RR;

function targetOf(task: Task, pid: number): Task | Errno {
  if (pid < 0) return EINVAL;
  return pid === 0 ? task : (task.kernel.tasks.get(pid) ?? ESRCH);
}

export function sched_yield(task: Task): number {
  task.attention |= ATTENTION_RESCHEDULE;
  return 0;
}

export function sched_getscheduler(task: Task, pid: number): number {
  const target = targetOf(task, pid);
  return isErrno(target) ? target : target.policy;
}

export function sched_setscheduler(task: Task, pid: number, policy: number, address: number): number {
  if (address === 0 || pid < 0) return EINVAL;
  const at = readable(task, address, 4);
  if (at < 0) return EFAULT;
  const target = targetOf(task, pid);
  if (isErrno(target)) return target;
  const kind = policy & ~SCHED_RESET_ON_FORK;
  const priority = task.memory.view.getInt32(at, true);
  if (![SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE].includes(kind)) return EINVAL;
  if (isRealtime(kind) ? priority < 1 || priority > REALTIME_MAX : priority !== 0) return EINVAL;
  if (isRealtime(kind) && !task.capable(CAP_SYS_NICE)) return EPERM;
  target.policy = kind;
  target.priority = priority;
  return 0;
}

export function sched_getparam(task: Task, pid: number, address: number): number {
  if (address === 0) return EINVAL;
  const target = targetOf(task, pid);
  return isErrno(target) ? target : put32(task, address, target.priority);
}

export function sched_setparam(task: Task, pid: number, address: number): number {
  const target = targetOf(task, pid);
  return isErrno(target) ? target : sched_setscheduler(task, pid, target.policy, address);
}

export function sched_get_priority_max(_task: Task, policy: number): number {
  if (isRealtime(policy)) return REALTIME_MAX;
  return [SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, 6].includes(policy) ? 0 : EINVAL;
}

export function sched_get_priority_min(_task: Task, policy: number): number {
  if (isRealtime(policy)) return 1;
  return [SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, 6].includes(policy) ? 0 : EINVAL;
}

export function sched_rr_get_interval(task: Task, pid: number, address: number): number {
  const target = targetOf(task, pid);
  if (isErrno(target)) return target;
  return put64(task, address, 0) || put64(task, address + 8, target.policy === SCHED_FIFO ? 0 : 10_000_000);
}

export function sched_getaffinity(task: Task, pid: number, size: number, address: number): number {
  const target = targetOf(task, pid);
  if (isErrno(target)) return target === EINVAL ? ESRCH : target;
  const { processors } = task.kernel;
  if (size * 8 < processors || size % 8 !== 0) return EINVAL;
  const length = Math.min(size, Math.ceil(processors / 64) * 8);
  const mask = new Uint8Array(length);
  for (let cpu = 0; cpu < processors; cpu++) mask[cpu >> 3]! |= 1 << (cpu & 7);
  return put(task, address, mask) || length;
}

export function sched_setaffinity(task: Task, pid: number, size: number, address: number): number {
  const target = targetOf(task, pid);
  if (isErrno(target)) return target === EINVAL ? ESRCH : target;
  const length = Math.min(size >>> 0, 128);
  const at = readable(task, address, length);
  if (at < 0) return EFAULT;
  const { processors } = task.kernel;
  for (let cpu = 0; cpu < processors; cpu++) if (cpu >> 3 < length && task.memory.bytes[at + (cpu >> 3)]! & (1 << (cpu & 7))) return 0;
  return EINVAL;
}

/** struct sched_attr, 48 bytes: size 0, policy 4, flags 8 (8), nice 16, priority 20, runtime 24, deadline 32, period 40. */
export function sched_getattr(task: Task, pid: number, address: number, size: number): number {
  const target = targetOf(task, pid);
  if (isErrno(target)) return target;
  if (size < 48 || size > 4096) return EINVAL;
  const at = writable(task, address, 48);
  if (at < 0) return EFAULT;
  const { view, bytes } = task.memory;
  bytes.fill(0, at, at + 48);
  view.setUint32(at, 48, true);
  view.setUint32(at + 4, target.policy, true);
  view.setInt32(at + 16, target.nice, true);
  view.setUint32(at + 20, target.priority, true);
  return 0;
}

const PRIO_PROCESS = 0;
const PRIO_USER = 2;

function prioritised(task: Task, which: number, who: number): Task[] {
  const tasks = [...task.kernel.tasks.values()];
  if (which === PRIO_PROCESS) return tasks.filter(({ tid }) => tid === (who === 0 ? task.tid : who));
  if (which === PRIO_USER) return tasks.filter(({ credentials }) => credentials.uid === (who === 0 ? task.credentials.uid : who >>> 0));
  return tasks.filter(({ process }) => process.group === (who === 0 ? task.process.group : who));
}

export function getpriority(task: Task, which: number, who: number): number {
  if (which < PRIO_PROCESS || which > PRIO_USER) return EINVAL;
  const found = prioritised(task, which, who);
  return found.length === 0 ? ESRCH : Math.max(...found.map(({ nice }) => 20 - nice));
}

export function setpriority(task: Task, which: number, who: number, value: number): number {
  if (which < PRIO_PROCESS || which > PRIO_USER) return EINVAL;
  const nice = Math.max(-20, Math.min(19, value));
  const found = prioritised(task, which, who);
  if (found.length === 0) return ESRCH;
  for (const other of found) {
    const { uid, euid } = task.credentials;
    if (uid !== other.credentials.uid && euid !== other.credentials.uid && !task.capable(CAP_SYS_NICE)) return EPERM;
    if (nice < other.nice && !task.capable(CAP_SYS_NICE)) return EACCES;
    other.nice = nice;
  }
  return 0;
}

export function ioprio_get(task: Task): number {
  return task.ioPriority;
}

export function ioprio_set(task: Task, _which: number, _who: number, value: number): number {
  const level = value >> 13;
  if (level > 3) return EINVAL;
  if (level === 1 && !task.capable(CAP_SYS_ADMIN) && !task.capable(CAP_SYS_NICE)) return EPERM;
  task.ioPriority = value;
  return 0;
}

/** Which processor runs: there is one. */
export function getcpu(task: Task, cpu: number, node: number): number {
  return (cpu === 0 ? 0 : put32(task, cpu, 0)) || (node === 0 ? 0 : put32(task, node, 0));
}

const PER_LINUX32 = 8;

export function personality(task: Task, value: number): number {
  const before = task.personality;
  if (value !== -1) task.personality = value;
  if ((value & 0xff) === PER_LINUX32) task.kernel.report(task, 'personality', 'PER_LINUX32');
  return before;
}

const GRND_NONBLOCK = 1;
const GRND_RANDOM = 2;
const GRND_INSECURE = 4;

export function getrandom(task: Task, address: number, size: number, flags: number): number {
  if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) return EINVAL;
  if ((flags & (GRND_INSECURE | GRND_RANDOM)) === (GRND_INSECURE | GRND_RANDOM)) return EINVAL;
  const length = Math.min(size, 0x1ff_ffff);
  const at = writable(task, address, length);
  if (at < 0) return length === 0 ? 0 : EFAULT;
  task.kernel.random(task.memory.bytes.subarray(at, at + length));
  return length;
}

/** The kernel's log: it is empty. */
export function syslog(task: Task, type: number, buffer: number, length: number): number {
  const reads = type === 2 || type === 3 || type === 4;
  if (type < 0 || type > 10 || (reads && (buffer === 0 || length < 0))) return EINVAL;
  if (type !== 3 && type !== 10 && !task.capable(CAP_SYS_ADMIN) && !task.capable(34)) return EPERM;
  return type === 10 ? 1 << 17 : 0;
}

// prctl(2).

const PR_SET_PDEATHSIG = 1;
const PR_GET_PDEATHSIG = 2;
const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;
const PR_GET_KEEPCAPS = 7;
const PR_SET_KEEPCAPS = 8;
const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
const PR_GET_SECCOMP = 21;
const PR_SET_SECCOMP = 22;
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_GET_SECUREBITS = 27;
const PR_SET_SECUREBITS = 28;
const PR_SET_TIMERSLACK = 29;
const PR_GET_TIMERSLACK = 30;
const PR_MCE_KILL_GET = 34;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_GET_CHILD_SUBREAPER = 37;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_GET_NO_NEW_PRIVS = 39;
const PR_GET_TID_ADDRESS = 40;
const PR_SET_THP_DISABLE = 41;
const PR_GET_THP_DISABLE = 42;
const PR_CAP_AMBIENT = 47;
const PR_GET_SPECULATION_CTRL = 52;
const PR_SET_VMA = 0x53564d41;
const CAP_SETPCAP = 8;

export function prctl(task: Task, option: number, a: number, b: number, c: number, d: number): number {
  const { process } = task;
  switch (option) {
    case PR_SET_PDEATHSIG:
      if (a > 64) return EINVAL;
      task.parentDeathSignal = a;
      return 0;
    case PR_GET_PDEATHSIG:
      return put32(task, a, task.parentDeathSignal);
    case PR_GET_DUMPABLE:
      return process.dumpable;
    case PR_SET_DUMPABLE:
      if (a !== 0 && a !== 1) return EINVAL;
      process.dumpable = a;
      return 0;
    case PR_GET_KEEPCAPS:
      return task.credentials.securebits & SECBIT_KEEP_CAPS ? 1 : 0;
    case PR_SET_KEEPCAPS:
      if (a > 1) return EINVAL;
      task.credentials = {
        ...task.credentials,
        securebits: (task.credentials.securebits & ~SECBIT_KEEP_CAPS) | (a ? SECBIT_KEEP_CAPS : 0),
      };
      return 0;
    case PR_SET_NAME: {
      const at = readable(task, a, 1);
      if (at < 0) return EFAULT;
      const name = text(task, a, 16);
      if (name === EFAULT) return EFAULT;
      let truncated = '';
      if (typeof name === 'string') truncated = name;
      else for (let index = 0; index < 15; index++) truncated += String.fromCharCode(task.memory.bytes[at + index]!);
      task.name = truncated;
      return 0;
    }
    case PR_GET_NAME: {
      const bytes = new Uint8Array(16);
      bytes.set(bytesOf(task.name.slice(0, 15)));
      return put(task, a, bytes);
    }
    case PR_GET_SECCOMP:
      return 0;
    case PR_SET_SECCOMP:
      task.kernel.report(task, 'prctl', 'PR_SET_SECCOMP');
      return EINVAL;
    case PR_CAPBSET_READ:
      return a > CAP_LAST ? EINVAL : hasCapability(task.credentials.bounding, a) ? 1 : 0;
    case PR_CAPBSET_DROP: {
      if (!task.capable(CAP_SETPCAP)) return EPERM;
      if (a > CAP_LAST) return EINVAL;
      const { bounding } = task.credentials;
      const next = a < 32 ? { ...bounding, low: bounding.low & ~(1 << a) } : { ...bounding, high: bounding.high & ~(1 << (a - 32)) };
      task.credentials = { ...task.credentials, bounding: next };
      return 0;
    }
    case PR_GET_SECUREBITS:
      return task.credentials.securebits;
    case PR_SET_SECUREBITS:
      if (!task.capable(CAP_SETPCAP)) return EPERM;
      if (a > 0xff) return EPERM;
      task.credentials = { ...task.credentials, securebits: a };
      return 0;
    case PR_SET_TIMERSLACK:
      task.timerSlack = a <= 0 ? 50_000 : a;
      return 0;
    case PR_GET_TIMERSLACK:
      return task.timerSlack;
    case PR_MCE_KILL_GET:
      return a | b | c | d ? EINVAL : 2;
    case PR_SET_CHILD_SUBREAPER:
      process.subreaper = a !== 0;
      return 0;
    case PR_GET_CHILD_SUBREAPER:
      return put32(task, a, Number(process.subreaper));
    case PR_SET_NO_NEW_PRIVS:
      if (a !== 1 || b !== 0 || c !== 0 || d !== 0) return EINVAL;
      task.noNewPrivileges = true;
      return 0;
    case PR_GET_NO_NEW_PRIVS:
      return a | b | c | d ? EINVAL : Number(task.noNewPrivileges);
    case PR_GET_TID_ADDRESS:
      return put64(task, a, task.clearChildTid);
    case PR_SET_THP_DISABLE:
      return b | c | d ? EINVAL : 0;
    case PR_GET_THP_DISABLE:
      return a | b | c | d ? EINVAL : 0;
    case PR_CAP_AMBIENT:
      return ambient(task, a, b, c, d);
    case PR_GET_SPECULATION_CTRL:
      return a > 2 ? ENODEV : 0;
    case PR_SET_VMA:
      // Names of anonymous mappings are a convenience of /proc/PID/maps.
      return a === 0 ? 0 : EINVAL;
    default:
      task.kernel.report(task, 'prctl', `${option}`);
      return EINVAL;
  }
}

function ambient(task: Task, action: number, capability: number, c: number, d: number): number {
  if (c !== 0 || d !== 0) return EINVAL;
  const { ambient: set, permitted, inheritable, securebits } = task.credentials;
  if (action === 4) {
    if (capability !== 0) return EINVAL;
    task.credentials = { ...task.credentials, ambient: { low: 0, high: 0 } };
    return 0;
  }
  if (capability > CAP_LAST || action < 1 || action > 4) return EINVAL;
  if (action === 1) return hasCapability(set, capability) ? 1 : 0;
  const bit = { low: capability < 32 ? 1 << capability : 0, high: capability < 32 ? 0 : 1 << (capability - 32) };
  if (action === 2) {
    if (!hasCapability(permitted, capability) || !hasCapability(inheritable, capability)) return EPERM;
    if (securebits & SECBIT_NO_CAP_AMBIENT_RAISE) return EPERM;
    task.credentials = { ...task.credentials, ambient: { low: set.low | bit.low, high: set.high | bit.high } };
  } else {
    task.credentials = { ...task.credentials, ambient: { low: set.low & ~bit.low, high: set.high & ~bit.high } };
  }
  return 0;
}

/** Filters of system calls: there are none. */
export function seccomp(task: Task, operation: number): number {
  task.kernel.report(task, 'seccomp', `${operation}`);
  return EINVAL;
}

