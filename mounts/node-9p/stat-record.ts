/** The stat record of 9P2000 and 9P2000.u (layout.ts shows its layout). */

import type { Qid } from './qid.ts';
import type { U64 } from './u64.ts';

/** What Rstat tells and Twstat changes; in directory reads one for each entry. */
export interface StatRecord {
  /** For the kernel's use: the server's type and number. */
  type: number;
  dev: number;
  qid: Qid;
  /** DM* bits and permissions. */
  mode: number;
  /** Seconds since the epoch. */
  atime: number;
  mtime: number;
  length: U64;
  name: string;
  uid: string;
  gid: string;
  muid: string;
  /** A link's target, or a device as `c 1 3` (9P2000.u). */
  extension: string;
  n_uid: number;
  n_gid: number;
  n_muid: number;
}
