/** From a 9P server's attributes to what FUSE replies with. */

import { Stat, StatFs } from '../../fs/stat.ts';
import type { Attributes, FileSystemAttributes } from '../node-9p/attributes.ts';
import type { Qid } from '../node-9p/qid.ts';

/** What stat(2) tells here. The server's inode number is the qid's path. */
export function toStat(attributes: Attributes, qid: Qid): Stat {
  const stat = new Stat();
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
  return stat;
}

/** What statfs(2) tells; versions other than 9P2000.L say nothing. */
export function toStatFs(attributes: FileSystemAttributes | undefined): StatFs {
  const stat = new StatFs();
  if (!attributes) return stat;
  stat.blockSize = attributes.blockSize;
  stat.fragmentSize = attributes.blockSize;
  stat.blocks = Number(attributes.blocks);
  stat.blocksFree = Number(attributes.blocksFree);
  stat.blocksAvailable = Number(attributes.blocksAvailable);
  stat.files = Number(attributes.files);
  stat.filesFree = Number(attributes.filesFree);
  stat.nameLength = attributes.nameLength;
  return stat;
}
