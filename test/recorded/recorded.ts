/**
 * Files as other kernels wrote them: distributions' Linux with modules, scheduler statistics, RAID arrays, a frame buffer, and
 * parameters that this machine's kernel may lack; a kernel thread and a sleeping process. The longest tables are cut.
 */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

interface Recording {
  readonly release: string;
  /** The process that was recorded, by which the source tells which files of processes there are. */
  readonly process: number;
  /** Texts as byte strings, by path below /proc. */
  readonly files: Readonly<Record<string, string>>;
}

function recording(name: string): Recording {
  const file = fileURLToPath(new URL(`../../../test/recorded/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}

/** The recorded kernels. */
export const RECORDINGS: readonly Recording[] = ['linux-6.1', 'linux-6.12'].map(recording);

/** Runs a test with a source that reads a recording, from files of a temporary directory. */
export function withRecording({ files, process }: Recording, body: (source: HostSource) => void): void {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, 'latin1');
  }
  symlinkSync(String(process), join(directory, 'self'));
  const source = new HostSource({ proc: `${directory}/`, sys: '/sys/' });
  try {
    body(source);
  } finally {
    source.dispose();
    removeDirectory(directory);
  }
}
