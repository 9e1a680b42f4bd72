import { performance } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Decoder, INVALID, TOO_LONG, TRUNCATED } from './decoder.ts';
import { FORMS } from './forms.ts';
import { printInstruction } from './printer.ts';
import {
  ADDRESS_SIZE,
  BASE,
  DISPLACEMENT,
  FORM,
  IMMEDIATE,
  IMMEDIATE_HIGH,
  INDEX,
  OPERAND_SIZE,
  PREFIXES,
  PREFIX_REPEAT,
  PREFIX_REPEAT_NOT_ZERO,
  PREFIX_REX,
  RECORD_WORDS,
  REG,
  RIP_BASE,
  RM,
  SCALE,
  SEGMENT,
} from './record.ts';

const decoders = { 32: new Decoder(32), 64: new Decoder(64) } as const;
const record = new Int32Array(RECORD_WORDS);

const parse = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (digits) => Number.parseInt(digits, 16));

/** The length or the outcome of an instruction; the record is in `record`. */
function decode(text: string, mode: 32 | 64 = 64): number {
  const bytes = parse(text);
  record.fill(-99);
  return decoders[mode].decode(bytes, 0, bytes.length, record, 0);
}

/** What an instruction is printed as; it must be all of the bytes. */
function print(text: string, mode: 32 | 64 = 64): string {
  const length = decode(text, mode);
  if (length < 0) return String(length);
  assert.is(length, text.split(' ').length, text);
  return printInstruction(record, 0, 0n);
}

test('the operand size: 66, REX.W, and instructions with a default of their own', () => {
  assert.is(print('01 d8'), 'add eax,ebx');
  assert.is(print('66 01 d8'), 'add ax,bx');
  assert.is(print('48 01 d8'), 'add rax,rbx');
  assert.is(print('66 48 01 d8'), 'add rax,rbx', 'REX.W wins');
  assert.is(print('50'), 'push rax');
  assert.is(print('66 50'), 'push ax');
  assert.is(print('41 50'), 'push r8');
  assert.is(print('6a ff'), 'push 0xffffffffffffffff');
  assert.is(print('66 6a ff'), 'push 0xffff');
  assert.is(print('68 00 00 00 80'), 'push 0xffffffff80000000');
  assert.is(print('66 68 00 80'), 'push 0x8000');
  assert.is(print('66 ff d0'), 'call rax', 'near branches have 64 bits always');
  assert.is(print('66 e8 00 00 00 00'), 'call 6');
  assert.is(print('66 98'), 'cbw');
  assert.is(print('98'), 'cwde');
  assert.is(print('48 98'), 'cdqe');
  assert.is(print('0f c7 0e'), 'cmpxchg8b [rsi]');
  assert.is(print('48 0f c7 0e'), 'cmpxchg16b [rsi]');
});

test('byte registers with and without REX', () => {
  assert.is(print('88 e0'), 'mov al,ah');
  assert.is(print('40 88 e0'), 'mov al,spl');
  assert.is(print('44 88 e0'), 'mov al,r12b');
  assert.is(print('b7 05'), 'mov bh,0x5');
  assert.is(print('40 b7 05'), 'mov dil,0x5');
  assert.is(print('41 b7 05'), 'mov r15b,0x5');
  assert.is(print('0f b6 c4'), 'movzx eax,ah');
  assert.is(print('0f 94 c7'), 'sete bh');
});

test('REX counts only right before the opcode', () => {
  assert.is(print('48 66 01 d8'), 'add ax,bx');
  assert.is(print('48 f3 0f 10 c0'), 'movss xmm0,xmm0');
  assert.is(print('48 40 01 d8'), 'add eax,ebx', 'the last of several');
  assert.is(decode('48 66 01 d8') > 0 && (record[PREFIXES]! & PREFIX_REX), 0);
});

test('the last of F3 and F2 counts, and they win over 66', () => {
  assert.is(print('66 f2 0f 58 c1'), 'addsd xmm0,xmm1');
  assert.is(print('f2 66 0f 58 c1'), 'addsd xmm0,xmm1');
  assert.is(print('f2 f3 0f 58 c1'), 'addss xmm0,xmm1');
  assert.is(print('f3 f2 0f 58 c1'), 'addsd xmm0,xmm1');
  assert.is(print('66 f3 0f b8 c1'), 'popcnt ax,cx');
  assert.is(print('66 f2 0f 38 f1 c1'), 'crc32 eax,cx');
  assert.is(print('f3 0f bc c1'), 'bsf eax,ecx', 'tzcnt came later');
  assert.is(print('f2 f3 a4'), 'rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]');
  assert.is(record[PREFIXES]! & (PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO), PREFIX_REPEAT);
});

