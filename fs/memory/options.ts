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

/** Options that change nothing here: there is no swap, no huge page and no memory policy to choose. */
const ACCEPTED: ReadonlyMap<string, RegExp | undefined> = new Map([
  ['inode32', undefined],
  ['inode64', undefined],
  ['noswap', undefined],
  ['huge', /^(never|always|within_size|advise|deny|force)$/],
  ['mpol', /./],
]);

/** Reads options as mount(8) passes them, separated by commas. Returns what is wrong as a text. */
export function parseTmpfsOptions(text: string, memoryBytes: number = totalmem()): TmpfsOptions | string {
  const options = { ...defaultTmpfsOptions(memoryBytes) };
  for (const word of text.split(',')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? '' : word.slice(equals + 1);
    const bad = `bad value for '${name}'`;
    switch (name) {
      case 'size': {
        const percent = /^(\d+)%$/.exec(value);
        const bytes = percent ? (memoryBytes * Number(percent[1])) / 100 : size(value);
        if (bytes === undefined) return bad;
        options.pages = Math.ceil(bytes / PAGE_SIZE);
        break;
      }
      case 'nr_blocks':
      case 'nr_inodes': {
        const number = size(value);
        if (number === undefined) return bad;
        options[name === 'nr_blocks' ? 'pages' : 'inodes'] = number;
        break;
      }
      case 'mode':
        if (!/^[0-7]+$/.test(value)) return bad;
        options.mode = Number.parseInt(value, 8) & 0o7777;
        break;
      case 'uid':
      case 'gid': {
        const number = id(value);
        if (number === undefined) return bad;
        options[name] = number;
        break;
      }
      default: {
        if (!ACCEPTED.has(name)) return `unknown option '${name}'`;
        const pattern = ACCEPTED.get(name);
        if (pattern ? !pattern.test(value) : equals >= 0) return bad;
      }
    }
  }
  return options;
}
