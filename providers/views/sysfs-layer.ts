/** A tree of kernel objects that is laid over another: some objects are missing, some values are others. */

import { ENOENT, type Errno, isErrno } from '../../fs/errno.ts';
import { S_IFDIR } from '../../fs/stat.ts';
import type { SysfsEntry, SysfsName, SysfsReading, SysfsValue, SysfsView } from '../model/sysfs.ts';
import type { SysfsRow } from '../model/sysfs/row.ts';

/** What a layer changes. */
export interface SysfsChanges {
  /** Whether an object or attribute is missing, by its path. */
  hides?(path: string): boolean;
  /** Whether something in a directory may be missing, so that its link count has to be worked out. */
  hidesIn?(directory: string): boolean;
  /** The value of an attribute instead of the one below. */
  value?(path: string, row: SysfsRow, value: SysfsValue, below: SysfsView): SysfsValue;
}

export class SysfsLayer implements SysfsView {
  readonly #below: SysfsView;
  readonly #changes: SysfsChanges;

  constructor(below: SysfsView, changes: SysfsChanges) {
    this.#below = below;
    this.#changes = changes;
  }

  #hides(path: string): boolean {
    return this.#changes.hides?.(path) ?? false;
  }

  list(directory: string): readonly SysfsName[] | Errno {
    if (this.#hides(directory)) return ENOENT;
    const names = this.#below.list(directory);
    if (isErrno(names) || !this.#changes.hidesIn?.(directory)) return names;
    return names.filter(({ name }) => !this.#hides(`${directory}/${name}`));
  }

  entry(path: string): SysfsEntry | undefined {
    if (this.#hides(path)) return undefined;
    const entry = this.#below.entry(path);
    if (entry?.type !== S_IFDIR || !this.#changes.hidesIn?.(path)) return entry;
    const names = this.#below.list(path);
    if (isErrno(names)) return entry;
    const hidden = names.filter(({ name, type }) => type === S_IFDIR && this.#hides(`${path}/${name}`));
    return { ...entry, links: entry.links - hidden.length };
  }

  link(path: string): string | Errno {
    return this.#hides(path) ? ENOENT : this.#below.link(path);
  }

  read(path: string): SysfsReading | Errno {
    if (this.#hides(path)) return ENOENT;
    const reading = this.#below.read(path);
    if (isErrno(reading) || !this.#changes.value) return reading;
    const row = this.#below.entry(path)?.row;
    return row ? { value: this.#changes.value(path, row, reading.value, this.#below) } : reading;
  }

  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.#hides(path) ? ENOENT : this.#below.readAt(path, into, start, length, at);
  }

  write(path: string, bytes: Uint8Array, at: number): number | Errno {
    return this.#hides(path) ? ENOENT : this.#below.write(path, bytes, at);
  }
}
