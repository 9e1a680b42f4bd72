/** The guest itself: scripts, their results, their limits; and its 9P client with diod, so that neither side is ours. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startDiod } from '../support/diod.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, unless } from '../support/requirements.ts';
import { Guest, reasonNotToBoot } from './guest.ts';

const reason = missingProgram('diod') ?? (await reasonNotToBoot());
let guest: Guest | undefined;

function booted(): Guest {
  if (!guest) throw new Error('no guest');
  return guest;
}

/** What a promise is rejected with. */
function complaint(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => '',
    (error: Error) => error.message,
  );
}

unless(reason, 'a boot', async () => {
  guest = await Guest.boot({ modules: ['9p', '9pnet_fd'], files: { 'etc/given': Buffer.from([0, 10, 255]) } });
  assert.is((await guest.output('uname -r')).trim(), guest.release);
  assert.is(await guest.output('cat /etc/given'), '\0\n\xff');
});

unless(reason, 'scripts and their results', async () => {
  const script = "echo 'to  say' \\\\n %s\n\techo to complain >&2\nprintf '\\0\\377'\nexit 3";
  const result = { status: 3, stdout: 'to  say \\n %s\n\0\xff', stderr: 'to complain\n' };
  assert.equal(await booted().run(script), result);
  const long = await booted().output('yes 0123456789abcdef | head -n 20000');
  assert.is(long.length, 20_000 * 17);
});

unless(reason, 'a script that waits does not keep others', async () => {
  const waiting = booted().run('mkfifo /tmp/fifo; cat /tmp/fifo');
  await booted().output('until [ -p /tmp/fifo ]; do usleep 10000; done; echo through >/tmp/fifo');
  assert.is((await waiting).stdout, 'through\n');
});

unless(reason, 'a script that takes too long', async () => {
  assert.match(await complaint(booted().run('sleep 1000', 100)), 'no end within 100 ms: sleep 1000');
});

for (const cache of ['none', 'loose']) {
  unless(reason, `diod, cache=${cache}`, async () => {
    const directory = temporaryDirectory();
    const diod = await startDiod([directory, '/proc']);
    try {
      writeFileSync(join(directory, 'given'), 'from the host\n');
      const mount = (tree: string, place: string): string =>
        `mkdir -p ${place} && mount -t 9p -o trans=tcp,version=9p2000.L,port=${diod.port},aname=${tree},cache=${cache} $HOST ${place}`;
      await booted().output(`${mount(directory, '/mnt/files')} && ${mount('/proc', '/mnt/proc')}`);
      assert.is(await booted().output('cd /mnt/files && cat given && echo from the guest >made && mkdir sub && ls'), 'from the host\ngiven\nmade\nsub\n');
      assert.is(readFileSync(join(directory, 'made'), 'utf8'), 'from the guest\n');
      // Files whose size is said to be 0.
      assert.is(await booted().output('cat /mnt/proc/version'), readFileSync('/proc/version', 'utf8'));
      await diod.kill();
      const { status, stderr } = await booted().run('cat /mnt/files/given /mnt/proc/uptime');
      assert.is(status, 1);
      assert.match(stderr, 'Input/output error');
      await booted().output('umount -l /mnt/files /mnt/proc');
    } finally {
      await diod.kill();
      removeDirectory(directory);
    }
  });
}

unless(reason, 'a machine that dies', async () => {
  const said = await complaint(booted().run('echo c >/proc/sysrq-trigger'));
  assert.match(said, 'guest: ended');
  assert.match(await complaint(booted().run('true')), 'guest: ended');
});

test.after(() => guest?.end());
test.run();
