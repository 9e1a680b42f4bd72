import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, fits, isExtended } from './codec.ts';
import { type Kind, LAYOUTS, type MessageName, TYPES, messageName } from './layout.ts';
import type { Dialect } from './protocol.ts';
import { Qid } from './qid.ts';
import { u64FromHalves } from './u64.ts';

const DIALECTS: readonly Dialect[] = ['9P2000.L', '9P2000.u', '9P2000'];
const qid = new Qid(0x80, 0xfedc_ba98, 0xffff_ffff, 0x89ab_cdef);

/** A value of each kind with every byte of its own, so that one that is left out or misplaced shows. */
function sample(kind: Kind, extended: boolean, seed: number): unknown {
  switch (kind.replace('?', '')) {
    case 'u1':
      return 0x80 + seed;
    case 'u2':
      return 0xf000 + seed;
    case 'u4':
      return 0xfffe_0000 + seed;
    case 'u8':
      return 0xffff_fffe_0000_0000n + BigInt(seed);
    case 's':
      return `näme ${seed}`;
    case 'qid':
      return qid;
    case 'data':
      return Buffer.from([0, 255, seed]);
    case 'names':
      return ['', `n${seed}`, '..'];
    case 'qids':
      return [qid, Qid.of(0, 1, seed)];
    default:
      return {
        type: 1,
        dev: 2,
        qid,
        mode: 0x8000_01ed,
        atime: 3,
        mtime: 0xffff_ffff,
        length: 2n ** 64n - 1n,
        name: 'näme',
        uid: 'u',
        gid: '',
        muid: 'm',
        extension: extended ? 'c 1 3' : '',
        n_uid: extended ? 4 : 0xffff_ffff,
        n_gid: extended ? 5 : 0xffff_ffff,
        n_muid: extended ? 6 : 0xffff_ffff,
      };
  }
}

const NAMES = Object.keys(LAYOUTS) as MessageName[];

function sampleFields(name: MessageName, extended: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  Object.entries(LAYOUTS[name] as Record<string, Kind>).forEach(([field, kind], index) => {
    if (extended || !kind.endsWith('?')) fields[field] = sample(kind, extended, index + 1);
  });
  return fields;
}

function encoded(name: MessageName, dialect: Dialect): Buffer {
  return encode(name, 0x1234, sampleFields(name, isExtended(dialect)) as never, dialect);
}

test('every message has a number, and its reply the next one', () => {
  assert.equal(Object.keys(TYPES).sort(), [...NAMES].sort());
  for (const name of NAMES) {
    assert.is(messageName(TYPES[name]), name);
    if (name.startsWith('T')) assert.is(TYPES[`R${name.slice(1)}` as MessageName], TYPES[name] + 1);
  }
  assert.is(NAMES.length, 66);
});

test('every message of every version comes back as it was', () => {
  for (const dialect of DIALECTS) {
    for (const name of NAMES) {
      const bytes = encoded(name, dialect);
      const message = decode(bytes, 0, bytes.length, dialect);
      assert.ok(message, `${dialect} ${name}`);
      assert.is(message?.name, name);
      assert.is(message?.tag, 0x1234);
      assert.equal(message?.fields, sampleFields(name, isExtended(dialect)), `${dialect} ${name}`);
    }
  }
});

test('a message that is cut short or goes on fits nothing', () => {
  for (const dialect of DIALECTS) {
    const extended = isExtended(dialect);
    for (const name of NAMES) {
      const bytes = Buffer.concat([encoded(name, dialect), Buffer.from([0])]);
      const whole = bytes.length - 1;
      for (let end = 7; end <= bytes.length; end++) {
        assert.is(fits(TYPES[name], extended, bytes, 7, end), end === whole, `${dialect} ${name} ${end} of ${whole}`);
      }
      assert.is(decode(bytes, 0, whole - 1, dialect), undefined);
    }
  }
});

