/** Looks at the nodes of a tree without a mount: attributes, texts, targets and listings, as strings to compare. */

import type { Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, Stat } from '../../fs/stat.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';

/** What a node shows. */
export type Aspect = 'attributes' | 'content';

const ASPECTS: readonly Aspect[] = ['attributes', 'content'];
/** Of files without an end. */
const LIMIT = 1 << 20;

const memory = Buffer.alloc(LIMIT);

export class TreeObserver {
  readonly #root: Vnode;
  readonly #caller: Caller;

  constructor(tree: FileSystem, caller: Caller) {
    this.#root = tree.root;
    this.#caller = caller;
  }

  /** Visits every node, down to where `into` says no. */
  walk(visit: (path: string, aspect: Aspect, look: () => string) => void, into: (path: string) => boolean): void {
    this.#walk('', this.#root, visit, into);
  }

  #walk(
    path: string,
    node: Vnode,
    visit: (path: string, aspect: Aspect, look: () => string) => void,
    into: (path: string) => boolean,
  ): void {
    for (const aspect of ASPECTS) visit(path, aspect, () => this.look(path, aspect));
    if (node.type !== S_IFDIR || !into(path)) return;
    const names = this.#names(node);
    if (isErrno(names)) return;
    for (const name of names) {
      const found = node.lookup?.(name, this.#caller);
      if (found !== undefined && !isErrno(found)) this.#walk(path === '' ? name : `${path}/${name}`, found, visit, into);
    }
  }

  /** What a path shows now, from the root on; an error shows as its number. */
  look(path: string, aspect: Aspect): string {
    let node: Vnode = this.#root;
    for (const name of path === '' ? [] : path.split('/')) {
      const found = node.lookup?.(name, this.#caller);
      if (found === undefined || isErrno(found)) return `errno ${found}`;
      node = found;
    }
    return aspect === 'attributes' ? this.#attributes(node) : this.#content(node);
  }

  #attributes(node: Vnode): string {
    const stat = new Stat();
    const error = node.stat(stat, this.#caller);
    if (isErrno(error)) return `errno ${error}`;
    return [stat.mode, stat.nlink, stat.uid, stat.gid, stat.size, stat.mtime, stat.mtimeNanoseconds].join(' ');
  }

  #content(node: Vnode): string {
    if (node.type === S_IFLNK) return String(node.readlink?.(this.#caller));
    if (node.type === S_IFDIR) {
      const names = this.#names(node);
      return isErrno(names) ? `errno ${names}` : names.join('\n');
    }
    const file = node.open?.(0, this.#caller);
    if (file === undefined || isErrno(file)) return `errno ${file}`;
    const count = file.read?.(memory, 0, LIMIT, 0, this.#caller) ?? 0;
    file.release();
    return count < 0 ? `errno ${count}` : memory.toString('latin1', 0, count);
  }

  #names(node: Vnode): string[] | Errno {
    const names: string[] = [];
    const sink = {
      add(name: string): boolean {
        names.push(name);
        return true;
      },
    };
    const error = node.list?.(0, sink, this.#caller) ?? 0;
    return isErrno(error) ? error : names;
  }
}
