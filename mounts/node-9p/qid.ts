/** Qids: what a server calls a file, whatever its name. */

import { QTDIR, QTFILE, QTSYMLINK, S_IFDIR, S_IFLNK, S_IFMT } from './protocol.ts';
import { type U64, u64FromHalves, u64High, u64Low } from './u64.ts';

/**
 * A file's identity: two files are the same if and only if their paths are, and a file has changed if its version has.
 * The path is kept in halves, since paths with all 64 bits are common and bigints slow.
 */
export class Qid {
  /** QT* bits. */
  readonly type: number;
  /** Linux takes 0 for "not to be cached". */
  readonly version: number;
  readonly pathHigh: number;
  readonly pathLow: number;

  constructor(type: number, version: number, pathHigh: number, pathLow: number) {
    this.type = type;
    this.version = version;
    this.pathHigh = pathHigh;
    this.pathLow = pathLow;
  }

  /** Makes one of a path in one piece. */
  static of(type: number, version: number, path: U64): Qid {
    return new Qid(type, version, u64High(path), u64Low(path));
  }

  get path(): U64 {
    return u64FromHalves(this.pathHigh, this.pathLow);
  }

  /** Whether it stands for the same file as another. */
  samePath(other: Qid): boolean {
    return this.pathLow === other.pathLow && this.pathHigh === other.pathHigh;
  }
}

/** The qid type for a file type in a mode. */
export function qidType(mode: number): number {
  const type = mode & S_IFMT;
  return type === S_IFDIR ? QTDIR : type === S_IFLNK ? QTSYMLINK : QTFILE;
}
