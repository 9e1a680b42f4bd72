/** Values that a mount shows instead of what its source says: for programs that look at the kernel's release or the host's name. */

import type { Caller } from '../fs/caller.ts';
import type { Errno } from '../fs/errno.ts';
import type { KernelSource, KernelView } from './kernel-view.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from './model/sysctl.ts';

/** The values; an absent one is the source's own. They may be changed while the source is in use. */
export interface Overrides {
  /** uname -r, /proc/version and sys/kernel/osrelease. */
  osrelease?: string;
  /**
   * uname -n and sys/kernel/hostname. Whoever may set the name, sets this one: the mount is like a UTS namespace of
   * its own.
   */
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
      if (!wrapper) wrapped.set(view, (wrapper = delegate(view, answers(view, overrides))));
      return wrapper;
    },
    dispose: () => source.dispose?.(),
  };
}

/** The accessors that answer for themselves. */
function answers(view: KernelView, overrides: Overrides): Partial<KernelView> {
  return {
    release() {
      const release = view.release();
      return overrides.osrelease === undefined ? release : { ...release, release: overrides.osrelease };
    },
    sysctl: () => new OverriddenSysctl(view.sysctl(), overrides),
  };
}

/** A view whose accessors are those of `answers`, and of the other view where it has none. */
function delegate(view: KernelView, answers: Partial<KernelView>): KernelView {
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

/** Which override a parameter shows. */
const PARAMETERS: ReadonlyMap<string, keyof Overrides> = new Map([
  ['kernel/osrelease', 'osrelease'],
  ['kernel/hostname', 'hostname'],
]);

class OverriddenSysctl implements SysctlView {
  readonly #view: SysctlView;
  readonly #overrides: Overrides;

  constructor(view: SysctlView, overrides: Overrides) {
    this.#view = view;
    this.#overrides = overrides;
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    return this.#view.list(directory, caller);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    return this.#view.entry(path, caller);
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    const override = PARAMETERS.get(path);
    return (override && this.#overrides[override]) ?? this.#view.read(path, caller);
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    const override = PARAMETERS.get(path);
    if (!override || this.#overrides[override] === undefined || typeof value !== 'string') {
      return this.#view.write(path, value, caller);
    }
    this.#overrides[override] = value;
    return 0;
  }
}
