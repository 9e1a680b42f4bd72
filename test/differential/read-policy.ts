/** Which files are not simply read from start to end. */

import { readFileSync } from 'node:fs';

export interface ReadPolicy {
  /** Reading has effects: it is only opened and closed. */
  readonly openOnly?: boolean;
  /** It is as large as an address space: these pieces of it are read. */
  readonly pieces?: readonly Piece[];
}

export interface Piece {
  readonly at: number;
  readonly size: number;
}

const WHOLE: ReadPolicy = {};
const OPEN_ONLY: ReadPolicy = { openOnly: true };
const PAGE = 4096;

/** How to read a file: `path` is below /proc, `kernel` the place of the kernel's /proc. */
export function readPolicy(path: string, kernel: string): ReadPolicy {
  const name = path.slice(path.lastIndexOf('/') + 1);
  switch (name) {
    case 'kmsg':
    case 'kcore':
      // Messages read from kmsg are gone for everyone else.
      return path === name ? OPEN_ONLY : WHOLE;
    case 'kpagecount':
    case 'kpageflags':
    case 'kpagecgroup':
      // The first page frames belong to the kernel itself and do not change.
      return { pieces: [{ at: 8, size: 512 }] };
    case 'mem':
    case 'pagemap':
      return /^\d+\//.test(path) ? memoryPieces(name, path, kernel) : WHOLE;
    default:
      return WHOLE;
  }
}

/** The first page of some mappings, and where nothing is mapped. */
function memoryPieces(name: string, path: string, kernel: string): ReadPolicy {
  let maps: string;
  try {
    maps = readFileSync(`${kernel}/${path.slice(0, -name.length)}maps`, 'latin1');
  } catch {
    return { pieces: [{ at: 0, size: 64 }] };
  }
  const own = path.startsWith(`${process.pid}/`);
  const pieces: Piece[] = [];
  for (const line of maps.split('\n')) {
    const [, start, end, permissions] = /^([0-9a-f]+)-([0-9a-f]+) (....)/.exec(line) ?? [];
    if (start === undefined || end === undefined || !permissions?.startsWith('r') || line.includes('[v')) continue;
    // Our own memory changes while we look at it.
    if (own && permissions.startsWith('rw')) continue;
    const first = Number.parseInt(start, 16);
    const pages = Math.min(4, (Number.parseInt(end, 16) - first) / PAGE);
    if (name === 'mem') pieces.push({ at: first, size: PAGE });
    else pieces.push({ at: (first / PAGE) * 8, size: pages * 8 });
  }
  return { pieces: pieces.length ? pieces : [{ at: 0, size: 64 }] };
}
