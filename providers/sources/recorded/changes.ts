/** What differs between two samples. */

import { type Entry, sameEntry } from './entry.ts';

/** Samples one after the other, of which each but the first is told by what has changed. */
export class SampleChanges {
  #before = new Map<string, Entry>();

  /** The entries that lead from the sample before to this one; all of them the first time. */
  next(sample: readonly Entry[]): Entry[] {
    const before = this.#before;
    const now = new Map(sample.map((entry) => [entry.path, entry]));
    this.#before = now;
    if (before.size === 0) return [...sample];
    const changed: Entry[] = [];
    const reborn = new Set<string>();
    for (const path of before.keys()) {
      if (isProcess(path) && startOf(before, path) !== startOf(now, path) && now.has(path)) {
        reborn.add(path);
        changed.push({ kind: 'gone', path, uncovers: false });
      }
      if (now.has(path)) continue;
      const above = parentOf(path);
      const parent = now.get(above);
      // With a directory goes what is in it.
      if (before.has(above) && parent?.kind !== 'directory') continue;
      changed.push({ kind: 'gone', path, uncovers: parent?.kind === 'directory' && parent.other !== undefined });
    }
    for (const entry of sample) {
      const old = before.get(entry.path);
      if (!old || !sameEntry(old, entry) || reborn.has(processOf(entry.path))) changed.push(entry);
    }
    return changed;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isProcess(path: string): boolean {
  return /^proc\/\d+$/.test(path);
}

/** The directory of a process that a path is, or lies in. */
function processOf(path: string): string {
  const end = path.indexOf('/', 5);
  return end < 0 ? path : path.slice(0, end);
}

/** When a process began, by its own stat: an id that is used again is another process. */
function startOf(sample: ReadonlyMap<string, Entry>, path: string): string | undefined {
  const stat = sample.get(`${path}/stat`);
  if (stat?.kind !== 'file') return undefined;
  const text = stat.text.toString('latin1');
  return text.slice(text.lastIndexOf(')')).split(' ')[20];
}
