/** The package stands alone: nothing in it imports anything of the rest of the project, or any other package. */

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const PACKAGE = fileURLToPath(new URL('../../../mounts/node-9p', import.meta.url));

test('imports stay within', () => {
  const sources = readdirSync(PACKAGE, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('dist'),
  );
  assert.ok(sources.length > 30);
  for (const path of sources) {
    const text = readFileSync(join(PACKAGE, path), 'utf8');
    for (const [, from = ''] of text.matchAll(/\bfrom '([^']+)'/g)) {
      if (/\.(test|slow)\.ts$/.test(path) && /^uvu/.test(from)) continue;
      const inside =
        from.startsWith('node:') || !relative(PACKAGE, resolve(PACKAGE, dirname(path), from)).startsWith('..');
      // A template of a test's names files of the package by their paths at run time.
      assert.ok(
        inside && (from.startsWith('node:') || from.startsWith('.') || from.startsWith('$')),
        `${path} imports ${from}`,
      );
    }
  }
});

test.run();
