/** An ext4 file system of a Linux host: /proc/fs/ext4/DEVICE. */

import { isErrno } from '../../../fs/errno.ts';
import type { BlockGroup, Ext4, ExtentStatus, FastCommits, Statistic } from '../../model/file-systems.ts';
import type { HostSource } from './host-source.ts';
import * as parse from './parse-file-systems.ts';
import type { Scanner } from './scanner.ts';

export class HostExt4 implements Ext4 {
  readonly #source: HostSource;
  readonly #path: string;

  constructor(source: HostSource, device: string) {
    this.#source = source;
    this.#path = `fs/ext4/${device}`;
  }

  #parsed<T>(file: string, parser: (scanner: Scanner) => T): T {
    const { files, scanner } = this.#source;
    const length = files.read(`${this.#path}/${file}`);
    return parser(scanner.reset(files.bytes, isErrno(length) ? 0 : length));
  }

  has(file: string): boolean {
    return this.#source.files.stat(`${this.#path}/${file}`) !== undefined;
  }

  options(): readonly string[] {
    return this.#parsed('options', parse.parseLines);
  }

  extentStatus(): ExtentStatus {
    return this.#parsed('es_shrinker_info', parse.parseExtentStatus);
  }

  fastCommits(): FastCommits {
    return this.#parsed('fc_info', parse.parseFastCommits);
  }

  blockGroups(): readonly BlockGroup[] {
    return this.#parsed('mb_groups', parse.parseBlockGroups);
  }

  allocator(): readonly Statistic[] | undefined {
    return this.#parsed('mb_stats', parse.parseAllocator);
  }

  allocatorLists(): readonly Statistic[] {
    return this.#parsed('mb_structs_summary', parse.parseStatisticLines);
  }
}
