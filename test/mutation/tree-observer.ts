/** Looks at the nodes of a tree without a mount: attributes, texts, targets and listings, as strings to compare. */

import type { Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import { type FileType, S_IFDIR, S_IFLNK, Stat } from '../../fs/stat.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';

/** What a node shows. */
export type Aspect = 'attributes' | 'content';

const ASPECTS: readonly Aspect[] = ['attributes', 'content'];
/** Of files without an end. */
const LIMIT = 1 << 20;
const PRESENT_MS = 600_000;

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
    const entries = this.#entries(node);
    if (isErrno(entries)) return;
    for (const [name] of entries) {
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

  /** The same, or undefined where a renderer throws: at a value that is none of its type's, like an unknown tag. */
  tryLook(path: string, aspect: Aspect): string | undefined {
    try {
      return this.look(path, aspect);
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #attributes(node: Vnode): string {
    const stat = new Stat();
    const error = node.stat(stat, this.#caller);
    if (isErrno(error)) return `errno ${error}`;
    // The time of mounting and the present are nothing that a model says.
    const present = Math.abs(stat.mtime * 1000 - Date.now()) < PRESENT_MS;
    const time = present ? 'now' : `${stat.mtime} ${stat.mtimeNanoseconds}`;
    return [stat.mode, stat.nlink, stat.uid, stat.gid, stat.size, time].join(' ');
  }

  #content(node: Vnode): string {
    if (node.type === S_IFLNK) return String(node.readlink?.(this.#caller));
    if (node.type === S_IFDIR) {
      const entries = this.#entries(node);
      return isErrno(entries) ? `errno ${entries}` : entries.map(([name, type]) => `${name} ${type.toString(8)}`).join('\n');
    }
    const file = node.open?.(0, this.#caller);
    if (file === undefined || isErrno(file)) return `errno ${file}`;
    const count = file.read?.(memory, 0, LIMIT, 0, this.#caller) ?? 0;
    file.release();
    return count < 0 ? `errno ${count}` : memory.toString('latin1', 0, count);
  }

  #entries(node: Vnode): [string, FileType][] | Errno {
    const entries: [string, FileType][] = [];
    const sink = {
      add(name: string, _ino: unknown, type: FileType): boolean {
        entries.push([name, type]);
        return true;
      },
    };
    const error = node.list?.(0, sink, this.#caller) ?? 0;
    return isErrno(error) ? error : entries;
  }
}
