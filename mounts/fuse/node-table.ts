/** The nodes that the kernel holds: node ids, and how many look-ups it has yet to forget for each. */

import type { Vnode } from '../../fs/vnode.ts';
import type { MortalNodes } from './mortal-nodes.ts';
import { FUSE_ROOT_ID } from './protocol.ts';

/** A vnode that the kernel refers to by id. */
export interface Node {
  readonly id: number;
  /** Tells two uses of one id apart. */
  readonly generation: number;
  readonly vnode: Vnode;
  /** The directory in which it was found last; the kernel may have forgotten it by now. */
  parent: Node | undefined;
  name: string;
  lookups: number;
}

export class NodeTable {
  readonly #nodes: (Node | undefined)[] = [undefined];
  readonly #byVnode = new Map<Vnode, Node>();
  readonly #freeIds: number[] = [];
  readonly #generations: number[] = [0];
  readonly #mortal: MortalNodes | undefined;
  #size = 1;
  readonly root: Node;

  constructor(root: Vnode, mortal?: MortalNodes) {
    this.#mortal = mortal;
    this.root = { id: FUSE_ROOT_ID, generation: 0, vnode: root, parent: undefined, name: '', lookups: 1 };
    this.#nodes.push(this.root);
    this.#generations.push(0);
    this.#byVnode.set(root, this.root);
  }

  /** How many nodes the kernel holds, the root included. */
  get size(): number {
    return this.#size;
  }

  get(id: number): Node | undefined {
    return this.#nodes[id];
  }

  /** Counts one look-up of a vnode, giving it an id if it has none. */
  lookedUp(vnode: Vnode, parent: Node, name: string): Node {
    const known = this.#byVnode.get(vnode);
    if (known) {
      known.lookups++;
      known.parent = parent;
      known.name = name;
      return known;
    }
    const id = this.#freeIds.pop() ?? this.#nodes.length;
    const generation = this.#generations[id] ?? 0;
    const node: Node = { id, generation, vnode, parent, name, lookups: 1 };
    this.#nodes[id] = node;
    this.#generations[id] = generation;
    this.#byVnode.set(vnode, node);
    this.#size = this.#byVnode.size;
    vnode.hold?.();
    this.#mortal?.add(node);
    return node;
  }

  /** A file was moved to another directory. */
  moved(vnode: Vnode, parent: Node, name: string): void {
    const node = this.#byVnode.get(vnode);
    if (!node || node === this.root) return;
    node.parent = parent;
    node.name = name;
  }

  /** Takes back look-ups; at zero the id is free again. The root is never forgotten. */
  forget(id: number, count: number): void {
    const node = this.#nodes[id];
    if (!node || node === this.root) return;
    node.lookups -= count;
    if (node.lookups > 0) return;
    this.#nodes[id] = undefined;
    this.#byVnode.delete(node.vnode);
    this.#size = this.#byVnode.size;
    this.#generations[id] = node.generation + 1;
    this.#freeIds.push(id);
    node.vnode.drop?.();
  }

  /** Forgets all but the root: the connection has ended. */
  forgetAll(): void {
    for (const node of [...this.#byVnode.values()]) this.forget(node.id, node.lookups);
  }

  /** All nodes, in no particular order. */
  values(): IterableIterator<Node> {
    return this.#byVnode.values();
  }
}
