/**
 * Stands between a tree and the model that it renders: remembers the answer of every accessor, so that the model stands
 * still, tells which accessors were asked, and can give one answer with one value changed.
 */

import { isErrno } from '../../fs/errno.ts';
import type { KernelSource, KernelView } from '../../providers/kernel-view.ts';

/** A value within an answer: the accessor, as `kernel.task(1).stat(true)`, and the way to the value. */
export interface Leaf {
  readonly call: string;
  readonly way: readonly (string | number)[];
  readonly value: LeafValue;
}

export type LeafValue = number | bigint | string | boolean;

/** A leaf's name in reports. */
export function leafName(leaf: Leaf): string {
  return leaf.call + leaf.way.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}

export class ModelRecorder {
  /** The accessors asked since it was last emptied. */
  readonly asked: Set<string> = new Set<string>();
  readonly #target: KernelView;
  /** Answers by accessor. Views among them are kept bare and wrapped at each use. */
  readonly #answers = new Map<string, unknown>();
  #changed: { readonly call: string; readonly answer: unknown } | undefined;
  #wrapped = new WeakMap<object, object>();
  #view: KernelView;

  constructor(target: KernelView) {
    this.#target = target;
    this.#view = this.#wrap(target, 'kernel') as KernelView;
  }

  /** The recorded kernel as a source of views; `change` says which. */
  readonly source: KernelSource = { view: () => this.#view };

  /** From here on the view has one leaf changed, or none. */
  change(leaf?: Leaf, value?: LeafValue): void {
    this.#wrapped = new WeakMap();
    this.#changed =
      leaf && value !== undefined
        ? { call: leaf.call, answer: withChange(this.#answers.get(leaf.call), leaf.way, value) }
        : undefined;
    this.#view = this.#wrap(this.#target, 'kernel') as KernelView;
  }

  /** All leaves of all answers so far. */
  leaves(): Leaf[] {
    const found: Leaf[] = [];
    for (const [call, answer] of this.#answers) if (!isView(answer)) collect(call, answer, [], found);
    return found;
  }

  #wrap(target: object, name: string): object {
    const known = this.#wrapped.get(target);
    if (known) return known;
    const proxy: object = new Proxy(target, {
      get: (_target, property) => {
        const member = Reflect.get(target, property, target) as unknown;
        if (typeof property === 'symbol' || property === 'identity') return member;
        if (typeof member !== 'function') return this.#answer(`${name}.${property}`, () => member);
        return (...words: unknown[]) => {
          // What is opened has a place that moves, and what is read into memory is no value.
          if (property.startsWith('open') || words.some((word) => ArrayBuffer.isView(word))) {
            return Reflect.apply(member, target, words) as unknown;
          }
          const call = `${name}.${property}(${words.map(argumentName).join(', ')})`;
          return this.#answer(call, () => Reflect.apply(member, target, words) as unknown);
        };
      },
    });
    this.#wrapped.set(target, proxy);
    return proxy;
  }

  #answer(call: string, ask: () => unknown): unknown {
    this.asked.add(call);
    if (this.#changed?.call === call) return this.#changed.answer;
    let answer = this.#answers.get(call);
    if (answer === undefined && !this.#answers.has(call)) {
      answer = keep(ask());
      this.#answers.set(call, answer);
    }
    return isView(answer) ? this.#wrap(answer, call) : answer;
  }
}

/** An object that has accessors, rather than values. */
function isView(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isContainer(value)) return false;
  for (let at: object | null = value; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name === 'constructor') continue;
      const descriptor = Object.getOwnPropertyDescriptor(at, name);
      if (descriptor?.get || typeof descriptor?.value === 'function') return true;
    }
  }
  return false;
}

function isContainer(value: object): boolean {
  return Array.isArray(value) || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
}

function argumentName(value: unknown): string {
  // Who asks makes no difference here: there is one caller.
  return typeof value === 'object' && value !== null ? '..' : String(value);
}

/** Lasting values: borrowed bytes are copied, lists that are walked once become arrays. */
function keep(answer: unknown): unknown {
  if (answer instanceof Uint8Array) return Uint8Array.from(answer);
  if (typeof answer !== 'object' || answer === null || isContainer(answer)) return answer;
  return Symbol.iterator in answer ? [...(answer as Iterable<unknown>)] : answer;
}

/** Fields that say which other fields there are: with another value of them it is not the same record any more. */
const TAGS: ReadonlySet<string> = new Set(['kind', 'architecture']);

function collect(call: string, value: unknown, way: readonly (string | number)[], into: Leaf[]): void {
  if (value === undefined || value === null || (way.length === 0 && isErrno(value))) return;
  if (typeof value !== 'object') {
    if (typeof value !== 'function' && typeof value !== 'symbol') into.push({ call, way, value: value as LeafValue });
  } else if (ArrayBuffer.isView(value)) {
    const bytes = value as Uint8Array;
    if (bytes.length > 0) into.push({ call, way: [...way, 0], value: bytes[0] as number });
  } else if (value instanceof Map) {
    for (const [key, entry] of value as Map<string | number, unknown>) collect(call, entry, [...way, key], into);
  } else if (value instanceof Set) {
    // Membership is what counts; its elements are the keys of something else.
  } else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) collect(call, entry, [...way, index], into);
  } else {
    for (const [key, entry] of Object.entries(value)) if (!TAGS.has(key)) collect(call, entry, [...way, key], into);
  }
}

/** A copy of an answer with one value changed; what is not on the way is shared. */
function withChange(value: unknown, way: readonly (string | number)[], to: LeafValue): unknown {
  const [step, ...rest] = way;
  if (step === undefined) return to;
  if (value instanceof Map) {
    const copy = new Map(value as Map<string | number, unknown>);
    copy.set(step, withChange(copy.get(step), rest, to));
    return copy;
  }
  if (ArrayBuffer.isView(value)) {
    const copy = Uint8Array.from(value as Uint8Array);
    copy[step as number] = to as number;
    return copy;
  }
  if (Array.isArray(value)) return value.map((entry: unknown, index) => (index === step ? withChange(entry, rest, to) : entry));
  const object = value as Record<string, unknown>;
  return { ...object, [step]: withChange(object[step], rest, to) };
}
