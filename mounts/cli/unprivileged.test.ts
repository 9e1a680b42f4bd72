/** Runs the command line as an ordinary user, in a mount namespace in which /dev/fuse is open to everybody. */

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, MAIN, type Result, ended } from '../../test/support/command-line.ts';
import { missingProgram, reasonNotToMount, unless } from '../../test/support/requirements.ts';

const USER = 65534;
const PREPARE = `
mount -t tmpfs none "$scratch" && mknod -m 666 "$scratch/fuse" c 10 229 && mount --bind "$scratch/fuse" /dev/fuse || exit 99
`;

class UserLine extends CommandLine {
  constructor() {
    super();
    chmodSync(this.directory, 0o755);
    for (const path of [this.directory, this.target]) chownSync(path, USER, USER);
  }

  /** Runs a script as the user; `prepare` is run as root before, in the same namespace. */
  asUser(script: string, prepare = ''): Promise<Result> {
    const user = `exec setpriv --reuid ${USER} --regid ${USER} --clear-groups sh -c "$1"`;
    const env = {
      ...this.environment,
      COMPATFS_RUNTIME_DIR: '',
      XDG_RUNTIME_DIR: this.directory,
      compatfs: `${process.execPath} ${MAIN}`,
      target: this.target,
      scratch: '/mnt',
      SHELL: '/bin/sh',
    };
    const args = ['--mount', '--propagation', 'private', 'sh', '-c', `${PREPARE}${prepare}\n${user}`, 'sh', script];
    return ended(this.spawn('unshare', args, { env }));
  }
}

/** Why an ordinary user cannot run the built program. */
function reasonOutOfReach(): string | undefined {
  const script = `setpriv --reuid ${USER} --regid ${USER} --clear-groups sh -c 'test -x "$1" && test -r "$2"' sh "$1" "$2"`;
  const { status } = spawnSync('sh', ['-c', script, 'sh', process.execPath, MAIN]);
  return status === 0 ? undefined : 'needs Node.js and the project in directories that every user may enter';
}

function asUser(name: string, body: (line: UserLine) => Promise<void>, ...programs: string[]): void {
  unless(reasonNotToMount() ?? missingProgram('unshare', 'setpriv', ...programs) ?? reasonOutOfReach(), name, async () => {
    const line = new UserLine();
    try {
      await body(line);
    } finally {
      await line.remove();
    }
  });
}

const MOUNTS = `awk -v point="$target" '$5 == point { print $8 }' /proc/self/mountinfo`;

asUser(
  'says what fusermount3 refuses, in the background too',
  async (line) => {
    const { stdout, stderr } = await line.asUser('$compatfs mount -d $scratch/closed; echo $?; $compatfs mount $scratch/closed; echo $?', 'mkdir $scratch/closed');
    const [first, second, ...rest] = stderr.split('\n');
    assert.is(stdout, '1\n1\n');
    assert.match(first ?? '', /^compatfs: \/mnt\/closed: .*(permission|access)/i);
    assert.equal([second, ...rest], [first, '']);
  },
  'fusermount3',
  'python3',
);

asUser(
  'mounts through fusermount3',
  async (line) => {
    const { status, stdout, stderr } = await line.asUser(`
    $compatfs mount -d -o ro,osrelease=7.7.7-user label $target; echo status $?
    ${MOUNTS}
    grep -o '7.7.7-user' $target/version; awk '/^Uid/ { print $2 }' $target/self/status
    $compatfs status | awk -v point="$target" '$1 == point { print $2, $3 }'
    $compatfs umount $target; echo status $?
    ${MOUNTS}
    ls $XDG_RUNTIME_DIR/compatfs`);
    assert.equal({ status, stderr }, { status: 0, stderr: '' });
    // A log that says nothing goes with its server.
    assert.equal(stdout.replace(/\S+\.log\n$/, '').split('\n'), [
      'status 0',
      'fuse.linprocfs',
      '7.7.7-user',
      String(USER),
      'linprocfs label',
      'status 0',
      '',
    ]);
  },
  'fusermount3',
  'python3',
);

