/** Every parameter of this machine: it is known, and what its text is parsed to is rendered as that text. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../../fs/caller.ts';
import { ENOENT, ENOTDIR, errnoName, isErrno } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { renderValue } from '../../linprocfs/sys/render.ts';
import { MOUNT_POINTS, meaningOf } from '../../model/sysctl/schema.ts';
import { HostSource } from './host-source.ts';
import { parseSysctl } from './parse-sysctl.ts';
import { Scanner } from './scanner.ts';

const ROOT = '/proc/sys';
const here = process.platform === 'linux';
if (!here) console.log('skipped: needs Linux');
const onLinux = here ? test : test.skip;

/** All files, as the host lists them. */
function files(directory = ''): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(ROOT, directory), { withFileTypes: true })) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (!entry.isDirectory()) found.push(path);
    else if (!MOUNT_POINTS.has(path)) found.push(...files(path));
  }
  return found;
}

onLinux('the tables know the parameters of this machine, with their modes', () => {
  const unknown: string[] = [];
  const otherMode: string[] = [];
  const all = files();
  for (const path of all) {
    const meaning = meaningOf(path);
    if (!meaning.known) unknown.push(path);
    else if ((statSync(join(ROOT, path)).mode & 0o777) !== meaning.mode) otherMode.push(path);
  }
  console.log(`${all.length} parameters; unknown: ${unknown.join(', ') || 'none'}; of another mode: ${otherMode.join(', ') || 'none'}`);
  assert.ok(unknown.length <= all.length / 50, unknown.join(' '));
  assert.ok(otherMode.length <= all.length / 50, otherMode.join(' '));
});

onLinux('every text is rendered as it was read', () => {
  const source = new HostSource();
  const out = new TextWriter();
  let read = 0;
  for (const path of files()) {
    const length = source.files.readGenerated(`sys/${path}`);
    if (isErrno(length)) continue;
    read++;
    const text = source.files.bytes.toString('latin1', 0, length);
    const meaning = meaningOf(path);
    const value = parseSysctl(meaning, new Scanner(Buffer.from(text, 'latin1')));
    out.reset();
    assert.is(renderValue(out, meaning, value), 0, path);
    assert.is(out.toString(), text, path);
  }
  assert.ok(read > 100, String(read));
  source.dispose();
});

onLinux('the view has what the host has', () => {
  const source = new HostSource();
  const { sysctl } = source;
  const walk = (directory: string): string[] => {
    const names = sysctl.list(directory, SUPERUSER);
    if (isErrno(names)) throw new Error(errnoName(names));
    assert.equal(names.map(({ name }) => name), names.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1)));
    return names.flatMap(({ name, directory: below }) => {
      const path = directory === '' ? name : `${directory}/${name}`;
      const entry = sysctl.entry(path, SUPERUSER);
      assert.is(entry?.directory, below, path);
      return below ? walk(path) : [path];
    });
  };
  const paths = walk('');
  assert.equal([...paths].sort(), files().sort());
  for (const path of paths) {
    const value = sysctl.read(path, SUPERUSER);
    const allowed = (sysctl.entry(path, SUPERUSER)?.mode as number) & 0o444 && !path.endsWith('/stable_secret');
    if (allowed && process.getuid?.() === 0) assert.not.ok(isErrno(value), `${path}: ${isErrno(value) ? errnoName(value) : ''}`);
  }
  assert.is(sysctl.entry('kernel/nothing_of_the_kind', SUPERUSER), undefined);
  assert.is(sysctl.read('kernel/nothing_of_the_kind', SUPERUSER), ENOENT);
  assert.is(sysctl.list('kernel/panic', SUPERUSER), ENOTDIR);
  assert.equal(sysctl.list('fs/binfmt_misc', SUPERUSER), []);
  source.dispose();
});

test('texts of parameters that this machine may lack', () => {
  const parse = (path: string, text: string): unknown => parseSysctl(meaningOf(path), new Scanner(Buffer.from(text, 'latin1')));
  const same = (path: string, text: string): void => {
    const value = parseSysctl(meaningOf(path), new Scanner(Buffer.from(text, 'latin1')));
    const out = new TextWriter();
    renderValue(out, meaningOf(path), value);
    assert.is(out.toString(), text, path);
  };
  same('sunrpc/rpc_debug', '0x7fff\n');
  same('sunrpc/transports', 'tcp 1048576\ntcp-bc 1048576\nudp 32768\n');
  same('net/ipv6/conf/lo/stable_secret', 'fe80:0000:0000:0000:0000:0000:0001:0002\n');
  same('net/ipv4/tcp_fastopen_key', '01020304-05060708-090a0b0c-0d0e0f10,00000001-00000002-00000003-00abcdef\n');
  same('net/core/rps_default_mask', 'f,ffffffff,00000001\n');
  same('net/core/netdev_rss_key', '60:d8:27:5f\n');
  same('net/ipv4/ip_local_reserved_ports', '1-4,7,65535\n');
  same('net/ipv4/neigh/lo/locktime', '-0\n');
  same('kernel/tainted', '18446744073709551615\n');
  same('net/ipv4/tcp_available_ulp', '\n');
  const headings = [
    'drive name:\t', 'drive speed:\t', 'drive # of slots:', 'Can close tray:\t', 'Can open tray:\t', 'Can lock tray:\t',
    'Can change speed:', 'Can select disk:', 'Can read multisession:', 'Can read MCN:\t', 'Reports media changed:', 'Can play audio:\t',
    'Can write CD-R:\t', 'Can write CD-RW:', 'Can read DVD:\t', 'Can write DVD-R:', 'Can write DVD-RAM:', 'Can read MRW:\t',
    'Can write MRW:\t', 'Can write RAM:\t',
  ];
  for (const columns of [[], ['\tsr0', '\t1'], ['\tsr1\tsr0', '\t4\t0']]) {
    const [name = '', rest = ''] = columns;
    const lines = headings.map((heading, index) => heading + (index === 0 ? name : rest));
    same('dev/cdrom/info', `CD-ROM information, Id: cdrom.c 3.20 2003/12/17\n\n${lines.join('\n')}\n\n\n`);
    same('kernel/sched_energy_aware', '');
    same('dev/parport/parport0/autoprobe', '');
  }
  assert.equal(parse('kernel/of_which_nobody_knows', 'one\ntwo\n'), ['one', 'two']);
  same('kernel/of_which_nobody_knows', 'one\ntwo\n\n');
  assert.is(parse('kernel/of_which_nobody_knows', 'one two\n'), 'one two');
});

test.run();
