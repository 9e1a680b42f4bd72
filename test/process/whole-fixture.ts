/** A process made by hand with everything that its directory shows, in values that no process has. */

import { EIO, ENOENT, type Errno } from '../../fs/errno.ts';
import { U64_MAX } from '../../fs/u64.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import type { DescriptorInfo } from '../../providers/model/descriptor-info.ts';
import { type FileAccess, NAMESPACE_NAMES, type TaskFiles } from '../../providers/model/task-files.ts';
import type { MemoryPages, TaskStat, TaskStatus, TaskView } from '../../providers/model/task.ts';
import { parseDescriptorInfo } from '../../providers/sources/linux-host/parse-descriptor-info.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import { FixtureNetwork } from '../network/fixture.ts';
import { fixtureTask } from './fixture.ts';

export const FIXTURE_PROCESS = 4194303;
const FIXTURE_THREAD = 4194304;

/** Each value is another one, descending from 2^64-1. */
let next = U64_MAX + 1n;
const wide = (): bigint => --next;

export const STAT: TaskStat = {
  pid: FIXTURE_PROCESS,
  comm: 'a) (b\\\xff',
  state: 't',
  parent: 2147483647,
  processGroup: 2147483646,
  session: 2147483645,
  terminal: 2147483644,
  foreground: -1,
  flags: 4294967295,
  minorFaults: wide(),
  childMinorFaults: wide(),
  majorFaults: wide(),
  childMajorFaults: wide(),
  userTime: wide(),
  systemTime: wide(),
  childUserTime: -(2n ** 63n),
  childSystemTime: 2n ** 63n - 1n,
  priority: -101,
  nice: -20,
  threads: 2147483643,
  startTime: wide(),
  virtualSize: wide(),
  residentPages: wide(),
  residentLimit: wide(),
  codeStart: wide(),
  codeEnd: wide(),
  stackStart: wide(),
  stackPointer: wide(),
  instructionPointer: wide(),
  pendingSignals: 2147483642,
  blockedSignals: 2147483641,
  ignoredSignals: 2147483640,
  caughtSignals: 2147483639,
  waiting: 1,
  exitSignal: -1,
  processor: 8191,
  realTimePriority: 99,
  policy: 7,
  blockDelay: wide(),
  guestTime: wide(),
  childGuestTime: -(2n ** 62n),
  dataStart: wide(),
  dataEnd: wide(),
  heapStart: wide(),
  argumentStart: wide(),
  argumentEnd: wide(),
  environmentStart: wide(),
  environmentEnd: wide(),
  exitCode: 65280,
};

export const PAGES: MemoryPages = { size: wide(), resident: wide(), shared: wide(), text: wide(), data: wide() };

export const STATUS: TaskStatus = {
  name: 'a\nb\\c d\xff',
  umask: 0o777,
  state: 'D',
  processId: FIXTURE_PROCESS,
  numaGroup: 2147483647,
  id: 4194302,
  parent: 2147483646,
  tracer: 2147483645,
  uids: [4294967295, 4294967294, 4294967293, 4294967292],
  gids: [4294967291, 4294967290, 4294967289, 4294967288],
  descriptorSlots: 4294967287,
  groups: [0, 4294967286],
  namespaceIds: { processIds: [4194303, 2, 1], ids: [4194302, 3, 4], processGroups: [5, 6, 7], sessions: [8, 9, 0] },
  kernelThread: false,
  memory: {
    peak: wide(),
    size: wide(),
    locked: wide(),
    pinned: wide(),
    highWater: wide(),
    resident: wide(),
    residentAnonymous: wide(),
    residentFile: 7,
    residentShared: wide(),
    data: wide(),
    stack: wide(),
    executable: wide(),
    libraries: wide(),
    pageTables: wide(),
    swapped: wide(),
    hugeTlb: wide(),
    coreDumping: true,
    transparentHugePages: false,
    untagMask: wide(),
  },
  threads: 2147483644,
  queuedSignals: wide(),
  queuedSignalLimit: wide(),
  pendingSignals: wide(),
  sharedPendingSignals: wide(),
  blockedSignals: wide(),
  ignoredSignals: wide(),
  caughtSignals: wide(),
  capabilities: { inheritable: wide(), permitted: wide(), effective: wide(), bounding: wide(), ambient: 0x1ff },
  noNewPrivileges: true,
  seccomp: { mode: 2, filters: 2147483647 },
  speculativeStoreBypass: 'thread force mitigated',
  speculationIndirectBranch: 'conditional force disabled',
  cpusAllowed: { bits: 68, words: [0xffff_fffe, 0x8000_0001, 0x2] },
  memoryNodesAllowed: { bits: 64, words: [0x3, 0x8000_0000] },
  architectureFeatures: { enabled: 'shstk wrss ', locked: 'shstk ' },
  voluntarySwitches: wide(),
  involuntarySwitches: wide(),
};

