/** Parsers of the files of one thread: the inverse of linprocfs/process. */

import type { MemoryPages, TaskMemory, TaskStat, TaskStatus } from '../../model/task.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { Scanner } from './scanner.ts';

const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Undoes the C escapes of the Name line of PID/status. */
function unescapeName(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([n\\])/g, (_match, letter: string) => (letter === 'n' ? '\n' : '\\'));
}

/** PID/stat. The name ends at the last parenthesis, for it may hold any byte. */
export function parseStat(scanner: Scanner): TaskStat {
  const pid = scanner.number();
  const { bytes } = scanner;
  const open = bytes.indexOf(OPEN, scanner.at);
  const close = bytes.lastIndexOf(CLOSE, scanner.end - 1);
  const comm = bytes.toString('latin1', open + 1, close);
  scanner.at = close + 2;
  const state = scanner.word();
  const parent = scanner.number();
  const processGroup = scanner.number();
  const session = scanner.number();
  const terminal = scanner.signed();
  const foreground = scanner.signed();
  const flags = scanner.decimal();
  const minorFaults = scanner.decimal();
  const childMinorFaults = scanner.decimal();
  const majorFaults = scanner.decimal();
  const childMajorFaults = scanner.decimal();
  const userTime = scanner.decimal();
  const systemTime = scanner.decimal();
  const childUserTime = scanner.signedDecimal();
  const childSystemTime = scanner.signedDecimal();
  const priority = scanner.signed();
  const nice = scanner.signed();
  const threads = scanner.number();
  scanner.number();
  const startTime = scanner.decimal();
  const virtualSize = scanner.decimal();
  const residentPages = scanner.decimal();
  const residentLimit = scanner.decimal();
  const codeStart = scanner.decimal();
  const codeEnd = scanner.decimal();
  const stackStart = scanner.decimal();
  const stackPointer = scanner.decimal();
  const instructionPointer = scanner.decimal();
  const pendingSignals = scanner.number();
  const blockedSignals = scanner.number();
  const ignoredSignals = scanner.number();
  const caughtSignals = scanner.number();
  const waiting = scanner.decimal();
  scanner.number();
  scanner.number();
  const exitSignal = scanner.signed();
  const processor = scanner.number();
  const realTimePriority = scanner.number();
  const policy = scanner.number();
  const blockDelay = scanner.decimal();
  const guestTime = scanner.decimal();
  const childGuestTime = scanner.signedDecimal();
  const dataStart = scanner.decimal();
  const dataEnd = scanner.decimal();
  const heapStart = scanner.decimal();
  const argumentStart = scanner.decimal();
  const argumentEnd = scanner.decimal();
  const environmentStart = scanner.decimal();
  const environmentEnd = scanner.decimal();
  const exitCode = scanner.signed();
  return {
    pid,
    comm,
    state,
    parent,
    processGroup,
    session,
    terminal,
    foreground,
    flags,
    minorFaults,
    childMinorFaults,
    majorFaults,
    childMajorFaults,
    userTime,
    systemTime,
    childUserTime,
    childSystemTime,
    priority,
    nice,
    threads,
    startTime,
    virtualSize,
    residentPages,
    residentLimit,
    codeStart,
    codeEnd,
    stackStart,
    stackPointer,
    instructionPointer,
    pendingSignals,
    blockedSignals,
    ignoredSignals,
    caughtSignals,
    waiting,
    exitSignal,
    processor,
    realTimePriority,
    policy,
    blockDelay,
    guestTime,
    childGuestTime,
    dataStart,
    dataEnd,
    heapStart,
    argumentStart,
    argumentEnd,
    environmentStart,
    environmentEnd,
    exitCode,
  };
}

/** PID/statm */
export function parseStatm(scanner: Scanner): MemoryPages {
  const size = scanner.decimal();
  const resident = scanner.decimal();
  const shared = scanner.decimal();
  const text = scanner.decimal();
  scanner.decimal();
  return { size, resident, shared, text, data: scanner.decimal() };
}

/** The labels of PID/status that the model knows. */
const STATUS_LABELS: ReadonlySet<string> = new Set(
  (
    'Name Umask State Tgid Ngid Pid PPid TracerPid Uid Gid FDSize Groups NStgid NSpid NSpgid NSsid Kthread ' +
    'VmPeak VmSize VmLck VmPin VmHWM VmRSS RssAnon RssFile RssShmem VmData VmStk VmExe VmLib VmPTE VmSwap ' +
    'HugetlbPages CoreDumping THP_enabled untag_mask Threads SigQ SigPnd ShdPnd SigBlk SigIgn SigCgt ' +
    'CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Seccomp_filters Speculation_Store_Bypass ' +
    'SpeculationIndirectBranch Cpus_allowed Mems_allowed voluntary_ctxt_switches nonvoluntary_ctxt_switches ' +
    'x86_Thread_features x86_Thread_features_locked'
  ).split(' '),
);

