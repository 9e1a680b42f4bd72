/** Changes the values of a model one by one and sees what changes in the tree that renders it. */

import type { Caller } from '../../fs/caller.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { KernelSource } from '../../providers/kernel-view.ts';
import { type Leaf, type LeafValue, type ModelRecorder, leafName } from './model-recorder.ts';
import { type Aspect, TreeObserver } from './tree-observer.ts';

/** Where one changed value shows. */
export interface Effect {
  readonly leaf: string;
  readonly from: string;
  readonly to: string;
  /** The paths whose attributes or content changed, with how much of them: one word, or more. */
  readonly shows: readonly { readonly path: string; readonly aspect: Aspect; readonly extent: Extent }[];
}

const PEERS = 4;
/** What is longer than a number of 64 bits with its padding is more than one word. */
const WORD = 24;

/** How much of a text one value changed. */
export type Extent = 'word' | 'line' | 'more';

interface Observation {
  readonly path: string;
  readonly aspect: Aspect;
  readonly text: string;
}

export interface MutationOptions {
  readonly recorder: ModelRecorder;
  readonly tree: (source: KernelSource) => FileSystem;
  readonly caller: Caller;
  /** Whether to go into a directory. */
  readonly into: (path: string) => boolean;
}

/** The effect of every leaf of what the tree shows. */
export function mutateAll({ recorder, tree, caller, into }: MutationOptions): Effect[] {
  const byCall = new Map<string, Observation[]>();
  let observer = new TreeObserver(tree(recorder.source), caller);
  observer.walk((path, aspect, look) => {
    recorder.asked.clear();
    const observation = { path, aspect, text: look() };
    for (const call of recorder.asked) {
      const users = byCall.get(call);
      if (users) users.push(observation);
      else byCall.set(call, [observation]);
    }
  }, into);
  const leaves = recorder.leaves();
  const peers = valuesOfPeers(leaves);
  return leaves.map((leaf) => {
    const users = byCall.get(leaf.call) ?? [];
    const others = peers.get(generalName(leaf)) ?? [];
    for (const value of [...otherValues(leaf.value), ...others.filter((other) => other !== leaf.value)]) {
      recorder.change(leaf, value);
      const shows: { path: string; aspect: Aspect; extent: Extent }[] = [];
      let failed = false;
      for (const { path, aspect, text } of users) {
        const now = observer.tryLook(path, aspect);
        failed ||= now === undefined || now.startsWith('errno');
        if (now !== undefined && now !== text) shows.push({ path, aspect, extent: extentOf(text, now) });
      }
      recorder.change();
      // What has found something gone may remember that.
      if (failed) observer = new TreeObserver(tree(recorder.source), caller);
      if (shows.length > 0) return effect(leaf, value, shows);
    }
    return effect(leaf, leaf.value, []);
  });
}

/** A leaf's name without the places that it has in lists. */
function generalName(leaf: Leaf): string {
  return leafName(leaf).replace(/\[\d+\]/g, '[]');
}

/** A few values that the same field has in other records: for codes, a change to anything else means nothing. */
function valuesOfPeers(leaves: readonly Leaf[]): Map<string, LeafValue[]> {
  const peers = new Map<string, LeafValue[]>();
  for (const leaf of leaves) {
    const name = generalName(leaf);
    const values = peers.get(name);
    if (!values) peers.set(name, [leaf.value]);
    else if (values.length < PEERS && !values.includes(leaf.value)) values.push(leaf.value);
  }
  return peers;
}

function effect(leaf: Leaf, value: LeafValue, shows: Effect['shows']): Effect {
  return { leaf: leafName(leaf), from: String(leaf.value), to: String(value), shows };
}

/** Values of the same type to try in turn: not every change of a flag or a code can be seen. */
function otherValues(value: LeafValue): LeafValue[] {
  switch (typeof value) {
    case 'boolean':
      return [!value];
    case 'bigint':
      return [value === 2n ** 64n - 1n ? value - 1n : value + 1n, value ^ 0x8000n, 0n, 1n];
    case 'string':
      return [`${value}X`, ...['S', 'R', 'D', 'Z'].filter((letter) => letter !== value), ''];
    case 'number': {
      // 2^n - 1 is the largest of its type.
      const step = value > 0 && Math.log2(value + 1) % 1 === 0 ? -1 : 1;
      const others = [value + step, value - step, value ^ 2, 0, 1, 2, 77];
      return others.filter((other) => other !== value && Number.isSafeInteger(other));
    }
  }
}

/** How much of a text differs: one word of one line, one line, or more. */
function extentOf(before: string, after: string): Extent {
  // A binary file has numbers of up to eight bytes.
  const binary = before.includes('\0');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const longest = Math.max(old.length, now.length);
  if (binary) return longest <= 8 ? 'word' : 'more';
  if (old.includes('\n') || now.includes('\n')) return 'more';
  return longest <= WORD ? 'word' : 'line';
}
