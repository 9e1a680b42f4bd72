/** Overrides of a tree that is being served. */

import type { KernelSource } from '../../../providers/kernel-view.ts';
import { type Overrides, whyNot } from '../../../providers/overrides.ts';
import { MountError } from '../../fuse/kernel-mount.ts';
import type { OverrideChanges } from '../types/overrides.ts';

/** Refuses overrides that mean nothing in the source. Throws a MountError. */
export function checkOverrides(type: string, source: KernelSource, overrides: Overrides): void {
  const refusal = whyNot(source, overrides);
  if (refusal !== undefined) throw new MountError(type, refusal);
}

/** Changes them, or returns why not. */
export function changeOverrides(source: KernelSource, overrides: Overrides, changes: OverrideChanges = {}): string | undefined {
  const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null)) as Overrides;
  const refusal = whyNot(source, set);
  if (refusal !== undefined) return refusal;
  for (const [field, value] of Object.entries(changes)) if (value === null) delete overrides[field as keyof Overrides];
  Object.assign(overrides, set);
  return undefined;
}
