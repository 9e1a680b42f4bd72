/** Where a process's paths begin and what its new files may have: root, working directory and umask, shared with CLONE_FS. */

import type { Place } from '../../fs/place.ts';

export class FileContext {
  root: Place;
  cwd: Place;
  umask: number;
  /** Processes that use it. */
  users = 1;

  constructor(root: Place, cwd: Place, umask: number) {
    this.root = root;
    this.cwd = cwd;
    this.umask = umask;
    hold(root);
    hold(cwd);
  }

  setCwd(place: Place): void {
    hold(place);
    drop(this.cwd);
    this.cwd = place;
  }

  setRoot(place: Place): void {
    hold(place);
    drop(this.root);
    this.root = place;
  }

  clone(): FileContext {
    return new FileContext(this.root, this.cwd, this.umask);
  }

  /** Ends one process's use. */
  leave(): void {
    if (--this.users > 0) return;
    drop(this.root);
    drop(this.cwd);
  }
}

function hold({ mount, vnode }: Place): void {
  mount.enter();
  vnode.hold?.();
}

function drop({ mount, vnode }: Place): void {
  vnode.drop?.();
  mount.leave();
}
