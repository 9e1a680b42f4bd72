/** Compares the paths of two trees, the kernel's /proc or /sys and ours, check by check. */

import type { Grammar } from './grammars.ts';
import { type Difference, type Group, type Kind, type Outcome, emptyOutcome } from './ledger.ts';
import { type Attributes, type Entry, type Failure, attributes, contents, entries, isFailure, linkText } from './observe.ts';
import type { ReadPolicy } from './read-policy.ts';
import { type Misfit, compareRecords, compareRound, firstDifference, quote } from './volatile.ts';

/** A part of the trees to compare. */
export interface Part<G extends string = Group> {
  readonly group: G;
  /** Below the root; empty for the root itself. */
  readonly path: string;
  /** What reports call it. */
  readonly label: string;
  /** Paths (below the root) that are compared themselves, but into which the walk does not go. */
  readonly closed?: string;
  /** Paths that are left out altogether. */
  readonly without?: string;
}

/** What has to be known of the files of a tree. */
export interface ComparisonRules<G extends string> {
  /** The groups that parts may be of. */
  readonly groups: readonly G[];
  /** How to read a file of the kernel's tree, which is at `kernel`. */
  readPolicy(path: string, kernel: string): ReadPolicy;
  /** The grammar of a file that has one of its own. */
  grammarOf(path: string): Grammar | undefined;
  /** The reason on record for a difference. */
  reasonFor(difference: Difference<G>): string | undefined;
}

/** How often a file that changes is looked at before a verdict. */
const ROUNDS = 10;
/** How often it may differ from a text that did not change around it. */
const STILL_ROUNDS = 4;
/** How often readings must fail to compare before a file is judged record by record. */
const UNCLEAR_ROUNDS = 6;
/** Longer than our views may be reused, in milliseconds. */
const PAUSE_MS = 2;

const METADATA = ['type', 'mode', 'uid', 'gid', 'nlink', 'size'] as const;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
function pause(): void {
  Atomics.wait(sleeper, 0, 0, PAUSE_MS);
}

export class Comparison<G extends string> {
  readonly outcome: Outcome<G>;
  readonly #rules: ComparisonRules<G>;
  readonly #kernel: string;
  readonly #ours: string;
  #part!: Part<G>;
  #closed: RegExp | undefined;
  #without: RegExp | undefined;

  constructor(kernel: string, ours: string, rules: ComparisonRules<G>) {
    this.outcome = emptyOutcome(rules.groups);
    this.#rules = rules;
    this.#kernel = kernel;
    this.#ours = ours;
  }

  compare(part: Part<G>): void {
    this.#part = part;
    this.#closed = part.closed === undefined ? undefined : new RegExp(part.closed);
    this.#without = part.without === undefined ? undefined : new RegExp(part.without);
    this.#walk(part.path);
  }

