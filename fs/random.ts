/** Random bytes. */

import { closeSync, openSync, readSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';

/** As many as programs want at their start. More are made by a library, which takes longer to load than to make them. */
const FEW = 64;

/** Fills with bytes that nobody can guess. */
export function fillRandom(into: Uint8Array): void {
  if (into.length > FEW || !readDevice(into)) randomFillSync(into);
}

function readDevice(into: Uint8Array): boolean {
  try {
    const descriptor = openSync('/dev/urandom', 'r');
    try {
      return readSync(descriptor, into, 0, into.length, null) === into.length;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}
