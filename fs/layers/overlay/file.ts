/** An open file of an overlay. */

import { SUPERUSER, type Caller } from '../../caller.ts';
import { EBADF, type Errno, type WouldBlock, isErrno } from '../../errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC } from '../../flags.ts';
import type { OpenFile, Vnode } from '../../vnode.ts';
import { LayerFile } from '../layer-file.ts';
import type { OverlayNode } from './node.ts';

/** Once the file has been copied up, who had it open before reads the copy. */
export class OverlayFile extends LayerFile {
  readonly #node: OverlayNode;
  #of: Vnode;

  constructor(node: OverlayNode, flags: number, real: OpenFile) {
    super(node, flags, real);
    this.#node = node;
    this.#of = node.real;
  }

  /** The open file of the layer that has the content now. Errors: those of opening it. */
  current(): OpenFile | Errno {
    const { real } = this.#node;
    if (real === this.#of) return this.real;
    const file = real.open?.(this.flags & ~(O_TRUNC | O_CREAT | O_EXCL), SUPERUSER) ?? EBADF;
    if (isErrno(file)) return file;
    this.real.release();
    this.real = file;
    this.#of = real;
    return file;
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    const file = this.current();
    return isErrno(file) ? file : super.read(into, start, length, at, caller);
  }

  override seek(offset: number, whence: number): number | Errno {
    const file = this.current();
    return isErrno(file) ? file : super.seek(offset, whence);
  }
}
