/**
 * Compares a text that changes while it is looked at. Ours was read between two readings of the kernel's, and those two
 * give its grammar: what is the same in both is literal, down to the blanks; a number that moved between them must lie
 * between its two values in ours, in the same notation and the same column; another word that changed must be one of
 * the two. Nothing is left out.
 *
 * A number that goes up and down may have been outside of that range in between, so each place gets several rounds,
 * and has to fit in at least one of them.
 */

import { type Token, shapeOf, tokenise, valueOf } from './tokens.ts';

/** How far a moving number may be outside of its range: for what reading through us itself changes. */
export interface Allowance {
  /** The lines it is about. */
  readonly line: RegExp;
  readonly by: number;
  /** Which word it is, counted from 0 with blanks and signs; absent: every number. */
  readonly word?: number;
}

/** What one round showed: places that did not fit, or that the kernel's own readings do not compare. */
export type Round = 'unclear' | readonly Misfit[];

export interface Misfit {
  /** Where: the same in every round as long as the text has the same structure. */
  readonly place: string;
  readonly detail: string;
}

/** One round: the kernel's text, ours, the kernel's. */
export function compareRound(before: string, ours: string, after: string, allowances: readonly Allowance[] = []): Round {
  const first = before.split('\n');
  const second = after.split('\n');
  if (first.length !== second.length) return 'unclear';
  const middle = ours.split('\n');
  if (middle.length !== first.length) {
    // Records that come and go may have come and gone.
    if (before !== after) return 'unclear';
    return [{ place: 'lines', detail: `${middle.length - 1} lines instead of ${first.length - 1}` }];
  }
  const misfits: Misfit[] = [];
  for (const [index, line] of first.entries()) {
    const found = compareLine(line, middle[index] as string, second[index] as string, allowances);
    if (found === 'unclear') return 'unclear';
    for (const misfit of found) misfits.push({ place: `${index}:${misfit.place}`, detail: `line ${index + 1}: ${misfit.detail}` });
  }
  return misfits;
}

function compareLine(before: string, ours: string, after: string, allowances: readonly Allowance[]): Round {
  if (before === after && before === ours) return [];
  const first = tokenise(before);
  const second = tokenise(after);
  if (first.length !== second.length) return 'unclear';
  const middle = tokenise(ours);
  if (middle.length !== first.length) return [{ place: 'shape', detail: `${quote(ours)} instead of ${quote(before)}` }];
  const allowed = (word: number): bigint => {
    const found = allowances.find((allowance) => (allowance.word ?? word) === word && allowance.line.test(before));
    return BigInt(Math.round((found?.by ?? 0) * 1e9));
  };
  const misfits: Misfit[] = [];
  for (const index of first.keys()) {
    const fits =
      (first[index] as Token).kind === 'blank'
        ? blankFits(first, middle, second, index)
        : wordFits(first[index] as Token, middle[index] as Token, second[index] as Token, allowed(index));
    if (fits) continue;
    const [low, own, high] = [first, middle, second].map((tokens) => quote((tokens[index] as Token).text));
    misfits.push({ place: String(index), detail: `${own} instead of ${low}${low === high ? '' : `..${high}`} in ${quote(before)}` });
  }
  return misfits;
}

function wordFits(before: Token, ours: Token, after: Token, allowed: bigint): boolean {
  if (ours.text === before.text || ours.text === after.text) return true;
  if (before.text === after.text && allowed === 0n) return false;
  if (!sameNotation(before, ours) && !sameNotation(after, ours)) return false;
  if (before.kind === 'text' || before.kind === 'blank' || after.kind === 'text' || ours.kind === 'text') return false;
  const hexadecimal = [before, ours, after].some(({ kind }) => kind === 'hex');
  if (hexadecimal && (before.text.length !== after.text.length || ours.text.length !== before.text.length)) return false;
  const [first, middle, second] = [before, ours, after].map((token) =>
    valueOf(hexadecimal ? { kind: 'hex', text: token.text } : token),
  ) as [bigint, bigint, bigint];
  const low = first < second ? first : second;
  const high = first < second ? second : first;
  return middle >= low - allowed && middle <= high + allowed;
}

