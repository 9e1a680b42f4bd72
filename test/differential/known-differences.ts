/** Differences that are justified. They count as differences all the same; the reason is shown with them. */

import type { Difference } from './ledger.ts';

interface KnownDifference {
  /** Of `Difference.path`. */
  readonly path: RegExp;
  /** Of `Difference.check`. */
  readonly check?: RegExp;
  readonly reason: string;
}

const KNOWN: readonly KnownDifference[] = [
  {
    path: /^\{self\}\/(task\/[^/]+\/)?stack$/,
    check: /^bytes$/,
    reason: 'a thread that reads its own kernel stack is shown waiting for the answer',
  },
  {
    path: /^\{namespaces\} as powerless root\//,
    reason: 'who made a user namespace, and so has every capability over it, cannot be read',
  },
  {
    path: /^\{\/\} as namespaced root\/sys\/net\/ipv4\/ping_group_range$/,
    check: /^bytes$/,
    reason: 'parameters are told as they are in the user namespace of the server',
  },
];

/** The reason on record for a difference. */
export function reasonFor(difference: Difference): string | undefined {
  return KNOWN.find(({ path, check }) => path.test(difference.path) && (check?.test(difference.check) ?? true))?.reason;
}

/** The reasons for which there is no difference (any more). */
export function unusedReasons(differences: readonly Difference[]): string[] {
  const used = new Set(differences.map(({ reason }) => reason));
  return KNOWN.map(({ reason }) => reason).filter((reason) => !used.has(reason));
}
