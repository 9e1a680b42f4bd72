import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE, PAGE_SHIFT, PERMISSION_EXECUTE, PERMISSION_READ, PERMISSION_WRITE } from '../memory/layout.ts';
import { Processor, type ProcessorOptions } from './processor.ts';
import { EXIT_DETAIL, EXIT_EXCEPTION, EXIT_KERNEL, EXIT_TICK, INSTRUCTION_POINTER, TICK } from './state.ts';

const STATE = indexOf(CPU_STATE);
const CODE = 0x400000;
const DATA = 0x500000;
const STACK = 0x900000;
const BREAKPOINT = 3;
const [RAX, RCX, RDX, RBX, RSP, , RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** A processor with memory for code, data and a stack, and a few things to do with it. */
class Machine {
  readonly memory = new GuestMemory();
  readonly processor: Processor;

  constructor(options: ProcessorOptions, checked: boolean) {
    this.processor = new Processor(this.memory, { systemCall: () => 1 }, options);
    if (checked) this.processor.check();
    const allow = (start: number, end: number, mask: number): void => {
      this.memory.permissions.fill(mask, start >>> PAGE_SHIFT, end >>> PAGE_SHIFT);
    };
    allow(CODE, CODE + 0x10000, PERMISSION_READ | PERMISSION_EXECUTE);
    allow(DATA, STACK, PERMISSION_READ | PERMISSION_WRITE);
  }

  write(address: number, hex: string): void {
    this.memory.bytes.set(Buffer.from(hex.replaceAll(/[^0-9a-f]/g, ''), 'hex'), indexOf(address));
  }

  set(register: number, value: bigint): void {
    this.memory.view.setBigUint64(STATE + register * 8, BigInt.asUintN(64, value), true);
  }

  get(register: number): bigint {
    return this.memory.view.getBigUint64(STATE + register * 8, true);
  }

  get pointer(): number {
    return Number(this.memory.view.getBigUint64(STATE + INSTRUCTION_POINTER, true));
  }

  /** Runs from an address to a breakpoint. */
  run(address: number): void {
    this.memory.view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(address), true);
    const reason = this.processor.run();
    assert.is(reason, EXIT_EXCEPTION);
    assert.is(this.memory.view.getInt32(STATE + EXIT_DETAIL, true), BREAKPOINT);
  }
}

/** Each in the interpreter and translated, with checks and without. */
function each(name: string, body: (machine: Machine) => void): void {
  for (const checked of [false, true]) {
    for (const threshold of [0, 1, 100]) {
      test(`${name}, ${threshold === 0 ? 'interpreted' : `translated after ${threshold}`}${checked ? ', checked' : ''}`, () => body(new Machine({ threshold }, checked)));
    }
  }
}

each('a loop, long enough to be compiled for speed', (machine) => {
  // mov ecx,100000; xor eax,eax; L: add eax,ecx; dec ecx; jnz L; int3
  machine.write(CODE, 'b9a0860100 31c0 01c8 ffc9 75fa cc');
  for (let time = 0; time < 3; time++) {
    machine.run(CODE);
    assert.is(machine.get(RAX), BigInt.asUintN(32, 5000050000n));
    assert.is(machine.pointer, CODE + 14);
  }
});

each('recursion deeper than there are native frames for', (machine) => {
  // mov edi,20000; xor eax,eax; call F; int3; F: cmp edi,0; je R; dec edi; call F; inc eax; R: ret
  machine.write(CODE, 'bf204e0000 31c0 e801000000 cc 83ff00 7409 ffcf e8f4ffffff ffc0 c3');
  for (let time = 0; time < 3; time++) {
    machine.set(RSP, BigInt(STACK));
    machine.run(CODE);
    assert.is(machine.get(RAX), 20000n);
    assert.is(machine.get(RSP), BigInt(STACK));
  }
});

each("an interpreter's loop: jumps through a table", (machine) => {
  // movzx eax,[rsi]; inc rsi; jmp [rbx+rax*8]
  const next = '0fb606 48ffc6 ff24c3';
  const parts = [`4883c201 ${next}`, `4801d2 ${next}`, `4883ea03 ${next}`, `4889fe 48ffc9 7409 ${next} cc`, `90 ${next}`, `48f7d2 ${next}`];
  machine.write(CODE, next);
  for (const [index, part] of parts.entries()) {
    machine.write(CODE + 0x40 * (index + 1), part);
    machine.memory.view.setBigUint64(indexOf(DATA) + index * 8, BigInt(CODE + 0x40 * (index + 1)), true);
  }
  machine.write(DATA + 0x100, '00 01 02 04 05 00 03');
  const rounds = 30000;
  machine.set(RBX, BigInt(DATA));
  machine.set(RSI, BigInt(DATA + 0x100));
  machine.set(RDI, BigInt(DATA + 0x100));
  machine.set(RCX, BigInt(rounds));
  machine.set(RDX, 5n);
  machine.run(CODE);
  let expected = 5n;
  for (let round = 0; round < rounds; round++) expected = BigInt.asUintN(64, ~((expected + 1n) * 2n - 3n) + 1n);
  assert.is(machine.get(RDX), expected);
});

