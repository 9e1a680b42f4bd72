/**
 * The FUSE kernel protocol, version 7 (include/uapi/linux/fuse.h; fuse(4)): numbers and sizes. All integers are in the
 * host's byte order; 64-bit fields are 8-byte aligned.
 *
 * Request header, 40 bytes:  len u32 | opcode u32 | unique u64 | nodeid u64 | uid u32 | gid u32 | pid u32 | extlen u16, pad u16
 * Reply header, 16 bytes:    len u32 | error i32 | unique u64
 */

export const FUSE_KERNEL_VERSION = 7;
/** The newest minor version whose layouts we use. */
export const FUSE_KERNEL_MINOR_VERSION = 38;
/** The oldest minor version that we serve: it has the 24-byte init reply's successors and renameat2 (Linux 3.15). */
export const FUSE_OLDEST_MINOR_VERSION = 23;
export const FUSE_ROOT_ID = 1;

export const IN_HEADER_SIZE = 40;
export const OUT_HEADER_SIZE = 16;

// Requests (enum fuse_opcode).
export const FUSE_LOOKUP = 1;
export const FUSE_FORGET = 2;
export const FUSE_GETATTR = 3;
export const FUSE_SETATTR = 4;
export const FUSE_READLINK = 5;
export const FUSE_SYMLINK = 6;
export const FUSE_MKNOD = 8;
export const FUSE_MKDIR = 9;
export const FUSE_UNLINK = 10;
export const FUSE_RMDIR = 11;
export const FUSE_RENAME = 12;
export const FUSE_LINK = 13;
export const FUSE_OPEN = 14;
export const FUSE_READ = 15;
export const FUSE_WRITE = 16;
export const FUSE_STATFS = 17;
export const FUSE_RELEASE = 18;
export const FUSE_FSYNC = 20;
export const FUSE_SETXATTR = 21;
export const FUSE_GETXATTR = 22;
export const FUSE_LISTXATTR = 23;
export const FUSE_REMOVEXATTR = 24;
export const FUSE_FLUSH = 25;
export const FUSE_INIT = 26;
export const FUSE_OPENDIR = 27;
export const FUSE_READDIR = 28;
export const FUSE_RELEASEDIR = 29;
export const FUSE_FSYNCDIR = 30;
export const FUSE_GETLK = 31;
export const FUSE_SETLK = 32;
export const FUSE_SETLKW = 33;
export const FUSE_ACCESS = 34;
export const FUSE_CREATE = 35;
export const FUSE_INTERRUPT = 36;
export const FUSE_BMAP = 37;
export const FUSE_DESTROY = 38;
export const FUSE_IOCTL = 39;
export const FUSE_POLL = 40;
export const FUSE_NOTIFY_REPLY = 41;
export const FUSE_BATCH_FORGET = 42;
export const FUSE_FALLOCATE = 43;
export const FUSE_READDIRPLUS = 44;
export const FUSE_RENAME2 = 45;
export const FUSE_LSEEK = 46;
export const FUSE_COPY_FILE_RANGE = 47;
export const FUSE_SETUPMAPPING = 48;
export const FUSE_REMOVEMAPPING = 49;
export const FUSE_SYNCFS = 50;
export const FUSE_TMPFILE = 51;
export const FUSE_STATX = 52;

// Unsolicited messages (enum fuse_notify_code).
export const FUSE_NOTIFY_POLL = 1;
export const FUSE_NOTIFY_INVAL_INODE = 2;
export const FUSE_NOTIFY_INVAL_ENTRY = 3;

// Init flags that we ask for or look at.
export const FUSE_ASYNC_READ: number = 1 << 0;
export const FUSE_POSIX_LOCKS: number = 1 << 1;
export const FUSE_ATOMIC_O_TRUNC: number = 1 << 3;
export const FUSE_EXPORT_SUPPORT: number = 1 << 4;
export const FUSE_BIG_WRITES: number = 1 << 5;
export const FUSE_DONT_MASK: number = 1 << 6;
export const FUSE_FLOCK_LOCKS: number = 1 << 10;
export const FUSE_AUTO_INVAL_DATA: number = 1 << 12;
export const FUSE_DO_READDIRPLUS: number = 1 << 13;
export const FUSE_READDIRPLUS_AUTO: number = 1 << 14;
export const FUSE_ASYNC_DIO: number = 1 << 15;
export const FUSE_PARALLEL_DIROPS: number = 1 << 18;
export const FUSE_ABORT_ERROR: number = 1 << 21;
export const FUSE_MAX_PAGES: number = 1 << 22;
export const FUSE_HANDLE_KILLPRIV_V2: number = 1 << 28;
/** There is a second word of flags. */
export const FUSE_INIT_EXT: number = 1 << 30;
/** In the second word: files that are read and written directly can be mapped and shared all the same. */
export const FUSE_DIRECT_IO_ALLOW_MMAP: number = 1 << 4;

