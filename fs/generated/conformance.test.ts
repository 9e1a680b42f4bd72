/** Generated trees under the part of the conformance suite that only reads. */

import { READ_TREE } from '../testing/cases/reading.ts';
import { testConformance } from '../testing/suite.ts';
import { VfsProcess } from '../testing/vfs-process.ts';
import { Vfs } from '../vfs.ts';
import { type NodeSpec, dir, file, link } from './spec.ts';
import { generatedTree } from './tree.ts';

/** The entries of a directory of the tree. */
function entries(prefix: string): Record<string, NodeSpec<null>> {
  const found: Record<string, NodeSpec<null>> = {};
  for (const [path, content] of Object.entries(READ_TREE)) {
    const name = path.slice(prefix.length);
    if (!path.startsWith(prefix) || name.includes('/')) continue;
    if (content === null) found[name] = dir(0o555, entries(`${path}/`));
    else if (typeof content === 'string') found[name] = file(0o444, (out) => void out.text(content));
    else found[name] = link(content.link);
  }
  return found;
}

testConformance('generated trees', () => {
  const tree = generatedTree<null>({
    type: 'proc',
    magic: 0x9fa0,
    root: dir(0o555, entries('')),
    subject: { context: () => null },
    fileSize: 0,
    blockSize: 1024,
    changes: () => 'kept',
    declaredMilliseconds: 0,
  });
  return { process: new VfsProcess(new Vfs(tree)), features: new Set(['fixed', 'resolve'] as const) };
});
