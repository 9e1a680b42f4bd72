/** Where a path walk stands: a name in a mount (Linux's struct path). */

import type { Entry } from './entry.ts';
import type { Mount } from './mount-table.ts';
import type { Vnode } from './vnode.ts';

export class Place {
  readonly mount: Mount;
  readonly entry: Entry;

  constructor(mount: Mount, entry: Entry) {
    this.mount = mount;
    this.entry = entry;
  }

  get vnode(): Vnode {
    return this.entry.vnode;
  }

  is(other: Place): boolean {
    return this.entry === other.entry && this.mount === other.mount;
  }
}
