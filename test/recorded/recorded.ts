/**
 * Files as another kernel wrote them: Linux 6.12 of a distribution with modules, scheduler statistics, RAID arrays, a frame
 * buffer, and parameters that this machine's kernel may lack; a kernel thread and a sleeping process. The longest tables are
 * cut.
 */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

interface Recording {
  readonly release: string;
  /** Texts as byte strings, by path below /proc. */
  readonly files: Readonly<Record<string, string>>;
}

const FILE = fileURLToPath(new URL('../../../test/recorded/linux-6.12.json', import.meta.url));

/** The recorded kernel, in files of a temporary directory. */
export const RECORDING: Recording = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;

/** The recording as a source reads it. */
export class Recorded {
  /** The process that was recorded, by which the source tells which files of processes there are. */
  static readonly PROCESS = 329;
  readonly source: HostSource;
  readonly #directory = temporaryDirectory();

  constructor() {
    for (const [path, text] of Object.entries(RECORDING.files)) {
      mkdirSync(dirname(join(this.#directory, path)), { recursive: true });
      writeFileSync(join(this.#directory, path), text, 'latin1');
    }
    symlinkSync(String(Recorded.PROCESS), join(this.#directory, 'self'));
    this.source = new HostSource({ proc: `${this.#directory}/`, sys: '/sys/' });
  }

  dispose(): void {
    this.source.dispose();
    removeDirectory(this.#directory);
  }
}
