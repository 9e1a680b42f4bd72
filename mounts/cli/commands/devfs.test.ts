/** `compatfs mount -t devfs` and `-t fdescfs`, and `compatfs devfs`, driven as users do, with the programs that need them. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, isMounted, mounting } from '../../../test/support/command-line.ts';

async function mountDevfs(line: CommandLine, options: string): Promise<void> {
  const mounted = await line.run('mount', '-d', '-t', 'devfs', '-o', options, 'devfs', line.target);
  assert.equal(mounted, { status: 0, signal: null, stdout: '', stderr: '' });
}

async function unmount(line: CommandLine): Promise<void> {
  assert.equal((await line.run('umount', line.target)).stderr, '');
  assert.not(isMounted(line.target));
}

/** What a script prints, errors included, in which `$dev` is the mount. */
async function printed(line: CommandLine, script: string, privately = false): Promise<string> {
  const { stdout, stderr } = await line.shell(`dev=${line.target}\nexec 2>&1\n${script}`, privately);
  return stdout + stderr;
}

mounting('rules come from standard input as well, until one is no good', async (line) => {
  await mountDevfs(line, 'files');
  const text = await printed(
    line,
    `printf "path zero hide # a comment\\n\\n10 path 'ran*' mode 600\\n" | $compatfs devfs -m $dev rule -s 200 add - && $compatfs devfs -m $dev rule -s 200 show
    printf 'path full hide\\npath null colour\\npath random hide\\n' | $compatfs devfs -m $dev rule apply -; echo $?
    echo "path 'x" | $compatfs devfs -m $dev rule apply -; ls $dev | grep -x -e full -e null -e random`,
  );
  assert.equal(text.trim().split('\n'), [
    '10 path ran* mode 0600',
    '100 path zero hide',
    'compatfs: standard input:2: unknown word colour (column 11 of the rule)',
    '1',
    "compatfs: standard input:1:6: the quotation does not end",
    'null',
    'random',
  ]);
  await unmount(line);
});

mounting('nodes are served by the kernel', async (line) => {
  await mountDevfs(line, 'nodes');
  const text = await printed(
    line,
    `test -c $dev/null && echo device; echo x >$dev/null && dd if=$dev/zero bs=1000 count=2 status=none | wc -c
    head -c 7 $dev/urandom | wc -c; (echo x >$dev/full) 2>/dev/null || echo full
    echo piped | cat $dev/stdin; readlink $dev/char/1:3; stat -c '%t:%T %a' $dev/null $dev/kmsg; echo kept >$dev/shm/file; cat $dev/shm/file`,
  );
  assert.equal(text.trim().split('\n').map((word) => word.trim()), ['device', '2000', '7', 'full', 'piped', '../null', '1:3 666', '1:b 644', 'kept']);
  assert.match((await line.run('status')).stdout, /devfs/);
  await unmount(line);
});

mounting(
  'programs that need terminals have them in a tree of nodes',
  async (line) => {
    await mountDevfs(line, 'nodes');
    const text = await printed(
      line,
      `mount --rbind $dev /dev && mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts
      script -qc 'stty rows 7 cols 9; stty size; tty' /dev/null </dev/null
      python3 -c 'import pty; pty.spawn(["tty"])' </dev/null`,
      true,
    );
    assert.is(text, '7 9\r\n/dev/pts/0\r\n/dev/pts/0\r\n');
    await unmount(line);
  },
  'script',
  'python3',
);

/** A program at both ends of one of our terminals, by the ioctls that FUSE carries. */
const TERMINAL = `
import fcntl, os, struct, sys
dev = sys.argv[1]
master = os.open(dev + '/ptmx', os.O_RDWR | os.O_NOCTTY)
number = struct.unpack('i', fcntl.ioctl(master, 0x80045430, bytes(4)))[0]
fcntl.ioctl(master, 0x40045431, bytes(4))
slave = os.open(dev + '/pts/%d' % number, os.O_RDWR | os.O_NOCTTY)
if os.fork() == 0:
    line = os.read(slave, 100)
    os.write(slave, line.upper())
    os._exit(0)
os.write(master, b'helo\\x7flo\\n')
os.wait()
text = b''
while text.count(b'\\n') < 2: text += os.read(master, 100)
print(text, os.isatty(slave), os.listdir(dev + '/pts'))
os.close(master)
print(os.read(slave, 10), os.listdir(dev + '/pts'))
`;

mounting(
  'files are served by our drivers',
  async (line) => {
    await mountDevfs(line, 'files');
    writeFileSync(join(line.directory, 'terminal.py'), TERMINAL);
    const text = await printed(
      line,
      `test -f $dev/null && echo file; echo x >$dev/null; dd if=$dev/zero bs=1M count=2 status=none | wc -c; wc -c <$dev/null
      head -c 70000 $dev/random | wc -c; (echo x >$dev/full) 2>/dev/null || echo full; test -e $dev/fuse || echo no others
      dd if=$dev/kmsg bs=8k count=1 2>/dev/null | grep -c ';'; stty -F $dev/pts/0 2>&1 | grep -c stty; python3 terminal.py $dev; dd if=$dev/tty 2>&1 | grep -o 'No such device.*'`,
    );
    assert.equal(text.trim().split('\n').map((word) => word.trim()), [
      'file',
      '2097152',
      '0',
      '70000',
      'full',
      'no others',
      existsSync('/dev/kmsg') ? '1' : '0',
      '1',
      "b'helo\\x08 \\x08lo\\r\\nHELLO\\r\\n' False ['0']",
      "b'' []",
      'No such device or address',
    ]);
    await unmount(line);
  },
  'python3',
);

