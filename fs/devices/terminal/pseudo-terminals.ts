/** All pseudo-terminals of one /dev, with the drivers of ptmx, pts/N, tty and console (devpts, pts(4), tty(4)). */

import { CAP_SYS_ADMIN, type Caller } from '../../caller.ts';
import { EBUSY, EFAULT, EINVAL, EIO, ENODEV, ENOSPC, ENOTTY, ENXIO, type Errno, isErrno } from '../../errno.ts';
import { O_NOCTTY, canRead } from '../../flags.ts';
import { S_IFCHR, makeDevice } from '../../stat.ts';
import type { U64 } from '../../u64.ts';
import type { IoctlAnswer, OpenFile } from '../../vnode.ts';
import type { Device } from '../device-table.ts';
import type { DeviceFile, Driver } from '../driver.ts';
import { type TerminalSide, number, numberOf, terminalIoctl } from './ioctl.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';
import { Sessions } from './sessions.ts';
import type { Terminal, Timers } from './terminal.ts';

const TTY_MAJOR = 5;
const PTS_MAJOR = 136;
const MINORS = 1 << 20;

/** As sys/kernel/pty/max is at first. */
const MOST = 4096;

const TIOCPKT = 0x5420;
const TIOCGPTPEER = 0x5441;
const TIOCGPTN = 0x8004_5430;
const TIOCSPTLCK = 0x4004_5431;
const TIOCSIG = 0x4004_5436;
const TIOCGPKT = 0x8004_5438;
const TIOCGPTLCK = 0x8004_5439;

const LAST_SIGNAL = 64;

export interface PseudoTerminalOptions {
  readonly sessions?: Sessions;
  readonly timers?: Timers;
  /** What /dev/console is. Absent: ENODEV. */
  readonly console?: Terminal;
}

/** A pseudo-terminal in the table: what its node in pts/ shows. */
export interface TerminalEntry {
  readonly pair: PseudoTerminal;
  /** Who opened ptmx. */
  readonly uid: number;
  readonly gid: number;
}

/** An open terminal: the slave of a pair, or another. */
interface OpenTerminal extends TerminalSide {
  /** Absent for a terminal that is no pseudo-terminal's. */
  readonly pair?: PseudoTerminal;
}

/** An open master. */
interface OpenMaster extends TerminalSide {
  readonly pair: PseudoTerminal;
}

export class PseudoTerminals {
  readonly sessions: Sessions;
  readonly #timers: Timers | undefined;
  readonly #console: Terminal | undefined;
  readonly #entries = new Map<number, TerminalEntry>();
  /** Numbers that are in use: a pair keeps its own until both ends are closed, but has no node without a master. */
  readonly #numbers = new Set<number>();
  /** Opens the slave of a pair by its node (TIOCGPTPEER). Set by whoever has the nodes. */
  openPeer: ((index: number, flags: number, caller: Caller) => OpenFile | Errno) | undefined;
  /** Told when pts/ changes. */
  changed: (() => void) | undefined;

  constructor({ sessions, timers, console: consoleTerminal }: PseudoTerminalOptions = {}) {
    this.sessions = sessions ?? new Sessions();
    this.#timers = timers;
    this.#console = consoleTerminal;
  }

  /** Those that have a node, by number. */
  get entries(): ReadonlyMap<number, TerminalEntry> {
    return this.#entries;
  }

  /** The devices for a `DeviceTable`. */
  devices(): readonly Device[] {
    const tty = this.#terminalDriver((_minor, caller) => this.sessions.terminalOf(caller) ?? ENXIO);
    const systemConsole = this.#terminalDriver(() => this.#console ?? ENODEV);
    const slave = this.#terminalDriver((minor) => this.#entries.get(minor)?.pair.terminal ?? EIO);
    return [
      { type: S_IFCHR, major: TTY_MAJOR, minor: 0, name: 'tty', mode: 0o666, driver: tty },
      { type: S_IFCHR, major: TTY_MAJOR, minor: 1, name: 'console', mode: 0o600, driver: systemConsole },
      { type: S_IFCHR, major: TTY_MAJOR, minor: 2, name: 'ptmx', mode: 0o666, driver: this.#masterDriver() },
      { type: S_IFCHR, major: PTS_MAJOR, minor: 0, count: MINORS, driver: slave },
    ];
  }

  /** Makes a pair. Errors: ENOSPC. */
  #make(caller: Caller): PseudoTerminal | Errno {
    let index = 0;
    while (this.#numbers.has(index)) index++;
    if (index >= MOST) return ENOSPC;
    const pair = new PseudoTerminal(index, makeDevice(PTS_MAJOR, index), this.sessions, this.#timers);
    this.#numbers.add(index);
    this.#entries.set(index, { pair, uid: caller.uid, gid: caller.gid });
    this.changed?.();
    return pair;
  }

  #pairOf(terminal: Terminal): PseudoTerminal | undefined {
    return terminal.line instanceof PseudoTerminal ? terminal.line : undefined;
  }

  #terminalDriver(find: (minor: number, caller: Caller) => Terminal | Errno): Driver<OpenTerminal> {
    return {
      stream: true,
      open: ({ flags, minor }, caller) => {
        const terminal = find(minor, caller);
        return isErrno(terminal) ? terminal : this.#openTerminal(terminal, flags, caller);
      },
      read: ({ state }, into, _at, caller) => state.terminal.read(into, caller),
      write: ({ state }, from, _at, caller) => state.terminal.write(from, caller),
      poll: ({ state }) => state.terminal.poll(),
      waiters: ({ state }) => state.terminal.waiters,
      ioctl: ({ state }, command, argument, input, caller) =>
        command === TIOCGPTPEER ? EIO : terminalIoctl(state, command, argument, input, caller),
      close: ({ state }) => {
        state.pair?.slaveReleased();
        if (state.pair) this.#forget(state.pair);
      },
    };
  }

