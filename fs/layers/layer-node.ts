/** A vnode of a layer, as the vnode of a file system that shows it. */

import type { Caller } from '../caller.ts';
import { EINVAL, ENOENT, EPERM, type Errno, isErrno } from '../errno.ts';
import type { Place } from '../place.ts';
import type { FileType, Stat } from '../stat.ts';
import type { AttributeChange, ExtendedAttributes, FileSystem, OpenFile, Vnode } from '../vnode.ts';
import { LayerFile } from './layer-file.ts';

/** Asks the vnode below for everything. Where that lacks an operation which doors look for, this one lacks it too. */
export abstract class LayerNode implements Vnode {
  abstract readonly fileSystem: FileSystem;
  readonly below: Vnode;
  readonly type: FileType;
  declare readonly entryMilliseconds?: number;
  declare readonly attributeMilliseconds?: number;
  declare readonly closed?: true;
  declare readonly immutable?: true;
  declare readonly gone?: () => boolean;
  declare readonly permission?: (mask: number, caller: Caller) => Errno | 0;
  declare readonly jump?: (caller: Caller) => Place | Errno;
  declare open?: (flags: number, caller: Caller) => OpenFile | Errno;

  constructor(below: Vnode) {
    this.below = below;
    this.type = below.type;
    if (below.entryMilliseconds !== undefined) this.entryMilliseconds = below.entryMilliseconds;
    if (below.attributeMilliseconds !== undefined) this.attributeMilliseconds = below.attributeMilliseconds;
    if (below.closed) this.closed = true;
    if (below.immutable) this.immutable = true;
    if (below.gone) this.gone = () => below.gone?.() ?? false;
    if (below.jump) this.jump = (caller) => below.jump?.(caller) ?? ENOENT;
    if (below.permission) this.permission = (mask, caller) => below.permission?.(mask, caller) ?? 0;
    if (below.open) this.open = (flags, caller) => this.openBelow(flags, caller);
  }

  protected openBelow(flags: number, caller: Caller): OpenFile | Errno {
    const file = this.below.open?.(flags, caller) ?? EINVAL;
    return isErrno(file) ? file : new LayerFile(this, flags, file);
  }

  stat(into: Stat, caller: Caller): Errno | 0 {
    return this.below.stat(into, caller);
  }

  setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const { through } = change;
    const passed = through instanceof LayerFile ? { ...change, through: through.below } : change;
    return this.below.setattr?.(passed, caller) ?? EPERM;
  }

  readlink(caller: Caller): string | Errno {
    return this.below.readlink?.(caller) ?? EINVAL;
  }

  hold(): void {
    this.below.hold?.();
  }

  drop(): void {
    this.below.drop?.();
  }

  get xattr(): ExtendedAttributes | undefined {
    return this.below.xattr;
  }
}
