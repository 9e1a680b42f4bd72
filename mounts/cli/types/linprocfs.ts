/** The type linprocfs on the command line; its options are those of proc(5). */

import { readFileSync } from 'node:fs';
import { isAbsolute, normalize } from 'node:path';
import { DEFAULT_OPTIONS, type LinprocfsOptions } from '../../../providers/linprocfs/options.ts';
import type { Overrides } from '../../../providers/overrides.ts';
import type { LinprocfsChanges } from '../trees/linprocfs.ts';
import { USUAL_SOURCE, isHost } from '../sources.ts';
import { OVERRIDE_OPTIONS, splitOverrides, unsetOverride } from './overrides.ts';
import { PLAYBACK_OPTIONS, SOURCE_OPTION, type Sourced, checkPlayback, describeSource, playbackOf } from './sourced.ts';
import { VIEW_OPTION, type Viewed } from './viewed.ts';
import type { MountType } from './type.ts';

/** What the options say. */
export interface LinprocfsOwn extends Sourced, Viewed, LinprocfsOptions, Overrides {
  /** Whether they say what `magic` is to be. */
  readonly magicGiven: boolean;
}

const HIDE_PID: Readonly<Record<string, LinprocfsOptions['hidePid']>> = {
  '0': 0,
  off: 0,
  '1': 1,
  noaccess: 1,
  '2': 2,
  invisible: 2,
  '4': 4,
  ptraceable: 4,
};

function groupId(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) <= 0xffff_fffe ? Number(value) : undefined;
  try {
    const found = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name, , id]) => name === value && /^\d+$/.test(id ?? ''));
    return found === undefined ? undefined : Number(found[2]);
  } catch {
    return undefined;
  }
}

export const linprocfs: MountType<LinprocfsOwn> = {
  name: 'linprocfs',
  summary: 'a Linux /proc',
  label: 'linproc',
  exportName: 'proc',
  safe: ['nosuid', 'nodev', 'noexec'],
  kernelChecks: false,
  defaults: () => ({ source: USUAL_SOURCE, ...DEFAULT_OPTIONS, magicGiven: false }),
  options: {
    source: SOURCE_OPTION,
    view: VIEW_OPTION,
    ...PLAYBACK_OPTIONS,
    hidepid: {
      value: 'MODE',
      help: "others' processes: 0 off, 1 noaccess, 2 invisible, 4 ptraceable, as in proc(5)",
      read(value) {
        const hidePid = HIDE_PID[value];
        return hidePid === undefined ? 'one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable' : { hidePid };
      },
    },
    gid: {
      value: 'GROUP',
      help: 'the group that hidepid does not concern',
      read(value) {
        const exemptGroup = groupId(value);
        return exemptGroup === undefined ? 'no such group' : { exemptGroup };
      },
    },
    subset: {
      value: 'pid',
      help: 'show processes only',
      read: (value) => (value === 'pid' ? { processesOnly: true } : 'the only subset is pid'),
    },
    ...OVERRIDE_OPTIONS,
    magic: {
      value: 'PATH',
      help: "where programs find the kernel's own /proc, for links to pipes and the like (default /proc); or none",
      read(value) {
        if (value !== 'none' && !isAbsolute(value)) return 'an absolute path, or none';
        return { magic: value === 'none' ? [] : [normalize(value)], magicGiven: true };
      },
    },
  },
  changeable: ['hidepid', 'gid', 'subset', 'view', ...Object.keys(OVERRIDE_OPTIONS), ...Object.keys(PLAYBACK_OPTIONS)],
  unset: (option) => (option === 'view' ? { view: null } : unsetOverride(option)),
  changes({ at, speed, view, ...said }): LinprocfsChanges {
    const playback = playbackOf({ ...(at !== undefined && { at }), ...(speed !== undefined && { speed }) });
    return { ...splitOverrides(said), ...(playback && { playback }), ...(view !== undefined && { view }) };
  },
  exported: (own) => (own.magicGiven ? own : { ...own, magic: [] }),
  check: checkPlayback,
  origin: ({ options }) => options.own.source,
  needsHost: ({ source }) => isHost(source),
  describe({ target, options: { own } }, roots) {
    const { source, view, at: _at, speed: _speed, magicGiven, ...rest } = own;
    const { options, overrides } = splitOverrides(rest);
    // Over /proc itself, a link that leads to /proc leads back to us; and another machine's processes are not there.
    const hidden = (target === '/proc' && !magicGiven) || !isHost(source);
    return {
      type: 'linprocfs',
      ...describeSource(own),
      roots,
      ...(view && { view }),
      options: hidden ? { ...options, magic: [] } : options,
      overrides: overrides as Overrides,
    };
  },
};
