/** The type reroot on the command line: the tree that a program of an emulated system sees. */

import { directoryOption } from './directory-list.ts';
import { refuseCovered } from './distinct.ts';
import { sourceDirectory } from './source-directory.ts';
import type { MountType } from './type.ts';

interface RerootOwn {
  readonly emul: string;
  readonly base: string;
  readonly freebsd: boolean;
}

export const reroot: MountType<RerootOwn> = {
  name: 'reroot',
  summary: 'a root in which another system is looked up first',
  label: 'linux',
  exportName: 'linux',
  safe: [],
  kernelChecks: true,
  defaults: () => ({ emul: '/compat/linux', base: '/', freebsd: false }),
  options: {
    emul: { value: 'DIR', help: "the other system's tree (default /compat/linux)", read: directoryOption('emul') },
    base: { value: 'DIR', help: 'the tree behind it (default /)', read: directoryOption('base') },
    freebsd: { help: 'list directories as FreeBSD does: what the first tree has', read: () => ({ freebsd: true }) },
  },
  async findSource(label, { own }) {
    for (const path of [own.emul, own.base]) await sourceDirectory(path, '');
    return label ?? 'linux';
  },
  checkTarget: (target, _source, { own }) => refuseCovered(target, [own.emul, own.base]),
  origin: ({ options: { own } }) => `${own.emul}:${own.base}`,
  describe({ target, options: { own, readOnly } }, roots) {
    const { emul, base, freebsd } = own;
    // The root itself needs no other in front of it.
    const branches = [...new Set([emul, base])].map((path) => ({ path, readOnly }));
    return { type: 'reroot', roots, branches, copies: false, merges: !freebsd, ...(target !== undefined && { covered: target }) };
  },
};
