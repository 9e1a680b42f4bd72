import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CAP_SETFCAP, CAP_SETUID, CAP_SYS_ADMIN, type Caller, FixedCaller } from '../../../fs/caller.ts';
import { EACCES, EINVAL, EPERM } from '../../../fs/errno.ts';
import { O_RDONLY, O_WRONLY } from '../../../fs/flags.ts';
import type { IdMapKind, IdRange } from '../../model/task-security.ts';
import type { TaskView } from '../../model/task.ts';
import { mapOpener, openSetgroups, writeIdMap, writeSetgroups } from './user-namespace.ts';

const USER = 1000;
const ADMIN = 2 ** CAP_SYS_ADMIN;

/** Two processes of a user: 10 in a new namespace, 20 outside. */
class Machine {
  written: readonly IdRange[] | undefined;
  settable = true;
  present: readonly IdRange[] = [];
  readonly inside: TaskView;
  readonly #tasks = new Map<number, TaskView>();

  constructor() {
    this.inside = this.#task(10, 2, ADMIN);
    this.#task(20, 1, 0);
  }

  #task(id: number, namespace: number, effective: number): TaskView {
    const task = {
      id,
      kernel: { task: (id: number) => this.#tasks.get(id) },
      processId: () => id,
      files: { namespace: () => namespace },
      status: () => ({ uids: [USER, USER, USER, USER], gids: [USER, USER, USER, USER], capabilities: { effective } }),
      security: {
        idMap: () => this.present,
        setIdMap: (_kind: IdMapKind, ranges: readonly IdRange[]) => {
          this.written = ranges;
          return 0;
        },
        groupsSettable: () => this.settable,
        setGroupsSettable: (settable: boolean) => {
          this.settable = settable;
          return 0;
        },
      },
    } as unknown as TaskView;
    this.#tasks.set(id, task);
    return task;
  }

  /** One opens the map, and another may write it. */
  write(kind: IdMapKind, text: string, opener: Caller, writer: Caller = opener): number {
    return writeIdMap(kind)(Buffer.from(text), 0, this.inside, writer, mapOpener(kind)(this.inside, opener));
  }
}

const root = new FixedCaller({ uid: 0, gid: 0, threadId: 1 });
const itself = new FixedCaller({ uid: USER, gid: USER, threadId: 10 });
const outsider = new FixedCaller({ uid: USER, gid: USER, threadId: 20 });

test('a process maps its own id, and root anyone', () => {
  const machine = new Machine();
  assert.is(machine.write('uid', `0 ${USER} 1\n`, itself), 9);
  assert.equal(machine.written, [{ inside: 0, outside: USER, count: 1 }]);
  assert.is(machine.write('uid', '0 5 1\n100 100 9', itself), EPERM);
  assert.is(machine.write('uid', `0 ${USER} 1`, outsider), EPERM);
  assert.is(machine.write('uid', '0 0 1\n100 100 9', root), 15);
});

test('the opener has to have the right, whoever is made to write', () => {
  const machine = new Machine();
  assert.is(machine.write('uid', '0 0 1', itself, root), EPERM);
  assert.is(machine.write('uid', '0 0 1', root, itself), EPERM);
  assert.is(machine.written, undefined);
});

test("mapping the superuser's id takes one capability more", () => {
  const machine = new Machine();
  const capabilities = [CAP_SYS_ADMIN, CAP_SETUID];
  const some = (more: readonly number[]): Caller =>
    new FixedCaller({ uid: USER, gid: USER, threadId: 20, capabilities: [...capabilities, ...more] });
  assert.is(machine.write('uid', '0 1 1', some([])), 5);
  assert.is(machine.write('uid', '0 0 1', some([])), EPERM);
  assert.is(machine.write('uid', '0 0 1', some([CAP_SETFCAP])), 5);
});

test('one maps the own group only after giving up setgroups', () => {
  const machine = new Machine();
  assert.is(machine.write('gid', `0 ${USER} 1`, itself), EPERM);
  assert.is(writeSetgroups(Buffer.from('deny\n'), 0, machine.inside), 5);
  assert.is(machine.write('gid', `0 ${USER} 1`, itself), 8);
});

test('a map is written once', () => {
  const machine = new Machine();
  machine.present = [{ inside: 0, outside: 0, count: 1 }];
  assert.is(machine.write('uid', '0 0 1', root), EPERM);
});

test('what is no map is refused', () => {
  const machine = new Machine();
  const bad = ['', '\n', 'junk', '0 0', '0 0 0', '0 0 1 1', '0 0 1\n\n1 1 1', '4294967295 0 1', '0 4294967290 6', '0 0 2\n1 5 1', '0 0 2\n5 1 1'];
  for (const text of bad) assert.is(machine.write('uid', text, root), EINVAL, JSON.stringify(text));
  const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${index} ${index} 1\n`).join('');
  assert.is(machine.write('uid', lines(341), root), EINVAL);
  assert.is(machine.write('uid', lines(340), root), lines(340).length);
  assert.is(machine.written?.length, 340);
  assert.is(machine.write('uid', ' \t0\v0  4294967295 ', root), 18);
});

test('setgroups opens for writing for who has the right over the namespace', () => {
  const { inside } = new Machine();
  assert.is(openSetgroups(O_RDONLY, inside, outsider), 0);
  assert.is(openSetgroups(O_WRONLY, inside, outsider), EACCES);
  assert.is(openSetgroups(O_WRONLY, inside, itself), 0);
  for (const text of ['', 'denied', 'deny x', 'allow   ']) assert.is(writeSetgroups(Buffer.from(text), 0, inside), EINVAL);
});

test.run();