/**
 * Goes to the value of a labelled line. Lines come in the kernel's order: one that the model does not know is passed
 * over, and one that is missing leaves the position where it was.
 */
function labelled(scanner: Scanner, label: string): boolean {
  while (!scanner.takeText(label)) {
    if (scanner.done) return false;
    const start = scanner.at;
    const found = scanner.until(COLON);
    scanner.at = start;
    if (STATUS_LABELS.has(found)) return false;
    scanner.nextLine();
  }
  return true;
}

function numberAt(scanner: Scanner, label: string): number {
  return labelled(scanner, label) ? finish(scanner, scanner.number()) : 0;
}

function amountAt(scanner: Scanner, label: string): U64 {
  return labelled(scanner, label) ? finish(scanner, scanner.decimal()) : 0;
}

function hexAt(scanner: Scanner, label: string): U64 {
  return labelled(scanner, label) ? finish(scanner, scanner.hex()) : 0;
}

function textAt(scanner: Scanner, label: string): string | undefined {
  return labelled(scanner, label) ? scanner.line() : undefined;
}

/** Leaves the line and passes the value on. */
function finish<T>(scanner: Scanner, value: T): T {
  scanner.nextLine();
  return value;
}

function numbers(scanner: Scanner): number[] {
  const values: number[] = [];
  while (!scanner.lineDone()) values.push(scanner.number());
  scanner.nextLine();
  return values;
}

function four(scanner: Scanner, label: string): [number, number, number, number] {
  labelled(scanner, label);
  const [real = 0, effective = 0, saved = 0, fileSystem = 0] = numbers(scanner);
  return [real, effective, saved, fileSystem];
}

/** A mask in `%*pb` notation: as wide as its digits. */
function mask(scanner: Scanner, known: KnownMask): BitMask {
  const again = known.take(scanner);
  if (again) return again;
  const start = scanner.at;
  const value = parseMask(scanner);
  known.keep(scanner.bytes, start, scanner.at, value);
  return value;
}

/** The mask that was read last: most threads have the same, and it may be long. */
class KnownMask {
  #line = Buffer.alloc(0);
  #mask: BitMask | undefined;

  /** Takes the rest of the line if it is what it was the last time. */
  take(scanner: Scanner): BitMask | undefined {
    return this.#mask && scanner.takeBytes(this.#line) ? this.#mask : undefined;
  }

  keep(bytes: Buffer, start: number, end: number, mask: BitMask): void {
    this.#line = Buffer.from(bytes.subarray(start, end));
    this.#mask = mask;
  }
}

const knownCpus = new KnownMask();
const knownNodes = new KnownMask();

function parseMask(scanner: Scanner): BitMask {
  scanner.blanks();
  const words: number[] = [];
  let bits = 0;
  do {
    const start = scanner.at;
    words.push(Number(scanner.hex()));
    bits += (scanner.at - start) * 4;
  } while (scanner.take(COMMA));
  scanner.nextLine();
  return { bits, words: words.reverse() };
}

