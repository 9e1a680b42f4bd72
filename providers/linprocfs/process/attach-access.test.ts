import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CAP_SYS_NICE, CAP_SYS_PTRACE, type Caller, FixedCaller } from '../../../fs/caller.ts';
import { EACCES, EAGAIN, EPERM, ESRCH } from '../../../fs/errno.ts';
import type { TaskView } from '../../model/task.ts';
import { capableOver } from './access.ts';
import { mayAttach, openAddressSpace } from './attach-access.ts';
import { writeAutogroup } from './sched.ts';

const USER = 1000;

interface Process {
  readonly parent?: number;
  readonly uid?: number;
  readonly memory?: boolean;
  readonly namespace?: number;
  readonly effective?: bigint | number;
}

/** A kernel of these processes, by id. */
function processes(table: Readonly<Record<number, Process>>, scope = 0): (id: number) => TaskView {
  const tasks = new Map<number, TaskView>();
  const kernel = { task: (id: number) => tasks.get(id), traceScope: () => scope };
  for (const [key, { parent = 1, uid = USER, memory = true, namespace = 1, effective = 0 }] of Object.entries(table)) {
    const id = Number(key);
    const owner = { uid, gid: uid, seconds: 0, nanoseconds: 0 };
    const task = {
      id,
      kernel,
      processId: () => id,
      owner: () => owner,
      filesOwner: () => owner,
      stat: () => ({ parent }),
      status: () => ({
        uids: [uid, uid, uid, uid],
        gids: [uid, uid, uid, uid],
        memory: memory ? {} : undefined,
        capabilities: { permitted: 0, effective },
      }),
      addressSpace: { access: () => 0 },
      files: { namespace: () => namespace },
      accounting: { limits: () => [] },
      scheduling: { setAutogroupNice: () => 0 },
    };
    tasks.set(id, task as unknown as TaskView);
  }
  return (id) => tasks.get(id) as TaskView;
}

function user(threadId: number, capabilities: readonly number[] = [], uid = USER): Caller {
  return new FixedCaller({ uid, gid: uid, threadId, capabilities });
}

test('who may trace may attach, while the kernel does not restrict it further', () => {
  const task = processes({ 10: {}, 20: {}, 30: { uid: 7 } });
  assert.ok(mayAttach(task(20), user(10)));
  assert.not(mayAttach(task(30), user(10)));
  assert.ok(mayAttach(task(30), user(10, [CAP_SYS_PTRACE])));
});

test('scope 1 lets a process attach to its descendants, itself, and anyone with the capability', () => {
  const task = processes({ 10: {}, 20: { parent: 15 }, 15: { parent: 10 }, 30: {} }, 1);
  assert.ok(mayAttach(task(20), user(10)), 'a grandchild');
  assert.ok(mayAttach(task(10), user(10)), 'itself');
  assert.not(mayAttach(task(30), user(10)), 'a stranger');
  assert.not(mayAttach(task(10), user(20)), 'its ancestor');
  assert.ok(mayAttach(task(30), user(10, [CAP_SYS_PTRACE])));
});

test('scope 2 asks for the capability, and scope 3 for nothing that one could have', () => {
  const table = { 10: {}, 20: { parent: 10 } };
  assert.not(mayAttach(processes(table, 2)(20), user(10)));
  assert.ok(mayAttach(processes(table, 2)(20), user(10, [CAP_SYS_PTRACE])));
  assert.not(mayAttach(processes(table, 3)(20), user(10, [CAP_SYS_PTRACE])));
  assert.ok(mayAttach(processes(table, 3)(10), user(10)));
});

test('parents that go round in a circle are not followed for ever', () => {
  const task = processes({ 10: {}, 20: { parent: 30 }, 30: { parent: 20 } }, 1);
  assert.not(mayAttach(task(20), user(10)));
});

test('files about memory open for those who may trace, and in their own way where there is none', () => {
  const task = processes({ 10: {}, 20: { uid: 7 }, 30: { uid: 7, memory: false } });
  const [open, needs] = [openAddressSpace(0), openAddressSpace(ESRCH)];
  assert.is(open(0, task(10), user(10)), 0);
  assert.is(open(0, task(20), user(10)), EACCES);
  assert.is(open(0, task(30), user(10)), 0);
  assert.is(needs(0, task(30), user(10)), ESRCH);
});

test('a capability counts here, or over what belongs to the very namespace that one has it in', () => {
  const nice = 2 ** CAP_SYS_NICE;
  const task = processes({ 10: { namespace: 2, effective: nice }, 20: { namespace: 2 }, 30: {}, 40: { namespace: 2 } });
  assert.ok(capableOver(task(30), user(20, [CAP_SYS_NICE]), CAP_SYS_NICE));
  assert.ok(capableOver(task(20), user(10), CAP_SYS_NICE));
  assert.not(capableOver(task(30), user(10), CAP_SYS_NICE), 'another namespace');
  assert.not(capableOver(task(20), user(40), CAP_SYS_NICE), 'without the capability');
  assert.not(capableOver(task(20), new FixedCaller({ uid: USER, gid: USER }), CAP_SYS_NICE), 'without a process');
});

test('users have to wait between two changes of an autogroup, root has not', () => {
  const task = processes({ 10: {} })(10);
  const three = Buffer.from('3\n');
  const root = new FixedCaller({ uid: 0, gid: 0, threadId: 10 });
  assert.is(writeAutogroup(three, 0, task, root), 2);
  // A machine that is busy may be slower than the wait is long.
  let outcome = 0;
  for (let attempt = 0; attempt < 1000 && outcome !== EAGAIN; attempt++) {
    assert.is(writeAutogroup(three, 0, task, root), 2);
    outcome = writeAutogroup(three, 0, task, user(10));
  }
  assert.is(outcome, EAGAIN);
  assert.is(writeAutogroup(Buffer.from('-1'), 0, task, user(10)), EPERM);
});

test.run();
