/** Our trees as a 9P file server: which one a client attaches to, and as whom. */

import type { Caller } from '../../fs/caller.ts';
import { EACCES, EINVAL, ENOENT, ESRCH, type Errno, isErrno } from '../../fs/errno.ts';
import * as operations from '../../fs/operations.ts';
import type { Attach, FileNode, FileServer, Peer, Request } from '../node-9p/operations.ts';
import { AttachedCaller, type AttachedProcess, type Identity } from './attached-caller.ts';
import { TopDirectory } from './top-directory.ts';
import { type Attachment, type Export, type Parking, ServedTree } from './tree.ts';
import { VfsNode } from './vfs-node.ts';

/** A process of the machine that is shown, and whose it is. */
export interface FoundProcess extends AttachedProcess {
  readonly uid: number;
}

export interface ExportServerOptions {
  /** Says who attaches. Errors: EACCES for those who may not, EPERM. */
  readonly identify: (attach: Attach, peer: Peer) => Identity | Errno;
  /** Finds the process or thread of an attach like `proc:pid=1`. Absent: there is none. */
  readonly findProcess?: (id: number) => FoundProcess | undefined;
  /** Is told of each attach. */
  readonly attached?: (peer: Peer, tree: string, identity: Identity) => void;
}

/** What the name of a tree asks for: `NAME/PATH:pid=N`, of which every part may be absent. */
interface Wanted {
  readonly names: readonly string[];
  readonly process: number | undefined;
}

function parseTree(text: string): Wanted | Errno {
  const match = /^([^:]*)(?::pid=(\d{1,10}))?$/.exec(text);
  if (!match) return EINVAL;
  const [, path = '', process] = match;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return EINVAL;
  return { names, process: process === undefined ? undefined : Number(process) };
}

export class ExportServer implements FileServer {
  readonly trees: readonly ServedTree[];
  readonly #options: ExportServerOptions;
  readonly #parking: Parking = { count: 0 };

  /** The first tree is the one that a client gets which names none, if there is no other. */
  constructor(exports: readonly Export[], options: ExportServerOptions) {
    this.trees = exports.map((one, number) => new ServedTree(one, number, this.#parking));
    this.#options = options;
  }

  /** How many requests wait for their files. Somebody has to wake those of trees that change by themselves. */
  get parked(): number {
    return this.#parking.count;
  }

  attach(attach: Attach, { peer }: Request): FileNode | Errno {
    const wanted = parseTree(attach.tree);
    if (isErrno(wanted)) return wanted;
    const identity = this.#options.identify(attach, peer);
    if (isErrno(identity)) return identity;
    const process = wanted.process === undefined ? undefined : this.#process(wanted.process, identity);
    if (isErrno(process)) return process;
    const node = this.#find(wanted.names, new AttachedCaller(identity, process));
    if (!isErrno(node)) this.#options.attached?.(peer, attach.tree, identity);
    return node;
  }

  /** The process that an attach may speak for: one of its own user's. */
  #process(id: number, { uid }: Identity): FoundProcess | Errno {
    const found = this.#options.findProcess?.(id);
    if (!found) return ESRCH;
    return uid === 0 || uid === found.uid ? found : EACCES;
  }

  /** Errors: ENOENT, and those of a walk. */
  #find(names: readonly string[], caller: Caller): FileNode | Errno {
    const [only, second] = this.trees;
    if (only && !second) return walkFrom({ tree: only, caller }, names[0] === only.name ? names.slice(1) : names);
    const [name, ...rest] = names;
    if (name === undefined) return new TopDirectory(this.trees, caller);
    const tree = this.trees.find((one) => one.name === name);
    return tree ? walkFrom({ tree, caller }, rest) : ENOENT;
  }
}

/** What a path leads to; links in it are not followed. */
function walkFrom(attachment: Attachment, names: readonly string[]): FileNode | Errno {
  let vnode = attachment.tree.fileSystem.root;
  for (const name of names) {
    const found = operations.lookup(vnode, name, attachment.caller);
    if (isErrno(found)) return found;
    vnode = found;
  }
  return VfsNode.of(vnode, attachment);
}
