/**
 * Linux error numbers as values. Every operation in this project returns its value or a negative `Errno`;
 * an expected failure is never thrown (a thrown `Error` costs a thousand times as much as a returned number).
 *
 * The numbers are Linux's (asm-generic/errno.h) on every host; host numbers are translated at the edge.
 */

declare const errnoBrand: unique symbol;

/** A negated Linux error number, -4095..-1. */
export type Errno = number & { readonly [errnoBrand]: true };

declare const wouldBlockBrand: unique symbol;

/** The type of `WOULD_BLOCK`. */
export type WouldBlock = number & { readonly [wouldBlockBrand]: true };

/**
 * "Not yet": the operation has no result now. The caller parks on the file's wait queue and tries again.
 * It lies outside the errno range, so `isErrno(WOULD_BLOCK)` is false.
 */
export const WOULD_BLOCK: WouldBlock = -0x10000 as WouldBlock;

/** Tells an errno from every other result. */
export function isErrno(value: unknown): value is Errno {
  return typeof value === 'number' && value < 0 && value >= -4095;
}

function errno(number: number): Errno {
  return -number as Errno;
}

export const EPERM: Errno = errno(1);
export const ENOENT: Errno = errno(2);
export const ESRCH: Errno = errno(3);
export const EINTR: Errno = errno(4);
export const EIO: Errno = errno(5);
export const ENXIO: Errno = errno(6);
export const E2BIG: Errno = errno(7);
export const ENOEXEC: Errno = errno(8);
export const EBADF: Errno = errno(9);
export const ECHILD: Errno = errno(10);
export const EAGAIN: Errno = errno(11);
export const ENOMEM: Errno = errno(12);
export const EACCES: Errno = errno(13);
export const EFAULT: Errno = errno(14);
export const ENOTBLK: Errno = errno(15);
export const EBUSY: Errno = errno(16);
export const EEXIST: Errno = errno(17);
export const EXDEV: Errno = errno(18);
export const ENODEV: Errno = errno(19);
export const ENOTDIR: Errno = errno(20);
export const EISDIR: Errno = errno(21);
export const EINVAL: Errno = errno(22);
export const ENFILE: Errno = errno(23);
export const EMFILE: Errno = errno(24);
export const ENOTTY: Errno = errno(25);
export const ETXTBSY: Errno = errno(26);
export const EFBIG: Errno = errno(27);
export const ENOSPC: Errno = errno(28);
export const ESPIPE: Errno = errno(29);
export const EROFS: Errno = errno(30);
export const EMLINK: Errno = errno(31);
export const EPIPE: Errno = errno(32);
export const EDOM: Errno = errno(33);
export const ERANGE: Errno = errno(34);
export const EDEADLK: Errno = errno(35);
export const ENAMETOOLONG: Errno = errno(36);
export const ENOLCK: Errno = errno(37);
export const ENOSYS: Errno = errno(38);
export const ENOTEMPTY: Errno = errno(39);
export const ELOOP: Errno = errno(40);
export const ENOMSG: Errno = errno(42);
export const EIDRM: Errno = errno(43);
export const ECHRNG: Errno = errno(44);
export const EL2NSYNC: Errno = errno(45);
export const EL3HLT: Errno = errno(46);
export const EL3RST: Errno = errno(47);
export const ELNRNG: Errno = errno(48);
export const EUNATCH: Errno = errno(49);
export const ENOCSI: Errno = errno(50);
export const EL2HLT: Errno = errno(51);
export const EBADE: Errno = errno(52);
export const EBADR: Errno = errno(53);
export const EXFULL: Errno = errno(54);
export const ENOANO: Errno = errno(55);
export const EBADRQC: Errno = errno(56);
export const EBADSLT: Errno = errno(57);
export const EBFONT: Errno = errno(59);
export const ENOSTR: Errno = errno(60);
export const ENODATA: Errno = errno(61);
export const ETIME: Errno = errno(62);
export const ENOSR: Errno = errno(63);
export const ENONET: Errno = errno(64);
export const ENOPKG: Errno = errno(65);
export const EREMOTE: Errno = errno(66);
export const ENOLINK: Errno = errno(67);
export const EADV: Errno = errno(68);
export const ESRMNT: Errno = errno(69);
export const ECOMM: Errno = errno(70);
export const EPROTO: Errno = errno(71);
export const EMULTIHOP: Errno = errno(72);
export const EDOTDOT: Errno = errno(73);
export const EBADMSG: Errno = errno(74);
export const EOVERFLOW: Errno = errno(75);
export const ENOTUNIQ: Errno = errno(76);
export const EBADFD: Errno = errno(77);
export const EREMCHG: Errno = errno(78);
export const ELIBACC: Errno = errno(79);
export const ELIBBAD: Errno = errno(80);
export const ELIBSCN: Errno = errno(81);
export const ELIBMAX: Errno = errno(82);
export const ELIBEXEC: Errno = errno(83);
export const EILSEQ: Errno = errno(84);
export const ERESTART: Errno = errno(85);
export const ESTRPIPE: Errno = errno(86);
export const EUSERS: Errno = errno(87);
export const ENOTSOCK: Errno = errno(88);
export const EDESTADDRREQ: Errno = errno(89);
export const EMSGSIZE: Errno = errno(90);
export const EPROTOTYPE: Errno = errno(91);
export const ENOPROTOOPT: Errno = errno(92);
export const EPROTONOSUPPORT: Errno = errno(93);
export const ESOCKTNOSUPPORT: Errno = errno(94);
export const EOPNOTSUPP: Errno = errno(95);
export const EPFNOSUPPORT: Errno = errno(96);
export const EAFNOSUPPORT: Errno = errno(97);
export const EADDRINUSE: Errno = errno(98);
export const EADDRNOTAVAIL: Errno = errno(99);
export const ENETDOWN: Errno = errno(100);
export const ENETUNREACH: Errno = errno(101);
export const ENETRESET: Errno = errno(102);
export const ECONNABORTED: Errno = errno(103);
export const ECONNRESET: Errno = errno(104);
export const ENOBUFS: Errno = errno(105);
export const EISCONN: Errno = errno(106);
export const ENOTCONN: Errno = errno(107);
export const ESHUTDOWN: Errno = errno(108);
export const ETOOMANYREFS: Errno = errno(109);
export const ETIMEDOUT: Errno = errno(110);
export const ECONNREFUSED: Errno = errno(111);
export const EHOSTDOWN: Errno = errno(112);
export const EHOSTUNREACH: Errno = errno(113);
export const EALREADY: Errno = errno(114);
export const EINPROGRESS: Errno = errno(115);
export const ESTALE: Errno = errno(116);
export const EUCLEAN: Errno = errno(117);
export const ENOTNAM: Errno = errno(118);
export const ENAVAIL: Errno = errno(119);
export const EISNAM: Errno = errno(120);
export const EREMOTEIO: Errno = errno(121);
export const EDQUOT: Errno = errno(122);
export const ENOMEDIUM: Errno = errno(123);
export const EMEDIUMTYPE: Errno = errno(124);
export const ECANCELED: Errno = errno(125);
export const ENOKEY: Errno = errno(126);
export const EKEYEXPIRED: Errno = errno(127);
export const EKEYREVOKED: Errno = errno(128);
export const EKEYREJECTED: Errno = errno(129);
export const EOWNERDEAD: Errno = errno(130);
export const ENOTRECOVERABLE: Errno = errno(131);
export const ERFKILL: Errno = errno(132);

