/** Where replies are built and from where they go out, as many at a time as there are. */

import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type StringEncoding, Writer, writeU4 } from './bytes.ts';
import { HEADER_SIZE } from './protocol.ts';

/** How much is built up before it goes out, besides the largest reply. */
const BATCH = 128 * 1024;
/** What a connection begins with: it may never ask for much. */
const SMALL = 16 * 1024;
/** Buffers that have gone out and may be used again, by whichever connection; and how many are kept. */
const spares: Buffer[] = [];
const SPARES = 8;

export class Outbox {
  /** Writes into the reply at hand. */
  readonly writer: Writer;
  readonly #output: Writable;
  /** Whether bytes are free again once they are written: a socket has copied them, another stream may hand them on. */
  readonly #copies: boolean;
  /** The buffer at hand: what lies between `#sent` and `#tail` is to be written. */
  #buffer: Buffer;
  #sent = 0;
  #tail = 0;
  #start = 0;
  /** Whether a reply was begun since `rest` was called. */
  #used = false;
  /** Writes that the stream has not finished, and the buffers that they came from. */
  #writing = 0;
  readonly #busy: Buffer[] = [];
  readonly #written: () => void;

  constructor(output: Writable, encoding: StringEncoding) {
    this.#output = output;
    this.#copies = output instanceof Socket;
    this.#buffer = Buffer.allocUnsafeSlow(SMALL);
    this.writer = new Writer(this.#buffer, 0, encoding);
    this.#written = () => {
      if (--this.#writing > 0) return;
      for (const buffer of this.#busy) this.#spare(buffer);
      this.#busy.length = 0;
    };
  }

  #spare(buffer: Buffer): void {
    if (spares.length < SPARES && buffer.length >= BATCH) spares.push(buffer);
  }

  /** Bytes that the other side has yet to take. */
  get buffered(): number {
    return this.#output.writableLength + this.#tail - this.#sent;
  }

  /** Begins a reply whose body is at most `room` bytes; the writer is where the body begins. */
  begin(room: number): void {
    this.#used = true;
    const need = HEADER_SIZE + room;
    if (this.#buffer.length - this.#tail < need) this.#makeRoom(need);
    this.#start = this.#tail;
    this.writer.at = this.#tail + HEADER_SIZE;
  }

  /** How long the reply has got, its header included. */
  get length(): number {
    return this.writer.at - this.#start;
  }

  /** Goes back to the beginning of the body. */
  rewind(): void {
    this.writer.at = this.#start + HEADER_SIZE;
  }

  /** Ends the reply. */
  end(type: number, tag: number): void {
    const bytes = this.#buffer;
    const start = this.#start;
    const end = this.writer.at;
    writeU4(bytes, start, end - start);
    bytes[start + 4] = type;
    bytes[start + 5] = tag;
    bytes[start + 6] = tag >>> 8;
    this.#tail = end;
  }

  /**
   * Gives the buffer away together with the reply that was begun in it: an operation fills it at its leisure. Returns
   * where the reply begins in it.
   */
  giveAway(): { readonly bytes: Buffer; readonly start: number } {
    const given = { bytes: this.#buffer, start: this.#start };
    this.flush();
    this.#replaceBuffer(SMALL);
    return given;
  }

  /** Sends a reply that was built elsewhere, in bytes that are not changed any more. */
  append(bytes: Buffer): void {
    if (this.#tail > this.#sent) {
      this.#output.cork();
      this.flush();
      this.#output.write(bytes);
      this.#output.uncork();
    } else {
      this.#output.write(bytes);
    }
  }

  /** Has what was built go out. */
  flush(): void {
    if (this.#tail === this.#sent) return;
    const bytes = this.#buffer.subarray(this.#sent, this.#tail);
    this.#sent = this.#tail;
    this.#writing++;
    this.#output.write(bytes, this.#written);
    this.#reuse();
  }

  /** Gives back what a burst has taken, if nothing was sent since the last call. */
  rest(): void {
    const idle = !this.#used && this.#tail === this.#sent && this.#writing === 0;
    this.#used = false;
    if (!idle || this.#buffer.length <= SMALL) return;
    if (this.#copies) this.#spare(this.#buffer);
    this.#replaceBuffer(SMALL);
  }

  /** Begins the buffer anew where everything in it has been taken. */
  #reuse(): void {
    if (this.#copies && this.#output.writableLength === 0) this.#sent = this.#tail = 0;
  }

  #makeRoom(need: number): void {
    this.flush();
    this.#reuse();
    if (this.#buffer.length - this.#tail >= need) return;
    if (this.#copies) {
      if (this.#writing > 0) this.#busy.push(this.#buffer);
      else this.#spare(this.#buffer);
    }
    this.#replaceBuffer(need <= SMALL ? SMALL * 4 : need + BATCH);
  }

  #replaceBuffer(size: number): void {
    // What is small is not worth a large one.
    const spare = size < BATCH ? -1 : spares.findIndex((buffer) => buffer.length >= size);
    this.#buffer = spare < 0 ? Buffer.allocUnsafeSlow(size) : (spares.splice(spare, 1)[0] as Buffer);
    this.writer.bytes = this.#buffer;
    this.#sent = this.#tail = this.#start = 0;
  }
}
