/** ioctl(2): what is the same for all files; the rest is the file's own (fs/ioctl.c). */

import { EBADF, EFAULT, ENOTTY, isErrno } from '../../fs/errno.ts';
import { O_NONBLOCK } from '../../fs/flags.ts';
import { S_IFDIR, S_IFREG, Stat } from '../../fs/stat.ts';
import type { Task } from '../kernel/task.ts';
import { available, put, put32, put64, readable } from '../kernel/user-memory.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { installDescription, usable } from './files.ts';
import { Description } from '../kernel/description.ts';

const FIBMAP = 1;
const FIGETBSZ = 2;
const FIONREAD = 0x541b;
const FIONBIO = 0x5421;
const FIONCLEX = 0x5450;
const FIOCLEX = 0x5451;
const FIOASYNC = 0x5452;
const FIOQSIZE = 0x5460;
const FS_IOC_GETFLAGS = 0x80086601;

/** What requests bring along that do not say so in their number: most terminals' (asm-generic/ioctls.h). */
const OLD_SIZE = 64;
/** The second byte of terminals' requests, which programs make to see whether they have one. */
const TERMINALS = 0x54;

const scratch = new Stat();
const NOTHING = new Uint8Array(0);

/** What a request brings along: as much as its number says, or as there is. */
function inputOf(task: Task, command: number, address: number): Uint8Array {
  const direction = command >>> 30;
  const size = (command >>> 16) & 0x3fff;
  const wanted = direction & 1 ? size : direction === 0 && size === 0 && command >>> 8 === TERMINALS ? OLD_SIZE : 0;
  if (wanted === 0) return NOTHING;
  const there = available(task, address, wanted);
  return task.memory.bytes.slice(indexOf(address), indexOf(address) + there);
}

export function ioctl(task: Task, fd: number, command: number, argument: number): number {
  const description = usable(task, fd);
  if (!description) return EBADF;
  const { file } = description;
  const number = command >>> 0;
  switch (number) {
    case FIOCLEX:
      task.process.files.setCloseOnExec(fd, true);
      return 0;
    case FIONCLEX:
      task.process.files.setCloseOnExec(fd, false);
      return 0;
    case FIONBIO: {
      const at = readable(task, argument, 4);
      if (at < 0) return EFAULT;
      if (task.memory.view.getInt32(at, true) === 0) file.flags &= ~O_NONBLOCK;
      else file.flags |= O_NONBLOCK;
      return 0;
    }
    case FIOASYNC: {
      const at = readable(task, argument, 4);
      if (at < 0) return EFAULT;
      return task.memory.view.getInt32(at, true) === 0 ? 0 : ENOTTY;
    }
    default:
  }
  const { type } = file.vnode;
  if (type === S_IFREG || type === S_IFDIR) {
    const error = file.vnode.stat(scratch, task);
    if (isErrno(error)) return error;
    if (number === FIONREAD && type === S_IFREG) return put32(task, argument, scratch.size - description.position);
    if (number === FIOQSIZE) return put64(task, argument, scratch.size);
    if (number === FIGETBSZ) return put32(task, argument, scratch.blksize);
    if (number === FIBMAP || number === FS_IOC_GETFLAGS) return ENOTTY;
  }
  const answer = file.ioctl?.(number, argument, inputOf(task, number, argument), task) ?? ENOTTY;
  if (isErrno(answer)) {
    if (answer === ENOTTY && type !== S_IFREG && number >>> 8 !== TERMINALS) task.kernel.report(task, 'ioctl', `0x${number.toString(16)}`);
    return answer;
  }
  if (answer.opened) return installDescription(task, Description.of(answer.opened), true);
  if (answer.output) {
    const error = put(task, argument, answer.output);
    if (error) return error;
  }
  return answer.result;
}
