/** The example does what it says. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter } from '../../examples/devices/counter.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonNotToMount, unless } from '../support/requirements.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/devices/main.js', import.meta.url));

unless(reasonNotToMount(), 'a counter counts, and a screen becomes a picture', async () => {
  const directory = temporaryDirectory();
  try {
    const picture = join(directory, 'picture.png');
    const { status, stdout, stderr } = spawnSync(process.execPath, [EXAMPLE, picture], { encoding: 'utf8' });
    assert.is(stderr, '');
    assert.is(status, 0);
    const lines = stdout.split('\n').filter((line) => !line.startsWith('  $'));
    assert.equal(lines.slice(0, 5), ['0', '1', '2', '41', '42']);
    assert.match(lines[5] ?? '', /No space left on device/);
    const png = readFileSync(picture);
    assert.is(png.toString('latin1', 1, 4), 'PNG');
    assert.equal([png.readUInt32BE(16), png.readUInt32BE(20)], [16, 8]);
    const begin = png.indexOf('IDAT') + 4;
    const rows = inflateSync(png.subarray(begin, png.indexOf('IEND') - 8));
    assert.is(rows.length, 8 * 49);
    assert.equal([...rows.subarray(0, 7)], [0, 255, 1, 1, 255, 1, 1]);
    assert.equal([...rows.subarray(49, 56)], [0, 1, 255, 1, 1, 255, 1]);
    assert.equal([...rows.subarray(98, 102)], [0, 0, 0, 0]);
  } finally {
    removeDirectory(directory);
  }
});

test('the drivers are short', () => {
  for (const name of ['counter', 'framebuffer']) {
    const source = readFileSync(fileURLToPath(new URL(`../../../examples/devices/${name}.ts`, import.meta.url)), 'utf8');
    const driver = source.slice(source.indexOf('return {'), source.lastIndexOf('};'));
    assert.ok(driver.split('\n').length <= 10, name);
  }
  assert.is(typeof counter().read, 'function');
});

test.run();
