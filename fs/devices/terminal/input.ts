/**
 * Input of a terminal (N_TTY, drivers/tty/n_tty.c): lines that can be edited while they are typed, or characters as they
 * come; what is echoed; characters that are signals or stop the output.
 */

import { continues, isControl, isWord, toLower } from './characters.ts';
import type { Echo } from './echo.ts';
import { DISABLED, LineBuffer, SIZE } from './line-buffer.ts';
import { SIGINT, SIGQUIT, SIGTSTP } from './sessions.ts';
import {
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  ECHOPRT,
  EXTPROC,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IUCLC,
  IUTF8,
  IXANY,
  IXON,
  NOFLSH,
  PARMRK,
  type Termios,
  VEOF,
  VEOL,
  VEOL2,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VTIME,
  VWERASE,
} from './termios.ts';

/** How much may wait in front of a full buffer. */
const WAITING = 8192;

const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;

/** What input does to the terminal that it belongs to. */
export interface InputOwner {
  readonly termios: Termios;
  /** Whether output is stopped by a character. */
  readonly stopped: boolean;
  /** Starts it, and has what waits be echoed; or starts it alone. */
  start(): void;
  resume(): void;
  stop(): void;
  /** A signal for the foreground. */
  interrupt(signal: number): void;
  /** What was sent and not read is dropped. */
  flushOutput(): void;
  inputFlushed(): void;
}

export class Input {
  readonly #owner: InputOwner;
  readonly #echo: Echo;
  readonly #buffer = new LineBuffer();
  #erasing = false;
  #next = false;
  /** What came while there was no room. */
  #waiting: Buffer = Buffer.alloc(0);

  constructor(owner: InputOwner, echo: Echo) {
    this.#owner = owner;
    this.#echo = echo;
  }

  get #canonical(): boolean {
    return (this.#owner.termios.lflag & (ICANON | EXTPROC)) === ICANON;
  }

  /** How many bytes it takes now. */
  get room(): number {
    return Math.max(0, WAITING - this.#waiting.length);
  }

  /** Takes what came from the line. Returns how much. */
  receive(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room);
    this.#waiting = Buffer.concat([this.#waiting, bytes.subarray(0, count)]);
    this.work();
    return count;
  }

