/** Open files of generated trees. */

import type { Caller } from '../caller.ts';
import { EINVAL, EIO, type Errno, type WouldBlock, isErrno } from '../errno.ts';
import { DEFAULT_POLL_MASK, POLLERR, POLLPRI } from '../flags.ts';
import { OpenFile } from '../vnode.ts';
import { copyBytes } from './copy-bytes.ts';
import type { WaitQueue } from '../wait-queue.ts';
import type { FileSpec, StreamAttachment, StreamSpec, Subject } from './spec.ts';
import type { GeneratedRegular } from './regular.ts';

/**
 * A file whose text is generated when it is read at offset 0 or after a seek, and carried on for sequential reads, as
 * Linux's seq_file does it. Nothing is generated at open: procps keeps descriptors open and rereads them.
 */
export class GeneratedFile extends OpenFile {
  override readonly waiters: WaitQueue;
  readonly #node: GeneratedRegular;
  readonly #spec: FileSpec<unknown>;
  readonly #subject: Subject<unknown>;
  /** Where a sequential read would go on, and the text from there; undefined when all has been read. */
  #next = -1;
  #rest: Buffer | undefined;
  #seenVersion: number | string | undefined;
  readonly #pin: unknown;
  readonly #opener: unknown;

  constructor(
    node: GeneratedRegular,
    flags: number,
    spec: FileSpec<unknown>,
    subject: Subject<unknown>,
    pin?: unknown,
    opener?: unknown,
  ) {
    super(node, flags);
    this.waiters = node.fileSystem.changed;
    this.#node = node;
    this.#spec = spec;
    this.#subject = subject;
    this.#pin = pin;
    this.#opener = opener;
  }

  /** For the node, which keeps a released file for the next opening. */
  again(flags: number): this {
    this.#next = -1;
    this.#rest = undefined;
    return this.reopened(flags);
  }

  protected override close(): void {
    this.#node.keep(this);
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno {
    if (at !== 0 && at === this.#next) return this.#carryOn(into, start, length);
    const context = this.#subject.context(caller);
    const node = this.#node;
    if (isErrno(context)) return node.lookError(context);
    const { pin, fill } = node;
    if (pin && pin(context, caller) !== this.#pin) return 0;
    const key = node.key(context, caller);
    let text: Buffer;
    let total: number;
    if (key && node.hasTextFor(key)) {
      text = node.text;
      total = text.length;
    } else {
      const writer = node.fileSystem.writer;
      writer.reset();
      if (!key || !node.rewritten(writer, key)) {
        writer.reset();
        const error = fill?.(writer, context, caller, this.#opener) || 0;
        if (isErrno(error)) return node.lookError(error);
      }
      text = writer.bytes;
      total = writer.length;
      if (key) node.keepText(key, text, total);
    }
    const count = Math.max(0, Math.min(length, total - at));
    if (count > 0) copyBytes(text, at, into, start, count);
    this.#next = at + count;
    this.#rest = this.#next < total ? Buffer.from(text.subarray(this.#next, total)) : undefined;
    return count;
  }

  #carryOn(into: Uint8Array, start: number, length: number): number {
    const rest = this.#rest;
    if (!rest) return 0;
    const count = Math.min(length, rest.length);
    rest.copy(into, start, 0, count);
    this.#next += count;
    this.#rest = count < rest.length ? rest.subarray(count) : undefined;
    return count;
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno {
    const { write, writeError } = this.#spec;
    if (!write) return writeError ?? EIO;
    const context = this.#subject.context(caller);
    if (isErrno(context)) return context;
    this.#next = -1;
    const result = write(from.subarray(start, start + length), at, context, caller, this.#opener);
    if (this.#spec.version && !isErrno(result)) this.waiters.wakeAll();
    return result;
  }

  override poll(caller: Caller): number {
    const { version, pollMask = DEFAULT_POLL_MASK, poll } = this.#spec;
    if (!version && !poll) return pollMask;
    const context = this.#subject.context(caller);
    if (isErrno(context)) return pollMask | POLLERR;
    if (poll) return poll(context, caller, this.#opener);
    if (!version) return pollMask;
    const now = version(context);
    if (now === this.#seenVersion) return pollMask;
    this.#seenVersion = now;
    return pollMask | POLLERR | POLLPRI;
  }
}

/** A file that is read and written in place. */
export class StreamFile extends OpenFile {
  override readonly waiters: WaitQueue;
  readonly #spec: StreamSpec<unknown>;
  readonly #subject: Subject<unknown>;
  readonly #attachment: StreamAttachment | undefined;

  constructor(
    node: GeneratedRegular,
    flags: number,
    spec: StreamSpec<unknown>,
    subject: Subject<unknown>,
    attachment: StreamAttachment | undefined,
  ) {
    super(node, flags);
    this.waiters = node.fileSystem.changed;
    this.#spec = spec;
    this.#subject = subject;
    this.#attachment = attachment;
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    if (this.#attachment) return this.#attachment.read(into, start, length, at, caller);
    const { read } = this.#spec.stream;
    if (!read) return EINVAL;
    const context = this.#subject.context(caller);
    return isErrno(context) ? context : read(into, start, length, at, context, caller);
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno {
    if (this.#attachment) return this.#attachment.write?.(from, start, length, at, caller) ?? EINVAL;
    const { write } = this.#spec.stream;
    if (!write) return EINVAL;
    const context = this.#subject.context(caller);
    return isErrno(context) ? context : write(from, start, length, at, context, caller);
  }

  override poll(caller: Caller): number {
    return this.#attachment?.poll?.(caller) ?? DEFAULT_POLL_MASK;
  }

  protected override close(): void {
    this.#attachment?.close();
  }
}
