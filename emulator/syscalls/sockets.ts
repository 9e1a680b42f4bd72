/** Sockets: those that socketpair(2) makes, and what is said of the others, which there are not (net/socket.c, net/unix/af_unix.c). */

import {
  EAFNOSUPPORT, EAGAIN, EBADF, EFAULT, EINVAL, EISCONN, EMSGSIZE, ENOPROTOOPT, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPIPE,
  EPROTONOSUPPORT, ESOCKTNOSUPPORT, type Errno, WOULD_BLOCK, isErrno,
} from '../../fs/errno.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../../fs/flags.ts';
import { type Part, decodeParts } from '../abi/iovec.ts';
import type { Description } from '../kernel/description.ts';
import { signalTask } from '../kernel/signal-delivery.ts';
import { SIGPIPE, SI_USER } from '../kernel/signals.ts';
import { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, SocketEnd, makeSocketPair } from '../kernel/socket-pair.ts';
import type { Task } from '../kernel/task.ts';
import { available, getUnsigned, put32, readable, room, setLong, writable } from '../kernel/user-memory.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { install, installDescription, usable } from './files.ts';

const AF_UNIX = 1;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const RIGHTS_MOST = 253;
const SOCK_TYPE = 0xf;

const MSG_OOB = 1;
const MSG_PEEK = 2;
const MSG_CTRUNC = 8;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_WAITALL = 0x100;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x4000_0000;

/** struct msghdr: name 0, namelen 8 (4), iov 16, iovlen 24, control 32, controllen 40, flags 48 (4). */
const MESSAGE_SIZE = 56;
/** struct cmsghdr: len 0, level 8 (4), type 12 (4); the data follows. */
const CONTROL_HEADER = 16;

function socketOf(task: Task, fd: number): { description: Description; socket: SocketEnd } | Errno {
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  return file instanceof SocketEnd ? { description, socket: file } : ENOTSOCK;
}

export function socketpair(task: Task, family: number, type: number, protocol: number, address: number): number {
  const kind = type & SOCK_TYPE;
  if (type & ~(SOCK_TYPE | O_NONBLOCK | O_CLOEXEC)) return EINVAL;
  if (writable(task, address, 8) < 0) return EFAULT;
  if (family !== AF_UNIX) return family >= 0 && family < 46 ? EOPNOTSUPP : EAFNOSUPPORT;
  if (protocol !== 0 && protocol !== AF_UNIX) return EPROTONOSUPPORT;
  if (kind !== SOCK_STREAM && kind !== SOCK_DGRAM && kind !== SOCK_SEQPACKET) return ESOCKTNOSUPPORT;
  const [one, other] = makeSocketPair(task.kernel.files.sockets, kind, type & O_NONBLOCK, task);
  const closeOnExec = (type & O_CLOEXEC) !== 0;
  const first = install(task, one, closeOnExec);
  if (isErrno(first)) {
    other.release();
    return first;
  }
  const second = install(task, other, closeOnExec);
  if (isErrno(second)) {
    task.process.files.close(first, task);
    return second;
  }
  return put32(task, address, first) || put32(task, address + 4, second);
}

function gather(task: Task, parts: readonly Part[]): Uint8Array | Errno {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(Math.min(total, SEND_MOST));
  let done = 0;
  for (const { address, length } of parts) {
    const wanted = Math.min(length, bytes.length - done);
    if (available(task, address, wanted) < wanted) return EFAULT;
    if (wanted > 0) bytes.set(task.memory.bytes.subarray(indexOf(address), indexOf(address) + wanted), done);
    done += wanted;
  }
  return bytes;
}

/** More than a socket takes at once. */
const SEND_MOST = 1 << 20;

function send(task: Task, fd: number, parts: readonly Part[], flags: number, rights: readonly Description[]): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  const { socket } = found;
  if (flags & MSG_OOB) return EOPNOTSUPP;
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  if (socket.kind !== SOCK_STREAM && total > SEND_MOST) return EMSGSIZE;
  const bytes = gather(task, parts);
  if (isErrno(bytes)) return bytes;
  let done = task.retrying ? task.progress : 0;
  for (;;) {
    const count = socket.send(bytes, done, bytes.length - done, done === 0 ? rights.map((right) => right.retain()) : []);
    if (count === WOULD_BLOCK || count < 0) {
      if (done === 0) for (const right of rights) right.release();
      if (count === EPIPE && !(flags & MSG_NOSIGNAL)) {
        signalTask(task, { signal: SIGPIPE, code: SI_USER, pid: task.process.pid, uid: task.credentials.uid });
      }
      if (count !== WOULD_BLOCK) return done > 0 ? done : count;
      if (flags & MSG_DONTWAIT || socket.flags & O_NONBLOCK) return done > 0 ? done : EAGAIN;
      task.progress = done;
      task.waitFor(socket.peer?.waiters ?? socket.waiters);
      task.waitFor(socket.waiters);
      return WOULD_BLOCK;
    }
    done += count;
    if (done >= bytes.length || socket.kind !== SOCK_STREAM) return done;
  }
}

