/** Whose program a file is, by each thing that can tell, in their order. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EM_386, EM_X86_64, type Note, parseHeader } from '../loader/elf.ts';
import { type BrandSettings, detectBrand } from './detection.ts';

interface Told {
  readonly osabi?: number;
  readonly old?: string;
  readonly note?: Note;
  readonly interpreter?: string;
  readonly machine?: number;
  readonly elfClass?: number;
}

function brandOf({ osabi = 0, old = '', note, interpreter, machine = EM_X86_64, elfClass = 2 }: Told, settings?: BrandSettings): string | undefined {
  const head = new Uint8Array(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, elfClass, 1, 1, osabi]);
  head.set(Buffer.from(old, 'latin1'), 8);
  head[18] = machine;
  const detected = detectBrand({ header: parseHeader(head), notes: note ? [note] : [], interpreter }, settings);
  return detected && `${detected.brand.name} ${detected.by}`;
}

const gnu = (system: number): Note => ({ name: 'GNU', type: 1, content: Uint8Array.of(system, 0, 0, 0, 3, 0, 0, 0) });

test('each of them tells, and the first that tells decides', () => {
  assert.is(brandOf({ note: gnu(0) }), 'linux64 note');
  assert.is(brandOf({ note: { name: 'FreeBSD', type: 1, content: new Uint8Array(4) }, osabi: 3 }), 'freebsd64 note');
  assert.is(brandOf({ osabi: 3 }), 'linux64 header');
  assert.is(brandOf({ osabi: 9, interpreter: '/lib64/ld-linux-x86-64.so.2' }), 'freebsd64 header');
  assert.is(brandOf({ osabi: 9, note: gnu(0) }), 'linux64 note');
  assert.is(brandOf({ old: 'Linux' }), 'linux64 old name');
  assert.is(brandOf({ old: 'FreeBSD' }), 'freebsd64 old name');
  assert.is(brandOf({ interpreter: '/libexec/ld-elf.so.1' }), 'freebsd64 interpreter');
  assert.is(brandOf({ interpreter: '/lib/ld-musl-x86_64.so.1' }), 'linux64 interpreter');
  assert.is(brandOf({}), 'linux64 fallback');
  assert.is(brandOf({}, { fallback: 'FreeBSD' }), 'freebsd64 fallback');
  assert.is(brandOf({}, { fallback: '' }), undefined);
  // A note of GNU's Hurd.
  assert.is(brandOf({ note: gnu(1) }), 'linux64 fallback');
});

test('the machine and the class count', () => {
  assert.is(brandOf({ machine: EM_386, elfClass: 1, note: gnu(0) }), 'linux32 note');
  assert.is(brandOf({ machine: EM_386, elfClass: 1, interpreter: '/lib/ld-linux.so.2' }), 'linux32 interpreter');
  assert.is(brandOf({ machine: EM_386, elfClass: 2, osabi: 3 }), undefined);
  // Linux looks at the machine alone where the class is none of the two.
  assert.is(brandOf({ elfClass: 7, osabi: 3 }), brandOf({ osabi: 3 }));
  assert.is(brandOf({ machine: 40 }), undefined);
});

test('a brand that is switched off is nobody else', () => {
  const settings = { disabled: new Set(['linux64']) };
  assert.is(brandOf({ note: gnu(0) }, settings), undefined);
  assert.is(brandOf({ osabi: 3 }, { ...settings, fallback: 'FreeBSD' }), undefined);
  assert.is(brandOf({}, settings), undefined);
  assert.is(brandOf({ osabi: 9 }, settings), 'freebsd64 header');
});

test.run();
