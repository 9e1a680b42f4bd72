/** A view laid over another: some accessors answer for themselves, the rest are the other view's. */

import type { KernelView } from '../kernel-view.ts';

/** The accessors that answer for themselves. They are made once for each view, and remember for its life what they work out. */
export type Answers = Partial<KernelView>;

/** What lies over a view; called once for each view of the source. */
export type Layer = (view: KernelView) => Answers;

/** A view, or a part of one, whose members are those of `answers`, and of the other where it has none. */
export function delegate<T extends object>(view: T, answers: Partial<T>): T {
  const bound = new Map<string | symbol, unknown>();
  return new Proxy(view, {
    get(target, key) {
      let member = bound.get(key);
      if (member === undefined) {
        const own: unknown = Reflect.get(answers, key) ?? Reflect.get(target, key, target);
        member = typeof own === 'function' ? (own.bind(target) as unknown) : own;
        bound.set(key, member);
      }
      return member;
    },
  });
}

/** A value that is worked out when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
