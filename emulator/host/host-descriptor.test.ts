import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { EINVAL, ENXIO } from '../../fs/errno.ts';
import { O_RDWR, POLLIN, POLLOUT } from '../../fs/flags.ts';
import { S_IFREG, Stat, fileType } from '../../fs/stat.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { HostDescriptor, type Waiting } from './host-descriptor.ts';

const ALONE: Waiting = { alone: () => true, pending: () => undefined };

const directory = mkdtempSync(join(tmpdir(), 'compatfs-descriptor-'));
test.after(() => rmSync(directory, { recursive: true }));

/** A file of the host, open for reading and writing. */
function withFile(content: string, body: (file: OpenFile, vnode: HostDescriptor, descriptor: number, path: string) => void): void {
  const path = join(directory, 'file');
  writeFileSync(path, content);
  const descriptor = openSync(path, 'r+');
  try {
    const vnode = new HostDescriptor(descriptor, ALONE);
    body(vnode.given(O_RDWR), vnode, descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

const bytes = (text: string): Buffer => Buffer.from(text);

test('what is written goes on where the host is, so that others who share it write behind it', () => {
  withFile('', (file, _vnode, descriptor, path) => {
    assert.is(file.write?.(bytes('one '), 0, 4, 0, SUPERUSER), 4);
    assert.is(file.write?.(bytes('two '), 0, 4, 4, SUPERUSER), 4);
    writeSync(descriptor, 'others ');
    assert.is(readFileSync(path, 'utf8'), 'one two others ');
    assert.is(file.write?.(bytes('ONE'), 0, 3, 0, SUPERUSER), 3);
    assert.is(readFileSync(path, 'utf8'), 'ONE two others ');
  });
});

test('reads are at offsets', () => {
  withFile('0123456789', (file) => {
    const into = Buffer.alloc(4);
    assert.is(file.read?.(into, 0, 4, 0, SUPERUSER), 4);
    assert.is(file.read?.(into, 0, 4, 4, SUPERUSER), 4);
    assert.is(into.toString(), '4567');
    assert.is(file.read?.(into, 0, 4, 1, SUPERUSER), 4);
    assert.is(into.toString(), '1234');
    assert.is(file.read?.(into, 0, 4, 10, SUPERUSER), 0);
  });
});

test('attributes are the host\'s, and only the size can be changed', () => {
  withFile('0123456789', (file, vnode, _descriptor, path) => {
    const stat = new Stat();
    assert.is(vnode.stat(stat), 0);
    assert.is(stat.size, 10);
    assert.is(fileType(stat.mode), S_IFREG);
    assert.is(vnode.setattr({ size: 3 }), 0);
    assert.is(readFileSync(path, 'utf8'), '012');
    assert.is(vnode.setattr({ mode: 0o600 }), EINVAL);
    assert.is(file.poll?.(SUPERUSER) ?? 0, (file.poll?.(SUPERUSER) ?? 0) | POLLIN | POLLOUT);
    assert.is.not(vnode.open(O_RDWR), ENXIO);
  });
});

test.run();
