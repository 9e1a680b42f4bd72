/** What terminals are asked in tests: settings with what is typed and printed under them, and scripts. */

import { O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR } from '../../fs/flags.ts';
import * as t from '../../fs/devices/terminal/termios.ts';
import type { Pair } from './pair.ts';

type Change = (termios: t.Termios) => void;

const flags =
  (field: 'iflag' | 'oflag' | 'lflag', on: number, off = 0): Change =>
  (termios) => {
    termios[field] = (termios[field] | on) & ~off;
  };
const input = (on: number, off = 0): Change => flags('iflag', on, off);
const output = (on: number, off = 0): Change => flags('oflag', on, off);
const local = (on: number, off = 0): Change => flags('lflag', on, off);
const character = (index: number, value: number): Change => (termios) => void (termios.cc[index] = value);
const all =
  (...changes: readonly Change[]): Change =>
  (termios) =>
    changes.forEach((change) => change(termios));
const raw = all(local(0, t.ICANON | t.ECHO | t.ISIG | t.IEXTEN), input(0, t.ICRNL | t.IXON), output(0, t.OPOST));

/** Settings under which every input and output is tried. */
export const SETTINGS: Readonly<Record<string, Change>> = {
  default: () => {},
  raw,
  'no echo': local(0, t.ECHO),
  'echo of newlines only': local(t.ECHONL, t.ECHO),
  'no ECHOE': local(0, t.ECHOE),
  'no ECHOK': local(0, t.ECHOK),
  'no ECHOKE': local(0, t.ECHOKE),
  'no ECHOCTL': local(0, t.ECHOCTL),
  ECHOPRT: local(t.ECHOPRT),
  'ECHOPRT with IUTF8': all(local(t.ECHOPRT), input(t.IUTF8)),
  IUTF8: input(t.IUTF8),
  'no IEXTEN': local(0, t.IEXTEN),
  'no ISIG': local(0, t.ISIG),
  NOFLSH: local(t.NOFLSH),
  'no ICANON': local(0, t.ICANON),
  'no ICANON, no ECHOCTL': local(0, t.ICANON | t.ECHOCTL),
  EXTPROC: local(t.EXTPROC),
  INLCR: input(t.INLCR, t.ICRNL),
  'INLCR and ICRNL': input(t.INLCR),
  IGNCR: input(t.IGNCR),
  'no ICRNL': input(0, t.ICRNL),
  'ICRNL, no ICANON': local(0, t.ICANON),
  ISTRIP: input(t.ISTRIP),
  IUCLC: input(t.IUCLC),
  PARMRK: input(t.PARMRK),
  'PARMRK, no ICANON': all(input(t.PARMRK), local(0, t.ICANON)),
  'no IXON': input(0, t.IXON),
  IXANY: input(t.IXANY),
  'EOL is x': character(t.VEOL, 0x78),
  'EOL2 is x': character(t.VEOL2, 0x78),
  'EOL is 255': character(t.VEOL, 0xff),
  'erase is backspace': character(t.VERASE, 8),
  'no control characters': (termios) => void termios.cc.fill(0),
  'no OPOST': output(0, t.OPOST),
  'no ONLCR': output(0, t.ONLCR),
  OCRNL: output(t.OCRNL),
  'OCRNL and ONLRET': output(t.OCRNL | t.ONLRET, t.ONLCR),
  ONOCR: output(t.ONOCR),
  ONLRET: output(t.ONLRET),
  'ONLRET, no ONLCR': output(t.ONLRET, t.ONLCR),
  XTABS: output(t.XTABS),
  OLCUC: output(t.OLCUC),
  'XTABS with IUTF8': all(output(t.XTABS), input(t.IUTF8)),
};

export const TYPED: readonly string[] = [
  'line\n',
  'line\r',
  'two\nlines\n',
  'partial',
  'erase\x7f\x7f\n',
  '\x7f\x7f\n',
  'kill this\x15that\n',
  'three words here\x17\x17one\n',
  'under_score  .. \x17x\n',
  'a\tb\tc\x7f\x7f\x7f\x7f\n',
  '\t\t\x7f12\t\x7f\x7f\n',
  'tab\t\x15\n',
  '\x01\x02x\x7f\x7f\x7f\n',
  '\x16\x03\x16\x7f\x16\n\n',
  'reprint\x12more\n',
  'retype\x7f\x7f\x12\x7fx\n',
  'end\x04of\x04',
  '\x04',
  '\x04\x04x\n',
  'interrupt\x03ed\n',
  'quit\x1csuspend\x1az\n',
  'line\nthen\x03more\n',
  'stop\x13stopped\x11going\n',
  'stop\x13any x\n',
  '\xff\xffx\xff\n',
  '\xff\x7f\xff\xff\x7f\x7f\n',
  '\xc3\xa4\xc3\xb6\xe2\x82\xac\x7f\x7fx\n',
  '\xe2\x82\xac\xc3\xa4\tx\x7f\x7f\x7f\n',
  '\x82\x7f\x7fx\x82\x82\x7f\n',
  'W\xc3\x84RTER und \xd7 mehr\x17\x17\x17\n',
  '\x00zero\x00\n',
  'x marks x the\x78\n',
  'UPPER lower \xc4\xd6\n',
  'a\rb\r\nc\n\r',
  'back\bspace\x08\x08\n',
  '\x1b[A\x1b[B\x7f\x7f\x7f\n',
  `${'long '.repeat(60)}\n`,
  'erase\x7f\x7fall\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7fx\n',
];

