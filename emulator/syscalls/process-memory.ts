/** Memory of other processes: process_vm_readv(2), process_vm_writev(2) (mm/process_vm_access.c). */

import { EFAULT, EINVAL, EPERM, ESRCH, isErrno } from '../../fs/errno.ts';
import { decodeParts, type Part } from '../abi/iovec.ts';
import { indexOf } from '../memory/guest-memory.ts';
import type { Task } from '../kernel/task.ts';
import { available, room } from '../kernel/user-memory.ts';

const CAP_SYS_PTRACE = 19;

/** Whether a task may look into another's memory, by its real ids (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). */
function mayAttach(task: Task, other: Task): boolean {
  if (other.process === task.process) return true;
  const { uid, gid } = task.credentials;
  const { uid: realUid, euid, suid, gid: realGid, egid, sgid } = other.credentials;
  const same = uid === realUid && uid === euid && uid === suid && gid === realGid && gid === egid && gid === sgid;
  return (same && other.process.dumpable === 1) || task.capable(CAP_SYS_PTRACE);
}

/** Where a copy is in a list of parts. */
class Cursor {
  readonly #parts: readonly Part[];
  #part = 0;
  #inside = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** The address where it is, and how much there is of that part; 0 at the end. */
  get address(): number {
    return (this.#parts[this.#part]?.address ?? 0) + this.#inside;
  }

  get left(): number {
    while (this.#part < this.#parts.length && this.#inside >= this.#parts[this.#part]!.length) {
      this.#part++;
      this.#inside = 0;
    }
    return this.#part < this.#parts.length ? this.#parts[this.#part]!.length - this.#inside : 0;
  }

  advance(bytes: number): void {
    this.#inside += bytes;
  }
}

function transfer(task: Task, pid: number, own: readonly number[], others: readonly number[], flags: number, writes: boolean): number {
  if (flags !== 0) return EINVAL;
  const local = decodeParts(task, own[0]!, own[1]!);
  if (isErrno(local)) return local;
  const remote = decodeParts(task, others[0]!, others[1]!);
  if (isErrno(remote)) return remote;
  if (!remote.some(({ length }) => length > 0) || !local.some(({ length }) => length > 0)) return 0;
  const other = task.kernel.tasks.get(pid);
  if (!other || other.state === 'dead' || !other.process.alive) return ESRCH;
  if (!mayAttach(task, other)) return EPERM;
  const here = new Cursor(local);
  const there = new Cursor(remote);
  let done = 0;
  for (;;) {
    const wanted = Math.min(here.left, there.left);
    if (wanted === 0) return done;
    const [from, to] = writes ? [task, other] : [other, task];
    const [source, target] = writes ? [here, there] : [there, here];
    const count = Math.min(available(from, source.address, wanted), room(to, target.address, wanted));
    to.memory.bytes.set(from.memory.bytes.subarray(indexOf(source.address), indexOf(source.address) + count), indexOf(target.address));
    done += count;
    if (count < wanted) return done > 0 ? done : EFAULT;
    here.advance(count);
    there.advance(count);
  }
}

export function process_vm_readv(task: Task, pid: number, own: number, ownCount: number, others: number, otherCount: number, flags: number): number {
  return transfer(task, pid, [own, ownCount], [others, otherCount], flags, false);
}

export function process_vm_writev(task: Task, pid: number, own: number, ownCount: number, others: number, otherCount: number, flags: number): number {
  return transfer(task, pid, [own, ownCount], [others, otherCount], flags, true);
}
