import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../../../test/support/mounts.ts';
import { HostFiles } from './host-files.ts';
import { KeptFile, type KeptFileOwner } from './kept-file.ts';
import { amendStatus, parseStatus } from './parse-task.ts';
import { Scanner } from './scanner.ts';

const TEXT = [
  'Name:\tworker',
  'Umask:\t0022',
  'State:\tS (sleeping)',
  'Tgid:\t71',
  'Ngid:\t0',
  'Pid:\t71',
  'PPid:\t2',
  'TracerPid:\t0',
  'Uid:\t1\t2\t3\t4',
  'Gid:\t5\t6\t7\t8',
  'FDSize:\t64',
  'Groups:\t9 10 ',
  'Threads:\t1',
  'SigQ:\t12/30651',
  'SigPnd:\t0000000000000000',
  'SigIgn:\tffffffffffffffff',
  'CapEff:\t000001ffffffffff',
  'Mems_allowed:\t00000000,00000001',
  'voluntary_ctxt_switches:\t150',
  'nonvoluntary_ctxt_switches:\t33',
  '',
].join('\n');

/** An owner whose view is a new one whenever it is asked for. */
class Owner implements KeptFileOwner {
  readonly files: HostFiles;
  readonly scanner = new Scanner();
  #views = 0;
  open = 0;

  constructor(directory: string) {
    this.files = new HostFiles({ proc: `${directory}/`, sys: `${directory}/` });
  }

  get epoch(): number {
    return this.#views++;
  }

  opening(): void {
    this.open++;
  }

  closed(): void {
    this.open--;
  }
}

const directory = temporaryDirectory();
test.after(() => removeDirectory(directory));

/** What a kept status file reads as, after each of several texts. */
function readings(texts: readonly string[]): unknown[] {
  const owner = new Owner(directory);
  const file = new KeptFile(owner, 'status', parseStatus, amendStatus);
  const values = texts.map((text) => {
    writeFileSync(join(directory, 'status'), text);
    return file.value();
  });
  file.close();
  assert.is(owner.open, 0);
  return values;
}

function parsed(text: string): unknown {
  const bytes = Buffer.from(text, 'latin1');
  return parseStatus(new Scanner().reset(bytes, bytes.length));
}

test('a text that stays the same gives the same object', () => {
  const [first, second] = readings([TEXT, TEXT]);
  assert.equal(first, parsed(TEXT));
  assert.is(first, second);
});

test('whatever changes in a text, the value is what the whole text says', () => {
  const changes: readonly [string, string][] = [
    ['SigQ:\t12/30651', 'SigQ:\t13/30651'],
    ['SigQ:\t12/30651', 'SigQ:\t12/40651'],
    ['SigQ:\t12/30651', 'SigQ:\t9/30651'],
    ['voluntary_ctxt_switches:\t150\n', 'voluntary_ctxt_switches:\t151\n'],
    ['nonvoluntary_ctxt_switches:\t33', 'nonvoluntary_ctxt_switches:\t34'],
    ['Name:\tworker', 'Name:\twalker'],
    ['State:\tS', 'State:\tD'],
    ['Uid:\t1\t2', 'Uid:\t1\t9'],
    ['CapEff:\t000001ffffffffff', 'CapEff:\t0000000000000000'],
    ['00000000,00000001', '00000000,00000003'],
    ['00000000,00000001', '00000001'],
  ];
  for (let set = 1; set < 1 << changes.length; set += 41) {
    let text = TEXT;
    for (const [index, [from, to]] of changes.entries()) if ((set >> index) & 1) text = text.replace(from, to);
    const [, changed, back] = readings([TEXT, text, TEXT]);
    assert.equal(changed, parsed(text), text);
    assert.equal(back, parsed(TEXT));
  }
});

test('a change of counts alone leaves the rest as it was read', () => {
  const text = TEXT.replace('SigQ:\t12', 'SigQ:\t14').replace('\t150\n', '\t160\n').replace('\t33\n', '\t44\n');
  const [before, after] = readings([TEXT, text]) as { readonly uids: unknown; readonly voluntarySwitches: number }[];
  assert.equal(after, parsed(text));
  assert.is(after?.voluntarySwitches, 160);
  assert.is(after?.uids, before?.uids);
});

test.run();
