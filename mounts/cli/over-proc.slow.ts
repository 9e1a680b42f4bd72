/**
 * A mount over /proc itself, with its server watched: from the moment of the mount, no thread of it may open anything by
 * way of /proc, and what the clients read there must come all the same.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../../test/support/command-line.ts';
import { missingProgram, reasonNotToMount, unless } from '../../test/support/requirements.ts';

const SCRIPT = `
strace -f -qq -e trace=%file,clone,clone3,execve -o trace $compatfs mount -o cover /proc & tracer=$!
while [ "$(stat -f -c %T /proc)" = proc ]; do sleep 0.1; done
for path in /proc/* /proc/self/* /proc/1/* /proc/self/net/* /proc/sys/kernel/* /proc/self/fd/*; do
  case $path in */kmsg|*/kcore|*/kpage*|*/pagemap|*/mem|*/clear_refs|*/sysrq-trigger) continue ;; esac
  timeout 10 cat $path >/dev/null 2>&1; [ $? = 124 ] && echo "no answer: $path"
done
ls -lR /proc/self/task >/dev/null 2>&1
$compatfs status | grep -c '^/proc  '
$compatfs umount -l /proc
wait $tracer; echo status $?
stat -f -c %T /proc
`;

/** A line of the trace: the thread and the call. */
interface Call {
  readonly thread: number;
  readonly text: string;
}

unless(
  reasonNotToMount() ?? missingProgram('unshare', 'strace'),
  'the server of a mount over /proc never goes through it',
  async () => {
    const line = new CommandLine();
    try {
      const { stdout, stderr } = await line.shell(SCRIPT, true);
      assert.equal({ stdout, stderr }, { stdout: '1\nstatus 0\nproc\n', stderr: '' });
      const calls = parse(readFileSync(join(line.directory, 'trace'), 'latin1'));
      const mounted = calls.findIndex(
        ({ text }) => text.startsWith('mount(') && text.includes('"/proc", "fuse') && / = 0$/.test(text),
      );
      assert.ok(mounted > 0);
      const own = threadsOf(calls);
      assert.ok(own.size > 4);
      const later = calls.slice(mounted).filter(({ thread }) => own.has(thread));
      assert.ok(
        later.some(({ text }) => text.startsWith('openat(AT_FDCWD, "stat"')),
        'it reads the real one by relative paths',
      );
      const through = later.filter(
        ({ text }) => /^\w+\((AT_FDCWD, )?"\/(proc|sys)\//.test(text) && !text.includes('.compatfs-doorbell'),
      );
      assert.equal(through, []);
    } finally {
      await line.remove();
    }
  },
);

function parse(trace: string): Call[] {
  return trace
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const [thread = ''] = text.split(' ', 1);
      return { thread: Number(thread), text: text.slice(thread.length).trim() };
    });
}

/** The threads of the first process of a trace; other clones are programs that it starts. */
function threadsOf(calls: readonly Call[]): ReadonlySet<number> {
  const threads = new Set([calls[0]?.thread ?? 0]);
  for (const { thread, text } of calls) {
    const made =
      /^(?:clone3?\(|<\.\.\. clone3? resumed>).*CLONE_THREAD.* = (\d+)/.exec(text) ??
      /^<\.\.\. clone3? resumed>.*parent_tid.* = (\d+)/.exec(text);
    if (made && threads.has(thread)) threads.add(Number(made[1]));
  }
  return threads;
}

test.run();
