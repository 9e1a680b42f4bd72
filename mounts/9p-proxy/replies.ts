/** Replies to the kernel's requests, written to /dev/fuse. */

import { writeSync, writevSync } from 'node:fs';
import type { Doorbell } from '../fuse/doorbell.ts';
import { MAX_READ } from '../fuse/init.ts';
import { OUT_HEADER_SIZE } from '../fuse/protocol.ts';
import { ReplyBuffer } from '../fuse/reply-buffer.ts';
import type { Request } from './request.ts';

/** The body of a reply: nothing (0), an error, bytes, or what writes it and returns its size. */
export type Answer = number | Buffer | ((reply: ReplyBuffer) => number);

export class Replies {
  readonly #descriptor: number;
  readonly #doorbell: Doorbell;
  readonly #reply = new ReplyBuffer(MAX_READ + 4096);

  /** Nothing is written once the doorbell is closed. */
  constructor(descriptor: number, doorbell: Doorbell) {
    this.#descriptor = descriptor;
    this.#doorbell = doorbell;
  }

  send(answer: Answer, { words }: Request): void {
    const [low, high] = [words[2] as number, words[3] as number];
    if (typeof answer === 'number') return this.bare(answer, low, high);
    if (typeof answer === 'function') {
      const size = answer(this.#reply);
      if (size < 0) return this.bare(size, low, high);
      const length = this.#reply.header(OUT_HEADER_SIZE + size, 0, low, high);
      return this.#transmit(() => writeSync(this.#descriptor, this.#reply.bytes, 0, length));
    }
    const length = this.#reply.header(OUT_HEADER_SIZE + answer.length, 0, low, high);
    const header = this.#reply.bytes.subarray(0, Math.min(length, OUT_HEADER_SIZE));
    this.#transmit(() => writevSync(this.#descriptor, [header, answer]));
  }

  /** Writes a reply without a body. */
  bare(error: number, low: number, high: number): void {
    const length = this.#reply.header(OUT_HEADER_SIZE, error, low, high);
    this.#transmit(() => writeSync(this.#descriptor, this.#reply.bytes, 0, length));
  }

  /** ENOENT means that the request was aborted meanwhile; an ended connection shows at the next read. */
  #transmit(write: () => void): void {
    if (this.#doorbell.closed) return;
    try {
      write();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENODEV' && code !== 'ECONNABORTED' && code !== 'EBADF') throw error;
    }
  }
}
