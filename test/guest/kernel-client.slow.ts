/** Linux's own 9P client, in a guest, and diod's clients, with our server: what they read, list, change and lock there. */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Client } from '../../mounts/node-9p/client.ts';
import { compareRound } from '../differential/volatile.ts';
import { ended } from '../support/command-line.ts';
import { Exports } from '../support/exports.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, unless } from '../support/requirements.ts';
import { Guest, reasonNotToBoot } from './guest.ts';

const NO_GUEST = missingProgram('cc') ?? (await reasonNotToBoot());
const NO_DIOD = missingProgram('diodls', 'diodcat', 'diodload');

/** What both sides run with: booted and started once. */
interface World {
  readonly guest: Guest;
  readonly exports: Exports;
  readonly port: number;
}

const ENTRIES = 300;
/** Files that are compared with what the server's own tree says just then. */
const COMPARED: readonly string[] = ['version', 'cpuinfo', 'cmdline', 'filesystems', 'devices', 'swaps', 'stat', 'sys/kernel/ostype', '1/cmdline', '1/limits'];
const ROUNDS = 10;
const LOCK = fileURLToPath(new URL('../../../test/guest/lock.c', import.meta.url));
let world: World | undefined;

function here(): World {
  if (!world) throw new Error('there is no guest');
  return world;
}

