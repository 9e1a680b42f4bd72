/**
 * The type unionfs on the command line: branches as unionfs-fuse(8) takes them, `A=RW:B=RO`, or FreeBSD's mount_unionfs(8),
 * a directory that goes above, or with `below` under, what TARGET has.
 */

import { resolve } from 'node:path';
import { badUsage } from '../failure.ts';
import type { BranchDescription } from '../trees/union.ts';
import { refuseCovered } from './distinct.ts';
import { splitList } from './directory-list.ts';
import { sourceDirectory } from './source-directory.ts';
import type { MountType } from './type.ts';

interface UnionfsOwn {
  readonly copies: boolean;
  readonly below: boolean;
}

export const unionfs: MountType<UnionfsOwn> = {
  name: 'unionfs',
  summary: 'the directories SOURCE, A=RW:B=RO.., as one; or SOURCE above TARGET',
  label: '',
  safe: [],
  kernelChecks: true,
  defaults: () => ({ copies: true, below: false }),
  options: {
    cow: { help: 'copy what is changed to the first branch, and cover there what is removed (the default)', read: () => ({ copies: true }) },
    nocow: { help: 'change every file in the branch where it is', read: () => ({ copies: false }) },
    below: { help: 'where SOURCE is one directory: it goes under what TARGET has', read: () => ({ below: true }) },
    copymode: { value: 'transparent', help: '', read: (value) => (value === 'transparent' ? {} : 'copies are transparent here') },
    whiteout: { value: 'whenneeded', help: '', read: (value) => (value === 'whenneeded' ? {} : 'whiteouts are made when they are needed') },
  },
  async findSource(source, { own, readOnly }) {
    if (source === undefined) throw badUsage('mount', 'SOURCE is missing: the branches, DIR=RW:DIR=RO..');
    const branches = readBranches(source);
    if (branches === undefined) throw badUsage('mount', `bad branches ${source}: DIR=RW:DIR=RO..`);
    const [first, ...rest] = branches;
    if (own.below && rest.length > 0) throw badUsage('mount', 'below is for one directory and TARGET');
    if (own.copies && rest.some((branch) => !branch.readOnly && branch.said))
      throw badUsage('mount', 'with cow the first branch alone is written to; nocow changes files where they are');
    if (own.copies && first?.readOnly && !readOnly) throw badUsage('mount', 'with cow the first branch has to be RW');
    for (const { path } of branches) await sourceDirectory(path, '');
    const isOne = rest.length === 0 && first && !first.said;
    return isOne ? first.path : branches.map(({ path, readOnly: fixed }) => `${path.replace(/[\\:=]/g, '\\$&')}=${fixed ? 'RO' : 'RW'}`).join(':');
  },
  checkTarget: (target, source, { own }) => refuseCovered(target, branchesOf(source, target, own).map(({ path }) => path)),
  origin: ({ label }) => label,
  describe({ target, label, options: { own, readOnly } }, roots) {
    const branches = branchesOf(label, target, own).map(({ path, readOnly: fixed }) => ({ path, readOnly: fixed || readOnly }));
    return { type: 'unionfs', roots, branches, copies: own.copies && !readOnly, merges: true, ...(target !== undefined && { covered: target }) };
  },
};

interface SaidBranch extends BranchDescription {
  /** Whether its mode was given. */
  readonly said: boolean;
}

/** Reads `DIR=RW:DIR=RO`; what has no mode is RO but for the first. Undefined where a word is none. */
function readBranches(text: string): readonly SaidBranch[] | undefined {
  const branches: SaidBranch[] = [];
  for (const word of splitList(text)) {
    const [, path = '', mode] = /^((?:\\.|[^\\])*?)(?:=(RW|RO|rw|ro))?$/s.exec(word) ?? [];
    if (path === '') return undefined;
    const readOnly = mode === undefined ? branches.length > 0 : mode.toUpperCase() === 'RO';
    branches.push({ path: resolve(path.replace(/\\(.)/g, '$1')), readOnly, said: mode !== undefined });
  }
  return branches;
}

/** The branches of a source, with TARGET where it is one. */
function branchesOf(source: string, target: string | undefined, { below }: UnionfsOwn): readonly BranchDescription[] {
  const branches = readBranches(source) ?? [];
  const [only] = branches;
  if (!only || only.said || branches.length > 1 || target === undefined) return branches;
  return below ? [{ path: target, readOnly: false }, { path: only.path, readOnly: true }] : [only, { path: target, readOnly: true }];
}
