/** /proc/crypto (crypto/proc.c c_show, and the show function of each type). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

/** How wide the column of names is. */
const WIDTH = 13;

export function crypto(out: TextWriter, kernel: KernelView): void {
  for (const algorithm of kernel.cryptoAlgorithms()) {
    field(out, 'name', algorithm.name);
    field(out, 'driver', algorithm.driver);
    field(out, 'module', algorithm.module);
    out.textLeft('priority', WIDTH).text(': ').signed(algorithm.priority).newline();
    out.textLeft('refcnt', WIDTH).text(': ').decimal(algorithm.references).newline();
    field(out, 'selftest', algorithm.tested ? 'passed' : 'unknown');
    field(out, 'internal', algorithm.internal ? 'yes' : 'no');
    if (algorithm.fips !== undefined) field(out, 'fips', algorithm.fips ? 'yes' : 'no');
    field(out, 'type', algorithm.type);
    for (const [name, value] of algorithm.details) {
      if (typeof value === 'string') field(out, name, value);
      else out.textLeft(name, WIDTH).text(': ').decimal(value).newline();
    }
    out.newline();
  }
}

function field(out: TextWriter, name: string, value: string): void {
  out.textLeft(name, WIDTH).text(': ').text(value).newline();
}
