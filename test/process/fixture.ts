/** A task whose values no machine has: each is as large, or as odd, as its type allows. */

import { type U64, U64_MAX } from '../../fs/u64.ts';
import type { IoCounters, ResourceLimit, ControlGroup } from '../../providers/model/task-accounting.ts';
import type {
  MappingUsage,
  MemoryMapping,
  MemoryUsage,
  NumaMapping,
  SamePageMerging,
  TotalUsage,
} from '../../providers/model/task-memory.ts';
import type { Mount, MountStatistics } from '../../providers/model/task-mounts.ts';
import type {
  ArchitectureStatus,
  Autogroup,
  Latency,
  PosixTimer,
  ScheduleStatistics,
  SystemCall,
} from '../../providers/model/task-scheduling.ts';
import type { FilterCache, IdRange, SecurityLabel, TimeOffsets } from '../../providers/model/task-security.ts';
import type { TaskView } from '../../providers/model/task.ts';

const U32 = 0xffff_ffff;
const S32 = -0x8000_0000;
const S64 = -(2n ** 63n);

const NAMELESS: MemoryMapping = {
  start: 0,
  end: 0x1000,
  readable: false,
  writable: true,
  executable: false,
  shared: false,
  offset: 0,
  major: 0,
  minor: 0,
  inode: 0,
  name: '',
};

const MAPPINGS: readonly MemoryMapping[] = [
  NAMELESS,
  { ...NAMELESS, start: 0x5555_5555_0000, end: 0x5555_5556_0000, name: '[anon:a name of its own]' },
  {
    start: U64_MAX,
    end: U64_MAX,
    readable: true,
    writable: true,
    executable: true,
    shared: true,
    offset: U64_MAX,
    major: 0xfff,
    minor: 0xfffff,
    inode: U64_MAX,
    name: '/a path\nof two lines, \\041 and \xff (deleted)',
  },
];

const USAGE: MemoryUsage = {
  resident: U64_MAX,
  proportional: U64_MAX - 1n,
  proportionalDirty: U64_MAX - 2n,
  proportionalAnonymous: undefined,
  proportionalFile: undefined,
  proportionalShared: undefined,
  sharedClean: U64_MAX - 3n,
  sharedDirty: U64_MAX - 4n,
  privateClean: U64_MAX - 5n,
  privateDirty: U64_MAX - 6n,
  referenced: U64_MAX - 7n,
  anonymous: U64_MAX - 8n,
  sameMerged: U64_MAX - 9n,
  lazyFree: U64_MAX - 10n,
  anonymousHugePages: U64_MAX - 11n,
  sharedHugePages: U64_MAX - 12n,
  fileHugePages: U64_MAX - 13n,
  hugeTlbShared: U64_MAX - 14n,
  hugeTlbPrivate: U64_MAX - 15n,
  swapped: U64_MAX - 16n,
  swappedProportional: U64_MAX - 17n,
  locked: U64_MAX - 18n,
};

/** What an old kernel tells. */
const OLD_USAGE: MemoryUsage = {
  ...USAGE,
  resident: 1,
  proportional: 2,
  proportionalDirty: undefined,
  sharedClean: 3,
  sharedDirty: 4,
  privateClean: 5,
  privateDirty: 6,
  referenced: 7,
  anonymous: 8,
  sameMerged: undefined,
  lazyFree: undefined,
  anonymousHugePages: undefined,
  sharedHugePages: undefined,
  fileHugePages: undefined,
  hugeTlbShared: 99_999_999,
  hugeTlbPrivate: 9_999_999,
  swapped: 123_456_789,
  swappedProportional: undefined,
  locked: 0,
};

