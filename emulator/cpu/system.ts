/** Instructions that are done in JavaScript: what is rare, or has no likeness in WebAssembly. They work on the state in memory. */

import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE, PERMISSION_READ, PERMISSION_WRITE } from '../memory/layout.ts';
import type { Import } from './interpreter/runtime.ts';
import { ExactSse } from './float/exact-sse.ts';
import { type Execute, x87Function } from './float/x87-function.ts';
import { X87 } from './float/x87.ts';
import { X87Images, isOfState } from './float/x87-images.ts';
import { CPUID, RDTSC } from './form-numbers.ts';
import { FORMS } from './forms.ts';
import { cpuid } from './identity.ts';
import {
  EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, FLAGS_BITS, FLAG_FIRST, FLAG_KIND, FS_BASE, GS_BASE, SCRATCH_REGISTER, ZERO,
} from './state.ts';

const STATE = indexOf(CPU_STATE);
const RAX = STATE;
const RCX = STATE + 8;
const RDX = STATE + 16;
const RBX = STATE + 24;
const RSP = STATE + 32;
const RBP = STATE + 40;
const SIGN_64 = 1n << 63n;

/** The selectors that Linux's user mode may load: none, and data. */
const LOADABLE = new Set([0, 1, 2, 3, 0x2b]);
const GENERAL_PROTECTION = 13;
const INVALID_OPCODE = 6;
const DIVIDE_ERROR = 0;

export class System {
  /** The interpreter's function of that name. */
  flags: () => number = () => 0;
  /** Which processor this is, of how many. */
  cpu = 0;
  cpuCount = 1;
  #made: X87 | undefined;
  #images: X87Images | undefined;
  #fastX87: Execute | undefined;
  #madeExact: ExactSse | undefined;
  #isChecked = false;
  readonly #memory: GuestMemory;
  readonly #registers = new Int32Array(4);

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  // Many programs do without these.