/** PID/status */
export function parseStatus(scanner: Scanner): TaskStatus {
  const name = unescapeName(textAt(scanner, 'Name:\t') ?? '');
  const umask = labelled(scanner, 'Umask:\t') ? finish(scanner, scanner.octal()) : undefined;
  const state = labelled(scanner, 'State:\t') ? finish(scanner, String.fromCharCode(scanner.peek())) : 'X';
  const processId = numberAt(scanner, 'Tgid:\t');
  const numaGroup = numberAt(scanner, 'Ngid:\t');
  const id = numberAt(scanner, 'Pid:\t');
  const parent = numberAt(scanner, 'PPid:\t');
  const tracer = numberAt(scanner, 'TracerPid:\t');
  const uids = four(scanner, 'Uid:\t');
  const gids = four(scanner, 'Gid:\t');
  const descriptorSlots = numberAt(scanner, 'FDSize:\t');
  const groups = labelled(scanner, 'Groups:\t') ? numbers(scanner) : [];
  const namespaceIds = labelled(scanner, 'NStgid:\t') ? parseNamespaceIds(scanner) : undefined;
  const kernelThread = labelled(scanner, 'Kthread:\t') ? finish(scanner, scanner.number() === 1) : undefined;
  const memory = labelled(scanner, 'VmPeak:\t') ? parseMemory(scanner) : undefined;
  const threads = numberAt(scanner, 'Threads:\t');
  labelled(scanner, 'SigQ:\t');
  const queuedSignals = scanner.decimal();
  const queuedSignalLimit = finish(scanner, scanner.skip(1).decimal());
  const pendingSignals = hexAt(scanner, 'SigPnd:\t');
  const sharedPendingSignals = hexAt(scanner, 'ShdPnd:\t');
  const blockedSignals = hexAt(scanner, 'SigBlk:\t');
  const ignoredSignals = hexAt(scanner, 'SigIgn:\t');
  const caughtSignals = hexAt(scanner, 'SigCgt:\t');
  const capabilities = {
    inheritable: hexAt(scanner, 'CapInh:\t'),
    permitted: hexAt(scanner, 'CapPrm:\t'),
    effective: hexAt(scanner, 'CapEff:\t'),
    bounding: hexAt(scanner, 'CapBnd:\t'),
    ambient: hexAt(scanner, 'CapAmb:\t'),
  };
  const noNewPrivileges = numberAt(scanner, 'NoNewPrivs:\t') === 1;
  const seccomp = labelled(scanner, 'Seccomp:\t') ? parseSeccomp(scanner) : undefined;
  const speculativeStoreBypass = textAt(scanner, 'Speculation_Store_Bypass:\t');
  const speculationIndirectBranch = textAt(scanner, 'SpeculationIndirectBranch:\t');
  const cpusAllowed = labelled(scanner, 'Cpus_allowed:\t') ? mask(scanner, knownCpus) : { bits: 0, words: [] };
  const memoryNodesAllowed = labelled(scanner, 'Mems_allowed:\t') ? mask(scanner, knownNodes) : undefined;
  const voluntarySwitches = amountAt(scanner, 'voluntary_ctxt_switches:\t');
  const involuntarySwitches = amountAt(scanner, 'nonvoluntary_ctxt_switches:\t');
  const enabled = scanner.done ? undefined : textAt(scanner, 'x86_Thread_features:\t');
  const architectureFeatures =
    enabled === undefined ? undefined : { enabled, locked: textAt(scanner, 'x86_Thread_features_locked:\t') ?? '' };
  return {
    name,
    umask,
    state,
    processId,
    numaGroup,
    id,
    parent,
    tracer,
    uids,
    gids,
    descriptorSlots,
    groups,
    namespaceIds,
    kernelThread,
    memory,
    threads,
    queuedSignals,
    queuedSignalLimit,
    pendingSignals,
    sharedPendingSignals,
    blockedSignals,
    ignoredSignals,
    caughtSignals,
    capabilities,
    noNewPrivileges,
    seccomp,
    speculativeStoreBypass,
    speculationIndirectBranch,
    cpusAllowed,
    memoryNodesAllowed,
    voluntarySwitches,
    involuntarySwitches,
    architectureFeatures,
  };
}

/**
 * PID/status after a change of nothing but counts of signals and context switches, which is what changes while a thread
 * does next to nothing.
 */
export function amendStatus(value: TaskStatus, scanner: Scanner, next: (from: number) => number): TaskStatus | undefined {
  let { queuedSignals, queuedSignalLimit, voluntarySwitches, involuntarySwitches } = value;
  for (let at = next(0); at >= 0; at = next(scanner.at)) {
    scanner.toLineStart(at);
    if (scanner.takeText('SigQ:\t')) {
      queuedSignals = scanner.decimal();
      queuedSignalLimit = finish(scanner, scanner.skip(1).decimal());
    } else if (scanner.takeText('voluntary_ctxt_switches:\t')) {
      voluntarySwitches = finish(scanner, scanner.decimal());
    } else if (scanner.takeText('nonvoluntary_ctxt_switches:\t')) {
      involuntarySwitches = finish(scanner, scanner.decimal());
    } else {
      return undefined;
    }
  }
  // Spelled out in the order of `parseStatus`: by spreading, each copy of a copy would be of another shape.
  return {
    name: value.name,
    umask: value.umask,
    state: value.state,
    processId: value.processId,
    numaGroup: value.numaGroup,
    id: value.id,
    parent: value.parent,
    tracer: value.tracer,
    uids: value.uids,
    gids: value.gids,
    descriptorSlots: value.descriptorSlots,
    groups: value.groups,
    namespaceIds: value.namespaceIds,
    kernelThread: value.kernelThread,
    memory: value.memory,
    threads: value.threads,
    queuedSignals,
    queuedSignalLimit,
    pendingSignals: value.pendingSignals,
    sharedPendingSignals: value.sharedPendingSignals,
    blockedSignals: value.blockedSignals,
    ignoredSignals: value.ignoredSignals,
    caughtSignals: value.caughtSignals,
    capabilities: value.capabilities,
    noNewPrivileges: value.noNewPrivileges,
    seccomp: value.seccomp,
    speculativeStoreBypass: value.speculativeStoreBypass,
    speculationIndirectBranch: value.speculationIndirectBranch,
    cpusAllowed: value.cpusAllowed,
    memoryNodesAllowed: value.memoryNodesAllowed,
    voluntarySwitches,
    involuntarySwitches,
    architectureFeatures: value.architectureFeatures,
  };
}