test('LOCK only before what changes memory', () => {
  assert.is(print('f0 01 18'), 'lock add DWORD PTR [rax],ebx');
  assert.is(print('f0 87 18'), 'lock xchg DWORD PTR [rax],ebx');
  for (const bytes of ['f0 01 d8', 'f0 03 18', 'f0 39 18', 'f0 88 18', 'f0 90', 'f0 0f a3 18', 'f0 0f ba 20 01', 'f0 0f b6 00', 'f0 c1 20 01']) {
    assert.is(decode(bytes), INVALID, bytes);
  }
});

test('segments: only FS and GS in 64-bit mode', () => {
  assert.is(print('64 48 8b 04 25 28 00 00 00'), 'mov rax,QWORD PTR fs:0x28');
  assert.is(record[SEGMENT], 4);
  assert.is(print('2e 8b 00'), 'mov eax,DWORD PTR [rax]');
  assert.is(record[SEGMENT], -1);
  assert.is(print('65 3e 8b 00'), 'mov eax,DWORD PTR gs:[rax]');
  assert.is(print('2e 8b 00', 32), 'mov eax,DWORD PTR cs:[eax]');
});

test('addresses: SIB, no base, no index, RIP, 32 bits', () => {
  assert.is(print('8b 04 24'), 'mov eax,DWORD PTR [rsp]');
  assert.equal([record[BASE], record[INDEX]], [4, -1]);
  assert.is(print('42 8b 04 24'), 'mov eax,DWORD PTR [rsp+r12*1]', 'r12 is an index');
  assert.is(print('41 8b 04 24'), 'mov eax,DWORD PTR [r12]');
  assert.is(print('8b 45 00'), 'mov eax,DWORD PTR [rbp]');
  assert.is(print('41 8b 45 00'), 'mov eax,DWORD PTR [r13]');
  assert.is(print('8b 04 8d 10 00 00 00'), 'mov eax,DWORD PTR [rcx*4+0x10]');
  assert.equal([record[BASE], record[INDEX], record[SCALE], record[DISPLACEMENT]], [-1, 1, 2, 16]);
  assert.is(print('41 8b 04 8d 10 00 00 00'), 'mov eax,DWORD PTR [rcx*4+0x10]', 'REX.B makes no base of it');
  assert.is(print('8b 44 8d f0'), 'mov eax,DWORD PTR [rbp+rcx*4-0x10]');
  assert.is(print('8b 05 fa ff ff ff'), 'mov eax,DWORD PTR [rip+0xfffffffffffffffa] # 0');
  assert.equal([record[BASE], record[DISPLACEMENT]], [RIP_BASE, -6]);
  assert.is(print('41 8b 05 fa ff ff ff'), 'mov eax,DWORD PTR [rip+0xfffffffffffffffa] # 1', 'REX.B makes no r13 of it');
  assert.is(print('67 8b 00'), 'mov eax,DWORD PTR [eax]');
  assert.is(record[ADDRESS_SIZE], 4);
  assert.is(print('8b 04 25 00 00 00 80'), 'mov eax,DWORD PTR ds:0xffffffff80000000');
});

test('immediates', () => {
  assert.is(print('48 b8 88 77 66 55 44 33 22 11'), 'movabs rax,0x1122334455667788');
  assert.equal([record[IMMEDIATE], record[IMMEDIATE_HIGH]], [0x55667788, 0x11223344]);
  assert.is(print('b8 ff ff ff ff'), 'mov eax,0xffffffff');
  assert.is(print('66 b8 ff ff'), 'mov ax,0xffff');
  assert.is(print('48 c7 c0 ff ff ff ff'), 'mov rax,0xffffffffffffffff');
  assert.is(print('83 c0 80'), 'add eax,0xffffff80');
  assert.is(print('c1 e0 80'), 'shl eax,0x80');
  assert.is(print('c8 ff ff 80'), 'enter 0xffff,0x80');
  assert.is(print('c2 ff ff'), 'ret 0xffff');
  assert.is(print('a1 88 77 66 55 44 33 22 11'), 'movabs eax,ds:0x1122334455667788');
  assert.is(print('67 a1 88 77 66 f5'), 'mov eax,ds:0xf5667788');
  assert.is(print('f6 c8 01'), 'test al,0x1', 'test has two encodings');
  assert.is(print('f7 c8 01 02 03 04'), 'test eax,0x4030201');
});

