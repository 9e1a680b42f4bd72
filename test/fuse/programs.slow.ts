/**
 * Programs at work in a mounted tmpfs, a mounted directory of the host and mounted 9P servers, each compared with the same work in a
 * directory of the kernel's own.
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test as plain } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { HOST_ROOTS, type MountedTree, mountTree } from '../support/fuse-tree.ts';
import { startDiod } from '../support/diod.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { mountRemote, serveRemote } from '../support/remote-tree.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const EXERCISER = fileURLToPath(new URL('../../../test/fuse/file-exerciser.c', import.meta.url));
const SOURCES = fileURLToPath(new URL('../../../fs', import.meta.url));

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a line of shell in a directory; never from the thread that a mount needs. */
function shell(script: string, cwd: string): Promise<Outcome> {
  const child = spawn('sh', ['-c', `exec 2>&1; ${script}`], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', TZ: 'UTC' },
  });
  let output = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

function has(program: string): boolean {
  return !spawnSync(program, ['--version']).error;
}

/** Work whose output must be the same wherever it is done. */
const WORK: readonly { readonly name: string; readonly needs?: string; readonly only?: 'tmpfs'; readonly not?: 'diod'; readonly script: string }[] = [
  {
    name: 'cp -a keeps everything',
    script: `cp -a ${SOURCES} copy && cp -a copy again && diff -r ${SOURCES} again && (cd again && find . -type d -printf '%p %m\\n' -o -printf '%p %m %s %y\\n' | sort | cksum)`,
  },
  {
    name: 'cp -a keeps special files, owners and times',
    only: 'tmpfs',
    script: `mkdir a; mkfifo -m 600 a/p; mknod -m 640 a/c c 1 3; ln -s x a/l; echo t >a/f; ln a/f a/g; chown 12:34 a/f a/p; chmod 4755 a/f
      touch -d '2001-02-03 04:05:06.789' a/f a/p a/c; touch -h -d '1999-01-01' a/l; cp -a a b; cd b; find . ! -name . -printf '%p %m %u %g %y %n %T@\\n' | sort`,
  },
  {
    name: 'tar packs and unpacks',
    needs: 'tar',
    script: `tar -C ${SOURCES} -cf all.tar . && mkdir out && tar -C out -xf all.tar && diff -r ${SOURCES} out && tar -C out --sort=name --mtime=@0 --owner=0 --group=0 -cf - . | wc -c`,
  },
  {
    name: 'git commits, branches, merges and repacks',
    needs: 'git',
    script: `git init -q -b main . && git config user.email a@b && git config user.name n && git config gc.auto 0
      cp -r ${SOURCES}/memory . && export GIT_AUTHOR_DATE=@1000000000+0000 GIT_COMMITTER_DATE=@1000000000+0000
      git add . && git commit -qm one && git rev-parse HEAD^{tree} >/dev/null && git checkout -qb side && git mv memory moved && git commit -qm two && git checkout -q main
      echo text >new && git add new && git commit -qm three && git merge -q -m four side && git gc -q --prune=now && git fsck --strict && git status --porcelain && git ls-files | wc -l`,
  },
  {
    name: 'sqlite keeps a database, with a journal and with a write-ahead log',
    needs: 'sqlite3',
    script: `for mode in delete wal truncate; do sqlite3 $mode.db "pragma journal_mode=$mode; create table t(a integer primary key, b text);
      with recursive n(i) as (select 1 union all select i+1 from n where i<5000) insert into t select i, hex(i*i) from n;
      begin; delete from t where a%3=0; rollback; delete from t where a%7=0; update t set b=b||'x' where a<100; vacuum; pragma integrity_check; select count(*), sum(length(b)) from t;"; done`,
  },
  {
    name: 'flock excludes',
    needs: 'flock',
    script: `touch lock; flock lock sh -c 'flock -n lock true; echo inner $?'; flock -n lock echo free; flock -s lock sh -c 'flock -n -s lock echo shared; flock -n -x lock true; echo $?'`,
  },
  {
    name: 'fcntl locks exclude',
    needs: 'python3',
    // It takes every lock for one of the whole file.
    not: 'diod',
    script: `python3 -c "
import fcntl,os
f=open('lock','w+'); fcntl.lockf(f,fcntl.LOCK_EX,10,0)
pid=os.fork()
if pid==0:
    g=open('lock','r+')
    for start in (0,5,10):
        try: fcntl.lockf(g,fcntl.LOCK_EX|fcntl.LOCK_NB,5,start); print('locked',start)
        except OSError as e: print('errno',e.errno,start)
    os._exit(0)
os.waitpid(pid,0)" | cat`,
  },
  {
    name: 'find, du and rm walk a deep and wide tree',
    script: `d=.; for i in $(seq 60); do d=$d/deep; mkdir $d; done; mkdir wide; (cd wide; seq 3000 | xargs touch); find . -type d | wc -l; find wide -type f | wc -l; du -s --inodes . | cut -f1; rm -r wide deep; ls -A`,
  },
  {
    name: 'python walks, renames, links and truncates',
    needs: 'python3',
    script: `python3 -c "
import os,shutil,tempfile,mmap
os.makedirs('a/b/c'); open('a/b/c/f','w').write('x'*100000)
os.link('a/b/c/f','a/g'); os.rename('a/b','a/z'); print(sorted(os.listdir('a')), os.stat('a/g').st_nlink)
shutil.copytree('a','copy',symlinks=True); os.truncate('copy/g',5); print(os.path.getsize('copy/g'), os.path.getsize('a/g'))
with open('m','w+b') as f:
    f.truncate(8192); m=mmap.mmap(f.fileno(),8192); m[4090:4100]=b'0123456789'; m.flush(); m.close()
print(open('m','rb').read()[4090:4100])
t=tempfile.TemporaryFile(dir='.'); t.write(b'gone'); t.seek(0); print(t.read())
fd=os.open('s',os.O_RDWR|os.O_CREAT); os.lseek(fd,1<<30,0); os.write(fd,b'x'); print(os.fstat(fd).st_size); shutil.rmtree('copy'); print(sorted(os.listdir('.')))"`,
  },
  {
    name: 'a build with make and cc rebuilds what changed',
    needs: 'make',
    script: `printf 'int two(void){return 2;}\\n' >two.c; printf 'int two(void);int main(void){return two();}\\n' >main.c
      printf 'prog: main.o two.o\\n\\tcc -o $@ $^\\n%%.o: %%.c\\n\\tcc -c $<\\n' >Makefile; make -s && ./prog; echo $?; make -q; echo $?; sleep 0.02; touch two.c; make -q; echo $?; make -s; ./prog; echo $?`,
  },
];

