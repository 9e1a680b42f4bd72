/**
 * The files that the kernel knows, and the fids that stand for them on the server. A file has a fid for each user who came
 * there. Fids that nobody uses just now are kept for a while, and walked to again when they are wanted after that.
 */

import { EACCES, ESTALE } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import { FUSE_ROOT_ID } from '../fuse/protocol.ts';
import { RemoteError } from '../node-9p/errors.ts';
import { QTDIR } from '../node-9p/protocol.ts';
import type { Qid } from '../node-9p/qid.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import type { Handle } from './handles.ts';

/** How many fids are kept for when they are wanted again. */
const KEPT = 1024;

/** A fid, and how many requests use it. */
interface Fid {
  readonly file: Promise<RemoteFile>;
  readonly node: Node;
  readonly user: number;
  users: number;
  /** It is not the node's any more. */
  retired: boolean;
}

function newFid(node: Node, user: number, file: Promise<RemoteFile>): Fid {
  return { file, node, user, users: 0, retired: false };
}

export class Node {
  readonly id: number;
  readonly qid: Qid;
  /** Where it was found last; undefined for the root. */
  parent: Node | undefined;
  name: string;
  /** How often the kernel has looked it up without forgetting. */
  lookups = 0;
  readonly fids: Map<number, Fid> = new Map();
  readonly handles: Set<Handle> = new Set();

  constructor(id: number, qid: Qid, parent: Node | undefined, name: string) {
    this.id = id;
    this.qid = qid;
    this.parent = parent;
    this.name = name;
  }
}

/** Attaches a user. Rejects with the server's error. */
export type Attach = (user: number) => Promise<RemoteFile>;

export class Nodes {
  readonly root: Node;
  readonly #attach: Attach;
  readonly #byId = new Map<number, Node>();
  readonly #byPath = new Map<U64, Node>();
  readonly #byName = new Map<string, Node>();
  /** Fids that no request uses, the one that waits longest first. */
  readonly #idle = new Set<Fid>();
  #lastId = FUSE_ROOT_ID;

  /** `root` is what `user` is attached to. */
  constructor(root: RemoteFile, user: number, attach: Attach) {
    this.#attach = attach;
    this.root = new Node(FUSE_ROOT_ID, root.qid, undefined, '');
    this.#byId.set(FUSE_ROOT_ID, this.root);
    this.#byPath.set(root.qid.path, this.root);
    this.root.fids.set(user, newFid(this.root, user, Promise.resolve(root)));
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Throws ESTALE for an id that the kernel does not have from us. */
  get(id: number): Node {
    const node = this.#byId.get(id);
    if (!node) throw new RemoteError(ESTALE);
    return node;
  }

  /** Does something with a user's fid of a file. */
  async use<T>(node: Node, user: number, action: (file: RemoteFile) => Promise<T>): Promise<T> {
    let fid = node.fids.get(user);
    if (!fid) node.fids.set(user, (fid = newFid(node, user, this.#find(node, user))));
    // It is in use from here on, found or not, and so nobody gives it back.
    fid.users++;
    this.#idle.delete(fid);
    try {
      return await action(await fid.file);
    } finally {
      this.#release(fid);
    }
  }

  async #find(node: Node, user: number): Promise<RemoteFile> {
    const { parent, name } = node;
    try {
      const file = parent ? await this.use(parent, user, (directory) => directory.walk([name])) : await this.#attach(user);
      if (!parent || sameFile(file.qid, node.qid)) return file;
      file.drop();
      throw new RemoteError(ESTALE);
    } catch (error) {
      this.#retire(node, user);
      throw error;
    }
  }

  #release(fid: Fid): void {
    if (--fid.users > 0) return;
    if (fid.retired) return this.#clunk(fid);
    if (fid.node === this.root) return;
    this.#idle.add(fid);
    if (this.#idle.size <= KEPT) return;
    const [oldest] = this.#idle;
    if (oldest) this.#retire(oldest.node, oldest.user);
  }

  /** A file's fid has been replaced, or is not wanted any more: it is given back as soon as nobody uses it. */
  #retire(node: Node, user: number): void {
    const fid = node.fids.get(user);
    if (!fid) return;
    node.fids.delete(user);
    fid.retired = true;
    if (fid.users === 0) this.#clunk(fid);
  }

  #clunk(fid: Fid): void {
    this.#idle.delete(fid);
    fid.file.then((file) => file.drop(), () => {});
  }

  /** The kernel has looked up a name, and `file` is what `user` found there: it stands for the node from now on. */
  lookedUp(parent: Node, name: string, user: number, file: RemoteFile): Node {
    const known = this.#byPath.get(file.qid.path);
    const node = known && sameFile(known.qid, file.qid) ? known : new Node(++this.#lastId, file.qid, parent, name);
    this.#byId.set(node.id, node);
    this.#byPath.set(node.qid.path, node);
    node.lookups++;
    if (node === this.root) {
      file.drop();
      return node;
    }
    this.#place(node, parent, name);
    this.#retire(node, user);
    const fid = newFid(node, user, Promise.resolve(file));
    node.fids.set(user, fid);
    fid.users = 1;
    this.#release(fid);
    return node;
  }

  #place(node: Node, parent: Node, name: string): void {
    if (node.parent) {
      const before = nameKey(node.parent, node.name);
      if (this.#byName.get(before) === node) this.#byName.delete(before);
    }
    node.parent = parent;
    node.name = name;
    this.#byName.set(nameKey(parent, name), node);
  }

  /** A name has moved. */
  renamed(from: Node, name: string, to: Node, newName: string): void {
    const node = this.#byName.get(nameKey(from, name));
    if (node) this.#place(node, to, newName);
  }

  /** The kernel forgets some of its look-ups. */
  forget(id: number, lookups: number): void {
    const node = this.#byId.get(id);
    if (!node || node === this.root) return;
    node.lookups -= lookups;
    if (node.lookups > 0) return;
    this.#byId.delete(id);
    if (this.#byPath.get(node.qid.path) === node) this.#byPath.delete(node.qid.path);
    if (node.parent && this.#byName.get(nameKey(node.parent, node.name)) === node)
      this.#byName.delete(nameKey(node.parent, node.name));
    for (const user of [...node.fids.keys()]) this.#retire(node, user);
  }
}

function nameKey(parent: Node, name: string): string {
  return `${parent.id}/${name}`;
}

/** Whether two qids mean one file; a number can have come to another file of another type. */
function sameFile(one: Qid, other: Qid): boolean {
  return one.samePath(other) && (one.type & QTDIR) === (other.type & QTDIR);
}

/** Who a user of this machine is for the server: their number, or 0 where all are one. Throws EACCES for who may not. */
export function remoteUser(access: 'user' | 'any' | number, uid: number): number {
  if (access === 'user') return uid;
  if (access !== 'any' && access !== uid) throw new RemoteError(EACCES);
  return 0;
}
