/**
 * The layouts of all messages. Every message is
 *
 *     size[4] type[1] tag[2] FIELDS
 *
 * with little-endian integers, `size` counting itself, and a reply's type one above its request's. The fields are, in
 * the order of the table, of these kinds:
 *
 *     u1 u2 u4 u8   an integer of so many bytes
 *     s             len[2] bytes[len], UTF-8, without a NUL
 *     qid           type[1] version[4] path[8]
 *     data          count[4] bytes[count]
 *     names         count[2] count*(s), at most 16
 *     qids          count[2] count*(qid), at most 16
 *     stat          size[2] STAT, where size counts STAT, and stands in a count[2] of its own
 *     u4? s?        absent in 9P2000
 *
 *     STAT          size[2] type[2] dev[4] qid[13] mode[4] atime[4] mtime[4] length[8] name[s] uid[s] gid[s] muid[s]
 *                   and in 9P2000.u also extension[s] n_uid[4] n_gid[4] n_muid[4]; size does not count itself
 *     entry         qid[13] offset[8] type[1] name[s]: what Rreaddir's data consist of
 */

import type { Qid } from './qid.ts';
import type { StatRecord } from './stat-record.ts';
import type { U64 } from './u64.ts';

/** How a field is laid out. */
export type Kind = 'u1' | 'u2' | 'u4' | 'u8' | 's' | 'qid' | 'data' | 'names' | 'qids' | 'stat' | 'u4?' | 's?';

/** What a field of a kind holds in TypeScript. */
interface Values {
  u1: number;
  u2: number;
  u4: number;
  u8: U64;
  s: string;
  qid: Qid;
  data: Uint8Array;
  names: readonly string[];
  qids: readonly Qid[];
  stat: StatRecord;
  'u4?': number | undefined;
  's?': string | undefined;
}

export const LAYOUTS = {
  // All versions.
  Tversion: { msize: 'u4', version: 's' },
  Rversion: { msize: 'u4', version: 's' },
  Tauth: { afid: 'u4', uname: 's', aname: 's', n_uname: 'u4?' },
  Rauth: { aqid: 'qid' },
  Tattach: { fid: 'u4', afid: 'u4', uname: 's', aname: 's', n_uname: 'u4?' },
  Rattach: { qid: 'qid' },
  Tflush: { oldtag: 'u2' },
  Rflush: {},
  Twalk: { fid: 'u4', newfid: 'u4', wnames: 'names' },
  Rwalk: { wqids: 'qids' },
  Tread: { fid: 'u4', offset: 'u8', count: 'u4' },
  Rread: { data: 'data' },
  Twrite: { fid: 'u4', offset: 'u8', data: 'data' },
  Rwrite: { count: 'u4' },
  Tclunk: { fid: 'u4' },
  Rclunk: {},
  Tremove: { fid: 'u4' },
  Rremove: {},

  // 9P2000 and 9P2000.u.
  Rerror: { ename: 's', ecode: 'u4?' },
  Topen: { fid: 'u4', mode: 'u1' },
  Ropen: { qid: 'qid', iounit: 'u4' },
  Tcreate: { fid: 'u4', name: 's', perm: 'u4', mode: 'u1', extension: 's?' },
  Rcreate: { qid: 'qid', iounit: 'u4' },
  Tstat: { fid: 'u4' },
  Rstat: { stat: 'stat' },
  Twstat: { fid: 'u4', stat: 'stat' },
  Rwstat: {},

  // 9P2000.L.
  Rlerror: { ecode: 'u4' },
  Tstatfs: { fid: 'u4' },
  Rstatfs: {
    type: 'u4',
    bsize: 'u4',
    blocks: 'u8',
    bfree: 'u8',
    bavail: 'u8',
    files: 'u8',
    ffree: 'u8',
    fsid: 'u8',
    namelen: 'u4',
  },
  Tlopen: { fid: 'u4', flags: 'u4' },
  Rlopen: { qid: 'qid', iounit: 'u4' },
  Tlcreate: { fid: 'u4', name: 's', flags: 'u4', mode: 'u4', gid: 'u4' },
  Rlcreate: { qid: 'qid', iounit: 'u4' },
  Tsymlink: { fid: 'u4', name: 's', symtgt: 's', gid: 'u4' },
  Rsymlink: { qid: 'qid' },
  Tmknod: { dfid: 'u4', name: 's', mode: 'u4', major: 'u4', minor: 'u4', gid: 'u4' },
  Rmknod: { qid: 'qid' },
  Trename: { fid: 'u4', dfid: 'u4', name: 's' },
  Rrename: {},
  Treadlink: { fid: 'u4' },
  Rreadlink: { target: 's' },
  Tgetattr: { fid: 'u4', request_mask: 'u8' },
  Rgetattr: {
    valid: 'u8',
    qid: 'qid',
    mode: 'u4',
    uid: 'u4',
    gid: 'u4',
    nlink: 'u8',
    rdev: 'u8',
    size: 'u8',
    blksize: 'u8',
    blocks: 'u8',
    atime_sec: 'u8',
    atime_nsec: 'u8',
    mtime_sec: 'u8',
    mtime_nsec: 'u8',
    ctime_sec: 'u8',
    ctime_nsec: 'u8',
    btime_sec: 'u8',
    btime_nsec: 'u8',
    gen: 'u8',
    data_version: 'u8',
  },
  Tsetattr: {
    fid: 'u4',
    valid: 'u4',
    mode: 'u4',
    uid: 'u4',
    gid: 'u4',
    size: 'u8',
    atime_sec: 'u8',
    atime_nsec: 'u8',
    mtime_sec: 'u8',
    mtime_nsec: 'u8',
  },
  Rsetattr: {},
  Txattrwalk: { fid: 'u4', newfid: 'u4', name: 's' },
  Rxattrwalk: { size: 'u8' },
  Txattrcreate: { fid: 'u4', name: 's', attr_size: 'u8', flags: 'u4' },
  Rxattrcreate: {},
  Treaddir: { fid: 'u4', offset: 'u8', count: 'u4' },
  Rreaddir: { data: 'data' },
  Tfsync: { fid: 'u4', datasync: 'u4' },
  Rfsync: {},
  Tlock: { fid: 'u4', type: 'u1', flags: 'u4', start: 'u8', length: 'u8', proc_id: 'u4', client_id: 's' },
  Rlock: { status: 'u1' },
  Tgetlock: { fid: 'u4', type: 'u1', start: 'u8', length: 'u8', proc_id: 'u4', client_id: 's' },
  Rgetlock: { type: 'u1', start: 'u8', length: 'u8', proc_id: 'u4', client_id: 's' },
  Tlink: { dfid: 'u4', fid: 'u4', name: 's' },
  Rlink: {},
  Tmkdir: { dfid: 'u4', name: 's', mode: 'u4', gid: 'u4' },
  Rmkdir: { qid: 'qid' },
  Trenameat: { olddirfid: 'u4', oldname: 's', newdirfid: 'u4', newname: 's' },
  Rrenameat: {},
  Tunlinkat: { dirfid: 'u4', name: 's', flags: 'u4' },
  Runlinkat: {},
} as const;

