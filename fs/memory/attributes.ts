/** Extended attributes of a tmpfs inode, counted as tmpfs(5) counts them: against the room for inodes. */

import { CAP_SYS_ADMIN, type Caller } from '../caller.ts';
import { EEXIST, ENODATA, ENOSPC, type Errno } from '../errno.ts';
import { XATTR_CREATE, XATTR_REPLACE } from '../flags.ts';
import type { ExtendedAttributes } from '../vnode.ts';
import type { Budget } from './storage.ts';

/** What an attribute costs besides its name and value: the kernel's struct simple_xattr. */
const OVERHEAD = 40;

/** The attribute that a write takes away from a file, together with its set-id bits. */
const FILE_CAPABILITIES = 'security.capability';

export class AttributeMap implements ExtendedAttributes {
  readonly #values = new Map<string, Uint8Array>();
  readonly #room: Budget;
  readonly #changed: () => void;

  /** `room` is in bytes; `changed` is called after each change. */
  constructor(room: Budget, changed: () => void) {
    this.#room = room;
    this.#changed = changed;
  }

  get(name: string): Uint8Array | Errno {
    return this.#values.get(name) ?? ENODATA;
  }

  set(name: string, value: Uint8Array, flags: number): Errno | 0 {
    const old = this.#values.get(name);
    if (old && flags & XATTR_CREATE) return EEXIST;
    if (!old && flags & XATTR_REPLACE) return ENODATA;
    const growth = value.length - (old ? old.length : -(OVERHEAD + name.length));
    if (!this.#room.take(growth)) return ENOSPC;
    this.#values.set(name, Uint8Array.from(value));
    this.#changed();
    return 0;
  }

  list(caller: Caller): readonly string[] {
    // The kernel's order too is from the last name to the first.
    const names = [...this.#values.keys()].sort().reverse();
    return names.some(isTrusted) && !caller.capable(CAP_SYS_ADMIN) ? names.filter((name) => !isTrusted(name)) : names;
  }

  remove(name: string): Errno | 0 {
    const value = this.#values.get(name);
    if (!value) return ENODATA;
    this.#forget(name, value);
    this.#changed();
    return 0;
  }

  /** Drops file capabilities, because the file's content has changed. */
  dropCapabilities(): void {
    const value = this.#values.get(FILE_CAPABILITIES);
    if (value) this.#forget(FILE_CAPABILITIES, value);
  }

  #forget(name: string, value: Uint8Array): void {
    this.#values.delete(name);
    this.#room.give(OVERHEAD + name.length + value.length);
  }

  /** Gives all room back. */
  free(): void {
    for (const [name, value] of this.#values) this.#forget(name, value);
  }
}

function isTrusted(name: string): boolean {
  return name.startsWith('trusted.');
}
