/** An address space in which one floating-point instruction is executed as float-processor.c does it, so that both can be compared. */

import { setArithmeticFlags } from '../../emulator/cpu/float/arithmetic-flags.ts';
import { ExactSse } from '../../emulator/cpu/float/exact-sse.ts';
import { type Execute, x87Function } from '../../emulator/cpu/float/x87-function.ts';
import { X87 } from '../../emulator/cpu/float/x87.ts';
import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { ARITHMETIC_FLAGS, FLAG_FIRST, FLAG_KIND, INSTRUCTION_POINTER } from '../../emulator/cpu/state.ts';
import { GuestMemory, indexOf } from '../../emulator/memory/guest-memory.ts';
import { CPU_STATE } from '../../emulator/memory/layout.ts';
import { CODE, type FloatState, MEMORY_SIZE, OPERAND, type Request } from './float-processor.ts';

/** Where the images of all state are exchanged. */
const IMAGE = 0x31000000;
const STATE = indexOf(CPU_STATE);

const formNamed = (name: string): number => FORMS.find(({ mnemonics }) => mnemonics[0] === name)!.id;
const fxsave = formNamed('fxsave');
const fxrstor = formNamed('fxrstor');

export class FloatMachine {
  readonly memory: GuestMemory = new GuestMemory();
  readonly x87: X87 = new X87(this.memory);
  /** What generated code calls: the simple part in WebAssembly, and behind it the x87. */
  readonly fast: Execute = x87Function(this.memory, (form, address, register, size) =>
    this.x87.execute(form, address >>> 0, register, size),
  );
  readonly sse: ExactSse = new ExactSse(this.memory);

  /** Makes everything as a request has it. */
  load(request: Request): void {
    const { bytes, view } = this.memory;
    bytes.set(request.code, indexOf(CODE));
    bytes.set(request.memory, indexOf(OPERAND));
    bytes.set(request.image, indexOf(IMAGE));
    if (this.x87.execute(fxrstor, IMAGE, 0, 8) !== 0) throw new Error('fxrstor');
    view.setBigUint64(STATE, request.rax, true);
    view.setUint32(STATE + INSTRUCTION_POINTER, CODE, true);
    setArithmeticFlags(this.memory, request.flags & ARITHMETIC_FLAGS);
  }

  /** How everything is now; of the flags, the arithmetic ones. */
  state(): FloatState {
    const { bytes, view } = this.memory;
    if (this.x87.execute(fxsave, IMAGE, 0, 8) !== 0) throw new Error('fxsave');
    if (view.getInt32(STATE + FLAG_KIND, true) !== 0) throw new Error('flags are not bits');
    const copy = (address: number, length: number): Buffer => Buffer.from(bytes.slice(indexOf(address), indexOf(address) + length));
    return {
      rax: view.getBigUint64(STATE, true),
      flags: view.getUint32(STATE + FLAG_FIRST, true),
      image: copy(IMAGE, 512),
      memory: copy(OPERAND, MEMORY_SIZE),
    };
  }
}

export const hex = (bytes: Iterable<number>): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** What differs between two outcomes, as text. */
export class Differences {
  readonly found: string[] = [];

  compare(what: string, ours: string | number, theirs: string | number): void {
    if (ours !== theirs) this.found.push(`${what} ${ours} is ${theirs}`);
  }

  bytes(what: string, ours: Buffer, theirs: Buffer): void {
    const first = ours.findIndex((byte, index) => byte !== theirs[index]);
    if (first >= 0) this.compare(`${what}+${first}`, hex(ours.subarray(first, first + 16)), hex(theirs.subarray(first, first + 16)));
  }
}

/** The bytes of a form whose memory operand is at rdi, or with registers in ModRM. */
export function codeOf(form: Form, inMemory: boolean, reg: number, rm: number, size: number, immediate?: number): Uint8Array {
  const bytes: number[] = [];
  if (form.prefix === '66') bytes.push(0x66);
  if (form.prefix === 'F3') bytes.push(0xf3);
  if (form.prefix === 'F2') bytes.push(0xf2);
  if (form.prefix === 'any' && size === 2 && form.sizeRule === 'word') bytes.push(0x66);
  const wide = size === 8 && form.sizeRule === 'double' ? 8 : 0;
  const rex = 0x40 | wide | (reg > 7 ? 4 : 0) | (!inMemory && rm > 7 ? 1 : 0);
  if (rex !== 0x40) bytes.push(rex);
  if (form.map > 0) bytes.push(0x0f);
  if (form.map > 1) bytes.push(form.map === 2 ? 0x38 : 0x3a);
  bytes.push(form.opcode);
  if (form.hasModRM) {
    const field = form.reg >= 0 ? form.reg : reg & 7;
    bytes.push((inMemory ? 7 : 0xc0 | (form.rm >= 0 ? form.rm : rm & 7)) | (field << 3));
  }
  if (immediate !== undefined) bytes.push(immediate);
  return Uint8Array.from(bytes);
}