each('code that is replaced', (machine) => {
  // mov ecx,20000; L: mov eax,IMM; dec ecx; jnz L; call F; int3; F: add eax,1; ret
  const code = (value: string): string => `b9204e0000 b8${value} ffc9 75f7 e801000000 cc 83c001 c3`;
  for (const value of [1, 2, 77]) {
    machine.write(CODE, code(`${value.toString(16).padStart(2, '0')}000000`));
    machine.processor.forget(CODE, CODE + 0x1000);
    machine.set(RSP, BigInt(STACK));
    machine.run(CODE);
    machine.set(RSP, BigInt(STACK));
    machine.run(CODE);
    assert.is(machine.get(RAX), BigInt(value + 1));
  }
});

each('the tick flag ends loops', (machine) => {
  // L: inc eax; jmp L
  machine.write(CODE, 'ffc0 ebfc');
  const { view } = machine.memory;
  view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(CODE), true);
  for (let time = 0; time < 3; time++) {
    view.setInt32(STATE + TICK, 1, true);
    assert.is(machine.processor.run(), EXIT_TICK);
    assert.is(machine.pointer, CODE);
    view.setInt32(STATE + TICK, 0, true);
  }
});

each('numbers of 16 bytes, loaded behind stores of half of them', (machine) => {
  // L: add rax,rsi; mov [rdi],rax; movdqu xmm0,[rdi]; paddq xmm7,xmm0; movq [rdi+8],xmm0; paddq xmm7,[rdi]; mov [rdi+rdx*8],rsi; movdqu xmm1,[rdi+rdx*8-8];
  // paddq xmm7,xmm1; mov [rdi],rcx; add rdi,16; movdqu xmm1,[rdi]; movdqu xmm2,[rdi-16]; paddq xmm7,xmm1; paddq xmm7,xmm2; sub rdi,16; dec ecx; jnz L;
  // movdqu [rdi+64],xmm7; int3
  machine.write(
    CODE,
    '4801f0 488907 f30f6f07 660fd4f8 660fd64708 660fd43f 488934d7 f30f6f4cd7f8 660fd4f9 48890f ' +
      '4883c710 f30f6f0f f30f6f57f0 660fd4f9 660fd4fa 4883ef10 ffc9 75bb f30f7f7f40 cc',
  );
  const rounds = 500n;
  const step = 0x1_2345_6789n;
  // Signalling NaNs, whose bits a load must leave alone.
  const start = 0x7ff0_0000_0000_0001n;
  const sum = [0n, 0n];
  const memory = [0n, 0n, 7n, 9n];
  const addTo = (from: number): void => {
    for (const half of [0, 1]) sum[half]! += memory[from + half]!;
  };
  for (let count = rounds, value = start; count > 0n; count--) {
    memory[0] = value += step;
    addTo(0);
    memory[1] = memory[0];
    addTo(0);
    memory[1] = step;
    addTo(0);
    memory[0] = count;
    addTo(2);
    addTo(0);
  }
  machine.memory.bytes.fill(0, indexOf(DATA), indexOf(DATA) + 128);
  machine.memory.view.setBigUint64(indexOf(DATA) + 16, 7n, true);
  machine.memory.view.setBigUint64(indexOf(DATA) + 24, 9n, true);
  for (const [register, value] of [[RAX, start], [RSI, step], [RDI, BigInt(DATA)], [RDX, 1n], [RCX, rounds]] as const) machine.set(register, value);
  machine.run(CODE);
  const found = [64, 72].map((offset) => machine.memory.view.getBigUint64(indexOf(DATA) + offset, true));
  assert.equal(found, sum.map((half) => BigInt.asUintN(64, half)));
});

each('a system call that the kernel leaves at', (machine) => {
  // mov ecx,2000; L: dec ecx; jnz L; syscall; inc eax; int3
  machine.write(CODE, 'b9d0070000 ffc9 75fc 0f05 ffc0 cc');
  for (let time = 0; time < 3; time++) {
    machine.memory.view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(CODE), true);
    machine.set(RAX, 41n);
    assert.is(machine.processor.run(), EXIT_KERNEL);
    assert.is(machine.pointer, CODE + 11);
    assert.is(machine.get(RCX), BigInt(CODE + 11));
    machine.run(CODE + 11);
    assert.is(machine.get(RAX), 42n);
  }
});

each("writes over the emulator's own part of memory end the guest, nothing else", (machine) => {
  // mov edi,ADDRESS; mov ecx,8192; mov al,BYTE; rep stosb; mov ecx,10; L: dec ecx; jnz L; int3
  for (const [address, byte] of [['000080f0', 'ff'], ['000080f0', '00'], ['000040f0', 'f0'], ['000010f0', '0f'], ['000001f0', '5a'], ['000800f0', '01'], ['00f0fdff', '77']]) {
    machine.write(CODE, `bf${address} b900200000 b0${byte} f3aa b90a000000 ffc9 75fc cc`);
    machine.processor.forget(CODE, CODE + 0x1000);
    const { view } = machine.memory;
    view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(CODE), true);
    view.setInt32(STATE + TICK, 0, true);
    assert.ok(machine.processor.run() > 0);
    machine.processor.forget(0, 2 ** 32);
  }
});

test.run();
