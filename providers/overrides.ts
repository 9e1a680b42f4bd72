/**
 * What a mount shows instead of what its source says: names, fewer CPUs, less memory, some of the processes. Each is a layer
 * over the source's views (`views/`).
 */

import { type Caller, SUPERUSER } from '../fs/caller.ts';
import type { KernelSource, KernelView } from './kernel-view.ts';
import { cpuLayer } from './views/cpus.ts';
import { parseCpuList } from './views/cpu-set.ts';
import { LayeredViews } from './views/layered-views.ts';
import { memoryAnswers } from './views/memory.ts';
import { NAMES, type Names, nameAnswers } from './views/names.ts';
import { pidLayer } from './views/pids.ts';
import type { LaidLayer } from './views/task-layer.ts';

/** The values, as plain data; an absent one is the source's own. They may be changed while the source is in use. */
export interface Overrides extends Names {
  /** The CPUs that are shown, as in cpuset(7): `0-3,8`. */
  cpus?: string;
  /** KiB of memory and swap that there are at most. */
  memory?: number;
  swap?: number;
  /** The process that is shown as number 1, with what descends from it. */
  pids?: number;
  /** With `pids`: whoever is none of them is taken for that one. */
  visits?: boolean;
}

const FIELDS: readonly (keyof Overrides)[] = [...NAMES, 'cpus', 'memory', 'swap', 'pids', 'visits'];

/** A source like another but for the overridden values. */
export function overridden(source: KernelSource, overrides: Overrides): KernelSource {
  return new OverriddenSource(source, overrides);
}

/** Why a source cannot be shown so; undefined when it can. */
export function whyNot(source: KernelSource, { cpus, pids }: Overrides): string | undefined {
  const view = source.view(SUPERUSER);
  if (cpus !== undefined) {
    const there = view.statistics().cpus.map(({ id }) => id);
    if (!there.some((id) => parseCpuList(cpus)?.has(id))) return `cpus=${cpus}: none of them is online`;
  }
  if (pids !== undefined) {
    const task = view.task(pids);
    if (!task || task.processId() !== pids) return `pids=${pids}: no such process`;
  }
  return undefined;
}

function layersOf(overrides: Overrides): LaidLayer[] {
  const layers: LaidLayer[] = [];
  if (NAMES.some((name) => overrides[name] !== undefined)) layers.push({ layer: (view) => nameAnswers(view, overrides) });
  const { memory, swap, cpus, pids, visits } = overrides;
  if (memory !== undefined || swap !== undefined) layers.push({ layer: (view) => memoryAnswers(view, { memory, swap }) });
  const set = cpus === undefined ? undefined : parseCpuList(cpus);
  if (set) layers.push(cpuLayer(set));
  if (pids !== undefined) layers.push(pidLayer(pids, visits));
  return layers;
}

class OverriddenSource implements KernelSource {
  readonly #source: KernelSource;
  readonly #overrides: Overrides;
  readonly holdsFiles?: true;
  readonly namesLast?: true;
  #made: Overrides = {};
  #layers: LayeredViews | undefined;

  constructor(source: KernelSource, overrides: Overrides) {
    this.#source = source;
    this.#overrides = overrides;
    if (source.holdsFiles) this.holdsFiles = true;
    if (source.namesLast) this.namesLast = true;
  }

  get byCaller(): true | undefined {
    return this.#source.byCaller;
  }

  view(caller: Caller): KernelView {
    const view = this.#source.view(caller);
    this.#keepUp();
    // Most mounts override nothing, and then nothing is put between.
    return this.#layers ? this.#layers.over(view) : view;
  }

  /** Makes other layers once a value has changed. */
  #keepUp(): void {
    const [now, made] = [this.#overrides, this.#made];
    if (!FIELDS.some((field) => now[field] !== made[field])) return;
    this.#made = { ...now };
    const layers = layersOf(now);
    this.#layers = layers.length > 0 ? new LayeredViews(layers) : undefined;
  }

  dispose(): void {
    this.#source.dispose?.();
  }
}
