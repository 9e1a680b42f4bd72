/** Output of a terminal: what OPOST does to characters, and where the cursor is (drivers/tty/n_tty.c do_output_char). */

import { continues, isControl, toUpper } from './characters.ts';
import { IUTF8, OCRNL, OLCUC, ONLCR, ONLRET, ONOCR, OPOST, TABDLY, type Termios, XTABS } from './termios.ts';

const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
/** The most bytes that one character becomes. */
const LONGEST = 8;

/** Where output goes: the other end of the line. */
export interface Line {
  /** How many bytes it takes now. */
  room(): number;
  /** Takes bytes, never more than there is room for; they are borrowed. */
  send(bytes: Uint8Array): void;
  /** Drops what was sent and not taken yet. Absent: it takes everything at once. */
  flush?(): void;
}

export class Output {
  readonly #termios: () => Termios;
  readonly #line: Line;
  /** Where the cursor is, and where it was when the line that is typed began. */
  column = 0;
  canonColumn = 0;
  readonly #bytes = Buffer.alloc(4096);
  #length = 0;
  #room = 0;

  constructor(termios: () => Termios, line: Line) {
    this.#termios = termios;
    this.#line = line;
  }

  /** Runs something that puts characters, and sends them. */
  batch<T>(action: () => T): T {
    this.#room = Math.min(this.#line.room(), this.#bytes.length);
    this.#length = 0;
    const result = action();
    if (this.#length > 0) this.#line.send(this.#bytes.subarray(0, this.#length));
    return result;
  }

  /** How many bytes there is room for in the batch. */
  get room(): number {
    return this.#room - this.#length;
  }

  /** Puts a byte as it is; there is room. */
  put(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  /** Puts a character as the settings want it. Returns false where there is no room. */
  character(character: number): boolean {
    const { oflag, iflag } = this.#termios();
    if (!(oflag & OPOST)) {
      if (this.room < 1) return false;
      this.put(character);
      return true;
    }
    if (this.room < (character === TAB ? LONGEST : character === NEWLINE ? 2 : 1)) return false;
    let shown = character;
    switch (character) {
      case NEWLINE:
        if (oflag & ONLRET) this.column = 0;
        if (oflag & ONLCR) {
          this.column = 0;
          this.put(RETURN);
        }
        this.canonColumn = this.column;
        break;
      case RETURN:
        if (oflag & ONOCR && this.column === 0) return true;
        if (oflag & OCRNL) {
          shown = NEWLINE;
          if (!(oflag & ONLRET)) break;
        }
        this.canonColumn = this.column = 0;
        break;
      case TAB: {
        const spaces = 8 - (this.column & 7);
        this.column += spaces;
        if ((oflag & TABDLY) !== XTABS) break;
        for (let count = 0; count < spaces; count++) this.put(SPACE);
        return true;
      }
      case BACKSPACE:
        if (this.column > 0) this.column--;
        break;
      default:
        if (isControl(character)) break;
        if (oflag & OLCUC) shown = toUpper(character);
        if (!(iflag & IUTF8 && continues(character))) this.column++;
    }
    this.put(shown);
    return true;
  }

  /** Takes back the columns of a tab that is erased. */
  eraseTab(columns: number): void {
    for (let count = 8 - (columns & 7); count > 0; count--) {
      this.put(BACKSPACE);
      if (this.column > 0) this.column--;
    }
  }
}
