/** Where a portable source has its snapshot from. */

import type { Part } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

export interface Feed {
  /** Takes over what came since the last time, and gives all that is known: the same object where nothing came. Never waits. */
  take(): Snapshot;
  /** What was taken over last. */
  now(): Snapshot;
  /** Seconds since boot. */
  uptime(): number;
  /** Somebody reads a part: it is to be kept up to date for a while. */
  want(part: Part): void;
  close(): void;
}
