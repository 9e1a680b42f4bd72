/** Kernel parameters that are kept as values: of a simulated or recorded machine, or of a test. */

import { randomBytes } from 'node:crypto';
import { EINVAL, ENOENT, ENOTDIR, type Errno } from '../../fs/errno.ts';
import { U64_MAX } from '../../fs/u64.ts';
import type { SysctlEntry, SysctlName, SysctlNumber, SysctlValue, SysctlView } from '../model/sysctl.ts';
import type { SysctlNumbers } from '../model/sysctl/row.ts';
import { MOUNT_POINTS, type SysctlMeaning, meaningOf } from '../model/sysctl/schema.ts';

const DIRECTORY: SysctlEntry = { directory: true, mode: 0o555, uid: 0, gid: 0 };
const INT_MAX = 0x7fff_ffff;
/** Ticks in a second of most distributions' kernels. */
const HZ = 250;
/** The ranges of the types. */
const LIMITS: Readonly<Record<SysctlNumbers['type'], readonly [SysctlNumber, SysctlNumber]>> = {
  int: [-INT_MAX - 1, INT_MAX],
  bool: [-INT_MAX - 1, INT_MAX],
  uint: [0, 0xffff_ffff],
  u8: [0, 255],
  ulong: [0, U64_MAX],
};

/**
 * The tables say which modes the parameters have and which numbers they take. A parameter that only makes something
 * happen (`vm/drop_caches`) takes its value and does nothing.
 */
export class StoredSysctl implements SysctlView {
  readonly #values: Map<string, SysctlValue>;
  readonly #meanings = new Map<string, SysctlMeaning>();
  readonly #directories = new Map<string, Map<string, SysctlName>>();

  /** Values by path; the directories follow from the paths. */
  constructor(values: Iterable<readonly [path: string, value: SysctlValue]>) {
    this.#values = new Map(values);
    this.#directories.set('', new Map());
    for (const path of this.#values.keys()) this.#place(path, false);
    for (const path of MOUNT_POINTS) {
      if (!this.#directories.has(path.slice(0, path.lastIndexOf('/')))) continue;
      this.#place(path, true);
      this.#directories.set(path, new Map());
    }
  }

  /** Enters a path into the directory above it, and that into the one above. */
  #place(path: string, directory: boolean): void {
    const slash = path.lastIndexOf('/');
    const above = path.slice(0, Math.max(0, slash));
    let names = this.#directories.get(above);
    if (!names) {
      this.#directories.set(above, (names = new Map()));
      this.#place(above, true);
    }
    const name = path.slice(slash + 1);
    names.set(name, { name, directory });
  }

  #meaningOf(path: string): SysctlMeaning {
    let meaning = this.#meanings.get(path);
    if (!meaning) this.#meanings.set(path, (meaning = meaningOf(path)));
    return meaning;
  }

  list(directory: string): readonly SysctlName[] | Errno {
    const names = this.#directories.get(directory);
    if (!names) return this.#values.has(directory) ? ENOTDIR : ENOENT;
    return [...names.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  entry(path: string): SysctlEntry | undefined {
    if (this.#directories.has(path)) return DIRECTORY;
    return this.#values.has(path) ? { directory: false, mode: this.#meaningOf(path).mode, uid: 0, gid: 0 } : undefined;
  }

  read(path: string): SysctlValue | Errno {
    const value = this.#values.get(path);
    if (value === undefined) return ENOENT;
    return path === 'kernel/random/uuid' ? newUuid() : value;
  }

  write(path: string, value: SysctlValue): Errno | 0 {
    const old = this.#values.get(path);
    if (old === undefined) return ENOENT;
    const { value: taken, error } = takeValue(this.#meaningOf(path), old, value);
    this.#values.set(path, taken);
    return error;
  }
}

/** What a parameter is after a write, as the kernel takes it: the value and what the write returns. */
export function takeValue(meaning: SysctlMeaning, old: SysctlValue, value: SysctlValue): { readonly value: SysctlValue; readonly error: Errno | 0 } {
  if (meaning.kind !== 'numbers' || old === null) return { value, error: 0 };
  const numbers = (old as readonly SysctlNumber[]).slice();
  let error: Errno | 0 = 0;
  for (const [index, number] of (value as readonly SysctlNumber[]).entries()) {
    if (index >= numbers.length) break;
    if (!isTaken(meaning, number)) {
      error = EINVAL;
      break;
    }
    numbers[index] = meaning.type === 'bool' ? Number(number !== 0) : number;
  }
  if (meaning.ordered && (numbers[1] as SysctlNumber) < (numbers[0] as SysctlNumber)) error = EINVAL;
  // Numbers before one that is refused have been set by then.
  return { value: error === 0 || !meaning.atomic ? numbers : old, error };
}

/** A random UUID of version 4: every reader gets another. */
function newUuid(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}

/** Whether a parameter takes a number: its type's range, and the row's. */
function isTaken({ type, unit, minimum, maximum }: SysctlNumbers, number: SysctlNumber): boolean {
  const unsigned = type === 'uint' || type === 'u8' || type === 'ulong';
  if (unsigned && (number < 0 || Object.is(number, -0))) return false;
  const [low, high] = LIMITS[type];
  if (number < (minimum ?? low) || number > (maximum ?? high)) return false;
  // Seconds are kept in ticks, as an int.
  return unit !== 'seconds' || Math.abs(Number(number)) <= INT_MAX / HZ;
}
