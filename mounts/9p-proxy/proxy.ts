/**
 * A 9P server's tree, served to /dev/fuse. It is not a file system of `fs/`, whose operations are done when they return.
 */

import { closeSync } from 'node:fs';
import { EINTR, EINVAL, EIO } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { Counters } from '../fuse/counters.ts';
import type { Doorbell } from '../fuse/doorbell.ts';
import * as fuse from '../fuse/protocol.ts';
import type { RequestHandler } from '../fuse/serve-events.ts';
import type { Client } from '../node-9p/client.ts';
import { RemoteError } from '../node-9p/errors.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import type { Attach } from './nodes.ts';
import { Operations } from './operations.ts';
import type { ProxyOptions } from './options.ts';
import { type Answer, Replies } from './replies.ts';
import { Request } from './request.ts';

/** One request in so many has its time measured. A power of two. */
const TIMED_EVERY = 16;
/** The largest error that FUSE takes. */
const MAX_ERROR = 511;

export interface ProxyContext {
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Called after somebody rang. */
  readonly rung: () => void;
  /** Hears of requests that failed by a mistake of ours. */
  readonly failed: (error: unknown) => void;
  /** Tells this machine from others, for locks. */
  readonly clientId: string;
}

export class Proxy implements RequestHandler {
  readonly #descriptor: number;
  readonly #client: Client;
  readonly #context: ProxyContext;
  readonly #operations: Operations;
  readonly #replies: Replies;
  readonly #pending = new Map<U64, Request>();
  #untimed = 0;
  #dead = false;

  /** `root` is what the mounting user, `user` to `remoteUser`, is attached to. */
  constructor(
    descriptor: number,
    root: RemoteFile,
    user: number,
    attach: Attach,
    options: ProxyOptions,
    context: ProxyContext,
  ) {
    this.#descriptor = descriptor;
    this.#client = root.client;
    this.#context = context;
    this.#operations = new Operations(root, user, attach, options, context.clientId);
    this.#replies = new Replies(descriptor, context.doorbell);
    void root.client.closed.then(() => (this.#dead = true));
  }

  answer(bytes: Buffer, words: Uint32Array, length: number): void {
    const { counters, doorbell } = this.#context;
    const opcode = words[1] as number;
    if (length >= fuse.IN_HEADER_SIZE && words[0] === length) {
      if (length - fuse.IN_HEADER_SIZE < (fuse.MINIMUM_BODY[opcode] ?? 0)) {
        this.#replies.bare(EINVAL, words[2] as number, words[3] as number);
      } else {
        const request = new Request(bytes, length);
        if (!this.#answerNow(request)) void this.#answerLater(request);
      }
    }
    counters.countRequest(opcode, this.#operations.openFiles, this.#operations.nodes, 0);
    if (doorbell.rung()) this.#context.rung();
  }

  end(close: boolean): void {
    for (const request of this.#pending.values()) request.interrupt();
    this.#client.close();
    if (this.#context.doorbell.close() && close) closeSync(this.#descriptor);
  }

  /** What needs no server, and what gets no reply. Returns whether it was that. */
  #answerNow(request: Request): boolean {
    switch (request.opcode) {
      case fuse.FUSE_FORGET:
        this.#operations.forget(request.nodeId, Number(request.u64(0)));
        return true;
      case fuse.FUSE_BATCH_FORGET:
        for (let at = 2, end = Math.min(2 + request.word(0) * 4, request.words.length - 13); at < end; at += 4)
          this.#operations.forget(Number(request.u64(at)), Number(request.u64(at + 2)));
        return true;
      case fuse.FUSE_INTERRUPT:
        this.#pending.get(request.u64(0))?.interrupt();
        return true;
      default:
        return request.opcode === fuse.FUSE_NOTIFY_REPLY;
    }
  }

  async #answerLater(request: Request): Promise<void> {
    const { counters } = this.#context;
    const timed = ++this.#untimed === TIMED_EVERY;
    const started = timed ? performance.now() : 0;
    if (timed) this.#untimed = 0;
    const { unique } = request;
    this.#pending.set(unique, request);
    let answer: Answer;
    try {
      answer = await this.#operations.answer(request);
    } catch (error) {
      answer = this.#errno(error, request);
    }
    this.#pending.delete(unique);
    try {
      this.#replies.send(answer, request);
    } catch (error) {
      this.#fault(error);
    }
    if (timed) counters.time(performance.now() - started);
  }

  /** The error that the kernel is told for what a request was rejected with. */
  #errno(error: unknown, request: Request): number {
    if (request.interrupted) return EINTR;
    // Whatever a request was rejected with because there is no server any more.
    if (this.#dead) return EIO;
    if (error instanceof RemoteError) return error.errno < 0 && error.errno >= -MAX_ERROR ? error.errno : EIO;
    this.#fault(error);
    return EIO;
  }

  #fault(error: unknown): void {
    this.#context.counters.fault();
    this.#context.failed(error);
  }
}
