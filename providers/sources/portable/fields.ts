/**
 * Where each value of a portable machine comes from, or what it is where nobody can tell: the table of docs/portable.md. Each part of
 * the model is a record of its fields, so that one which is missing does not compile; what is said to be the same everywhere is tested
 * to be.
 */

import type { KernelView } from '../../kernel-view.ts';
import type * as block from '../../model/block.ts';
import type { DeviceTraffic, SoftnetCpu } from '../../model/network-devices.ts';
import type { Inet6Address, Route } from '../../model/network-routes.ts';
import type { Protocol, TcpSocket } from '../../model/network-sockets.ts';
import type * as system from '../../model/system.ts';
import type { TaskAccounting } from '../../model/task-accounting.ts';
import type { TaskFiles } from '../../model/task-files.ts';
import type { AddressSpace } from '../../model/task-memory.ts';
import type { Mount } from '../../model/task-mounts.ts';
import type { TaskScheduling } from '../../model/task-scheduling.ts';
import type { TaskSecurity } from '../../model/task-security.ts';
import type { MemoryPages, TaskMemory, TaskOwner, TaskStat, TaskStatus } from '../../model/task.ts';
import { U64_MAX } from '../../../fs/u64.ts';

/** A value that is told: by which call, in this package's words where something is made of it. `but`: where that is otherwise. */
export interface Told {
  readonly from: string;
  readonly but?: string;
}

/** A value that is the same on every machine, and why that is so where it needs a word. */
export interface Fixed {
  readonly is: unknown;
  readonly because?: string;
}

/** What is not there, by the words that the table has for it. */
export interface Lacking {
  readonly lacks: string;
}

export type Origin = Told | Fixed | Lacking;

/** The fields of a part of the model. */
export type Fields<Model> = { readonly [Field in keyof Model]-?: Origin };

/** Attributes by name, from a list of names. */
type AttributesOf<Names extends string> = Names extends `${infer First} ${infer Rest}` ? { readonly [Name in First]: unknown } & AttributesOf<Rest> : { readonly [Name in Names]: unknown };

/** Where the values of one file come from. */
export interface FileTable {
  /** The file's path under /proc, or /sys where it says so, with what of it is meant. */
  readonly file: string;
  readonly fields: Readonly<Record<string, Origin>>;
}

const from = (call: string, but?: string): Told => (but === undefined ? { from: call } : { from: call, but });
const is = (value: unknown, because?: string): Fixed => (because === undefined ? { is: value } : { is: value, because });
const lacks = (what: string): Lacking => ({ lacks: what });

const ZERO = is(0);
const OF_TREE = 'compatfs itself';

