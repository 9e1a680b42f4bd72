/** Terminal settings (termios(3), asm-generic/termbits.h): what they are, and the structures that ioctls carry them in. */

// c_iflag
export const IGNBRK = 0o1;
export const BRKINT = 0o2;
export const IGNPAR = 0o4;
export const PARMRK = 0o10;
export const INPCK = 0o20;
export const ISTRIP = 0o40;
export const INLCR = 0o100;
export const IGNCR = 0o200;
export const ICRNL = 0o400;
export const IUCLC = 0o1000;
export const IXON = 0o2000;
export const IXANY = 0o4000;
export const IXOFF = 0o10000;
export const IMAXBEL = 0o20000;
export const IUTF8 = 0o40000;

// c_oflag
export const OPOST = 0o1;
export const OLCUC = 0o2;
export const ONLCR = 0o4;
export const OCRNL = 0o10;
export const ONOCR = 0o20;
export const ONLRET = 0o40;
export const TABDLY = 0o14000;
export const XTABS = 0o14000;

// c_cflag
export const B38400 = 0o17;
export const CSIZE = 0o60;
export const CS8 = 0o60;
export const CREAD = 0o200;
export const PARENB = 0o400;
export const HUPCL = 0o2000;
export const CLOCAL = 0o4000;

// c_lflag
export const ISIG = 0o1;
export const ICANON = 0o2;
export const ECHO = 0o10;
export const ECHOE = 0o20;
export const ECHOK = 0o40;
export const ECHONL = 0o100;
export const NOFLSH = 0o200;
export const TOSTOP = 0o400;
export const ECHOCTL = 0o1000;
export const ECHOPRT = 0o2000;
export const ECHOKE = 0o4000;
export const IEXTEN = 0o100000;
export const EXTPROC = 0o200000;

// Indices of c_cc
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;
const NCCS = 19;

/** The settings of a terminal. */
export interface Termios {
  iflag: number;
  oflag: number;
  cflag: number;
  lflag: number;
  line: number;
  /** Control characters; one of 0 is switched off. */
  readonly cc: Uint8Array;
  /** Bits a second. */
  ispeed: number;
  ospeed: number;
}

/** ^C ^\ DEL ^U ^D, TIME 0, MIN 1, ^Q ^S ^Z, ^R ^O ^W ^V. */
const CONTROL_CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];

/** What a terminal begins with. */
export function defaultTermios(): Termios {
  return {
    iflag: ICRNL | IXON,
    oflag: OPOST | ONLCR,
    cflag: B38400 | CS8 | CREAD,
    lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    line: 0,
    cc: Uint8Array.from(CONTROL_CHARACTERS),
    ispeed: 38400,
    ospeed: 38400,
  };
}

/** A copy that changes by itself. */
export function copyTermios(termios: Termios): Termios {
  return { ...termios, cc: Uint8Array.from(termios.cc) };
}

/**
 * struct termios and struct termios2 (which has the speeds too):
 *
 *     offset 0 c_iflag u32 | 4 c_oflag u32 | 8 c_cflag u32 | 12 c_lflag u32 | 16 c_line u8 | 17 c_cc 19 bytes
 *            36 c_ispeed u32 | 40 c_ospeed u32
 */
export const TERMIOS_SIZE = 36;
export const TERMIOS2_SIZE = 44;

/** struct termio, the first 16 bits of each and 8 control characters: 0 2 4 6 flags u16 | 8 c_line u8 | 9 c_cc 8 bytes. */
export const TERMIO_SIZE = 18;
const TERMIO_CHARACTERS = 8;

/** Writes a structure of one of the sizes. */
export function encodeTermios({ iflag, oflag, cflag, lflag, line, cc, ispeed, ospeed }: Termios, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const flags = [iflag, oflag, cflag, lflag];
  if (size === TERMIO_SIZE) {
    flags.forEach((value, index) => bytes.writeUInt16LE(value & 0xffff, index * 2));
    bytes[8] = line;
    bytes.set(cc.subarray(0, TERMIO_CHARACTERS), 9);
    return bytes;
  }
  flags.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4));
  bytes[16] = line;
  bytes.set(cc, 17);
  if (size === TERMIOS2_SIZE) {
    bytes.writeUInt32LE(ispeed, 36);
    bytes.writeUInt32LE(ospeed, 40);
  }
  return bytes;
}

/** The settings that a structure asks for; what it does not have stays as in `old`. It has been checked for its length. */
export function decodeTermios(input: Uint8Array, size: number, old: Termios): Termios {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
  const termios = copyTermios(old);
  if (size === TERMIO_SIZE) {
    const low = (offset: number, value: number): number => (value & ~0xffff) | bytes.readUInt16LE(offset);
    termios.iflag = low(0, old.iflag);
    termios.oflag = low(2, old.oflag);
    termios.cflag = low(4, old.cflag);
    termios.lflag = low(6, old.lflag);
    termios.line = bytes[8] as number;
    termios.cc.set(bytes.subarray(9, 9 + TERMIO_CHARACTERS));
    return termios;
  }
  termios.iflag = bytes.readUInt32LE(0);
  termios.oflag = bytes.readUInt32LE(4);
  termios.cflag = bytes.readUInt32LE(8);
  termios.lflag = bytes.readUInt32LE(12);
  termios.line = bytes[16] as number;
  termios.cc.set(bytes.subarray(17, 17 + NCCS));
  const [ispeed, ospeed] = size === TERMIOS2_SIZE ? [bytes.readUInt32LE(36), bytes.readUInt32LE(40)] : [0, 0];
  setSpeeds(termios, ispeed, ospeed);
  return termios;
}

const CBAUD = 0o10017;
const CBAUDEX = 0o10000;
const BOTHER = 0o10000;
const IBSHIFT = 16;
const SPEEDS = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
const EXTENDED_SPEEDS = [
  57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
];

/** The speed of a code of c_cflag; `other` where the code says that the field of its own counts. */
function speedOf(code: number, other: number): number {
  if (code === BOTHER) return other;
  return code & CBAUDEX ? (EXTENDED_SPEEDS[(code & ~CBAUDEX) - 1] ?? 0) : (SPEEDS[code] ?? 0);
}

/** Sets the speeds that c_cflag says, those given where it says so; an input speed of 0 is the output's. */
function setSpeeds(termios: Termios, ispeed: number, ospeed: number): void {
  termios.ospeed = speedOf(termios.cflag & CBAUD, ospeed);
  const code = (termios.cflag >> IBSHIFT) & CBAUD;
  termios.ispeed = code === 0 ? termios.ospeed : speedOf(code, ispeed);
}

/** Keeps the settings that are locked (TIOCSLCKTRMIOS): every bit that is set in `locked`, each character that is not 0. */
export function keepLocked(termios: Termios, old: Termios, locked: Termios): void {
  const keep = (next: number, before: number, lock: number): number => (next & ~lock) | (before & lock);
  termios.iflag = keep(termios.iflag, old.iflag, locked.iflag);
  termios.oflag = keep(termios.oflag, old.oflag, locked.oflag);
  termios.cflag = keep(termios.cflag, old.cflag, locked.cflag);
  termios.lflag = keep(termios.lflag, old.lflag, locked.lflag);
  if (locked.line) termios.line = old.line;
  for (const [index, lock] of locked.cc.entries()) if (lock) termios.cc[index] = old.cc[index] as number;
}