/** The same number of decimals, and leading zeros only where the other has the width. */
function sameNotation(one: Token, other: Token): boolean {
  if (decimals(one.text) !== decimals(other.text)) return false;
  const zeros = /^-?0\d/.test(one.text) || /^-?0\d/.test(other.text);
  return !zeros || one.text.length === other.text.length;
}

function decimals(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** Blanks are as in the kernel's text, or make up for a number that is longer or shorter in the same column. */
function blankFits(before: Token[], ours: Token[], after: Token[], index: number): boolean {
  const width = (tokens: Token[], at: number): number => tokens[at]?.text.length ?? 0;
  const same = before[index]?.text === after[index]?.text;
  if (ours[index]?.kind !== 'blank') return false;
  if (ours[index]?.text === before[index]?.text && same) return true;
  for (const neighbour of [index + 1, index - 1]) {
    const total = width(before, index) + width(before, neighbour);
    const aligned = total === width(after, index) + width(after, neighbour);
    const moved = width(ours, neighbour) !== width(before, neighbour) || !same;
    if (aligned && moved && total === width(ours, index) + width(ours, neighbour)) return true;
  }
  return false;
}

/**
 * The last resort for a list whose records come and go faster than it can be read twice alike: what is in both of the
 * kernel's readings is in ours, in the same order, and every other line of ours has the shape of a line of theirs, with the
 * same columns.
 */
export function compareRecords(before: string, ours: string, after: string): Misfit[] {
  const first = before.split('\n');
  const later = new Set(after.split('\n'));
  const lasting = first.filter((line) => later.has(line));
  const shapes = new Map<string, Token[][]>();
  for (const line of new Set([...first, ...later])) {
    const alike = shapes.get(shapeOf(line));
    if (alike) alike.push(tokenise(line));
    else shapes.set(shapeOf(line), [tokenise(line)]);
  }
  const misfits: Misfit[] = [];
  let next = 0;
  for (const line of ours.split('\n')) {
    if (line === lasting[next]) next++;
    else if (!sameColumns(shapes.get(shapeOf(line)), tokenise(line))) misfits.push({ place: line, detail: `no line of the kernel's is like ${quote(line)}` });
  }
  if (next < lasting.length) misfits.push({ place: 'order', detail: `no ${quote(lasting[next] as string)} in its place` });
  return misfits;
}

/** What may stay the same of a blank: itself, or where the word before it or behind it ends together with it. */
const COLUMNS: readonly ((tokens: readonly Token[], blank: number) => string | number)[] = [
  (tokens, blank) => tokens[blank]?.text ?? '',
  (tokens, blank) => (tokens[blank]?.text.length ?? 0) + (tokens[blank + 1]?.text.length ?? 0),
  (tokens, blank) => (tokens[blank]?.text.length ?? 0) + (tokens[blank - 1]?.text.length ?? 0),
];

/** Whether each blank is as in the kernel's lines of the same shape, in a way in which they are all alike. */
function sameColumns(theirs: readonly (readonly Token[])[] | undefined, ours: readonly Token[]): boolean {
  const first = theirs?.[0];
  if (!first) return false;
  return first.every(({ kind }, blank) => {
    if (kind !== 'blank') return true;
    const alike = COLUMNS.filter((column) => theirs.every((tokens) => column(tokens, blank) === column(first, blank)));
    return alike.length === 0 || alike.some((column) => column(ours, blank) === column(first, blank));
  });
}

/** A byte string as one readable line. */
export function quote(text: string): string {
  const cut = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  return JSON.stringify(cut).replace(/[\u0080-\u00ff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** Where two byte strings part, with what surrounds the place. */
export function firstDifference(kernel: string, ours: string): string {
  let at = 0;
  while (at < kernel.length && at < ours.length && kernel[at] === ours[at]) at++;
  const start = Math.max(0, at - 24);
  const line = kernel.slice(0, at).split('\n').length;
  const around = (text: string): string => (at >= text.length ? `${quote(text.slice(start))} (end)` : quote(text.slice(start, at + 40)));
  return `byte ${at}, line ${line}: ${around(ours)} instead of ${around(kernel)}`;
}
