/** Profiles in formats that flame-graph viewers open. */

/** Chains of callers, from the outermost on, with newlines between, and how often each was seen. */
export type Stacks = ReadonlyMap<string, number>;

/** One line a chain, as flamegraph.pl and inferno take them: `main;sort;compare 12`. */
export function collapsedStacks(stacks: Stacks): string {
  const lines = [...stacks].map(([stack, count]) => `${stack.replaceAll(';', ':').replaceAll('\n', ';')} ${count}`);
  return lines.sort().map((line) => `${line}\n`).join('');
}

/**
 * As https://www.speedscope.app opens it (its file-format-schema.json, type `sampled`). `milliseconds` is the time between two samples.
 */
export function speedscope(stacks: Stacks, title: string, milliseconds: number): string {
  const frames: { name: string }[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    let number = numbers.get(name);
    if (number === undefined) {
      numbers.set(name, (number = frames.length));
      frames.push({ name });
    }
    return number;
  };
  const samples = [...stacks.keys()].map((stack) => stack.split('\n').map(numberOf));
  const weights = [...stacks.values()].map((count) => count * milliseconds);
  const end = weights.reduce((sum, weight) => sum + weight, 0);
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'compatfs',
    name: title,
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [{ type: 'sampled', name: title, unit: 'milliseconds', startValue: 0, endValue: end, samples, weights }],
  });
}
