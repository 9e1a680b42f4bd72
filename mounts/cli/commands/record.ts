/** compatfs record */

import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { type Command, type Words } from '../command.ts';
import { Failure, badUsage } from '../failure.ts';
import { complain, print } from '../output.ts';
import { VERSION } from '../version.ts';

/** How often there is a sample where nothing is said, in seconds. */
const USUAL_PACE = 1;
/** A day's recording is long, and a pace beyond it none. */
const LONGEST_SECONDS = 31 * 86_400;

export const record: Command = {
  name: 'record',
  forms: ['[--for SECONDS] [--every SECONDS] [--redact] FILE'],
  summary: "Records this machine's /proc and /sys in FILE",
  options: {
    for: { value: 'SECONDS', help: `record a history of so long, not only what is now` },
    every: { value: 'SECONDS', help: `with a sample so often (default ${USUAL_PACE}); without --for, until interrupted` },
    redact: { help: 'make up environments, command lines and host names, and leave out the log' },
    help: { short: 'h', help: 'print this' },
  },
  notes: [
    'The file can be mounted: compatfs mount -o source=recorded:FILE TARGET, and likewise with -t linsysfs.',
    'What this user may not read is not in it, so that root records most. It is for its owner alone: it has the environments of',
    'all processes unless --redact is given. docs/recordings.md tells what is in it, and what is made up.',
  ].join('\n'),
  run,
};

async function run(words: Words): Promise<number> {
  const [file, more] = words.operands;
  if (file === undefined || file === '') throw badUsage('record', 'FILE is missing; see compatfs record --help');
  if (more !== undefined) throw badUsage('record', `too many operands: ${words.operands.slice(1).join(' ')}`);
  const duration = seconds(words, 'for') ?? (words.has('every') ? LONGEST_SECONDS : 0);
  const pace = seconds(words, 'every') ?? USUAL_PACE;
  if (pace === 0) throw badUsage('record', 'bad value in --every: more than 0 seconds');
  if (process.platform !== 'linux') throw new Failure('record', 'only a Linux machine can be recorded');
  // It has all the parsers with it.
  const { Recordings } = await import('../../../providers/sources/recorded/record.ts');
  const recordings = new Recordings({ redact: words.has('redact'), recorder: `compatfs ${VERSION}` });
  const unfinished = new UnfinishedFile(file);
  const interruption = new Interruption();
  try {
    unfinished.write(recordings.start());
    const until = performance.now() + duration * 1000;
    let samples = 0;
    let isInterrupted = false;
    let first: { processes: number; paths: number; refused: number } | undefined;
    for (let next = performance.now(); ; ) {
      const sample = recordings.sample();
      if (!sample) throw new Failure(file, 'there is more to record than a recording holds');
      unfinished.write(sample.bytes);
      first ??= sample.figures;
      samples++;
      // A machine that is slower than the pace has fewer samples.
      while (next <= performance.now()) next += pace * 1000;
      // A history has an end at the least, however long its beginning took.
      const isLast = next > until && (samples > 1 || duration === 0);
      isInterrupted = !isLast && (await interruption.within(next - performance.now()));
      if (isLast || isInterrupted) break;
    }
    unfinished.write(recordings.end());
    const bytes = unfinished.finish();
    const { processes = 0, paths = 0, refused = 0 } = first ?? {};
    const taken = samples === 1 ? '' : `${samples} samples, at first `;
    print(`${file}: ${taken}${paths} files of the system and ${processes} processes in ${Math.ceil(bytes / 1024)} KiB`);
    const wanted = Math.floor(duration / pace) + 1;
    if (samples < wanted && !isInterrupted) complain(`${file}: recording takes longer than the pace: ${samples} samples instead of ${wanted}`);
    if (refused > 0 && process.getuid?.() !== 0) complain(`${file}: this user may not read ${refused} of them; root can`);
    return 0;
  } finally {
    interruption.end();
    unfinished.giveUp();
  }
}

/** The seconds that an option says. Throws a Failure. */
function seconds(words: Words, option: string): number | undefined {
  const value = words.value(option);
  if (value === undefined) return undefined;
  const number = /^\d{1,7}(\.\d{1,3})?$/.test(value) ? Number(value) : NaN;
  if (!(number <= LONGEST_SECONDS)) throw badUsage('record', `bad value in --${option}: ${value}: seconds, ${LONGEST_SECONDS} at most, with three decimals`);
  return number;
}

/** A file that has its name only when it is whole. */
class UnfinishedFile {
  readonly #path: string;
  readonly #descriptor: number;
  #bytes = 0;
  #open = true;

  /** Throws a Failure. */
  constructor(path: string) {
    this.#path = path;
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Failure(path, 'a directory');
    try {
      this.#descriptor = openSync(this.#unfinished, 'w', 0o600);
    } catch (error) {
      throw new Failure(path, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  get #unfinished(): string {
    return `${this.#path}.part`;
  }

  /** Throws a Failure. */
  write(bytes: Buffer): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    } catch (error) {
      throw new Failure(this.#path, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
    this.#bytes += bytes.length;
  }

  /** Gives it its name; returns its size. Throws a Failure. */
  finish(): number {
    this.#open = false;
    closeSync(this.#descriptor);
    try {
      renameSync(this.#unfinished, this.#path);
    } catch (error) {
      rmSync(this.#unfinished, { force: true });
      throw new Failure(this.#path, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
    return this.#bytes;
  }

  /** Removes what is not whole. */
  giveUp(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
    rmSync(this.#unfinished, { force: true });
  }
}

/** Hears of signals that ask for the end, so that there is one: what was recorded by then is kept. */
class Interruption {
  #interrupted = false;
  #wake: () => void = () => {};
  readonly #hear = (): void => {
    this.#interrupted = true;
    this.#wake();
  };

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.#hear);
  }

  /** Whether one comes within so many milliseconds. */
  async within(milliseconds: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, milliseconds));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#interrupted) this.#wake();
    });
    return this.#interrupted;
  }

  end(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#hear);
  }
}