const USAGES: readonly MappingUsage[] = [
  {
    mapping: MAPPINGS[2] as MemoryMapping,
    size: U64_MAX,
    kernelPageSize: U64_MAX - 1n,
    mmuPageSize: U64_MAX - 2n,
    usage: USAGE,
    hugePages: { eligible: true, width: 9 },
    protectionKey: 15,
    flags: ['rd', 'wr', '??', 'sl'],
  },
  {
    mapping: NAMELESS,
    size: 4,
    kernelPageSize: 4,
    mmuPageSize: 4,
    usage: OLD_USAGE,
    hugePages: undefined,
    protectionKey: undefined,
    flags: undefined,
  },
];

const TOTAL: TotalUsage = {
  start: 0,
  end: U64_MAX,
  usage: {
    ...USAGE,
    proportionalAnonymous: U64_MAX - 19n,
    proportionalFile: U64_MAX - 20n,
    proportionalShared: U64_MAX - 21n,
  },
};

const NO_PAGES = { anonymous: undefined, dirty: undefined, mapped: undefined, mostMapped: undefined };

const NUMA: readonly NumaMapping[] = [
  {
    start: U64_MAX,
    policy: { mode: 'bind', flags: ['static', 'balancing'], nodes: { bits: 64, words: [0x8000_0001 | 0, 0b11] } },
    file: '/a=b c\td\ne',
    area: undefined,
    huge: true,
    pages: {
      anonymous: U64_MAX,
      dirty: U64_MAX - 1n,
      mapped: U64_MAX - 2n,
      mostMapped: U64_MAX - 3n,
      swapCache: U64_MAX - 4n,
      active: U64_MAX - 5n,
      writeback: U64_MAX - 6n,
      nodes: [
        { node: 0, pages: U64_MAX - 7n },
        { node: 1023, pages: U64_MAX - 8n },
      ],
      pageSize: U64_MAX - 9n,
    },
  },
  {
    start: 0x1000,
    policy: { mode: 'prefer (many)', flags: [], nodes: { bits: 32, words: [0b101] } },
    file: undefined,
    area: 'heap',
    huge: false,
    pages: {
      ...NO_PAGES,
      mapped: 1,
      swapCache: undefined,
      active: 0,
      writeback: undefined,
      nodes: [{ node: 7, pages: 1 }],
      pageSize: 4,
    },
  },
  {
    start: 0x2000,
    policy: { mode: 'weighted interleave', flags: ['relative'], nodes: undefined },
    file: undefined,
    area: 'stack',
    huge: false,
    pages: undefined,
  },
  {
    start: 0x3000,
    policy: { mode: 'default', flags: [], nodes: undefined },
    file: undefined,
    area: undefined,
    huge: false,
    pages: undefined,
  },
];

const MERGING: SamePageMerging = {
  reverseMappings: U64_MAX,
  zeroPages: S64,
  mergingPages: U64_MAX - 1n,
  profit: S64 + 1n,
  mergeAny: true,
  mergeable: false,
};

const MOUNTS: readonly Mount[] = [
  {
    id: 2147483647,
    parent: 2147483646,
    major: 0xfff,
    minor: 0xfffff,
    root: '/a\\b',
    point: '/with blank\tand\nmore#',
    readOnly: false,
    flags: ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow', 'idmapped'],
    propagation: [
      { kind: 'shared', group: 2147483647 },
      { kind: 'master', group: 2147483646 },
      { kind: 'propagate_from', group: 2147483645 },
      { kind: 'unbindable', group: undefined },
    ],
    type: 'fuse.a b#c',
    source: 'so urce#1',
    superReadOnly: true,
    superFlags: ['sync', 'dirsync', 'mand', 'lazytime', 'seclabel', 'context="a:b,c"'],
    options: ['lowerdir=/x\\054y', 'sync', 'size=18446744073709551615k'],
  },
  {
    id: 1,
    parent: 0,
    major: 0,
    minor: 1,
    root: '/',
    point: '/',
    readOnly: true,
    flags: [],
    propagation: [],
    type: 'nfs4',
    source: 'server:/a#b',
    superReadOnly: false,
    superFlags: [],
    options: [],
  },
  {
    id: 2,
    parent: 1,
    major: 0,
    minor: 2,
    root: '/',
    point: '/empty',
    readOnly: false,
    flags: ['relatime'],
    propagation: [],
    type: 'tmpfs',
    source: '',
    superReadOnly: false,
    superFlags: [],
    options: [],
  },
];

