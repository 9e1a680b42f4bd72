/** Changes the values of a model one by one and sees what changes in the tree that renders it. */

import type { Caller } from '../../fs/caller.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import type { KernelSource } from '../../providers/kernel-view.ts';
import { shapeOf, tokenise } from '../differential/tokens.ts';
import { type Leaf, type LeafValue, type ModelRecorder, leafName } from './model-recorder.ts';
import { type Aspect, TreeObserver } from './tree-observer.ts';

/** Where one changed value shows. */
export interface Effect {
  readonly leaf: string;
  readonly from: string;
  readonly to: string;
  /** The paths whose attributes or content changed, with how much of them: one word, or more. */
  readonly shows: readonly { readonly path: string; readonly aspect: Aspect; readonly extent: 'word' | 'line' | 'more' }[];
}

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
  const observations: Observation[] = [];
  const byCall = new Map<string, Observation[]>();
  const observer = new TreeObserver(tree(recorder.source()), caller);
  observer.walk((path, aspect, look) => {
    recorder.asked.clear();
    const observation = { path, aspect, text: look() };
    observations.push(observation);
    for (const call of recorder.asked) {
      const users = byCall.get(call);
      if (users) users.push(observation);
      else byCall.set(call, [observation]);
    }
  }, into);
  return recorder.leaves().map((leaf) => {
    const users = byCall.get(leaf.call) ?? [];
    for (const value of otherValues(leaf.value)) {
      const changed = new TreeObserver(tree(recorder.source({ leaf, value })), caller);
      const shows = users.flatMap(({ path, aspect, text }) => {
        const now = changed.look(path, aspect);
        return now === text ? [] : [{ path, aspect, extent: extentOf(text, now) }];
      });
      if (shows.length > 0) return effect(leaf, value, shows);
    }
    return effect(leaf, leaf.value, []);
  });
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
    case 'number':
      return [value + 1, value - 1, value ^ 2, 0, 1, 2, 77].filter((other) => other !== value && other >= 0);
  }
}

/** How much of a text differs: one word of one line, one line, or more. */
function extentOf(before: string, after: string): 'word' | 'line' | 'more' {
  const first = before.split('\n');
  const second = after.split('\n');
  if (first.length !== second.length) return 'more';
  const lines = [...first.keys()].filter((index) => first[index] !== second[index]);
  if (lines.length !== 1) return 'more';
  const [old, now] = [first[lines[0] as number] as string, second[lines[0] as number] as string];
  const words = (line: string): string[] => tokenise(line).flatMap(({ kind, text }) => (kind === 'blank' ? [] : [text]));
  const [oldWords, newWords] = [words(old), words(now)];
  if (oldWords.length !== newWords.length) return shapeOf(old) === shapeOf(now) ? 'word' : 'line';
  return oldWords.filter((word, index) => word !== newWords[index]).length === 1 ? 'word' : 'line';
}
