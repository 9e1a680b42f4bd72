/** The part of JSON Schema (2020-12) that descriptions of machines are ruled by, and whether a value keeps to it. */

import type { Mistake } from './json-text.ts';

/** A rule. Objects have no other keys than those that are named, unless `additionalProperties` rules those. */
export interface Rule {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly const?: number;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Rule[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly items?: Rule;
  readonly prefixItems?: readonly Rule[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Rule | false;
}

export type Definitions = Readonly<Record<string, Rule>>;

/** The first mistake in a value, if any. The rules of a pattern are told by its description. */
export function mistakeIn(value: unknown, rule: Rule, definitions: Definitions, path = ''): Mistake | undefined {
  const said = (what: string): Mistake => ({ place: path, what });
  if (rule.$ref !== undefined) return mistakeIn(value, definitions[rule.$ref.slice(rule.$ref.lastIndexOf('/') + 1)] as Rule, definitions, path);
  if (rule.oneOf) return mistakeInChoice(value, rule, definitions, path);
  if (rule.const !== undefined) return value === rule.const ? undefined : said(`must be ${rule.const}`);
  if (rule.enum) return typeof value === 'string' && rule.enum.includes(value) ? undefined : said(`must be one of ${rule.enum.join(', ')}`);
  switch (rule.type) {
    case 'object':
      return mistakeInObject(value, rule, definitions, path);
    case 'array':
      return mistakeInArray(value, rule, definitions, path);
    case 'string':
      return told(path, mistakeInString(value, rule));
    case 'boolean':
      return typeof value === 'boolean' ? undefined : said('must be true or false');
    default:
      return told(path, mistakeInNumber(value, rule));
  }
}

function told(place: string, what: string | undefined): Mistake | undefined {
  return what === undefined ? undefined : { place, what };
}

/** Which kind of value it is decides which of the rules it is held against: no two of them are for the same kind. */
function mistakeInChoice(value: unknown, rule: Rule, definitions: Definitions, path: string): Mistake | undefined {
  for (const one of rule.oneOf ?? []) {
    const { type } = one;
    const fits = type === 'object' ? isObject(value) : type === 'array' ? Array.isArray(value) : typeof value === (type === 'integer' ? 'number' : type);
    if (fits) return mistakeIn(value, one, definitions, path);
  }
  return { place: path, what: `must be ${rule.description ?? 'something else'}` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistakeInObject(value: unknown, rule: Rule, definitions: Definitions, path: string): Mistake | undefined {
  if (!isObject(value)) return { place: path, what: 'must be an object' };
  const known = rule.properties ?? {};
  for (const [key, member] of Object.entries(value)) {
    const place = memberPath(path, key);
    const own = Object.hasOwn(known, key) ? known[key] : undefined;
    const ruled = own ?? (rule.additionalProperties || undefined);
    if (!ruled) return { place, what: `is not known here; known are ${Object.keys(known).join(', ')}` };
    const mistake = mistakeIn(member, ruled, definitions, place);
    if (mistake) return mistake;
  }
  const missing = rule.required?.find((key) => !Object.hasOwn(value, key));
  return missing === undefined ? undefined : { place: memberPath(path, missing), what: 'must be there' };
}

/** A key as one would write it in JavaScript. */
function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function mistakeInArray(value: unknown, rule: Rule, definitions: Definitions, path: string): Mistake | undefined {
  if (!Array.isArray(value)) return { place: path, what: 'must be an array' };
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = rule;
  if (value.length < minItems || value.length > maxItems) {
    const wanted = minItems === maxItems ? `${minItems}` : maxItems === Number.POSITIVE_INFINITY ? `at least ${minItems}` : `${minItems} to ${maxItems}`;
    return { place: path, what: `must have ${wanted} elements, not ${value.length}` };
  }
  for (const [index, element] of value.entries()) {
    const ruled = rule.prefixItems?.[index] ?? rule.items;
    const mistake = ruled && mistakeIn(element, ruled, definitions, `${path}[${index}]`);
    if (mistake) return mistake;
  }
  return undefined;
}

function mistakeInString(value: unknown, { description, minLength = 0, maxLength = 4096, pattern }: Rule): string | undefined {
  if (typeof value !== 'string') return `must be ${description ?? 'a string'}`;
  if (value.length < minLength || value.length > maxLength) return `must have ${minLength} to ${maxLength} characters`;
  if (value.includes('\0')) return 'must be text without NUL';
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? undefined : `must be ${description ?? `like ${pattern}`}`;
}

function mistakeInNumber(value: unknown, { type, minimum, exclusiveMinimum, maximum }: Rule): string | undefined {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  const limits = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  const wanted = limits.length === 0 ? kind : `${kind}, ${limits.join(' and ')}`;
  if (typeof value !== 'number' || !Number.isFinite(value) || (type === 'integer' && !Number.isSafeInteger(value))) return `must be ${wanted}`;
  if (value < (minimum ?? value) || value > (maximum ?? value) || value <= (exclusiveMinimum ?? Number.NEGATIVE_INFINITY)) return `must be ${wanted}`;
  return undefined;
}
