/** A recording in a file: its header, and its samples one by one. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  BadRecording,
  type DecodedSample,
  type Section,
  checkStart,
  decodeHeader,
  decodeSample,
  decodeSectionHead,
  unpack,
} from './decode.ts';
import {
  FILE_HEADER_BYTES,
  type RecordingHeader,
  SECTION_END,
  SECTION_HEADER,
  SECTION_HEADER_BYTES,
  SECTION_SAMPLE,
} from './layout.ts';

/** How much is unpacked when a recording is opened, to see that it can be; of a longer one the rest is looked at when its time comes. */
const CHECKED_BYTES: number = 256 << 20;

/** Where the bytes are. */
export interface RecordingBytes {
  readonly length: number;
  /** The bytes at an offset; fewer where the end comes before. */
  read(at: number, length: number): Buffer;
  close(): void;
}

/** A recording's bytes in memory. */
export function bytesInMemory(bytes: Buffer): RecordingBytes {
  return { length: bytes.length, read: (at, length) => bytes.subarray(at, at + length), close() {} };
}

/** Those in a file, which stays open. Throws the system's error. */
export function bytesInFile(path: string): RecordingBytes {
  const descriptor = openSync(path, 'r');
  const { size: length } = fstatSync(descriptor);
  return {
    length,
    read(at, wanted) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(wanted, length - at)));
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(descriptor, bytes, done, bytes.length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    },
    close: () => closeSync(descriptor),
  };
}

export class Recording {
  readonly header: RecordingHeader;
  /** When each sample was taken, in milliseconds since the first; as far as they have been looked at. */
  readonly #times: number[] = [];
  readonly #samples: readonly Section[];
  readonly #bytes: RecordingBytes;
  readonly #first: DecodedSample;

  /** Reads the heads of all sections, and as many samples as it takes to believe the others. Throws BadRecording. */
  constructor(bytes: RecordingBytes) {
    this.#bytes = bytes;
    checkStart(bytes.read(0, FILE_HEADER_BYTES));
    const [header, ...samples] = this.#sections();
    if (header?.kind !== SECTION_HEADER) throw new BadRecording(`section at byte ${FILE_HEADER_BYTES}: no header`);
    const stranger = samples.find(({ kind }) => kind !== SECTION_SAMPLE);
    if (stranger) throw new BadRecording(`section at byte ${stranger.at}: a second header`);
    if (samples.length === 0) throw new BadRecording(`byte ${bytes.length}: there is no sample`);
    this.#samples = samples;
    this.header = decodeHeader(header, this.#data(header));
    this.#first = this.#decode(0);
    let looked = 0;
    for (let number = 1; number < samples.length; number++) {
      looked += (samples[number] as Section).bytes;
      if (looked > CHECKED_BYTES) break;
      this.#decode(number);
    }
  }

  #sections(): Section[] {
    const sections: Section[] = [];
    for (let at = FILE_HEADER_BYTES; ; ) {
      const section = decodeSectionHead(this.#bytes.read(at, SECTION_HEADER_BYTES), at, this.#bytes.length);
      at += SECTION_HEADER_BYTES + section.storedBytes;
      if (section.kind !== SECTION_END) {
        sections.push(section);
        continue;
      }
      if (at !== this.#bytes.length) throw new BadRecording(`byte ${at}: there is more behind the end`);
      return sections;
    }
  }

  #data(section: Section): Buffer {
    return unpack(section, this.#bytes.read(section.at + SECTION_HEADER_BYTES, section.storedBytes));
  }

  #decode(number: number): DecodedSample {
    const section = this.#samples[number] as Section;
    const sample = decodeSample(section, this.#data(section));
    const before = number === 0 ? 0 : this.#times[number - 1];
    if (before !== undefined && (number === 0 ? sample.milliseconds !== 0 : sample.milliseconds <= before))
      throw new BadRecording(`section at byte ${section.at}: its time is ${sample.milliseconds} ms, after ${before} ms`);
    this.#times[number] = sample.milliseconds;
    return sample;
  }

  /** How many samples there are. */
  get length(): number {
    return this.#samples.length;
  }

  /** A sample; the first one has everything, each other what has changed. Throws BadRecording. */
  sample(number: number): DecodedSample {
    return number === 0 ? this.#first : this.#decode(number);
  }

  /** When a sample was taken, in milliseconds since the first; undefined for one that there is not. Throws BadRecording. */
  timeOf(number: number): number | undefined {
    if (number >= this.length) return undefined;
    return this.#times[number] ?? this.#decode(number).milliseconds;
  }

  close(): void {
    this.#bytes.close();
  }
}