/** What PID/status says of whom a thread acts for. */
export interface TaskIdentity {
  readonly processId: number;
  readonly groups: readonly number[];
  /** Effective capabilities, a bit each. */
  readonly capabilities: U64;
}

/** Goes to the value of a labelled line, over whatever lines come before; false where none of the rest is that line. */
function seek(scanner: Scanner, label: string): boolean {
  while (!scanner.takeText(label)) {
    if (scanner.done) return false;
    scanner.nextLine();
  }
  return true;
}

/** As it was, after a change of nothing but counts of context switches: those of a caller change with each of its requests. */
export function amendIdentity(value: TaskIdentity, scanner: Scanner, next: (from: number) => number): TaskIdentity | undefined {
  scanner.toLineStart(next(0));
  return scanner.nextIs('voluntary_ctxt_switches:\t') || scanner.nextIs('nonvoluntary_ctxt_switches:\t') ? value : undefined;
}

/** The same of PID/status alone: a server asks this of its callers all the time. */
export function parseIdentity(scanner: Scanner): TaskIdentity {
  const processId = seek(scanner, 'Tgid:\t') ? scanner.number() : 0;
  const groups = seek(scanner, 'Groups:\t') ? numbers(scanner) : [];
  const capabilities = seek(scanner, 'CapEff:\t') ? scanner.hex() : 0;
  return { processId, groups, capabilities };
}

function parseNamespaceIds(scanner: Scanner): NonNullable<TaskStatus['namespaceIds']> {
  const processIds = numbers(scanner);
  const ids = labelled(scanner, 'NSpid:\t') ? numbers(scanner) : [];
  const processGroups = labelled(scanner, 'NSpgid:\t') ? numbers(scanner) : [];
  const sessions = labelled(scanner, 'NSsid:\t') ? numbers(scanner) : [];
  return { processIds, ids, processGroups, sessions };
}

function parseSeccomp(scanner: Scanner): NonNullable<TaskStatus['seccomp']> {
  const mode = finish(scanner, scanner.number());
  return { mode, filters: labelled(scanner, 'Seccomp_filters:\t') ? finish(scanner, scanner.number()) : undefined };
}

/** The Vm block, from the value of VmPeak. */
function parseMemory(scanner: Scanner): TaskMemory {
  const optional = (label: string): U64 | undefined =>
    labelled(scanner, label) ? finish(scanner, scanner.decimal()) : undefined;
  return {
    peak: finish(scanner, scanner.decimal()),
    size: amountAt(scanner, 'VmSize:\t'),
    locked: amountAt(scanner, 'VmLck:\t'),
    pinned: amountAt(scanner, 'VmPin:\t'),
    highWater: amountAt(scanner, 'VmHWM:\t'),
    resident: amountAt(scanner, 'VmRSS:\t'),
    residentAnonymous: amountAt(scanner, 'RssAnon:\t'),
    residentFile: amountAt(scanner, 'RssFile:\t'),
    residentShared: amountAt(scanner, 'RssShmem:\t'),
    data: amountAt(scanner, 'VmData:\t'),
    stack: amountAt(scanner, 'VmStk:\t'),
    executable: amountAt(scanner, 'VmExe:\t'),
    libraries: amountAt(scanner, 'VmLib:\t'),
    pageTables: amountAt(scanner, 'VmPTE:\t'),
    swapped: amountAt(scanner, 'VmSwap:\t'),
    hugeTlb: optional('HugetlbPages:\t'),
    coreDumping: numberAt(scanner, 'CoreDumping:\t') === 1,
    transparentHugePages: labelled(scanner, 'THP_enabled:\t') ? finish(scanner, scanner.number() === 1) : undefined,
    untagMask: labelled(scanner, 'untag_mask:\t0x') ? finish(scanner, scanner.hex()) : undefined,
  };
}