asUser(
  'serves over 9P, and mounts that, through fusermount3 and in a user namespace of its own',
  async (line) => {
    const { stdout, stderr } = await line.asUser(`
    cd $XDG_RUNTIME_DIR; mkdir files; echo text >files/f
    $compatfs serve -d -l unix!socket linprocfs files=files
    $compatfs mount -d -t 9p unix!socket $target; echo status $?
    ${MOUNTS}
    cat $target/files/f; echo more >>$target/files/f; cat files/f; touch $target/files/g; stat -c %u files/g; rm $target/files/g
    awk '/^Uid/ { print $2 }' $target/proc/1/status; ls $target/files
    $compatfs umount $target; ${MOUNTS}
    unshare -Urm sh -c "$compatfs mount -d -t 9p -o aname=files unix!socket $target && stat -c '%u %n' $target/f && cat $target/f && $compatfs umount $target"
    $compatfs umount unix!$XDG_RUNTIME_DIR/socket; echo status $?; ls files socket`);
    assert.match(stderr, /^ls: cannot access 'socket': No such file or directory\n$/);
    // In that namespace nobody has the number that the server tells.
    const before = ['status 0', 'fuse.9p', 'text', 'text', 'more', String(USER), '0', 'f'];
    assert.equal(stdout.split('\n'), [...before, `${USER} ${line.target}/f`, 'text', 'more', 'status 0', 'files:', 'f', '']);
  },
  'fusermount3',
  'python3',
);

asUser(
  'serves in the foreground, and goes with its server',
  async (line) => {
    const { stdout, stderr } = await line.asUser(`
    $compatfs mount $target & pid=$!
    i=0; while [ ! -e $target/uptime ] && [ $i -lt 400 ]; do sleep 0.05; i=$((i + 1)); done
    kill -TERM $pid; wait $pid; echo status $?; ${MOUNTS}
    $compatfs mount $target & pid=$!
    i=0; while [ ! -e $target/uptime ] && [ $i -lt 400 ]; do sleep 0.05; i=$((i + 1)); done
    kill -KILL $pid; { wait $pid; } 2>/dev/null; echo status $?
    i=0; while [ -n "$(${MOUNTS})" ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done; ${MOUNTS}; echo gone
    $compatfs mount -d $target; kill -9 $(cat $XDG_RUNTIME_DIR/compatfs/*.pid)
    i=0; while [ -n "$(${MOUNTS})" ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done; ${MOUNTS}; echo gone`);
    assert.equal({ stdout, stderr }, { stdout: 'status 0\nstatus 137\ngone\ngone\n', stderr: '' });
  },
  'fusermount3',
  'python3',
);

asUser(
  'a start that fails leaves no mount, and a dead one is recovered',
  async (line) => {
    const { stdout, stderr } = await line.asUser(`
    echo 'raise SystemExit("a module of the working directory")' >$XDG_RUNTIME_DIR/socket.py; cd $XDG_RUNTIME_DIR
    COMPATFS_RUNTIME_DIR=/proc/version $compatfs mount $target; echo status $?; ${MOUNTS}
    $compatfs mount -d $target; server=$(cat $XDG_RUNTIME_DIR/compatfs/*.pid)
    kill -9 $(awk -v parent=$server '$4 == parent { print $1 }' /proc/[0-9]*/stat 2>/dev/null) $server
    i=0; while ls $target >/dev/null 2>&1 && [ $i -lt 400 ]; do sleep 0.05; i=$((i + 1)); done
    $compatfs mount -d $target; echo status $?; ls $target/uptime; $compatfs umount $target; ${MOUNTS}`);
    assert.is(stdout, `status 1\nstatus 0\n${line.target}/uptime\n`);
    assert.equal(stderr.split('\n'), [
      'compatfs: /proc/version: cannot be made, or belongs to somebody else; the control socket needs it',
      `compatfs: ${line.target}: a dead mount was there; recovered`,
      '',
    ]);
  },
  'fusermount3',
  'python3',
  'awk',
);

asUser(
  'what fusermount3 refuses is said in one line',
  async (line) => {
    const { stdout, stderr } = await line.asUser(
      '$compatfs mount -o allow_other $target; echo $?; $compatfs mount /etc; echo $?',
      'mount --bind /dev/null /etc/fuse.conf',
    );
    assert.is(stdout, '1\n1\n');
    assert.match(
      stderr,
      /^compatfs: \S+\/target: option allow_other only allowed if 'user_allow_other' is set in \/etc\/fuse.conf\ncompatfs: \/etc: user has no write access to mountpoint \/etc\n$/,
    );
  },
  'fusermount3',
  'python3',
);

asUser(
  'exec keeps the ids of the user, and gives it no rights',
  async (line) => {
    const { status, stdout, stderr } = await line.asUser(
      `$compatfs exec -- sh -c 'stat -f -c %T /proc; id -u; awk "/^(Uid|CapEff)/ { print \\$2 }" /proc/self/status; exit 9'; echo $?; ls -d /proc/self/exe`,
    );
    assert.is(stderr, '');
    assert.is(status, 0);
    assert.equal(stdout.split('\n'), ['fuseblk', '65534', '65534', '0000000000000000', '9', '/proc/self/exe', '']);
  },
  'perl',
);

const WITHOUT_FUSERMOUNT =
  'for program in fusermount3 fusermount; do p=$(command -v $program) && mount --bind /dev/null $p; done';