/** lock.c as a program that needs no libraries. */
function lockProgram(): Buffer {
  const directory = temporaryDirectory();
  try {
    const program = join(directory, 'lock');
    const { status, stderr } = spawnSync('cc', ['-static', '-O1', '-o', program, LOCK], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    return readFileSync(program);
  } finally {
    removeDirectory(directory);
  }
}

async function begin(): Promise<void> {
  const trees = ['linprocfs', 'linsysfs', 'devfs', 'tmpfs,mode=1777', 'files=DIRECTORY/files', 'ctl=DIRECTORY/ctl'];
  const exports = new Exports(['-l', 'tcp!127.0.0.1!0', ...trees], ({ directory }) => {
    mkdirSync(join(directory, 'files/many'), { recursive: true });
    for (let index = 0; index < ENTRIES; index++) writeFileSync(join(directory, `files/many/entry-${index}`), '');
    mkdirSync(join(directory, 'ctl'));
    writeFileSync(join(directory, 'ctl/zero'), Buffer.alloc(1 << 20));
    writeFileSync(join(directory, 'ctl/null'), '');
  });
  const guest = Guest.boot({ modules: ['9p', '9pnet_fd'], files: { 'bin/lock': lockProgram() } });
  try {
    const [address = ''] = await exports.addresses();
    world = { guest: await guest, exports, port: Number(address.split('!')[2]) };
  } catch (error) {
    await exports.line.remove();
    await guest.then((one) => one.end(), () => {});
    throw error;
  }
}

/** A line of shell that mounts a tree at /mnt/TREE. */
function mounting(tree: string, version: string, cache: string, more = ''): string {
  const options = `trans=tcp,port=${here().port},version=${version},cache=${cache},aname=${tree}${more}`;
  return `mkdir -p /mnt/${tree} && mount -t 9p -o ${options} $HOST /mnt/${tree}`;
}

/** Where something did not fit, without what was there. */
function placeOf(misfit: string): string {
  return misfit.split(': ', 1)[0] ?? '';
}

unless(NO_GUEST, 'a guest and a server', begin);

for (const version of ['9p2000.L', '9p2000.u', '9p2000']) {
  for (const cache of ['none', 'loose']) {
    const when = (name: string, body: () => Promise<void>): void => unless(NO_GUEST, `${version}, cache=${cache}: ${name}`, body);
    /** Runs a line of shell in a directory below /mnt. */
    const at = async (place: string, script: string): Promise<string> => {
      const { stdout, stderr } = await here().guest.run(`cd /mnt/${place} && { ${script}\n}`);
      return stdout + stderr;
    };

    when('mounts', async () => {
      const { guest } = here();
      await guest.output(['proc', 'tmp', 'files'].map((tree) => mounting(tree, version, cache)).join(' && '));
      assert.match(await guest.output('grep 9p /proc/mounts | wc -l'), '3');
    });

    when('/proc', async () => {
      // Files whose size is said to be 0, and which are as the host's are just then.
      const before = readFileSync('/proc/uptime', 'latin1');
      const [version1, uptime, cpuinfo, kernel, status] = (await at('proc', 'for f in version uptime cpuinfo sys/kernel/ostype 1/status; do cat $f; echo ====; done')).split('====\n');
      assert.is(version1, readFileSync('/proc/version', 'latin1'));
      assert.ok(Number.parseFloat(before) <= Number.parseFloat(uptime ?? ''));
      assert.is(cpuinfo?.match(/^processor/gm)?.length, readFileSync('/proc/cpuinfo', 'latin1').match(/^processor/gm)?.length);
      assert.is(kernel, 'Linux\n');
      assert.match(status ?? '', /^Name:\t/);
      const listing = (await at('proc', 'ls -l 2>/dev/null | cut -c 1-10,57-')).trim().split('\n');
      assert.ok(listing.some((line) => line.startsWith('dr-xr-xr-x') && line.endsWith(' 1')), listing.join('\n'));
      assert.ok(listing.some((line) => line.startsWith('-r--r--r--') && line.endsWith(' meminfo')));
      const names = (await at('proc', 'ls 2>/dev/null')).split('\n').filter((name) => /^[a-z]/.test(name));
      const hosts = readdirSync('/proc').filter((name) => /^[a-z]/.test(name));
      assert.equal(names.filter((name) => !hosts.includes(name)), []);
      assert.ok(names.length > 40, `${names.length} names`);
      assert.match(await at('proc', 'cat missing 2>&1; echo x 2>&1 >version'), /^cat: can't open 'missing': No such file or directory\n.*(Input\/output error|Permission denied|Invalid argument)\n$/);
    });

    when('files of /proc, byte by byte', async () => {
      const client = await Client.connect(`tcp!127.0.0.1!${here().port}`, { encoding: 'latin1' });
      try {
        const tree = await client.attach({ tree: 'proc', userId: 0 });
        const own = async (): Promise<string[]> =>
          Promise.all(COMPARED.map(async (name) => (await tree.readFile(name)).toString('latin1')));
        // What goes up and down has several rounds to be found between two readings of the server's own.
        let misfits: readonly string[] = ['never compared'];
        for (let round = 0; round < ROUNDS && misfits.length > 0; round++) {
          const before = await own();
          const seen = (await at('proc', `for f in ${COMPARED.join(' ')}; do cat $f; echo ====; done`)).split('====\n');
          const after = await own();
          const found = COMPARED.flatMap((name, index) => {
            const verdict = compareRound(before[index] ?? '', seen[index] ?? '', after[index] ?? '');
            return verdict === 'unclear' ? [`${name}: unclear`] : verdict.map(({ place, detail }) => `${name}, ${place}: ${detail}`);
          });
          const places = new Set(found.map(placeOf));
          misfits = round === 0 ? found : misfits.filter((misfit) => places.has(placeOf(misfit)));
        }
        assert.equal(misfits, []);
      } finally {
        client.close();
      }
    });

    // The kernel shows . and .. only where the server lists them, as in 9P2000.L.
    when('a directory of many entries', async () => {
      assert.is(await at('files/many', 'ls | wc -l; ls -la | wc -l'), `${ENTRIES}\n${ENTRIES + (version === '9p2000.L' ? 3 : 1)}\n`);
    });

    when('files, directories and renames', async () => {
      const work = [
        'mkdir w && cd w && echo one >a && cat a && echo two >>a && cat a && wc -c <a',
        'dd if=/dev/zero bs=65536 count=20 2>/dev/null | tr "\\0" x >big && md5sum <big && dd if=big bs=1000 skip=700 count=1 2>/dev/null | wc -c && rm big',
        'mv a b && cat b && echo over >c && mv c b && cat b && ls -A && mkdir d && mv d e && ls -A && rmdir e',
        ': >b; wc -c <b; chmod 640 b && stat -c %a b && cd .. && rm -r w && ls -A',
      ];
      const sum = createHash('md5').update('x'.repeat(20 * 65_536)).digest('hex');
      const expected = `one one two 8 ${sum}__- 1000 one two over b b e 0 640 `.split(' ').map((line) => line.replace('__', '  '));
      assert.equal((await at('tmp', work.join('\n'))).split('\n'), expected);
    });

    if (version !== '9p2000') {
      when('links and devices', async () => {
        const script = 'echo t >f; ln -s f l; readlink l; cat l; ln f h; cat h; mknod n c 1 3; stat -c "%F %t %T" n; mkfifo p; stat -c %F p; rm f l h n p; ls -A';
        assert.is(await at('tmp', script), 'f\nt\nt\ncharacter special file 1 3\nfifo\n');
      });
    }

    if (version === '9p2000.L') {
      when('renames between directories, owners and times', async () => {
        const script = 'mkdir x y; echo t >x/a; mv x/a y/b; cat y/b; chown 12:34 y/b; touch -d @1000000000 y/b; stat -c "%u %g %Y" y/b; rm -r x y; stat -f . | grep -c 01021994 || stat -f -c %t .';
        assert.match(await at('tmp', script), /^t\n12 34 1000000000\n(1021994\n|\d+\n)+$/);
      });
    }

    when('unmounts', async () => {
      await here().guest.output('umount /mnt/proc /mnt/tmp /mnt/files');
    });
  }
}

unless(NO_GUEST, 'every tree is of its type, alone and below the others', async () => {
  const { guest, port } = here();
  const trees = ['proc', 'sys', 'dev', 'tmp'];
  const whole = `mkdir -p /mnt/all && mount -t 9p -o trans=tcp,port=${port},version=9p2000.L,aname=/ $HOST /mnt/all`;
  await guest.output([...trees.map((tree) => mounting(tree, '9p2000.L', 'none')), whole].join(' && '));
  const magics = await guest.output(`for tree in ${trees.join(' ')}; do stat -f -c %t /mnt/$tree /mnt/all/$tree; done`);
  assert.equal(magics.trim().split('\n'), ['9fa0', '62656572', '1021994', '1021994'].flatMap((magic) => [magic, magic]));
  const release = readFileSync('/proc/sys/kernel/osrelease', 'latin1');
  const script = 'cat proc/sys/kernel/osrelease; ls sys/class | grep -c net; head -c 5 dev/zero | wc -c; echo x >dev/null; wc -c <dev/null';
  assert.is(await guest.output(`cd /mnt/all && { ${script}; }`), `${release}1\n5\n0\n`);
  await guest.output(`umount /mnt/all ${trees.map((tree) => `/mnt/${tree}`).join(' ')}`);
});

unless(NO_GUEST, 'locks of two mounts exclude each other', async () => {
  const { guest, port } = here();
  const again = `mkdir -p /mnt/again && mount -t 9p -o trans=tcp,port=${port},version=9p2000.L,aname=tmp $HOST /mnt/again`;
  await guest.output(`${mounting('tmp', '9p2000.L', 'none')} && ${again} && echo 0123456789 >/mnt/tmp/f && mkfifo /tmp/held /tmp/go`);
  const holder = guest.run("lock take /mnt/tmp/f 2 3 'echo >/tmp/held; cat /tmp/go'");
  await guest.output('cat /tmp/held');
  assert.is((await guest.run('for start in 0 1 4 5; do lock take /mnt/again/f $start 2; done')).stdout, 'taken\nbusy\nbusy\ntaken\n');
  const waiting = guest.run("lock wait /mnt/again/f 0 0 'echo run'");
  await guest.output('echo >/tmp/go');
  assert.is((await holder).stdout, 'taken\n\n');
  assert.is((await waiting).stdout, 'taken\nrun\n');
  await guest.output('rm /mnt/tmp/f && umount /mnt/again /mnt/tmp');
});

unless(NO_GUEST, 'users are who they are', async () => {
  const { guest } = here();
  await guest.output(mounting('tmp', '9p2000.L', 'none', ',access=user'));
  const script = `cd /mnt/tmp && su -s /bin/sh nobody -c 'echo mine >mine; chmod 600 mine; stat -c %u mine' && cat mine && chown 0 mine && su -s /bin/sh nobody -c 'cat mine 2>&1'; rm mine`;
  assert.is((await guest.run(script)).stdout, "65534\nmine\ncat: can't open 'mine': Permission denied\n");
  await guest.output('umount /mnt/tmp');
});

/** Runs one of diod's clients to its end. */
async function diod(program: string, tree: string, ...more: string[]): Promise<string> {
  const server = ['-s', `127.0.0.1:${here().port}`];
  const words = tree === '' ? [...server, ...more] : [...server, '-a', tree, ...more];
  const { stdout, stderr } = await ended(spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
  return stdout + stderr;
}

unless(NO_GUEST ?? NO_DIOD, "diod's clients", async () => {
  const names = (await diod('diodls', 'files/many')).trim().split(/\s+/);
  assert.is(names.filter((name) => name.startsWith('entry-')).length, ENTRIES);
  assert.match(await diod('diodls', 'proc', 'sys/kernel'), 'ostype');
  assert.is(await diod('diodcat', 'proc', 'version', 'sys/kernel/ostype'), `${readFileSync('/proc/version', 'latin1')}Linux\n`);
  assert.match(await diod('diodcat', 'proc', 'missing'), 'No such file or directory');
  // It reads and writes the files zero and null of the tree ctl.
  assert.match(await diod('diodload', '', '-n', '2', '-r', '1'), /^diodload: [1-9]\d* ops\/s, [1-9]\d* rMB\/s, [1-9]\d* wMB\/s\n$/);
  assert.match(await diod('diodload', '', '-n', '2', '-r', '1', '-g'), /^diodload: [1-9]\d* ops\/s/);
});

unless(NO_GUEST, 'a killed server', async () => {
  const { guest, exports } = here();
  await guest.output(`${mounting('proc', '9p2000.L', 'none')} && cd /mnt/proc && cat version >/dev/null`);
  const { signal } = await exports.stop('SIGKILL');
  assert.is(signal, 'SIGKILL');
  const { status, stderr } = await guest.run('cat /mnt/proc/version');
  assert.is(status, 1);
  assert.match(stderr, 'Input/output error');
  await guest.output('umount /mnt/proc || umount -l /mnt/proc');
});

test.after(async () => {
  await world?.guest.end();
  await world?.exports.line.remove();
});
test.run();