  /** Goes on with what waits. */
  work(): void {
    const waiting = this.#waiting;
    let done = 0;
    for (; done < waiting.length; done++) {
      let room = SIZE - this.#buffer.length;
      if (this.#owner.termios.iflag & PARMRK) room = Math.floor((room + 2) / 3);
      if (--room <= 0) {
        // Nobody could ever read a line that is too long, so its last character gives way.
        if (!this.#canonical || this.#buffer.line !== this.#buffer.tail) break;
        if (room < 0) this.#buffer.head--;
      }
      this.#character(waiting[done] as number);
    }
    this.#waiting = waiting.subarray(done);
    this.#echo.process();
  }

  #putData(character: number): void {
    // A byte that marks errors is told from a mark by being there twice.
    if (character === 0xff && this.#owner.termios.iflag & PARMRK) this.#buffer.put(character);
    this.#buffer.put(character);
  }

  #character(byte: number): void {
    const { iflag, lflag } = this.#owner.termios;
    let character = byte;
    if (iflag & ISTRIP) character &= 0x7f;
    if (iflag & IUCLC && lflag & IEXTEN) character = toLower(character);
    if (this.#next) {
      this.#next = false;
      this.#plain(character);
    } else if (lflag & EXTPROC) {
      this.#buffer.put(character);
    } else if (character === DISABLED || !this.#special(character)) {
      this.#plain(character);
    }
  }

  /** A character without a meaning. */
  #plain(character: number): void {
    const { iflag, lflag } = this.#owner.termios;
    if (this.#owner.stopped && iflag & IXON && iflag & IXANY) this.#owner.start();
    if (lflag & ECHO) {
      this.#finishErasing();
      if (this.#buffer.line === this.#buffer.head) this.#echo.beginLine();
      this.#echoCharacter(character);
    }
    this.#putData(character);
  }

  #echoCharacter(character: number): void {
    const caret = (this.#owner.termios.lflag & ECHOCTL) !== 0 && isControl(character) && character !== TAB;
    this.#echo.character(character, caret);
  }

  #finishErasing(): void {
    if (this.#erasing) this.#echo.raw(0x2f);
    this.#erasing = false;
  }

  /** Returns false for a character that has no meaning now. */
  #special(byte: number): boolean {
    const { iflag, lflag, cc } = this.#owner.termios;
    let character = byte;
    if (iflag & IXON) {
      if (character === cc[VSTART]) {
        this.#owner.start();
        return true;
      }
      if (character === cc[VSTOP]) {
        this.#owner.stop();
        return true;
      }
    }
    if (lflag & ISIG) {
      const signal = character === cc[VINTR] ? SIGINT : character === cc[VQUIT] ? SIGQUIT : character === cc[VSUSP] ? SIGTSTP : 0;
      if (signal !== 0) {
        this.#signal(signal, character);
        return true;
      }
    }
    if (this.#owner.stopped && iflag & IXON && iflag & IXANY) this.#owner.start();
    if (character === RETURN) {
      if (iflag & IGNCR) return true;
      if (iflag & ICRNL) character = NEWLINE;
    } else if (character === NEWLINE && iflag & INLCR) {
      character = RETURN;
    }
    if (lflag & ICANON && this.#edit(character)) return true;
    if (character === byte) return false;
    // What it was turned into is no line end without ICANON, but is echoed as one.
    if (lflag & ECHO) {
      this.#finishErasing();
      if (character === NEWLINE) {
        this.#echo.raw(NEWLINE);
      } else {
        if (this.#buffer.line === this.#buffer.head) this.#echo.beginLine();
        this.#echoCharacter(character);
      }
    }
    this.#putData(character);
    return true;
  }

  #signal(signal: number, character: number): void {
    const owner = this.#owner;
    owner.interrupt(signal);
    if (!(owner.termios.lflag & NOFLSH)) {
      this.#echo.forget();
      owner.flushOutput();
      this.flush();
      owner.inputFlushed();
    }
    if (owner.termios.iflag & IXON) owner.resume();
    if (owner.termios.lflag & ECHO) this.#echoCharacter(character);
    else this.#echo.process();
  }

  /** Returns false for a character that goes into the line as it is. */
  #edit(character: number): boolean {
    const { lflag, iflag, cc } = this.#owner.termios;
    const extended = (lflag & IEXTEN) !== 0;
    const echoes = (lflag & ECHO) !== 0;
    if (character === cc[VERASE] || character === cc[VKILL] || (extended && character === cc[VWERASE])) {
      this.#erase(character);
      return true;
    }
    if (extended && character === cc[VLNEXT]) {
      this.#next = true;
      if (echoes) {
        this.#finishErasing();
        if (lflag & ECHOCTL) {
          this.#echo.raw(0x5e);
          this.#echo.raw(BACKSPACE);
        }
      }
      return true;
    }
    if (extended && echoes && character === cc[VREPRINT]) {
      this.#finishErasing();
      this.#echoCharacter(character);
      this.#echo.raw(NEWLINE);
      const { line, head } = this.#buffer;
      for (let at = line; at < head; at++) this.#echoCharacter(this.#buffer.at(at));
      return true;
    }
    if (character === NEWLINE) {
      if (lflag & (ECHO | ECHONL)) this.#echo.raw(NEWLINE);
      this.#buffer.endLine(NEWLINE);
      return true;
    }
    if (character === cc[VEOF]) {
      this.#buffer.endLine(DISABLED);
      return true;
    }
    if (character === cc[VEOL] || (extended && character === cc[VEOL2])) {
      if (echoes) {
        if (this.#buffer.line === this.#buffer.head) this.#echo.beginLine();
        this.#echoCharacter(character);
      }
      if (character === 0xff && iflag & PARMRK) this.#buffer.put(character);
      this.#buffer.endLine(character);
      return true;
    }
    return false;
  }

  #continues(character: number): boolean {
    return (this.#owner.termios.iflag & IUTF8) !== 0 && continues(character);
  }

  /** VERASE, VWERASE and VKILL. */
  #erase(character: number): void {
    const buffer = this.#buffer;
    if (buffer.head === buffer.line) return;
    const { lflag, cc } = this.#owner.termios;
    const kind = character === cc[VERASE] ? VERASE : character === cc[VKILL] ? VKILL : VWERASE;
    const echoes = (lflag & ECHO) !== 0;
    if (kind === VKILL) {
      if (!echoes) {
        buffer.head = buffer.line;
        return;
      }
      if (!(lflag & ECHOK && lflag & ECHOKE && lflag & ECHOE)) {
        buffer.head = buffer.line;
        this.#finishErasing();
        this.#echoCharacter(character);
        if (lflag & ECHOK) this.#echo.raw(NEWLINE);
        return;
      }
    }
    let inWord = false;
    while (buffer.head !== buffer.line) {
      let at = buffer.head;
      let erased: number;
      do {
        erased = buffer.at(--at);
      } while (this.#continues(erased) && at !== buffer.line);
      // The first byte of a sequence is missing: it is not erased in part.
      if (this.#continues(erased)) break;
      if (kind === VWERASE) {
        if (isWord(erased)) inWord = true;
        else if (inWord) break;
      }
      const length = buffer.head - at;
      buffer.head = at;
      if (echoes) this.#echoErased(erased, length, kind === VERASE);
      if (kind === VERASE) break;
    }
    if (buffer.head === buffer.line && echoes) this.#finishErasing();
  }

  /** Shows that a character, of so many bytes, is gone. It is still in the buffer, behind the head. */
  #echoErased(erased: number, length: number, single: boolean): void {
    const { lflag, cc } = this.#owner.termios;
    if (lflag & ECHOPRT) {
      if (!this.#erasing) this.#echo.raw(0x5c);
      this.#erasing = true;
      this.#echoCharacter(erased);
      for (let index = 1; index < length; index++) {
        this.#echo.raw(this.#buffer.at(this.#buffer.head + index));
        this.#echo.moveBack();
      }
    } else if (single && !(lflag & ECHOE)) {
      this.#echoCharacter(cc[VERASE] as number);
    } else if (erased === TAB) {
      this.#echoErasedTab();
    } else {
      const columns = isControl(erased) ? (lflag & ECHOCTL ? 2 : 0) : 1;
      for (let count = 0; count < columns; count++) for (const byte of [BACKSPACE, 0x20, BACKSPACE]) this.#echo.raw(byte);
    }
  }

  /** How wide a tab was follows from what stands before it. */
  #echoErasedTab(): void {
    let columns = 0;
    let afterTab = false;
    for (let at = this.#buffer.head - 1; at >= this.#buffer.line; at--) {
      const character = this.#buffer.at(at);
      if (character === TAB) {
        afterTab = true;
        break;
      }
      if (isControl(character)) columns += this.#owner.termios.lflag & ECHOCTL ? 2 : 0;
      else if (!this.#continues(character)) columns++;
    }
    this.#echo.eraseTab(columns, afterTab);
  }

  /** The settings have changed: what is a line may have. `old` is undefined at the beginning. */
  settingsChanged(old: Termios): void {
    const { iflag, lflag } = this.#owner.termios;
    if ((old.lflag ^ lflag) & (ICANON | EXTPROC)) {
      // What is there already can be read at once as a line.
      this.#buffer.rejoin((lflag & ICANON) !== 0);
      this.#erasing = false;
      this.#next = false;
    }
    if (!(iflag & IXON) && old.iflag & IXON) this.#owner.start();
    this.work();
  }

  /** Whether a read gets something; a poll waits for as much as VMIN says where there is no VTIME. */
  ready(poll: boolean): boolean {
    if (this.#canonical) return this.#buffer.line !== this.#buffer.tail;
    const { cc } = this.#owner.termios;
    const least = poll && cc[VTIME] === 0 ? Math.max(1, cc[VMIN] as number) : 1;
    return this.#buffer.length >= least;
  }

  /** How many bytes there are to read (FIONREAD): complete lines only, without ends of file. */
  get available(): number {
    return this.#canonical ? this.#buffer.complete : this.#buffer.length;
  }

  /** Reads a line or a part of one, or whatever is there. Returns how many bytes. */
  read(into: Uint8Array): number {
    const count = this.#canonical ? this.#buffer.readLine(into) : this.#readBytes(into);
    this.work();
    return count;
  }

  #readBytes(into: Uint8Array): number {
    const count = this.#buffer.read(into);
    // Who processes lines outside (EXTPROC) sends an end of file as its character alone.
    const { lflag, cc } = this.#owner.termios;
    if (count === 1 && lflag & EXTPROC && lflag & ICANON && this.#buffer.length === 0 && into[0] === cc[VEOF]) return 0;
    return count;
  }

  /** Drops what was typed. */
  flush(): void {
    this.#buffer.clear();
    this.#erasing = false;
    this.#next = false;
  }

  /** Drops what waits in front of the buffer. */
  dropWaiting(): void {
    this.#waiting = Buffer.alloc(0);
  }
}
