/**
 * A terminal: a line discipline between programs and the line that it is connected to, which may be the master of a
 * pseudo-terminal or anything else that takes and gives bytes (drivers/tty/tty_io.c, n_tty.c).
 *
 * Differs: a write(2) that finds too little room writes what fits and does not wait for the rest; nothing is lost at the
 * end of a line for want of speed (IMAXBEL is never needed, as in Linux's pseudo-terminals, and baud rates mean nothing).
 */

import type { Caller } from '../../caller.ts';
import { EIO, type Errno, WOULD_BLOCK, type WouldBlock, isErrno } from '../../errno.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../flags.ts';
import { WaitQueue } from '../../wait-queue.ts';
import { Echo } from './echo.ts';
import { Input, type InputOwner } from './input.ts';
import { type Line, Output } from './output.ts';
import { SIGCONT, SIGHUP, SIGTTIN, SIGTTOU, SIGWINCH, type Sessions } from './sessions.ts';
import {
  ECHO,
  ECHONL,
  EXTPROC,
  ICANON,
  OPOST,
  TOSTOP,
  type Termios,
  VMIN,
  VSTART,
  VSTOP,
  VTIME,
  copyTermios,
  defaultTermios,
} from './termios.ts';

/** What poll(2) says of a terminal that was hung up. */
export const HUNG_UP: number = POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;

/** struct winsize: rows, columns, and pixels across and down, of 16 bits each. */
export type WindowSize = readonly [rows: number, columns: number, width: number, height: number];

/** The other end of a terminal's line. */
export interface TerminalLine extends Line {
  /** Settings were changed, output was stopped or started, input was flushed. Absent: it need not know. */
  changed?(event: TerminalEvent): void;
}

export type TerminalEvent =
  | { readonly kind: 'settings'; readonly old: Termios; readonly settings: Termios }
  | { readonly kind: 'stopped' | 'started' | 'input flushed' | 'output flushed' | 'read' };

/** A time that passes: waits for a read that is to end by itself (VTIME). */
export interface Timers {
  /** Calls back after so many milliseconds unless the returned function is called before. */
  after(milliseconds: number, wake: () => void): () => void;
  /** Milliseconds of a steady clock. */
  now(): number;
}

