/** Where a portable source has its snapshot from. */

import type { Part } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

export interface Feed {
  /** What is known now: the same object as long as nothing new came. Never waits. */
  now(): Snapshot;
  /** Seconds since boot. */
  uptime(): number;
  /** Somebody reads a part: it is to be kept up to date for a while. */
  want(part: Part): void;
  close(): void;
}