/** A message's name. */
export type MessageName = keyof typeof LAYOUTS;

/** The fields of a message. */
export type Fields<N extends MessageName> = {
  -readonly [K in keyof (typeof LAYOUTS)[N]]: (typeof LAYOUTS)[N][K] extends Kind
    ? Values[(typeof LAYOUTS)[N][K]]
    : never;
};

/** The number of each message on the wire. */
export const TYPES = {
  Rlerror: 7,
  Tstatfs: 8,
  Rstatfs: 9,
  Tlopen: 12,
  Rlopen: 13,
  Tlcreate: 14,
  Rlcreate: 15,
  Tsymlink: 16,
  Rsymlink: 17,
  Tmknod: 18,
  Rmknod: 19,
  Trename: 20,
  Rrename: 21,
  Treadlink: 22,
  Rreadlink: 23,
  Tgetattr: 24,
  Rgetattr: 25,
  Tsetattr: 26,
  Rsetattr: 27,
  Txattrwalk: 30,
  Rxattrwalk: 31,
  Txattrcreate: 32,
  Rxattrcreate: 33,
  Treaddir: 40,
  Rreaddir: 41,
  Tfsync: 50,
  Rfsync: 51,
  Tlock: 52,
  Rlock: 53,
  Tgetlock: 54,
  Rgetlock: 55,
  Tlink: 70,
  Rlink: 71,
  Tmkdir: 72,
  Rmkdir: 73,
  Trenameat: 74,
  Rrenameat: 75,
  Tunlinkat: 76,
  Runlinkat: 77,
  Tversion: 100,
  Rversion: 101,
  Tauth: 102,
  Rauth: 103,
  Tattach: 104,
  Rattach: 105,
  Rerror: 107,
  Tflush: 108,
  Rflush: 109,
  Twalk: 110,
  Rwalk: 111,
  Topen: 112,
  Ropen: 113,
  Tcreate: 114,
  Rcreate: 115,
  Tread: 116,
  Rread: 117,
  Twrite: 118,
  Rwrite: 119,
  Tclunk: 120,
  Rclunk: 121,
  Tremove: 122,
  Rremove: 123,
  Tstat: 124,
  Rstat: 125,
  Twstat: 126,
  Rwstat: 127,
} as const;

const NAMES: ReadonlyMap<number, MessageName> = new Map(
  Object.entries(TYPES).map(([name, type]) => [type, name as MessageName]),
);

/** The name of a message type; undefined for a number that is none. */
export function messageName(type: number): MessageName | undefined {
  return NAMES.get(type);
}
