import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, MAIN, ended, isMounted, until } from '../../../test/support/command-line.ts';
import { missingProgram, reasonNotToMount, unless } from '../../../test/support/requirements.ts';
import { statusText } from '../status-line.ts';

unless(reasonNotToMount(), 'mounts at ROOT/proc and ROOT/sys, says so, and unmounts on Ctrl-C', async () => {
  const line = new CommandLine();
  try {
    const root = join(line.directory, 'a/my root $&');
    const server = line.start(['start', root]);
    const end = ended(server);
    await until('it is mounted', () => ['proc', 'sys', 'dev/shm'].every((place) => isMounted(join(root, place))));
    const second = await line.run('start', root);
    assert.is(second.status, 1);
    assert.is(
      second.stderr,
      `compatfs: ${root}/proc: already mounted by process ${server.pid}; compatfs umount takes it away\n`,
    );
    assert.ok(readdirSync(join(root, 'proc')).includes('meminfo'));
    assert.ok(readdirSync(join(root, 'sys')).includes('devices'));
    server.kill('SIGINT');
    const { status, stdout, stderr } = await end;
    assert.equal({ status, stderr }, { status: 0, stderr: '' });
    const lines = stdout.split('\n');
    const first = (lines[0] ?? '').replace(root, 'ROOT');
    assert.match(first, /^compatfs .*: proc, sys, .*, rendered from this machine's state, mounted in ROOT$/);
    assert.ok(lines.includes(`  cat '${root}/proc'/meminfo`), 'as a shell takes it');
    assert.match((lines.at(-2) ?? '').replaceAll(root, 'ROOT'), /^ROOT\/proc, ROOT\/sys, .*: unmounted$/);
    assert.not.match(stdout, /\x1b|requests\/s/, 'no status line where there is no terminal');
    assert.not(isMounted(join(root, 'proc')) || isMounted(join(root, 'sys')));
  } finally {
    await line.remove();
  }
});

unless(reasonNotToMount() ?? missingProgram('script'), 'a status line on a terminal, which is left clean', async () => {
  const line = new CommandLine();
  try {
    const target = join(line.target, 'proc');
    const terminal = line.spawn('script', ['-qec', `exec ${process.execPath} ${MAIN} start ${line.target}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    terminal.stdout?.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const end = ended(terminal);
    await until('the status line is there', () => /\d+ requests\/s/.test(shown));
    // The key goes through the terminal.
    terminal.stdin?.write('\x03');
    assert.is((await end).status, 0);
    assert.match(shown, /\r\x1b\[K\d+ requests\/s   latency (-|\d+ µs)   \d+ open files/);
    assert.match(shown.slice(-300), new RegExp(`\\r\\x1b\\[K${target}, ${join(line.target, 'sys')}, .*: unmounted\\r\\n$`));
    assert.not(isMounted(target));
  } finally {
    await line.remove();
  }
});

unless(reasonNotToMount(), 'what cannot be made or mounted has its line', async () => {
  const line = new CommandLine();
  try {
    assert.is((await line.run('start', '/dev/null')).stderr, 'compatfs: /dev/null/proc: cannot be made: not a directory\n');
    await line.shell(`mkdir -p ${line.target}/proc && mount -t tmpfs label ${line.target}/proc`);
    const busy = await line.run('start', line.target);
    assert.is(
      busy.stderr,
      `compatfs: ${line.target}/proc: busy: tmpfs of label is mounted there; -o cover mounts over it\n`,
    );
    assert.is(busy.status, 1);
  } finally {
    await line.remove();
  }
});

test('the text of the status line', () => {
  const before = { at: 1000, requests: 10, timed: 1, milliseconds: 5, openFiles: 0 };
  assert.is(statusText(before, { ...before, at: 2000 }), '0 requests/s   latency -   0 open files');
  const after = { at: 3000, requests: 2010, timed: 101, milliseconds: 6.5, openFiles: 3 };
  assert.is(statusText(before, after), '1000 requests/s   latency 15 µs   3 open files');
});

test.run();