// Open reply flags.
export const FOPEN_DIRECT_IO: number = 1 << 0;
export const FOPEN_KEEP_CACHE: number = 1 << 1;
export const FOPEN_NONSEEKABLE: number = 1 << 2;
export const FOPEN_CACHE_DIR: number = 1 << 3;
export const FOPEN_STREAM: number = 1 << 4;
export const FOPEN_NOFLUSH: number = 1 << 5;

// fuse_setattr_in.valid.
export const FATTR_MODE: number = 1 << 0;
export const FATTR_UID: number = 1 << 1;
export const FATTR_GID: number = 1 << 2;
export const FATTR_SIZE: number = 1 << 3;
export const FATTR_ATIME: number = 1 << 4;
export const FATTR_MTIME: number = 1 << 5;
export const FATTR_FH: number = 1 << 6;
export const FATTR_ATIME_NOW: number = 1 << 7;
export const FATTR_MTIME_NOW: number = 1 << 8;
export const FATTR_LOCKOWNER: number = 1 << 9;
export const FATTR_CTIME: number = 1 << 10;
export const FATTR_KILL_SUIDGID: number = 1 << 11;

export const FUSE_GETATTR_FH = 1;
export const FUSE_LK_FLOCK = 1;
export const FUSE_RELEASE_FLOCK_UNLOCK: number = 1 << 1;
export const FUSE_WRITE_CACHE: number = 1 << 0;
export const FUSE_WRITE_KILL_SUIDGID: number = 1 << 2;
export const FUSE_OPEN_KILL_SUIDGID: number = 1 << 0;
export const FUSE_POLL_SCHEDULE_NOTIFY = 1;
export const FUSE_FSYNC_FDATASYNC = 1;
export const FUSE_IOCTL_DIR: number = 1 << 4;

/** The least that may follow the header, by opcode: sizes of the fixed structs, and one NUL for each name. */
export const MINIMUM_BODY: Readonly<Record<number, number>> = {
  [FUSE_LOOKUP]: 1,
  [FUSE_FORGET]: 8,
  [FUSE_GETATTR]: 16,
  [FUSE_SETATTR]: 88,
  [FUSE_READLINK]: 0,
  [FUSE_SYMLINK]: 2,
  [FUSE_MKNOD]: 17,
  [FUSE_MKDIR]: 9,
  [FUSE_UNLINK]: 1,
  [FUSE_RMDIR]: 1,
  [FUSE_RENAME]: 10,
  [FUSE_LINK]: 9,
  [FUSE_OPEN]: 8,
  [FUSE_READ]: 40,
  [FUSE_WRITE]: 40,
  [FUSE_STATFS]: 0,
  [FUSE_RELEASE]: 24,
  [FUSE_FSYNC]: 16,
  [FUSE_SETXATTR]: 9,
  [FUSE_GETXATTR]: 9,
  [FUSE_LISTXATTR]: 8,
  [FUSE_REMOVEXATTR]: 1,
  [FUSE_FLUSH]: 24,
  [FUSE_INIT]: 16,
  [FUSE_OPENDIR]: 8,
  [FUSE_READDIR]: 40,
  [FUSE_RELEASEDIR]: 24,
  [FUSE_FSYNCDIR]: 16,
  [FUSE_ACCESS]: 8,
  [FUSE_CREATE]: 17,
  [FUSE_INTERRUPT]: 8,
  [FUSE_DESTROY]: 0,
  [FUSE_IOCTL]: 32,
  [FUSE_POLL]: 24,
  [FUSE_BATCH_FORGET]: 8,
  [FUSE_FALLOCATE]: 32,
  [FUSE_READDIRPLUS]: 40,
  [FUSE_RENAME2]: 18,
  [FUSE_LSEEK]: 24,
  [FUSE_COPY_FILE_RANGE]: 56,
  [FUSE_TMPFILE]: 17,
};