export function sendto(task: Task, fd: number, address: number, size: number, flags: number, name: number): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  if (name !== 0) return found.socket.kind === SOCK_STREAM ? (found.socket.peer ? EISCONN : EOPNOTSUPP) : EISCONN;
  return send(task, fd, [{ address, length: Math.min(size, 0x7fff_f000) }], flags, []);
}

/** The descriptions whose descriptors a control message names. Errors: EINVAL, EBADF, EFAULT. */
function rightsAt(task: Task, address: number, length: number): Description[] | Errno {
  const rights: Description[] = [];
  if (length === 0) return rights;
  const at = readable(task, address, length);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  for (let offset = 0; offset + CONTROL_HEADER <= length; ) {
    const size = getUnsigned(view, at + offset);
    if (size < CONTROL_HEADER || offset + size > length) return EINVAL;
    const level = view.getInt32(at + offset + 8, true);
    const type = view.getInt32(at + offset + 12, true);
    if (level === SOL_SOCKET && type === SCM_RIGHTS) {
      const count = (size - CONTROL_HEADER) >> 2;
      if (rights.length + count > RIGHTS_MOST) return EINVAL;
      for (let index = 0; index < count; index++) {
        const description = task.process.files.get(view.getInt32(at + offset + CONTROL_HEADER + index * 4, true));
        if (!description) return EBADF;
        rights.push(description);
      }
    }
    offset += Math.ceil(size / 8) * 8;
  }
  return rights;
}

export function sendmsg(task: Task, fd: number, address: number, flags: number): number {
  const at = readable(task, address, MESSAGE_SIZE);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const parts = decodeParts(task, getUnsigned(view, at + 16), getUnsigned(view, at + 24));
  if (isErrno(parts)) return parts;
  const rights = rightsAt(task, getUnsigned(view, at + 32), getUnsigned(view, at + 40));
  if (isErrno(rights)) return rights;
  return send(task, fd, parts, flags, rights);
}

function receive(task: Task, fd: number, parts: readonly Part[], flags: number): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  const { socket } = found;
  if (flags & MSG_OOB) return EOPNOTSUPP;
  let done = task.retrying ? task.progress : 0;
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(Math.min(total - done, SEND_MOST));
  const count = socket.receive(bytes, 0, bytes.length, (flags & MSG_PEEK) !== 0);
  if (count === WOULD_BLOCK) {
    if (flags & MSG_DONTWAIT || socket.flags & O_NONBLOCK) return done > 0 ? done : EAGAIN;
    task.waitFor(socket.waiters);
    return WOULD_BLOCK;
  }
  if (count < 0) return done > 0 ? done : count;
  let skip = done;
  let taken = 0;
  for (const { address, length } of parts) {
    const from = Math.min(skip, length);
    skip -= from;
    const wanted = Math.min(length - from, count - taken);
    if (wanted <= 0) continue;
    if (room(task, address + from, wanted) < wanted) return EFAULT;
    task.memory.bytes.set(bytes.subarray(taken, taken + wanted), indexOf(address + from));
    taken += wanted;
  }
  done += count;
  if (flags & MSG_WAITALL && socket.kind === SOCK_STREAM && !(flags & MSG_PEEK) && count > 0 && done < total && socket.peer) {
    task.progress = done;
    task.waitFor(socket.waiters);
    return WOULD_BLOCK;
  }
  return flags & MSG_TRUNC && socket.kind !== SOCK_STREAM ? done + socket.received.cut : done;
}

export function recvfrom(task: Task, fd: number, address: number, size: number, flags: number, _name: number, nameLength: number): number {
  const count = receive(task, fd, [{ address, length: Math.min(size, 0x7fff_f000) }], flags);
  const description = usable(task, fd);
  if (count >= 0 && description?.file instanceof SocketEnd) for (const right of description.file.received.rights) right.release();
  if (count < 0 || nameLength === 0) return count;
  return put32(task, nameLength, 0) || count;
}

