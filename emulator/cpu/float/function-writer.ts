/** A WebAssembly function that is written with expressions: what the few functions by hand need. */

import type { FunctionBuilder, Label } from '../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { Op, type ValueType } from '../../wasm/opcodes.ts';
import { type Node, emit, local } from '../emit/expression.ts';

export class FunctionWriter {
  /** Its number in the module. */
  readonly number: number;
  readonly code: FunctionBuilder;

  constructor(module: ModuleBuilder, parameters: readonly ValueType[], results: readonly ValueType[]) {
    const { number, code } = module.function(module.type(parameters, results));
    this.number = number;
    this.code = code;
  }

  parameter(number: number, type: ValueType): Node {
    return local(number, type);
  }

  /** Computes a value now, and keeps it. */
  let(value: Node): Node {
    const number = this.code.local(value.type);
    emit(this.code, value);
    this.code.set(number);
    return local(number, value.type);
  }

  /** Gives a kept value another. */
  set(kept: Node, value: Node): void {
    emit(this.code, value);
    this.code.set(kept.low);
  }

  drop(value: Node): void {
    emit(this.code, value);
    this.code.op(Op.drop);
  }

  store(code: number, address: Node, value: Node, offset = 0): void {
    emit(this.code, address);
    emit(this.code, value);
    this.code.memory(code, offset);
  }

  if(condition: Node, then: () => void, otherwise?: () => void): void {
    emit(this.code, condition);
    const label = this.code.if();
    then();
    if (otherwise) {
      this.code.else();
      otherwise();
    }
    this.code.end(label);
  }

  /** A loop that ends unless `again` is called at its end. */
  loop(body: (again: (condition?: Node) => void) => void): void {
    const label = this.code.loop();
    body((condition) => this.#branch(label, condition));
    this.code.end(label);
  }

  /** Code that `leave` leaves before its end. */
  block(body: (leave: (condition?: Node) => void) => void): void {
    const label = this.code.block();
    body((condition) => this.#branch(label, condition));
    this.code.end(label);
  }

  #branch(label: Label, condition: Node | undefined): void {
    if (!condition) {
      this.code.br(label);
      return;
    }
    emit(this.code, condition);
    this.code.brIf(label);
  }

  return(value: Node): void {
    emit(this.code, value);
    this.code.op(Op.return);
  }

  /** All paths have returned. */
  end(): void {
    this.code.op(Op.unreachable);
  }
}
