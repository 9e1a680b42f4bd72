/** Our trees as subjects of random conversations, each with something outside of it that nobody may get to. */

import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUPERUSER } from '../../fs/caller.ts';
import { EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { Passthrough } from '../../fs/passthrough/passthrough.ts';
import { Stat } from '../../fs/stat.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';
import { ExportServer } from '../../mounts/9p/export-server.ts';
import { VfsFile } from '../../mounts/9p/vfs-file.ts';
import { VfsNode } from '../../mounts/9p/vfs-node.ts';
import type { FuzzSubject } from '../../mounts/node-9p/testing/fuzz.ts';
import { settled } from '../../mounts/node-9p/testing/raw-client.ts';

/** What the adapter has given out and not been given back; counted from the first subject on. */
const held = { nodes: 0, files: 0 };
let counting = false;

function count(): void {
  if (counting) return;
  counting = true;
  const { of } = VfsNode;
  VfsNode.of = (...args) => {
    const node = of(...args);
    if (!isErrno(node)) held.nodes++;
    return node;
  };
  const node = VfsNode.prototype;
  const { forget, open, create } = node;
  node.forget = function (this: VfsNode) {
    held.nodes--;
    forget.call(this);
  };
  node.open = function (this: VfsNode, flags) {
    const file = open.call(this, flags);
    if (!isErrno(file)) held.files++;
    return file;
  };
  node.create = function (this: VfsNode, ...args) {
    const made = create.apply(this, args);
    if (!isErrno(made)) held.files++;
    return made;
  };
  const { close } = VfsFile.prototype;
  VfsFile.prototype.close = function (this: VfsFile) {
    held.files--;
    close.call(this);
  };
}

const stat = new Stat();

function pathOf(vnode: Vnode): number | bigint {
  vnode.stat(stat, SUPERUSER);
  return stat.ino;
}

/** A subject that attaches to a part of a file system; files with the inode numbers `outside` are out of bounds. */
export function exportedSubject(
  fileSystem: FileSystem,
  tree: string,
  names: readonly string[],
  outside: ReadonlySet<number | bigint>,
  options: { readonly uid?: number; readonly readOnly?: boolean } = {},
): FuzzSubject {
  count();
  const { uid = 0, readOnly = false } = options;
  return {
    files: new ExportServer([{ name: 'tree', fileSystem, readOnly }], {
      identify: () => ({ uid, gid: uid, groups: [] }),
    }),
    tree,
    names,
    seen({ path }) {
      if (outside.has(path)) throw new Error(`a file outside of the tree was told: ${path}`);
    },
    async ended() {
      try {
        await settled(() => held.nodes === 0 && held.files === 0);
      } catch {
        throw new Error(`${held.nodes} nodes and ${held.files} files are left`);
      } finally {
        fileSystem.dispose?.();
      }
    },
  };
}

const NAMES = ['d', 'deep', 'f', 'link', 'up', 'absolute', 'new1', 'new2'];

/** A part of a tmpfs. */
export function tmpfsSubject(): FuzzSubject {
  const fileSystem = new Tmpfs(defaultTmpfsOptions());
  const made = <T>(value: T | Errno): T => {
    if (isErrno(value)) throw new Error(`no tree: ${value}`);
    return value;
  };
  const { root } = fileSystem;
  const secret = made(root.create('secret', 0o100644, 2, SUPERUSER));
  secret.file.release();
  const inside = made(root.mkdir('inside', 0o40755, SUPERUSER));
  const d = made(inside.mkdir?.('d', 0o40755, SUPERUSER) ?? EPERM);
  made(d.mkdir?.('deep', 0o40755, SUPERUSER) ?? EPERM);
  made(inside.symlink?.('up', '..', SUPERUSER) ?? EPERM);
  made(d.symlink?.('absolute', '/secret', SUPERUSER) ?? EPERM);
  made(inside.create?.('f', 0o100644, 2, SUPERUSER) ?? EPERM).file.release();
  return exportedSubject(fileSystem, 'inside', NAMES, new Set([pathOf(root), pathOf(secret.vnode)]));
}

/** A part of a directory of the host. */
export function hostSubject(directory: string): FuzzSubject {
  const inside = join(directory, 'inside');
  mkdirSync(join(inside, 'd/deep'), { recursive: true });
  writeFileSync(join(directory, 'secret'), 'secret');
  writeFileSync(join(inside, 'f'), 'text');
  symlinkSync('..', join(inside, 'up'));
  symlinkSync(join(directory, 'secret'), join(inside, 'd/absolute'));
  const outside = new Set([directory, join(directory, 'secret')].map((path) => lstatSync(path).ino));
  return exportedSubject(new Passthrough(directory), 'inside', NAMES, outside);
}
