/**
 * An open file description as processes share it: an open file with its position, which dup(2) and fork(2) give another user. The file
 * is closed when nobody uses the description any more.
 */

import type { Caller } from '../../fs/caller.ts';
import { O_PATH } from '../../fs/flags.ts';
import type { OpenFile } from '../../fs/vnode.ts';

/** Descriptions of files that are open, so that opening /dev/fd/N finds the same one. */
const known = new WeakMap<OpenFile, Description>();

export class Description {
  readonly file: OpenFile;
  /** Where read(2) and write(2) go on, or a directory's cookie. */
  position = 0;
  /** F_SETOWN: a process, or a group as a negative number. */
  owner = 0;
  /** F_SETSIG. */
  signal = 0;
  #users = 1;
  #closers: Set<() => void> | undefined;
  #marks: Set<string> | undefined;

  private constructor(file: OpenFile) {
    this.file = file;
  }

  /** The description of a file that was opened: another user of one where the file was open before. */
  static of(file: OpenFile): Description {
    const shared = known.get(file);
    if (shared && shared.#users > 0) {
      file.release();
      return shared.retain();
    }
    const description = new Description(file);
    known.set(file, description);
    return description;
  }

  retain(): this {
    this.#users++;
    return this;
  }

  /** Ends a use. */
  release(): void {
    if (--this.#users > 0) return;
    if (this.#closers) for (const closer of [...this.#closers]) closer();
    this.#closers = undefined;
    this.file.release();
  }

  /** Whether somebody still uses it. */
  get open(): boolean {
    return this.#users > 0;
  }

  get users(): number {
    return this.#users;
  }

  /** Has something done just before the file is closed; the returned function takes it back. */
  whenClosed(closer: () => void): () => void {
    this.#closers ??= new Set();
    this.#closers.add(closer);
    return () => this.#closers?.delete(closer);
  }

  /** Notes something about it; whether that is new. */
  mark(what: string): boolean {
    if (this.#marks?.has(what)) return false;
    this.#marks ??= new Set();
    this.#marks.add(what);
    return true;
  }

  /** Whether it only stands for a place (O_PATH). */
  get bare(): boolean {
    return (this.file.flags & O_PATH) !== 0;
  }

  /** close(2) of one descriptor: what is reported then, and the end of a use. */
  close(caller: Caller): number {
    const result = this.file.flush?.(caller) ?? 0;
    this.release();
    return result;
  }
}
