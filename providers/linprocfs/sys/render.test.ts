import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EIO } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { U64_MAX } from '../../../fs/u64.ts';
import type { SysctlValue } from '../../model/sysctl.ts';
import { type SysctlRow, ints, kind, ranges, text, ulongs, words } from '../../model/sysctl/row.ts';
import { renderValue } from './render.ts';

function rendered(row: SysctlRow, value: SysctlValue): string {
  const out = new TextWriter(1);
  assert.is(renderValue(out, row, value), 0);
  return out.toString();
}

const BYTES = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

const GOLDEN: readonly [string, SysctlRow, SysctlValue, string][] = [
  ['no number', ints(3), [], '\n'],
  ['an int', ints(1), [-(2 ** 31)], '-2147483648\n'],
  ['a negative number of less than a unit', ints(1), [-0], '-0\n'],
  ['several ints', ints(4), [2 ** 31 - 1, -1, 0, -(2 ** 31)], '2147483647\t-1\t0\t-2147483648\n'],
  ['unsigned longs', ulongs(3), [U64_MAX, 2n ** 53n, 2 ** 53 - 1], '18446744073709551615\t9007199254740992\t9007199254740991\n'],
  ['a text of any bytes', text(65), '|/x %P\xff\x80\t%%', '|/x %P\xff\x80\t%%\n'],
  ['an empty text', text(65), '', '\n'],
  ['words', words(' '), ['reno', 'b\xffr'], 'reno b\xffr\n'],
  ['no words', words(' '), [], '\n'],
  ['words on lines', words('\n'), ['file', 'pipe'], 'file\npipe\n'],
  ['words with commas', words(','), ['tasks', 'mem'], 'tasks,mem\n'],
  ['bits', ranges(65536), [{ first: 0, last: 0 }, { first: 2, last: 3 }, { first: 65535, last: 65535 }], '0,2-3,65535\n'],
  ['no bits', ranges(65536), [], '\n'],
  ['a mask narrower than its words', kind('mask'), { bits: 34, words: [0xffff_fffe, 0x3] }, '3,fffffffe\n'],
  ['a mask of few bits', kind('mask'), { bits: 2, words: [0] }, '0\n'],
  ['a UUID', kind('uuid'), BYTES, '00112233-4455-6677-8899-aabbccddeeff\n'],
  ['bytes', kind('bytes'), BYTES.subarray(13), 'dd:ee:ff\n'],
  ['an address', kind('address'), BYTES, '0011:2233:4455:6677:8899:aabb:ccdd:eeff\n'],
  ['keys', kind('keys'), [BYTES, BYTES], '33221100-77665544-bbaa9988-ffeeddcc,33221100-77665544-bbaa9988-ffeeddcc\n'],
  ['a debug mask', kind('hex'), [7], '0x0007\n'],
  ['a wide debug mask', kind('hex'), [0xffff_ffff], '0xffffffff\n'],
  ['nothing', kind('nothing'), null, ''],
  [
    'transports',
    kind('transports'),
    { transports: [{ name: 'tcp', maximum: 1048576 }, { name: 'tcp-bc', maximum: 2 ** 53 - 1 }] },
    'tcp 1048576\ntcp-bc 9007199254740991\n',
  ],
];

for (const [name, row, value, expected] of GOLDEN) test(name, () => assert.is(rendered(row, value), expected));

test('CD-ROM drives have a column each', () => {
  const drive = (name: string, speed: number, ability: number) => ({ name, speed, slots: speed + 1, abilities: Array<number>(17).fill(ability) });
  const text = rendered(kind('drives'), { driver: 'cdrom.c 3.20 2003/12/17', drives: [drive('sr1', 999, 1), drive('sr0', 0, 0)] });
  const expected = [
    'CD-ROM information, Id: cdrom.c 3.20 2003/12/17',
    '',
    'drive name:\t\tsr1\tsr0',
    'drive speed:\t\t999\t0',
    'drive # of slots:\t1000\t1',
    'Can close tray:\t\t1\t0',
    'Can open tray:\t\t1\t0',
    'Can lock tray:\t\t1\t0',
    'Can change speed:\t1\t0',
    'Can select disk:\t1\t0',
    'Can read multisession:\t1\t0',
    'Can read MCN:\t\t1\t0',
    'Reports media changed:\t1\t0',
    'Can play audio:\t\t1\t0',
    'Can write CD-R:\t\t1\t0',
    'Can write CD-RW:\t1\t0',
    'Can read DVD:\t\t1\t0',
    'Can write DVD-R:\t1\t0',
    'Can write DVD-RAM:\t1\t0',
    'Can read MRW:\t\t1\t0',
    'Can write MRW:\t\t1\t0',
    'Can write RAM:\t\t1\t0',
    '',
    '',
    '',
  ];
  assert.equal(text.split('\n'), expected);
});

test('what has nothing to say is an empty file', () => {
  const out = new TextWriter();
  for (const row of [ints(1), text(8), words(' '), ranges(8), kind('keys'), kind('drives')]) assert.is(renderValue(out, row, null), 0);
  assert.is(out.toString(), '');
});

test('a value of another type than the row says is an error', () => {
  for (const row of [ints(1), kind('hex'), words(' '), ranges(8), kind('keys'), kind('bytes'), kind('uuid'), kind('address')]) {
    assert.is(renderValue(new TextWriter(), row, 'text'), EIO, row.kind);
  }
  assert.is(renderValue(new TextWriter(), text(8), [1]), EIO);
});

test.run();
