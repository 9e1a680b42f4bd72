/** Differences that are justified. They count as differences all the same; the reason is shown with them. */

import type { Difference } from '../differential/ledger.ts';

interface KnownDifference {
  /** Of `Difference.path`. */
  readonly path: RegExp;
  /** Of `Difference.check`. */
  readonly check?: RegExp;
  readonly reason: string;
}

const KNOWN: readonly KnownDifference[] = [
  {
    path: /^class\/net$|^devices\/.*\/net$/,
    check: /^order$/,
    reason: 'where names belong to network namespaces the kernel orders them by an address of its own',
  },
];

/** The reason on record for a difference. */
export function reasonFor(difference: Difference<string>): string | undefined {
  return KNOWN.find(({ path, check }) => path.test(difference.path) && (check?.test(difference.check) ?? true))?.reason;
}