  #walk(path: string): void {
    const [before, ours, after] = this.#three(path, attributes);
    if (isFailure(before) || isFailure(after)) {
      this.#compareMissing(path, ours, isFailure(before) && isFailure(after) ? before : undefined);
      return;
    }
    this.#check(path, 'metadata', 'existence', !isFailure(ours), () => (ours as Failure).errno);
    this.#compareAttributes(path, before, ours, after);
    if (before.type === 'dir') this.#directory(path, !isFailure(ours));
    else if (before.type === 'link') this.#link(path);
    else if (before.type === 'file') this.#file(path, !isFailure(ours));
  }

  #three<T>(path: string, look: (path: string) => T): [T, T, T] {
    return [look(this.#at(this.#kernel, path)), look(this.#at(this.#ours, path)), look(this.#at(this.#kernel, path))];
  }

  #at(root: string, path: string): string {
    return path === '' ? root : `${root}/${path}`;
  }

  /** The kernel has no such path, or will not say: nor must we. One that came or went meanwhile tells nothing. */
  #compareMissing(path: string, ours: Attributes | Failure, failure: Failure | undefined): void {
    if (!failure) return;
    const same = isFailure(ours) && ours.errno === failure.errno;
    this.#check(path, 'metadata', 'existence', same, () => `${isFailure(ours) ? ours.errno : `a ${ours.type}`} instead of ${failure.errno}`);
  }

  #compareAttributes(path: string, before: Attributes, ours: Attributes | Failure, after: Attributes): void {
    for (const name of METADATA) {
      const low = before[name];
      const high = after[name];
      const own = isFailure(ours) ? undefined : ours[name];
      const between = typeof own === 'number' && Math.min(low as number, high as number) <= own && own <= Math.max(low as number, high as number);
      const show = (value: string | number | undefined): string => (name === 'mode' && value !== undefined ? value.toString(8) : String(value));
      this.#check(path, 'metadata', name, own === low || own === high || (name === 'nlink' && between), () =>
        isFailure(ours) ? ours.errno : `${show(own)} instead of ${show(low)}`,
      );
    }
  }

  #link(path: string): void {
    const [before, ours, after] = this.#three(path, linkText);
    const text = (value: string | Failure): string => (typeof value === 'string' ? quote(value) : value.errno);
    const own = text(ours);
    const same = own === text(before) || own === text(after);
    this.#check(path, 'metadata', 'link', same, () => `${own} instead of ${text(before)}`);
  }

  #directory(path: string, exists: boolean): void {
    const [before, ours, after] = this.#three(path, entries);
    if (isFailure(before)) {
      const same = isFailure(ours) && ours.errno === before.errno && ours.call === before.call;
      this.#check(path, 'metadata', 'listing', same, () => `${isFailure(ours) ? failureText(ours) : 'can be listed'} instead of ${failureText(before)}`);
      return;
    }
    const later = isFailure(after) ? [] : after;
    const own = isFailure(ours) ? undefined : ours;
    this.#compareListings(path, before, own, later, isFailure(ours) ? failureText(ours) : '');
    if (this.#closed?.test(path)) return;
    const names = new Set([...before, ...(own ?? [])].map(({ name }) => name));
    for (const name of names) {
      const below = path === '' ? name : `${path}/${name}`;
      if (!this.#without?.test(below) && (exists || before.some((entry) => entry.name === name))) this.#walk(below);
    }
  }

  #compareListings(path: string, before: Entry[], ours: Entry[] | undefined, after: Entry[], error: string): void {
    const key = ({ name, type }: Entry): string => `${name} (${type})`;
    const first = before.map(key);
    const second = new Set(after.map(key));
    const all = new Set([...first, ...second]);
    const own = (ours ?? []).map(key);
    const ownSet = new Set(own);
    const missing = first.filter((name) => second.has(name) && !ownSet.has(name));
    const extra = own.filter((name) => !all.has(name));
    const names = (list: string[]): string => `${list.slice(0, 20).join(', ')}${list.length > 20 ? `, … (${list.length})` : ''}`;
    this.#check(path, 'metadata', 'listing', ours !== undefined && missing.length + extra.length === 0, () =>
      error || [missing.length ? `lacks ${names(missing)}` : '', extra.length ? `has ${names(extra)}` : ''].filter(Boolean).join('; '),
    );
    const common = first.filter((name) => ownSet.has(name));
    const ordered = own.filter((name) => common.includes(name));
    const at = common.findIndex((name, index) => ordered[index] !== name);
    this.#check(path, 'metadata', 'order', ours !== undefined && at < 0, () => error || `${ordered[at]} in the place of ${common[at]}`);
  }

  #file(path: string, exists: boolean): void {
    const policy = this.#rules.readPolicy(path, this.#kernel);
    if (!exists) {
      this.#check(path, 'bytes', 'bytes', false, () => 'no such file');
      return;
    }
    const detail = this.#compareContents(path, () => this.#three(path, (place) => contents(place, policy)));
    this.#check(path, 'bytes', 'bytes', detail === undefined, () => detail as string);
  }

  /** Compares a file's bytes, reading again as long as the verdict may be due to a change in between. */
  #compareContents(path: string, read: () => [Buffer | Failure, Buffer | Failure, Buffer | Failure]): string | undefined {
    const grammar = this.#rules.grammarOf(path);
    let detail = 'the kernel\'s own readings do not compare';
    // What has misfitted in every round so far, while the text kept its structure.
    let remaining: Map<string, Misfit> | undefined;
    let structure = 0;
    let still = 0;
    let recordsFit = false;
    let unclear = 0;
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) pause();
      const [before, ours, after] = read();
      if (isFailure(before) || isFailure(after) || isFailure(ours)) {
        const own = isFailure(ours) ? failureText(ours) : 'can be read';
        const wanted = [before, after].map((value) => (isFailure(value) ? failureText(value) : 'can be read'));
        if (wanted.includes(own)) return undefined;
        detail = `${own} instead of ${wanted[0]}`;
        if (round >= 2) return detail;
        continue;
      }
      const [first, middle, second] = [before, ours, after].map((bytes) => bytes.toString('latin1')) as [string, string, string];
      if (grammar?.check) return grammar.check(first, middle, second);
      if (middle === first || middle === second) return undefined;
      const misfits = compareRound(first, middle, second, grammar?.allowances);
      if (misfits === 'unclear') {
        unclear++;
        recordsFit ||= compareRecords(first, middle, second).length === 0;
        // Only what will not stand still is judged by its records.
        if (recordsFit && unclear >= UNCLEAR_ROUNDS) return undefined;
        continue;
      }
      if (misfits.length === 0) return undefined;
      if (first === second) still++;
      const lines = first.split('\n').length;
      const found = new Map(misfits.map((misfit) => [misfit.place, misfit]));
      if (remaining && lines === structure) {
        for (const place of remaining.keys()) if (!found.has(place)) remaining.delete(place);
      } else {
        remaining = found;
        structure = lines;
      }
      if (remaining.size === 0) return undefined;
      const [misfit] = remaining.values();
      detail = first === second ? firstDifference(first, middle) : (misfit?.detail ?? '');
      if (remaining.size > 1) detail += ` (and ${remaining.size - 1} more)`;
      // What does not move will not come right.
      if (still === STILL_ROUNDS) return detail;
    }
    return detail;
  }

  #check(path: string, kind: Kind, check: string, agrees: boolean, detail: () => string): void {
    const { group, label } = this.#part;
    const tally = this.outcome.tallies[group][kind];
    tally.total++;
    if (agrees) {
      tally.agree++;
      return;
    }
    const below = path.slice(this.#part.path.length);
    const difference: Difference<G> = { group, kind, check, path: (label + below).replace(/^\//, '') || '/', detail: detail() };
    const reason = this.#rules.reasonFor(difference);
    this.outcome.differences.push(reason === undefined ? difference : { ...difference, reason });
  }
}

function failureText({ call, errno }: Failure): string {
  return `${call}: ${errno}`;
}
