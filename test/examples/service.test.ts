/** The service files of examples/service: systemd's own reading of the unit, and the rc.d script under a small rc.subr. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostMounts } from '../../mounts/fuse/host-mounts.ts';
import { mounting, until } from '../support/command-line.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

const SERVICE = fileURLToPath(new URL('../../../examples/service/', import.meta.url));
const PROGRAM = '/usr/local/bin/compatfs';

/** What rc.subr(8) does for a script with commands of its own, told by FreeBSD's manual page. */
const RC_SUBR = `
load_rc_config() { . "$RC_CONF"; }
run_rc_command() {
  eval "enabled=\\$$rcvar"
  case $1 in
    start | stop | status) [ "$enabled" = YES ] || { echo "Cannot '$1' $name: not enabled"; return 1; }; eval "\\$\${1}_cmd" ;;
    *) echo "usage"; return 1 ;;
  esac
}
`;

/** The rc.d script with its rc.subr and rc.conf in a directory. Returns its path. */
function install(directory: string, settings: Readonly<Record<string, string>>): string {
  const script = join(directory, 'compatfs');
  const [subr, conf] = ['rc.subr', 'rc.conf'].map((name) => join(directory, name)) as [string, string];
  writeFileSync(subr, RC_SUBR.replaceAll('$RC_CONF', conf));
  writeFileSync(conf, Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`).join(''));
  writeFileSync(script, readFileSync(join(SERVICE, 'compatfs'), 'utf8').replace('/etc/rc.subr', subr), { mode: 0o755 });
  return script;
}

function inDirectory(body: (directory: string) => void): void {
  const directory = temporaryDirectory();
  try {
    body(directory);
  } finally {
    removeDirectory(directory);
  }
}

test('systemd reads the unit without a complaint', () => {
  if (spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status !== 0) {
    console.log('skipped: this machine has no systemd-analyze');
    return;
  }
  inDirectory((directory) => {
    const unit = join(directory, 'compatfs.service');
    writeFileSync(unit, readFileSync(join(SERVICE, 'compatfs.service'), 'utf8').replaceAll(PROGRAM, '/bin/sh'));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });
});

test('the rc.d script says to compatfs what rc.conf says to it', () => {
  inDirectory((directory) => {
    const program = join(directory, 'program');
    writeFileSync(program, '#!/bin/sh\nprintf "<%s>" "$@"; echo\n');
    chmodSync(program, 0o755);
    const run = (settings: Readonly<Record<string, string>>, word: string): string => {
      const script = install(directory, { compatfs_program: program, ...settings });
      assert.is(spawnSync('sh', ['-n', script]).status, 0);
      return spawnSync('sh', [script, word], { encoding: 'utf8' }).stdout;
    };
    const enabled = { compatfs_enable: 'YES' };
    assert.is(run({}, 'start'), "Cannot 'start' compatfs: not enabled\n");
    assert.is(run(enabled, 'start'), '<up></compat/linux>\n');
    assert.is(run({ ...enabled, compatfs_root: '/a b', compatfs_options: 'hidepid=2,ro' }, 'start'), '<up><-o><hidepid=2,ro></a b>\n');
    assert.is(run({ ...enabled, compatfs_root: '/a b' }, 'stop'), '<down></a b>\n');
    assert.is(run(enabled, 'status'), '<status>\n');
  });
});

mounting('the rc.d script mounts a userland and takes it away', async (line) => {
  const root = join(line.directory, 'root');
  const program = join(line.directory, 'program');
  writeFileSync(program, '#!/bin/sh\nexec $compatfs "$@"\n', { mode: 0o755 });
  mkdirSync(root);
  const script = install(line.directory, { compatfs_enable: 'YES', compatfs_root: root, compatfs_program: program });
  const mounted = (): number => hostMounts().filter(({ mountPoint }) => mountPoint.startsWith(`${root}/`)).length;
  assert.is((await line.shell(`sh ${script} start`)).status, 0);
  assert.ok(mounted() > 0);
  assert.match((await line.shell(`sh ${script} status`)).stdout, new RegExp(`^${root}/proc `, 'm'));
  assert.is((await line.shell(`sh ${script} stop`)).status, 0);
  await until('the mounts are gone', () => mounted() === 0);
});

test.run();
