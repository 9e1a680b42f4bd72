/** The interrupts of a Linux host one by one: /proc/irq. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { hexMask } from '../../linprocfs/bits.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { InterruptLine, SpuriousInterrupts } from '../../model/interrupts.ts';
import type { HostSource } from './host-source.ts';
import { parseMask, parseSpurious } from './parse-interrupts.ts';
import type { Scanner } from './scanner.ts';

/** What is in an interrupt's directory besides its handlers. */
const SETTINGS: ReadonlySet<string> = new Set([
  'smp_affinity',
  'smp_affinity_list',
  'affinity_hint',
  'effective_affinity',
  'effective_affinity_list',
  'node',
  'spurious',
]);

export class HostInterruptLine implements InterruptLine {
  readonly #source: HostSource;
  readonly #path: string;

  constructor(source: HostSource, number: number) {
    this.#source = source;
    this.#path = `irq/${number}`;
  }

  #parsed<T>(file: string, parse: (scanner: Scanner) => T): T {
    const { files, scanner } = this.#source;
    const length = files.read(`${this.#path}/${file}`);
    return parse(scanner.reset(files.bytes, isErrno(length) ? 0 : length));
  }

  actions(): readonly string[] {
    const names = this.#source.files.list(this.#path);
    return isErrno(names) ? [] : names.filter((name) => !SETTINGS.has(name));
  }

  movable(): boolean {
    return ((this.#source.files.stat(`${this.#path}/smp_affinity`)?.mode ?? 0) & 0o200) !== 0;
  }

  affinity(): BitMask {
    return this.#parsed('smp_affinity', parseMask);
  }

  effectiveAffinity(): BitMask {
    return this.#parsed('effective_affinity', parseMask);
  }

  affinityHint(): BitMask {
    return this.#parsed('affinity_hint', parseMask);
  }

  setAffinity(cpus: BitMask): Errno | 0 {
    return writeMask(this.#source, `${this.#path}/smp_affinity`, cpus);
  }

  node(): number {
    return this.#parsed('node', (scanner) => scanner.signed());
  }

  spurious(): SpuriousInterrupts {
    return this.#parsed('spurious', parseSpurious);
  }
}

/** Writes a mask to a file of the host. */
export function writeMask(source: HostSource, path: string, mask: BitMask): Errno | 0 {
  const out = new TextWriter(64);
  hexMask(out, mask);
  const taken = source.files.write(path, out.bytes.subarray(0, out.length));
  source.invalidate();
  return isErrno(taken) ? taken : 0;
}
