/** Takes out of a recording what is nobody's business: environments, command lines and host names. */

import type { Entry, FileEntry } from './entry.ts';

const EQUALS = 0x3d;
const FILLER = 0x78;

/** Host names that tell nothing, and names so short that they may mean anything. */
const NAMELESS: ReadonlySet<string> = new Set(['', '(none)', 'localhost', 'localhost.localdomain']);
const SHORTEST = 3;

/** Where the names are, and the kernel's own command line. */
const NAMES: ReadonlySet<string> = new Set(['proc/sys/kernel/hostname', 'proc/sys/kernel/domainname']);

/** Files in which no host name can be, and in whose words one may happen to be: tables of the kernel's own. */
const NAMELESS_FILE =
  /^proc\/(?:config\.gz|kallsyms|crypto|cpuinfo|stat|meminfo|vmstat|zoneinfo|buddyinfo|pagetypeinfo|slabinfo|vmallocinfo|interrupts|softirqs|diskstats|partitions|filesystems|devices|misc|iomem|ioports|timer_list|schedstat|allocinfo)$|^sys\/kernel\/(?:btf|notes)/;

/** Redacts one sample after the other. */
export class Redaction {
  /** What is replaced, and by what; the longest first. */
  readonly #names: { readonly pattern: RegExp; readonly filler: string }[];

  /** Finds the names in a machine's first sample. */
  constructor(sample: readonly Entry[]) {
    const names = new Set<string>();
    for (const entry of sample) {
      if (entry.kind !== 'file' || !NAMES.has(entry.path)) continue;
      const name = entry.text.toString('latin1').trimEnd();
      for (const one of [name, name.split('.', 1)[0] as string]) if (!NAMELESS.has(one) && one.length >= SHORTEST) names.add(one);
    }
    this.#names = [...names]
      .sort((a, b) => b.length - a.length)
      .map((name) => ({
        pattern: new RegExp(`(?<![A-Za-z0-9_])${name.replace(/[^A-Za-z0-9]/g, '\\$&')}(?![A-Za-z0-9_])`, 'gi'),
        filler: fillerFor(name),
      }));
  }

  /** An entry with what is to be taken out replaced, of the same lengths. */
  redact(entry: Entry): Entry {
    if (entry.kind === 'link') {
      const target = this.#withoutNames(entry.target);
      return target === entry.target ? entry : { ...entry, target };
    }
    if (entry.kind !== 'file' || entry.text.length === 0) return entry;
    const { path } = entry;
    if (NAMES.has(path)) return withText(entry, Buffer.from(withoutName(entry.text.toString('latin1')), 'latin1'));
    if (/^proc\/\d+\/(?:task\/\d+\/)?environ$/.test(path)) return withText(entry, withoutValues(entry.text));
    if (/^proc\/\d+\/(?:task\/\d+\/)?cmdline$/.test(path)) return withText(entry, withoutArguments(entry.text));
    if (path === 'proc/cmdline') return withText(entry, Buffer.from(withoutParameters(entry.text.toString('latin1')), 'latin1'));
    if (path === 'proc/bootconfig') return withText(entry, Buffer.from(withoutQuoted(entry.text.toString('latin1')), 'latin1'));
    if (this.#names.length === 0 || NAMELESS_FILE.test(path)) return entry;
    const text = entry.text.toString('latin1');
    const redacted = this.#withoutNames(text);
    return redacted === text ? entry : withText(entry, Buffer.from(redacted, 'latin1'));
  }

  #withoutNames(text: string): string {
    let redacted = text;
    for (const { pattern, filler } of this.#names) redacted = redacted.replace(pattern, filler);
    return redacted;
  }
}

function withText(entry: FileEntry, text: Buffer): FileEntry {
  return { ...entry, text };
}

/** A name of the same length with its dots and hyphens where they were. */
function fillerFor(name: string): string {
  return name.replace(/[A-Za-z0-9]/g, (_char, at: number) => 'host'[at % 4] as string);
}

/** The text of a parameter that is a name: one that tells nothing stays. */
function withoutName(text: string): string {
  const name = text.trimEnd();
  return NAMELESS.has(name) ? text : fillerFor(name) + text.slice(name.length);
}

/** An environment whose variables have their names, and values of x; what is no variable is x. */
function withoutValues(environment: Buffer): Buffer {
  const redacted = Buffer.from(environment);
  let value = false;
  for (let at = 0, start = 0; at < redacted.length; at++) {
    if (redacted[at] === 0) {
      if (!value) redacted.fill(FILLER, start, at);
      [start, value] = [at + 1, false];
    } else if (value) redacted[at] = FILLER;
    else if (redacted[at] === EQUALS) value = true;
    if (at === redacted.length - 1 && redacted[at] !== 0 && !value) redacted.fill(FILLER, start, at + 1);
  }
  return redacted;
}

/**
 * A command line with the name of its program, and arguments of x. A program may have written a text over its own, in which the name
 * ends at a blank or colon.
 */
function withoutArguments(line: Buffer): Buffer {
  const redacted = Buffer.from(line);
  let at = redacted.findIndex((byte) => byte === 0 || byte === 0x20 || byte === 0x3a);
  if (at < 0) return redacted;
  for (; at < redacted.length; at++) if ((redacted[at] as number) > 0x20) redacted[at] = FILLER;
  return redacted;
}

/** The kernel's parameters with their names, and values of x; what follows `--` is the first program's, whose arguments are x. */
function withoutParameters(line: string): string {
  const [, own = '', ofInit = ''] = /^(.*?(?:(?:^|\s)--(?=\s)|$))(.*)$/s.exec(line) ?? [];
  return own.replace(/=("[^"]*"|[^\s"]+)/g, (_whole, value: string) => `=${value.replace(/[^"]/g, 'x')}`) + ofInit.replace(/\S/g, 'x');
}

/** A boot configuration with its keys, and values of x. */
function withoutQuoted(text: string): string {
  return text.replace(/"[^"\n]*"/g, (value) => `"${'x'.repeat(value.length - 2)}"`);
}
