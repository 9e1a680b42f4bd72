/** What poll(2) and inotify(7) say of files of /proc: the same of ours as of the kernel's. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mounting } from '../../../test/support/command-line.ts';

/** Files of which the kernel tells changes, and some of which it does not. */
const FILES = [
  'bus/input/devices',
  'swaps',
  'mdstat',
  'self/mounts',
  'self/mountinfo',
  'self/mountstats',
  'pressure/cpu',
  'sys/kernel/hostname',
  'sys/kernel/domainname',
  'sys/kernel/osrelease',
  'uptime',
  'net/dev',
  'self/status',
];

/** Polls each file at once, again, after a read, and after something was mounted. */
const POLLER = `
import os, select, subprocess, sys
root, place, names = sys.argv[1], sys.argv[2], sys.argv[3:]
opened = [(name, os.open(root + '/' + name, os.O_RDONLY)) for name in names if os.path.exists('/proc/' + name)]
def look(descriptor):
    poll = select.poll()
    poll.register(descriptor, 0xffff)
    return [events for _, events in poll.poll(0)]
seen = {name: [] for name, _ in opened}
def all_look():
    for name, descriptor in opened: seen[name].append(look(descriptor))
all_look()
all_look()
for _, descriptor in opened: os.read(descriptor, 100000)
all_look()
subprocess.check_call(['mount', '-t', 'tmpfs', 'none', place])
all_look()
all_look()
for name, looks in seen.items(): print(name, looks)
`;

mounting('poll finds the same in ours as in the kernel\'s', async (line) => {
  const poller = join(line.directory, 'poller.py');
  writeFileSync(poller, POLLER);
  assert.is((await line.run('mount', '-d', line.target)).stderr, '');
  const looks = async (root: string): Promise<string[]> => {
    const { stdout, stderr } = await line.shell(`mkdir -p place && python3 ${poller} ${root} place ${FILES.join(' ')}`, true);
    assert.is(stderr, '');
    return stdout.trimEnd().split('\n');
  };
  const kernel = await looks('/proc');
  assert.ok(kernel.length > 3);
  assert.equal(await looks(line.target), kernel);
  assert.is((await line.run('umount', line.target)).status, 0);
}, 'python3', 'unshare');

/** Watches a parameter, reads it, writes it as it was, and prints the events. */
const WATCHER = `
import ctypes, os, select, struct, sys
libc = ctypes.CDLL(None)
path = sys.argv[1] + '/sys/kernel/panic'
descriptor = libc.inotify_init()
libc.inotify_add_watch(descriptor, path.encode(), 0xfff)
text = open(path).read()
with open(path, 'w') as file: file.write(text)
poll = select.poll()
poll.register(descriptor, select.POLLIN)
events = b''
while poll.poll(0): events += os.read(descriptor, 4096)
print([hex(struct.unpack_from('iIII', events, at)[1]) for at in range(0, len(events), 16)])
`;

mounting('inotify tells what is done through the mount, as of the kernel\'s', async (line) => {
  const watcher = join(line.directory, 'watcher.py');
  writeFileSync(watcher, WATCHER);
  assert.is((await line.run('mount', '-d', line.target)).stderr, '');
  const { stdout, stderr } = await line.shell(`python3 ${watcher} /proc; python3 ${watcher} ${line.target}`);
  assert.is(stderr, '');
  const [kernel, ours] = stdout.split('\n');
  assert.match(kernel ?? '', /0x2'/, 'the write');
  assert.is(ours, kernel);
  assert.is((await line.run('umount', line.target)).status, 0);
}, 'python3');

test.run();
