/** What redaction takes out, and what it leaves. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from './entry.ts';
import { Redaction } from './redact.ts';

const attributes = { mode: 0o100444, links: 1, uid: 0, gid: 0, size: 0, fileSystem: 0 };

function file(path: string, text: string): Entry {
  return { kind: 'file', path, attributes, unlisted: false, openError: 0, readError: 0, text: Buffer.from(text, 'latin1') };
}

/** What becomes of a text in a machine of that name. */
function redacted(path: string, text: string, name = 'web-1.example.com'): string {
  const redaction = new Redaction([file('proc/sys/kernel/hostname', `${name}\n`), file('proc/sys/kernel/domainname', '(none)\n')]);
  const entry = redaction.redact(file(path, text));
  assert.is(entry.kind, 'file');
  const found = entry.kind === 'file' ? entry.text.toString('latin1') : '';
  assert.is(found.length, text.length, 'lengths stay');
  return found;
}

test('environments have their names', () => {
  assert.is(redacted('proc/12/environ', 'HOME=/root\0EMPTY=\0no variable\0A=b=c\0'), 'HOME=xxxxx\0EMPTY=\0xxxxxxxxxxx\0A=xxx\0');
  assert.is(redacted('proc/12/environ', 'LAST=secret'), 'LAST=xxxxxx');
  assert.is(redacted('proc/12/environ', 'neither'), 'xxxxxxx');
  assert.is(redacted('proc/12/environ', ''), '');
});

test('command lines have their programs', () => {
  assert.is(redacted('proc/12/cmdline', '/bin/sh\0-c\0echo secret\0'), '/bin/sh\0xx\0xxxx xxxxxx\0');
  assert.is(redacted('proc/12/cmdline', 'sshd: alice [priv]\0'), 'sshdx xxxxx xxxxxx\0');
  assert.is(redacted('proc/12/cmdline', 'sleep\0'), 'sleep\0');
  assert.is(redacted('proc/cmdline', 'root=/dev/vda quiet key="a b" init=/bin/sh\n'), 'root=xxxxxxxx quiet key="xxx" init=xxxxxxx\n');
  assert.is(redacted('proc/cmdline', 'quiet x=--y -- --token SECRET a="b\tc"\n'), 'quiet x=xxx -- xxxxxxx xxxxxx xxxx\txx\n');
  assert.is(redacted('proc/cmdline', '-- a\n'), '-- x\n');
  assert.is(redacted('proc/bootconfig', 'kernel.root = "/dev/vda", "ro"\n'), 'kernel.root = "xxxxxxxx", "xx"\n');
});

test('host names are gone wherever they may be', () => {
  assert.match(redacted('proc/sys/kernel/hostname', 'web-1.example.com\n'), /^[host]{3}-[host]\.[host]{7}\.[host]{3}\n$/);
  assert.not.match(redacted('proc/1/mountinfo', '1 1 0:1 / / rw - nfs web-1:/srv rw,addr=WEB-1.example.com\n'), /web|example/i);
  assert.is(redacted('proc/1/mountinfo', 'web-10 cobweb-1\n'), 'web-10 cobweb-1\n');
  assert.is(redacted('proc/sys/kernel/domainname', '(none)\n'), '(none)\n');
});

test('a name that is a word of tables spoils none', () => {
  assert.is(redacted('proc/meminfo', 'MemFree: 1 kB\ncpu 1\n', 'cpu'), 'MemFree: 1 kB\ncpu 1\n');
  assert.is(redacted('proc/sys/kernel/hostname', 'vm\n', 'vm'), 'ho\n');
  assert.is(redacted('proc/1/mounts', 'vm /vm\n', 'vm'), 'vm /vm\n');
  assert.is(redacted('proc/sys/kernel/hostname', 'localhost\n', 'localhost'), 'localhost\n');
});

test('links are texts too', () => {
  const redaction = new Redaction([file('proc/sys/kernel/hostname', 'secret-host\n')]);
  const link: Entry = { kind: 'link', path: 'proc/1/fd/3', attributes, unlisted: false, error: 0, target: '/var/log/secret-host.log' };
  const found = redaction.redact(link);
  assert.match(found.kind === 'link' ? found.target : '', /^\/var\/log\/[host]{6}-[host]{4}\.log$/);
});

test.run();
