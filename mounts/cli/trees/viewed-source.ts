/** A source as the option `view` has it seen. */

import type { Caller } from '../../../fs/caller.ts';
import type { KernelSource, KernelView } from '../../../providers/kernel-view.ts';
import { seenByGroups } from '../../../providers/views/control-groups.ts';
import { MountError } from '../../fuse/kernel-mount.ts';
import { type SourceDescription, isHost } from '../sources.ts';
import type { Viewed } from '../types/viewed.ts';

/** Another view, or null: the machine as it is; undefined: as it was. */
export type ViewChange = NonNullable<Viewed['view']> | null | undefined;

const NO_GROUPS = 'view=cgroup: who looks at another machine is in no control group there';

/** A source whose view may change while it is used. */
export class ViewedSource implements KernelSource {
  readonly holdsFiles?: true;
  readonly namesLast?: true;
  readonly #source: KernelSource;
  readonly #hasGroups: boolean;
  /** What each caller's groups have, once that was wanted. */
  #grouped: KernelSource | undefined;
  #shown: KernelSource;

  /** Lays the view over a source. Throws a MountError where nobody who asks can be in a group of the source's. */
  constructor(type: string, source: KernelSource, { view, source: name }: Viewed & SourceDescription) {
    this.#source = this.#shown = source;
    this.#hasGroups = isHost(name);
    if (source.holdsFiles) this.holdsFiles = true;
    if (source.namesLast) this.namesLast = true;
    const refusal = this.whyNot(view);
    if (refusal !== undefined) throw new MountError(type, refusal);
    this.change(view);
  }

  get byCaller(): true | undefined {
    return this.#shown.byCaller;
  }

  view(caller: Caller): KernelView {
    return this.#shown.view(caller);
  }

  /** Why a view cannot be shown; undefined when it can. */
  whyNot(view: ViewChange): string | undefined {
    return view && !this.#hasGroups ? NO_GROUPS : undefined;
  }

  /** Shows another view. */
  change(view: ViewChange): void {
    if (view !== undefined) this.#shown = view === null ? this.#source : (this.#grouped ??= seenByGroups(this.#source));
  }

  dispose(): void {
    this.#source.dispose?.();
  }
}