export function recvmsg(task: Task, fd: number, address: number, flags: number): number {
  const at = writable(task, address, MESSAGE_SIZE);
  if (at < 0) return EFAULT;
  const { view } = task.memory;
  const parts = decodeParts(task, getUnsigned(view, at + 16), getUnsigned(view, at + 24));
  if (isErrno(parts)) return parts;
  const count = receive(task, fd, parts, flags);
  if (count < 0) return count;
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  const { received } = found.socket;
  let result = received.cut > 0 ? MSG_TRUNC : 0;
  const control = getUnsigned(view, at + 32);
  const controlLength = control === 0 ? 0 : getUnsigned(view, at + 40);
  let used = 0;
  const { rights } = received;
  received.rights = [];
  if (rights.length > 0) {
    const fits = Math.max(0, Math.min(rights.length, Math.floor((controlLength - CONTROL_HEADER) / 4)));
    const into = fits > 0 ? writable(task, control, CONTROL_HEADER + fits * 4) : -1;
    let given = 0;
    for (const [index, right] of rights.entries()) {
      const descriptor = into >= 0 && index < fits ? installDescription(task, right, (flags & MSG_CMSG_CLOEXEC) !== 0) : undefined;
      if (descriptor === undefined) right.release();
      else if (!isErrno(descriptor)) view.setInt32(into + CONTROL_HEADER + 4 * given++, descriptor, true);
    }
    if (given < rights.length) result |= MSG_CTRUNC;
    if (given > 0) {
      setLong(view, into, CONTROL_HEADER + given * 4);
      view.setInt32(into + 8, SOL_SOCKET, true);
      view.setInt32(into + 12, SCM_RIGHTS, true);
      used = Math.min(controlLength, Math.ceil((CONTROL_HEADER + given * 4) / 8) * 8);
    }
  }
  view.setInt32(at + 8, 0, true);
  setLong(view, at + 40, used);
  view.setInt32(at + 48, result | (flags & MSG_CMSG_CLOEXEC), true);
  return count;
}

export function shutdown(task: Task, fd: number, how: number): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  if (how < 0 || how > 2) return EINVAL;
  if (!found.socket.peer && found.socket.kind !== SOCK_DGRAM) return ENOTCONN;
  found.socket.shutDown(how !== 1, how !== 0);
  return 0;
}

/** The address of a socket that has none: its family. */
function nameless(task: Task, fd: number, address: number, length: number, peer: boolean): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  if (peer && !found.socket.peer) return ENOTCONN;
  const at = readable(task, length, 4);
  if (at < 0) return EFAULT;
  const space = task.memory.view.getInt32(at, true);
  if (space < 0) return EINVAL;
  if (space >= 2) {
    const into = writable(task, address, 2);
    if (into < 0) return EFAULT;
    task.memory.view.setUint16(into, AF_UNIX, true);
  }
  return put32(task, length, 2);
}

export function getsockname(task: Task, fd: number, address: number, length: number): number {
  return nameless(task, fd, address, length, false);
}

export function getpeername(task: Task, fd: number, address: number, length: number): number {
  return nameless(task, fd, address, length, true);
}

const SO_TYPE = 3;
const SO_ERROR = 4;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_PASSCRED = 16;
const SO_PEERCRED = 17;
const SO_ACCEPTCONN = 30;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const BUFFER_SIZE = 212992;
/** Options that may be set, and mean nothing between two ends in one machine. */
const SETTABLE: ReadonlySet<number> = new Set([2, 6, SO_SNDBUF, SO_RCVBUF, 9, 12, 13, 15, SO_PASSCRED, 18, 19, 20, 21, 29, 34]);

export function getsockopt(task: Task, fd: number, level: number, option: number, address: number, length: number): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  const at = readable(task, length, 4);
  if (at < 0) return EFAULT;
  const space = task.memory.view.getInt32(at, true);
  if (space < 0) return EINVAL;
  if (level !== SOL_SOCKET) return EOPNOTSUPP;
  const { uid, gid } = task.credentials;
  const words =
    option === SO_PEERCRED ? [task.process.pid, uid, gid]
    : option === SO_TYPE ? [found.socket.kind]
    : option === SO_DOMAIN ? [AF_UNIX]
    : option === SO_SNDBUF || option === SO_RCVBUF ? [BUFFER_SIZE]
    : option === SO_ERROR || option === SO_PROTOCOL || option === SO_ACCEPTCONN || SETTABLE.has(option) ? [0]
    : undefined;
  if (!words) return ENOPROTOOPT;
  const count = Math.min(space, words.length * 4) >> 2;
  for (let index = 0; index < count; index++) {
    const error = put32(task, address + index * 4, words[index]!);
    if (error) return error;
  }
  return put32(task, length, count * 4);
}

export function setsockopt(task: Task, fd: number, level: number, option: number, address: number, length: number): number {
  const found = socketOf(task, fd);
  if (isErrno(found)) return found;
  if (level !== SOL_SOCKET) return EOPNOTSUPP;
  if (!SETTABLE.has(option)) {
    task.kernel.report(task, 'setsockopt', `${level}/${option}`);
    return ENOPROTOOPT;
  }
  if (length < 4) return EINVAL;
  return readable(task, address, 4) < 0 ? EFAULT : 0;
}

/** Whether a descriptor is a socket that could be bound, connected or listened at: none can. */
export function unbound(task: Task, fd: number): number {
  const found = socketOf(task, fd);
  return isErrno(found) ? found : EINVAL;
}

export function connect(task: Task, fd: number): number {
  const found = socketOf(task, fd);
  return isErrno(found) ? found : EISCONN;
}
