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
    path: /^\{\w+\} as namespaced root\/(task\/\d+\/)?(status|[ug]id_map|projid_map)$/,
    check: /^bytes$/,
    reason: 'ids are told as they are in the user namespace of the server',
  },
  {
    path: /^\{\w+\} as namespaced root\/(task\/\d+\/)?clear_refs$/,
    check: /^bytes$/,
    reason: 'capabilities of another user namespace do not count, not even over files of users that it has',
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
