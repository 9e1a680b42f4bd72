/**
 * What a terminal echoes: characters that wait until there is room for them, and instructions among them for what is
 * known only then, where the cursor is.
 */

import type { Output } from './output.ts';

/** A byte as it is, or one of these. */
type Instruction = number;
/** The low byte of the instructions with a character or a count of columns. */
const VALUE = 0xff;
/** A control character as `^X`. */
const CARET = 0x100;
/** A byte of which nothing is interpreted. */
const LITERAL = 0x200;
/** The line that is typed begins here. */
const SET_COLUMN = 0x300;
/** The byte before was no column of its own. */
const MOVE_BACK = 0x400;
/** The columns of a tab: with those since another tab, or since the line began. */
const ERASE_TAB = 0x500;
const ERASE_TAB_AFTER_TAB = 0x600;

/** As many as the kernel keeps; older ones are lost. */
const MOST = 4096;

export class Echo {
  readonly #output: Output;
  #waiting: Instruction[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  raw(byte: number): void {
    this.#add(byte === VALUE ? LITERAL | byte : byte);
  }

  /** A character as it was typed; with `caret`, shown as `^X`. */
  character(byte: number, caret: boolean): void {
    if (caret) this.#add(CARET | byte);
    else this.raw(byte);
  }

  beginLine(): void {
    this.#add(SET_COLUMN);
  }

  moveBack(): void {
    this.#add(MOVE_BACK);
  }

  eraseTab(columns: number, afterTab: boolean): void {
    this.#add((afterTab ? ERASE_TAB_AFTER_TAB : ERASE_TAB) | (columns & 7));
  }

  #add(instruction: Instruction): void {
    if (this.#waiting.length >= MOST) this.#waiting.shift();
    this.#waiting.push(instruction);
  }

  forget(): void {
    this.#waiting = [];
  }

  /** Puts out what there is room for. */
  process(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    const done = this.#output.batch(() => {
      let count = 0;
      while (count < waiting.length && this.#perform(waiting[count] as Instruction)) count++;
      return count;
    });
    this.#waiting = waiting.slice(done);
    // A batch has an end though the line may have room for more.
    if (done > 0 && this.#waiting.length > 0) this.process();
  }

  #perform(instruction: Instruction): boolean {
    const output = this.#output;
    const value = instruction & VALUE;
    switch (instruction & ~VALUE) {
      case 0:
        return output.character(value);
      case CARET:
        if (output.room < 2) return false;
        output.put(0x5e);
        output.put(value ^ 0x40);
        output.column += 2;
        return true;
      case LITERAL:
        if (output.room < 1) return false;
        output.put(value);
        output.column++;
        return true;
      case SET_COLUMN:
        output.canonColumn = output.column;
        return true;
      case MOVE_BACK:
        if (output.column > 0) output.column--;
        return true;
      default:
        if (output.room < 8) return false;
        output.eraseTab((instruction & ~VALUE) === ERASE_TAB ? value + output.canonColumn : value);
        return true;
    }
  }
}
