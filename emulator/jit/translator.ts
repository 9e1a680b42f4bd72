/**
 * Writes a region as one WebAssembly function, in a module of its own. The function is given its address, how deep calls are and where its caller expects
 * it to return to; it returns where to go on, or 0 when there is a reason to leave, which is in the state.
 */

import { type Node, add, and, call, emit, eq, eqz, gtS, i32, i64, load, local, ne, or, shrU, sub, unsigned64, wrap } from '../cpu/emit/expression.ts';
import { FLAGS, type FlagSource } from '../cpu/emit/flags.ts';
import { replacedFlags, usedFlags } from '../cpu/flag-effects.ts';
import { EXECUTED, importForTranslated, STATE_INDEX } from '../cpu/interpreter/runtime.ts';
import { FORM, RECORD_WORDS } from '../cpu/record.ts';
import { SEMANTICS } from '../cpu/semantics/registry.ts';
import { x87 } from '../cpu/semantics/system.ts';
import { ARITHMETIC_FLAGS, EXACT_FLOAT, TICK } from '../cpu/state.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { I32, I64, Memory, Op } from '../wasm/opcodes.ts';
import { reversePostorder, predecessorsOf } from './flow-graph.ts';
import { END, NODE, OPEN_LOOP } from './layout.ts';
import { liveness } from './liveness.ts';
import type { Region, RegionBlock } from './region.ts';
import { touchedRegisters, writtenRegisters } from './register-use.ts';
import { FALLS_THROUGH, type Plan, structure } from './structure.ts';
import { DEPTH, NOW_DROPPED, NO_VECTOR, type Outside, TranslatorEmitter } from './translator-emitter.ts';

/** What the translator has to know of the rest of the world. */
export interface Surroundings {
  readonly checked: boolean;
  /** How deep calls may be. */
  readonly depthLimit: number;
  /** Whether the instructions that are executed are counted. */
  readonly counts: boolean;
  /** Whether there is a translated function of that address, which is then to be imported by its name: `functionName`. */
  isTranslated(address: number): boolean;
  /** Flags that code at an address may look at. */
  flagsAt(address: number): number;
}

/** Whether somebody wants the code to be left. */
const TICK_FLAG = load(Memory.i32Load, I32, i32(0), STATE_INDEX + TICK);

/** More jumps through a register than that are told apart by a table, if they are not too far from each other. */
const FEW_TARGETS = 4;
const WIDEST_TABLE = 8192;

/** Whether a block calls a function that is not part of the region. */
const isPlainCall = ({ ending, taken, table }: RegionBlock): boolean => (ending === 'calls' && taken < 0) || (ending === 'calls through' && table.length === 0);

/** Registers that may differ from memory where each block begins. */
function dirtyRegisters(region: Region, written: Int32Array): Int32Array {
  const { blocks } = region;
  const dirty = new Int32Array(blocks.length);
  let changed = true;
  while (changed) {
    changed = false;
    for (let number = 0; number < blocks.length; number++) {
      const block = blocks[number]!;
      const out = isPlainCall(block) ? 0 : dirty[number]! | written[number]!;
      for (const next of block.successors) {
        if ((out & ~dirty[next]!) === 0) continue;
        dirty[next]! |= out;
        changed = true;
      }
    }
  }
  return dirty;
}

/** What calls of other functions lead to. */
interface Callees {
  /** Functions of known addresses, and tables of one entry that have them. */
  readonly functions: ReadonlyMap<number, number>;
  readonly tables: ReadonlyMap<number, number>;
  /** Their type. */
  readonly type: number;
}

class RegionWriter {
  readonly #region: Region;
  readonly #plan: Plan;
  readonly #t: TranslatorEmitter;
  readonly #code: FunctionBuilder;
  readonly #surroundings: Surroundings;
  readonly #labels: Label[] = [];
  /** Flags that are looked at behind and before each block. */
  readonly #live: Int32Array;
  readonly #liveIn: Int32Array;
  readonly #touched: number;
  /** By block, whether flags that it may look at have to be in the local variable or in the state when it begins. */
  readonly #wantsWord: Uint8Array;
  readonly #wantsStored: Uint8Array;
  readonly #dirty: Int32Array;
  readonly #sources: (readonly FlagSource[] | undefined)[] = [];
  readonly #parent: Int32Array;
  /** Functions that can be called, and tables that have one, by address. */
  readonly #functions: ReadonlyMap<number, number>;
  readonly #tables: ReadonlyMap<number, number>;
  readonly #type: number;
  readonly #unsuited: number;
  /** A local with the flags where blocks meet, one with where a jump through a register goes, and one for dispatchers. */
  #word = -1;
  #target: Node = i32(0);
  #selector = -1;
  #block!: RegionBlock;
  #number = 0;

