/** Inode numbers of what is made of layers: those of the layers, told apart by layer, and the same before and after a copy. */

import { SUPERUSER } from '../caller.ts';
import { isErrno } from '../errno.ts';
import { S_IFDIR, Stat } from '../stat.ts';
import { type U64, u64 } from '../u64.ts';
import type { Vnode } from '../vnode.ts';

const scratch = new Stat();

export class InodeNumbers {
  readonly #layers = new Map<object, number>();
  readonly #factor: number;
  /** What copies in the upper layer are known by, by their own numbers there. */
  readonly #kept = new Map<U64, U64>();

  /** `oneMore`: above them there may be another. */
  constructor(layers: readonly Vnode[], oneMore = false) {
    const first = oneMore ? 1 : 0;
    for (const { fileSystem } of layers) this.#layers.set(fileSystem, this.#layers.size + first);
    this.#factor = 2 ** Math.ceil(Math.log2(layers.length + first));
  }

  /** The number that is shown for a file of a layer with this number. */
  shown(vnode: Vnode, ino: U64): U64 {
    const layer = this.#layers.get(vnode.fileSystem) ?? 0;
    if (layer === 0 && this.#kept.size > 0) {
      const kept = this.#kept.get(ino);
      if (kept !== undefined) return kept;
    }
    if (this.#factor === 1) return ino;
    const scaled = Number(ino) * this.#factor + layer;
    return scaled <= Number.MAX_SAFE_INTEGER ? scaled : u64(BigInt.asUintN(64, BigInt(ino) * BigInt(this.#factor) + BigInt(layer)));
  }

  /** A copy in the upper layer keeps the number that its original was shown with. */
  keep(copy: Vnode, original: U64): void {
    if (!isErrno(copy.stat(scratch, SUPERUSER))) this.#kept.set(scratch.ino, original);
  }

  /** A file of the upper layer is losing a name; its number will be another's if that is the last. */
  losing(vnode: Vnode): void {
    if (this.#kept.size === 0 || isErrno(vnode.stat(scratch, SUPERUSER))) return;
    if (scratch.nlink <= 1 || vnode.type === S_IFDIR) this.#kept.delete(scratch.ino);
  }
}
