/** Programs that draw on a terminal, on ours: their screens are read back. */

import { test } from 'uvu';
import type { Allowance } from '../differential/volatile.ts';
import { type ProgramCase, endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url);
endWorld(world);

/**
 * Runs a program in a terminal until its screen shows something and stays the same, prints that screen, presses a key,
 * and prints the exit status.
 */
function onScreen(program: string, shows: string, key: string): string {
  return `
    export TERM=xterm SHELL=/bin/sh HOME=$(mktemp -d -p "$HOME")
    screen() { tmux -u -f /dev/null -S "$HOME/socket" "$@"; }
    screen new-session -d -x 200 -y 120 '${program}; echo "ended with $?"; exec cat'
    before=
    while :; do
      now=$(screen capture-pane -p)
      case $now in *'${shows}'*) [ "$now" = "$before" ] && break ;; esac
      before=$now
      sleep 0.1
    done
    echo "$now"
    screen send-keys '${key}'
    until screen capture-pane -p | grep '^ended with'; do sleep 0.1; done
    screen kill-server
    rm -r "$HOME"`;
}

/**
 * Without bars, which change with every look, and so do the widths of what is beside them; and without what draws the
 * terminal and looks at it.
 */
function withoutBars(text: string): string {
  const rows = text.split('\n').filter((line) => line.trim() !== '' && !/tmux|sh -c| sleep/.test(line));
  // Whether the server is just at work tells nothing.
  const still = rows.map((line) => (line.includes('(serving)') ? line.replace(/ [SRD] /, ' - ') : line));
  return still.join('\n').replace(/^.*(?:\[|Tasks|Load|Uptime|top -|Cpu|Mem).*$/gm, (line) =>
    line.replace(/[|]+/g, ' ').replace(/([\[,:])(?=\d)/g, '$1 ').replace(/(\d)(?=[KMGT%])/g, '$1 ').replace(/ +/g, ' '),
  );
}

/** What the whole machine does meanwhile: per cent, GiB, threads. */
const machine: readonly Allowance[] = [
  { line: /Load|load/, by: 10 },
  { line: /% ?\]|Cpu/, by: 100 },
  { line: /^ ?Mem|^ ?Swp/, by: 20 },
  { line: /Mem|Swap/, by: 2048 },
];
const own: Allowance = { line: /\b(?:htop|top|bash|sh|node)\b/, by: 20_000 };

const SCREENS: readonly ProgramCase[] = [
  { name: 'htop', line: onScreen('htop -d 100 --sort-key PID', 'F10Quit', 'q'), row: /^ *(\d+) / },
  { name: 'htop -t -u nobody', line: onScreen('htop -d 100 -t -u nobody', 'F10Quit', 'F10'), row: /^ *(\d+) / },
  { name: 'top', line: onScreen('top -d 100 -o -PID', 'PID USER', 'q'), row: /^ *(\d+) / },
];

testPrograms(
  world,
  SCREENS.map((screen) => ({ ...screen, needs: ['htop', 'tmux'], edit: withoutBars, allowances: [...machine, own] })),
);

test.run();
