/**
 * Rule sets and how they are applied (devfs(8), FreeBSD's sys/fs/devfs/devfs_rule.c): rules in the order of their numbers,
 * of which the last one that says something counts.
 *
 * Differs: each devfs has rule sets of its own, where FreeBSD has them once for all.
 */

import { EEXIST, EINVAL, ENOENT, EPERM, ERANGE, type Errno } from '../../../fs/errno.ts';
import { compileGlob } from './glob.ts';
import { MOST } from './parse-rule.ts';
import type { DeviceType, NumberedRule, Rule } from './rule.ts';

/** Between one rule that gets its number by itself and the one before it. */
const STEP = 100;
/** How deep sets include others (vfs.devfs.rule_depth): an included set includes none. */
const DEPTH = 1;

/** What rules look at. */
export interface Subject {
  /** Below the mount point. */
  readonly path: string;
  /** Absent for directories, links and devices of no type that rules know. */
  readonly type?: DeviceType | undefined;
}

/** What rules do to a node; what is absent stays as it is. */
export interface Outcome {
  hidden?: boolean;
  mode?: number;
  user?: number;
  group?: number;
}

interface Compiled {
  readonly rule: NumberedRule;
  readonly matches: (path: string) => boolean;
}

export class Rulesets {
  readonly #sets = new Map<number, Compiled[]>();
  /** The names of sets that came from a file. */
  readonly names: Map<string, number> = new Map();

  /** The numbers of the sets that have rules, ascending. */
  numbers(): number[] {
    return [...this.#sets.keys()].sort((a, b) => a - b);
  }

  rules(set: number): readonly NumberedRule[] {
    return (this.#sets.get(set) ?? []).map(({ rule }) => rule);
  }

  /**
   * Adds a rule; without a number, behind the last one. Returns its number. Errors: EPERM for set 0, which is empty for
   * ever, EEXIST, ERANGE when there is no number left, EINVAL.
   */
  add(set: number, rule: Rule, number?: number): number | Errno {
    if (set === 0) return EPERM;
    if (set < 0 || set > MOST || rule.include === set) return EINVAL;
    const rules = this.#sets.get(set) ?? [];
    const given = number ?? (rules.at(-1)?.rule.number ?? 0) + STEP;
    if (given > MOST) return ERANGE;
    if (given < 1) return EINVAL;
    if (rules.some((other) => other.rule.number === given)) return EEXIST;
    const matches = rule.path === undefined ? () => true : compileGlob(rule.path);
    if (!matches) return EINVAL;
    rules.push({ rule: { ...rule, number: given }, matches });
    rules.sort((a, b) => a.rule.number - b.rule.number);
    this.#sets.set(set, rules);
    return given;
  }

  /** Removes a rule; a set without rules is none. Errors: ENOENT, EPERM. */
  remove(set: number, number: number): Errno | 0 {
    if (set === 0) return EPERM;
    const rules = this.#sets.get(set);
    const rest = rules?.filter(({ rule }) => rule.number !== number) ?? [];
    if (!rules || rest.length === rules.length) return ENOENT;
    if (rest.length > 0) this.#sets.set(set, rest);
    else this.#sets.delete(set);
    return 0;
  }

  /** Removes all rules of a set. Errors: ENOENT, EPERM. */
  clear(set: number): Errno | 0 {
    if (set === 0) return EPERM;
    return this.#sets.delete(set) ? 0 : ENOENT;
  }

  /** What a set does to a node, one rule of it or all. */
  apply(set: number, subject: Subject, only?: number): Outcome {
    const outcome: Outcome = {};
    this.#run(set, subject, outcome, DEPTH, only);
    return outcome;
  }

  /** What a rule of no set does to a node. */
  applyRule(rule: Rule, subject: Subject): Outcome {
    const outcome: Outcome = {};
    const matches = rule.path === undefined ? () => true : compileGlob(rule.path);
    if (matches) this.#act({ rule: { ...rule, number: 0 }, matches }, subject, outcome, DEPTH);
    return outcome;
  }

  #run(set: number, subject: Subject, outcome: Outcome, depth: number, only?: number): void {
    for (const compiled of this.#sets.get(set) ?? []) {
      if (only === undefined || compiled.rule.number === only) this.#act(compiled, subject, outcome, depth);
    }
  }

  #act({ rule, matches }: Compiled, subject: Subject, outcome: Outcome, depth: number): void {
    if (rule.type !== undefined && rule.type !== subject.type) return;
    if (!matches(subject.path)) return;
    if (rule.hidden !== undefined) outcome.hidden = rule.hidden;
    if (rule.user !== undefined) outcome.user = rule.user;
    if (rule.group !== undefined) outcome.group = rule.group;
    if (rule.mode !== undefined) outcome.mode = rule.mode;
    if (rule.include !== undefined && depth > 0) this.#run(rule.include, subject, outcome, depth - 1);
  }
}
