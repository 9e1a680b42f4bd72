/** Values that a mount shows instead of what its source says: for programs that look at the kernel's release or the host's name. */

import type { Caller } from '../fs/caller.ts';
import type { KernelSource, KernelView } from './kernel-view.ts';

/** The values; an absent one is the source's own. They may be changed while the source is in use. */
export interface Overrides {
  /** uname -r, /proc/version and sys/kernel/osrelease. */
  osrelease?: string;
  /** uname -n and sys/kernel/hostname. */
  hostname?: string;
}

/** A source like another but for the overridden values. */
export function overridden(source: KernelSource, overrides: Overrides): KernelSource {
  const wrapped = new WeakMap<KernelView, KernelView>();
  return {
    view(caller: Caller): KernelView {
      const view = source.view(caller);
      // Most mounts override nothing, and then nothing is put between.
      if (overrides.osrelease === undefined && overrides.hostname === undefined) return view;
      let wrapper = wrapped.get(view);
      if (!wrapper) wrapped.set(view, (wrapper = wrap(view, overrides)));
      return wrapper;
    },
    dispose: () => source.dispose?.(),
  };
}

/** A view that answers for itself where a value is overridden, and has the other view answer all else. */
function wrap(view: KernelView, overrides: Overrides): KernelView {
  const answers: Partial<KernelView> = {
    release() {
      const release = view.release();
      return overrides.osrelease === undefined ? release : { ...release, release: overrides.osrelease };
    },
  };
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
