import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EIO } from '../../fs/errno.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import { U64_MAX } from '../../fs/u64.ts';
import type { SysfsValue } from '../model/sysfs.ts';
import {
  type SysfsRow,
  bare,
  binary,
  bits,
  bytes,
  choice,
  closedChoice,
  closedWords,
  counts,
  decimal,
  device,
  fields,
  flag,
  hex,
  keyed,
  line,
  lines,
  mask,
  memory,
  nothing,
  pairs,
  parameter,
  ranges,
  tabular,
  words,
} from '../model/sysfs/row.ts';
import { parseAttribute } from '../sources/linux-host/parse-sysfs.ts';
import { Scanner } from '../sources/linux-host/scanner.ts';
import { linkText } from './links.ts';
import { renderAttribute } from './render.ts';

function rendered(row: SysfsRow, value: SysfsValue): string {
  const out = new TextWriter(1);
  assert.is(renderAttribute(out, row, value), 0);
  return out.toString();
}

const LONG_MIN = -(2n ** 63n);

const GOLDEN: readonly [string, SysfsRow, SysfsValue, string][] = [
  ['a number', decimal(), U64_MAX, '18446744073709551615\n'],
  ['a negative number', decimal(), LONG_MIN, '-9223372036854775808\n'],
  ['a number like an errno', decimal(), -5, '-5\n'],
  ['a number with its unit', decimal('kB'), 2048, '2048kB\n'],
  ['a hexadecimal number', hex(4), 0x8086, '0x8086\n'],
  ['a short one without prefix', hex(8, ''), 0xbc, '000000bc\n'],
  ['a wide one', hex(), U64_MAX, '0xffffffffffffffff\n'],
  ['capitals', { kind: 'hex', prefix: '0x', width: 1, upper: true, mode: 0o444 }, 0x3f8, '0x3F8\n'],
  ['yes', flag('Y', 'N'), true, 'Y\n'],
  ['no', flag('true', 'false'), false, 'false\n'],
  ['a line', line(), 'ATA     \xff', 'ATA     \xff\n'],
  ['an empty line', line(), '', '\n'],
  ['no text', line(), null, ''],
  ['no text where a number would be', decimal(), null, ''],
  ['a line without its end', bare(line()), 'overlayblk', 'overlayblk'],
  ['words', words(), ['a', 'b'], 'a b\n'],
  ['no words', words(), [], '\n'],
  ['words with commas and blanks', words(', '), ['0', '1'], '0, 1\n'],
  ['words with a blank behind', closedWords(), ['tsc', 'acpi_pm'], 'tsc acpi_pm \n'],
  ['words on lines', lines(), ['PNP0303', 'PNP030b'], 'PNP0303\nPNP030b\n'],
  ['a choice', choice(), { options: ['always', 'madvise', 'never'], selected: 1 }, 'always [madvise] never\n'],
  ['a choice with a blank behind', closedChoice(), { options: ['none', 'bfq'], selected: 0 }, '[none] bfq \n'],
  ['a choice of nothing', closedChoice(), { options: ['none'], selected: -1 }, 'none\n'],
  ['ranges', ranges(), [{ first: 0, last: 3 }, { first: 8, last: 8 }], '0-3,8\n'],
  ['no ranges', ranges(), [], '\n'],
  ['a mask', mask(), { bits: 36, words: [0xffff_fffe, 0xb] }, 'b,fffffffe\n'],
  ['bits', bits(), [0, 1, 1], '011\n'],
  ['bytes', bytes(), Uint8Array.of(2, 0xfc, 0), '02:fc:00\n'],
  ['no bytes', bytes(), new Uint8Array(), '\n'],
  ['a digest', bytes(''), Uint8Array.of(0xab, 0xcd), 'abcd\n'],
  ['pairs', pairs(), [['MAJOR', '8'], ['DEVNAME', 'a=b'], ['']], 'MAJOR=8\nDEVNAME=a=b\n\n'],
  ['no pairs', pairs(), [], ''],
  ['a device number', device(), [254, 1048575], '254:1048575\n'],
  ['columns', fields('%8u %8u'), [7, U64_MAX], '       7 18446744073709551615\n'],
  ['fewer columns than there may be', fields('%8u %8u %8u'), [1, 2], '       1        2\n'],
  ['notations', fields('%03d|%-4d|%x|%04x|%s'), [7, -2, 255, 10, 'end'], '007|-2  |ff|000a|end\n'],
  ['rows', tabular('%3d: %s'), [[0, 'offline'], [236, 'online now']], '  0: offline\n236: online now\n'],
  ['rows under a heading', tabular('%u %8u', 'version: 1'), [[0, 3]], 'version: 1\n0        3\n'],
  ['counters', tabular('%s %u'), [['numa_hit', U64_MAX]], 'numa_hit 18446744073709551615\n'],
  ['keyed values', keyed(), [{ name: '8:0', values: [['rbytes', '1'], ['wbytes', 'max']] }, { name: '8:16', values: [] }], '8:0 rbytes=1 wbytes=max\n8:16\n'],
  ['a parameter that is a boolean', parameter(), true, 'Y\n'],
  ['a parameter that is a number', parameter(), -1, '-1\n'],
  ['a parameter that is an array', parameter(), [0, 170, U64_MAX], '0,170,18446744073709551615\n'],
  ['a parameter that is text', parameter(), '(null)', '(null)\n'],
  ['a parameter that only looks like a number', parameter(), '007', '007\n'],
  ['counts', counts(), { total: 8, parts: [{ sort: 'N', id: 0, count: 8 }] }, '8 N0=8\n'],
  ['counts with slabs', counts(), { total: 512, slabs: 2, parts: [{ sort: 'C', id: 1, count: 256, slabs: 1 }] }, '512(2) C1=256(1)\n'],
  [
    "a node's memory",
    memory(),
    {
      node: 3,
      rows: [
        { name: 'MemTotal', value: 24731700, kilobytes: true },
        { name: 'Inactive(file)', value: U64_MAX, kilobytes: true },
        { name: 'HugePages_Total', value: 0, kilobytes: false },
        { name: 'HugePages_Free', value: 0, kilobytes: false },
      ],
    },
    'Node 3 MemTotal:       24731700 kB\nNode 3 Inactive(file): 18446744073709551615 kB\nNode 3 HugePages_Total:     0\nNode 3 HugePages_Free:      0\n',
  ],
];

