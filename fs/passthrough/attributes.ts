/** Extended attributes of the host's files, where there is somebody to ask for them (`system-calls.ts`). */

import { CAP_SYS_ADMIN, type Caller } from '../caller.ts';
import { ENODATA, EROFS, type Errno, isErrno } from '../errno.ts';
import type { ExtendedAttributes } from '../vnode.ts';
import type { HostNode } from './node.ts';
import type { SystemCalls } from './system-calls.ts';

export class HostAttributes implements ExtendedAttributes {
  readonly #node: HostNode;
  readonly #calls: SystemCalls;
  /** The change time at which it had none: setting one moves it. Most files never have any, and are asked all the time. */
  #bareAt: bigint | undefined;

  constructor(node: HostNode, calls: SystemCalls, bareAt?: bigint) {
    this.#node = node;
    this.#calls = calls;
    this.#bareAt = bareAt;
  }

  get(name: string): Uint8Array | Errno {
    const names = this.#names();
    if (isErrno(names)) return names;
    if (!names.includes(name)) return ENODATA;
    const path = this.#node.fileSystem.access.self(this.#node);
    return isErrno(path) ? path : this.#calls.getAttribute(path, name);
  }

  set(name: string, value: Uint8Array, flags: number): Errno | 0 {
    return this.#change((path) => this.#calls.setAttribute(path, name, value, flags));
  }

  /** We see those that only the privileged may, and not every caller does. */
  list(caller: Caller): readonly string[] | Errno {
    const names = this.#names();
    if (isErrno(names) || !names.some(isTrusted) || caller.capable(CAP_SYS_ADMIN)) return names;
    return names.filter((name) => !isTrusted(name));
  }

  #names(): readonly string[] | Errno {
    const { access } = this.#node.fileSystem;
    const stats = access.stat(this.#node);
    if (typeof stats === 'number') return stats;
    if (this.#bareAt === stats.ctimeNs) return [];
    const path = access.self(this.#node);
    if (isErrno(path)) return path;
    const names = this.#calls.listAttributes(path);
    this.#bareAt = !isErrno(names) && names.length === 0 ? stats.ctimeNs : undefined;
    return names;
  }

  remove(name: string): Errno | 0 {
    return this.#change((path) => this.#calls.removeAttribute(path, name));
  }

  #change(action: (path: string | Buffer) => Errno | 0): Errno | 0 {
    const { fileSystem } = this.#node;
    if (fileSystem.readOnly) return EROFS;
    const path = fileSystem.access.self(this.#node);
    if (isErrno(path)) return path;
    fileSystem.touched();
    this.#bareAt = undefined;
    return action(path);
  }
}

function isTrusted(name: string): boolean {
  return name.startsWith('trusted.');
}