const STATISTICS: Fields<system.KernelStatistics> = {
  total: from('os.cpus().times, summed over the processors'),
  cpus: from('os.cpus().times: user, nice, sys, idle, irq; 10 ms are a tick', 'Windows: sys counts irq too, which is taken off; illumos and macOS: irq is 0; iowait, softirq, steal, guest and guest_nice are 0 everywhere'),
  interrupts: is({ total: 0, counts: [] }),
  contextSwitches: ZERO,
  bootTime: from('the clock less os.uptime(); it moves when it is off by more than 2 s'),
  forks: from('how many processes compatfs has seen in processes()'),
  running: from('processes().list[].state, 1 at least'),
  blocked: from('processes().list[].state'),
  softInterrupts: is({ total: 0, counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
};

const UPTIME: Fields<system.Uptime> = {
  up: from('os.uptime(), and the steady clock since it was asked'),
  idle: from('os.cpus().times.idle, summed'),
};

const LOAD: Fields<system.LoadAverage> = {
  averages: from('os.loadavg()', 'Windows: 0, for it has none'),
  running: from('as procs_running in stat'),
  total: from('how many there are in processes(): threads are not told'),
  lastId: from('the id of the youngest in processes()'),
};

const RELEASE: Fields<system.KernelRelease> = {
  sysname: is('Linux'),
  release: from('Linux: os.release()', 'elsewhere 6.12.0, which programs for Linux take; -o osrelease= says another'),
  version: from('Linux: os.version()', 'elsewhere `#1 SMP PREEMPT_DYNAMIC (SYSTEM RELEASE)`, from os.type() and os.release()'),
  builder: is('compatfs@portable'),
  compiler: is('gcc (GCC) 14.2.0, GNU ld (GNU Binutils) 2.44'),
};

const X86: Fields<system.X86Processor> = {
  architecture: from('os.arch()', 'what is neither arm, arm64 nor riscv64 is shown as x86'),
  id: from('the place in os.cpus()'),
  vendor: from('cpu().vendor and manufacturer, as Linux writes it', 'unknown where they are empty'),
  family: from('cpu().family', '6 where it is no number of 16 bits'),
  model: from('cpu().model', '0 likewise'),
  modelName: from('os.cpus().model', 'cpu().manufacturer and brand where it is empty'),
  stepping: from('cpu().stepping', '0 likewise'),
  microcode: is(undefined),
  frequency: from('os.cpus().speed', 'unknown where it is 0'),
  cacheSize: from('cpu().cache: l2 of AMD, l3 of others, l2 where there is none', 'absent where they are not told'),
  topology: from('cpu().processors and physicalCores', 'single-threaded cores of one package where they do not multiply to the number of os.cpus()'),
  oldBugs: is(undefined),
  fpu: is(true),
  fpuException: is(true),
  cpuidLevel: is(13),
  writeProtect: is(true),
  flags: from('cpu().flags, in small letters, `_` for a dot', 'illumos and macOS on ARM: none'),
  vmxFlags: is(undefined),
  bugs: is([]),
  bogomips: from('twice os.cpus().speed'),
  tlbPages: is(undefined),
  clflushSize: is(64),
  cacheAlignment: is(64),
  physicalAddressBits: is(48),
  virtualAddressBits: is(48),
  powerManagement: is([]),
};

const ARM64: Fields<system.Arm64Processor> = {
  architecture: from('os.arch()'),
  id: from('the place in os.cpus()'),
  modelName: is(undefined),
  bogomips: is(4800, 'a counter of 24 MHz'),
  features: is(['fp', 'asimd'], 'what every such processor has that runs Linux'),
  implementer: from('0x61 where cpu() names Apple, else 0x41, ARM'),
  variant: ZERO,
  part: ZERO,
  revision: ZERO,
};

const RISCV: Fields<system.RiscvProcessor> = {
  architecture: from('os.arch()'),
  id: from('the place in os.cpus()'),
  hart: from('the place in os.cpus()'),
  isa: is('rv64imafdc'),
  mmu: is('sv39'),
  microarchitecture: is(undefined),
  ids: is(undefined),
  hartIsa: is(undefined),
};

/** The rows of meminfo that are told; `MEMORY_CONSTANTS` has those that are something else than 0 all the same. */
const MEMORY: Readonly<Record<string, Origin>> = {
  MemTotal: from('mem().total, os.totalmem() until that is told'),
  MemFree: from('mem().free'),
  MemAvailable: from('mem().available'),
  Buffers: from('mem().buffers', '0 but on Linux'),
  Cached: from('Linux: mem().cached', 'elsewhere mem().buffcache'),
  'Active(anon)': from('as AnonPages'),
  'Inactive(file)': from('Buffers and Cached'),
  Active: from('as AnonPages'),
  Inactive: from('as Inactive(file)'),
  SwapTotal: from('mem().swaptotal', 'the BSDs, illumos: 0'),
  SwapFree: from('mem().swapfree'),
  Dirty: from('mem().dirty', '0 but on Linux'),
  Writeback: from('mem().writeback', '0 but on Linux'),
  AnonPages: from('what is neither free, buffers, cached nor slab'),
  KReclaimable: from('as SReclaimable'),
  Slab: from('mem().slab', '0 but on Linux'),
  SReclaimable: from('mem().reclaimable', '0 but on Linux: on macOS it is something else'),
  SUnreclaim: from('Slab less SReclaimable'),
  CommitLimit: from('half of MemTotal, and SwapTotal'),
  Committed_AS: from('AnonPages, and what is used of swap'),
  VmallocTotal: is(34359738367),
  Hugepagesize: is(2048),
};

const VMSTAT: Readonly<Record<string, Origin>> = {
  nr_free_pages: from('as MemFree'),
  nr_file_pages: from('as Buffers and Cached'),
  nr_dirty: from('as Dirty'),
  nr_writeback: from('as Writeback'),
  pgpgin: from('fsStats().rx', 'Windows, the BSDs, illumos: 0'),
  pgpgout: from('fsStats().wx', 'likewise'),
  pswpin: ZERO,
  pswpout: ZERO,
  pgfault: ZERO,
  pgmajfault: ZERO,
};

const PARTITION: Fields<block.Partition> = {
  major: is(259, '8 for sda to sdp'),
  minor: from('the place in blockDevices(), as Linux has it for sda to sdp'),
  size: from('blockDevices().size', 'the BSDs, illumos: what fsSize() has from /dev'),
  name: from('blockDevices().name, `_` for what no name of Linux has', 'likewise'),
};

const DISK: Fields<block.DiskStatistics> = {
  major: from('as in partitions'),
  minor: from('as in partitions'),
  name: from('as in partitions'),
  reads: from('disksIO().rIO and rWaitTime, fsStats().rx: of all disks together, which the first one has', 'Windows, illumos: 0; macOS: no times; the BSDs: 0'),
  writes: from('disksIO().wIO and wWaitTime, fsStats().wx: likewise', 'likewise'),
  inFlight: ZERO,
  busyTime: ZERO,
  weightedTime: from('disksIO().tWaitTime: likewise', 'likewise'),
  discards: is({ completed: 0, merged: 0, sectors: 0, time: 0 }),
  flushes: is({ completed: 0, time: 0 }),
};

const SWAP: Fields<block.SwapArea> = {
  path: is('/swap'),
  type: is('file'),
  size: from('mem().swaptotal'),
  used: from('mem().swaptotal less swapfree'),
  priority: is(-2),
};

const TRAFFIC: Fields<DeviceTraffic> = {
  name: from('networkInterfaces().iface and networkStats().iface, `_` for blanks and colons, 15 bytes', 'lo0 is called lo'),
  receivedBytes: from('networkStats().rx_bytes', 'illumos: 0'),
  receivedPackets: ZERO,
  receiveErrors: from('networkStats().rx_errors'),
  receiveDropped: from('networkStats().rx_dropped'),
  receiveFifoErrors: ZERO,
  receiveFrameErrors: ZERO,
  receivedCompressed: ZERO,
  receivedMulticast: ZERO,
  sentBytes: from('networkStats().tx_bytes', 'illumos: 0'),
  sentPackets: ZERO,
  sendErrors: from('networkStats().tx_errors'),
  sendDropped: from('networkStats().tx_dropped'),
  sendFifoErrors: ZERO,
  collisions: ZERO,
  carrierErrors: ZERO,
  sentCompressed: ZERO,
};

const SOCKET: Fields<TcpSocket<number>> = {
  slot: from('the place in the list'),
  localAddress: from('networkConnections().localAddress'),
  localPort: from('networkConnections().localPort'),
  remoteAddress: from('networkConnections().peerAddress'),
  remotePort: from('networkConnections().peerPort'),
  state: from('networkConnections().state', 'of UDP: whether it has a peer'),
  transmitQueue: ZERO,
  receiveQueue: ZERO,
  timer: ZERO,
  timerExpires: ZERO,
  retransmissions: ZERO,
  uid: ZERO,
  probes: ZERO,
  inode: ZERO,
  references: is(1),
  pointer: ZERO,
  control: from('what a connection begins with'),
};

const SOFTNET: Fields<SoftnetCpu> = {
  processed: ZERO,
  dropped: ZERO,
  squeezed: ZERO,
  steered: ZERO,
  flowLimited: ZERO,
  backlog: from('the number of the processor of os.cpus(); its queues are empty'),
};

const COUNTERS: Readonly<Record<string, Origin>> = {
  Forwarding: is(2, 'off'),
  DefaultTTL: is(64),
  RtoAlgorithm: is(1),
  RtoMin: is(200),
  RtoMax: is(120_000),
  MaxConn: is(-1),
  CurrEstab: from('networkConnections().state: how many are ESTABLISHED or CLOSE_WAIT'),
  InOctets: from('networkStats().rx_bytes of all interfaces, headers of links included', 'illumos: 0'),
  OutOctets: from('networkStats().tx_bytes likewise', 'illumos: 0'),
};

const PROTOCOL: Fields<Protocol> = {
  name: from('UDPv6, TCPv6, UNIX-STREAM, UDP and TCP'),
  size: from('what Linux has'),
  sockets: from('how many networkConnections() has', 'UNIX-STREAM: 0'),
  memory: from('nothing: 0, and -1 of protocols that do not count it'),
  pressure: from('what Linux has'),
  maximumHeader: from('what Linux has'),
  slab: is(true),
  module: is('kernel'),
  operations: from('what Linux has'),
};

const ROUTE: Fields<Route> = {
  device: from('networkInterfaces().iface'),
  destination: from('networkInterfaces().ip4 and ip4subnet; 0 for networkGatewayDefault()'),
  gateway: from('networkGatewayDefault()'),
  flags: from('whether there is a gateway'),
  metric: ZERO,
  mask: from('networkInterfaces().ip4subnet'),
  mtu: ZERO,
  window: ZERO,
  roundTripTime: ZERO,
};

const ADDRESS6: Fields<Inet6Address> = {
  address: from('networkInterfaces().ip6'),
  interfaceIndex: from('the place in the list, loopbacks first'),
  prefixLength: from('networkInterfaces().ip6subnet', '64 where that is empty'),
  scope: from('the address'),
  flags: is(0x80, 'permanent'),
  device: from('networkInterfaces().iface'),
};

const MOUNT: Fields<Mount> = {
  id: from('the place in the list: /, /proc, /sys and /dev are always there'),
  parent: from('/'),
  major: from('as in partitions', '0 for what is on none'),
  minor: from('as in partitions'),
  root: is('/'),
  point: from('fsSize().mount', 'Windows: C: is /mnt/c; illumos: none are told'),
  readOnly: from('fsSize().rw'),
  flags: from('relatime, and nosuid of proc, sysfs and devtmpfs'),
  propagation: is([]),
  type: from('fsSize().type, in small letters'),
  source: from('fsSize().fs'),
  superReadOnly: from('fsSize().rw'),
  superFlags: is([]),
  options: is([]),
};

const OWNER: Fields<TaskOwner> = {
  uid: from('processes().list[].user by /etc/passwd and os.userInfo()', '65534 for who is in neither, and on Windows, which tells none'),
  gid: from("the user's own group likewise", 'likewise'),
  seconds: from('processes().list[].started, in seconds', 'illumos: in days where it was not today'),
  nanoseconds: from('0, or when it was first seen'),
};

const STAT: Fields<TaskStat> = {
  pid: from('processes().list[].pid'),
  comm: from('processes().list[].name, 15 bytes', 'Linux: of the program, which may be another name than the process gave itself'),
  state: from('processes().list[].state', 'unknown is S, and I of the threads of the Linux kernel'),
  parent: from('processes().list[].parentPid'),
  processGroup: from('the process itself; 0 for threads of the kernel'),
  session: from('likewise'),
  terminal: from('processes().list[].tty', 'Windows: 0'),
  foreground: from('the process itself; -1 without a terminal'),
  flags: from('PF_RANDOMIZE; of the threads of the Linux kernel PF_KTHREAD and what goes with it'),
  minorFaults: ZERO,
  childMinorFaults: ZERO,
  majorFaults: ZERO,
  childMajorFaults: ZERO,
  userTime: from('Linux, Windows: processes().list[].cpuu of what all processors did, added up', 'elsewhere cpu, user and system together, since compatfs saw it first'),
  systemTime: from('Linux, Windows: processes().list[].cpus likewise', 'elsewhere 0'),
  childUserTime: ZERO,
  childSystemTime: ZERO,
  priority: from('20 and nice'),
  nice: from('processes().list[].nice', 'Windows: 0; illumos: less 20'),
  threads: is(1, 'threads are not told'),
  startTime: from('processes().list[].started less the time of boot, within a few seconds'),
  virtualSize: from('processes().list[].memVsz', 'Windows: what of the page file is used; never less than what is resident'),
  residentPages: from('processes().list[].memRss'),
  residentLimit: is(U64_MAX),
  codeStart: ZERO,
  codeEnd: ZERO,
  stackStart: ZERO,
  stackPointer: ZERO,
  instructionPointer: ZERO,
  pendingSignals: ZERO,
  blockedSignals: ZERO,
  ignoredSignals: ZERO,
  caughtSignals: ZERO,
  waiting: ZERO,
  exitSignal: is(17, 'SIGCHLD'),
  processor: ZERO,
  realTimePriority: ZERO,
  policy: ZERO,
  blockDelay: ZERO,
  guestTime: ZERO,
  childGuestTime: ZERO,
  dataStart: ZERO,
  dataEnd: ZERO,
  heapStart: ZERO,
  argumentStart: ZERO,
  argumentEnd: ZERO,
  environmentStart: ZERO,
  environmentEnd: ZERO,
  exitCode: ZERO,
};

const STATM: Fields<MemoryPages> = {
  size: from('processes().list[].memVsz'),
  resident: from('processes().list[].memRss'),
  shared: ZERO,
  text: ZERO,
  data: from('as resident'),
};

const STATUS: Fields<TaskStatus> = {
  name: from('as comm in PID/stat'),
  umask: is(0o022, 'absent of zombies'),
  state: from('as in PID/stat'),
  processId: from('processes().list[].pid'),
  numaGroup: ZERO,
  id: from('processes().list[].pid'),
  parent: from('processes().list[].parentPid'),
  tracer: ZERO,
  uids: from('the owner, four times'),
  gids: from('the group of the owner, four times'),
  descriptorSlots: is(64, '0 of what has no memory'),
  groups: is([]),
  namespaceIds: from('the process itself: there is one namespace'),
  kernelThread: from('Linux: whether kthreadd started it', 'elsewhere no'),
  memory: from('see below; absent of zombies and threads of the kernel'),
  threads: is(1),
  queuedSignals: ZERO,
  queuedSignalLimit: from('MemTotal, as Linux has it'),
  pendingSignals: ZERO,
  sharedPendingSignals: ZERO,
  blockedSignals: ZERO,
  ignoredSignals: ZERO,
  caughtSignals: ZERO,
  capabilities: from('all for user 0, none for others'),
  noNewPrivileges: is(false),
  seccomp: is({ mode: 0, filters: 0 }),
  speculativeStoreBypass: is(undefined),
  speculationIndirectBranch: is(undefined),
  cpusAllowed: from('all of os.cpus()'),
  memoryNodesAllowed: is({ bits: 1, words: [1] }, 'one node'),
  architectureFeatures: is(undefined),
  voluntarySwitches: ZERO,
  involuntarySwitches: ZERO,
};

const MEMORY_OF_TASK: Fields<TaskMemory> = {
  peak: from('as size'),
  size: from('processes().list[].memVsz'),
  locked: ZERO,
  pinned: ZERO,
  highWater: from('as resident'),
  resident: from('processes().list[].memRss'),
  residentAnonymous: from('as resident'),
  residentFile: ZERO,
  residentShared: ZERO,
  data: from('as resident'),
  stack: ZERO,
  executable: ZERO,
  libraries: ZERO,
  pageTables: ZERO,
  swapped: ZERO,
  hugeTlb: ZERO,
  coreDumping: is(false),
  transparentHugePages: is(false),
  untagMask: is(undefined),
};

/** Of what only methods tell: what each gives. */
const FILES_OF_TASK: Fields<Omit<TaskFiles, 'place'>> = {
  areOpen: from(OF_TREE),
  executable: from('processes().list[].path and command', 'ENOENT where the path is not told or not absolute; Windows: C:\\x is /mnt/c/x'),
  workingDirectory: is('/'),
  rootDirectory: is('/'),
  descriptorCount: ZERO,
  descriptors: is([]),
  descriptor: lacks('ENOENT'),
  descriptorLink: lacks('ENOENT'),
  descriptorInfo: lacks('ENOENT'),
  namespace: from('a number for each kind: there is one of each'),
  mappedFiles: is([]),
  mappedFile: lacks('ENOENT'),
  mappedFileLink: lacks('ENOENT'),
};

const ADDRESS_SPACE: Fields<AddressSpace> = {
  generation: from(OF_TREE),
  access: ZERO,
  mappings: is([]),
  mappingUsages: lacks('PID/smaps'),
  totalUsage: from('processes().list[].memRss, as memory of its own that is nobody else\'s'),
  numaMappings: lacks('PID/numa_maps'),
  environment: from('nothing: it is empty'),
  auxiliaryVector: from('nothing: AT_NULL alone'),
  openBytes: lacks('PID/mem: EIO when it is read'),
  openPageMap: lacks('PID/pagemap: EIO when it is read'),
  clearReferences: lacks('EPERM'),
  coredumpFilter: is(0x33, 'what Linux begins with, or what was written'),
  setCoredumpFilter: from('the mount remembers it'),
  mergingPages: lacks('PID/ksm_merging_pages'),
  samePageMerging: lacks('PID/ksm_stat'),
};

const SCHEDULING: Fields<TaskScheduling> = {
  dump: lacks('PID/sched'),
  resetStatistics: lacks('EINVAL'),
  statistics: lacks('PID/schedstat'),
  autogroup: from('the process: each is a session of its own', 'none of threads of the kernel; nice is 0, or what was written'),
  setAutogroupNice: from('the mount remembers it'),
  latencies: lacks('PID/latency'),
  clearLatencies: lacks('EINVAL'),
  timerSlack: is(50_000, 'what Linux begins with, or what was written'),
  setTimerSlack: from('the mount remembers it'),
  timers: lacks('PID/timers'),
  waitChannel: lacks('PID/wchan'),
  kernelStack: lacks('PID/stack'),
  systemCall: lacks('PID/syscall'),
  patchState: lacks('PID/patch_state'),
  architectureStatus: lacks('PID/arch_status'),
  stackDepth: lacks('PID/stack_depth'),
};

const ACCOUNTING: Fields<TaskAccounting> = {
  limits: from('what Linux begins with for MemTotal'),
  io: is({ charactersRead: 0, charactersWritten: 0, readCalls: 0, writeCalls: 0, bytesRead: 0, bytesWritten: 0, bytesCancelled: 0 }),
  controlGroups: is([{ hierarchy: 0, controllers: [], path: '/' }]),
  cpuset: lacks('PID/cpuset'),
  resourceControlGroups: lacks('PID/cpu_resctrl_groups'),
  killScore: from('memRss of MemTotal and SwapTotal, as Linux has it'),
  killAdjustment: is({ adjustment: 0 }, 'or what was written'),
  setKillAdjustment: from('the mount remembers it'),
  setLegacyKillAdjustment: from('the mount remembers it'),
  children: from('processes().list[].parentPid'),
};

const SECURITY: Fields<TaskSecurity> = {
  personality: ZERO,
  loginUser: is(0xffff_ffff, 'nobody logged in, or what was written'),
  setLoginUser: from('the mount remembers it'),
  loginSession: is(0xffff_ffff, 'nobody logged in'),
  idMap: from('one user namespace: all ids are themselves'),
  setIdMap: lacks('EPERM'),
  groupsSettable: is(true),
  setGroupsSettable: lacks('EPERM'),
  timeOffsets: lacks('PID/timens_offsets'),
  setTimeOffsets: lacks('EPERM'),
  label: lacks('EINVAL'),
  filterCache: lacks('PID/seccomp_cache'),
  makeItFail: lacks('PID/make-it-fail'),
  setMakeItFail: lacks('EINVAL'),
  failNth: lacks('PID/fail-nth'),
  setFailNth: lacks('EINVAL'),
};

/** What of the view has no table of its own. */
type Rest = Omit<
  KernelView,
  'statistics' | 'uptime' | 'loadAverage' | 'release' | 'processors' | 'memory' | 'memoryEvents' | 'partitions' | 'diskStatistics' | 'swapAreas' | 'isReachedBy' | 'idOf' | 'controlGroups'
>;

const REST: Fields<Rest> = {
  has: from(OF_TREE),
  sysctl: from('os.hostname(), os.release(), os.version(), fsOpenFiles(), MemTotal', 'else what Linux begins with; what is written is kept by the mount'),
  sysfs: from('cpu(), mem(), blockDevices(), disksIO(), networkInterfaces(), networkStats(), as above'),
  processIds: from('processes().list[].pid'),
  processCount: from('processes().list'),
  visitor: from('compatfs itself: it is `self` to all who look'),
  task: from('processes().list'),
  bootParameters: is(''),
  fileSystemTypes: from('fsSize().type, and what every Linux has'),
  traceScope: ZERO,
  addressPolicy: is({ restriction: 0, paranoia: 3 }),
  freeAreas: from('mem(), as MemFree: one node with the zones of a PC, free memory mostly in large blocks'),
  pageTypes: lacks('pagetypeinfo'),
  memoryZones: from('mem(), as meminfo: likewise'),
  slabCaches: from('mem().slab and sreclaimable, shared out as Linux would for the processes', 'empty caches'),
  allocations: lacks('allocinfo'),
  virtualAreas: lacks('vmallocinfo'),
  pageFile: lacks('kpagecount'),
  kernelCore: lacks('kcore'),
  interrupts: is([], 'no line'),
  softInterrupts: is([], 'zeros'),
  interruptNumbers: lacks('irq'),
  interruptLine: lacks('irq'),
  defaultAffinity: lacks('irq'),
  setDefaultAffinity: lacks('irq'),
  pressure: from('nothing: 0'),
  schedulerStatistics: from('os.cpus().times: the time that each was not idle; os.uptime()', 'everything else is 0, and there are no domains'),
  timerDump: lacks('timer_list'),
  latencies: lacks('latency_stats'),
  clearLatencies: lacks('latency_stats'),
  deviceNumbers: from('blockDevices(), and what every Linux has'),
  miscellaneousDevices: lacks('misc'),
  consoles: lacks('consoles'),
  terminalDrivers: from('what every Linux has'),
  lineDisciplines: from('what every Linux has'),
  terminalDriverNames: is([]),
  serialPorts: is(undefined),
  frameBuffers: lacks('fb'),
  dmaChannels: lacks('dma'),
  memoryResources: lacks('iomem'),
  portResources: lacks('ioports'),
  pciDevices: lacks('bus/pci'),
  pciBuses: lacks('bus/pci'),
  pciFunctions: lacks('bus/pci'),
  pciConfiguration: lacks('bus/pci'),
  inputDevices: lacks('bus/input'),
  inputHandlers: lacks('bus/input'),
  raid: lacks('mdstat'),
  scsiDevices: lacks('scsi'),
  changeScsiDevices: lacks('scsi'),
  scsiQuirks: lacks('scsi'),
  scsiGeneric: lacks('scsi'),
  fileSystemDirectories: is([]),
  ext4Devices: is([]),
  ext4: is(undefined),
  journals: is([]),
  journal: is(undefined),
  messageQueues: lacks('sysvipc'),
  semaphoreSets: lacks('sysvipc'),
  sharedMemory: lacks('sysvipc'),
  fileLocks: is([]),
  modules: is([]),
  eachSymbol: lacks('kallsyms'),
  cryptoAlgorithms: lacks('crypto'),
  executionDomains: is([{ low: 0, high: 0, name: 'Linux', module: 'kernel' }]),
  cgroupControllers: lacks('cgroups'),
  keys: lacks('keys'),
  keyUsers: lacks('key-users'),
  buildConfiguration: lacks('config.gz'),
  memoryTypeRanges: lacks('mtrr'),
  changeMemoryTypeRanges: lacks('mtrr'),
  wakeupDevices: lacks('acpi/wakeup'),
  toggleWakeup: lacks('acpi/wakeup'),
  realTimeClock: lacks('driver/rtc'),
  debugMessages: lacks('dynamic_debug'),
  switchDebugMessages: lacks('dynamic_debug'),
  triggerSysRq: from('nothing: keys are taken, and nobody acts on them'),
  bootConfiguration: lacks('bootconfig'),
  versionSignature: lacks('version_signature'),
  openLog: from('nothing: nothing was ever logged'),
  writeLog: lacks('kmsg'),
  logsTimes: is(true),
};

const FREQUENCY: Fields<AttributesOf<'affected_cpus related_cpus cpuinfo_max_freq cpuinfo_min_freq cpuinfo_transition_latency scaling_max_freq scaling_min_freq scaling_governor scaling_available_governors scaling_driver scaling_setspeed scaling_cur_freq'>> = {
  affected_cpus: from('the place in os.cpus()'),
  related_cpus: from('the place in os.cpus()'),
  cpuinfo_max_freq: from('cpu().speedMax', 'cpu().speed where it is not told; on Linux, and where neither is, there is no cpufreq'),
  cpuinfo_min_freq: from('cpu().speedMin', 'as cpuinfo_max_freq'),
  cpuinfo_transition_latency: is(20_000),
  scaling_max_freq: from('as cpuinfo_max_freq'),
  scaling_min_freq: from('as cpuinfo_min_freq'),
  scaling_governor: from('cpu().governor', 'performance where there is but one frequency, else schedutil'),
  scaling_available_governors: from('performance, schedutil, and cpu().governor'),
  scaling_driver: from('os.arch(): acpi-cpufreq of x86, cpufreq-dt of others'),
  scaling_setspeed: is('<unsupported>'),
  scaling_cur_freq: from('os.cpus().speed', 'as cpuinfo_max_freq where it is 0'),
};

const ABSENT = 'absent where it is empty, `-` or a word for that';

const FIRMWARE: Fields<AttributesOf<'bios_vendor bios_version bios_date bios_release sys_vendor product_name product_version product_serial product_uuid product_sku board_vendor board_name board_version board_serial board_asset_tag chassis_vendor chassis_type chassis_version chassis_serial chassis_asset_tag modalias'>> = {
  bios_vendor: from('bios().vendor', `${ABSENT}, as are all of these; without any, class/dmi is empty`),
  bios_version: from('bios().version', ABSENT),
  bios_date: from('bios().releaseDate, the month first', ABSENT),
  bios_release: from('bios().revision', ABSENT),
  sys_vendor: from('system().manufacturer', ABSENT),
  product_name: from('system().model', `${ABSENT}; so is \`Computer\``),
  product_version: from('system().version', ABSENT),
  product_serial: from('system().serial; only the superuser may read it', ABSENT),
  product_uuid: from('system().uuid; only the superuser may read it', ABSENT),
  product_sku: from('system().sku', ABSENT),
  board_vendor: from('baseboard().manufacturer', ABSENT),
  board_name: from('baseboard().model', ABSENT),
  board_version: from('baseboard().version', ABSENT),
  board_serial: from('baseboard().serial; only the superuser may read it', ABSENT),
  board_asset_tag: from('baseboard().assetTag', ABSENT),
  chassis_vendor: from('chassis().manufacturer', ABSENT),
  chassis_type: from('chassis().type, as SMBIOS numbers it', 'absent where it is none of these'),
  chassis_version: from('chassis().version', ABSENT),
  chassis_serial: from('chassis().serial; only the superuser may read it', ABSENT),
  chassis_asset_tag: from('chassis().assetTag', ABSENT),
  modalias: from('the others'),
};

const MAINS: Fields<AttributesOf<'type online'>> = {
  type: is('Mains'),
  online: from('battery().acConnected', 'there is no AC where there is no battery; FreeBSD: the opposite, for systeminformation takes hw.acpi.acline so'),
};

const UNTOLD = 'absent where it is not told';

const BATTERY: Fields<AttributesOf<'type status present technology cycle_count voltage_now power_now energy_full_design energy_full energy_now capacity capacity_level model_name manufacturer serial_number'>> = {
  type: is('Battery'),
  status: from('battery().isCharging and acConnected', 'Full on the mains with 100 %; FreeBSD: Charging on the mains with less'),
  present: is(1),
  technology: from('battery().type', 'Unknown where it is no word that the kernel has'),
  cycle_count: from('battery().cycleCount', UNTOLD),
  voltage_now: from('battery().voltage', UNTOLD),
  power_now: from('battery().currentCapacity in timeRemaining; current_now where capacities are mAh', UNTOLD),
  energy_full_design: from('battery().designedCapacity; charge_full_design where it is mAh', UNTOLD),
  energy_full: from('battery().maxCapacity; charge_full likewise', UNTOLD),
  energy_now: from('battery().currentCapacity; charge_now likewise', UNTOLD),
  capacity: from('battery().percent', 'from the capacities where it is not told'),
  capacity_level: from('battery().percent: Full, Normal, Low below 10, Critical below 5'),
  model_name: from('battery().model', UNTOLD),
  manufacturer: from('battery().manufacturer', UNTOLD),
  serial_number: from('battery().serial', UNTOLD),
};

const SENSOR: Fields<AttributesOf<'name temp1_input temp1_label temp2_input temp2_label temp3_input temp3_label'>> = {
  name: from('cpu().vendor: coretemp of Intel, k10temp of AMD, cpu_thermal of others; acpitz and pch as in class/thermal', 'class/hwmon is empty where no temperature is told'),
  temp1_input: from('cpuTemperature().main; socket and chipset', 'what is not above 0 and at most 150 is not told'),
  temp1_label: from('`Package id 0` of coretemp, `Tctl` of k10temp', 'absent for others'),
  temp2_input: from('cpuTemperature().cores of Intel, and so on', 'Windows: they are zones of ACPI, and shown as acpitz'),
  temp2_label: from('the place in cores: `Core 0`, and so on'),
  temp3_input: from('as temp2_input'),
  temp3_label: from('as temp2_label'),
};

const ZONE: Fields<AttributesOf<'type temp policy available_policies mode'>> = {
  type: from('what is told: x86_pkg_temp for main of Intel, cpu-thermal of what is neither Intel nor AMD; acpitz for socket, pch for chipset', 'class/thermal is empty where no temperature is told'),
  temp: from('cpuTemperature().main, socket, chipset'),
  policy: is('step_wise'),
  available_policies: is(['step_wise']),
  mode: is('enabled'),
};

/** The names of the tables. */
export type TableName =
  | 'statistics'
  | 'uptime'
  | 'load'
  | 'release'
  | 'x86'
  | 'arm64'
  | 'riscv'
  | 'memory'
  | 'memoryEvents'
  | 'partition'
  | 'disk'
  | 'swap'
  | 'traffic'
  | 'socket'
  | 'softnet'
  | 'counters'
  | 'protocol'
  | 'route'
  | 'address6'
  | 'mount'
  | 'owner'
  | 'stat'
  | 'statm'
  | 'status'
  | 'taskMemory'
  | 'files'
  | 'addressSpace'
  | 'scheduling'
  | 'accounting'
  | 'security'
  | 'rest'
  | 'frequency'
  | 'firmware'
  | 'mains'
  | 'battery'
  | 'sensor'
  | 'zone';

/** All of it, in the order in which it is shown. */
export const TABLES: { readonly [Name in TableName]: FileTable } = {
  statistics: { file: 'stat', fields: STATISTICS },
  uptime: { file: 'uptime', fields: UPTIME },
  load: { file: 'loadavg', fields: LOAD },
  release: { file: 'version, sys/kernel', fields: RELEASE },
  x86: { file: 'cpuinfo of x86', fields: X86 },
  arm64: { file: 'cpuinfo of ARM', fields: ARM64 },
  riscv: { file: 'cpuinfo of RISC-V', fields: RISCV },
  memory: { file: 'meminfo (rows that are not listed are 0)', fields: MEMORY },
  memoryEvents: { file: 'vmstat', fields: VMSTAT },
  partition: { file: 'partitions', fields: PARTITION },
  disk: { file: 'diskstats', fields: DISK },
  swap: { file: 'swaps', fields: SWAP },
  traffic: { file: 'PID/net/dev', fields: TRAFFIC },
  socket: { file: 'PID/net/tcp, tcp6, udp, udp6', fields: SOCKET },
  softnet: { file: 'PID/net/softnet_stat', fields: SOFTNET },
  counters: { file: 'PID/net/snmp, netstat, snmp6 (counters that are not listed are 0)', fields: COUNTERS },
  protocol: { file: 'PID/net/protocols', fields: PROTOCOL },
  route: { file: 'PID/net/route', fields: ROUTE },
  address6: { file: 'PID/net/if_inet6', fields: ADDRESS6 },
  mount: { file: 'PID/mounts, PID/mountinfo', fields: MOUNT },
  owner: { file: "a process's directory: owner and times", fields: OWNER },
  stat: { file: 'PID/stat', fields: STAT },
  statm: { file: 'PID/statm', fields: STATM },
  status: { file: 'PID/status', fields: STATUS },
  taskMemory: { file: 'PID/status, the Vm rows', fields: MEMORY_OF_TASK },
  files: { file: 'PID/exe, cwd, root, fd, fdinfo, ns, map_files', fields: FILES_OF_TASK },
  addressSpace: { file: 'PID/maps, environ, auxv, mem and the like', fields: ADDRESS_SPACE },
  scheduling: { file: 'PID, what the scheduler tells', fields: SCHEDULING },
  accounting: { file: 'PID/limits, cgroup, oom_score and the like', fields: ACCOUNTING },
  security: { file: 'PID, what is about rights', fields: SECURITY },
  rest: { file: 'everything else', fields: REST },
  frequency: { file: '/sys/devices/system/cpu/cpuN/cpufreq', fields: FREQUENCY },
  firmware: { file: '/sys/class/dmi/id', fields: FIRMWARE },
  mains: { file: '/sys/class/power_supply/AC', fields: MAINS },
  battery: { file: '/sys/class/power_supply/BATN', fields: BATTERY },
  sensor: { file: '/sys/class/hwmon/hwmonN', fields: SENSOR },
  zone: { file: '/sys/class/thermal/thermal_zoneN', fields: ZONE },
};
