/** A WebAssembly module, put together and encoded: what the interpreter and translated code are made with. */

import { ByteBuffer } from './byte-buffer.ts';
import { FunctionBuilder } from './function-builder.ts';
import { FUNCREF, type ValueType } from './opcodes.ts';

/** How large a memory (in pages of 64 KiB) or a table may be. */
export interface Limits {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

function writeLimits(out: ByteBuffer, { initial, maximum, shared }: Limits): void {
  out.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
  out.u32(initial);
  if (maximum !== undefined) out.u32(maximum);
}

/** A vector of the binary format: a count, and what was written. */
class Section {
  readonly body = new ByteBuffer(64);
  count = 0;

  entry(): ByteBuffer {
    this.count++;
    return this.body;
  }
}

export class ModuleBuilder {
  readonly #types = new Section();
  readonly #typeNumbers = new Map<string, number>();
  readonly #parameterCounts: number[] = [];
  readonly #imports = new Section();
  readonly #functions = new Section();
  readonly #tables = new Section();
  readonly #memories = new Section();
  readonly #globals = new Section();
  readonly #exports = new Section();
  readonly #elements = new Section();
  readonly #data = new Section();
  readonly #code: FunctionBuilder[] = [];
  readonly #counts = { function: 0, table: 0, memory: 0, global: 0 };

  /** The number of a function type; the same for the same type. */
  type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}:${results.join()}`;
    const known = this.#typeNumbers.get(key);
    if (known !== undefined) return known;
    const out = this.#types.entry();
    out.byte(0x60);
    for (const list of [parameters, results]) {
      out.u32(list.length);
      for (const type of list) out.byte(type);
    }
    const number = this.#types.count - 1;
    this.#typeNumbers.set(key, number);
    this.#parameterCounts.push(parameters.length);
    return number;
  }

  /** Imports are numbered before what the module has itself, so they come first. */
  #import(kind: keyof typeof KIND, module: string, name: string, own: Section): ByteBuffer {
    if (own.count > 0) throw new Error(`import of ${name}: the module has a ${kind} of its own already`);
    this.#counts[kind]++;
    const out = this.#imports.entry();
    out.name(module);
    out.name(name);
    out.byte(KIND[kind]);
    return out;
  }

  importFunction(module: string, name: string, type: number): number {
    this.#import('function', module, name, this.#functions).u32(type);
    return this.#counts.function - 1;
  }

  importMemory(module: string, name: string, limits: Limits): number {
    writeLimits(this.#import('memory', module, name, this.#memories), limits);
    return this.#counts.memory - 1;
  }

  importTable(module: string, name: string, limits: Limits): number {
    const out = this.#import('table', module, name, this.#tables);
    out.byte(FUNCREF);
    writeLimits(out, limits);
    return this.#counts.table - 1;
  }

  importGlobal(module: string, name: string, type: ValueType, mutable: boolean): number {
    const out = this.#import('global', module, name, this.#globals);
    out.byte(type);
    out.byte(mutable ? 1 : 0);
    return this.#counts.global - 1;
  }

  /** A function of the module: its number, and where its code goes. */
  function(type: number): { readonly number: number; readonly code: FunctionBuilder } {
    const parameters = this.#parameterCounts[type];
    if (parameters === undefined) throw new Error(`no function type ${type}`);
    this.#functions.entry().u32(type);
    const code = new FunctionBuilder(parameters);
    this.#code.push(code);
    return { number: this.#counts.function++, code };
  }

  table(limits: Limits): number {
    const out = this.#tables.entry();
    out.byte(FUNCREF);
    writeLimits(out, limits);
    return this.#counts.table++;
  }

  memory(limits: Limits): number {
    writeLimits(this.#memories.entry(), limits);
    return this.#counts.memory++;
  }

  /** A global of 32 bits. */
  global(type: ValueType, mutable: boolean, value: number): number {
    const out = this.#globals.entry();
    out.byte(type);
    out.byte(mutable ? 1 : 0);
    switch (type) {
      case 0x7f:
        out.byte(0x41);
        out.s32(value);
        break;
      case 0x7e:
        out.byte(0x42);
        out.s64(value, value >> 31);
        break;
      case 0x7d:
        out.byte(0x43);
        out.f32(value);
        break;
      case 0x7c:
        out.byte(0x44);
        out.f64(value);
        break;
      default:
        throw new Error(`a global of type ${type}`);
    }
    out.byte(0x0b);
    return this.#counts.global++;
  }

  export(kind: keyof typeof KIND, name: string, number: number): void {
    const out = this.#exports.entry();
    out.name(name);
    out.byte(KIND[kind]);
    out.u32(number);
  }

  /** Puts functions into table 0, from an entry on, when the module is instantiated. */
  element(from: number, functions: readonly number[]): void {
    const out = this.#elements.entry();
    out.u32(0);
    out.byte(0x41);
    out.s32(from);
    out.byte(0x0b);
    out.u32(functions.length);
    for (const number of functions) out.u32(number);
  }

  /** Puts bytes into memory 0, from an index on, when the module is instantiated. */
  data(from: number, bytes: Uint8Array): void {
    const out = this.#data.entry();
    out.u32(0);
    out.byte(0x41);
    out.s32(from);
    out.byte(0x0b);
    out.u32(bytes.length);
    out.append(bytes);
  }

  /** The module's bytes. */
  encode(): Uint8Array {
    const code = new Section();
    for (const builder of this.#code) builder.finish(code.entry());
    const out = new ByteBuffer(1024);
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
    const length = new ByteBuffer(8);
    const sections: readonly (readonly [number, Section])[] = [
      [1, this.#types],
      [2, this.#imports],
      [3, this.#functions],
      [4, this.#tables],
      [5, this.#memories],
      [6, this.#globals],
      [7, this.#exports],
      [9, this.#elements],
      [10, code],
      [11, this.#data],
    ];
    for (const [id, { body, count }] of sections) {
      if (count === 0) continue;
      length.length = 0;
      length.u32(count);
      out.byte(id);
      out.u32(length.length + body.length);
      out.append(length.view());
      out.append(body.view());
    }
    return out.view().slice();
  }
}
