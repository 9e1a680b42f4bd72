/**
 * Linux error numbers (asm-generic/errno.h) as negative values, which is how operations report that they failed, and
 * their texts, which is how 9P2000 and 9P2000.u report it.
 */

/** A number of Linux's with its name and the text of strerror(3). */
type Row = readonly [number: number, name: string, message: string];

const ROWS: readonly Row[] = [
  [1, 'EPERM', 'Operation not permitted'],
  [2, 'ENOENT', 'No such file or directory'],
  [3, 'ESRCH', 'No such process'],
  [4, 'EINTR', 'Interrupted system call'],
  [5, 'EIO', 'Input/output error'],
  [6, 'ENXIO', 'No such device or address'],
  [7, 'E2BIG', 'Argument list too long'],
  [8, 'ENOEXEC', 'Exec format error'],
  [9, 'EBADF', 'Bad file descriptor'],
  [10, 'ECHILD', 'No child processes'],
  [11, 'EAGAIN', 'Resource temporarily unavailable'],
  [12, 'ENOMEM', 'Cannot allocate memory'],
  [13, 'EACCES', 'Permission denied'],
  [14, 'EFAULT', 'Bad address'],
  [15, 'ENOTBLK', 'Block device required'],
  [16, 'EBUSY', 'Device or resource busy'],
  [17, 'EEXIST', 'File exists'],
  [18, 'EXDEV', 'Invalid cross-device link'],
  [19, 'ENODEV', 'No such device'],
  [20, 'ENOTDIR', 'Not a directory'],
  [21, 'EISDIR', 'Is a directory'],
  [22, 'EINVAL', 'Invalid argument'],
  [23, 'ENFILE', 'Too many open files in system'],
  [24, 'EMFILE', 'Too many open files'],
  [25, 'ENOTTY', 'Inappropriate ioctl for device'],
  [26, 'ETXTBSY', 'Text file busy'],
  [27, 'EFBIG', 'File too large'],
  [28, 'ENOSPC', 'No space left on device'],
  [29, 'ESPIPE', 'Illegal seek'],
  [30, 'EROFS', 'Read-only file system'],
  [31, 'EMLINK', 'Too many links'],
  [32, 'EPIPE', 'Broken pipe'],
  [33, 'EDOM', 'Numerical argument out of domain'],
  [34, 'ERANGE', 'Numerical result out of range'],
  [35, 'EDEADLK', 'Resource deadlock avoided'],
  [36, 'ENAMETOOLONG', 'File name too long'],
  [37, 'ENOLCK', 'No locks available'],
  [38, 'ENOSYS', 'Function not implemented'],
  [39, 'ENOTEMPTY', 'Directory not empty'],
  [40, 'ELOOP', 'Too many levels of symbolic links'],
  [61, 'ENODATA', 'No data available'],
  [62, 'ETIME', 'Timer expired'],
  [67, 'ENOLINK', 'Link has been severed'],
  [71, 'EPROTO', 'Protocol error'],
  [74, 'EBADMSG', 'Bad message'],
  [75, 'EOVERFLOW', 'Value too large for defined data type'],
  [84, 'EILSEQ', 'Invalid or incomplete multibyte or wide character'],
  [87, 'EUSERS', 'Too many users'],
  [90, 'EMSGSIZE', 'Message too long'],
  [93, 'EPROTONOSUPPORT', 'Protocol not supported'],
  [95, 'EOPNOTSUPP', 'Operation not supported'],
  [98, 'EADDRINUSE', 'Address already in use'],
  [99, 'EADDRNOTAVAIL', 'Cannot assign requested address'],
  [100, 'ENETDOWN', 'Network is down'],
  [101, 'ENETUNREACH', 'Network is unreachable'],
  [103, 'ECONNABORTED', 'Software caused connection abort'],
  [104, 'ECONNRESET', 'Connection reset by peer'],
  [105, 'ENOBUFS', 'No buffer space available'],
  [107, 'ENOTCONN', 'Transport endpoint is not connected'],
  [108, 'ESHUTDOWN', 'Cannot send after transport endpoint shutdown'],
  [110, 'ETIMEDOUT', 'Connection timed out'],
  [111, 'ECONNREFUSED', 'Connection refused'],
  [112, 'EHOSTDOWN', 'Host is down'],
  [113, 'EHOSTUNREACH', 'No route to host'],
  [114, 'EALREADY', 'Operation already in progress'],
  [115, 'EINPROGRESS', 'Operation now in progress'],
  [116, 'ESTALE', 'Stale file handle'],
  [121, 'EREMOTEIO', 'Remote I/O error'],
  [122, 'EDQUOT', 'Disk quota exceeded'],
  [125, 'ECANCELED', 'Operation canceled'],
];

