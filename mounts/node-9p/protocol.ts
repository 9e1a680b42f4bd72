/**
 * The numbers of 9P: message types, flags and bits of 9P2000 (Plan 9's intro(5)), 9P2000.u and 9P2000.L (Linux's
 * include/net/9p/9p.h). The messages' layouts are in layout.ts.
 */

/** The protocol versions, from the richest on. */
export type Dialect = '9P2000.L' | '9P2000.u' | '9P2000';

/** The tag of Tversion, and the fid that stands for none. */
export const NOTAG = 0xffff;
export const NOFID = 0xffff_ffff;
/** A numeric user that stands for none: the name counts. */
export const NONUNAME = 0xffff_ffff;

/** size[4] type[1] tag[2] */
export const HEADER_SIZE = 7;
/** What a message around `count` bytes of a read or a write needs: Twrite's fields, which Plan 9 calls IOHDRSZ. */
export const IO_HEADER_SIZE = 24;
/** What Rread needs before its data. */
export const READ_HEADER_SIZE: number = HEADER_SIZE + 4;
/** The most names in one Twalk. */
export const MAXWELEM = 16;
/** type[1] version[4] path[8] */
export const QID_SIZE = 13;

/** The bounds of a message's size that servers agree to. */
export const MINIMUM_MSIZE = 4096;
export const MAXIMUM_MSIZE: number = 1 << 20;

// Qid types.
export const QTDIR = 0x80;
export const QTAPPEND = 0x40;
export const QTEXCL = 0x20;
export const QTMOUNT = 0x10;
export const QTAUTH = 0x08;
export const QTTMP = 0x04;
export const QTSYMLINK = 0x02;
export const QTLINK = 0x01;
export const QTFILE = 0x00;

// Modes of a stat record: those of 9P2000, then those of 9P2000.u. The low nine bits are permissions.
export const DMDIR = 0x8000_0000;
export const DMAPPEND = 0x4000_0000;
export const DMEXCL = 0x2000_0000;
export const DMMOUNT = 0x1000_0000;
export const DMAUTH = 0x0800_0000;
export const DMTMP = 0x0400_0000;
export const DMSYMLINK = 0x0200_0000;
export const DMLINK = 0x0100_0000;
export const DMDEVICE = 0x0080_0000;
export const DMNAMEDPIPE = 0x0020_0000;
export const DMSOCKET = 0x0010_0000;
export const DMSETUID = 0x0008_0000;
export const DMSETGID = 0x0004_0000;
export const DMSETVTX = 0x0001_0000;

// Modes of Topen and Tcreate.
export const OREAD = 0;
export const OWRITE = 1;
export const ORDWR = 2;
export const OEXEC = 3;
export const OTRUNC = 0x10;
export const OCEXEC = 0x20;
export const ORCLOSE = 0x40;
export const OAPPEND = 0x80;
export const OEXCL = 0x1000;

// Flags of Tlopen and Tlcreate: Linux's open(2), with the values of the generic ABI on every machine.
export const O_ACCMODE = 0o3;
export const O_RDONLY = 0o0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;

// File types in modes (inode(7)).
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

// Masks of Tgetattr and Rgetattr.
export const GETATTR_MODE = 0x001;
export const GETATTR_NLINK = 0x002;
export const GETATTR_UID = 0x004;
export const GETATTR_GID = 0x008;
export const GETATTR_RDEV = 0x010;
export const GETATTR_ATIME = 0x020;
export const GETATTR_MTIME = 0x040;
export const GETATTR_CTIME = 0x080;
export const GETATTR_INO = 0x100;
export const GETATTR_SIZE = 0x200;
export const GETATTR_BLOCKS = 0x400;
export const GETATTR_BTIME = 0x800;
export const GETATTR_GEN = 0x1000;
export const GETATTR_DATA_VERSION = 0x2000;
/** All that stat(2) tells. */
export const GETATTR_BASIC = 0x7ff;
export const GETATTR_ALL = 0x3fff;

// The mask of Tsetattr.
export const SETATTR_MODE = 0x001;
export const SETATTR_UID = 0x002;
export const SETATTR_GID = 0x004;
export const SETATTR_SIZE = 0x008;
export const SETATTR_ATIME = 0x010;
export const SETATTR_MTIME = 0x020;
export const SETATTR_CTIME = 0x040;
/** Without these the times are the server's present. */
export const SETATTR_ATIME_SET = 0x080;
export const SETATTR_MTIME_SET = 0x100;

/** The flag of Tunlinkat: a directory is to go. */
export const AT_REMOVEDIR = 0x200;

// Tlock and Tgetlock.
export const LOCK_TYPE_RDLCK = 0;
export const LOCK_TYPE_WRLCK = 1;
export const LOCK_TYPE_UNLCK = 2;
export const LOCK_FLAGS_BLOCK = 1;
export const LOCK_FLAGS_RECLAIM = 2;
export const LOCK_SUCCESS = 0;
export const LOCK_BLOCKED = 1;
export const LOCK_ERROR = 2;
export const LOCK_GRACE = 3;

// Flags of Txattrcreate (setxattr(2)).
export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;