test('nop, pause and the exchange with r8', () => {
  assert.is(print('90'), 'nop');
  assert.is(print('48 90'), 'nop');
  assert.is(print('41 90'), 'xchg r8d,eax');
  assert.is(print('49 90'), 'xchg r8,rax');
  assert.is(print('f3 90'), 'pause');
  assert.is(print('91'), 'xchg ecx,eax');
  assert.is(print('f3 0f 1e fa'), 'endbr64');
  assert.is(print('0f 1f 84 00 00 00 00 00'), 'nop DWORD PTR [rax+rax*1]');
});

test('registers that REX does not extend', () => {
  assert.is(print('4d 0f 6f c7'), 'movq mm0,mm7');
  assert.is(print('4d 8c c0'), 'mov r8,es');
  assert.is(print('41 d8 c3'), 'fadd st,st(3)');
  assert.is(print('4d 0f 20 c0'), 'mov r8,cr8');
  assert.is(decode('44 0f 20 d0'), INVALID, 'there is no cr10');
  assert.is(decode('44 0f 21 c0'), INVALID, 'there is no dr8');
  assert.is(decode('8e c8'), INVALID, 'CS cannot be loaded');
  assert.is(decode('8e f0'), INVALID);
});

test('what x86-64-v2 has not is invalid', () => {
  for (const bytes of [
    'c5 f8 77', // vzeroupper
    'c4 e2 78 f2 c0', // andn
    '62 f1 7c 48 28 c0', // AVX-512
    '0f 38 f0 00', // movbe
    '66 0f 38 dc c1', // aesenc
    '66 0f 3a 44 c1 00', // pclmulqdq
    '0f 01 d0', // xgetbv
    '0f 01 f9', // rdtscp
    '0f c7 f0', // rdrand
    '0f ae 20', // xsave
    '66 0f ae 38', // clflushopt
    'f3 0f ae d0', // wrfsbase
    '0f 0f c0 b4', // 3DNow!
    '06',
    '27',
    '9a 00 00 00 00 00 00',
    'd6',
    '82 c0 01',
    '8f c8 00',
    'c6 f8 00',
    '66 0f 50 00', // needs a register
    '8d c0', // needs memory
    'f3 0f 50 c0', // no such prefix
    '0f 24 c0',
  ]) {
    assert.is(decode(bytes), INVALID, bytes);
  }
});

test('an instruction of which bytes are missing is told from none', () => {
  const whole = parse('64 66 f0 49 81 84 8d 11 22 33 44 55 66 77 08');
  // 66 means nothing beside REX.W: the longest instruction that there is.
  for (let end = 0; end < whole.length; end++) assert.is(decoders[64].decode(whole, 0, end, record, 0), TRUNCATED, `${end}`);
  assert.is(decoders[64].decode(whole, 0, 15, record, 0), 15);
  for (const bytes of ['0f', '0f 38', '0f 3a', '66', '48', '8b', '8b 04', '8b 40', 'c8 01 02', 'd8']) assert.is(decode(bytes), TRUNCATED, bytes);
  assert.is(decode('06 00'), INVALID, 'no byte can make it one');
});

test('more than 15 bytes are too many', () => {
  const fourteen = '66 '.repeat(14);
  assert.is(decode(`${fourteen}90`), 15);
  assert.is(decode(`66 ${fourteen}90`), TOO_LONG);
  assert.is(decode(`${fourteen}0f 1f 00`), TOO_LONG);
  assert.is(decode(`${fourteen}0f`), TOO_LONG, 'the next byte would be the sixteenth');
  assert.is(decode(fourteen.trim()), TRUNCATED);
  const bytes = parse(`90 ${fourteen}90 90`);
  assert.is(decoders[64].decode(bytes, 1, bytes.length, record, 0), 15);
});