export const PRINTED: readonly string[] = [
  'text\n',
  'a\tbc\tdef\tghijklmn\to\n',
  'lines\nand\r\nreturns\rover\n',
  '\r\r\nx\r\tx\n',
  'back\b\b\b\b\b\bspace\tx\n',
  '\xc3\xa4\xe2\x82\xac\t\xff\t\x80\tx\n',
  'Mixed \xe4\xf6\xf7\x1b[1m\x07\tx\n',
  '\x00\x01\x02\t\x7f\tx\n',
];

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const TIOCPKT = 0x5420;
const TCXONC = 0x540a;
const TCFLSH = 0x540b;
const TCSETS = 0x5402;

/** Sequences of their own. */
export const SCRIPTS: Readonly<Record<string, (pair: Pair) => void>> = {
  'settings in their structures'(pair) {
    for (const fd of [pair.master, pair.slave]) {
      for (const [command, size] of [[0x5401, 36], [0x5405, 18], [0x802c_542a, 44], [0x5456, 36]] as const) {
        pair.ioctl(`get ${command.toString(16)}`, fd, command, Buffer.alloc(size, 0xee));
      }
    }
    pair.set((termios) => {
      termios.cflag = 0o17 | t.HUPCL;
      termios.lflag = 0xffff_ffff;
      termios.iflag = 0x0f0f_ffff;
      termios.cc.fill(7);
    });
    for (const [command, size] of [[0x5401, 36], [0x5405, 18], [0x802c_542a, 44]] as const) pair.ioctl('get', pair.master, command, Buffer.alloc(size));
    for (const cflag of [0o15, 0o10001, 0o10017, 0, 0o10000, 0o13 | (0o15 << 16), 0o13 | (0o10002 << 16)]) {
      const bytes = t.encodeTermios({ ...t.defaultTermios(), cflag, ispeed: 1234, ospeed: 4321 }, 44);
      pair.ioctl('set', pair.slave, 0x402c_542b, bytes);
      pair.ioctl('get', pair.slave, 0x802c_542a, Buffer.alloc(44));
    }
    pair.ioctl('set short', pair.slave, 0x5406, t.encodeTermios({ ...t.defaultTermios(), lflag: 0, cc: new Uint8Array(19).fill(9) }, 18));
    pair.ioctl('get', pair.slave, 0x5401, Buffer.alloc(36));
  },
  'locked settings'(pair) {
    const locked = t.encodeTermios({ ...t.defaultTermios(), iflag: t.ICRNL, oflag: 0, cflag: 0, lflag: t.ECHO, cc: Uint8Array.from([1, ...new Array<number>(18).fill(0)]) }, 36);
    pair.ioctl('lock', pair.slave, 0x5457, locked);
    pair.ioctl('locked', pair.slave, 0x5456, Buffer.alloc(36));
    pair.ioctl('set', pair.slave, TCSETS, t.encodeTermios({ ...t.defaultTermios(), iflag: 0, lflag: 0, cc: new Uint8Array(19) }, 36));
    pair.ioctl('get', pair.slave, 0x5401, Buffer.alloc(36));
  },
  'a window'(pair) {
    pair.ioctl('size', pair.master, 0x5413, Buffer.alloc(8));
    pair.ioctl('resize', pair.master, 0x5414, Buffer.from([24, 0, 80, 0, 1, 2, 3, 4]));
    pair.ioctl('size', pair.slave, 0x5413, Buffer.alloc(8));
    pair.ioctl('resize', pair.slave, 0x5414, Buffer.from([50, 0, 0, 1, 0, 0, 0, 0]));
    pair.ioctl('size', pair.master, 0x5413, Buffer.alloc(8));
  },
  'requests that both ends answer'(pair) {
    const requests: readonly (readonly [number, number | Buffer])[] = [
      [0x5409, 0], [0x5409, 1], [0x540a, 9], [0x540b, 9], [0x540f, word(7)], [0x5410, word(-5)], [0x5411, word(7)], [0x5415, word(7)],
      [0x5416, word(7)], [0x5419, word(7)], [0x541a, word(1)], [0x5419, word(7)], [0x541a, word(0)], [0x541c, word(7)], 
      [0x541e, Buffer.alloc(64)], [0x5420, word(0)], [0x5422, 0], [0x5423, word(0)], [0x5423, word(33)], [0x5424, word(7)],
      [0x5425, 0], [0x5427, 0], [0x5428, 0], [0x5429, word(7)], [0x8004_5431, word(0)], [0x8004_5438, word(7)], [0x8004_5439, word(7)],
      [0x8004_5440, word(7)], [0x540c, 0], [0x8004_5440, word(7)], [0x540d, 0], [0x8004_5440, word(7)], [0x4004_5436, 0], [0x4004_5436, 65],
      [0x5432, Buffer.alloc(32)], [0x5437_00, 0], [0x545d, word(0)], [0x5499, 0], [0x4b3a, word(0)], [0x8905, word(0)],
    ];
    for (const fd of [pair.master, pair.slave]) {
      for (const [command, argument] of requests) pair.ioctl(`${fd === pair.master ? 'master' : 'slave'} ${command.toString(16)} ${String(argument)}`, fd, command, argument);
    }
  },
  'packet mode'(pair) {
    pair.ioctl('packet', pair.master, TIOCPKT, word(1));
    pair.ioctl('packet', pair.master, 0x8004_5438, word(9));
    pair.look();
    pair.print('output\n');
    pair.drain('in pieces', pair.master, 3);
    pair.set((termios) => void (termios.iflag &= ~t.IXON));
    pair.look();
    pair.set((termios) => void (termios.iflag |= t.IXON));
    pair.look();
    pair.type('x\x13');
    pair.look();
    pair.type('\x11');
    pair.look();
    pair.type('line\x03');
    pair.look();
    for (const which of [0, 1, 2]) {
      pair.ioctl('flush', pair.slave, TCFLSH, which);
      pair.look();
    }
    pair.ioctl('stop', pair.slave, TCXONC, 0);
    pair.ioctl('start', pair.slave, TCXONC, 1);
    pair.look();
    pair.set((termios) => void (termios.lflag |= t.EXTPROC));
    pair.look();
    pair.set((termios) => void (termios.cc[1] = 3));
    pair.look();
    pair.ioctl('no packet', pair.master, TIOCPKT, word(0));
    pair.print('plain');
    pair.look();
  },
  'output that is stopped'(pair) {
    pair.type('\x13');
    pair.say('write', pair.sys.append(pair.slave, 'held'));
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.type('typed\x7f\n');
    pair.look();
    pair.type('\x11');
    pair.look();
    pair.ioctl('stop', pair.slave, TCXONC, 0);
    pair.type('\x11x');
    pair.say('write', pair.sys.append(pair.slave, 'held'));
    pair.look();
    pair.ioctl('start', pair.slave, TCXONC, 1);
    pair.machine.settle();
    pair.look();
    pair.ioctl('send stop', pair.slave, TCXONC, 2);
    pair.machine.settle();
    pair.ioctl('send start', pair.slave, TCXONC, 3);
    pair.machine.settle();
    pair.look();
    pair.type('\x13');
    pair.set((termios) => void (termios.iflag &= ~t.IXON));
    pair.print('goes on');
    pair.look();
  },
  'lines in pieces'(pair) {
    pair.type('abcdef\nab\x04abcd\x04x\n\x04');
    for (const length of [4, 2, 4, 2, 4, 4, 1, 1, 1]) pair.say(`read ${length}`, pair.sys.readNext(pair.slave, length));
    pair.look();
    pair.say('read nothing', pair.sys.readNext(pair.slave, 0));
    pair.type('abcd\x04');
    pair.say('exactly', pair.sys.readNext(pair.slave, 4));
    pair.say('behind', pair.sys.readNext(pair.slave, 4));
    pair.type('abcd\n');
    pair.say('exactly', pair.sys.readNext(pair.slave, 4));
    pair.say('behind', pair.sys.readNext(pair.slave, 4));
  },
  'ICANON switched while something is typed'(pair) {
    pair.type('line\npartial');
    pair.set((termios) => void (termios.lflag &= ~t.ICANON));
    pair.look();
    pair.type('chars');
    pair.set((termios) => void (termios.lflag |= t.ICANON));
    pair.look();
    pair.type('more\x7f\x7f\n');
    pair.look();
    pair.type('a\nb\nc');
    pair.set((termios) => void (termios.lflag &= ~t.ICANON));
    pair.set((termios) => void (termios.lflag |= t.ICANON));
    pair.type('d\n');
    pair.look();
    pair.type('gone');
    pair.set(() => {}, true);
    pair.look();
  },
  'VMIN and VTIME'(pair) {
    pair.set((termios) => {
      termios.lflag &= ~t.ICANON;
      termios.cc[t.VMIN] = 0;
    });
    pair.say('nothing', pair.sys.readNext(pair.slave, 10));
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.type('abc');
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.say('some', pair.sys.readNext(pair.slave, 10));
    pair.set((termios) => void (termios.cc[t.VMIN] = 3));
    pair.type('ab');
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.type('c');
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.say('three', pair.sys.readNext(pair.slave, 10));
    pair.type('ab');
    pair.say('two', pair.sys.readNext(pair.slave, 2));
    pair.set((termios) => void (termios.cc[t.VTIME] = 1));
    pair.type('a');
    pair.say('poll', pair.sys.poll(pair.slave));
  },
  'a line that is too long'(pair) {
    pair.set((termios) => void (termios.lflag &= ~t.ECHO));
    for (let count = 0; count < 3; count++) pair.type('0123456789'.repeat(150));
    pair.look();
    pair.type('ab\x7fc\n');
    pair.ioctl('available', pair.slave, 0x541b, word(0));
    pair.drain('long', pair.slave);
    for (let count = 0; count < 2; count++) pair.type(`${'0123456789'.repeat(200)}\n`);
    pair.type('next\n');
    pair.drain('two', pair.slave);
  },
  'a slave that is closed and opened'(pair) {
    pair.print('last words');
    pair.say('close', pair.sys.close(pair.slave));
    pair.machine.settle();
    pair.say('poll', pair.sys.poll(pair.master));
    pair.drain('master', pair.master);
    pair.type('unread\n');
    pair.say('poll', pair.sys.poll(pair.master));
    pair.slave = pair.sys.open(pair.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    pair.say('poll', pair.sys.poll(pair.master));
    pair.look();
    const other = pair.sys.open(pair.path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    pair.say('close one', pair.sys.close(pair.slave));
    pair.say('master', pair.sys.readNext(pair.master, 10));
    pair.slave = other;
  },
  'a master that is closed'(pair) {
    pair.type('typed\n');
    pair.say('close', pair.sys.close(pair.master));
    pair.machine.settle();
    pair.say('poll', pair.sys.poll(pair.slave));
    pair.say('read', pair.sys.readNext(pair.slave, 10));
    pair.say('write', pair.sys.append(pair.slave, 'x'));
    for (const [command, argument] of [[0x5401, Buffer.alloc(36)], [0x5410, word(1)], [0x540f, word(1)], [0x5413, Buffer.alloc(8)], [0x541b, word(0)]] as const) {
      pair.ioctl(command.toString(16), pair.slave, command, argument);
    }
  },
  'locks'(pair) {
    pair.ioctl('lock', pair.master, 0x4004_5431, word(1));
    pair.ioctl('locked', pair.master, 0x8004_5439, word(9));
    pair.say('open', pair.sys.open(pair.path, O_RDWR | O_NOCTTY));
    pair.ioctl('unlock', pair.master, 0x4004_5431, word(0));
    pair.ioctl('exclusive', pair.slave, 0x540c, 0);
    pair.sys.chmod(pair.path, 0o666);
    pair.sys.become({ uid: 65534, gid: 65534 });
    pair.say('open', pair.sys.open(pair.path, O_RDWR | O_NOCTTY));
    pair.sys.become({ uid: 0, gid: 0 });
  },
  'bytes as if typed'(pair) {
    for (const byte of [0x61, 0x0a]) pair.ioctl('type', pair.slave, 0x5412, Buffer.of(byte));
    pair.machine.settle();
    pair.look();
  },
  'flushes'(pair) {
    for (const which of [0, 1, 2]) {
      pair.type('one\ntw');
      pair.drain('echo', pair.master);
      pair.ioctl(`flush ${which}`, pair.slave, TCFLSH, which);
      pair.look();
    }
    pair.print('output');
    pair.ioctl('master input', pair.master, TCFLSH, 0);
    pair.look();
  },
  'no places'(pair) {
    for (const fd of [pair.master, pair.slave]) {
      pair.say('pread', pair.sys.read(fd, 1, 0));
      pair.say('pwrite', pair.sys.write(fd, 'x', 0));
      pair.say('seek', pair.sys.seek(fd, 0, 0));
      pair.say('seek', pair.sys.seek(fd, 0, 9));
      pair.say('fsync', pair.sys.fsync(fd));
      pair.say('truncate', pair.sys.ftruncate(fd, 0));
      pair.say('write nothing', pair.sys.append(fd, ''));
      pair.say('read nothing', pair.sys.readNext(fd, 0));
    }
  },
};
