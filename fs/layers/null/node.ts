/** The vnodes of a nullfs. */

import type { Caller } from '../../caller.ts';
import { EACCES, ENOENT, EOPNOTSUPP, EPERM, EROFS, EXDEV, type Errno, isErrno } from '../../errno.ts';
import { MAY_WRITE, accessMask } from '../../flags.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFREG } from '../../stat.ts';
import type { AttributeChange, Created, DirectorySink, ExtendedAttributes, OpenFile, Vnode } from '../../vnode.ts';
import { LayerFile } from '../layer-file.ts';
import { LayerNode } from '../layer-node.ts';
import type { NullFs } from './null.ts';

/** What every file has: a look at what may be done here before it is done below. */
export class NullNode extends LayerNode {
  readonly fileSystem: NullFs;

  /** The right kind of node for a vnode. */
  static of(fileSystem: NullFs, below: Vnode): NullNode {
    return below.type === S_IFDIR ? new NullDirectory(fileSystem, below) : new NullNode(fileSystem, below);
  }

  constructor(fileSystem: NullFs, below: Vnode) {
    super(below);
    this.fileSystem = fileSystem;
  }

  protected override openBelow(flags: number, caller: Caller): OpenFile | Errno {
    const { fileSystem, type } = this;
    if (fileSystem.noDevices && (type === S_IFCHR || type === S_IFBLK)) return EACCES;
    if (fileSystem.readOnly && type === S_IFREG && accessMask(flags) & MAY_WRITE) return EROFS;
    return super.openBelow(flags, caller);
  }

  override setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    return this.fileSystem.readOnly ? EROFS : super.setattr(change, caller);
  }

  override get xattr(): ExtendedAttributes | undefined {
    const { xattr } = this.below;
    if (!xattr || !this.fileSystem.readOnly) return xattr;
    return {
      get: (name, caller) => xattr.get(name, caller),
      list: (caller) => xattr.list(caller),
      set: () => EROFS,
      remove: () => EROFS,
    };
  }
}

/** A directory; it shows what it finds. */
class NullDirectory extends NullNode {
  #shown(found: Vnode | Errno | undefined): Vnode | Errno {
    if (found === undefined) return EPERM;
    return isErrno(found) ? found : this.fileSystem.node(found);
  }

  #created(made: Created | Errno | undefined, flags: number, missing: Errno): Created | Errno {
    if (made === undefined) return missing;
    if (isErrno(made)) return made;
    const vnode = this.fileSystem.node(made.vnode);
    return { vnode, file: new LayerFile(vnode, flags, made.file) };
  }

  lookup(name: string, caller: Caller): Vnode | Errno {
    return this.#shown(this.below.lookup?.(name, caller) ?? ENOENT);
  }

  list(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    const { fileSystem } = this;
    const shown: DirectorySink = {
      add: (name, ino, type, cookie, vnode) => sink.add(name, ino, type, cookie, vnode && fileSystem.node(vnode)),
    };
    return this.below.list?.(after, shown, caller) ?? 0;
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    if (this.fileSystem.readOnly) return EROFS;
    return this.#created(this.below.create?.(name, mode, flags, caller), flags, EACCES);
  }

  temporary(mode: number, flags: number, caller: Caller): Created | Errno {
    if (this.fileSystem.readOnly) return EROFS;
    return this.#created(this.below.temporary?.(mode, flags, caller), flags, EOPNOTSUPP);
  }

  mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    return this.fileSystem.readOnly ? EROFS : this.#shown(this.below.mknod?.(name, mode, rdev, caller));
  }

  mkdir(name: string, mode: number, caller: Caller): Vnode | Errno {
    return this.fileSystem.readOnly ? EROFS : this.#shown(this.below.mkdir?.(name, mode, caller));
  }

  symlink(name: string, target: string, caller: Caller): Vnode | Errno {
    return this.fileSystem.readOnly ? EROFS : this.#shown(this.below.symlink?.(name, target, caller));
  }

  link(name: string, existing: Vnode, caller: Caller): Errno | 0 {
    if (this.fileSystem.readOnly) return EROFS;
    return existing instanceof NullNode ? (this.below.link?.(name, existing.below, caller) ?? EPERM) : EXDEV;
  }

  unlink(name: string, caller: Caller): Errno | 0 {
    return this.fileSystem.readOnly ? EROFS : (this.below.unlink?.(name, caller) ?? EPERM);
  }

  rmdir(name: string, caller: Caller): Errno | 0 {
    return this.fileSystem.readOnly ? EROFS : (this.below.rmdir?.(name, caller) ?? EPERM);
  }

  rename(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0 {
    if (this.fileSystem.readOnly) return EROFS;
    if (!(newParent instanceof NullNode)) return EXDEV;
    return this.below.rename?.(name, newParent.below, newName, flags, caller) ?? EPERM;
  }
}
