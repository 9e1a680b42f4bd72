/** What `compatfs serve` is asked to export, as plain data. */

import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { TlsFiles } from '../9p-proxy/options.ts';
import { UnreadableFile, readTls as readTlsFiles } from '../9p-proxy/tls.ts';
import { DEFAULT_LIMITS, type Limits } from '../node-9p/limits.ts';
import { MAXIMUM_MSIZE, MINIMUM_MSIZE } from '../node-9p/protocol.ts';
import { isLocal, parseAddress } from '../node-9p/transports/address.ts';
import { type MapRule, parseRule } from './client-identity.ts';
import { Failure, badUsage } from './failure.ts';
import { parseMountOptions, shareOptions } from './mount-options.ts';
import type { TreePlan } from './mount-server.ts';
import { MOUNT_TYPES } from './types/all.ts';
import { nullfs } from './types/nullfs.ts';
import { sourceDirectory } from './types/source-directory.ts';
import type { MountType } from './types/type.ts';
import { Users } from './users.ts';

/** Where 9P is served unless something else is said; the registered port, 564, is root's alone. */
export const DEFAULT_EXPORT_PORT = 5640;

/** A tree with the name that clients ask for it by. */
export interface ExportedTree extends TreePlan {
  readonly name: string;
}

export interface ExportPlan {
  readonly addresses: readonly string[];
  readonly trees: readonly ExportedTree[];
  readonly rules: readonly MapRule[];
  readonly limits: Partial<Limits>;
  /** With `authority`, clients have to have a certificate. The texts are read by whoever serves: a key has no place in an order. */
  readonly tls?: TlsFiles;
  /** Whether connections and attaches are logged too. */
  readonly verbose: boolean;
}

/** The types that need nothing to point at. */
const TYPES: readonly MountType[] = MOUNT_TYPES.filter(({ exportName }) => exportName !== undefined);

/** Reads `[NAME=]TREE[,OPTION..]` words, with options that are for all trees that have them. Throws a Failure. */
export async function parseTrees(words: readonly string[], optionLists: readonly string[]): Promise<ExportedTree[]> {
  const split = words.map((word) => {
    const [, given, what = '', said = ''] = /^(?:([^=/,]*)=)?([^,]*)(?:,(.*))?$/s.exec(word) ?? [];
    return { word, given, what, said, type: TYPES.find(({ name }) => name === what) ?? nullfs };
  });
  const share = shareOptions('serve', optionLists, split.map(({ type }) => type));
  const trees: ExportedTree[] = [];
  for (const { word, given, what, said, type } of split) {
    const label = type === nullfs ? await directory(what) : what;
    const name = given ?? type.exportName ?? (basename(label) || 'root');
    if (name === '' || name === '.' || name === '..' || name.includes(':'))
      throw badUsage('serve', `${word}: ${name || 'nothing'} cannot be the name of a tree`);
    if (trees.some((tree) => tree.name === name))
      throw badUsage('serve', `two trees are called ${name}; NAME=TREE gives one another name`);
    const options = parseMountOptions('serve', [...share(type), said], type);
    type.check?.(options.own);
    // A directory has been looked at; other types look at their options.
    if (type !== nullfs) await type.findSource?.(undefined, options);
    const own = type.exported?.(options.own) ?? options.own;
    trees.push({ name, type: type.name, target: undefined, label, options: { ...options, own } });
  }
  return trees;
}

async function directory(path: string): Promise<string> {
  const types = TYPES.map(({ name }) => name).join(', ');
  if (!path.includes('/') && !(await stat(path).catch(() => undefined)))
    throw badUsage('serve', `unknown tree ${path}; a tree is one of ${types}, or a directory`);
  return sourceDirectory(path, '');
}

/** The limits that can be set, by the names that they have on the command line. */
const LIMITS: Readonly<Record<string, { readonly limit: keyof Limits; readonly least: number; readonly most: number }>> = {
  connections: { limit: 'connections', least: 1, most: 1_000_000 },
  fids: { limit: 'fids', least: 1, most: 100_000_000 },
  msize: { limit: 'messageSize', least: MINIMUM_MSIZE, most: MAXIMUM_MSIZE },
  outstanding: { limit: 'outstanding', least: 1, most: 65_535 },
};

/** For the help. */
export const LIMIT_HELP: string = Object.entries(LIMITS)
  .map(([name, { limit }]) => `${name} (${DEFAULT_LIMITS[limit]})`)
  .join(', ');

/** Reads `NAME=N` words. Throws a Failure. */
export function parseLimits(words: readonly string[]): Partial<Limits> {
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const word of words) {
    const [name = '', value = ''] = word.split('=');
    const known = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
    if (!known) throw badUsage('serve', `unknown limit ${name}; the limits are: ${Object.keys(LIMITS).join(', ')}`);
    const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
    if (!(number >= known.least && number <= known.most))
      throw badUsage('serve', `bad limit ${word}: a number from ${known.least} to ${known.most}`);
    limits[known.limit] = number;
  }
  return limits;
}

/** Reads `WHO=USER` words. Throws a Failure. */
export function parseRules(words: readonly string[]): MapRule[] {
  const users = new Users();
  return words.map((word) => {
    const rule = parseRule(word, users);
    if (typeof rule === 'string') throw badUsage('serve', `bad mapping ${word}: ${rule}`);
    return rule;
  });
}

/** Looks at the files of TLS. Throws a Failure. */
export function readTls(certificate?: string, key?: string, authority?: string): ExportPlan['tls'] {
  if (certificate === undefined && key === undefined && authority === undefined) return undefined;
  if (certificate === undefined || key === undefined)
    throw badUsage('serve', '--tls-cert and --tls-key are needed for TLS, both of them');
  const files = { certificate: resolve(certificate), key: resolve(key), ...(authority !== undefined && { authority: resolve(authority) }) };
  try {
    readTlsFiles(files);
  } catch (error) {
    throw error instanceof UnreadableFile ? new Failure(error.path, error.why) : error;
  }
  return files;
}

/** What somebody should know who exports this; each a line. Throws a Failure for addresses that are none. */
export function warnings({ addresses, tls, rules }: ExportPlan): string[] {
  const lines: string[] = [];
  for (const address of addresses) {
    const parsed = parseAddress(address);
    if (typeof parsed === 'string') throw badUsage('serve', `${address}: ${parsed}`);
    if (isLocal(parsed)) continue;
    const who = tls?.authority === undefined ? 'whoever reaches it can use what is exported' : undefined;
    const how = tls === undefined ? 'nothing is encrypted' : undefined;
    const said = [who, how].filter((part) => part !== undefined).join(', and ');
    if (said) lines.push(`warning: ${address} is open to other machines: ${said}`);
    if (tls?.authority === undefined && rules.some(({ who: rule, user }) => !rule.startsWith('@') && user !== 'none'))
      lines.push(`warning: ${address}: users are taken for who they say they are, as --map says`);
  }
  return lines;
}