test('32-bit mode: its own instructions, 16-bit addresses, no REX', () => {
  assert.is(print('40', 32), 'inc eax');
  assert.is(print('66 4f', 32), 'dec di');
  assert.is(print('06', 32), 'push es');
  assert.is(print('50', 32), 'push eax');
  assert.is(print('66 50', 32), 'push ax');
  assert.is(print('8b 05 44 33 22 11', 32), 'mov eax,DWORD PTR ds:0x11223344');
  assert.is(print('67 8b 40 10', 32), 'mov eax,DWORD PTR [bx+si+0x10]');
  assert.is(print('67 8b 06 34 12', 32), 'mov eax,DWORD PTR ds:0x1234');
  assert.is(print('67 8b 86 34 12', 32), 'mov eax,DWORD PTR [bp+0x1234]');
  assert.is(print('66 e9 00 00', 32), 'jmp 4');
  assert.is(record[OPERAND_SIZE], 2);
  assert.is(print('c4 00', 32), 'les eax,FWORD PTR [eax]');
  assert.is(decode('c5 f8 77', 32), INVALID, 'VEX');
  assert.is(print('62 00', 32), 'bound eax,[eax]');
  assert.is(decode('62 f1', 32), INVALID, 'EVEX');
  assert.is(print('9a 44 33 22 11 66 55', 32), 'callf 0x5566:0x11223344');
  assert.is(print('0f c8', 32), 'bswap eax');
});

test('records are written where they are wanted, and nowhere else', () => {
  const out = new Int32Array(3 * RECORD_WORDS).fill(-7);
  assert.is(decoders[64].decode(parse('90 48 89 d8'), 1, 4, out, RECORD_WORDS), 3);
  assert.ok(out.subarray(0, RECORD_WORDS).every((word) => word === -7));
  assert.ok(out.subarray(2 * RECORD_WORDS).every((word) => word === -7));
  assert.equal([out[RECORD_WORDS + REG], out[RECORD_WORDS + RM]], [3, 0]);
  assert.is(FORMS[out[RECORD_WORDS + FORM]!]!.row, '89 mov Ev,Gv');
});

/** Typed arrays answer undefined beyond their end; this one throws. */
function guarded(bytes: Uint8Array, end: number): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) >= end) throw new Error(`read ${key} of ${end}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}

test('no bytes make it throw, or read beyond their end', () => {
  let state = 12345;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
  const prefixes = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x64, 0x48, 0x41, 0x0f, 0x0f, 0x0f];
  for (let round = 0; round < 60000; round++) {
    const bytes = Uint8Array.from({ length: 20 }, (_, index) => (index < 4 && next() < 100 ? prefixes[next() % prefixes.length]! : next()));
    const end = next() % 18;
    const view = round % 8 === 0 ? guarded(bytes, end) : bytes;
    const mode = round & 1 ? 32 : 64;
    const length = decoders[mode].decode(view, 0, end, record, 0);
    if (length > 0) {
      assert.ok(length <= Math.min(15, end));
      const text = printInstruction(record, 0, 0x1000n);
      assert.not.match(text, /undefined|NaN/);
      const { mode64, mode32 } = FORMS[record[FORM]!]!;
      assert.ok(mode === 64 ? mode64 : mode32);
      // Bytes that are not its own change nothing; one fewer, and it is not whole.
      assert.is(decoders[mode].decode(bytes, 0, length, record, 0), length);
      assert.is(decoders[mode].decode(bytes, 0, length - 1, record, 0), TRUNCATED);
    } else {
      assert.ok(length === INVALID || length === TOO_LONG || length === TRUNCATED);
      if (length === TRUNCATED) assert.ok(end < 15);
    }
  }
});

test('decoding allocates nothing', () => {
  const code = parse('48 89 d8 48 8b 44 24 08 e8 00 01 00 00 66 0f 6f 04 0a 0f 1f 84 00 00 00 00 00 f3 0f 58 c1 c3');
  const out = new Int32Array(RECORD_WORDS);
  const pass = (): number => {
    let count = 0;
    for (let at = 0; at < code.length; count++) at += decoders[64].decode(code, at, code.length, out, 0);
    return count;
  };
  for (let round = 0; round < 5000; round++) pass();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  let count = 0;
  for (let round = 0; round < 20000; round++) count += pass();
  const took = performance.now() - started;
  const grown = process.memoryUsage().heapUsed - before;
  console.log(`${((took * 1000) / count).toFixed(3)} us an instruction`);
  // One small object for each would be several times as much.
  assert.ok(grown < count * 4, `${grown} bytes for ${count} instructions`);
});

test.run();
