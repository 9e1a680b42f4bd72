/**
 * The model holds values, not lines of text: no string in it is a whole line with blanks in it or several lines, but for the
 * dumps that have no grammar. Looked at for this machine's kernel and for ones that were recorded.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { ModelRecorder, leafName } from '../mutation/model-recorder.ts';
import { TreeObserver } from '../mutation/tree-observer.ts';
import { RECORDINGS, withRecording } from './recorded.ts';

/** Accessors whose values are text by design: the dumps, what was typed at boot, a vendor's version, a module's label. */
const TEXT = /\.(?:read\(fib_trie(?:stat)?\)|(?:bootParameters|versionSignature)\(\)|label\([^)]*\))$/;

/** What has no lines or too many, and what is gone for others when it is read. */
const BINARY = /^(?:kmsg|kcore|kpage\w+|kallsyms|config\.gz)$|\/(?:mem|pagemap)$/;

/** Strings in the model of the files about a kernel and one of its processes that are lines of them. */
function lines(source: HostSource, process: number): string[] {
  const recorder = new ModelRecorder(source.view());
  const observer = new TreeObserver(linprocfs(recorder.source, DEFAULT_OPTIONS), SUPERUSER);
  const shown = new Map<string, Set<string>>();
  const into = (path: string): boolean => !/^(?:\d+|sys)(?:\/|$)/.test(path) || path.startsWith(String(process)) && !path.endsWith('/task');
  observer.walk((path, _aspect, look) => {
    if (BINARY.test(path)) return;
    recorder.asked.clear();
    const text = look().split('\n');
    for (const call of recorder.asked) {
      let lines = shown.get(call);
      if (!lines) shown.set(call, (lines = new Set()));
      for (const line of text) lines.add(line);
    }
  }, into);
  const found: string[] = [];
  for (const leaf of recorder.leaves()) {
    const { call, value } = leaf;
    if (typeof value !== 'string' || TEXT.test(call)) continue;
    // A name may have anything in it: it is part of a line, or a line of its own when it is a path.
    const [first = '', ...more] = value.split('\n');
    if (first.startsWith('/') || !shown.get(call)?.has(first)) continue;
    if (more.length > 0 || /\S[ \t]+\S/.test(first)) found.push(`${leafName(leaf)}: ${JSON.stringify(value.slice(0, 80))}`);
  }
  return found;
}

for (const recording of RECORDINGS) {
  test(`in Linux ${recording.release}`, () =>
    withRecording(recording, (source) => assert.equal(lines(source, recording.process), [])));
}

const here = process.platform === 'linux';
if (!here) console.log('skipped: needs Linux');
(here ? test : test.skip)("in this machine's kernel", () => {
  const source = new HostSource();
  try {
    assert.equal(lines(source, process.pid), []);
  } finally {
    source.dispose();
  }
});

test.run();
