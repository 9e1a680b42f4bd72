/** Open files of our trees for a 9P server. */

import { EACCES, EAGAIN, EINTR, EIO, WOULD_BLOCK, type Errno, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { O_NONBLOCK } from '../../fs/flags.ts';
import { direntType } from '../../fs/stat.ts';
import type { OpenFile as VfsOpenFile } from '../../fs/vnode.ts';
import type { Answer, DirectorySink, Lock, OpenFile, Request } from '../node-9p/operations.ts';
import type { Qid } from '../node-9p/qid.ts';
import type { Attachment } from './tree.ts';

export class VfsFile implements OpenFile {
  readonly file: VfsOpenFile;
  readonly #attachment: Attachment;
  readonly #own: Qid;
  readonly #above: Qid;
  /** Whether it may hold locks. */
  #locks = false;

  /** `own` and `above` are what a directory's `.` and `..` stand for. */
  constructor(file: VfsOpenFile, attachment: Attachment, own: Qid, above: Qid) {
    this.file = file;
    this.#attachment = attachment;
    this.#own = own;
    this.#above = above;
  }

  read(into: Buffer, start: number, length: number, offset: number, request: Request): Answer<number> {
    const { file } = this;
    const { caller } = this.#attachment;
    const count = files.read(file, into, start, length, offset, caller);
    if (count !== WOULD_BLOCK) return count;
    return this.#park(request, () => files.read(file, into, start, length, offset, caller));
  }

  write(from: Buffer, start: number, length: number, offset: number, request: Request): Answer<number> {
    const count = this.#write(from, start, length, offset);
    if (count !== WOULD_BLOCK) return count;
    return this.#park(request, () => this.#write(from, start, length, offset));
  }

  #write(from: Buffer, start: number, length: number, offset: number): number {
    const { caller } = this.#attachment;
    const at = files.writeOffset(this.file, offset, caller);
    return isErrno(at) ? at : files.write(this.file, from, start, length, at, caller);
  }

  /** Tries again whenever the file changes, until it does not block any more or nobody waits for it. */
  #park(request: Request, attempt: () => number): Answer<number> {
    const { file } = this;
    if (file.flags & O_NONBLOCK) return EAGAIN;
    const { waiters } = file;
    if (!waiters) return EIO;
    const { parking } = this.#attachment.tree;
    parking.count++;
    return new Promise((resolve) => {
      let woken = false;
      const end = (count: number): void => {
        parking.count--;
        stopWaiting();
        resolve(count);
      };
      const retry = (): void => {
        woken = false;
        if (request.aborted) return;
        const count = attempt();
        if (count !== WOULD_BLOCK) end(count);
      };
      const stopWaiting = waiters.add(() => {
        // Whoever changed the file is in the midst of a request of its own.
        if (!woken) queueMicrotask(retry);
        woken = true;
      });
      request.onAbort(() => end(EINTR));
    });
  }

  list(after: number, sink: DirectorySink): Errno | 0 {
    const { tree, caller } = this.#attachment;
    let taken = false;
    const error = files.list(
      this.file,
      after,
      {
        add: (name, ino, type, cookie) => {
          const qid = name === '.' ? this.#own : name === '..' ? this.#above : tree.qid(type, ino, 0);
          const fits = sink.add(name, qid, direntType(type), cookie);
          taken ||= fits;
          return fits;
        },
      },
      caller,
    );
    // Who may open a directory but not list it gets as far as `.` and `..` in Linux.
    return error === EACCES && taken ? 0 : error;
  }

  fsync(dataOnly: boolean): Errno | 0 {
    return this.file.fsync?.(dataOnly) ?? 0;
  }

  lock(lock: Lock, request: Request): Answer<number> {
    this.#locks = true;
    return this.#attachment.tree.locks(this.file.vnode).lock(lock, this, request);
  }

  getlock(lock: Lock, request: Request): Answer<Lock> {
    return this.#attachment.tree.locks(this.file.vnode).conflict(lock, request);
  }

  close(): void {
    const { file } = this;
    const { tree, caller } = this.#attachment;
    if (this.#locks) tree.locks(file.vnode).release(this);
    file.flush?.(caller);
    file.release();
  }
}