const BY_NUMBER: ReadonlyMap<number, Row> = new Map(ROWS.map((row) => [row[0], row]));
const BY_NAME: ReadonlyMap<string, number> = new Map(ROWS.map(([number, name]) => [name, -number]));

export const EPERM = -1;
export const ENOENT = -2;
export const ESRCH = -3;
export const EINTR = -4;
export const EIO = -5;
export const ENXIO = -6;
export const E2BIG = -7;
export const EBADF = -9;
export const EAGAIN = -11;
export const ENOMEM = -12;
export const EACCES = -13;
export const EBUSY = -16;
export const EEXIST = -17;
export const EXDEV = -18;
export const ENODEV = -19;
export const ENOTDIR = -20;
export const EISDIR = -21;
export const EINVAL = -22;
export const EMFILE = -24;
export const EFBIG = -27;
export const ENOSPC = -28;
export const ESPIPE = -29;
export const EROFS = -30;
export const EPIPE = -32;
export const ERANGE = -34;
export const EDEADLK = -35;
export const ENAMETOOLONG = -36;
export const ENOLCK = -37;
export const ENOSYS = -38;
export const ENOTEMPTY = -39;
export const ELOOP = -40;
export const ENODATA = -61;
export const EPROTO = -71;
export const EOVERFLOW = -75;
export const EMSGSIZE = -90;
export const EPROTONOSUPPORT = -93;
export const EOPNOTSUPP = -95;
export const ECONNRESET = -104;
export const ENOTCONN = -107;
export const ESHUTDOWN = -108;
export const ETIMEDOUT = -110;
export const ECONNREFUSED = -111;
export const EREMOTEIO = -121;

/** The symbolic name of a negative error number, as in `ENOENT`. */
export function errorName(error: number): string {
  return BY_NUMBER.get(-error)?.[1] ?? `errno ${-error}`;
}

/** The text that strerror(3) gives for a negative error number. */
export function errorMessage(error: number): string {
  return BY_NUMBER.get(-error)?.[2] ?? `Unknown error ${-error}`;
}

/** Texts of other servers for 9P2000's Rerror (Plan 9's error(5) leaves them to the server), in lower case. */
const FOREIGN: ReadonlyMap<string, number> = new Map([
  ['wstat prohibited', EPERM],
  ['file not found', ENOENT],
  ['file does not exist', ENOENT],
  ['directory entry not found', ENOENT],
  ['no such file', ENOENT],
  ['unknown fid', EBADF],
  ['fid unknown or out of range', EBADF],
  ['bad use of fid', EBADF],
  ['illegal mode', EINVAL],
  ['bad offset in directory read', ESPIPE],
  ['permission denied', EACCES],
  ['file already exists', EEXIST],
  ['file or directory already exists', EEXIST],
  ['fid already in use', EBADF],
  ['fid already exists', EBADF],
  ['not a directory', ENOTDIR],
  ['walk in non-directory', ENOTDIR],
  ['file in use', EBUSY],
  ['file is in use', EBUSY],
  ['illegal name', EINVAL],
  ['bad character in file name', EINVAL],
  ['directory is not empty', ENOTEMPTY],
  ['directory not empty', ENOTEMPTY],
  ['device is full', ENOSPC],
  ['file system is full', ENOSPC],
  ['read only file system', EROFS],
  ['authentication failed', EACCES],
  ['i/o error', EIO],
  ['interrupted', EINTR],
]);

const BY_MESSAGE: ReadonlyMap<string, number> = new Map([
  ...FOREIGN,
  ...ROWS.map(([number, , message]): [string, number] => [message.toLowerCase(), -number]),
]);

/** The number that an error's text stands for; EREMOTEIO for one that nobody knows. */
export function errorByMessage(message: string): number {
  return BY_MESSAGE.get(message.toLowerCase()) ?? EREMOTEIO;
}

/** What a client's call is rejected with when the server reports an error, or when there is no server any more. */
export class RemoteError extends Error {
  /** Linux's error number, negative. */
  readonly errno: number;
  /** Its name, as in Node's own errors. */
  readonly code: string;

  constructor(errno: number, message?: string) {
    super(message ?? `${errorName(errno)}: ${errorMessage(errno)}`);
    this.name = 'RemoteError';
    this.errno = errno;
    this.code = errorName(errno);
  }
}

/**
 * The number for whatever an operation threw: a system error of Node's or a `RemoteError` has one, by its name and never
 * by the host's number. Returns undefined for everything else.
 */
export function errorOfThrown(thrown: unknown): number | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string') return undefined;
  if (code === 'ENOTSUP') return EOPNOTSUPP;
  return BY_NAME.get(code);
}