const SYSTEM_TIMERS: Timers = {
  after(milliseconds, wake) {
    const timer = setTimeout(wake, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
};

export interface TerminalOptions {
  readonly line: TerminalLine;
  readonly sessions: Sessions;
  readonly timers?: Timers | undefined;
  /** What tty_nr and TIOCGDEV say: packed by `makeDevice`. */
  readonly device: number;
}

/** Hundredths are tenths in VTIME. */
const VTIME_MS = 100;

export class Terminal implements InputOwner {
  readonly waiters: WaitQueue = new WaitQueue();
  readonly device: number;
  readonly sessions: Sessions;
  readonly line: TerminalLine;
  termios: Termios = defaultTermios();
  /** Bits and characters that TIOCSLCKTRMIOS has locked. */
  locked: Termios = { iflag: 0, oflag: 0, cflag: 0, lflag: 0, line: 0, cc: new Uint8Array(19), ispeed: 0, ospeed: 0 };
  windowSize: WindowSize = [0, 0, 0, 0];
  /** The session that it controls and its foreground process group; 0 where there is none. */
  session = 0;
  group = 0;
  /** Nobody but CAP_SYS_ADMIN may open it (TIOCEXCL). */
  exclusive = false;
  /** The line is gone: who has it open is cut off. */
  hungUp = false;
  /** Output is stopped: by a character or by tcflow(3), which the characters do not undo. */
  stopped = false;
  #stoppedByCall = false;
  readonly #timers: Timers;
  readonly #output: Output;
  readonly #echo: Echo;
  readonly #input: Input;
  /** When a read that waits with VTIME ends, and what it has seen. */
  #deadline: { at: number; seen: number; cancel: () => void } | undefined;

  constructor({ line, sessions, timers, device }: TerminalOptions) {
    this.line = line;
    this.sessions = sessions;
    this.device = device;
    this.#timers = timers ?? SYSTEM_TIMERS;
    const flowing = {
      room: () => (this.stopped ? 0 : line.room()),
      send: (bytes: Uint8Array) => line.send(bytes),
    };
    this.#output = new Output(() => this.termios, flowing);
    this.#echo = new Echo(this.#output);
    this.#input = new Input(this, this.#echo);
  }

  // The line's side.

  /** Takes bytes that came over the line. Returns how many; those behind have to wait. */
  receive(bytes: Uint8Array): number {
    const count = this.#input.receive(bytes);
    this.waiters.wakeAll();
    return count;
  }

  /** How many bytes `receive` takes now. */
  get inputRoom(): number {
    return this.#input.room;
  }

  /** The line has room again: who writes goes on. As in the kernel, echoes wait for what is typed or written next. */
  lineReady(): void {
    this.waiters.wakeAll();
  }

  /** The line is gone: the session's leader is told, and every use of the terminal fails from now on. */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    const { session, group } = this;
    this.sessions.detach(this);
    if (session !== 0) {
      this.sessions.processes.signalProcess(session, SIGHUP);
      this.sessions.processes.signalProcess(session, SIGCONT);
      if (group !== 0) this.sessions.processes.signalGroup(group, SIGHUP);
    }
    this.waiters.wakeAll();
  }

  // What input does (`InputOwner`).

  start(): void {
    this.resume();
    this.#echo.process();
  }

  resume(): void {
    if (!this.stopped || this.#stoppedByCall) return;
    this.stopped = false;
    this.line.changed?.({ kind: 'started' });
    this.waiters.wakeAll();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.line.changed?.({ kind: 'stopped' });
  }

  interrupt(signal: number): void {
    if (this.group !== 0) this.sessions.processes.signalGroup(this.group, signal);
  }

  flushOutput(): void {
    this.line.flush?.();
    this.line.changed?.({ kind: 'output flushed' });
  }

  inputFlushed(): void {
    this.line.changed?.({ kind: 'input flushed' });
  }

  // The programs' side.

  /** Whether the caller may go on, or is in the background. Errors: ERESTART, EIO. */
  checkForeground(signal: number, caller: Caller): Errno | 0 {
    return this.sessions.checkForeground(this, signal, caller);
  }

  /** Reads a line, or what VMIN and VTIME say. Errors: EIO, ERESTART for the background. */
  read(into: Uint8Array, caller: Caller): number | Errno | WouldBlock {
    if (this.hungUp) return 0;
    const allowed = this.checkForeground(SIGTTIN, caller);
    if (isErrno(allowed)) return allowed;
    const { lflag, cc } = this.termios;
    if (into.length === 0) return 0;
    if (!(lflag & ICANON)) {
      const wait = this.#wait(cc[VMIN] as number, cc[VTIME] as number, into.length);
      if (wait !== 'go on') return wait === 'wait' ? WOULD_BLOCK : 0;
    } else if (!this.#input.ready(false)) {
      return WOULD_BLOCK;
    }
    const count = this.#input.read(into);
    this.line.changed?.({ kind: 'read' });
    return count;
  }

  /** Without ICANON, a read waits for `least` bytes, or until no byte came for a time, in tenths of seconds. */
  #wait(least: number, time: number, room: number): 'go on' | 'wait' | 'nothing' {
    const seen = this.#input.available;
    const enough = seen >= Math.min(Math.max(1, least), room);
    if (enough || (least === 0 && seen > 0)) {
      this.#endWait();
      return 'go on';
    }
    if (time === 0) return least === 0 ? 'nothing' : 'wait';
    if (least > 0 && seen === 0) return 'wait';
    const now = this.#timers.now();
    const deadline = this.#deadline;
    if (deadline && deadline.seen === seen) {
      if (now < deadline.at) return 'wait';
      this.#endWait();
      return seen > 0 ? 'go on' : 'nothing';
    }
    deadline?.cancel();
    const cancel = this.#timers.after(time * VTIME_MS, () => this.waiters.wakeAll());
    this.#deadline = { at: now + time * VTIME_MS, seen, cancel };
    return 'wait';
  }

  #endWait(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  /** Writes as much as there is room for. Errors: EIO, ERESTART for the background where TOSTOP is set. */
  write(from: Uint8Array, caller: Caller): number | Errno | WouldBlock {
    if (this.hungUp) return EIO;
    if (this.termios.lflag & TOSTOP) {
      const allowed = this.checkForeground(SIGTTOU, caller);
      if (isErrno(allowed)) return allowed;
    }
    this.#echo.process();
    let done = 0;
    while (done < from.length) {
      const before = done;
      this.#output.batch(() => {
        while (done < from.length && this.#output.character(from[done] as number)) done++;
      });
      if (done === before) break;
    }
    return done === 0 && from.length > 0 ? WOULD_BLOCK : done;
  }

  poll(): number {
    if (this.hungUp) return HUNG_UP;
    const readable = this.#input.ready(true) ? POLLIN | POLLRDNORM : 0;
    return !this.stopped && this.line.room() > 0 ? readable | POLLOUT | POLLWRNORM : readable;
  }

  /** How many bytes can be read (FIONREAD). */
  get available(): number {
    return this.#input.available;
  }

  /** Changes the settings; whether the caller may has been checked. */
  setTermios(settings: Termios): void {
    const old = this.termios;
    this.termios = copyTermios(settings);
    this.line.changed?.({ kind: 'settings', old, settings: this.termios });
    this.#input.settingsChanged(old);
    if ((old.lflag ^ this.termios.lflag) & (ECHO | ECHONL | EXTPROC) || (old.oflag ^ this.termios.oflag) & OPOST) this.#echo.process();
    this.waiters.wakeAll();
  }

  /** Drops what was typed and not read (tcflush(3)). */
  flushInput(): void {
    this.#input.flush();
    this.#input.work();
    this.inputFlushed();
    this.waiters.wakeAll();
  }

  /** Drops what came over the line and waits in front of what can be read: what the other end sent and may take back. */
  flushReceived(): void {
    this.#input.dropWaiting();
    this.waiters.wakeAll();
  }

  /** Sets the size and tells the foreground, if it is another. */
  resize(size: WindowSize): void {
    if (size.every((value, index) => value === this.windowSize[index])) return;
    if (this.group !== 0) this.sessions.processes.signalGroup(this.group, SIGWINCH);
    this.windowSize = size;
  }

  /** Stops or starts output as tcflow(3) does. */
  flowByCall(stopped: boolean): void {
    if (stopped === this.#stoppedByCall) return;
    this.#stoppedByCall = stopped;
    if (stopped) this.stop();
    else this.resume();
  }

  /** Has the other end stop or start sending, by a character (tcflow(3)). */
  sendFlow(stop: boolean): void {
    const character = this.termios.cc[stop ? VSTOP : VSTART] as number;
    if (character !== 0 && this.line.room() > 0) this.line.send(Uint8Array.of(character));
  }
}
