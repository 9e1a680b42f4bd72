/** A /proc/sys with every parameter of the schema, each with a value of its own. */

import { ENOENT, ENOTDIR } from '../../fs/errno.ts';
import type { SysctlValue, SysctlView } from '../../providers/model/sysctl.ts';
import type { SysctlRow } from '../../providers/model/sysctl/row.ts';
import { allRows } from '../../providers/model/sysctl/schema.ts';

/** Stands for a name that is different on every machine: an interface, a disk. */
const ANY_NAME = 'any0';

function value(row: SysctlRow, index: number): SysctlValue {
  const bytes = Uint8Array.from({ length: 16 }, (_, at) => (at * 16 + index) & 0xff);
  switch (row.kind) {
    case 'numbers':
      return Array.from({ length: row.count }, (_, at) => (row.type === 'ulong' ? 2n ** 64n - BigInt(index * 100 + at + 1) : 2147483647 - index - at));
    case 'text':
      return `text ${index}`;
    case 'words':
      return [`word${index}`, 'other'];
    case 'ranges':
      return [{ first: 0, last: index }, { first: index + 2, last: index + 3 }];
    case 'mask':
      return { bits: 34, words: [index, 2] };
    case 'uuid':
    case 'bytes':
    case 'address':
      return bytes;
    case 'keys':
      return [bytes, bytes.map((byte) => byte ^ 0xff)];
    case 'hex':
      return [0xffff_0000 + index];
    case 'nothing':
      return null;
    case 'transports':
      return { transports: [{ name: `carrier${index}`, maximum: 2 ** 53 - index }] };
    case 'drives':
      return {
        driver: `driver ${index}`,
        drives: [{ name: 'sr0', speed: index, slots: index + 1, abilities: Array.from({ length: 17 }, (_, at) => at % 2) }],
      };
  }
}

const VALUES = new Map<string, { readonly row: SysctlRow; readonly value: SysctlValue }>();
const DIRECTORIES = new Map<string, Map<string, boolean>>([['', new Map()]]);
let index = 0;
for (const [pattern, row] of allRows()) {
  const path = pattern.replaceAll('*', ANY_NAME);
  VALUES.set(path, { row, value: value(row, ++index) });
  const parts = path.split('/');
  for (let depth = 0; depth < parts.length; depth++) {
    const above = parts.slice(0, depth).join('/');
    let names = DIRECTORIES.get(above);
    if (!names) DIRECTORIES.set(above, (names = new Map()));
    names.set(parts[depth] as string, depth < parts.length - 1);
  }
}

export const FIXTURE_SYSCTL: SysctlView = {
  list(directory) {
    const names = DIRECTORIES.get(directory);
    if (!names) return VALUES.has(directory) ? ENOTDIR : ENOENT;
    return [...names].map(([name, isDirectory]) => ({ name, directory: isDirectory })).sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  entry(path) {
    if (DIRECTORIES.has(path)) return { directory: true, mode: 0o555, uid: 4294967294, gid: 4294967293 };
    const found = VALUES.get(path);
    return found && { directory: false, mode: found.row.mode, uid: 4294967292, gid: 4294967291 };
  },
  read: (path) => VALUES.get(path)?.value ?? ENOENT,
  write: () => 0,
};
