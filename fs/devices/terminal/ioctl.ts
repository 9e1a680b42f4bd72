/** The ioctls of terminals (ioctl_tty(2), drivers/tty/tty_io.c, tty_ioctl.c, n_tty.c): those of both ends of a pseudo-terminal. */

import { CAP_SYS_ADMIN, type Caller } from '../../caller.ts';
import { EFAULT, EINVAL, EIO, ENOTTY, EPERM, ESRCH, type Errno, isErrno } from '../../errno.ts';
import type { U64 } from '../../u64.ts';
import type { IoctlAnswer } from '../../vnode.ts';
import { SIGTTOU } from './sessions.ts';
import type { Terminal, WindowSize } from './terminal.ts';
import { CLOCAL, TERMIO_SIZE, TERMIOS2_SIZE, TERMIOS_SIZE, decodeTermios, encodeTermios, keepLocked } from './termios.ts';

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TCSETSW = 0x5403;
const TCSETSF = 0x5404;
const TCGETA = 0x5405;
const TCSETA = 0x5406;
const TCSETAW = 0x5407;
const TCSETAF = 0x5408;
const TCSBRK = 0x5409;
const TCXONC = 0x540a;
const TCFLSH = 0x540b;
const TIOCEXCL = 0x540c;
const TIOCNXCL = 0x540d;
const TIOCSCTTY = 0x540e;
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const TIOCOUTQ = 0x5411;
const TIOCSTI = 0x5412;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCGSOFTCAR = 0x5419;
const TIOCSSOFTCAR = 0x541a;
const FIONREAD = 0x541b;
const TIOCNOTTY = 0x5422;
const TIOCSETD = 0x5423;
const TIOCGETD = 0x5424;
const TCSBRKP = 0x5425;
const TIOCSBRK = 0x5427;
const TIOCCBRK = 0x5428;
const TIOCGSID = 0x5429;
const TIOCVHANGUP = 0x5437;
const TIOCGLCKTRMIOS = 0x5456;
const TIOCSLCKTRMIOS = 0x5457;
const TCGETS2 = 0x802c_542a;
const TCSETS2 = 0x402c_542b;
const TCSETSW2 = 0x402c_542c;
const TCSETSF2 = 0x402c_542d;
const TIOCGDEV = 0x8004_5432;
const TIOCGEXCL = 0x8004_5440;

const TCIFLUSH = 0;
const TCOFLUSH = 1;
const TCIOFLUSH = 2;

/** The structure of each of the requests that get and set settings. */
const SETTINGS_SIZE: Readonly<Record<number, number>> = {
  [TCGETS]: TERMIOS_SIZE,
  [TCSETS]: TERMIOS_SIZE,
  [TCSETSW]: TERMIOS_SIZE,
  [TCSETSF]: TERMIOS_SIZE,
  [TCGETA]: TERMIO_SIZE,
  [TCSETA]: TERMIO_SIZE,
  [TCSETAW]: TERMIO_SIZE,
  [TCSETAF]: TERMIO_SIZE,
  [TCGETS2]: TERMIOS2_SIZE,
  [TCSETS2]: TERMIOS2_SIZE,
  [TCSETSW2]: TERMIOS2_SIZE,
  [TCSETSF2]: TERMIOS2_SIZE,
};

/** The side that a request came by. */
export interface TerminalSide {
  readonly terminal: Terminal;
  readonly master: boolean;
  /** How many bytes can be read there. */
  readonly available: number;
  /** Drops what can be read there, and what was written there and not read. */
  flushInput(): void;
  flushOutput(): void;
  /** Whether it was opened for reading. */
  readonly canRead: boolean;
}

const DONE: IoctlAnswer = { result: 0 };

/** An answer of one 32-bit number. */
export function number(value: number): IoctlAnswer {
  return { result: 0, output: Uint8Array.of(value, value >> 8, value >> 16, value >> 24) };
}

/** A 32-bit number that a request brought along. */
export function numberOf(input: Uint8Array): number | undefined {
  if (input.length < 4) return undefined;
  return ((input[0] as number) | ((input[1] as number) << 8) | ((input[2] as number) << 16) | ((input[3] as number) << 24)) | 0;
}

