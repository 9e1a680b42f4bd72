/** The fuzzed server of the package's own tests: a tree of which only a part is given out. */

import type { Answer, Attach, FileNode, Request } from '../operations.ts';
import type { Qid } from '../qid.ts';
import type { FuzzSubject } from './fuzz.ts';
import { MemoryFiles, type Pace } from './memory-files.ts';
import { settled } from './raw-client.ts';

/** Makes a subject in which everything above its tree is out of bounds. */
export function memorySubject(pace: Pace): FuzzSubject {
  const files = new MemoryFiles(pace);
  const inside = files.root.entries.get('directory')?.inode;
  if (!inside) throw new Error('no directory');
  inside.add('deeper', files.make(0o040755));
  inside.entries.get('deeper')?.inode.add('leaf', files.make(0o100644));
  inside.add('waiting', files.root.entries.get('waiting')?.inode as never);
  const outside = new Set<number | bigint>(
    [files.root, ...['text', 'empty'].map((name) => files.root.entries.get(name)?.inode)].map(
      (inode) => inode?.path ?? 0,
    ),
  );
  return {
    files: {
      async attach(attach: Attach, request: Request): Promise<FileNode | number> {
        void request;
        const root = await (files.attach({ ...attach, tree: '' }) as Answer<FileNode>);
        if (typeof root === 'number') return root;
        const node = await (root.walk?.('directory', request) ?? root);
        root.forget?.();
        return node;
      },
    },
    tree: '',
    names: ['inner', 'deeper', 'leaf', 'waiting', 'new1', 'new2'],
    seen(qid: Qid): void {
      if (outside.has(qid.path)) throw new Error(`a file outside of the tree was told: ${qid.path}`);
    },
    async ended() {
      try {
        await settled(() => files.nodes === 0 && files.files === 0 && files.sleeping === 0);
      } catch {
        throw new Error(`${files.nodes} nodes, ${files.files} files and ${files.sleeping} readers are left`);
      }
    },
  };
}
