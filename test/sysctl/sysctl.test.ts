/** /proc/sys as programs see it: sysctl(8), callers in other namespaces, root without its capabilities, poll(2). */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRound } from '../differential/volatile.ts';
import { missingProgram, reasonNotToMount, unless } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

const reason = reasonNotToMount();
const needing = (...programs: readonly string[]): string | undefined => reason ?? missingProgram('unshare', ...programs);

/** What reading itself changes, or counts what the readers do. */
const ALLOWANCES = [
  { line: /^fs\.(?:file-nr|inode-nr|inode-state|dentry-state) /, by: 1e6 },
  { line: /^kernel\.ns_last_pid /, by: 1e6 },
];

async function withMount(body: (root: string) => void | Promise<void>): Promise<void> {
  const mount = await ServedProc.start();
  try {
    await body(mount.root);
  } finally {
    await mount.stop();
  }
}

function output(program: string, ...words: readonly string[]): string {
  const done = spawnSync(program, words, { encoding: 'latin1', maxBuffer: 1 << 26 });
  if (done.error) throw done.error;
  return done.stdout + done.stderr;
}

unless(needing('sysctl', 'mount'), 'sysctl -a says on ours what it says on the kernel\'s', () =>
  withMount((root) => {
    // A new UUID each time has nothing to compare, and neither has one line beside two of another number.
    const lines = (text: string): string =>
      text.split('\n').filter((line) => !line.startsWith('kernel.random.uuid = ')).join('\n');
    const onOurs = (command: string): string =>
      output('unshare', '--mount', '--propagation', 'private', 'sh', '-c', `mount --bind "$1" /proc && ${command}`, 'sh', root);
    let misfits: unknown = 'unclear';
    for (let round = 0; round < 5 && (misfits === 'unclear' || (misfits as unknown[]).length > 0); round++) {
      const before = lines(output('sysctl', '-a'));
      const ours = lines(onOurs('sysctl -a'));
      misfits = compareRound(before, ours, lines(output('sysctl', '-a')), ALLOWANCES);
      assert.ok(ours.split('\n').length > 500);
    }
    assert.equal(misfits, []);
    assert.match(onOurs('sysctl -n kernel.random.uuid'), /^[0-9a-f-]{36}\n$/);
  }));

/** Makes a UTS and an IPC namespace other than ours. */
const CHANGE = 'echo elsewhere >/proc/sys/kernel/hostname; echo 7 >/proc/sys/kernel/sem';
/** The files below a directory with their texts, modes and owners. */
const SHOW = 'cd "$1" && find . -exec stat -c "%f %u %g %h %n" {} + | sort; grep -rs "" . | sort';

unless(needing('find', 'grep'), 'a caller in other namespaces sees those', () =>
  withMount((root) => {
    const inside = (directory: string): string =>
      output('unshare', '--net', '--ipc', '--uts', 'sh', '-c', `${CHANGE}; ${SHOW}`, 'sh', directory);
    for (const below of ['net', 'kernel', 'fs/mqueue']) {
      const lines = (text: string): string[] => text.split('\n').filter((line) => !/\.\/(?:ns_last_pid|random\/)/.test(line));
      assert.equal(lines(inside(join(root, 'sys', below))), lines(inside(join('/proc/sys', below))), below);
    }
    assert.is.not(output('sh', '-c', SHOW, 'sh', join(root, 'sys/net')), inside(join(root, 'sys/net')));
  }));

unless(needing('tee', 'find', 'grep'), 'a caller in another namespace changes that one alone', () =>
  withMount((root) => {
    const path = join(root, 'sys/net/core/somaxconn');
    const before = readFileSync(path, 'latin1');
    const script = 'echo 1234 > "$1"; cat "$1" /proc/sys/net/core/somaxconn; echo junk > "$1"; cat "$1"';
    const expected = output('unshare', '--net', 'sh', '-c', script, 'sh', '/proc/sys/net/core/somaxconn');
    assert.is(output('unshare', '--net', 'sh', '-c', script, 'sh', path), expected);
    assert.match(expected, /^1234\n1234\n1234\n/);
    assert.is(readFileSync(path, 'latin1'), before);
    assert.is(readFileSync('/proc/sys/net/core/somaxconn', 'latin1'), before);
  }));