/** The kernel's internal ENOTSUPP (include/linux/errno.h): never shown to a program. */
export const ENOTSUPP: Errno = errno(524);

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'EPERM'],
  [2, 'ENOENT'],
  [3, 'ESRCH'],
  [4, 'EINTR'],
  [5, 'EIO'],
  [6, 'ENXIO'],
  [7, 'E2BIG'],
  [8, 'ENOEXEC'],
  [9, 'EBADF'],
  [10, 'ECHILD'],
  [11, 'EAGAIN'],
  [12, 'ENOMEM'],
  [13, 'EACCES'],
  [14, 'EFAULT'],
  [15, 'ENOTBLK'],
  [16, 'EBUSY'],
  [17, 'EEXIST'],
  [18, 'EXDEV'],
  [19, 'ENODEV'],
  [20, 'ENOTDIR'],
  [21, 'EISDIR'],
  [22, 'EINVAL'],
  [23, 'ENFILE'],
  [24, 'EMFILE'],
  [25, 'ENOTTY'],
  [26, 'ETXTBSY'],
  [27, 'EFBIG'],
  [28, 'ENOSPC'],
  [29, 'ESPIPE'],
  [30, 'EROFS'],
  [31, 'EMLINK'],
  [32, 'EPIPE'],
  [33, 'EDOM'],
  [34, 'ERANGE'],
  [35, 'EDEADLK'],
  [36, 'ENAMETOOLONG'],
  [37, 'ENOLCK'],
  [38, 'ENOSYS'],
  [39, 'ENOTEMPTY'],
  [40, 'ELOOP'],
  [42, 'ENOMSG'],
  [43, 'EIDRM'],
  [44, 'ECHRNG'],
  [45, 'EL2NSYNC'],
  [46, 'EL3HLT'],
  [47, 'EL3RST'],
  [48, 'ELNRNG'],
  [49, 'EUNATCH'],
  [50, 'ENOCSI'],
  [51, 'EL2HLT'],
  [52, 'EBADE'],
  [53, 'EBADR'],
  [54, 'EXFULL'],
  [55, 'ENOANO'],
  [56, 'EBADRQC'],
  [57, 'EBADSLT'],
  [59, 'EBFONT'],
  [60, 'ENOSTR'],
  [61, 'ENODATA'],
  [62, 'ETIME'],
  [63, 'ENOSR'],
  [64, 'ENONET'],
  [65, 'ENOPKG'],
  [66, 'EREMOTE'],
  [67, 'ENOLINK'],
  [68, 'EADV'],
  [69, 'ESRMNT'],
  [70, 'ECOMM'],
  [71, 'EPROTO'],
  [72, 'EMULTIHOP'],
  [73, 'EDOTDOT'],
  [74, 'EBADMSG'],
  [75, 'EOVERFLOW'],
  [76, 'ENOTUNIQ'],
  [77, 'EBADFD'],
  [78, 'EREMCHG'],
  [79, 'ELIBACC'],
  [80, 'ELIBBAD'],
  [81, 'ELIBSCN'],
  [82, 'ELIBMAX'],
  [83, 'ELIBEXEC'],
  [84, 'EILSEQ'],
  [85, 'ERESTART'],
  [86, 'ESTRPIPE'],
  [87, 'EUSERS'],
  [88, 'ENOTSOCK'],
  [89, 'EDESTADDRREQ'],
  [90, 'EMSGSIZE'],
  [91, 'EPROTOTYPE'],
  [92, 'ENOPROTOOPT'],
  [93, 'EPROTONOSUPPORT'],
  [94, 'ESOCKTNOSUPPORT'],
  [95, 'EOPNOTSUPP'],
  [96, 'EPFNOSUPPORT'],
  [97, 'EAFNOSUPPORT'],
  [98, 'EADDRINUSE'],
  [99, 'EADDRNOTAVAIL'],
  [100, 'ENETDOWN'],
  [101, 'ENETUNREACH'],
  [102, 'ENETRESET'],
  [103, 'ECONNABORTED'],
  [104, 'ECONNRESET'],
  [105, 'ENOBUFS'],
  [106, 'EISCONN'],
  [107, 'ENOTCONN'],
  [108, 'ESHUTDOWN'],
  [109, 'ETOOMANYREFS'],
  [110, 'ETIMEDOUT'],
  [111, 'ECONNREFUSED'],
  [112, 'EHOSTDOWN'],
  [113, 'EHOSTUNREACH'],
  [114, 'EALREADY'],
  [115, 'EINPROGRESS'],
  [116, 'ESTALE'],
  [117, 'EUCLEAN'],
  [118, 'ENOTNAM'],
  [119, 'ENAVAIL'],
  [120, 'EISNAM'],
  [121, 'EREMOTEIO'],
  [122, 'EDQUOT'],
  [123, 'ENOMEDIUM'],
  [124, 'EMEDIUMTYPE'],
  [125, 'ECANCELED'],
  [126, 'ENOKEY'],
  [127, 'EKEYEXPIRED'],
  [128, 'EKEYREVOKED'],
  [129, 'EKEYREJECTED'],
  [130, 'EOWNERDEAD'],
  [131, 'ENOTRECOVERABLE'],
  [132, 'ERFKILL'],
]);

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [1, 'Operation not permitted'],
  [2, 'No such file or directory'],
  [3, 'No such process'],
  [4, 'Interrupted system call'],
  [5, 'Input/output error'],
  [6, 'No such device or address'],
  [7, 'Argument list too long'],
  [8, 'Exec format error'],
  [9, 'Bad file descriptor'],
  [10, 'No child processes'],
  [11, 'Resource temporarily unavailable'],
  [12, 'Cannot allocate memory'],
  [13, 'Permission denied'],
  [14, 'Bad address'],
  [15, 'Block device required'],
  [16, 'Device or resource busy'],
  [17, 'File exists'],
  [18, 'Invalid cross-device link'],
  [19, 'No such device'],
  [20, 'Not a directory'],
  [21, 'Is a directory'],
  [22, 'Invalid argument'],
  [23, 'Too many open files in system'],
  [24, 'Too many open files'],
  [25, 'Inappropriate ioctl for device'],
  [26, 'Text file busy'],
  [27, 'File too large'],
  [28, 'No space left on device'],
  [29, 'Illegal seek'],
  [30, 'Read-only file system'],
  [31, 'Too many links'],
  [32, 'Broken pipe'],
  [33, 'Numerical argument out of domain'],
  [34, 'Numerical result out of range'],
  [35, 'Resource deadlock avoided'],
  [36, 'File name too long'],
  [37, 'No locks available'],
  [38, 'Function not implemented'],
  [39, 'Directory not empty'],
  [40, 'Too many levels of symbolic links'],
  [42, 'No message of desired type'],
  [43, 'Identifier removed'],
  [44, 'Channel number out of range'],
  [45, 'Level 2 not synchronized'],
  [46, 'Level 3 halted'],
  [47, 'Level 3 reset'],
  [48, 'Link number out of range'],
  [49, 'Protocol driver not attached'],
  [50, 'No CSI structure available'],
  [51, 'Level 2 halted'],
  [52, 'Invalid exchange'],
  [53, 'Invalid request descriptor'],
  [54, 'Exchange full'],
  [55, 'No anode'],
  [56, 'Invalid request code'],
  [57, 'Invalid slot'],
  [59, 'Bad font file format'],
  [60, 'Device not a stream'],
  [61, 'No data available'],
  [62, 'Timer expired'],
  [63, 'Out of streams resources'],
  [64, 'Machine is not on the network'],
  [65, 'Package not installed'],
  [66, 'Object is remote'],
  [67, 'Link has been severed'],
  [68, 'Advertise error'],
  [69, 'Srmount error'],
  [70, 'Communication error on send'],
  [71, 'Protocol error'],
  [72, 'Multihop attempted'],
  [73, 'RFS specific error'],
  [74, 'Bad message'],
  [75, 'Value too large for defined data type'],
  [76, 'Name not unique on network'],
  [77, 'File descriptor in bad state'],
  [78, 'Remote address changed'],
  [79, 'Can not access a needed shared library'],
  [80, 'Accessing a corrupted shared library'],
  [81, '.lib section in a.out corrupted'],
  [82, 'Attempting to link in too many shared libraries'],
  [83, 'Cannot exec a shared library directly'],
  [84, 'Invalid or incomplete multibyte or wide character'],
  [85, 'Interrupted system call should be restarted'],
  [86, 'Streams pipe error'],
  [87, 'Too many users'],
  [88, 'Socket operation on non-socket'],
  [89, 'Destination address required'],
  [90, 'Message too long'],
  [91, 'Protocol wrong type for socket'],
  [92, 'Protocol not available'],
  [93, 'Protocol not supported'],
  [94, 'Socket type not supported'],
  [95, 'Operation not supported'],
  [96, 'Protocol family not supported'],
  [97, 'Address family not supported by protocol'],
  [98, 'Address already in use'],
  [99, 'Cannot assign requested address'],
  [100, 'Network is down'],
  [101, 'Network is unreachable'],
  [102, 'Network dropped connection on reset'],
  [103, 'Software caused connection abort'],
  [104, 'Connection reset by peer'],
  [105, 'No buffer space available'],
  [106, 'Transport endpoint is already connected'],
  [107, 'Transport endpoint is not connected'],
  [108, 'Cannot send after transport endpoint shutdown'],
  [109, 'Too many references: cannot splice'],
  [110, 'Connection timed out'],
  [111, 'Connection refused'],
  [112, 'Host is down'],
  [113, 'No route to host'],
  [114, 'Operation already in progress'],
  [115, 'Operation now in progress'],
  [116, 'Stale file handle'],
  [117, 'Structure needs cleaning'],
  [118, 'Not a XENIX named type file'],
  [119, 'No XENIX semaphores available'],
  [120, 'Is a named type file'],
  [121, 'Remote I/O error'],
  [122, 'Disk quota exceeded'],
  [123, 'No medium found'],
  [124, 'Wrong medium type'],
  [125, 'Operation canceled'],
  [126, 'Required key not available'],
  [127, 'Key has expired'],
  [128, 'Key has been revoked'],
  [129, 'Key was rejected by service'],
  [130, 'Owner died'],
  [131, 'State not recoverable'],
  [132, 'Operation not possible due to RF-kill'],
]);

/** The symbolic name, as in `ENOENT`. */
export function errnoName(error: Errno): string {
  return NAMES.get(-error) ?? `errno ${-error}`;
}

/** The text that strerror(3) gives for it. */
export function errnoMessage(error: Errno): string {
  return MESSAGES.get(-error) ?? `Unknown error ${-error}`;
}

/** The number of a text that `errnoMessage` gives; undefined when it is none. */
export function errnoByMessage(message: string): Errno | undefined {
  for (const [number, text] of MESSAGES) if (text === message) return errno(number);
  return undefined;
}

const NUMBERS: ReadonlyMap<string, Errno> = new Map([...NAMES].map(([number, name]) => [name, errno(number)]));

/**
 * Translates what Node's fs functions throw into Linux's number, by the symbolic code and never by the host's
 * number (macOS and FreeBSD number differently).
 *
 * An exception that is no system error is a bug of ours and is thrown again.
 */
export function errnoFromHost(thrown: unknown): Errno {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (typeof code === 'string') {
    const known = NUMBERS.get(code);
    if (known !== undefined) return known;
    if (code === 'ENOTSUP') return EOPNOTSUPP;
    if (code === 'UNKNOWN') return EIO;
  }
  throw thrown;
}