for (const [name, row, value, expected] of GOLDEN) {
  test(name, () => {
    assert.is(rendered(row, value), expected);
    const parsed = parseAttribute(row, new Scanner(Buffer.from(expected, 'latin1')));
    assert.is(parsed === undefined ? undefined : rendered(row, parsed), expected, 'taken apart and written again');
    if (expected !== '' && value !== null) assert.equal(parsed, value instanceof Uint8Array ? Buffer.from(value) : value);
  });
}

test('values of another type than the row says are not written', () => {
  const out = new TextWriter(16);
  assert.is(renderAttribute(out, decimal(), 'text'), EIO);
  assert.is(renderAttribute(out, line(), 1), EIO);
  assert.is(renderAttribute(out, words(), 'word'), EIO);
  assert.is(renderAttribute(out, flag('Y', 'N'), 1), EIO);
  assert.is(renderAttribute(out, fields('%s'), [1]), EIO);
  assert.is(renderAttribute(out, tabular('%u'), [['text']]), EIO);
  assert.is(renderAttribute(out, nothing(), 1), EIO);
  assert.is(renderAttribute(out, binary(), 1), EIO);
});

test('texts that no value has are not understood', () => {
  const wrong: readonly [SysfsRow, string][] = [
    [decimal(), 'n/a\n'],
    [decimal(), '1'],
    [decimal('K'), '2048\n'],
    [decimal(), '1\n2\n'],
    [hex(), '12\n'],
    [flag('Y', 'N'), '1\n'],
    [line(), 'two\nlines\n'],
    [words(), 'two\nlines\n'],
    [bytes(), '2:fc\n'],
    [bare(line()), 'line\n'],
    [fields('%u:%u'), 'x:1\n'],
    [tabular('%u %u', 'heading'), '1 2\n'],
    [keyed(), 'name word\n'],
    [memory(), 'MemTotal: 1 kB\n'],
  ];
  for (const [row, text] of wrong) assert.is(parseAttribute(row, new Scanner(Buffer.from(text))), undefined, `${row.kind}: ${text}`);
});

test('links are relative, and come down to what is above them', () => {
  assert.is(linkText('class/net/lo', 'devices/virtual/net/lo'), '../../devices/virtual/net/lo');
  assert.is(linkText('devices/virtual/net/lo/subsystem', 'class/net'), '../../../../class/net');
  assert.is(linkText('devices/pci0000:00/virtio2/net/eth0/device', 'devices/pci0000:00/virtio2'), '../../../virtio2');
  assert.is(linkText('devices/system/cpu/cpu0/node0', 'devices/system/node/node0'), '../../node/node0');
});

test.run();
