/** Views with layers over them. */

import type { KernelView } from '../kernel-view.ts';
import { delegate } from './layer.ts';
import type { LaidLayer } from './task-layer.ts';

/** A view with its layers: what is under each one, and what is on top. */
interface Laid {
  readonly under: readonly KernelView[];
  readonly top: KernelView;
}

export class LayeredViews {
  readonly #layers: readonly LaidLayer[];
  readonly #laid = new WeakMap<KernelView, Laid>();

  /** The lowest layer first. */
  constructor(layers: readonly LaidLayer[]) {
    this.#layers = layers;
  }

  /** The layers over a view: the same object for the same view. */
  over(view: KernelView): KernelView {
    let laid = this.#laid.get(view);
    if (!laid) this.#laid.set(view, (laid = this.#lay(view)));
    const { under, top } = laid;
    for (const [index, { tasks }] of this.#layers.entries()) {
      if (!tasks) continue;
      tasks.under = under[index] as KernelView;
      tasks.kernel = top;
    }
    return top;
  }

  #lay(view: KernelView): Laid {
    const under: KernelView[] = [];
    let top = view;
    for (const { layer } of this.#layers) {
      under.push(top);
      top = delegate(top, layer(top));
    }
    return { under, top };
  }
}
