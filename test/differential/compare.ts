/** Compares the paths of two trees, the kernel's /proc or /sys and ours, check by check. */

import type { Grammar } from './grammars.ts';
import { type Difference, type Group, type Kind, type Outcome, emptyOutcome } from './ledger.ts';
import { type Entry, type Failure, attributes, contents, entries, isFailure, linkText } from './observe.ts';
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
      this.#compareMissing(path);
      return;
    }
    this.#check(path, 'metadata', 'existence', !isFailure(ours), () => (ours as Failure).errno);
    this.#compareAttributes(path);
    if (before.type === 'dir') this.#directory(path, !isFailure(ours));
    else if (before.type === 'link') this.#link(path);
    else if (before.type === 'file') this.#file(path, !isFailure(ours));
  }

  #three<T>(path: string, look: (path: string) => T): [T, T, T] {
    return [look(this.#at(this.#kernel, path)), look(this.#at(this.#ours, path)), look(this.#at(this.#kernel, path))];
  }

  /**
   * What is wrong each time that one looks, by check and item, with a word about it. What comes and goes may have come and
   * gone between the kernel's two readings, so each fault has to show in every round.
   */
  #lasting<T>(path: string, look: (path: string) => T, faults: (before: T, ours: T, after: T) => Map<string, string>): Map<string, string> {
    let lasting: Map<string, string> | undefined;
    for (let round = 0; round < STILL_ROUNDS; round++) {
      if (round > 0) pause();
      const found = faults(...this.#three(path, look));
      if (!lasting) lasting = found;
      else for (const fault of lasting.keys()) if (!found.has(fault)) lasting.delete(fault);
      if (lasting.size === 0) break;
    }
    return lasting as Map<string, string>;
  }

  #at(root: string, path: string): string {
    return path === '' ? root : `${root}/${path}`;
  }

  /** The kernel has no such path, or will not say: nor must we. One that came or went meanwhile tells nothing. */
  #compareMissing(path: string): void {
    let isMissing = true;
    const faults = this.#lasting(path, attributes, (before, ours, after) => {
      isMissing &&= isFailure(before) && isFailure(after);
      if (!isMissing || !isFailure(before) || (isFailure(ours) && ours.errno === before.errno)) return new Map<string, string>();
      return new Map([['', `${isFailure(ours) ? ours.errno : `a ${ours.type}`} instead of ${before.errno}`]]);
    });
    if (isMissing) this.#check(path, 'metadata', 'existence', faults.size === 0, () => faults.get('') as string);
  }

  #compareAttributes(path: string): void {
    const faults = this.#lasting(path, attributes, (before, ours, after) => {
      const found = new Map<string, string>();
      if (isFailure(before) || isFailure(after)) return found;
      for (const name of METADATA) {
        const low = before[name];
        const high = after[name];
        const own = isFailure(ours) ? undefined : ours[name];
        const between = typeof own === 'number' && Math.min(low as number, high as number) <= own && own <= Math.max(low as number, high as number);
        if (own === low || own === high || (name === 'nlink' && between)) continue;
        const show = (value: string | number | undefined): string => (name === 'mode' && value !== undefined ? value.toString(8) : String(value));
        found.set(name, isFailure(ours) ? ours.errno : `${show(own)} instead of ${show(low)}`);
      }
      return found;
    });
    for (const name of METADATA) this.#check(path, 'metadata', name, !faults.has(name), () => faults.get(name) as string);
  }

  #link(path: string): void {
    const text = (value: string | Failure): string => (typeof value === 'string' ? quote(value) : value.errno);
    const faults = this.#lasting(path, linkText, (before, ours, after) => {
      const own = text(ours);
      const same = own === text(before) || own === text(after);
      return new Map(same ? [] : [['', `${own} instead of ${text(before)}`]]);
    });
    this.#check(path, 'metadata', 'link', faults.size === 0, () => faults.get('') as string);
  }

  #directory(path: string, exists: boolean): void {
    const [before, ours] = this.#three(path, entries);
    if (isFailure(before)) {
      const same = isFailure(ours) && ours.errno === before.errno && ours.call === before.call;
      this.#check(path, 'metadata', 'listing', same, () => `${isFailure(ours) ? failureText(ours) : 'can be listed'} instead of ${failureText(before)}`);
      return;
    }
    this.#compareListings(path);
    if (this.#closed?.test(path)) return;
    const names = new Set([...before, ...(isFailure(ours) ? [] : ours)].map(({ name }) => name));
    for (const name of names) {
      const below = path === '' ? name : `${path}/${name}`;
      if (!this.#without?.test(below) && (exists || before.some((entry) => entry.name === name))) this.#walk(below);
    }
  }

  #compareListings(path: string): void {
    const faults = this.#lasting(path, entries, listingFaults);
    const of = (kind: string): string[] => [...faults].filter(([fault]) => fault.startsWith(kind)).map(([, detail]) => detail);
    const [error] = of('error');
    const words = [names('lacks', of('missing')), names('has', of('extra'))].filter(Boolean);
    this.#check(path, 'metadata', 'listing', error === undefined && words.length === 0, () => error ?? words.join('; '));
    const order = error ?? of('order')[0];
    this.#check(path, 'metadata', 'order', order === undefined, () => order as string);
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

/** What is wrong with a listing: `error`, `missing NAME`, `extra NAME` and `order`, with what to say of it. */
function listingFaults(before: Entry[] | Failure, ours: Entry[] | Failure, after: Entry[] | Failure): Map<string, string> {
  const found = new Map<string, string>();
  if (isFailure(before)) return found;
  if (isFailure(ours)) return found.set('error', failureText(ours));
  const key = ({ name, type }: Entry): string => `${name} (${type})`;
  const first = before.map(key);
  const second = new Set(isFailure(after) ? [] : after.map(key));
  const own = ours.map(key);
  const ownSet = new Set(own);
  const all = new Set([...first, ...second]);
  for (const name of first) if (second.has(name) && !ownSet.has(name)) found.set(`missing ${name}`, name);
  for (const name of own) if (!all.has(name)) found.set(`extra ${name}`, name);
  const common = new Set(first.filter((name) => ownSet.has(name)));
  const ordered = own.filter((name) => common.has(name));
  const at = [...common].findIndex((name, index) => ordered[index] !== name);
  if (at >= 0) found.set('order', `${ordered[at]} in the place of ${[...common][at]}`);
  return found;
}

function names(verb: string, list: readonly string[]): string {
  if (list.length === 0) return '';
  return `${verb} ${list.slice(0, 20).join(', ')}${list.length > 20 ? `, … (${list.length})` : ''}`;
}

function failureText({ call, errno }: Failure): string {
  return `${call}: ${errno}`;
}
