/** Requests that wait for their files, and polls whose kernel is to be told when something may have changed. */

import { EINTR, type Errno } from '../../fs/errno.ts';
import type { WaitQueue } from '../../fs/wait-queue.ts';
import { FUSE_NOTIFY_POLL, OUT_HEADER_SIZE } from './protocol.ts';
import { BODY, ReplyBuffer } from './reply-buffer.ts';

/** Sends bytes to the kernel outside the reply to the request at hand: notifications and late replies. */
export type Send = (bytes: Buffer, length: number) => void;

/** Answers a request that was put aside: as `Dispatcher.handle`, but sends the reply itself. */
export type Retry = (request: Buffer, words: Uint32Array) => void;

interface Parked {
  readonly request: Buffer;
  readonly words: Uint32Array;
  readonly handle: number;
  readonly cancel: () => void;
}

interface Poll {
  readonly handle: number;
  readonly cancel: () => void;
}

export class Waiting {
  readonly #send: Send;
  readonly #retry: Retry;
  readonly #parked = new Map<number, Parked>();
  readonly #polls = new Map<number, Poll>();
  /** Requests whose files changed while another request was being answered. */
  readonly #woken = new Set<number>();
  readonly #message: ReplyBuffer = new ReplyBuffer(OUT_HEADER_SIZE + 8);
  /** Set while a request is being answered: the reply buffer and the caller are its own until its reply is sent. */
  busy = false;
  /** How many requests wait, and how many polls: asked several times for each request, unlike a map's size. */
  #size = 0;

  constructor(send: Send, retry: Retry) {
    this.#send = send;
    this.#retry = retry;
  }

  /** How many requests wait, and how many polls. */
  get size(): number {
    return this.#size;
  }

  #count(): void {
    this.#size = this.#parked.size + this.#polls.size;
  }

  /** Puts a request aside until its file changes. `bytes` are copied. */
  park(unique: number, handle: number, bytes: Buffer, length: number, waiters: WaitQueue): void {
    const request = Buffer.allocUnsafeSlow(length);
    bytes.copy(request, 0, 0, length);
    const words = new Uint32Array(request.buffer, request.byteOffset, length >> 2);
    const cancel = waiters.add(() => this.#wake(unique));
    this.#parked.set(unique, { request, words, handle, cancel });
    this.#count();
  }

  #wake(unique: number): void {
    if (this.busy) this.#woken.add(unique);
    else this.#tryAgain(unique);
  }

  #tryAgain(unique: number): void {
    const parked = this.#take(unique);
    if (parked) this.#retry(parked.request, parked.words);
  }

  #take(unique: number): Parked | undefined {
    const parked = this.#parked.get(unique);
    if (!parked) return undefined;
    this.#parked.delete(unique);
    this.#count();
    this.#woken.delete(unique);
    parked.cancel();
    return parked;
  }

  /** Tries the requests again that woke meanwhile. */
  retryWoken(): void {
    // A request that wakes and blocks once more waits for the next change.
    for (const unique of [...this.#woken]) {
      this.#woken.delete(unique);
      this.#tryAgain(unique);
    }
  }

  /** FUSE_INTERRUPT: a request that waits fails with EINTR; one that was answered meanwhile needs nothing. */
  interrupt(unique: number): void {
    const parked = this.#take(unique);
    if (parked) this.#fail(parked, EINTR);
  }

  #fail({ words }: Parked, error: Errno): void {
    const size = this.#message.header(OUT_HEADER_SIZE, error, words[2] as number, words[3] as number);
    this.#send(this.#message.bytes, size);
  }

  /** Tells the kernel once that a polled file may have changed; it polls again and so asks anew. */
  watch(kernelHandle: number, handle: number, waiters: WaitQueue): void {
    if (this.#polls.has(kernelHandle)) return;
    const cancel = waiters.add(() => {
      this.#forgetPoll(kernelHandle);
      this.#message.u64(BODY, kernelHandle);
      const size = this.#message.header(OUT_HEADER_SIZE + 8, FUSE_NOTIFY_POLL, 0, 0);
      this.#send(this.#message.bytes, size);
    });
    this.#polls.set(kernelHandle, { handle, cancel });
    this.#count();
  }

  #forgetPoll(kernelHandle: number): void {
    this.#polls.get(kernelHandle)?.cancel();
    this.#polls.delete(kernelHandle);
    this.#count();
  }

  /** An open file is gone: nothing waits for it any more. */
  closed(handle: number): void {
    if (this.size === 0) return;
    for (const [kernelHandle, poll] of this.#polls) if (poll.handle === handle) this.#forgetPoll(kernelHandle);
    for (const [unique, parked] of this.#parked) {
      if (parked.handle === handle) {
        this.#take(unique);
        this.#fail(parked, EINTR);
      }
    }
  }

  /** The connection has ended: nobody is left to answer. */
  clear(): void {
    for (const unique of [...this.#parked.keys()]) this.#take(unique);
    for (const kernelHandle of [...this.#polls.keys()]) this.#forgetPoll(kernelHandle);
  }
}