mounting('rules hide and show, from the beginning and later', async (line) => {
  const rules = join(line.directory, 'rules');
  writeFileSync(rules, '[mine=10]\nadd include $devfsrules_hide_all\nadd include 2\nadd include 3\nadd path fuse unhide\nadd path full unhide mode 600\n');
  await mountDevfs(line, `rules=${rules},ruleset=mine`);
  assert.is(await printed(line, 'cd $dev; ls | tr "\\n" " "; stat -c %a full'), 'fd full fuse null ptmx pts random stderr stdin stdout urandom zero 600\n');
  const command = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await line.run('devfs', ...words);
    return stdout + stderr;
  };
  assert.is(await command('rule', 'showsets'), '1\n2\n3\n4\n5\n10\n');
  assert.is(await command('rule', 'show'), '100 include 1\n200 include 2\n300 include 3\n400 path fuse unhide\n500 path full unhide mode 0600\n');
  assert.is(await command('-m', line.target, 'rule', '-s', '4', 'show', '400'), '400 path fuse unhide\n');
  assert.is(await command('rule', 'apply', 'path', 'z*', 'hide'), '');
  assert.is(await command('rule', 'add', '450', 'path', 'null', 'hide'), '');
  assert.is(await command('rule', 'del', '500'), '');
  assert.is(await command('rule', 'applyset'), '');
  assert.is(await printed(line, 'cd $dev; ls | tr "\\n" " "'), 'fd fuse ptmx pts random stderr stdin stdout urandom zero ');
  assert.is(await command('rule', 'add', 'path', 'x'), 'compatfs: devfs: the rule does nothing: hide, unhide, include, mode, user or group is missing (column 7 of the rule)\n');
  assert.is(await command('rules'), 'compatfs: devfs: unknown command rules; the commands are rule and ruleset\n');
  await unmount(line);
  assert.is(await command('rule', 'showsets'), 'compatfs: devfs: none is mounted\n');
});

mounting('mistakes in rules are told with their places', async (line) => {
  const rules = join(line.directory, 'rules');
  writeFileSync(rules, '# rules\n[mine=10]\nadd path null hidden\n');
  const refused = async (options: string): Promise<string> => (await line.run('mount', '-t', 'devfs', '-o', options, line.target)).stderr;
  assert.is(await refused(`rules=${rules}`), `compatfs: mount: bad value in rules=${rules}: ${rules}:3:15: unknown word hidden\n`);
  assert.match(await refused('rules=missing'), /no such file\n$/);
  assert.match(await refused('ruleset=mine'), /no such rule set\n$/);
});

mounting('the descriptors of whoever looks', async (line) => {
  const [file, rows] = [join(line.directory, 'file'), ['', 'linrdlnk', 'rdlnk', 'nodup']];
  writeFileSync(file, 'text\n');
  mkdirSync(join(line.directory, 'd'));
  for (const form of rows) {
    assert.is((await line.run('mount', '-d', '-t', 'fdescfs', '-o', form, 'null', line.target)).stderr, '');
    const text = await printed(
      line,
      `exec 7<${file} 8<d; rm -f gone; echo deleted >gone; exec 9<gone; rm gone
      readlink $dev/7 $dev/8; cat $dev/7; echo piped | cat $dev/0; cat $dev/9; cat $dev/6; ls $dev | grep -c '^[789]$'; rm -f $dev/7; rm $dev/8`,
    );
    const opened = form === 'rdlnk' ? /^text\ncat: .*\/0: No such.*\ncat: .*\/9: No such.*\n/ : /^text\npiped\ndeleted\n/;
    assert.is(text.slice(0, text.indexOf('text')), `${file}\n${join(line.directory, 'd')}\n`, form);
    assert.match(text.slice(text.indexOf('text\n')), opened, form);
    assert.match(text, /\/6: Bad file descriptor\n3\n/);
    assert.match(text, /Read-only file system\n.*Read-only file system\n$/);
    await unmount(line);
  }
});

mounting('fdescfs takes the place of the directory fd', async (line) => {
  await mountDevfs(line, 'nodes');
  const fd = join(line.target, 'fd');
  assert.is((await line.run('mount', '-d', '-t', 'fdescfs', '-o', 'linrdlnk', 'null', fd)).stderr, '');
  assert.is(await printed(line, 'echo piped | cat $dev/stdin; readlink $dev/fd/0 </dev/null'), 'piped\n/dev/null\n');
  assert.is((await line.run('umount', fd)).stderr, '');
  await unmount(line);
});

test.run();
