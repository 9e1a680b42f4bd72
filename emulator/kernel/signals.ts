/** Signals: their numbers, sets of them, what they do by default, and what is kept of those that were sent (signal(7)). */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGSYS = 31;
export const SIGNAL_MAX = 64;

/** The names of the signals that have one, by number. */
export const SIGNAL_NAMES: readonly string[] = [
  '', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGUSR2',
  'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT', 'SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU',
  'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS',
];

/** What a handler can be instead of an address. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const SA_NOCLDSTOP = 0x1;
export const SA_NOCLDWAIT = 0x2;
export const SA_SIGINFO = 0x4;
export const SA_RESTORER = 0x0400_0000;
export const SA_ONSTACK = 0x0800_0000;
export const SA_RESTART = 0x1000_0000;
export const SA_NODEFER = 0x4000_0000;
export const SA_RESETHAND = 0x8000_0000;

/** si_code: who sent a signal, or why. */
export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_QUEUE = -1;
export const SI_TIMER = -2;
export const SI_TKILL = -6;

export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;

/** A set of signals: bit N - 1 of 64 is signal N. */
export class SignalSet {
  low = 0;
  high = 0;

  has(signal: number): boolean {
    return signal <= 32 ? (this.low & (1 << (signal - 1))) !== 0 : (this.high & (1 << (signal - 33))) !== 0;
  }

  add(signal: number): void {
    if (signal <= 32) this.low |= 1 << (signal - 1);
    else this.high |= 1 << (signal - 33);
  }

  delete(signal: number): void {
    if (signal <= 32) this.low &= ~(1 << (signal - 1));
    else this.high &= ~(1 << (signal - 33));
  }

  set(low: number, high: number): void {
    this.low = low | 0;
    this.high = high | 0;
  }

  copy(other: SignalSet): void {
    this.low = other.low;
    this.high = other.high;
  }

  get empty(): boolean {
    return (this.low | this.high) === 0;
  }
}

/** What a signal does where nobody has said otherwise. */
export type DefaultAction = 'terminate' | 'core' | 'ignore' | 'stop' | 'continue';

/** The default action of a signal. */
export function defaultAction(signal: number): DefaultAction {
  switch (signal) {
    case SIGQUIT:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGXCPU:
    case SIGXFSZ:
    case SIGSYS:
      return 'core';
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return 'ignore';
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      return 'stop';
    case SIGCONT:
      return 'continue';
    default:
      return 'terminate';
  }
}

/** What sigaction(2) has set for a signal. */
export class SignalAction {
  /** SIG_DFL, SIG_IGN or an address. */
  handler: number = SIG_DFL;
  /** SA_*, unsigned. */
  flags = 0;
  restorer = 0;
  readonly mask: SignalSet = new SignalSet();

  copy(other: SignalAction): void {
    this.handler = other.handler;
    this.flags = other.flags;
    this.restorer = other.restorer;
    this.mask.copy(other.mask);
  }
}

/** The actions of a process, or of several with CLONE_SIGHAND; index 0 is not used. */
export class SignalActions {
  readonly actions: readonly SignalAction[] = Array.from({ length: SIGNAL_MAX + 1 }, () => new SignalAction());

  of(signal: number): SignalAction {
    return this.actions[signal]!;
  }

  /** Whether a signal that arrives would do nothing. */
  ignores(signal: number): boolean {
    const { handler } = this.of(signal);
    return handler === SIG_IGN || (handler === SIG_DFL && defaultAction(signal) === 'ignore');
  }

  /** A copy, for a process of its own. */
  clone(): SignalActions {
    const copy = new SignalActions();
    copy.actions.forEach((action, signal) => action.copy(this.of(signal)));
    return copy;
  }

  /** execve(2): handlers are the old program's, what is ignored stays so. */
  forgetHandlers(): void {
    for (const action of this.actions) {
      if (action.handler !== SIG_IGN) action.handler = SIG_DFL;
      action.flags = 0;
      action.restorer = 0;
      action.mask.set(0, 0);
    }
  }
}

/** siginfo_t, as far as its fields have a meaning for the signal. */
export interface SignalInfo {
  readonly signal: number;
  readonly errno?: number;
  readonly code: number;
  readonly pid?: number;
  readonly uid?: number;
  /** SIGCHLD: the exit status or signal. */
  readonly status?: number;
  readonly utime?: number;
  readonly stime?: number;
  /** Faults: the address. */
  readonly address?: number;
  /** sigqueue(3) and timers: 64 bits. */
  readonly value?: bigint;
  readonly timer?: number;
  readonly overrun?: number;
  /** SIGIO. */
  readonly band?: number;
  readonly fd?: number;
  /** The bytes that a sender gave itself (rt_sigqueueinfo). */
  readonly raw?: Uint8Array;
}

/** Signals that were sent and not delivered: of one task, or of a process. */
export class PendingSignals {
  readonly set: SignalSet = new SignalSet();
  readonly #queue: SignalInfo[] = [];

  /** Adds one. Those below 34 are not counted: another of the same number is dropped. */
  add(info: SignalInfo): void {
    if (info.signal < 32 && this.set.has(info.signal)) return;
    this.set.add(info.signal);
    this.#queue.push(info);
  }

  /** Takes one that is in neither half of a mask, the lowest number first; faults come before all others. */
  take(blockedLow: number, blockedHigh: number): SignalInfo | undefined {
    const low = this.set.low & ~blockedLow;
    const high = this.set.high & ~blockedHigh;
    if ((low | high) === 0) return undefined;
    const faults = low & FAULTS;
    const signal = faults !== 0 ? lowest(faults) : low !== 0 ? lowest(low) : 32 + lowest(high);
    return this.takeOne(signal);
  }

  /** Takes the first of a number that is pending. */
  takeOne(signal: number): SignalInfo | undefined {
    const index = this.#queue.findIndex((info) => info.signal === signal);
    if (index < 0) return undefined;
    const [info] = this.#queue.splice(index, 1);
    if (!this.#queue.some((other) => other.signal === signal)) this.set.delete(signal);
    return info;
  }

  /** Drops all of a number. */
  drop(signal: number): void {
    if (!this.set.has(signal)) return;
    this.set.delete(signal);
    for (let index = this.#queue.length - 1; index >= 0; index--) if (this.#queue[index]!.signal === signal) this.#queue.splice(index, 1);
  }

  get count(): number {
    return this.#queue.length;
  }
}

const bit = (signal: number): number => 1 << (signal - 1);
/** Signals that an instruction causes, which are delivered first (SYNCHRONOUS_MASK). */
const FAULTS = bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGTRAP) | bit(SIGFPE) | bit(SIGSYS);

function lowest(bits: number): number {
  return 32 - Math.clz32(bits & -bits);
}
