/** Regular files of generated trees. */

import type { Caller } from '../caller.ts';
import { type Errno, isErrno } from '../errno.ts';
import { S_IFREG } from '../stat.ts';
import type { OpenFile } from '../vnode.ts';
import { copyBytes } from './copy-bytes.ts';
import { GeneratedNode, type Origin } from './node.ts';
import { GeneratedFile, StreamFile } from './open-file.ts';
import type { FileSpec, StreamSpec } from './spec.ts';
import type { TextWriter } from './text-writer.ts';
import type { GeneratedTree } from './tree.ts';

const EMPTY = Buffer.alloc(0);
/** The key of no text. */
const NO_KEY = {};

/** A regular file of a generated tree. */
export class GeneratedRegular extends GeneratedNode<FileSpec<unknown> | StreamSpec<unknown>> {
  readonly type: typeof S_IFREG = S_IFREG;
  /** What the spec has for reading, at hand: specs differ in it, and it is asked for all the time. */
  readonly fill: FileSpec<unknown>['fill'] | undefined;
  readonly pin: FileSpec<unknown>['pin'];
  readonly #keyOf: FileSpec<unknown>['key'];
  readonly #rewrite: FileSpec<unknown>['rewrite'];
  /** Whether nothing happens at the opening. */
  readonly #plain: boolean;
  /** One that was open, for the next opening: who reads all processes opens each file again and again. */
  #idle: GeneratedFile | undefined;
  #key: object = NO_KEY;
  /** The kept text, and the memory that it lies in: a view is made when a text has another length, not at each read. */
  #text: Buffer = EMPTY;
  #memory: Buffer = EMPTY;

  constructor(tree: GeneratedTree, spec: FileSpec<unknown> | StreamSpec<unknown>, origin: Origin, ino: number, entryMilliseconds?: number) {
    super(tree, spec, origin, ino, entryMilliseconds);
    const file = 'stream' in spec ? undefined : spec;
    this.fill = file?.fill;
    this.pin = file?.pin;
    this.#keyOf = file?.key;
    this.#rewrite = file?.rewrite;
    this.#plain = file !== undefined && !file.open && !file.pin && !file.opener && !file.version;
  }

  /** What the text depends on (`FileOptions.key`). A view is the same object only while it may be reused. */
  key(context: unknown, caller: Caller): object | undefined {
    const keyOf = this.#keyOf;
    if (keyOf) return keyOf(context, caller);
    return this.declared ? (context as object) : undefined;
  }

  /** The text that was kept, borrowed until the next `keepText`. */
  get text(): Buffer {
    return this.#text;
  }

  /** Whether the kept text was written for this key. */
  hasTextFor(key: object): boolean {
    return key === this.#key;
  }

  /** Writes the text for a key with the help of the kept one; returns whether that could be done. */
  rewritten(out: TextWriter, key: object): boolean {
    const rewrite = this.#rewrite;
    if (!rewrite || this.#key === NO_KEY) return false;
    return rewrite(out, this.#text, this.#key, key);
  }

  /** Keeps a copy of a text. */
  keepText(key: object, text: Buffer, length: number): void {
    this.#key = key;
    if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(length + (length >> 3));
    copyBytes(text, 0, this.#memory, 0, length);
    if (this.#text.length !== length || this.#text.buffer !== this.#memory.buffer) this.#text = this.#memory.subarray(0, length);
  }

  /** A file of the node has been closed. */
  keep(file: GeneratedFile): void {
    if (this.#plain) this.#idle = file;
  }

  #openPlain(flags: number): GeneratedFile {
    const idle = this.#idle;
    if (!idle) return new GeneratedFile(this, flags, this.spec as FileSpec<unknown>, this.subject);
    this.#idle = undefined;
    return idle.again(flags);
  }

  open(flags: number, caller: Caller): OpenFile | Errno {
    const { spec, subject } = this;
    // What was found by its declared name is never gone.
    if (this.#plain && this.declared) return this.#openPlain(flags);
    const context = subject.context(caller);
    if (isErrno(context)) return this.openError(context);
    if (this.#plain) return this.#openPlain(flags);
    if ('stream' in spec) {
      const error = spec.stream.open?.(flags, context, caller);
      if (isErrno(error)) return error;
      const attachment = spec.stream.attach?.(flags, context, caller);
      return isErrno(attachment) ? attachment : new StreamFile(this, flags, spec, subject, attachment);
    }
    const error = spec.open?.(flags, context, caller);
    if (isErrno(error)) return error;
    const file = new GeneratedFile(this, flags, spec, subject, spec.pin?.(context, caller), spec.opener?.(context, caller));
    if (spec.version) file.poll(caller);
    return file;
  }
}
