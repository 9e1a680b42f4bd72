/** Regular files of a host directory, links, and files that are but names here. */

import { closeSync, constants, fchmodSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, readlinkSync, writeSync } from 'node:fs';
import { CAP_FSETID, type Caller } from '../caller.ts';
import { EROFS, type Errno, errnoFromHost, isErrno } from '../errno.ts';
import { O_ACCMODE, O_DSYNC, O_NOATIME, O_SYNC, O_TRUNC, accessMask, canWrite, MAY_WRITE } from '../flags.ts';
import { withoutSetId } from '../permission.ts';
import { type AttributeChange, OpenFile } from '../vnode.ts';
import { HostNode } from './node.ts';

/** What open flags mean to the host: nothing that waits, that follows a link or that asks for aligned memory. */
function hostFlags(flags: number, byDescriptor: boolean): number {
  const mode = flags & O_ACCMODE;
  const kept = flags & (O_TRUNC | O_SYNC | O_DSYNC | O_NOATIME);
  const access = mode === O_ACCMODE ? constants.O_RDONLY : mode;
  const safe = constants.O_NONBLOCK | constants.O_NOCTTY;
  if (byDescriptor) return access | kept | safe;
  return access | safe | constants.O_NOFOLLOW | (flags & O_TRUNC ? constants.O_TRUNC : 0);
}

export class HostRegular extends HostNode {
  open(flags: number, caller: Caller): OpenFile | Errno {
    const { fileSystem } = this;
    if (fileSystem.readOnly && accessMask(flags) & MAY_WRITE) return EROFS;
    const path = fileSystem.access.self(this);
    if (isErrno(path)) return path;
    try {
      const file = new HostFile(this, flags, openSync(path, hostFlags(flags, fileSystem.byDescriptor)));
      if (flags & O_TRUNC) {
        fileSystem.touched();
        file.dropPrivileges(caller);
      }
      return file;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  protected override resize(size: number, { through }: AttributeChange, caller: Caller): Errno | 0 {
    if (through instanceof HostFile) return through.resize(size, caller);
    const file = this.open(constants.O_WRONLY, caller);
    if (isErrno(file)) return file;
    const error = (file as HostFile).resize(size, caller);
    file.release();
    return error;
  }
}

/** An open file of the host's. */
export class HostFile extends OpenFile {
  readonly #node: HostNode;
  readonly #descriptor: number;

  constructor(node: HostNode, flags: number, descriptor: number) {
    super(node, flags);
    this.#node = node;
    this.#descriptor = descriptor;
    node.hold();
  }

  override read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    try {
      const { readAgain } = this.#node.fileSystem;
      if (readAgain && length > 0) {
        const count = readAgain.read(this, this.#descriptor, into, start, length, at);
        if (count > 0) return count;
      }
      let done = 0;
      while (done < length) {
        const count = readSync(this.#descriptor, into, start + done, length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno {
    if (length === 0) return 0;
    this.#node.fileSystem.touched();
    try {
      const count = writeSync(this.#descriptor, from, start, length, at);
      this.dropPrivileges(caller);
      return count;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** Sets the size, whoever we are. */
  resize(size: number, caller: Caller): Errno | 0 {
    this.#node.fileSystem.touched();
    try {
      ftruncateSync(this.#descriptor, size);
      this.dropPrivileges(caller);
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** Takes set-id bits away, as the host does for users; for us, who may be root, it does not. */
  dropPrivileges(caller: Caller): void {
    const { mode, gid } = fstatSync(this.#descriptor);
    const plain = withoutSetId(mode, gid, caller);
    if (plain !== mode && !caller.capable(CAP_FSETID)) fchmodSync(this.#descriptor, plain & 0o7777);
  }

  override fsync(dataOnly: boolean): Errno | 0 {
    try {
      if (!canWrite(this.flags)) return 0;
      if (dataOnly) fdatasyncSync(this.#descriptor);
      else fsyncSync(this.#descriptor);
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** For what is done to the file right after it was made. */
  get descriptor(): number {
    return this.#descriptor;
  }

  protected override close(): void {
    this.#node.fileSystem.readAgain?.forget();
    closeSync(this.#descriptor);
    this.#node.drop();
  }
}

export class HostLink extends HostNode {
  readlink(): string | Errno {
    if (!this.parent) return EROFS;
    const path = this.fileSystem.access.child(this.parent, this.name);
    if (isErrno(path)) return path;
    try {
      return readlinkSync(path, 'latin1');
    } catch (error) {
      return errnoFromHost(error);
    }
  }
}

/** A FIFO, socket or device of the host's: never opened, only named. */
export class HostSpecial extends HostNode {}
