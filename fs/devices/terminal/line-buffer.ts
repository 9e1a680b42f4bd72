/** The bytes that wait to be read from a terminal, and where lines end among them: a ring of a fixed size. */

/** N_TTY_BUF_SIZE */
export const SIZE = 4096;
/** What stands for an end of file, and is no control character. */
export const DISABLED = 0;

export class LineBuffer {
  readonly #bytes = Buffer.alloc(SIZE);
  /** 1 where a line ends. */
  readonly #ends = Buffer.alloc(SIZE);
  /** Counts of bytes put in and taken out; `line` is where the line that is typed begins. */
  head = 0;
  tail = 0;
  line = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.head - this.tail;
  }

  /** The byte at a count. */
  at(index: number): number {
    return this.#bytes[index % SIZE] as number;
  }

  put(character: number, end = false): void {
    this.#bytes[this.head % SIZE] = character;
    this.#ends[this.head % SIZE] = end ? 1 : 0;
    this.head++;
  }

  /** Puts what ends a line. */
  endLine(character: number): void {
    this.put(character, true);
    this.line = this.head;
  }

  /** Forgets where lines end; with `complete`, what is there is one. */
  rejoin(complete: boolean): void {
    this.#ends.fill(0);
    if (complete && this.length > 0) {
      this.#ends[(this.head - 1) % SIZE] = 1;
      this.line = this.head;
    } else {
      this.line = this.tail;
    }
  }

  /** How many bytes of complete lines there are, without ends of file. */
  get complete(): number {
    let count = 0;
    for (let at = this.tail; at < this.line; at++) if (!this.#ends[at % SIZE] || this.at(at) !== DISABLED) count++;
    return count;
  }

  /** Takes a line or a part of one. Returns how many bytes. */
  readLine(into: Uint8Array): number {
    let count = 0;
    while (this.tail !== this.line && count < into.length) {
      const at = this.tail++ % SIZE;
      const character = this.#bytes[at] as number;
      if (this.#ends[at]) {
        this.#ends[at] = 0;
        if (character !== DISABLED) into[count++] = character;
        return count;
      }
      into[count++] = character;
    }
    // An end of file right behind what just fitted ended this, and is no other.
    const at = this.tail % SIZE;
    if (count > 0 && this.tail !== this.line && this.#ends[at] && this.#bytes[at] === DISABLED) {
      this.#ends[at] = 0;
      this.tail++;
    }
    return count;
  }

  /** Takes whatever is there. Returns how many bytes. */
  read(into: Uint8Array): number {
    const count = Math.min(into.length, this.length);
    for (let index = 0; index < count; index++) into[index] = this.at(this.tail++);
    return count;
  }

  clear(): void {
    this.head = this.tail = this.line = 0;
    this.#ends.fill(0);
  }
}
