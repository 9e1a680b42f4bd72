import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CAP_CHECKPOINT_RESTORE, CAP_DAC_OVERRIDE, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_SYS_RESOURCE, FixedCaller,
} from '../../../fs/caller.ts';
import { EACCES, EPERM } from '../../../fs/errno.ts';
import { MAY_EXEC, MAY_READ, MAY_WRITE } from '../../../fs/flags.ts';
import { meaningOf } from '../../model/sysctl/schema.ts';
import { entryPermission, handlerPermission } from './access.ts';

const caller = (uid: number, capabilities: readonly number[] = [], gid = uid) => new FixedCaller({ uid, gid, capabilities });

/** May the caller do it to the parameter, which belongs to `owner`? */
function may(mask: number, path: string, who: FixedCaller, owner = 0): boolean {
  const meaning = meaningOf(path);
  const result = entryPermission(mask, meaning, { directory: false, mode: meaning.mode, uid: owner, gid: owner }, who);
  assert.ok(result === 0 || result === EACCES);
  return result === 0;
}

test('root has the rights of the owner and no more', () => {
  const root = new FixedCaller({ uid: 0, gid: 0 });
  assert.ok(may(MAY_WRITE, 'kernel/panic', root));
  assert.not.ok(may(MAY_WRITE, 'kernel/osrelease', root));
  assert.not.ok(may(MAY_READ, 'vm/drop_caches', root));
  assert.ok(may(MAY_WRITE, 'vm/drop_caches', root));
  assert.not.ok(may(MAY_EXEC, 'kernel/panic', root));
});

test('others read what all may read, whatever capabilities they have', () => {
  const other = caller(1000, [CAP_DAC_OVERRIDE]);
  assert.ok(may(MAY_READ, 'kernel/panic', other));
  assert.not.ok(may(MAY_WRITE, 'kernel/panic', other));
  assert.not.ok(may(MAY_READ, 'vm/mmap_rnd_bits', other));
  assert.ok(may(MAY_WRITE, 'kernel/ns_last_pid', other));
});

test('the group of root has the rights of the group', () => {
  assert.not.ok(may(MAY_WRITE, 'kernel/panic', caller(1000, [], 0)));
  assert.ok(may(MAY_READ, 'kernel/panic', caller(1000, [], 0)));
});

test('who administers the network is root there', () => {
  assert.ok(may(MAY_WRITE, 'net/core/somaxconn', caller(1000, [CAP_NET_ADMIN])));
  assert.ok(may(MAY_WRITE, 'net/core/somaxconn', caller(0)));
  assert.not.ok(may(MAY_WRITE, 'net/core/somaxconn', caller(1000)));
  assert.not.ok(may(MAY_WRITE, 'net/ipv4/tcp_available_ulp', caller(1000, [CAP_NET_ADMIN])));
  assert.not.ok(may(MAY_WRITE, 'kernel/panic', caller(1000, [CAP_NET_ADMIN])));
});

test('limits of users are set by who may exceed limits, be it root or not', () => {
  assert.not.ok(may(MAY_WRITE, 'user/max_net_namespaces', caller(0)));
  assert.ok(may(MAY_WRITE, 'user/max_net_namespaces', caller(1000, [CAP_SYS_RESOURCE])));
  assert.ok(may(MAY_READ, 'user/max_net_namespaces', caller(1000)));
});

test('the root user of an IPC namespace sets its parameters, and checkpoint tools the next ids', () => {
  assert.ok(may(MAY_WRITE, 'kernel/sem', caller(7), 7));
  assert.not.ok(may(MAY_WRITE, 'kernel/sem', caller(0), 7));
  assert.not.ok(may(MAY_WRITE, 'kernel/sem_next_id', caller(0)));
  assert.ok(may(MAY_WRITE, 'kernel/sem_next_id', caller(1000, [CAP_CHECKPOINT_RESTORE])));
  assert.ok(may(MAY_WRITE, 'kernel/sem_next_id', caller(0, [CAP_SYS_ADMIN])));
});

test('pid_max is set by the root user of the pid namespace or an administrator', () => {
  assert.ok(may(MAY_WRITE, 'kernel/pid_max', caller(7), 7));
  assert.ok(may(MAY_WRITE, 'kernel/pid_max', caller(1000, [CAP_SYS_ADMIN])));
  assert.not.ok(may(MAY_WRITE, 'kernel/pid_max', caller(1000)));
});

test('handlers ask for capabilities of their own', () => {
  const ask = (write: boolean, path: string, capabilities: readonly number[]) =>
    handlerPermission(write, meaningOf(path), caller(0, capabilities));
  assert.is(ask(true, 'kernel/yama/ptrace_scope', []), EPERM);
  assert.is(ask(true, 'kernel/yama/ptrace_scope', [CAP_SYS_PTRACE]), 0);
  assert.is(ask(false, 'kernel/yama/ptrace_scope', []), 0);
  assert.is(ask(false, 'net/core/bpf_jit_limit', []), EPERM);
  assert.is(ask(true, 'net/ipv4/conf/lo/forwarding', []), EPERM);
  assert.is(ask(true, 'kernel/ns_last_pid', [CAP_SYS_ADMIN]), 0);
  assert.is(ask(true, 'kernel/panic', []), 0);
});

test.run();
