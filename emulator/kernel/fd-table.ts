/** The descriptors of a process, or of several that share them (CLONE_FILES). */

import type { Caller } from '../../fs/caller.ts';
import { EBADF, EMFILE, type Errno } from '../../fs/errno.ts';
import type { Description } from './description.ts';

/** Slots of a new table: a machine word of the kernel's bit map (`NR_OPEN_DEFAULT`). */
const LEAST_SLOTS = 64;

export class FdTable {
  readonly #slots: (Description | undefined)[] = [];
  readonly #closeOnExec: boolean[] = [];
  #size = LEAST_SLOTS;
  /** No free descriptor is below. */
  #free = 0;
  /** Processes that use it. */
  users = 1;

  /** What a descriptor stands for. */
  get(fd: number): Description | undefined {
    return fd >= 0 && fd < this.#slots.length ? this.#slots[fd] : undefined;
  }

  /** Gives a description the lowest free descriptor from `from` on; the table has its use then. Errors: EMFILE, which ends the use. */
  install(description: Description, closeOnExec: boolean, limit: number, from = 0): number | Errno {
    let fd = Math.max(from, this.#free);
    while (this.#slots[fd]) fd++;
    if (fd >= limit) {
      description.release();
      return EMFILE;
    }
    if (from <= this.#free) this.#free = fd + 1;
    this.#put(fd, description, closeOnExec);
    return fd;
  }

  /** Whether `install` would find a descriptor. */
  hasRoom(limit: number): boolean {
    let fd = this.#free;
    while (this.#slots[fd]) fd++;
    return fd < limit;
  }

  #put(fd: number, description: Description, closeOnExec: boolean): void {
    // Without holes, so that look-ups stay fast.
    while (this.#slots.length < fd) {
      this.#slots.push(undefined);
      this.#closeOnExec.push(false);
    }
    this.#slots[fd] = description;
    this.#closeOnExec[fd] = closeOnExec;
    while (this.#size <= fd) this.#size *= 2;
  }

  /** Puts a description, whose use it takes over, at a descriptor; what was there is closed. */
  replace(fd: number, description: Description, closeOnExec: boolean, caller: Caller): void {
    const old = this.get(fd);
    this.#put(fd, description, closeOnExec);
    old?.close(caller);
  }

  /** Errors: EBADF, and what the file reports. */
  close(fd: number, caller: Caller): number {
    const description = this.get(fd);
    if (!description) return EBADF;
    this.#slots[fd] = undefined;
    if (fd < this.#free) this.#free = fd;
    return description.close(caller);
  }

  closesOnExec(fd: number): boolean {
    return this.#closeOnExec[fd] === true;
  }

  setCloseOnExec(fd: number, value: boolean): void {
    this.#closeOnExec[fd] = value;
  }

  /** Closes what does not outlive execve(2). */
  exec(caller: Caller): void {
    for (let fd = 0; fd < this.#slots.length; fd++) if (this.#slots[fd] && this.#closeOnExec[fd]) this.close(fd, caller);
  }

  /** A table of its own with the same descriptions. */
  clone(): FdTable {
    const copy = new FdTable();
    for (const [fd, description] of this.entries()) copy.#put(fd, description.retain(), this.closesOnExec(fd));
    copy.#free = this.#free;
    return copy;
  }

  /** Ends one process's use; the last one closes everything. */
  leave(caller: Caller): void {
    if (--this.users > 0) return;
    for (let fd = 0; fd < this.#slots.length; fd++) if (this.#slots[fd]) this.close(fd, caller);
  }

  /** Open descriptors in their order. */
  *entries(): Iterable<[number, Description]> {
    for (let fd = 0; fd < this.#slots.length; fd++) {
      const description = this.#slots[fd];
      if (description) yield [fd, description];
    }
  }

  /** One more than the highest descriptor that there may be. */
  get end(): number {
    return this.#slots.length;
  }

  /**
   * The slots that Linux would have made (`FDSize` of proc_pid_status(5)): enough for the highest descriptor that this table
   * ever had, in powers of two; a forked copy has only what its open descriptors need. select(2) looks at no descriptor beyond.
   */
  get size(): number {
    return this.#size;
  }
}
