import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CAP_DAC_OVERRIDE, CAP_SYS_ADMIN, type Caller, FixedCaller } from './caller.ts';
import { EACCES } from './errno.ts';
import { MAY_READ } from './flags.ts';
import { modePermission } from './permission.ts';
import { type UserNamespace, capableOverFile, groupSeenBy, idInside, idOutside, userSeenBy } from './user-namespace.ts';

const NAMESPACE: UserNamespace = {
  users: [
    { inside: 0, outside: 100000, count: 65536 },
    { inside: 65536, outside: 1000, count: 1 },
  ],
  groups: [{ inside: 0, outside: 100000, count: 10 }],
  projects: [],
  capabilities: 2 ** CAP_DAC_OVERRIDE,
};

/** Root of a container, as one sees it from outside. */
const container: Caller = Object.assign(new FixedCaller({ uid: 100000, gid: 100000 }), {
  foreignNamespace: () => NAMESPACE,
});

test('ids are those of the namespace', () => {
  assert.is(idInside(NAMESPACE.users, 100000), 0);
  assert.is(idInside(NAMESPACE.users, 165535), 65535);
  assert.is(idInside(NAMESPACE.users, 165536), undefined);
  assert.is(idInside(NAMESPACE.users, 1000), 65536);
  assert.is(idOutside(NAMESPACE.users, 65536), 1000);
  assert.is(idOutside(NAMESPACE.users, 65537), undefined);
  assert.is(userSeenBy(container, 1000), 65536);
  assert.is(userSeenBy(container, 0), 65534);
  assert.is(groupSeenBy(container, 100009), 9);
  assert.is(groupSeenBy(container, 100010), 65534);
});

test('whoever has no other namespace sees ids as they are', () => {
  const here = new FixedCaller({ uid: 5, gid: 6 });
  assert.is(userSeenBy(here, 1000), 1000);
  assert.is(groupSeenBy(here, 1000), 1000);
});

test('capabilities count over files of ids that the namespace has', () => {
  assert.ok(capableOverFile(container, CAP_DAC_OVERRIDE, 100033, 100003));
  assert.not(capableOverFile(container, CAP_DAC_OVERRIDE, 100033, 0));
  assert.not(capableOverFile(container, CAP_DAC_OVERRIDE, 0, 100003));
  assert.not(capableOverFile(container, CAP_SYS_ADMIN, 100033, 100003));
  assert.is(modePermission(0o100400, 100033, 100003, MAY_READ, container), 0);
  assert.is(modePermission(0o100400, 0, 0, MAY_READ, container), EACCES);
});

test.run();
