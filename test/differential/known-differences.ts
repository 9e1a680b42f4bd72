/** Differences that are justified. They count as differences all the same; the reason is shown with them. */

import { existsSync } from 'node:fs';
import { reasonAgainstNamespaces } from '../support/requirements.ts';
import type { Difference } from './ledger.ts';

interface KnownDifference {
  /** Of `Difference.path`. */
  readonly path: RegExp;
  /** Of `Difference.check`. */
  readonly check?: RegExp;
  readonly reason: string;
  /** Whether there is what it is about: not every machine has that. */
  readonly applies: () => boolean;
}

const KNOWN: readonly KnownDifference[] = [
  {
    path: /^\{self\}\/(task\/[^/]+\/)?stack$/,
    check: /^bytes$/,
    reason: 'a thread that reads its own kernel stack is shown waiting for the answer',
    applies: () => existsSync('/proc/self/stack'),
  },
  {
    path: /^\{namespaces\} as powerless root\//,
    reason: 'who made a user namespace, and so has every capability over it, cannot be read',
    applies: () => reasonAgainstNamespaces() === undefined,
  },
];

/** The reason on record for a difference. */
export function reasonFor(difference: Difference): string | undefined {
  return KNOWN.find(({ path, check }) => path.test(difference.path) && (check?.test(difference.check) ?? true))?.reason;
}

/** The reasons for which there is no difference (any more), though this machine has what they are about. */
export function unusedReasons(differences: readonly Difference[]): string[] {
  const used = new Set(differences.map(({ reason }) => reason));
  return KNOWN.filter(({ applies, reason }) => !used.has(reason) && applies()).map(({ reason }) => reason);
}