/** Runs work in a mount and beside it. */
function testPrograms(name: string, kind: 'tmpfs' | 'nullfs' | 'diod', tree: MountedTree, beside: string, exerciser: string | undefined): void {
  const test = suite(`programs in ${name}`);
  let turn = 0;
  for (const { name: title, needs, only, not, script } of WORK) {
    if (not === kind) continue;
    if ((needs && !has(needs)) || (only && only !== kind)) {
      if (!only) {
        console.log(`skipped: ${title}: no ${needs}`);
        test.skip(title, () => {});
      }
      continue;
    }
    test(title, async () => {
      const directory = `work${turn++}`;
      const [here, there] = [join(tree.path, directory), join(beside, `${kind}-${directory}`)];
      assert.is((await shell(`mkdir ${here}`, '/')).status, 0);
      mkdirSync(there);
      const [ours, theirs] = await Promise.all([shell(script, here), shell(script, there)]);
      assert.is(ours.output, theirs.output);
      assert.is(ours.status, theirs.status);
      assert.is((await shell(`rm -rf ${here}`, '/')).output, '');
    });
  }
  for (const seed of exerciser ? [1, 2, 3] : []) {
    test(`a file under random reads, writes, maps and truncations, from seed ${seed}`, async () => {
      const holes = kind === 'tmpfs' ? 'holes' : '';
      const outcome = await shell(`${exerciser} ${tree.path}/exercised${seed} ${seed} 3000 ${holes}`, '/');
      assert.is(outcome.output, '3000 steps\n');
    });
  }
  test('nothing is left', async () => {
    const { faults } = tree.mount.counters.read();
    assert.is(faults, 0, tree.faults.join('\n'));
    await shell(`rm -f ${tree.path}/exercised*`, '/');
    assert.is((await shell(`ls -A ${tree.path}`, '/')).output, '');
  });
  test.after(() => tree.end());
  test.run();
}

const missing = reasonNotToMount();
if (missing) {
  console.log(`skipped: ${missing}`);
  plain.skip('programs in mounts', () => {});
  plain.run();
} else {
  const beside = temporaryDirectory();
  const source = join(beside, 'source');
  mkdirSync(source);
  process.on('exit', () => removeDirectory(beside));
  const exerciser = join(beside, 'exerciser');
  const compiled = spawnSync('cc', ['-O1', '-o', exerciser, EXERCISER]).status === 0;
  if (!compiled) console.log('skipped: random file operations: no C compiler');
  const exported = join(beside, 'exported');
  mkdirSync(exported);
  const diod = has('diod') ? await startDiod([exported]) : console.log('skipped: programs on a foreign server: needs diod');
  const memory: TreeDescription = { type: 'tmpfs', roots: HOST_ROOTS, options: defaultTmpfsOptions() };
  const trees = [
    { name: 'tmpfs', kind: 'tmpfs', tree: await mountTree(memory) },
    { name: 'tmpfs, polled', kind: 'tmpfs', tree: await mountTree(memory, { polled: true }) },
    { name: 'a host directory', kind: 'nullfs', tree: await mountTree({ type: 'nullfs', roots: HOST_ROOTS, path: source, options: {} }) },
    { name: 'our tmpfs by 9P', kind: 'nullfs', tree: await mountRemote((await serveRemote({ files: memory })).address) },
    ...(diod ? [{ name: "diod's directory", kind: 'diod', tree: await mountRemote(diod.address, { tree: exported }) } as const] : []),
  ] as const;
  trees.forEach(({ name, kind, tree }, index) => {
    const place = join(beside, String(index));
    mkdirSync(place);
    testPrograms(name, kind, tree, place, compiled ? exerciser : undefined);
  });
}
