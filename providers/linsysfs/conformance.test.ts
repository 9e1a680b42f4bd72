/** linsysfs under the part of the conformance suite that only reads. */

import { EINVAL, ENOENT } from '../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../fs/stat.ts';
import { READ_TREE } from '../../fs/testing/cases/reading.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { VfsProcess } from '../../fs/testing/vfs-process.ts';
import { Vfs } from '../../fs/vfs.ts';
import type { SysfsEntry, SysfsView } from '../model/sysfs.ts';
import { type SysfsRow, bare, lines } from '../model/sysfs/row.ts';
import { FixtureSource } from '../testing/fixture-kernel.ts';
import { linsysfs } from './tree.ts';

/** Any text at all, as lines without an end. */
const ANY: SysfsRow = bare(lines());

function typeOf(path: string): SysfsEntry['type'] {
  const content = path === '' ? null : READ_TREE[path];
  return content === null ? S_IFDIR : typeof content === 'string' ? S_IFREG : S_IFLNK;
}

/** The names in a directory. */
function namesIn(directory: string): { name: string; type: SysfsEntry['type'] }[] {
  return Object.keys(READ_TREE)
    .filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === directory)
    .map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), type: typeOf(path) }));
}

/** The objects that the suite wants. */
const objects: SysfsView = {
  list: namesIn,
  entry(path) {
    if (path !== '' && !Object.hasOwn(READ_TREE, path)) return undefined;
    const type = typeOf(path);
    if (type !== S_IFDIR) return { type, mode: 0o444, uid: 0, gid: 0, links: 1, size: 0, row: ANY };
    return { type, mode: 0o555, uid: 0, gid: 0, links: 2 + namesIn(path).filter((entry) => entry.type === S_IFDIR).length, size: 0 };
  },
  link(path) {
    const content = READ_TREE[path];
    if (content === null || typeof content !== 'object') return EINVAL;
    return path.startsWith('d/') ? content.link.replace('../', '') : content.link;
  },
  read(path) {
    const content = READ_TREE[path];
    return typeof content === 'string' ? { value: content === '' ? null : content.split('\n') } : ENOENT;
  },
  readAt: () => EINVAL,
  write: () => EINVAL,
};

testConformance('linsysfs', () => ({
  process: new VfsProcess(new Vfs(linsysfs(new FixtureSource({ sysfs: objects })))),
  features: new Set(['fixed', 'resolve'] as const),
}));
