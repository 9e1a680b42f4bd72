/** The mount options of tmpfs(5). */

import { totalmem } from 'node:os';

const PAGE_SIZE = 4096;

export interface TmpfsOptions {
  /** The most pages that files may hold; 0 means any number. */
  readonly pages: number;
  /** The most inodes; 0 means any number. */
  readonly inodes: number;
  /** Permissions and owner of the root directory. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What tmpfs has without options: half of the memory, an inode for each of those pages, and a root that is ours. */
export function defaultTmpfsOptions(memoryBytes: number = totalmem()): TmpfsOptions {
  const half = Math.floor(memoryBytes / PAGE_SIZE / 2);
  return { pages: half, inodes: half, mode: 0o1777, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

const SUFFIXES = 'kmgtpe';

/** A number as memparse takes it: decimal, 0x or 0, with one of k, m, g, t, p, e behind it. */
function size(text: string): number | undefined {
  const match = /^(0x[0-9a-f]+|\d+)([kmgtpe]?)$/i.exec(text);
  if (!match) return undefined;
  const [, digits = '', suffix = ''] = match;
  const octal = /^0[0-7]+$/.test(digits);
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return value * 1024 ** (suffix ? SUFFIXES.indexOf(suffix.toLowerCase()) + 1 : 0);
}

function id(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  return value >= 0 && value < 0xffff_ffff ? value : undefined;
}

/** An option of tmpfs(5); `read` returns undefined for a bad value. */
export interface TmpfsOption {
  readonly name: string;
  readonly takesValue: boolean;
  read(value: string, memoryBytes?: number): Partial<TmpfsOptions> | undefined;
}

function limit(name: string, field: 'pages' | 'inodes'): TmpfsOption {
  const read = (value: string): Partial<TmpfsOptions> | undefined => {
    const number = size(value);
    return number === undefined ? undefined : { [field]: number };
  };
  return { name, takesValue: true, read };
}

function owner(name: 'uid' | 'gid'): TmpfsOption {
  const read = (value: string): Partial<TmpfsOptions> | undefined => {
    const number = id(value);
    return number === undefined ? undefined : { [name]: number };
  };
  return { name, takesValue: true, read };
}

/** There is no swap, no huge page and no memory policy to choose. */
function accepted(name: string, pattern?: RegExp): TmpfsOption {
  return { name, takesValue: pattern !== undefined, read: (value) => (!pattern || pattern.test(value) ? {} : undefined) };
}

export const TMPFS_OPTIONS: readonly TmpfsOption[] = [
  {
    name: 'size',
    takesValue: true,
    read(value, memoryBytes = totalmem()) {
      const percent = /^(\d+)%$/.exec(value);
      const bytes = percent ? (memoryBytes * Number(percent[1])) / 100 : size(value);
      return bytes === undefined ? undefined : { pages: Math.ceil(bytes / PAGE_SIZE) };
    },
  },
  limit('nr_blocks', 'pages'),
  limit('nr_inodes', 'inodes'),
  {
    name: 'mode',
    takesValue: true,
    read: (value) => (/^[0-7]+$/.test(value) ? { mode: Number.parseInt(value, 8) & 0o7777 } : undefined),
  },
  owner('uid'),
  owner('gid'),
  accepted('inode32'),
  accepted('inode64'),
  accepted('noswap'),
  accepted('huge', /^(never|always|within_size|advise|deny|force)$/),
  accepted('mpol', /./),
];

/** Reads options as mount(8) passes them, separated by commas. Returns what is wrong as a text. */
export function parseTmpfsOptions(text: string, memoryBytes: number = totalmem()): TmpfsOptions | string {
  let options = defaultTmpfsOptions(memoryBytes);
  for (const word of text.split(',')) {
    if (word === '') continue;
    const [name = '', ...rest] = word.split('=');
    const option = TMPFS_OPTIONS.find((known) => known.name === name);
    if (!option) return `unknown option '${name}'`;
    const change = option.takesValue === rest.length > 0 ? option.read(rest.join('='), memoryBytes) : undefined;
    if (!change) return `bad value for '${name}'`;
    options = { ...options, ...change };
  }
  return options;
}