asUser(
  'start without fusermount3 gives a shell in a namespace',
  async (line) => {
    const script =
      'cd $target && echo "ls linux/proc/self/comm; grep -c $target/linux/proc.fuse.linprocfs /proc/self/mounts; exit 4" >input && $compatfs start linux <input; echo status $?; ls linux/proc';
    const { stdout, stderr } = await line.asUser(script, WITHOUT_FUSERMOUNT);
    assert.is(stderr, `compatfs: ${line.target}/linux: mounted for a shell only, because fusermount3 is not installed (package fuse3)\n`);
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', new RegExp(`: proc, sys, .* mounted in ${line.target}/linux$`));
    assert.equal(lines.slice(2), ['linux/proc/self/comm', '1', 'status 4', '']);
  },
  'perl',
);

const WITHOUT_RIGHTS = 'fusermount3 may get no rights here (no_new_privs; in a container: allow privilege escalation)';

asUser(
  'start where fusermount3 may get no rights gives a shell in a namespace',
  async (line) => {
    const { stdout, stderr } = await line.asUser(
      'cd $target && echo "ls linux/proc/self/comm; exit 4" | setpriv --no-new-privs $compatfs start linux; echo status $?',
    );
    assert.is(stderr, `compatfs: ${line.target}/linux: mounted for a shell only, because ${WITHOUT_RIGHTS}\n`);
    assert.equal(stdout.split('\n').slice(2), ['linux/proc/self/comm', 'status 4', '']);
  },
  'perl',
  'fusermount3',
  'python3',
);

asUser('start without a way to mount serves over 9P', async (line) => {
  const script =
    'cd $target; rm -f out err; $compatfs start >out 2>err & until grep -qs Ctrl-C out; do sleep 0.1; kill -0 $! || break; done; kill -TERM $!; wait $!; echo $?; cat err out';
  const missing = `mount --bind /dev/null $(command -v unshare); ${WITHOUT_FUSERMOUNT}`;
  for (const [prepare, why] of [
    [missing, 'unshare is not installed (package util-linux)'],
    ['chmod 600 /dev/fuse', '/dev/fuse is closed to this user (chmod 666 /dev/fuse)'],
  ] as const) {
    const { stdout } = await line.asUser(script, prepare);
    const [status, error = '', , addresses] = stdout.replaceAll(line.target, 'TARGET').split('\n');
    assert.is(status, '0', stdout);
    assert.is(
      error,
      `compatfs: TARGET/compat/linux: cannot be mounted: not root, and ${why}; serving it over 9P instead`,
    );
    assert.match(addresses ?? '', /^at tcp!127\.0\.0\.1!\d+ and unix!\S+\.9p$/);
  }
});

asUser(
  'what is missing is named',
  async (line) => {
    const refused = async (prepare: string, command: string): Promise<string> => {
      const { stdout, stderr } = await line.asUser(`cd $target; $compatfs ${command}; echo $?`, prepare);
      assert.is(stdout, '1\n');
      return stderr.replaceAll(line.target, 'TARGET');
    };
    const closed = 'chmod 600 /dev/fuse';
    const forbidden = `printf '#!/bin/sh\\necho unshare: unshare failed: Operation not permitted >&2; exit 1' >$scratch/unshare; chmod 755 $scratch/unshare; mount --bind $scratch/unshare $(command -v unshare)`;
    const why =
      'a user namespace cannot be made (unshare failed: Operation not permitted); the system may forbid them to users (user.max_user_namespaces, AppArmor, seccomp)';
    assert.is(await refused(forbidden, 'exec true'), `compatfs: exec: ${why}\n`);
    assert.is(
      await refused(WITHOUT_FUSERMOUNT, 'mount .'),
      'compatfs: TARGET: not root, and fusermount3 is not installed (package fuse3); run as root, or see compatfs exec --help\n',
    );
    const bounded = `exec setpriv --bounding-set=-sys_admin --reuid ${USER} --regid ${USER} --clear-groups sh -c "$1"`;
    assert.is(
      await refused(bounded, 'mount .'),
      'compatfs: TARGET: not root, and fusermount3 may get no CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN); run as root, or see compatfs exec --help\n',
    );
    assert.is(
      await refused(closed, 'exec true'),
      'compatfs: exec: /dev/fuse is closed to this user (chmod 666 /dev/fuse)\n',
    );
    assert.is(
      await refused('mount --bind /dev /mnt; rm -f /nothing; umount /dev/fuse; mount -t tmpfs none /dev', 'exec true'),
      'compatfs: exec: /dev/fuse does not exist (modprobe fuse; in a container: --device /dev/fuse)\n',
    );
  },
  'fusermount3',
  'python3',
);

test.run();
