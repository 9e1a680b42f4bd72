/** Cases on the emulated processor, in one of its configurations. */

import { EXACT_CONTROL, EXACT_FLAGS } from '../../emulator/cpu/float/mxcsr.ts';
import type { ProcessorContract } from '../../emulator/cpu/processor-contract.ts';
import {
  EXACT_FLOAT,
  EXIT_ADDRESS,
  EXIT_DETAIL,
  EXIT_EXCEPTION,
  EXIT_PAGE_FAULT,
  EXIT_TICK,
  FS_BASE,
  INSTRUCTION_POINTER,
  MXCSR,
  STATE_SIZE,
  TICK,
  X87_CONTROL,
  X87_REGISTERS,
  X87_STATUS,
  X87_TAGS,
  XMM,
} from '../../emulator/cpu/state.ts';
import { indexOf } from '../../emulator/memory/guest-memory.ts';
import { CPU_STATE, PAGE_SHIFT, PERMISSION_EXECUTE, PERMISSION_READ, PERMISSION_WRITE } from '../../emulator/memory/layout.ts';
import {
  CODE,
  CODE_SIZE,
  type Case,
  ENDLESS,
  FLAGS,
  FLOATING,
  FLOATING_MXCSR,
  FLOATING_STACK,
  FLOATING_XMM,
  MachineState,
  type Outcome,
  type Patch,
  READ_ONLY,
  SEGMENT_BASES,
  WINDOW,
  WINDOW_SIZE,
  WRITABLE,
} from './native-executor.ts';

const STATE = indexOf(CPU_STATE);
const CODE_INDEX = indexOf(CODE);
const PRISTINE_CODE = new Uint8Array(CODE_SIZE).fill(0xcc);
const WINDOW_INDEX = indexOf(WINDOW);
/** How often the tick flag may end a case before that is taken for one without an end. */
const TICKS = 1000;

/** A configuration of the processor, and what can be expected of it. */
export interface Configuration {
  readonly name: string;
  /** Accesses are checked: faults are exact. */
  readonly checked: boolean;
  /** The translator is to translate all code at once. */
  readonly translated: boolean;
  /** The tick flag is set when the processor starts. */
  readonly ticks: boolean;
  /** Floating point is exact about MXCSR. */
  readonly exact: boolean;
}

/** How many cases a processor is used for: each takes a place among the translated functions. */
const CASES_OF_A_PROCESSOR = 10000;

export class EmulatedExecutor {
  readonly configuration: Configuration;
  readonly #make: () => ProcessorContract;
  readonly #contents: Uint8Array;
  readonly #pristine: Uint8Array;
  readonly #pristineWords: Int32Array;
  #processor!: ProcessorContract;
  #window!: Uint8Array;
  #code!: Uint8Array;
  #words!: Int32Array;
  #left = 0;

  constructor(configuration: Configuration, make: () => ProcessorContract, contents: Uint8Array) {
    this.configuration = configuration;
    this.#make = make;
    this.#contents = contents;
    this.#pristine = contents.slice(0, WRITABLE);
    this.#pristineWords = new Int32Array(this.#pristine.buffer);
  }

  #renew(): void {
    this.#left = CASES_OF_A_PROCESSOR;
    const processor = this.#make();
    this.#processor = processor;
    const { bytes, buffer, permissions } = processor.memory;
    this.#window = bytes.subarray(WINDOW_INDEX, WINDOW_INDEX + WRITABLE);
    this.#words = new Int32Array(buffer, WINDOW_INDEX, WRITABLE / 4);
    this.#code = bytes.subarray(CODE_INDEX, CODE_INDEX + CODE_SIZE);
    bytes.set(this.#contents, WINDOW_INDEX);
    bytes.fill(0xcc, CODE_INDEX, CODE_INDEX + CODE_SIZE);
    permissions.fill(PERMISSION_READ | PERMISSION_WRITE | PERMISSION_EXECUTE, CODE >>> PAGE_SHIFT, (CODE + CODE_SIZE) >>> PAGE_SHIFT);
    permissions.fill(PERMISSION_READ | PERMISSION_WRITE, WINDOW >>> PAGE_SHIFT, (WINDOW + WRITABLE) >>> PAGE_SHIFT);
    permissions.fill(PERMISSION_READ, (WINDOW + READ_ONLY) >>> PAGE_SHIFT, (WINDOW + WINDOW_SIZE) >>> PAGE_SHIFT);
    // Programs set the tick flag themselves.
    permissions[CPU_STATE >>> PAGE_SHIFT] = PERMISSION_READ | PERMISSION_WRITE;
    if (this.configuration.checked) processor.check();
  }

