/** Random sequences of what can be done to a terminal: settings, typing, printing, reading, packet mode. */

import * as t from '../../fs/devices/terminal/termios.ts';
import type { Pair } from './pair.ts';

const INPUT_FLAGS = [t.ISTRIP, t.INLCR, t.IGNCR, t.ICRNL, t.IUCLC, t.IXON, t.IXANY, t.IUTF8, t.PARMRK, t.IMAXBEL];
const OUTPUT_FLAGS = [t.OPOST, t.OLCUC, t.ONLCR, t.OCRNL, t.ONOCR, t.ONLRET, t.XTABS];
const LOCAL_FLAGS = [t.ISIG, t.ICANON, t.ECHO, t.ECHOE, t.ECHOK, t.ECHONL, t.NOFLSH, t.ECHOCTL, t.ECHOPRT, t.ECHOKE, t.IEXTEN, t.EXTPROC];
/** Letters, blanks, every character with a meaning, and pieces of UTF-8. */
const CHARACTERS = 'abZ_ \t\n\r\x7f\x15\x17\x12\x16\x04\x03\x1c\x1a\x13\x11\xff\0\xc3\xa4\xe2\x82\xac\x01.\bxx';

/** Control characters that are numbers rather than characters. */
const NUMBERS: readonly number[] = [t.VMIN, t.VTIME];

/** The steps of a sequence; the same for the same seed. */
export function randomSequence(seed: number): ((pair: Pair) => void)[] {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const one = <T>(list: ArrayLike<T>): T => list[random(list.length)] as T;
  const text = (longest: number): string => Array.from({ length: 1 + random(longest) }, () => one(CHARACTERS)).join('');

  function settings(): (pair: Pair) => void {
    const [input, output, local, which] = [one(INPUT_FLAGS), one(OUTPUT_FLAGS), one(LOCAL_FLAGS), random(4)];
    const [index, character] = [random(17), one(CHARACTERS).charCodeAt(0)];
    const special = random(8) === 0 && !NUMBERS.includes(index);
    return (pair) =>
      pair.set((termios) => {
        if (which & 1) termios.iflag ^= input;
        if (which & 2) termios.oflag ^= output;
        termios.lflag ^= local;
        if (special) termios.cc[index] = character;
      });
  }

  function step(): (pair: Pair) => void {
    const kind = random(10);
    if (kind < 2) return settings();
    if (kind < 6) {
      const typed = text(14);
      return (pair) => pair.type(typed);
    }
    if (kind === 6) {
      const printed = text(8);
      return (pair) => pair.print(printed);
    }
    if (kind === 7) return (pair) => pair.look();
    if (kind === 8) {
      const packet = Uint8Array.of(random(2), 0, 0, 0);
      return (pair) => void pair.ioctl('packet', pair.master, 0x5420, packet);
    }
    const length = 1 + random(5);
    return (pair) => {
      pair.say('read', pair.sys.readNext(pair.slave, length));
      pair.machine.settle();
    };
  }

  return [...Array.from({ length: 3 + random(8) }, step), (pair) => pair.look()];
}
