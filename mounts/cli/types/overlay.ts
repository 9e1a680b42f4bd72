/** The type overlay on the command line; its options are those of mount(8), and a few of tmpfs(5) for an upper layer in memory. */

import { type TmpfsOptions, defaultTmpfsOptions } from '../../../fs/memory/options.ts';
import { badUsage } from '../failure.ts';
import { refuseOverlappingLayers, refuseWithin } from './distinct.ts';
import { directoryList, directoryOption } from './directory-list.ts';
import { sourceDirectory } from './source-directory.ts';
import { tmpfs } from './tmpfs.ts';
import type { MountType, TypeOption } from './type.ts';

interface OverlayOwn {
  readonly lowers: readonly string[];
  readonly upper: string | undefined;
  readonly work: string | undefined;
  readonly inMemory: boolean;
  readonly userAttributes: boolean;
  readonly memory: TmpfsOptions;
}

/** An option of the kernel's overlayfs of which ours has what `pattern` says. */
function fixed(value: string, pattern: RegExp): TypeOption<OverlayOwn> {
  return { value, help: '', read: (text) => (pattern.test(text) ? {} : 'that is not to be had here') };
}

/** An option of the tmpfs that an upper layer in memory is. */
function ofMemory(name: string, help: string): [string, TypeOption<OverlayOwn>] {
  const option = tmpfs.options[name] as TypeOption<TmpfsOptions>;
  return [
    name,
    {
      value: option.value ?? '',
      help,
      read(value, { memory }) {
        const read = option.read(value, memory);
        return typeof read === 'string' ? read : { memory: { ...memory, ...read } };
      },
    },
  ];
}

export const overlay: MountType<OverlayOwn> = {
  name: 'overlay',
  summary: 'several directories as one; changes go to the upper one',
  label: 'overlay',
  exportName: 'overlay',
  safe: [],
  kernelChecks: true,
  kernelHas: true,
  defaults: () => ({ lowers: [], upper: undefined, work: undefined, inMemory: false, userAttributes: false, memory: { ...defaultTmpfsOptions(), mode: 0o755 } }),
  options: {
    lowerdir: {
      value: 'DIR[:DIR..]',
      help: 'the layers that stay as they are, the topmost first',
      read(value) {
        const lowers = directoryList(value);
        return lowers ? { lowers } : 'directories, separated by colons';
      },
    },
    upperdir: { value: 'DIR', help: 'the layer that takes the changes', read: directoryOption('upper') },
    workdir: { value: 'DIR', help: 'an empty directory beside it, in the same file system', read: directoryOption('work') },
    upper: {
      value: 'tmpfs',
      help: 'changes are kept in memory instead, as long as the mount lives',
      read: (value) => (value === 'tmpfs' ? { inMemory: true } : 'the only one is tmpfs'),
    },
    ...Object.fromEntries([ofMemory('size', 'how much that may hold, as in tmpfs(5)'), ofMemory('nr_inodes', '')]),
    index: fixed('off', /^off$/),
    metacopy: fixed('off', /^off$/),
    redirect_dir: fixed('off', /^(off|nofollow)$/),
    xino: fixed('auto', /^(on|off|auto)$/),
    nfs_export: fixed('off', /^off$/),
    uuid: fixed('null', /^(null|auto|off|on)$/),
    userxattr: { help: 'marks are attributes of the space `user`, which not only root may set', read: () => ({ userAttributes: true }) },
    volatile: { help: '', read: () => ({}) },
  },
  async findSource(label, { own }) {
    const { lowers, upper, work, inMemory } = own;
    if (lowers.length === 0) throw badUsage('mount', 'overlay needs lowerdir=DIR[:DIR..]');
    if (inMemory && (upper ?? work) !== undefined) throw badUsage('mount', 'either upper=tmpfs or upperdir= and workdir=');
    if ((upper === undefined) !== (work === undefined)) throw badUsage('mount', 'upperdir= and workdir= go together');
    for (const path of directoriesOf(own)) await sourceDirectory(path, '');
    await refuseOverlappingLayers(lowers, upper, work);
    return label ?? 'overlay';
  },
  checkTarget: (target, _label, { own }) => refuseWithin(target, directoriesOf(own)),
  origin: ({ options: { own } }) => directoriesOf(own).join(':'),
  describe({ options: { own } }, roots) {
    const { lowers, upper, work, inMemory, userAttributes, memory } = own;
    const changes = upper !== undefined && work !== undefined ? { path: upper, work } : inMemory ? { memory } : undefined;
    return { type: 'overlay', roots, lowers, space: userAttributes ? 'user' : 'trusted', ...(changes && { upper: changes }) };
  },
};

function directoriesOf({ lowers, upper, work }: OverlayOwn): readonly string[] {
  return [upper, work, ...lowers].filter((path) => path !== undefined);
}
