/** A 9P server's attributes as those of our own file systems, which is what FUSE is told. */

import { Stat, StatFs } from '../../fs/stat.ts';
import type { Attributes, FileSystemAttributes } from '../node-9p/attributes.ts';
import type { Qid } from '../node-9p/qid.ts';

/** What stat(2) tells here. */
export function toStat(attributes: Attributes, qid: Qid): Stat {
  const stat = new Stat();
  fillStat(stat, attributes, qid);
  return stat;
}

/** Fills in a Stat. The server's inode number is the qid's path. */
export function fillStat(stat: Stat, attributes: Attributes, qid: Qid): void {
  stat.ino = qid.path;
  stat.mode = attributes.mode;
  stat.nlink = Number(attributes.nlink);
  stat.uid = attributes.uid;
  stat.gid = attributes.gid;
  stat.rdev = attributes.rdev;
  stat.size = Number(attributes.size);
  stat.blksize = attributes.blksize;
  stat.blocks = Number(attributes.blocks);
  stat.atime = attributes.atime;
  stat.atimeNanoseconds = attributes.atimeNanoseconds;
  stat.mtime = attributes.mtime;
  stat.mtimeNanoseconds = attributes.mtimeNanoseconds;
  stat.ctime = attributes.ctime;
  stat.ctimeNanoseconds = attributes.ctimeNanoseconds;
}

/** What statfs(2) tells; versions other than 9P2000.L say nothing. */
export function toStatFs(attributes: FileSystemAttributes | undefined): StatFs {
  const stat = new StatFs();
  if (attributes) fillStatFs(stat, attributes);
  return stat;
}

/** Fills in a StatFs, but for what FUSE says itself. */
export function fillStatFs(stat: StatFs, attributes: FileSystemAttributes): void {
  stat.blockSize = attributes.blockSize;
  stat.fragmentSize = attributes.blockSize;
  stat.blocks = Number(attributes.blocks);
  stat.blocksFree = Number(attributes.blocksFree);
  stat.blocksAvailable = Number(attributes.blocksAvailable);
  stat.files = Number(attributes.files);
  stat.filesFree = Number(attributes.filesFree);
  stat.nameLength = attributes.nameLength;
}
