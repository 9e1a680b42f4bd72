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
];

/** The reason on record for a difference. */
export function reasonFor(difference: Difference): string | undefined {
  return KNOWN.find(({ path, check }) => path.test(difference.path) && (check?.test(difference.check) ?? true))?.reason;
}
