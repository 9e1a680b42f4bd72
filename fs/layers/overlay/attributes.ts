/** Extended attributes of a file of an overlay, without overlayfs's own. */

import type { Caller } from '../../caller.ts';
import { ENODATA, EOPNOTSUPP, type Errno, isErrno } from '../../errno.ts';
import type { ExtendedAttributes } from '../../vnode.ts';
import { nameFromLayer, nameInLayer } from './marks.ts';
import type { OverlayNode } from './node.ts';

export class OverlayAttributes implements ExtendedAttributes {
  readonly #node: OverlayNode;

  constructor(node: OverlayNode) {
    this.#node = node;
  }

  get(name: string, caller: Caller): Uint8Array | Errno {
    const { real, fileSystem } = this.#node;
    return real.xattr?.get(nameInLayer(fileSystem.space, name), caller) ?? ENODATA;
  }

  set(name: string, value: Uint8Array, flags: number, caller: Caller): Errno | 0 {
    const error = this.#node.copyUp();
    if (isErrno(error)) return error;
    const { upper, fileSystem } = this.#node;
    return upper?.xattr?.set(nameInLayer(fileSystem.space, name), value, flags, caller) ?? EOPNOTSUPP;
  }

  list(caller: Caller): readonly string[] | Errno {
    const { real, fileSystem } = this.#node;
    const names = real.xattr?.list(caller) ?? [];
    return isErrno(names) ? names : names.map((name) => nameFromLayer(fileSystem.space, name)).filter((name) => name !== undefined);
  }

  remove(name: string, caller: Caller): Errno | 0 {
    const there = this.get(name, caller);
    if (isErrno(there)) return there;
    const error = this.#node.copyUp();
    if (isErrno(error)) return error;
    const { upper, fileSystem } = this.#node;
    return upper?.xattr?.remove(nameInLayer(fileSystem.space, name), caller) ?? EOPNOTSUPP;
  }
}
