/** A pseudo-terminal's master side (drivers/tty/pty.c, pty(7)): what a terminal emulator or an ssh server has open. */

import type { Caller } from '../../caller.ts';
import { EIO, type Errno, WOULD_BLOCK, type WouldBlock } from '../../errno.ts';
import { POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDNORM, POLLWRNORM } from '../../flags.ts';
import { WaitQueue } from '../../wait-queue.ts';
import type { Sessions } from './sessions.ts';
import { Terminal, type TerminalEvent, type TerminalLine, type Timers } from './terminal.ts';
import { CS8, CREAD, CSIZE, EXTPROC, IXON, PARENB, type Termios, VSTART, VSTOP } from './termios.ts';

/** How much output waits for a master that does not read. */
const OUTPUT_ROOM = 12_288;

/** What packet mode tells (ioctl_tty(2)); of pairs, the later one counts. */
export const TIOCPKT_DATA = 0;
const TIOCPKT_FLUSHREAD = 1;
const TIOCPKT_FLUSHWRITE = 2;
const TIOCPKT_STOP = 4;
const TIOCPKT_START = 8;
const TIOCPKT_NOSTOP = 16;
const TIOCPKT_DOSTOP = 32;
const TIOCPKT_IOCTL = 64;

const CONTROL_Q = 0o21;
const CONTROL_S = 0o23;

/** The two ends of a pseudo-terminal; `terminal` is the slave. */
export class PseudoTerminal implements TerminalLine {
  readonly index: number;
  readonly terminal: Terminal;
  readonly waiters: WaitQueue = new WaitQueue();
  /** The slave cannot be opened until it is unlocked (unlockpt(3)). */
  slaveLocked = true;
  #packet = false;
  #status = 0;
  /** Output that the master has not read. */
  #chunks: Buffer[] = [];
  #length = 0;
  /** Output that came of what is being typed just now: the master has not seen it yet, and a signal takes it back. */
  #fresh: Buffer[] | undefined;
  #slaves = 0;
  /** The slave was open and is no more. */
  #slaveClosed = false;

  constructor(index: number, device: number, sessions: Sessions, timers?: Timers) {
    this.index = index;
    this.terminal = new Terminal({ line: this, sessions, timers, device });
  }

  // The terminal's line.

  room(): number {
    return OUTPUT_ROOM - this.#length;
  }

  send(bytes: Uint8Array): void {
    (this.#fresh ?? this.#chunks).push(Buffer.from(bytes));
    this.#length += bytes.length;
    if (!this.#fresh) this.waiters.wakeAll();
  }

  flush(): void {
    for (const { length } of this.#fresh ?? []) this.#length -= length;
    if (this.#fresh) this.#fresh = [];
  }

  changed(event: TerminalEvent): void {
    switch (event.kind) {
      case 'read':
        // There may be room for what the master has to write.
        this.waiters.wakeAll();
        break;
      case 'stopped':
        this.#tell(TIOCPKT_STOP, TIOCPKT_START);
        break;
      case 'started':
        this.#tell(TIOCPKT_START, TIOCPKT_STOP);
        break;
      case 'input flushed':
        this.#tell(TIOCPKT_FLUSHREAD, 0);
        break;
      case 'output flushed':
        this.#tell(TIOCPKT_FLUSHWRITE, 0);
        break;
      case 'settings':
        this.#settingsChanged(event.old, event.settings);
    }
  }

  #tell(set: number, cleared: number): void {
    if (!this.#packet) return;
    this.#status = (this.#status & ~cleared) | set;
    this.waiters.wakeAll();
  }

  #settingsChanged(old: Termios, settings: Termios): void {
    const flow = (of: Termios): boolean => (of.iflag & IXON) !== 0 && of.cc[VSTOP] === CONTROL_S && of.cc[VSTART] === CONTROL_Q;
    if (flow(old) !== flow(settings)) {
      if (flow(settings)) this.#tell(TIOCPKT_DOSTOP, TIOCPKT_NOSTOP);
      else this.#tell(TIOCPKT_NOSTOP, TIOCPKT_DOSTOP);
    }
    if ((old.lflag | settings.lflag) & EXTPROC) this.#tell(TIOCPKT_IOCTL, 0);
    settings.cflag = (settings.cflag & ~(CSIZE | PARENB)) | CS8 | CREAD;
  }

  // The master.

  get packet(): boolean {
    return this.#packet;
  }

  /** Packet mode (TIOCPKT): each read begins with a byte that says what has happened. */
  set packet(on: boolean) {
    if (on && !this.#packet) this.#status = 0;
    this.#packet = on;
  }

  /** Reads what the terminal has put out. Errors: EIO where nobody has the slave open any more and nothing is left. */
  read(into: Uint8Array): number | Errno | WouldBlock {
    if (into.length === 0) return 0;
    if (this.#packet && this.#status !== 0) {
      into[0] = this.#status;
      this.#status = 0;
      return 1;
    }
    if (this.#length === 0) return this.#slaveClosed ? EIO : WOULD_BLOCK;
    const prefix = this.#packet ? 1 : 0;
    if (this.#packet) into[0] = TIOCPKT_DATA;
    const count = this.#take(into.subarray(prefix));
    this.terminal.lineReady();
    return prefix + count;
  }

  #take(into: Uint8Array): number {
    let count = 0;
    for (let first = this.#chunks[0]; first && count < into.length; first = this.#chunks[0]) {
      const part = Math.min(first.length, into.length - count);
      into.set(first.subarray(0, part), count);
      count += part;
      if (part === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part);
    }
    this.#length -= count;
    return count;
  }

  /** Types. */
  write(from: Uint8Array, _caller: Caller): number | WouldBlock {
    if (from.length === 0) return 0;
    this.#fresh = [];
    const count = this.terminal.receive(from);
    this.#chunks.push(...this.#fresh);
    this.#fresh = undefined;
    this.waiters.wakeAll();
    return count === 0 ? WOULD_BLOCK : count;
  }

  poll(): number {
    let ready = this.#length > 0 ? POLLIN | POLLRDNORM : 0;
    if (this.#packet && this.#status !== 0) ready |= POLLPRI | POLLIN | POLLRDNORM;
    if (this.#slaveClosed) ready |= POLLHUP;
    return this.terminal.inputRoom > 0 ? ready | POLLOUT | POLLWRNORM : ready;
  }

  /** How many bytes of output wait. */
  get available(): number {
    return this.#length;
  }

  /** Drops the output that waits. */
  flushOutput(): void {
    this.#chunks = [];
    this.#length = 0;
    this.terminal.lineReady();
  }

  /** The master is closed: the terminal is hung up. */
  closed(): void {
    this.terminal.hangUp();
  }

  // Who has the slave open.

  slaveOpened(): void {
    this.#slaves++;
    this.#slaveClosed = false;
  }

  /** Whether anybody has it open. */
  get hasSlaves(): boolean {
    return this.#slaves > 0;
  }

  slaveReleased(): void {
    if (--this.#slaves > 0) return;
    this.#slaveClosed = true;
    this.waiters.wakeAll();
  }
}