  /** Executes a case. */
  execute({ address, code, state, patches }: Case): Outcome {
    if (this.#left-- === 0) this.#renew();
    const { bytes, view } = this.#processor.memory;
    const at = CODE_INDEX + address - CODE;
    bytes.set(code, at);
    this.#processor.forget(address, address + code.length);
    for (const patch of patches) this.#window.set(patch.bytes, patch.offset);
    this.#load(address, state);
    let reason = EXIT_TICK;
    for (let runs = 0; reason === EXIT_TICK && runs < TICKS; runs++) {
      view.setInt32(STATE + TICK, this.configuration.ticks && runs === 0 ? 1 : 0, true);
      reason = this.#processor.run();
    }
    const detail = view.getUint32(STATE + EXIT_DETAIL, true);
    const vector = reason === EXIT_PAGE_FAULT ? 14 : reason === EXIT_EXCEPTION ? detail : ENDLESS;
    const outcome: Outcome = {
      vector,
      instruction: Number(view.getBigUint64(STATE + INSTRUCTION_POINTER, true)),
      fault: reason === EXIT_PAGE_FAULT ? view.getBigUint64(STATE + EXIT_ADDRESS, true) : 0n,
      state: this.#store(),
      changes: this.#changes(),
    };
    bytes.fill(0xcc, at, at + code.length);
    this.#processor.forget(address, address + code.length);
    // A bit that is far from its address may have been one of code.
    if (Buffer.compare(this.#code, PRISTINE_CODE) !== 0) {
      this.#code.set(PRISTINE_CODE);
      this.#processor.forget(CODE, CODE + CODE_SIZE);
    }
    return outcome;
  }

  #load(address: number, { bytes: from, view: source, flags }: MachineState): void {
    const { bytes, view } = this.#processor.memory;
    bytes.fill(0, STATE, STATE + STATE_SIZE);
    bytes.set(from.subarray(0, 128), STATE);
    bytes.set(from.subarray(SEGMENT_BASES, SEGMENT_BASES + 16), STATE + FS_BASE);
    view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(address), true);
    this.#processor.setFlags(flags);
    view.setUint32(STATE + MXCSR, source.getUint32(FLOATING_MXCSR, true), true);
    view.setUint32(STATE + EXACT_FLOAT, this.configuration.exact ? EXACT_CONTROL | EXACT_FLAGS : 0, true);
    bytes.set(from.subarray(FLOATING_XMM, FLOATING_XMM + 256), STATE + XMM);
    bytes.set(from.subarray(FLOATING, FLOATING + 2), STATE + X87_CONTROL);
    bytes.set(from.subarray(FLOATING + 2, FLOATING + 4), STATE + X87_STATUS);
    bytes[STATE + X87_TAGS] = from[FLOATING + 4]!;
    const top = (source.getUint16(FLOATING + 2, true) >> 11) & 7;
    for (let register = 0; register < 8; register++) {
      const image = FLOATING_STACK + register * 16;
      bytes.set(from.subarray(image, image + 10), STATE + X87_REGISTERS + ((top + register) & 7) * 16);
    }
  }

  #store(): MachineState {
    const { bytes, view } = this.#processor.memory;
    const state = new MachineState();
    const { bytes: into, view: destination } = state;
    into.set(bytes.subarray(STATE, STATE + 128));
    into.set(bytes.subarray(STATE + FS_BASE, STATE + FS_BASE + 16), SEGMENT_BASES);
    destination.setUint32(FLAGS, this.#processor.flags(), true);
    into.set(bytes.subarray(STATE + X87_CONTROL, STATE + X87_CONTROL + 2), FLOATING);
    into.set(bytes.subarray(STATE + X87_STATUS, STATE + X87_STATUS + 2), FLOATING + 2);
    into[FLOATING + 4] = bytes[STATE + X87_TAGS]!;
    destination.setUint32(FLOATING_MXCSR, view.getUint32(STATE + MXCSR, true), true);
    into.set(bytes.subarray(STATE + XMM, STATE + XMM + 256), FLOATING_XMM);
    const top = (view.getUint16(STATE + X87_STATUS, true) >> 11) & 7;
    for (let register = 0; register < 8; register++) {
      const at = STATE + X87_REGISTERS + ((top + register) & 7) * 16;
      into.set(bytes.subarray(at, at + 10), FLOATING_STACK + register * 16);
    }
    return state;
  }

  /** What differs from the first contents, word by word, and undoes it. */
  #changes(): Patch[] {
    const changes: Patch[] = [];
    if (Buffer.compare(this.#window, this.#pristine) === 0) return changes;
    const now = this.#words;
    const then = this.#pristineWords;
    for (let at = 0; at < now.length; at += 2) {
      if (now[at] === then[at] && now[at + 1] === then[at + 1]) continue;
      const first = at;
      while (at < now.length && (now[at] !== then[at] || now[at + 1] !== then[at + 1])) at += 2;
      changes.push({ offset: first * 4, bytes: this.#window.slice(first * 4, at * 4) });
      this.#window.set(this.#pristine.subarray(first * 4, at * 4), first * 4);
    }
    return changes;
  }
}
