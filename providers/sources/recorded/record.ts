/** Records a machine, sample after sample, as bytes for whoever keeps them. */

import { EACCES, EPERM } from '../../../fs/errno.ts';
import { SampleChanges } from './changes.ts';
import { encodeEnd, encodeSampleSection, encodeStart } from './encode.ts';
import type { Entry } from './entry.ts';
import { Recorder } from './recorder.ts';
import { Redaction } from './redact.ts';

export interface RecordOptions {
  /** Whether environments, command lines and host names are made up; the kernel's log is left out then. */
  readonly redact: boolean;
  /** The program that records, with its version. */
  readonly recorder: string;
}

/** What a sample was like. */
export interface SampleFigures {
  readonly processes: number;
  readonly paths: number;
  /** What could not be read for want of a right. */
  readonly refused: number;
}

export class Recordings {
  readonly #options: RecordOptions;
  readonly #recorder: Recorder;
  readonly #changes = new SampleChanges();
  #redaction: Redaction | undefined;
  #begun: number | undefined;
  #last = -1;

  constructor(options: RecordOptions, recorder: Recorder = new Recorder({ log: !options.redact })) {
    this.#options = options;
    this.#recorder = recorder;
  }

  /** The bytes that a recording begins with. */
  start(): Buffer {
    const { recorder, redact } = this.#options;
    return encodeStart({ recorder, time: Date.now(), architecture: process.arch, redacted: redact });
  }

  /** Takes a sample; undefined for one that is too large for a recording. */
  sample(): { readonly bytes: Buffer; readonly figures: SampleFigures } | undefined {
    const now = performance.now();
    this.#begun ??= now;
    // Two samples cannot have the same time.
    const milliseconds = Math.max(this.#last + 1, Math.round(now - this.#begun));
    this.#last = milliseconds;
    const taken = this.#recorder.sample();
    const redaction = this.#options.redact ? (this.#redaction ??= new Redaction(taken)) : undefined;
    const sample = redaction ? taken.map((entry) => redaction.redact(entry)) : taken;
    const bytes = encodeSampleSection(milliseconds, this.#changes.next(sample));
    return bytes && { bytes, figures: figuresOf(sample) };
  }

  /** The bytes that it ends with. */
  end(): Buffer {
    this.#recorder.dispose();
    return encodeEnd();
  }
}

function figuresOf(sample: readonly Entry[]): SampleFigures {
  let [processes, refused] = [0, 0];
  for (const entry of sample) {
    if (entry.kind === 'directory' && !entry.unlisted && /^proc\/\d+$/.test(entry.path)) processes++;
    const error = entry.kind === 'gone' ? 0 : entry.kind === 'file' ? entry.openError || entry.readError : entry.error;
    if (error === EACCES || error === EPERM) refused++;
  }
  return { processes, paths: sample.length, refused };
}
