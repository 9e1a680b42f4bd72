/** Parameters of every kind have their texts, and each value of the model shows in its own file and nowhere else. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { dir } from '../../fs/generated/spec.ts';
import { type GeneratedTree, generatedTree } from '../../fs/generated/tree.ts';
import type { KernelSource, KernelView } from '../../providers/kernel-view.ts';
import { sys } from '../../providers/linprocfs/sys/tree.ts';
import type { SysctlRow } from '../../providers/model/sysctl/row.ts';
import { allRows, meaningOf } from '../../providers/model/sysctl/schema.ts';
import { StoredSysctl } from '../../providers/sources/stored-sysctl.ts';
import { ModelRecorder } from '../mutation/model-recorder.ts';
import { mutateAll } from '../mutation/mutate.ts';
import { TreeObserver } from '../mutation/tree-observer.ts';
import { SYSCTL_FIXTURE } from './fixture.ts';

const values = new StoredSysctl(SYSCTL_FIXTURE.map(([path, value]) => [path, value]));
const kernel = { sysctl: () => values } as unknown as KernelView;

function tree(source: KernelSource): GeneratedTree {
  return generatedTree<KernelView>({
    type: 'proc', magic: 0, root: dir(0o555, { sys: sys(source) }), subject: { context: (caller) => source.view(caller) },
    fileSize: 0, blockSize: 1024, changes: () => 'kept', declaredMilliseconds: 0,
  });
}

test('the fixture has a parameter of every kind', () => {
  const kindOf = (row: SysctlRow): string => (row.kind === 'numbers' ? row.type : row.kind);
  const shown = new Set(SYSCTL_FIXTURE.map(([path]) => kindOf(meaningOf(path))));
  // Numbers of 8 bits are printed as others are.
  for (const [path, row] of allRows()) assert.ok(shown.has(kindOf(row)) || kindOf(row) === 'u8', path);
});

test('every text is to the byte as the kernel prints it', () => {
  const observer = new TreeObserver(tree({ view: () => kernel }), SUPERUSER);
  for (const [path, , text] of SYSCTL_FIXTURE) {
    const content = observer.look(`sys/${path}`, 'content');
    assert.ok(content.endsWith(text) && content.length - text.length < 16, `${path}: ${JSON.stringify(content)}`);
  }
});

test('every value of the model shows in its own file alone', () => {
  const effects = mutateAll({ recorder: new ModelRecorder(kernel), tree, caller: SUPERUSER, into: () => true });
  let checked = 0;
  for (const { leaf, shows } of effects) {
    const path = /^kernel\.sysctl\(\)\.read\(([^,]+), \.\.\)/.exec(leaf)?.[1];
    if (path === undefined) continue;
    checked++;
    assert.equal(shows.map((show) => `${show.path} ${show.aspect}`), [`sys/${path} content`], leaf);
  }
  assert.ok(checked >= SYSCTL_FIXTURE.length, String(checked));
});

test.run();