  constructor(region: Region, t: TranslatorEmitter, code: FunctionBuilder, outside: Outside, callees: Callees, surroundings: Surroundings) {
    this.#region = region;
    this.#t = t;
    this.#code = code;
    this.#unsuited = outside.imports.unsuited;
    this.#functions = callees.functions;
    this.#tables = callees.tables;
    this.#type = callees.type;
    this.#surroundings = surroundings;
    const { blocks, records, graph } = region;
    this.#plan = structure(graph);
    const order = reversePostorder(graph);
    const predecessors = predecessorsOf(graph, order);
    const count = blocks.length;
    const uses = new Int32Array(count);
    const definitions = new Int32Array(count);
    const leaving = new Int32Array(count);
    const lookedAt = new Int32Array(count);
    const written = new Int32Array(count);
    let touched = 0;
    for (let number = 0; number < count; number++) {
      const block = blocks[number]!;
      let use = 0;
      let defined = 0;
      for (let index = 0; index < block.count; index++) {
        const record = block.record + index * RECORD_WORDS;
        const form = records[record + FORM]!;
        use |= usedFlags(form) & ~defined;
        defined |= replacedFlags(records, record);
        touched |= touchedRegisters(records, record);
        written[number]! |= writtenRegisters(records, record);
      }
      lookedAt[number] = use;
      let out = 0;
      switch (block.ending) {
        case 'branches':
          if (block.taken < 0) out |= surroundings.flagsAt(block.target);
          if (block.next < 0) out |= surroundings.flagsAt(block.end);
          break;
        case 'jumps':
          if (block.taken < 0) out |= surroundings.flagsAt(block.target);
          break;
        case 'falls':
          if (block.next < 0) out |= surroundings.flagsAt(block.end);
          break;
        case 'calls':
          if (block.taken >= 0) break;
          use |= surroundings.flagsAt(block.target) & ~defined;
          defined = ARITHMETIC_FLAGS;
          break;
        case 'calls through':
        case 'jumps through':
          use |= ARITHMETIC_FLAGS & ~defined;
          defined = ARITHMETIC_FLAGS;
          break;
        case 'dispatches':
          // They are in memory.
          defined = ARITHMETIC_FLAGS;
          break;
        default:
          out = ARITHMETIC_FLAGS;
      }
      uses[number] = use;
      definitions[number] = defined;
      leaving[number] = out;
    }
    const { liveIn, liveOut } = liveness(graph, order, predecessors, { words: 1, uses, definitions, leaving });
    // By instructions of the region, and not only by who goes on where it is left.
    const { liveIn: lookedAtIn } = liveness(graph, order, predecessors, { words: 1, uses: lookedAt, definitions });
    this.#live = liveOut;
    this.#dirty = dirtyRegisters(region, written);
    this.#wantsWord = new Uint8Array(count);
    this.#wantsStored = new Uint8Array(count);
    // Behind a call of something else, flags are where that has left them.
    const behindCall = new Uint8Array(count);
    for (const { ending, next, table } of blocks) if (ending === 'calls through' && table.length > 0) behindCall[next] = 1;
    this.#parent = new Int32Array(count).fill(-1);
    for (let number = 0; number < count; number++) {
      const from = predecessors.starts[number]!;
      const several = predecessors.starts[number + 1]! - from + (number === 0 ? 1 : 0) !== 1 || behindCall[number] === 1;
      if (liveIn[number] !== 0 && several) (lookedAtIn[number] === 0 ? this.#wantsStored : this.#wantsWord)[number] = 1;
      if (!several && number !== 0) this.#parent[number] = predecessors.sources[from]!;
    }
    t.open(code, touched);
    t.flagsAt = (address) => surroundings.flagsAt(address);
    t.onBranch = (condition) => this.#branch(condition);
    t.onJump = () => this.#jump();
    t.onCall = () => this.#call();
    t.onCallTo = (address) => this.#callTo(address);
    t.onReturnTo = (address) => this.#returnTo(address);
    t.onJumpTo = (address) => this.#jumpTo(address);
    this.#liveIn = liveIn;
    this.#touched = touched;
  }

  write(): void {
    const { blocks } = this.#region;
    const { steps, originals } = this.#plan;
    const code = this.#code;
    const t = this.#t;
    const entry = blocks[0]!.address;
    emit(code, or(gtS(DEPTH, i32(this.#surroundings.depthLimit)), TICK_FLAG));
    const late = code.if();
    code.i32(entry | 0);
    code.op(Op.return);
    code.end(late);
    if (this.#region.floats) {
      emit(code, load(Memory.i32Load, I32, i32(0), STATE_INDEX + EXACT_FLOAT));
      const exact = code.if();
      code.i32(entry | 0);
      emit(code, NO_VECTOR);
      code.call(this.#unsuited);
      code.i32(entry | 0);
      code.op(Op.return);
      code.end(exact);
    }
    this.#word = code.local(I32);
    this.#target = local(code.local(I64), I64);
    this.#selector = code.local(I32);
    if (t.checked) {
      const entered = local(code.local(I32), I32);
      emit(code, NOW_DROPPED);
      code.set(entered.low);
      t.entered = entered;
    }
    t.startSources(undefined);
    t.loadRegisters(this.#touched);
    if (this.#wantsWord[0] === 1) {
      emit(code, t.flagWord(this.#liveIn[0]!));
      code.set(this.#word);
    }
    for (let at = 0; at < steps.length; at += 2) {
      const kind = steps[at]!;
      const value = steps[at + 1]!;
      if (kind === NODE) {
        if (value < originals) this.#writeBlock(value);
        else this.#writeDispatcher(value);
      } else if (kind === END) {
        code.end(this.#labels[value]);
      } else {
        this.#labels[value] = kind === OPEN_LOOP ? code.loop() : code.block();
      }
    }
    code.op(Op.unreachable);
  }

  /** A dispatcher, or a relay: a node without code. */
  #writeDispatcher(node: number): void {
    const { graph } = this.#plan;
    const first = graph.starts[node]!;
    const count = graph.starts[node + 1]! - first;
    if (count === 1) {
      this.#follow(first);
      return;
    }
    const code = this.#code;
    for (let edge = first; edge < first + count - 1; edge++) {
      if (this.#plan.labels[edge] === FALLS_THROUGH || this.#plan.isBack[edge] === 1) {
        emit(code, eq(local(this.#selector, I32), i32(edge - first)));
        const label = code.if();
        this.#follow(edge);
        if (this.#plan.labels[edge] === FALLS_THROUGH) {
          // Nothing else may be done then.
          code.else();
          for (let other = edge + 1; other < first + count; other++) this.#followIf(other, eq(local(this.#selector, I32), i32(other - first)));
          code.end(label);
          return;
        }
        code.end(label);
      } else {
        this.#followIf(edge, eq(local(this.#selector, I32), i32(edge - first)));
      }
    }
    this.#follow(first + count - 1);
  }

  #followIf(edge: number, condition: Node): void {
    emit(this.#code, condition);
    const label = this.#code.if();
    this.#follow(edge);
    this.#code.end(label);
  }

  #writeBlock(number: number): void {
    const t = this.#t;
    const region = this.#region;
    const block = region.blocks[number]!;
    this.#block = block;
    this.#number = number;
    t.dirty = this.#dirty[number]!;
    t.startBlock();
    if (block.ending === 'dispatches') {
      this.#dispatch();
      return;
    }
    if (this.#wantsWord[number] === 1) {
      const word: FlagSource = { kind: 'word', size: 4, a: local(this.#word, I32), b: i32(0) };
      t.startSources(undefined);
      // The local will be another block's: what is looked at later has to be kept.
      const kept: FlagSource = { ...word, a: t.let(word.a) };
      t.setFlagSource(ARITHMETIC_FLAGS, kept);
    } else {
      const parent = this.#wantsStored[number] === 1 ? -1 : this.#parent[number]!;
      t.startSources(parent >= 0 ? this.#sources[parent] : undefined);
    }
    if (this.#surroundings.counts) {
      const { code } = t;
      code.i32(0);
      emit(code, add(load(Memory.i64Load, I64, i32(0), EXECUTED), i64(block.count)));
      code.memory(Memory.i64Store, EXECUTED);
    }
    // What is looked at behind each instruction.
    const live = new Int32Array(block.count);
    let after = this.#live[number]!;
    if (block.ending === 'calls' && block.taken < 0) after = this.#surroundings.flagsAt(block.target);
    else if (block.ending === 'calls through' || block.ending === 'jumps through') after = ARITHMETIC_FLAGS;
    for (let index = block.count - 1; index >= 0; index--) {
      const record = block.record + index * RECORD_WORDS;
      live[index] = after;
      after = (after & ~replacedFlags(region.records, record)) | usedFlags(region.records[record + FORM]!);
    }
    let ended = false;
    for (let index = 0; index < block.count; index++) {
      const record = block.record + index * RECORD_WORDS;
      const form = region.records[record + FORM]!;
      const address = region.addresses[record / RECORD_WORDS]!;
      const semantics = form === 0 ? undefined : SEMANTICS[form];
      if (!semantics) {
        // The interpreter knows what to do about it.
        t.leaveTo(address);
        return;
      }
      t.begin(region.records, record, address, live[index]!);
      const before = t.dirty;
      semantics(t);
      const unexpected = t.dirty & ~before & ~writtenRegisters(region.records, record);
      if (unexpected !== 0 && block.ending !== 'calls' && block.ending !== 'calls through') throw new Error(`"${t.form.row}" writes registers ${unexpected.toString(16)}`);
      ended = index === block.count - 1 && block.ending !== 'falls';
      if (!ended) t.leaveIfStale();
    }
    if (!ended) this.#goNext();
    else if (block.ending === 'other') t.leave();
  }

  /** Keeps the sources of flags for the blocks that follow. */
  #keep(): void {
    this.#t.settle();
    this.#sources[this.#number] = this.#t.keepSources();
  }

  /** Flags that several ways need from memory are worked out before they part. */
  #resolve(): void {
    const { starts } = this.#plan.graph;
    for (let edge = starts[this.#number]!; edge < starts[this.#number + 1]!; edge++) {
      const goal = this.#plan.goals[edge]!;
      if (this.#wantsWord[goal] === 1) for (const flag of FLAGS) if ((this.#liveIn[goal]! & flag) !== 0) this.#t.flagSource(flag);
    }
  }

  #edge(successor: number): number {
    if (!this.#t.isSettled) throw new Error('a block is left with registers that are apart');
    return this.#plan.graph.starts[this.#number]! + successor;
  }

  /** What has to be done on an edge before it is gone, if anything. */
  #isPlain(edge: number): boolean {
    const { isBack, goals, selectors } = this.#plan;
    const goal = goals[edge]!;
    return isBack[edge] === 0 && this.#wantsWord[goal] === 0 && this.#wantsStored[goal] === 0 && selectors[edge]! < 0;
  }

  #follow(edge: number): void {
    const { isBack, goals, labels, selectors } = this.#plan;
    const code = this.#code;
    const goal = goals[edge]!;
    const isOriginal = this.#plan.originals > this.#currentNode(edge);
    if (isOriginal && this.#wantsWord[goal] === 1) {
      emit(code, this.#t.flagWord(this.#liveIn[goal]!));
      code.set(this.#word);
    }
    if (isOriginal && this.#wantsStored[goal] === 1) this.#t.storeFlags(this.#liveIn[goal]!);
    if (isBack[edge] === 1) {
      emit(code, TICK_FLAG);
      const label = code.if();
      this.#leaveAt(goal, isOriginal);
      code.end(label);
    }
    if (selectors[edge]! >= 0) {
      code.i32(selectors[edge]!);
      code.set(this.#selector);
    }
    if (labels[edge] !== FALLS_THROUGH) code.br(this.#labels[labels[edge]!]!);
  }

  #currentNode(edge: number): number {
    const { starts } = this.#plan.graph;
    let low = 0;
    let high = starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= edge) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Leaves to the start of a block, whose turn it would be. */
  #leaveAt(goal: number, isOriginal: boolean): void {
    const t = this.#t;
    const { address, ending } = this.#region.blocks[goal]!;
    if (ending === 'dispatches') {
      t.storeRegisters(this.#dirty[goal]!);
      t.continueAtNode(this.#target);
      return;
    }
    if (isOriginal) {
      t.leaveTo(address);
      return;
    }
    // From a node without code: the flags are in the word, if they are wanted.
    t.storeRegisters(this.#dirty[goal]!);
    if (this.#wantsWord[goal] === 1) {
      t.startSources(undefined);
      t.setFlagSource(ARITHMETIC_FLAGS, { kind: 'word', size: 4, a: local(this.#word, I32), b: i32(0) });
      t.storeFlags(this.#liveIn[goal]!);
    }
    this.#code.i32(address | 0);
    this.#code.op(Op.return);
  }

  #goNext(): void {
    this.#keep();
    if (this.#block.next >= 0) this.#follow(this.#edge(0));
    else this.#t.continueAt(this.#block.end);
  }

  #jump(): void {
    this.#keep();
    if (this.#block.taken >= 0) this.#follow(this.#edge(0));
    else this.#t.continueAt(this.#block.target);
  }

  #branch(condition: Node): void {
    const { next, taken, target, end } = this.#block;
    const t = this.#t;
    const { labels } = this.#plan;
    const kept = t.let(condition);
    this.#resolve();
    this.#keep();
    if (next < 0 && taken < 0) {
      t.if(kept, () => t.continueAt(target));
      t.continueAt(end);
      return;
    }
    if (next < 0) {
      t.if(eqz(kept), () => t.continueAt(end));
      this.#follow(this.#edge(0));
      return;
    }
    const nextEdge = this.#edge(0);
    if (taken < 0) {
      t.if(kept, () => t.continueAt(target));
      this.#follow(nextEdge);
      return;
    }
    const takenEdge = this.#edge(1);
    if (labels[takenEdge] === FALLS_THROUGH) {
      this.#conditional(nextEdge, eqz(kept));
      this.#follow(takenEdge);
    } else {
      this.#conditional(takenEdge, kept);
      this.#follow(nextEdge);
    }
  }

  #conditional(edge: number, condition: Node): void {
    // Both ways lead to the same block, which follows.
    if (this.#plan.labels[edge] === FALLS_THROUGH) return;
    if (this.#isPlain(edge)) {
      emit(this.#code, condition);
      this.#code.brIf(this.#labels[this.#plan.labels[edge]!]!);
    } else {
      this.#followIf(edge, condition);
    }
  }

  #call(): void {
    const t = this.#t;
    const { target, taken } = this.#block;
    if (taken >= 0) {
      this.#jump();
      return;
    }
    t.storeRegisters();
    t.storeFlags(this.#surroundings.flagsAt(target));
    const depth = add(DEPTH, i32(1));
    const back = i32((t.address + t.length) | 0);
    const result = t.variable(I32);
    const known = this.#functions.get(target);
    if (known !== undefined) {
      t.assign(result, call(known, I32, [unsigned64(target), depth, back]));
    } else {
      for (const argument of [unsigned64(target), depth, back, i32(0)]) emit(this.#code, argument);
      this.#code.callIndirect(this.#type, this.#tables.get(target)!);
      this.#code.set(result.low);
    }
    t.comeBack(result);
    this.#goNext();
  }

  #callTo(address: Node): void {
    const t = this.#t;
    const { table } = this.#block;
    if (table.length === 0) {
      t.callAddress(address);
      this.#goNext();
      return;
    }
    this.#resolve();
    this.#keep();
    const goesTo = (index: number): Node => eq(address, unsigned64(table[index]![0]));
    const elsewhere = (): void => {
      t.callAddress(address);
      this.#follow(this.#edge(0));
    };
    if (this.#plan.labels[this.#edge(1)] === FALLS_THROUGH) {
      t.apart(() => t.if(eqz(goesTo(0)), elsewhere));
      this.#follow(this.#edge(1));
      return;
    }
    for (let index = 0; index < table.length; index++) this.#conditional(this.#edge(index + 1), goesTo(index));
    elsewhere();
  }

  #returnTo(address: Node): void {
    const { back, next } = this.#block;
    const t = this.#t;
    if (next < 0) {
      t.leaveByReturn(address);
      return;
    }
    this.#keep();
    t.apart(() => t.if(ne(address, unsigned64(back)), () => t.leaveByReturn(address)));
    this.#follow(this.#edge(0));
  }

  #jumpTo(address: Node): void {
    const t = this.#t;
    t.storeFlags(ARITHMETIC_FLAGS);
    if (this.#block.successors.length === 0) {
      t.storeRegisters();
      t.continueAtNode(address);
      return;
    }
    t.assign(this.#target, address);
    t.settle();
    this.#follow(this.#edge(0));
  }

  /** Goes where a jump through a register leads; flags are in memory. */
  #dispatch(): void {
    const { table } = this.#block;
    const t = this.#t;
    const code = this.#code;
    const target = t.let(wrap(this.#target));
    const isShort = eqz(shrU(this.#target, i64(32)));
    const lowest = Math.min(...table.map(([at]) => at));
    const span = Math.max(...table.map(([at]) => at)) - lowest;
    t.startSources(undefined);
    this.#keep();
    if (table.length > FEW_TARGETS && span < WIDEST_TABLE) {
      // Edges that need something before they are gone get a place for it.
      const others = table.flatMap((_, index) => (this.#isPlain(this.#edge(index)) ? [] : [index]));
      const out = code.block();
      const places = new Map<number, Label>();
      for (const index of others) places.set(index, code.block());
      const labels = new Array<Label>(span + 1).fill(out);
      for (const [index, [at]] of table.entries()) labels[at - lowest] = places.get(index) ?? this.#labels[this.#plan.labels[this.#edge(index)]!]!;
      emit(code, eqz(isShort));
      code.brIf(out);
      emit(code, sub(target, i32(lowest)));
      code.brTable(labels, out);
      for (const index of others.reverse()) {
        code.end(places.get(index)!);
        this.#follow(this.#edge(index));
      }
      code.end(out);
    } else {
      const kept = t.let(isShort);
      for (const [index, [at]] of table.entries()) this.#followIf(this.#edge(index), and(kept, eq(target, i32(at | 0))));
    }
    t.storeRegisters();
    t.continueAtNode(this.#target);
  }
}

/** The name by which a function is imported. */
export const functionName = (address: number): string => address.toString(16);

/** A translated region. */
export interface Translation {
  /** The module, which exports the function as `code`. */
  readonly module: Uint8Array;
  /** The addresses of functions that it imports, as `functions`, and of those for which it imports a table of one entry, as `tables`. */
  readonly called: readonly number[];
  readonly entered: readonly number[];
}

/** Whether any of a region's instructions is the x87's. */
function hasX87({ blocks, records }: Region): boolean {
  for (const { record, count } of blocks) {
    for (let index = 0; index < count; index++) if (SEMANTICS[records[record + index * RECORD_WORDS + FORM]!] === x87) return true;
  }
  return false;
}

/** Translates a region. */
export function translate(region: Region, surroundings: Surroundings): Translation {
  const module = new ModuleBuilder();
  const imports = importForTranslated(module, hasX87(region));
  const type = module.type([I64, I32, I32], [I32]);
  const goTo = module.importFunction('emulator', 'goTo', type);
  const entry = region.blocks[0]!.address;
  const functions = new Map<number, number>();
  const tables = new Map<number, number>();
  for (const { ending, taken, target } of region.blocks) {
    if (ending !== 'calls' || taken >= 0 || target === entry || functions.has(target) || tables.has(target)) continue;
    if (surroundings.isTranslated(target)) functions.set(target, module.importFunction('functions', functionName(target), type));
    else tables.set(target, module.importTable('tables', functionName(target), { initial: 1 }));
  }
  const called = [...functions.keys()];
  const outside = { imports, goTo };
  const t = new TranslatorEmitter(outside, surroundings.checked);
  const { number, code } = module.function(type);
  functions.set(entry, number);
  new RegionWriter(region, t, code, outside, { functions, tables, type }, surroundings).write();
  module.export('function', 'code', number);
  return { module: module.encode(), called, entered: [...tables.keys()] };
}