/** Answers a request. Errors: ENOTTY for unknown ones, EFAULT, and those of each. */
export function terminalIoctl(
  side: TerminalSide,
  command: number,
  argument: U64,
  input: Uint8Array,
  caller: Caller,
): IoctlAnswer | Errno {
  const { terminal } = side;
  // A terminal that was hung up does nothing any more.
  if (terminal.hungUp) return command === TIOCSPGRP ? ENOTTY : EIO;
  switch (command) {
    case TCGETS:
    case TCGETA:
    case TCGETS2:
      return { result: 0, output: encodeTermios(terminal.termios, SETTINGS_SIZE[command] as number) };
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
    case TCSETA:
    case TCSETAW:
    case TCSETAF:
    case TCSETS2:
    case TCSETSW2:
    case TCSETSF2:
      return setTermios(side, command, input, caller);
    case TIOCGLCKTRMIOS:
      return { result: 0, output: encodeTermios(terminal.locked, TERMIOS_SIZE) };
    case TIOCSLCKTRMIOS:
      if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
      if (input.length < TERMIOS_SIZE) return EFAULT;
      terminal.locked = decodeTermios(input, TERMIOS_SIZE, terminal.locked);
      return DONE;
    case TIOCGWINSZ: {
      const bytes = Buffer.alloc(8);
      terminal.windowSize.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
      return { result: 0, output: bytes };
    }
    case TIOCSWINSZ: {
      if (input.length < 8) return EFAULT;
      const word = (index: number): number => (input[index * 2] as number) | ((input[index * 2 + 1] as number) << 8);
      terminal.resize([word(0), word(1), word(2), word(3)] satisfies WindowSize);
      return DONE;
    }
    case FIONREAD:
      return number(side.available);
    case TIOCOUTQ:
      return number(0);
    case TIOCGDEV:
      return number(terminal.device);
    case TIOCGSOFTCAR:
      return number(terminal.termios.cflag & CLOCAL ? 1 : 0);
    case TIOCSSOFTCAR:
      return setLocal(terminal, input);
    case TIOCGETD:
      return number(0);
    case TIOCEXCL:
    case TIOCNXCL:
      terminal.exclusive = command === TIOCEXCL;
      return DONE;
    case TIOCGEXCL:
      return number(terminal.exclusive ? 1 : 0);
    case TIOCVHANGUP:
      if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
      terminal.hangUp();
      return DONE;
    case TIOCSTI:
      return typeInto(terminal, input, caller);
    case TCSBRK:
    case TCSBRKP:
    case TIOCSBRK:
    case TIOCCBRK:
    case TIOCSETD:
    case TCFLSH:
    case TCXONC:
      return changeLine(side, command, Number(argument), input, caller);
    case TIOCSCTTY:
    case TIOCNOTTY:
    case TIOCGPGRP:
    case TIOCSPGRP:
    case TIOCGSID:
      return control(side, command, Number(argument), input, caller);
    default:
      return ENOTTY;
  }
}

function setTermios(side: TerminalSide, command: number, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
  const { terminal } = side;
  const allowed = terminal.checkForeground(SIGTTOU, caller);
  if (isErrno(allowed)) return allowed;
  const size = SETTINGS_SIZE[command] as number;
  if (input.length < size) return EFAULT;
  const settings = decodeTermios(input, size, terminal.termios);
  keepLocked(settings, terminal.termios, terminal.locked);
  if (command === TCSETSF || command === TCSETAF || command === TCSETSF2) terminal.flushInput();
  terminal.setTermios(settings);
  return DONE;
}

function setLocal(terminal: Terminal, input: Uint8Array): IoctlAnswer | Errno {
  const value = numberOf(input);
  if (value === undefined) return EFAULT;
  const { cflag } = terminal.termios;
  terminal.setTermios({ ...terminal.termios, cflag: value ? cflag | CLOCAL : cflag & ~CLOCAL });
  return DONE;
}

/** TIOCSTI: a byte as if it had been typed. */
function typeInto(terminal: Terminal, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
  if (!caller.capable(CAP_SYS_ADMIN)) return EIO;
  if (input.length < 1) return EFAULT;
  terminal.receive(input.subarray(0, 1));
  return DONE;
}

/** Breaks, the line discipline, and what waits on the line. */
function changeLine(side: TerminalSide, command: number, argument: number, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
  const { terminal } = side;
  const allowed = side.master ? 0 : terminal.checkForeground(SIGTTOU, caller);
  if (isErrno(allowed)) return allowed;
  if (command === TIOCSETD) {
    const discipline = numberOf(input);
    // Differs: there is no line discipline but the terminal's own (N_TTY).
    return discipline === undefined ? EFAULT : discipline === 0 ? DONE : EINVAL;
  }
  if (command === TCFLSH) {
    if (argument !== TCIFLUSH && argument !== TCOFLUSH && argument !== TCIOFLUSH) return EINVAL;
    if (argument !== TCOFLUSH) side.flushInput();
    if (argument !== TCIFLUSH) side.flushOutput();
    return DONE;
  }
  if (command !== TCXONC) return DONE;
  if (argument < 0 || argument > 3) return EINVAL;
  if (argument < 2) terminal.flowByCall(argument === 0);
  else terminal.sendFlow(argument === 2);
  return DONE;
}

/** Which session a terminal controls, and which group is in the foreground. */
function control(side: TerminalSide, command: number, argument: number, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
  const { terminal, master } = side;
  const { sessions } = terminal;
  const position = sessions.processes.position(caller);
  const own = position !== undefined && sessions.terminalOf(caller) === terminal;
  switch (command) {
    case TIOCSCTTY: {
      if (!position || (position.leader && position.session === terminal.session)) return position ? DONE : EPERM;
      if (!position.leader || sessions.terminalOf(caller)) return EPERM;
      if (terminal.session !== 0) {
        // Root may take it from another session.
        if (argument !== 1 || !caller.capable(CAP_SYS_ADMIN)) return EPERM;
        sessions.detach(terminal);
      }
      if (!side.canRead && !caller.capable(CAP_SYS_ADMIN)) return EPERM;
      sessions.attach(terminal, position);
      return DONE;
    }
    case TIOCNOTTY:
      if (!own) return ENOTTY;
      if (position.leader) sessions.ended(position.session);
      return DONE;
    case TIOCGPGRP:
      return own || master ? number(terminal.group) : ENOTTY;
    case TIOCGSID:
      return (own || master) && terminal.session !== 0 ? number(terminal.session) : ENOTTY;
    default: {
      const allowed = terminal.checkForeground(SIGTTOU, caller);
      if (isErrno(allowed)) return allowed === EIO ? ENOTTY : allowed;
      const group = numberOf(input);
      if (group === undefined) return EFAULT;
      if (group < 0) return EINVAL;
      if (!own) return ENOTTY;
      const session = sessions.processes.sessionOf(group);
      if (session === undefined) return ESRCH;
      if (session !== terminal.session) return EPERM;
      terminal.group = group;
      return DONE;
    }
  }
}
