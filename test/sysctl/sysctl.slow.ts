/** Writes of every sort to parameters of every kind do through our /proc what they do through the kernel's. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

const COMPARE = fileURLToPath(new URL('./compare-writes.js', import.meta.url));
const reason = reasonNotToMount() ?? missingProgram('unshare', 'nsenter', 'tee', 'find', 'grep');

/** Parameters of the whole machine that may be anything for a moment. */
const HARMLESS = [
  'kernel/panic', 'kernel/warn_limit', 'kernel/printk', 'kernel/printk_ratelimit', 'vm/user_reserve_kbytes', 'vm/swappiness',
  'dev/tty/legacy_tiocsti', 'kernel/perf_event_max_stack', 'fs/mount-max', 'kernel/io_uring_group',
];
/** Parameters of namespaces. */
const NAMESPACED = [
  'kernel/hostname', 'kernel/domainname', 'kernel/sem', 'kernel/shmmax', 'fs/mqueue/msg_max', 'net/ipv4/ip_local_port_range',
  'net/ipv4/tcp_rmem', 'net/ipv4/tcp_mem', 'net/ipv4/ip_local_reserved_ports', 'net/ipv4/ping_group_range', 'net/ipv4/neigh/lo/locktime',
  'net/ipv4/neigh/lo/retrans_time_ms', 'net/ipv4/icmp_ratelimit', 'net/ipv4/tcp_congestion_control', 'net/ipv4/tcp_keepalive_time',
  'net/ipv4/igmp_link_local_mcast_reports', 'net/ipv4/tcp_fastopen_key', 'net/ipv6/conf/lo/hop_limit', 'net/ipv6/icmp/ratemask',
  'net/ipv4/tcp_allowed_congestion_control', 'net/ipv6/ioam6_id_wide', 'net/ipv4/conf/lo/forwarding', 'net/core/somaxconn',
];
/** A few of them for the way through a helper, which takes a while for each write. */
const THROUGH_HELPER = ['kernel/hostname', 'kernel/sem', 'net/ipv4/ip_local_port_range', 'net/ipv4/ip_local_reserved_ports'];

function compare(where: string, parameters: readonly string[], ...unshare: readonly string[]): string[] {
  const words = [...(unshare.length ? ['unshare', ...unshare, '--'] : []), process.execPath, COMPARE, where, ...parameters];
  const done = spawnSync(words[0] as string, words.slice(1), { encoding: 'utf8' });
  assert.is(done.stderr, '');
  return done.stdout.trim().split('\n');
}

function check(lines: string[]): void {
  const count = Number(/^(\d+) compared$/.exec(lines.pop() ?? '')?.[1]);
  console.log(`${count} writes compared, ${lines.length} differ`);
  assert.equal(lines, []);
  assert.ok(count > 200);
}

unless(reason, 'parameters of the machine', async () => check(compare('inside', HARMLESS)));

unless(reason, 'parameters of namespaces, served from within', async () =>
  check(compare('inside', NAMESPACED, '--net', '--uts', '--ipc')));

unless(reason, 'parameters of namespaces, served from outside', async () => {
  const mount = await ServedProc.start();
  try {
    check(compare(mount.root, THROUGH_HELPER, '--net', '--uts', '--ipc'));
  } finally {
    await mount.stop();
  }
});

test.run();
