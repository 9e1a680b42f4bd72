/** /proc/sysvipc (ipc/msg.c, ipc/sem.c, ipc/shm.c, sysvipc(7)). */

import type { Caller } from '../../fs/caller.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { U64 } from '../../fs/u64.ts';
import { groupSeenBy, userSeenBy } from '../../fs/user-namespace.ts';
import type { KernelView } from '../kernel-view.ts';
import type { IpcObject } from '../model/ipc.ts';

/** /proc/sysvipc/msg */
export function msg(out: TextWriter, kernel: KernelView, caller: Caller): void {
  out.text('       key      msqid perms      cbytes       qnum lspid lrpid');
  out.text('   uid   gid  cuid  cgid      stime      rtime      ctime\n');
  for (const queue of kernel.messageQueues()) {
    identity(out, queue);
    column(out.space(), queue.bytes, 10);
    column(out, queue.messages, 10);
    column(out, queue.lastSender, 5);
    column(out, queue.lastReceiver, 5);
    owners(out, queue, caller);
    column(out, queue.sent, 10);
    column(out, queue.received, 10);
    column(out, queue.changed, 10);
    out.newline();
  }
}

/** /proc/sysvipc/sem */
export function sem(out: TextWriter, kernel: KernelView, caller: Caller): void {
  out.text('       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n');
  for (const set of kernel.semaphoreSets()) {
    identity(out, set);
    column(out, set.count, 10);
    owners(out, set, caller);
    column(out, set.operated, 10);
    column(out, set.changed, 10);
    out.newline();
  }
}

/** /proc/sysvipc/shm */
export function shm(out: TextWriter, kernel: KernelView, caller: Caller): void {
  out.text('       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid');
  out.text('      atime      dtime      ctime                   rss                  swap\n');
  for (const segment of kernel.sharedMemory()) {
    identity(out, segment);
    column(out, segment.size, 21);
    column(out, segment.creator, 5);
    column(out, segment.lastUser, 5);
    column(out.space(), segment.attachments, 5);
    owners(out, segment, caller);
    column(out, segment.attached, 10);
    column(out, segment.detached, 10);
    column(out, segment.changed, 10);
    column(out, segment.resident, 21);
    column(out, segment.swapped, 21);
    out.newline();
  }
}

/** The text is the same for all who see the same ids. */
export function idsKey(kernel: KernelView, caller: Caller): object | undefined {
  return caller.foreignNamespace?.() ? undefined : kernel;
}

function column(out: TextWriter, value: U64, width: number): void {
  out.space().decimalPadded(value, width);
}

function identity(out: TextWriter, { key, id, mode }: IpcObject): void {
  out.signedPadded(key, 10).space().signedPadded(id, 10).text('  ').octalPadded(mode, 4);
}

function owners(out: TextWriter, { uid, gid, creatorUid, creatorGid }: IpcObject, caller: Caller): void {
  column(out, userSeenBy(caller, uid), 5);
  column(out, groupSeenBy(caller, gid), 5);
  column(out, userSeenBy(caller, creatorUid), 5);
  column(out, groupSeenBy(caller, creatorGid), 5);
}
