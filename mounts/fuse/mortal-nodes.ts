/**
 * Finds the nodes of what has ended. The kernel keeps a name that it has looked up, and with it our node, until memory
 * is short or somebody tells it that the name means nothing any more: a mount that shows processes would grow with each
 * one that anybody ever looked at.
 */

import { S_IFDIR } from '../../fs/stat.ts';
import type { Node } from './node-table.ts';

/** How many nodes are looked at for each new one, so that those of what has ended stay fewer than the others. */
const LOOKS = 2;
/** How many are looked at behind one request at most. */
const LOOKS_AT_ONCE = 8;
/** How many names are told at a time, and after how many requests fewer are. */
const BATCH = 16;
const PATIENCE = 256;

/** A name that the kernel may forget: the node id of its directory, and the bytes. */
export interface GoneName {
  readonly parent: number;
  readonly name: string;
}

/** Has the kernel forget names. It must not wait for the serving thread, nor be that thread: the kernel asks it first. */
export type Forget = (names: readonly GoneName[]) => void;

export class MortalNodes {
  readonly #forget: Forget;
  readonly #nodes: Node[] = [];
  #next = 0;
  #due = 0;
  #found: GoneName[] = [];
  #waited = 0;

  constructor(forget: Forget) {
    this.#forget = forget;
  }

  /**
   * Takes note of a new node, if it is one that may end. A directory stays for as long as the kernel remembers a name in
   * it; what is no directory goes when its own name is not valid any more.
   */
  add(node: Node): void {
    if (!node.vnode.gone || node.vnode.type !== S_IFDIR) return;
    this.#nodes.push(node);
    this.#due = Math.min(this.#due + LOOKS, this.#nodes.length);
  }

  /** Looks at some nodes; called when a reply has gone out, so that nobody waits for it. */
  look(): void {
    if (this.#due > 0) this.#lookAtSome();
    if (this.#found.length === 0) return;
    if (this.#found.length < BATCH && ++this.#waited < PATIENCE) return;
    this.#forget(this.#found);
    this.#found = [];
    this.#waited = 0;
  }

  #lookAtSome(): void {
    const nodes = this.#nodes;
    for (let looks = Math.min(this.#due, LOOKS_AT_ONCE); looks > 0 && nodes.length > 0; looks--) {
      this.#due--;
      if (this.#next >= nodes.length) this.#next = 0;
      const node = nodes[this.#next] as Node;
      const held = node.lookups > 0;
      if (held && !node.vnode.gone?.()) {
        this.#next++;
        continue;
      }
      // What is told once need not be told again: a name that is in use goes when it is not any more.
      if (held && node.parent) this.#found.push({ parent: node.parent.id, name: node.name });
      nodes[this.#next] = nodes.at(-1) as Node;
      nodes.pop();
    }
    if (nodes.length === 0) this.#due = 0;
  }
}
