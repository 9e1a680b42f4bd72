/** The files of a recording at one moment of it. */

import type { Errno } from '../../../fs/errno.ts';
import { BadRecording } from './decode.ts';
import type { Entry, RecordedAttributes } from './entry.ts';

/** A file, directory or link; as long as it is there, it is the same object from sample to sample. */
export class RecordedNode {
  readonly ino: number;
  readonly kind: 'directory' | 'file' | 'link';
  attributes: RecordedAttributes;
  unlisted = false;
  /** Set when it is gone. */
  gone = false;
  /** What open, readdir or readlink(2) gave. */
  error: Errno | 0 = 0;
  /** What read(2) gave. */
  readError: Errno | 0 = 0;
  text: Buffer = NOTHING;
  /** Of a link. */
  target = '';
  /** Its own names; null for those of the other directory that it has not. */
  readonly names: Map<string, RecordedNode | null> | undefined;
  /** The path of the directory whose names it has besides. */
  other: string | undefined;

  constructor(ino: number, kind: 'directory' | 'file' | 'link', attributes: RecordedAttributes) {
    this.ino = ino;
    this.kind = kind;
    this.attributes = attributes;
    this.names = kind === 'directory' ? new Map() : undefined;
  }
}

const NOTHING = Buffer.alloc(0);

/** How many directories may have names of one another's: a thread has those of its process, and one more has the thread's. */
const MOST_OTHERS = 4;

const NO_ATTRIBUTES: RecordedAttributes = { mode: 0o040555, links: 2, uid: 0, gid: 0, size: 0, fileSystem: 0 };

export class RecordedTree {
  #lastIno: number;
  readonly #root: RecordedNode;

  /** One that takes the place of another gives no file a number that meant another file there. */
  constructor(before?: RecordedTree) {
    this.#lastIno = (before ? before.#lastIno : 0) + 1;
    this.#root = new RecordedNode(this.#lastIno, 'directory', NO_ATTRIBUTES);
  }

  /** Whoever holds one of its files learns that it is gone. */
  end(): void {
    bury(this.#root);
  }

  /** Makes the changes that a sample tells of. Throws BadRecording, which says of which of its entries. */
  apply(entries: readonly Entry[]): void {
    let parentPath = '';
    let parent = this.#root;
    for (const [number, entry] of entries.entries()) {
      const { path } = entry;
      const slash = path.lastIndexOf('/');
      const above = path.slice(0, Math.max(0, slash));
      if (above !== parentPath || parent.gone) {
        const found = this.#ownNode(above);
        if (!found?.names) throw new BadRecording(`entry ${number} of the sample: it lies in a directory that is not there`);
        [parent, parentPath] = [found, above];
      }
      this.#put(parent, path.slice(slash + 1), entry);
    }
  }

  #put(parent: RecordedNode, name: string, entry: Entry): void {
    const names = parent.names as Map<string, RecordedNode | null>;
    const before = names.get(name) ?? undefined;
    if (entry.kind === 'gone') {
      if (before) bury(before);
      if (entry.uncovers || parent.other === undefined) names.delete(name);
      else names.set(name, null);
      return;
    }
    let node = before;
    if (node?.kind !== entry.kind) {
      if (node) bury(node);
      node = new RecordedNode(++this.#lastIno, entry.kind, entry.attributes);
      names.set(name, node);
    }
    node.attributes = entry.attributes;
    node.unlisted = entry.unlisted;
    switch (entry.kind) {
      case 'directory':
        node.error = entry.error;
        node.other = entry.other;
        return;
      case 'link':
        node.error = entry.error;
        node.target = entry.target;
        return;
      case 'file':
        node.error = entry.openError;
        node.readError = entry.readError;
        node.text = entry.text;
    }
  }

  /** Looks a path up by directories' own names. */
  #ownNode(path: string): RecordedNode | undefined {
    let node: RecordedNode | undefined = this.#root;
    if (path !== '') for (const name of path.split('/')) node = node?.names?.get(name) ?? undefined;
    return node;
  }

  /** The node of a path without links. */
  find(path: string): RecordedNode | undefined {
    let node: RecordedNode | undefined = this.#root;
    let start = 0;
    while (node && start < path.length) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      const name = path.slice(start, end);
      if (name !== '' && name !== '.') node = this.child(node, name);
      start = end + 1;
    }
    return node;
  }

  /** What a name in a directory means. */
  child(directory: RecordedNode, name: string): RecordedNode | undefined {
    let from: RecordedNode | undefined = directory;
    for (let hops = 0; from?.names && hops < MOST_OTHERS; hops++) {
      const found = from.names.get(name);
      if (found !== undefined) return found ?? undefined;
      from = from.other === undefined ? undefined : this.#ownNode(from.other);
    }
    return undefined;
  }

  /** The names that a directory lists, ascending by their bytes. */
  list(directory: RecordedNode): { readonly name: string; readonly node: RecordedNode }[] {
    const found = new Map<string, RecordedNode | null>();
    let from: RecordedNode | undefined = directory;
    for (let hops = 0; from?.names && hops < MOST_OTHERS; hops++) {
      for (const [name, node] of from.names) if (!found.has(name)) found.set(name, node);
      from = from.other === undefined ? undefined : this.#ownNode(from.other);
    }
    const names: { name: string; node: RecordedNode }[] = [];
    for (const [name, node] of found) if (node && !node.unlisted) names.push({ name, node });
    return names.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** What held it learns that it is gone, and so is what is below. */
function bury(node: RecordedNode): void {
  node.gone = true;
  for (const below of node.names?.values() ?? []) if (below) bury(below);
}
