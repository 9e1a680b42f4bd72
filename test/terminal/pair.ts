/** Both ends of a pseudo-terminal in a test's hands: a kernel's or ours, and a record of all that they answered. */

import { errnoName, isErrno } from '../../fs/errno.ts';
import { O_NOCTTY, O_NONBLOCK, O_RDWR } from '../../fs/flags.ts';
import type { Process } from '../../fs/testing/process.ts';
import { TERMIOS_SIZE, type Termios, decodeTermios, defaultTermios, encodeTermios } from '../../fs/devices/terminal/termios.ts';

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TCSETSF = 0x5404;
const FIONREAD = 0x541b;
const TIOCGPTN = 0x8004_5430;
const TIOCSPTLCK = 0x4004_5431;

/** Where the nodes are, and what has to be waited for. */
export interface Machine {
  readonly sys: Process;
  /** The path of a slave's node. */
  slave(index: number): string;
  /** Returns once what was written has gone through. */
  settle(): void;
}

export class Pair {
  readonly sys: Process;
  readonly machine: Machine;
  readonly master: number;
  readonly index: number;
  readonly path: string;
  slave: number;
  readonly log: string[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
    this.sys = machine.sys;
    this.master = this.sys.open('ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
    const word = Buffer.alloc(4);
    this.index = Buffer.from(this.sys.ioctl(this.master, TIOCGPTN, word).output).readUInt32LE();
    this.sys.ioctl(this.master, TIOCSPTLCK, word);
    this.path = machine.slave(this.index);
    this.slave = this.sys.open(this.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (isErrno(this.slave)) throw new Error(`${this.path}: ${errnoName(this.slave)}`);
  }

  say(what: string, value: number | string | Uint8Array): void {
    const text =
      typeof value === 'string'
        ? JSON.stringify(value)
        : typeof value === 'number'
          ? isErrno(value)
            ? errnoName(value)
            : String(value)
          : Buffer.from(value).toString('hex');
    this.log.push(`${what}: ${text}`);
  }

  /** Changes settings. */
  set(change: (termios: Termios) => void, flush = false): void {
    const { output } = this.sys.ioctl(this.slave, TCGETS, Buffer.alloc(TERMIOS_SIZE));
    const termios = decodeTermios(output, TERMIOS_SIZE, defaultTermios());
    change(termios);
    this.ioctl('set', this.slave, flush ? TCSETSF : TCSETS, encodeTermios(termios, TERMIOS_SIZE));
    this.machine.settle();
  }

  type(text: string): void {
    this.say('typed', this.sys.append(this.master, text));
    this.machine.settle();
  }

  print(text: string): void {
    this.say('printed', this.sys.append(this.slave, text));
    this.machine.settle();
  }

  /** Reads until there is nothing, at most so many bytes at once. */
  drain(what: string, fd: number, length = 4096): void {
    // An end of file is read as nothing, so that there may be more behind it.
    for (let count = 0; count < 20; count++) {
      const text = this.sys.readNext(fd, length);
      this.say(what, text);
      if (isErrno(text)) return;
      this.machine.settle();
    }
  }

  /** All that is to be seen from outside. */
  look(): void {
    this.say('poll master', this.sys.poll(this.master));
    this.say('poll slave', this.sys.poll(this.slave));
    this.drain('master', this.master);
    const available = this.sys.ioctl(this.slave, FIONREAD, Buffer.alloc(4));
    this.say('available', available.result < 0 ? available.result : available.output);
    this.drain('slave', this.slave);
    this.say('poll slave', this.sys.poll(this.slave));
  }

  ioctl(what: string, fd: number, command: number, argument: number | Uint8Array): Uint8Array {
    const { result, output } = this.sys.ioctl(fd, command, argument);
    this.say(what, result);
    if (output.length > 0) this.say(what, output);
    return output;
  }

  end(): void {
    for (const fd of [this.master, this.slave]) if (fd >= 0) this.sys.close(fd);
  }
}
