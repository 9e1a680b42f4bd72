/** One FUSE request, with a copy of its bytes: it is looked at while others come in. */

import { type U64, u64FromHalves } from '../../fs/u64.ts';
import { IN_HEADER_SIZE } from '../fuse/protocol.ts';

const ARGUMENTS = IN_HEADER_SIZE / 4;

export class Request {
  readonly bytes: Buffer;
  readonly #words: Uint32Array;
  readonly #abort: AbortController = new AbortController();

  /** `bytes` are borrowed. */
  constructor(bytes: Buffer, length: number) {
    this.bytes = Buffer.allocUnsafeSlow((length + 3) & ~3);
    bytes.copy(this.bytes, 0, 0, length);
    this.#words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length >> 2);
  }

  get opcode(): number {
    return this.#words[1] as number;
  }

  /** What a reply refers to, and an interrupt. */
  get unique(): U64 {
    return this.#absolute(2);
  }

  get nodeId(): number {
    return Number(this.#absolute(4));
  }

  get uid(): number {
    return this.#words[6] as number;
  }

  get gid(): number {
    return this.#words[7] as number;
  }

  /** Gives up what is done for the request. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  interrupt(): void {
    this.#abort.abort();
  }

  get interrupted(): boolean {
    return this.#abort.signal.aborted;
  }

  /** All the words, header included. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** A word of the request's own fields. */
  word(at: number): number {
    return this.#words[ARGUMENTS + at] as number;
  }

  /** Two words of them. */
  u64(at: number): U64 {
    return this.#absolute(ARGUMENTS + at);
  }

  #absolute(word: number): U64 {
    return u64FromHalves(this.#words[word + 1] as number, this.#words[word] as number);
  }

  /** The names that follow `offset` bytes of fields, each with its NUL. */
  names(offset: number): string[] {
    const start = IN_HEADER_SIZE + offset;
    return this.bytes.toString('latin1', start, Math.max(start, this.bytes.lastIndexOf(0))).split('\0');
  }

  /** The data that follow so many bytes of fields. */
  data(offset: number, length: number): Buffer {
    return this.bytes.subarray(IN_HEADER_SIZE + offset, IN_HEADER_SIZE + offset + length);
  }
}
