/** Counts the checks of a comparison and keeps what differed. */

export const GROUPS = ['top', 'process', 'net', 'sys'] as const;
export type Group = (typeof GROUPS)[number];

/** `bytes` are what files hold and how opening and reading them fails; everything else about a path is `metadata`. */
export const KINDS = ['bytes', 'metadata'] as const;
export type Kind = (typeof KINDS)[number];

export interface Difference<G extends string = Group> {
  readonly group: G;
  readonly kind: Kind;
  /** What was compared: `mode`, `link`, `bytes`. */
  readonly check: string;
  /** Below the root, with a process's subject name in place of its id. */
  readonly path: string;
  readonly detail: string;
  /** Why it is so, if that is on record. */
  readonly reason?: string | undefined;
}

export interface Tally {
  agree: number;
  total: number;
}

export type Tallies<G extends string = Group> = Record<G, Record<Kind, Tally>>;

/** What one comparison came to; plain data, so that it can pass between processes. */
export interface Outcome<G extends string = Group> {
  readonly tallies: Tallies<G>;
  readonly differences: Difference<G>[];
}

export function emptyOutcome<G extends string>(groups: readonly G[]): Outcome<G> {
  const tallies = {} as Tallies<G>;
  for (const group of groups) tallies[group] = { bytes: { agree: 0, total: 0 }, metadata: { agree: 0, total: 0 } };
  return { tallies, differences: [] };
}

export function addOutcome(to: Outcome, from: Outcome): void {
  for (const group of GROUPS) {
    for (const kind of KINDS) {
      to.tallies[group][kind].agree += from.tallies[group][kind].agree;
      to.tallies[group][kind].total += from.tallies[group][kind].total;
    }
  }
  to.differences.push(...from.differences);
}

/** The sum over some groups and kinds. */
export function sum<G extends string>(tallies: Tallies<G>, groups: readonly G[], kinds: readonly Kind[]): Tally {
  const total = { agree: 0, total: 0 };
  for (const group of groups) {
    for (const kind of kinds) {
      total.agree += tallies[group][kind].agree;
      total.total += tallies[group][kind].total;
    }
  }
  return total;
}

/** The share that agrees, in percent; 100 where nothing was compared. */
export function percent(tally: Tally): number {
  return tally.total === 0 ? 100 : (100 * tally.agree) / tally.total;
}

/** The table of results: a line per group, a column per kind. */
export function table<G extends string>(tallies: Tallies<G>, groups: readonly G[]): string {
  const width = Math.max(9, ...groups.map((name) => name.length + 1));
  const cell = (tally: Tally): string =>
    `${String(tally.agree).padStart(7)}/${String(tally.total).padEnd(7)}${percent(tally).toFixed(2).padStart(6)} %`;
  const row = (name: string, among: readonly G[]): string =>
    `${name.padEnd(width)}${cell(sum(tallies, among, ['bytes']))}  ${cell(sum(tallies, among, ['metadata']))}  ${cell(sum(tallies, among, KINDS))}`;
  const heading = `${''.padEnd(width)}${'bytes'.padStart(23)}  ${'metadata'.padStart(23)}  ${'all'.padStart(23)}`;
  return [heading, ...groups.map((group) => row(group, [group])), row('overall', groups)].join('\n');
}

/** One line for a difference. */
export function differenceLine(difference: Difference<string>): string {
  const { group, check, path, detail, reason } = difference;
  return `${group}: ${path}: ${check}: ${detail}${reason === undefined ? '' : ` [${reason}]`}`;
}

/** Where and what a difference is, whichever process, thread, descriptor or mapping it is about. */
function sort(difference: Difference<string>): string {
  const path = difference.path
    .replace(/^\{\w+\}( as [a-z ]+)?/, '{*}$1')
    .replace(/(task|fd|fdinfo)\/\d+/g, '$1/*')
    .replace(/map_files\/.*/, 'map_files/*')
    .replace(/(\/(?:conf|neigh))\/[^/]+/, '$1/*');
  return `${difference.group}: ${path}: ${difference.check}${difference.reason === undefined ? '' : ` [${difference.reason}]`}`;
}

function isMissing({ check, detail }: Difference<string>): boolean {
  return check === 'existence' && detail === 'ENOENT';
}

/** A line for each sort of difference: how often, and one of them. */
export function differenceSummary(differences: readonly Difference<string>[]): string[] {
  const sorts = new Map<string, Difference<string>[]>();
  const missing = new Set(differences.filter(isMissing).map(({ path }) => path));
  for (const difference of differences) {
    // What is missing is told once, and with a directory goes what is in it.
    if (missing.has(difference.path.replace(/\/[^/]+$/, ''))) continue;
    if (missing.has(difference.path) && !isMissing(difference)) continue;
    const name = sort(difference);
    const same = sorts.get(name);
    if (same) same.push(difference);
    else sorts.set(name, [difference]);
  }
  return [...sorts].map(([name, [first, ...more]]) => `${String(more.length + 1).padStart(5)} ${name}: ${first?.path}: ${first?.detail}`);
}
