/** Which attributes of a machine no table describes, so that our /sys lacks them. */

import { lstatSync } from 'node:fs';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { entriesOf } from './areas.ts';

/** Their paths, with `#` for numbers, and how many there are of each; and of how many attributes. */
export function missingAttributes(root: string): { readonly missing: ReadonlyMap<string, number>; readonly total: number } {
  const source = new HostSource();
  const missing = new Map<string, number>();
  const device = lstatSync(root).dev;
  let total = 0;
  const walk = (path: string): void => {
    for (const entry of entriesOf(`${root}/${path}`)) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && lstatSync(`${root}/${below}`, { throwIfNoEntry: false })?.dev === device) walk(below);
      if (!entry.isFile()) continue;
      total++;
      // One that has just gone is none that is missing.
      if (source.sysfs.entry(below) || !lstatSync(`${root}/${below}`, { throwIfNoEntry: false })) continue;
      const name = below.replace(/\d+/g, '#');
      missing.set(name, (missing.get(name) ?? 0) + 1);
    }
  };
  walk('');
  source.dispose();
  return { missing, total };
}
