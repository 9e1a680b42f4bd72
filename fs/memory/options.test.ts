import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTmpfsOptions } from './options.ts';

const GIGABYTE = 1024 ** 3;
const half = GIGABYTE / 4096 / 2;

test('the default is half of the memory', () => {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  assert.equal(parseTmpfsOptions('', GIGABYTE), { pages: half, inodes: half, mode: 0o1777, uid, gid });
});

/** What the kernel's tmpfs makes of the same texts. */
const SIZES: readonly [string, number][] = [
  ['size=1k', 1],
  ['size=5000', 2],
  ['size=1%', 2622],
  ['size=200%', half * 4],
  ['size=0', 0],
  ['size=0x10000', 16],
  ['size=010000', 1],
  ['size=1G,size=2m', 512],
  ['size=3T', 805_306_368],
  ['nr_blocks=10', 10],
  ['nr_blocks=1k', 1024],
];
for (const [text, pages] of SIZES) {
  test(text, () => {
    const options = parseTmpfsOptions(text, GIGABYTE);
    assert.is(typeof options === 'string' ? options : options.pages, pages);
  });
}

test('inodes, mode and ids', () => {
  const options = parseTmpfsOptions('nr_inodes=1k,mode=17777,uid=5,gid=4294967294,huge=never,inode64,mpol=default', GIGABYTE);
  assert.equal(options, { pages: half, inodes: 1024, mode: 0o7777, uid: 5, gid: 4_294_967_294 });
});

for (const text of ['size=1x', 'size=', 'size=-1', 'mode=8', 'uid=-1', 'uid=x', 'nr_inodes=1%', 'huge=x', 'inode64=1']) {
  test(`${text} is refused`, () => {
    assert.is(parseTmpfsOptions(text, GIGABYTE), `bad value for '${text.split('=')[0]}'`);
  });
}

test('an unknown option is named', () => {
  assert.is(parseTmpfsOptions('size=1m,colour=red', GIGABYTE), "unknown option 'colour'");
});

test.run();
