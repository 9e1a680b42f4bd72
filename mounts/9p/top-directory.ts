/** The directory of the trees of a server, for clients that attach to none of them. */

import type { Caller } from '../../fs/caller.ts';
import { EACCES, ENOENT, type Errno, isErrno } from '../../fs/errno.ts';
import { MAY_WRITE, accessMask } from '../../fs/flags.ts';
import { S_IFDIR, direntType } from '../../fs/stat.ts';
import type { Attributes } from '../node-9p/attributes.ts';
import type { DirectorySink, FileNode, OpenFile } from '../node-9p/operations.ts';
import { GETATTR_BASIC, QTDIR } from '../node-9p/protocol.ts';
import { Qid } from '../node-9p/qid.ts';
import type { ServedTree } from './tree.ts';
import { VfsNode } from './vfs-node.ts';

/** No file system has this inode number: it is Linux's for "none". */
const QID = new Qid(QTDIR, 0, 0xffff_ffff, 0xffff_ffff);

export class TopDirectory implements FileNode {
  readonly qid: Qid = QID;
  readonly #trees: readonly ServedTree[];
  readonly #caller: Caller;

  constructor(trees: readonly ServedTree[], caller: Caller) {
    this.#trees = trees;
    this.#caller = caller;
  }

  getattr(into: Attributes): 0 {
    into.valid = GETATTR_BASIC;
    into.mode = S_IFDIR | 0o555;
    into.uid = into.gid = into.rdev = into.size = into.blocks = 0;
    into.nlink = this.#trees.length + 2;
    into.blksize = 4096;
    into.atime = into.mtime = into.ctime = 0;
    into.atimeNanoseconds = into.mtimeNanoseconds = into.ctimeNanoseconds = 0;
    return 0;
  }

  walk(name: string): FileNode | Errno {
    const tree = this.#trees.find((one) => one.name === name);
    return tree ? VfsNode.of(tree.fileSystem.root, { tree, caller: this.#caller }, QID) : ENOENT;
  }

  open(flags: number): OpenFile | Errno {
    if (accessMask(flags) & MAY_WRITE) return EACCES;
    return { list: (after, sink) => this.#list(after, sink) };
  }

  #list(after: number, sink: DirectorySink): 0 {
    const entries = ['.', '..', ...this.#trees.map(({ name }) => name)];
    for (let at = after; at < entries.length; at++) {
      const name = entries[at] as string;
      const node = at < 2 ? this : this.walk(name);
      const qid = isErrno(node) ? QID : node.qid;
      if (node instanceof VfsNode) node.forget();
      if (!sink.add(name, qid, direntType(S_IFDIR), at + 1)) break;
    }
    return 0;
  }
}