  #openTerminal(terminal: Terminal, flags: number, caller: Caller): OpenTerminal | Errno {
    const pair = this.#pairOf(terminal);
    if (terminal.hungUp || pair?.slaveLocked) return EIO;
    if (terminal.exclusive && !caller.capable(CAP_SYS_ADMIN)) return EBUSY;
    pair?.slaveOpened();
    if (!(flags & O_NOCTTY) && canRead(flags) && terminal.session === 0) {
      const position = this.sessions.processes.position(caller);
      if (position?.leader && !this.sessions.terminalOf(caller)) this.sessions.attach(terminal, position);
    }
    return {
      terminal,
      master: false,
      ...(pair && { pair }),
      canRead: canRead(flags),
      get available() {
        return terminal.available;
      },
      flushInput: () => terminal.flushInput(),
      flushOutput: () => terminal.flushOutput(),
    };
  }

  #masterDriver(): Driver<OpenMaster> {
    return {
      stream: true,
      open: (_opening, caller) => {
        const pair = this.#make(caller);
        return isErrno(pair) ? pair : openMaster(pair);
      },
      read: ({ state }, into) => state.pair.read(into),
      write: ({ state }, from, _at, caller) => state.pair.write(from, caller),
      poll: ({ state }) => state.pair.poll(),
      waiters: ({ state }) => state.pair.waiters,
      ioctl: (file, command, argument, input, caller) => this.#masterIoctl(file, command, argument, input, caller),
      close: ({ state }) => {
        state.pair.closed();
        this.#entries.delete(state.pair.index);
        this.#forget(state.pair);
        this.changed?.();
      },
    };
  }

  /** Gives a pair's number free once neither end is open. */
  #forget(pair: PseudoTerminal): void {
    if (!pair.hasSlaves && this.#entries.get(pair.index)?.pair !== pair) this.#numbers.delete(pair.index);
  }

  #masterIoctl(
    { state }: DeviceFile<OpenMaster>,
    command: number,
    argument: U64,
    input: Uint8Array,
    caller: Caller,
  ): IoctlAnswer | Errno {
    const { pair } = state;
    const value = numberOf(input);
    switch (command) {
      case TIOCGPTN:
        return number(pair.index);
      case TIOCGPTLCK:
        return number(pair.slaveLocked ? 1 : 0);
      case TIOCGPKT:
        return number(pair.packet ? 1 : 0);
      case TIOCSPTLCK:
        if (value === undefined) return EFAULT;
        pair.slaveLocked = value !== 0;
        return { result: 0 };
      case TIOCPKT:
        if (value === undefined) return EFAULT;
        pair.packet = value !== 0;
        return { result: 0 };
      case TIOCSIG: {
        const signal = Number(argument);
        if (signal < 1 || signal > LAST_SIGNAL) return EINVAL;
        pair.terminal.interrupt(signal);
        return { result: 0 };
      }
      case TIOCGPTPEER: {
        const opened = this.openPeer?.(pair.index, Number(argument), caller) ?? ENOTTY;
        return isErrno(opened) ? opened : { result: 0, opened };
      }
      default:
        return terminalIoctl(state, command, argument, input, caller);
    }
  }
}

function openMaster(pair: PseudoTerminal): OpenMaster {
  return {
    pair,
    terminal: pair.terminal,
    master: true,
    canRead: true,
    get available() {
      return pair.available;
    },
    flushInput: () => pair.flushOutput(),
    flushOutput: () => pair.terminal.flushReceived(),
  };
}
