/** Tables of a host's network files, parsed while they are walked. */

import { Scanner } from '../scanner.ts';

/** The lines of a text behind its heading, each parsed when it is asked for: a table of 100,000 rows is never in memory as objects. */
export class Rows<T> implements Iterable<T> {
  readonly #bytes: Buffer;
  readonly #headingLines: number;
  readonly #parse: (scanner: Scanner) => T;

  /** `parse` reads one row with its line end. The bytes are the table's own. */
  constructor(bytes: Buffer, headingLines: number, parse: (scanner: Scanner) => T) {
    this.#bytes = bytes;
    this.#headingLines = headingLines;
    this.#parse = parse;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    const scanner = new Scanner(this.#bytes);
    for (let line = 0; line < this.#headingLines; line++) scanner.nextLine();
    while (!scanner.done) yield this.#parse(scanner);
  }
}

/** A short table as an array. */
export function rowsOf<T>(bytes: Buffer, headingLines: number, parse: (scanner: Scanner) => T): T[] {
  return [...new Rows(bytes, headingLines, parse)];
}
