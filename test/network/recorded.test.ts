/**
 * Files that only some kernels have, as Linux 6.12 wrote them with every network module of a distribution loaded and
 * something to show in each: bonds, VLANs, virtual servers, SCTP associations, CAN sockets, amateur radio, and so on.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NetworkDirectories, type NetworkFiles, entryPath } from '../../providers/model/network.ts';
import { ENTRY_PARSERS, FILE_PARSERS } from '../../providers/sources/linux-host/net/parsers.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import type { EntryFixtures } from './examples.ts';
import { FixtureNetwork } from './fixture.ts';
import { render } from './render.ts';

interface Recording {
  readonly release: string;
  /** Texts as byte strings, by path below PID/net. */
  readonly files: Readonly<Record<string, string>>;
}

const FILE = fileURLToPath(new URL('../../../test/network/linux-6.12.json', import.meta.url));
const recording = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;

/** A namespace that has one file, parsed from a text. */
function namespaceWith(path: string, text: string): FixtureNetwork {
  const bytes = Buffer.from(text, 'latin1');
  const scanner = new Scanner(bytes);
  if (Object.hasOwn(FILE_PARSERS, path)) {
    return new FixtureNetwork({ [path]: FILE_PARSERS[path as keyof NetworkFiles](bytes, scanner) }, {} as EntryFixtures);
  }
  for (const directory of Object.keys(ENTRY_PARSERS) as (keyof NetworkDirectories)[]) {
    const name = path.split('/')[1] ?? '';
    if (entryPath(directory, name) !== path) continue;
    return new FixtureNetwork({}, { [directory]: { [name]: ENTRY_PARSERS[directory](bytes, scanner) } } as unknown as EntryFixtures);
  }
  throw new Error(`${path}: nothing reads it`);
}

for (const [path, text] of Object.entries(recording.files)) {
  test(`net/${path} is written as Linux ${recording.release} wrote it`, () => {
    assert.is(render(namespaceWith(path, text), path), text);
  });
}

test.run();