test('lengths and counts beyond the message fit nothing', () => {
  const walk = encode('Twalk', 1, { fid: 0, newfid: 1, wnames: ['abc', 'de'] }, '9P2000.L');
  for (const at of [15, 17, 22]) {
    const bytes = Buffer.from(walk);
    bytes.writeUInt16LE(0xffff, at);
    assert.not(fits(TYPES.Twalk, true, bytes, 7, bytes.length), `at ${at}`);
  }
  const seventeen = encode('Twalk', 1, { fid: 0, newfid: 1, wnames: Array.from({ length: 17 }, () => '') }, '9P2000.L');
  assert.not(fits(TYPES.Twalk, true, seventeen, 7, seventeen.length));
  const write = encode('Twrite', 1, { fid: 0, offset: 0, data: Buffer.from('abc') }, '9P2000.L');
  write.writeUInt32LE(0xffff_ffff, 19);
  assert.not(fits(TYPES.Twrite, true, write, 7, write.length));
  for (let type = 0; type < 256; type++)
    if (messageName(type) === undefined) assert.not(fits(type, true, Buffer.alloc(64), 7, 64));
});

test('bytes on the wire', () => {
  const hex = (name: MessageName, tag: number, fields: object, dialect: Dialect = '9P2000.L'): string =>
    encode(name, tag, fields as never, dialect).toString('hex');
  assert.is(
    hex('Tversion', 0xffff, { msize: 8192, version: '9P2000.L' }),
    '15000000' + '64' + 'ffff' + '00200000' + '0800' + '3950323030302e4c',
  );
  assert.is(
    hex('Tattach', 1, { fid: 1, afid: 0xffff_ffff, uname: 'root', aname: '', n_uname: 0 }),
    '1b000000' + '68' + '0100' + '01000000' + 'ffffffff' + '0400726f6f74' + '0000' + '00000000',
  );
  assert.is(
    hex('Tattach', 1, { fid: 1, afid: 0xffff_ffff, uname: 'root', aname: '', n_uname: 0 }, '9P2000'),
    '17000000' + '68' + '0100' + '01000000' + 'ffffffff' + '0400726f6f74' + '0000',
  );
  assert.is(
    hex('Rerror', 2, { ename: 'no', ecode: 2 }, '9P2000.u'),
    '0f000000' + '6b' + '0200' + '02006e6f' + '02000000',
  );
  assert.is(hex('Rerror', 2, { ename: 'no', ecode: undefined }, '9P2000'), '0b000000' + '6b' + '0200' + '02006e6f');
  assert.is(
    hex('Tread', 3, { fid: 4, offset: 0x0102_0304_0506, count: 7 }),
    '17000000' + '74' + '0300' + '04000000' + '0605040302010000' + '07000000',
  );
  assert.is(
    hex('Rwalk', 5, { wqids: [Qid.of(0x80, 1, 2)] }),
    '16000000' + '6f' + '0500' + '0100' + '80' + '01000000' + '0200000000000000',
  );
});

test('names can be bytes', () => {
  const name = '\xff\xfe/';
  const bytes = encode('Treadlink', 1, { fid: 1 }, '9P2000.L', 'latin1');
  assert.is(bytes.length, 11);
  const link = encode('Rreadlink', 1, { target: name }, '9P2000.L', 'latin1');
  assert.is(link.length, 7 + 2 + 3);
  assert.equal(decode(link, 0, link.length, '9P2000.L', 'latin1')?.fields, { target: name });
});

test('64-bit values are numbers while they are safe', () => {
  assert.is(u64FromHalves(0, 5), 5);
  assert.is(u64FromHalves(0x1f_ffff, 0xffff_ffff), Number.MAX_SAFE_INTEGER);
  assert.is(u64FromHalves(0x20_0000, 0), 2n ** 53n);
  assert.is(u64FromHalves(-1, -1), 2n ** 64n - 1n);
});

test.run();