/** What the kernel tells of open files, by descriptor. */
const DESCRIPTORS: readonly string[] = [
  'lock:\t1: FLOCK  ADVISORY  WRITE 4194303 fd:123:18446744073709551614 0 EOF\n',
  'eventfd-count:               1f\neventfd-id: 2147483647\neventfd-semaphore: 1\n',
  'tfd:        5 events: 80000019 data: fedcba9876543210  pos:7 ino:1f sdev:fd00000\n',
  'inotify wd:3 ino:9e7e sdev:800013 mask:800afce ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:7e9e0000640d1b6c\n',
  'sigmask:\tffffffff00000200\n',
  'clockid: 11\nticks: 17\nsettime flags: 03\nit_value: (4611686018427387903, 999999999)\nit_interval: (1, 2)\n',
  'Pid:\t12\nNSpid:\t12\t3\t1\n',
];

function descriptorInfo(number: number): DescriptorInfo {
  const text = `pos:\t${9223372036854775000n + BigInt(number)}\nflags:\t0${number}2\nmnt_id:\t${number + 2147483000}\nino:\t${wide()}\n`;
  return parseDescriptorInfo(new Scanner(Buffer.from(text + (DESCRIPTORS[number] ?? ''), 'latin1')));
}

const INFORMATION = DESCRIPTORS.map((_text, number) => descriptorInfo(number));
const ACCESS: readonly FileAccess[] = DESCRIPTORS.map((_text, number) => ({ read: number % 2 === 0, write: number % 3 === 0 }));

const FILES: TaskFiles = {
  areOpen: () => true,
  executable: () => '/a b/c\nd (deleted)',
  workingDirectory: () => '/somewhere/else\\',
  rootDirectory: () => '/a/root',
  descriptorCount: () => DESCRIPTORS.length,
  descriptors: (from) => [...DESCRIPTORS.keys()].filter((number) => number >= from),
  descriptor: (number) => ACCESS[number] ?? ENOENT,
  descriptorLink: (number) => (number < DESCRIPTORS.length ? `socket:[${4294967295 - number}]` : ENOENT),
  descriptorInfo: (number) => INFORMATION[number] ?? ENOENT,
  namespace: (name) => 4294967000 + NAMESPACE_NAMES.indexOf(name),
  mappedFiles: (from) => [RANGE].filter(({ start }) => BigInt(start) >= BigInt(from)),
  mappedFile: ({ start }) => (start === RANGE.start ? { read: true, write: false } : ENOENT),
  mappedFileLink: ({ start }) => (start === RANGE.start ? '/lib/x.so' : ENOENT),
};

const RANGE = { start: 0x7fff_ffff_0000, end: 0x7fff_ffff_f000 };

/** A thread, by default the one that leads its process. */
export function wholeTask(kernel: () => KernelView, id: number = FIXTURE_PROCESS): TaskView {
  const network = new FixtureNetwork();
  const threads = new Map<number, TaskView>();
  const base = fixtureTask();
  const task: TaskView = {
    ...base,
    // Memory is no value of the model.
    addressSpace: { ...base.addressSpace, openBytes: () => EIO, openPageMap: () => EIO },
    get kernel() {
      return kernel();
    },
    identity: { id },
    id,
    processId: () => FIXTURE_PROCESS,
    owner: () => ({ uid: 4294967294, gid: 4294967293, seconds: 2147483647, nanoseconds: 999999999 }),
    filesOwner: () => ({ uid: 4294967292, gid: 4294967291 }),
    stat: () => ({ ...STAT, pid: id }),
    memoryPages: () => PAGES,
    status: () => ({ ...STATUS, id }),
    commandLine: () => Buffer.from('a program\0--with\n\0\xff\0', 'latin1'),
    setCommandName: () => 0,
    files: FILES,
    network: () => network,
    threadIds: (after): readonly number[] | Errno => [FIXTURE_PROCESS, FIXTURE_THREAD].filter((thread) => thread > after),
    thread(thread) {
      if (thread === id) return task;
      if (thread !== FIXTURE_THREAD || id !== FIXTURE_PROCESS) return undefined;
      let known = threads.get(thread);
      if (!known) threads.set(thread, (known = wholeTask(kernel, thread)));
      return known;
    },
  };
  return task;
}