const MOUNT_STATISTICS: readonly MountStatistics[] = [
  { source: 'so urce#1', point: '/with blank\tand\nmore#', type: 'fuse.a b#c', statistics: undefined },
  { source: undefined, point: '/', type: 'rootfs', statistics: undefined },
  { source: '//server/share', point: '/smb', type: 'cifs', statistics: 'none' },
  {
    source: 'server:/a#b',
    point: '/nfs',
    type: 'nfs4',
    statistics: {
      version: '1.1',
      properties: [
        { name: 'opts', values: ['rw', 'vers=4.2', 'addr=192.0.2.1'], separator: ',' },
        { name: 'age', values: ['18446744073709551615'], separator: ',' },
        { name: 'sec', values: ['flavor=1', 'pseudoflavor=1'], separator: ',' },
        { name: 'events', values: ['1', '18446744073709551615'], separator: ' ' },
        { name: 'bytes', values: ['18446744073709551615', '0'], separator: ' ' },
      ],
      rpc: {
        version: '1.1',
        program: U32,
        programVersion: U32 - 1,
        protocol: 'nfs',
        transports: [
          { protocol: 'tcp', counters: [U64_MAX, S64, 1] },
          { protocol: 'udp', counters: [0] },
        ],
        operations: [
          { name: 'NULL', counters: [U64_MAX, 0, U64_MAX - 1n] },
          { name: 'A_VERY_LONG_NAME', counters: [1] },
        ],
      },
    },
  },
];

const LIMITS: readonly ResourceLimit[] = Array.from({ length: 16 }, (_, index) => ({
  soft: index === 0 ? U64_MAX : U64_MAX - 1n - BigInt(index),
  hard: index === 1 ? U64_MAX : index,
}));

const IO: IoCounters = {
  charactersRead: U64_MAX,
  charactersWritten: U64_MAX - 1n,
  readCalls: U64_MAX - 2n,
  writeCalls: U64_MAX - 3n,
  bytesRead: U64_MAX - 4n,
  bytesWritten: U64_MAX - 5n,
  bytesCancelled: U64_MAX - 6n,
};

const GROUPS: readonly ControlGroup[] = [
  { hierarchy: 2147483647, controllers: ['name=a', 'b'], path: '/with: colons and \\' },
  { hierarchy: 1, controllers: ['cpu', 'cpuacct'], path: '/' },
  { hierarchy: 0, controllers: [], path: '/gone (deleted)' },
];

const AUTOGROUP: Autogroup = { id: U64_MAX, nice: -20 };
const SCHEDULE: ScheduleStatistics = { runTime: U64_MAX, waitTime: U64_MAX - 1n, slices: U64_MAX - 2n };
const LATENCIES: readonly Latency[] = [
  { count: S32, total: S64, longest: U64_MAX, backtrace: ['a_function', 'another.cold'] },
  { count: 1, total: 2, longest: 3, backtrace: [] },
];

const TIMERS: readonly PosixTimer[] = [
  { id: 2147483647, signal: 64, value: U64_MAX, notify: 'signal', toThread: true, target: 4194303, clock: S32 },
  { id: 0, signal: 0, value: 0, notify: 'none', toThread: false, target: 1, clock: 1 },
];

const CALL: SystemCall = {
  number: 2147483647,
  arguments: [U64_MAX, 0, U64_MAX - 1n, 1, U64_MAX - 2n, 2],
  stackPointer: U64_MAX - 3n,
  instructionPointer: U64_MAX - 4n,
};

const ARCHITECTURE: ArchitectureStatus = { avx512Elapsed: S64 };