/** Parameters whose handlers ask for capabilities, and a few that do not; none takes this text. */
const GUARDED = [
  'kernel/dmesg_restrict', 'kernel/kptr_restrict', 'kernel/tainted', 'kernel/bpf_stats_enabled', 'kernel/unprivileged_bpf_disabled',
  'kernel/ns_last_pid', 'kernel/numa_balancing', 'kernel/task_delayacct', 'kernel/usermodehelper/bset', 'kernel/panic', 'kernel/pid_max',
  'kernel/msg_next_id', 'net/core/bpf_jit_enable', 'net/core/bpf_jit_harden', 'net/core/bpf_jit_limit', 'net/core/somaxconn',
  'net/core/high_order_alloc_disable', 'net/ipv4/ip_forward', 'net/ipv4/conf/lo/forwarding', 'net/ipv4/conf/lo/rp_filter',
  'user/max_net_namespaces', 'vm/mmap_min_addr', 'vm/memfd_noexec', 'vm/swappiness', 'vm/mmap_rnd_bits',
];

unless(needing('setpriv', 'tee'), 'who lacks capabilities is refused what the kernel refuses', () =>
  withMount((root) => {
    const paths = GUARDED.filter((path) => statSync(join('/proc/sys', path), { throwIfNoEntry: false }));
    const script = 'cd "$1/sys"; shift; for path do echo "$path"; [ "$path" = kernel/ns_last_pid ] || cat "$path"; echo refused | tee "$path" >/dev/null; done 2>&1';
    const who = [
      [],
      ['--bounding-set', '-all', '--inh-caps', '-all'],
      ['--reuid', '65534', '--regid', '65534', '--clear-groups'],
      ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps', '+net_admin', '--ambient-caps', '+net_admin'],
      ['--reuid', '65534', '--regid', '0', '--clear-groups'],
    ];
    for (const words of who) {
      const attempt = (proc: string): string[] =>
        output('setpriv', ...words, 'sh', '-c', script, 'sh', proc, ...paths).split('\n');
      assert.equal(attempt(root), attempt('/proc'), words.join(' '));
    }
  }));

/** Waits in a UTS namespace of its own until the host name changes, twice: once by a write, once by hostname(1). */
const POLLER = `
import os, select, socket, sys
path = sys.argv[1] + '/sys/kernel/hostname'
file = os.open(path, os.O_RDONLY)
poller = select.poll()
poller.register(file, select.POLLERR | select.POLLPRI)
print(poller.poll(0), flush=True)
for change in sys.stdin:
    if os.fork() == 0:
        if change == 'write\\n':
            with open(path, 'w') as other: other.write('first\\n')
        else:
            socket.sethostname('second')
        os._exit(0)
    print([events for _, events in poller.poll(120000)], poller.poll(0), os.pread(file, 100, 0), flush=True)
`;

function answers(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return new Promise((resolve) => child.on('close', () => resolve(text)));
}

unless(needing('python3'), 'poll tells of a host name that was written or set', () =>
  withMount(async (root) => {
    for (const proc of ['/proc', root]) {
      const child = spawn('unshare', ['--uts', 'python3', '-c', POLLER, proc], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin?.end('write\nset\n');
      // POLLPRI and POLLERR.
      assert.is(await answers(child), "[]\n[10] [] b'first\\n'\n[10] [] b'second\\n'\n", proc);
    }
  }));

unless(reason, 'every directory is listed in the order of the kernel', () =>
  withMount((root) => {
    const walk = (below: string): void => {
      const names = (proc: string): string[] => output('ls', '-fp', join(proc, 'sys', below)).split('\n');
      assert.equal(names(root), names('/proc'), below);
      for (const entry of readdirSync(join(root, 'sys', below), { withFileTypes: true })) {
        if (entry.isDirectory()) walk(join(below, entry.name));
      }
    };
    walk('');
  }));

test.run();
