/** The file systems that are fuzzed, and what must be left of them. */

import { dir, file, link } from '../../../fs/generated/spec.ts';
import { generatedTree } from '../../../fs/generated/tree.ts';
import { Tmpfs } from '../../../fs/memory/tmpfs.ts';
import type { FileSystem } from '../../../fs/vnode.ts';
import { PipeTree } from './pipe-tree.ts';

export interface FuzzedTree {
  readonly name: string;
  make(): FileSystem;
  /** Throws where something has leaked, once all names are removed. */
  check(fileSystem: FileSystem): void;
}

/** Removes everything below a directory of a tmpfs. */
function clear(directory: Tmpfs['root']): void {
  const names: { name: string; directory: Tmpfs['root'] | undefined }[] = [];
  directory.list(0, {
    add(name, _ino, type, _cookie, vnode) {
      names.push({ name, directory: type === 0o040000 ? (vnode as Tmpfs['root']) : undefined });
      return true;
    },
  });
  for (const { name, directory: inner } of names) {
    if (inner) clear(inner);
    if (inner) directory.rmdir(name);
    else directory.unlink(name);
  }
}

const tmpfs: FuzzedTree = {
  name: 'tmpfs',
  make: () => new Tmpfs({ pages: 500, inodes: 200, mode: 0o777, uid: 0, gid: 0 }),
  check(fileSystem) {
    const tree = fileSystem as Tmpfs;
    clear(tree.root);
    if (tree.storage.pages.used !== 0) throw new Error(`${tree.storage.pages.used} pages have leaked`);
    const rest = tree.inodeRoom.used - 1024;
    tree.root.xattr.free();
    if (tree.inodeRoom.used !== 1024) throw new Error(`${rest} bytes of inodes have leaked`);
  },
};

const generated: FuzzedTree = {
  name: 'a generated tree',
  make: () =>
    generatedTree<null>({
      type: 'proc',
      magic: 0x9fa0,
      root: dir(0o555, {
        a: file(0o644, (out) => void out.text('text\n'), { write: (value) => value.length }),
        b: dir(0o555, { c: link('target') }),
        d: file(0o444, (out) => void out.text('x'.repeat(10_000))),
      }),
      subject: { context: () => null },
      fileSize: 0,
      blockSize: 1024,
      changes: () => 'kept',
      declaredMilliseconds: 1000,
    }),
  check() {},
};

const pipes: FuzzedTree = {
  name: 'files that wait',
  make: () => new PipeTree(5000),
  check(fileSystem) {
    const { size } = (fileSystem as PipeTree).pipe.waiters;
    if (size > 0) throw new Error(`${size} are still waiting`);
  },
};

export const FUZZED_TREES: readonly FuzzedTree[] = [tmpfs, generated, pipes];