const RANGES: readonly IdRange[] = [
  { inside: U32, outside: U32 - 1, count: U32 - 2 },
  { inside: 0, outside: 100000, count: 1 },
];

const TIMES: TimeOffsets = {
  monotonic: { seconds: S64, nanoseconds: 999_999_999 },
  boottime: { seconds: 0, nanoseconds: 0 },
};

/** Labels by their paths below PID/attr. */
export const LABELS: Readonly<Record<string, SecurityLabel>> = {
  current: { text: 'system_u:system_r:kernel_t:s0-s0:c0.c1023', terminator: 0 },
  prev: { text: 'unconfined', terminator: 0x0a },
  exec: { text: '', terminator: undefined },
  fscreate: { text: 'a b', terminator: undefined },
  keycreate: { text: '\xff', terminator: 0 },
  sockcreate: { text: 'x', terminator: 0x0a },
  'smack/current': { text: '_', terminator: undefined },
  'apparmor/current': { text: 'lxc-container-default (enforce)', terminator: 0x0a },
  'apparmor/prev': { text: '', terminator: 0x0a },
  'apparmor/exec': { text: 'profile', terminator: 0x0a },
};

const CACHES: readonly FilterCache[] = [
  { architecture: 'x86_64', allowed: { bits: 34, words: [0b101 | 0, 0b10] } },
  { architecture: 'ia32', allowed: { bits: 1, words: [0] } },
];

/** What each file shows; `sched`, `stack`, `environ` and `auxv` are bytes. */
export interface Values {
  readonly environ: Buffer;
  readonly auxv: Buffer;
  readonly personality: number;
  readonly limits: readonly ResourceLimit[];
  readonly sched: Buffer;
  readonly autogroup: Autogroup | undefined;
  readonly timens_offsets: TimeOffsets | undefined;
  readonly comm: string;
  readonly syscall: SystemCall | undefined;
  readonly maps: readonly MemoryMapping[];
  readonly children: readonly number[];
  readonly numa_maps: readonly NumaMapping[];
  readonly mounts: readonly Mount[];
  readonly mountinfo: readonly Mount[];
  readonly mountstats: readonly MountStatistics[];
  readonly smaps: readonly MappingUsage[];
  readonly smaps_rollup: TotalUsage;
  readonly wchan: string | undefined;
  readonly stack: Buffer;
  readonly schedstat: ScheduleStatistics;
  readonly latency: readonly Latency[];
  readonly cpuset: string;
  readonly cgroup: readonly ControlGroup[];
  readonly cpu_resctrl_groups: { readonly control: string; readonly monitoring: string };
  readonly oom_score: U64;
  readonly oom_adj: { readonly adjustment: number };
  readonly oom_score_adj: { readonly adjustment: number };
  readonly loginuid: number;
  readonly sessionid: number;
  readonly 'make-it-fail': { readonly enabled: number };
  readonly 'fail-nth': number;
  readonly coredump_filter: number | undefined;
  readonly io: IoCounters;
  readonly uid_map: readonly IdRange[];
  readonly gid_map: readonly IdRange[];
  readonly projid_map: readonly IdRange[];
  readonly setgroups: boolean;
  readonly timers: readonly PosixTimer[];
  readonly timerslack_ns: U64;
  readonly patch_state: { readonly state: number };
  readonly stack_depth: { readonly previous: U64; readonly last: U64 };
  readonly arch_status: ArchitectureStatus | undefined;
  readonly seccomp_cache: readonly FilterCache[];
  readonly ksm_merging_pages: U64 | undefined;
  readonly ksm_stat: SamePageMerging | undefined;
}