  get #x87(): X87 {
    if (!this.#made) {
      this.#made = new X87(this.#memory);
      this.#made.checked = this.#isChecked;
    }
    return this.#made;
  }

  get #exact(): ExactSse {
    if (!this.#madeExact) {
      this.#madeExact = new ExactSse(this.#memory);
      this.#madeExact.checked = this.#isChecked;
    }
    return this.#madeExact;
  }

  #makeFastX87(): Execute {
    const x87 = this.#x87;
    return (this.#fastX87 = x87Function(this.#memory, (form, address, register, size) => x87.execute(form, address >>> 0, register, size)));
  }

  /** The x87's function itself, once it was used: code that is made from then on calls it without a way through JavaScript. */
  get x87Function(): Execute | undefined {
    return this.#fastX87;
  }

  /** From now on accesses are checked. */
  check(): void {
    this.#isChecked = true;
    if (this.#made) this.#made.checked = true;
    if (this.#madeExact) this.#madeExact.checked = true;
  }

  /** The functions that generated code calls. */
  imports(): Partial<Record<Import, (...args: number[]) => number>> {
    return {
      x87: (form, address, register, size) => {
        // The dynamic linker saves all registers, in programs that never compute with them.
        if (!this.#fastX87 && isOfState(form!)) return (this.#images ??= new X87Images(this.#memory)).execute(form!, address! >>> 0, size!, this.#isChecked);
        return (this.#fastX87 ?? this.#makeFastX87())(form!, address!, register!, size!);
      },
      exact: (form, destination, source, address, immediate, size) => this.#exact.execute(form!, destination!, source!, address! >>> 0, immediate!, size!),
      system: (form, value) => this.#system(form!, value!),
      divide: (isSigned) => this.#divide(isSigned === 1),
    };
  }

  #exception(vector: number): number {
    this.#memory.view.setInt32(STATE + EXIT_DETAIL, vector, true);
    return EXIT_EXCEPTION;
  }

  /** RDX:RAX by the scratch register. */
  #divide(isSigned: boolean): number {
    const { view } = this.#memory;
    const divisor = isSigned ? view.getBigInt64(STATE + SCRATCH_REGISTER * 8, true) : view.getBigUint64(STATE + SCRATCH_REGISTER * 8, true);
    const high = isSigned ? view.getBigInt64(RDX, true) : view.getBigUint64(RDX, true);
    const dividend = (high << 64n) | view.getBigUint64(RAX, true);
    const quotient = dividend / divisor;
    if (isSigned ? quotient >= SIGN_64 || quotient < -SIGN_64 : quotient >= 1n << 64n) return this.#exception(DIVIDE_ERROR);
    view.setBigInt64(RAX, quotient, true);
    view.setBigInt64(RDX, dividend % divisor, true);
    return 0;
  }

  #identify(): number {
    const { view } = this.#memory;
    cpuid(this.#registers, view.getInt32(RAX, true), view.getInt32(RCX, true), this.cpu, this.cpuCount);
    for (const [index, at] of [RAX, RBX, RCX, RDX].entries()) view.setBigUint64(at, BigInt(this.#registers[index]! >>> 0), true);
    return 0;
  }

  #tellTime(): number {
    const { view } = this.#memory;
    const now = process.hrtime.bigint();
    view.setBigUint64(RAX, now & 0xffffffffn, true);
    view.setBigUint64(RDX, (now >> 32n) & 0xffffffffn, true);
    return 0;
  }

  #system(form: number, value: number): number {
    // What every program asks: the forms need not be loaded for it.
    if (form === CPUID) return this.#identify();
    if (form === RDTSC) return this.#tellTime();
    const { mnemonics, operands } = FORMS[form]!;
    switch (mnemonics[0]) {
      case 'mov':
      case 'pop': {
        const segment = operands[0]!.place === 'S' ? FORMS[form]!.reg : operands[0]!.register === 'FS' ? 4 : 5;
        return this.#loadSegment(segment, value);
      }
      case 'enter':
        return this.#enter((value >>> 8) & 0xffff, value & 31, value >>> 24);
      case 'lar':
      case 'lsl':
      case 'verr':
      case 'verw':
        return this.#describeSegment();
      default:
        return this.#exception(INVALID_OPCODE);
    }
  }

  #loadSegment(segment: number, selector: number): number {
    // The stack segment has to be one.
    if (!LOADABLE.has(selector) || (segment === 2 && selector !== 0x2b)) return this.#exception(GENERAL_PROTECTION);
    const { view } = this.#memory;
    if (segment === 4) view.setBigUint64(STATE + FS_BASE, 0n, true);
    if (segment === 5) view.setBigUint64(STATE + GS_BASE, 0n, true);
    return 0;
  }

  /** No descriptor can be seen: the zero flag is cleared. */
  #describeSegment(): number {
    const { view } = this.#memory;
    view.setBigUint64(STATE + FLAG_FIRST, BigInt(this.flags() & ~ZERO), true);
    view.setInt32(STATE + FLAG_KIND, FLAGS_BITS, true);
    return 0;
  }

  /** A frame with levels: pointers to the frames around it are copied, one by one, up to an access that fails. */
  #enter(space: number, level: number, size: number): number {
    const { view } = this.#memory;
    const frame = view.getBigUint64(RBP, true);
    const step = BigInt(size);
    let top = view.getBigUint64(RSP, true);
    const push = (value: bigint): boolean => {
      if (!this.#accessible(top - step, size, PERMISSION_WRITE)) return false;
      top -= step;
      const at = indexOf(Number(top));
      if (size === 8) view.setBigUint64(at, value, true);
      else view.setUint16(at, Number(value & 0xffffn), true);
      return true;
    };
    if (!push(frame)) return EXIT_PAGE_FAULT;
    const made = top;
    for (let index = 1; index < level; index++) {
      const from = frame - step * BigInt(index);
      if (!this.#accessible(from, size, PERMISSION_READ)) return EXIT_PAGE_FAULT;
      const at = indexOf(Number(from));
      if (!push(size === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint16(at, true)))) return EXIT_PAGE_FAULT;
    }
    if (level > 0 && !push(made)) return EXIT_PAGE_FAULT;
    top -= BigInt(space);
    // The processor looks whether the frame's end can be written.
    if (!this.#accessible(top, size, PERMISSION_WRITE)) return EXIT_PAGE_FAULT;
    if (size === 8) view.setBigUint64(RBP, made, true);
    else view.setUint16(RBP, Number(made & 0xffffn), true);
    view.setBigUint64(RSP, BigInt.asUintN(64, top), true);
    return 0;
  }

  /** Whether an access is allowed; where not, the state says where it fails. */
  #accessible(address: bigint, size: number, permission: number): boolean {
    const memory = this.#memory;
    const at = Number(BigInt.asUintN(64, address));
    const allowed = memory.allowed(at, size, permission);
    if (allowed >= size) return true;
    memory.view.setBigUint64(STATE + EXIT_ADDRESS, BigInt.asUintN(64, address) + BigInt(allowed), true);
    memory.view.setInt32(STATE + EXIT_DETAIL, permission, true);
    return false;
  }
}
