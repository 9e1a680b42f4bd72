/**
 * /proc/PID/mem and /proc/PID/pagemap (fs/proc/base.c mem_rw, fs/proc/task_mmu.c pagemap_read, proc_pid_pagemap(5)).
 *
 * Differs: the PAGEMAP_SCAN ioctl(2) of pagemap is not there, as before Linux 6.7.
 */

import { CAP_SYS_ADMIN } from '../../../fs/caller.ts';
import { EACCES, EINVAL, EIO, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import { canWrite } from '../../../fs/flags.ts';
import type { StreamAttachment, StreamOperations } from '../../../fs/generated/spec.ts';
import type { MemoryFile } from '../../model/task-memory.ts';
import type { TaskView } from '../../model/task.ts';
import { mayTrace } from './access.ts';
import { hasAddressSpace, mayAttach } from './attach-access.ts';

/** The opened address space stays the one that it was at the opening, whatever the process executes afterwards. */
export const mem: StreamOperations<TaskView> = {
  attach(flags, task, caller) {
    const present = hasAddressSpace(task);
    if (isErrno(present)) return present;
    if (!present) return ESRCH;
    if (!mayAttach(task, caller)) return EACCES;
    const file = task.addressSpace.openBytes(canWrite(flags));
    return isErrno(file) ? file : new Memory(file);
  },
};

export const pagemap: StreamOperations<TaskView> = {
  attach(_flags, task, caller) {
    const present = hasAddressSpace(task);
    if (isErrno(present)) return present;
    if (!present) return ESRCH;
    if (!mayTrace(task, caller)) return EACCES;
    const file = task.addressSpace.openPageMap();
    return isErrno(file) ? file : new PageMap(file, caller.capable(CAP_SYS_ADMIN));
  },
};

class Memory implements StreamAttachment {
  readonly #file: MemoryFile;

  constructor(file: MemoryFile) {
    this.#file = file;
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    // Offsets beyond 2^53 arrive rounded; no address space reaches there.
    return at > Number.MAX_SAFE_INTEGER ? EIO : this.#file.read(into, start, length, at);
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    return at > Number.MAX_SAFE_INTEGER ? EIO : this.#file.write(from, start, length, at);
  }

  close(): void {
    this.#file.close();
  }
}

/** Bytes of a word of the page map, and the bits of its last two that are not part of a page frame number. */
const WORD = 8;
const FLAG_BYTE = 6;
const FLAG_BITS = 0x80;

class PageMap implements StreamAttachment {
  readonly #file: MemoryFile;
  readonly #frames: boolean;

  constructor(file: MemoryFile, frames: boolean) {
    this.#file = file;
    this.#frames = frames;
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    if (at % WORD !== 0 || length % WORD !== 0) return EINVAL;
    if (at > Number.MAX_SAFE_INTEGER) return 0;
    const count = this.#file.read(into, start, length, at);
    if (isErrno(count) || this.#frames) return count;
    // Only the superuser is told where in physical memory a page is, or where in swap.
    for (let word = start, end = start + count; word < end; word += WORD) {
      into.fill(0, word, word + FLAG_BYTE);
      into[word + FLAG_BYTE] = (into[word + FLAG_BYTE] as number) & FLAG_BITS;
    }
    return count;
  }

  close(): void {
    this.#file.close();
  }
}