export const VALUES: Values = {
  environ: Buffer.from('A=\xff\0B\n=\0\0', 'latin1'),
  auxv: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 8)),
  personality: U32,
  limits: LIMITS,
  sched: Buffer.from('a dump\n---\nx : 1.0\n'),
  autogroup: AUTOGROUP,
  timens_offsets: TIMES,
  comm: 'a name\n\\)',
  syscall: CALL,
  maps: MAPPINGS,
  children: [1, 4194303],
  numa_maps: NUMA,
  mounts: MOUNTS,
  mountinfo: MOUNTS,
  mountstats: MOUNT_STATISTICS,
  smaps: USAGES,
  smaps_rollup: TOTAL,
  wchan: 'do_nothing',
  stack: Buffer.from('[<0>] a+0x1/0x2\n'),
  schedstat: SCHEDULE,
  latency: LATENCIES,
  cpuset: '/a b',
  cgroup: GROUPS,
  cpu_resctrl_groups: { control: '/', monitoring: 'm1' },
  oom_score: U64_MAX,
  oom_adj: { adjustment: -999 },
  oom_score_adj: { adjustment: -999 },
  loginuid: U32,
  sessionid: U32 - 1,
  'make-it-fail': { enabled: S32 },
  'fail-nth': U32,
  coredump_filter: U32,
  io: IO,
  uid_map: RANGES,
  gid_map: RANGES.slice(1),
  projid_map: [],
  setgroups: false,
  timers: TIMERS,
  timerslack_ns: U64_MAX,
  patch_state: { state: -1 },
  stack_depth: { previous: U64_MAX, last: U64_MAX - 1n },
  arch_status: ARCHITECTURE,
  seccomp_cache: CACHES,
  ksm_merging_pages: U64_MAX,
  ksm_stat: MERGING,
};

/** The task that has them. What other suites look after is not there. */
export function fixtureTask(v: Values = VALUES): TaskView {
  const task = {
    id: 4194303,
    kernel: { has: () => true, task: () => undefined, traceScope: () => 0 },
    processId: () => 4194303,
    owner: () => ({ uid: U32, gid: U32, seconds: 0, nanoseconds: 0 }),
    status: () => ({ memory: {} }),
    commandName: () => v.comm,
    addressSpace: {
      generation: () => 'one',
      access: () => 0,
      mappings: () => v.maps,
      mappingUsages: () => v.smaps,
      totalUsage: () => v.smaps_rollup,
      numaMappings: () => v.numa_maps,
      environment: () => v.environ,
      auxiliaryVector: () => v.auxv,
      coredumpFilter: () => v.coredump_filter,
      mergingPages: () => v.ksm_merging_pages,
      samePageMerging: () => v.ksm_stat,
    },
    mounts: { mounts: () => v.mounts, version: () => 1, statistics: () => v.mountstats },
    scheduling: {
      dump: () => v.sched,
      statistics: () => v.schedstat,
      autogroup: () => v.autogroup,
      latencies: () => v.latency,
      timerSlack: () => v.timerslack_ns,
      timers: () => v.timers,
      waitChannel: () => v.wchan,
      kernelStack: () => v.stack,
      systemCall: () => v.syscall,
      patchState: () => v.patch_state,
      architectureStatus: () => v.arch_status,
      stackDepth: () => v.stack_depth,
    },
    accounting: {
      limits: () => v.limits,
      io: () => v.io,
      controlGroups: () => v.cgroup,
      cpuset: () => v.cpuset,
      resourceControlGroups: () => v.cpu_resctrl_groups,
      killScore: () => v.oom_score,
      killAdjustment: () => v.oom_score_adj,
      children: () => v.children,
    },
    security: {
      personality: () => v.personality,
      loginUser: () => v.loginuid,
      loginSession: () => v.sessionid,
      idMap: (kind: 'uid' | 'gid' | 'projid') => v[`${kind}_map`],
      groupsSettable: () => v.setgroups,
      timeOffsets: () => v.timens_offsets,
      label: (name: string) => LABELS[name],
      filterCache: () => v.seccomp_cache,
      makeItFail: () => v['make-it-fail'],
      failNth: () => v['fail-nth'],
    },
  };
  return task as unknown as TaskView;
}
