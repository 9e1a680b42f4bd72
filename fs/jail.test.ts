/** What jails may mount and see: the whole matrix of their parameters. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from './caller.ts';
import { EBUSY, EINVAL, ENOENT, EPERM, isErrno } from './errno.ts';
import { type EnforceStatfs, JAIL_MOUNT_TYPES, Jail, type JailMountType, type JailParameters, devfsRulesetFor } from './jail.ts';
import { defaultTmpfsOptions } from './memory/options.ts';
import { Tmpfs } from './memory/tmpfs.ts';
import type { Place } from './place.ts';
import { Vfs } from './vfs.ts';
import type { FileSystem } from './vnode.ts';

const tmpfs = (): Tmpfs => new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });

/** A file system that calls itself something else. */
function named(type: string): FileSystem {
  const below = tmpfs();
  return { type, root: below.root, caching: below.caching, statfs: (into) => below.statfs(into) };
}

/** Each type, by what mount tables call it. */
const SHOWN: Readonly<Record<JailMountType, string>> = {
  linprocfs: 'proc',
  linsysfs: 'sysfs',
  devfs: 'devtmpfs',
  fdescfs: 'fdescfs',
  nullfs: 'passthrough',
  tmpfs: 'tmpfs',
};

/** A machine with /jail (a mount), /jail/mnt, /jail/inner (a mount), /jailed (a mount) and /elsewhere (a mount). */
function machine(): Vfs {
  const vfs = new Vfs(tmpfs());
  for (const path of ['/jail', '/jailed', '/elsewhere']) vfs.mkdir(path, 0o755, SUPERUSER);
  for (const path of ['/jail', '/jailed', '/elsewhere']) vfs.mount(tmpfs(), path, { source: path }, SUPERUSER);
  for (const path of ['/jail/mnt', '/jail/inner']) vfs.mkdir(path, 0o755, SUPERUSER);
  vfs.mount(tmpfs(), '/jail/inner', { source: '/jail/inner' }, SUPERUSER);
  return vfs;
}

function place(vfs: Vfs, path: string): Place {
  const found = vfs.find(path, 0, SUPERUSER);
  if (isErrno(found)) throw new Error(`${path}: ${found}`);
  return found;
}

function jailOf(vfs: Vfs, parameters: Partial<JailParameters>, parent?: Jail, path = '/jail'): Jail {
  const jail = Jail.create(place(vfs, path), { name: 'j', ...parameters }, parent);
  if (isErrno(jail)) throw new Error(`${jail}`);
  return jail;
}

const rootIn = (jail: Jail): FixedCaller => new FixedCaller({ uid: 0, gid: 0, jail });

test('allow.mount, allow.mount.TYPE and enforce_statfs decide together who mounts what', () => {
  let cases = 0;
  for (const type of JAIL_MOUNT_TYPES) {
    for (const allowMount of [false, true]) {
      for (const enforceStatfs of [0, 1, 2] as const) {
        for (const allowed of [[], [type], JAIL_MOUNT_TYPES.filter((other) => other !== type), JAIL_MOUNT_TYPES]) {
          for (const uid of [0, 1000]) {
            const vfs = machine();
            const jail = jailOf(vfs, { allowMount, enforceStatfs, allowMountTypes: allowed });
            const caller = new FixedCaller({ uid, gid: uid, jail });
            const may = uid === 0 && allowMount && enforceStatfs < 2 && allowed.includes(type);
            const mounted = vfs.mount(named(SHOWN[type]), '/mnt', {}, caller);
            assert.is(isErrno(mounted) ? mounted : 0, may ? 0 : EPERM, `${type} ${allowMount} ${enforceStatfs} ${allowed} ${uid}`);
            assert.is(vfs.unmount('/mnt', false, caller), may ? 0 : uid === 0 && allowMount && enforceStatfs < 2 ? EINVAL : EPERM);
            cases++;
          }
        }
      }
    }
  }
  assert.is(cases, 6 * 2 * 3 * 4 * 2);
});

test('nobody mounts another type in a jail, or over its root', () => {
  const vfs = machine();
  const caller = rootIn(jailOf(vfs, { allowMount: true, enforceStatfs: 0, allowMountTypes: JAIL_MOUNT_TYPES }));
  for (const type of ['ext4', 'overlay', '', 'linux'])
    assert.is(vfs.mount(named(type), '/mnt', {}, caller), EPERM);
  assert.is(vfs.mount(tmpfs(), '/', {}, caller), EPERM);
  assert.is(vfs.mount(tmpfs(), '/none', {}, caller), ENOENT);
});

test('a bind mount in a jail is a nullfs', () => {
  const vfs = machine();
  const without = rootIn(jailOf(vfs, { allowMount: true, enforceStatfs: 1, allowMountTypes: ['tmpfs'] }));
  assert.is(vfs.bind('/inner', '/mnt', {}, without), EPERM);
  const wth = rootIn(jailOf(vfs, { allowMount: true, enforceStatfs: 1, allowMountTypes: ['nullfs'] }));
  assert.not(isErrno(vfs.bind('/inner', '/mnt', {}, wth)));
});

test('a jail takes away what was mounted in it, and in jails below it, and nothing else', () => {
  const vfs = machine();
  const parameters = { allowMount: true, enforceStatfs: 1, allowMountTypes: ['tmpfs'] } as const;
  const outer = jailOf(vfs, parameters);
  const inner = jailOf(vfs, parameters, outer, '/jail/inner');
  vfs.mkdir('/jail/inner/mnt', 0o755, SUPERUSER);
  assert.is(vfs.unmount('/inner', false, rootIn(outer)), EPERM);
  assert.not(isErrno(vfs.mount(tmpfs(), '/mnt', {}, rootIn(inner))));
  assert.is(vfs.unmount('/inner/mnt', false, rootIn(outer)), 0);
  assert.not(isErrno(vfs.mount(tmpfs(), '/inner/mnt', {}, rootIn(outer))));
  assert.is(vfs.unmount('/mnt', false, rootIn(inner)), EPERM);
  assert.is(vfs.unmount('/jail/inner/mnt', false, SUPERUSER), 0);
  assert.not(isErrno(vfs.mount(tmpfs(), '/mnt', {}, rootIn(inner))));
  assert.is(vfs.unmount('/jail/inner', false, SUPERUSER), EBUSY);
});

/** The paths of the mounts that a jail at a place sees. */
const VIEWS: readonly (readonly [root: string, level: EnforceStatfs, seen: readonly string[]])[] = [
  ['/jail', 0, ['/', '/jail', '/jailed', '/elsewhere', '/jail/inner']],
  ['/jail', 1, ['/', '/inner']],
  ['/jail', 2, ['/']],
  // The root is no mount of its own: the mount that it is in is shown in its place.
  ['/jail/mnt', 0, ['/', '/jail', '/jailed', '/elsewhere', '/jail/inner']],
  ['/jail/mnt', 1, ['/']],
  ['/jail/mnt', 2, ['/']],
  ['/', 0, ['/', '/jail', '/jailed', '/elsewhere', '/jail/inner']],
  ['/', 1, ['/', '/jail', '/jailed', '/elsewhere', '/jail/inner']],
  ['/', 2, ['/']],
];

test('enforce_statfs decides which mounts are seen, and where', () => {
  for (const [root, enforceStatfs, seen] of VIEWS) {
    const vfs = machine();
    const caller = rootIn(jailOf(vfs, { enforceStatfs }, undefined, root));
    assert.equal(vfs.visibleMounts(caller).map(({ path }) => path), seen, `${root} ${enforceStatfs}`);
    for (const { mount, path } of vfs.visibleMounts(caller)) assert.is(vfs.mountPath(mount, caller), path);
    const hidden = vfs.mounts.list().filter((mount) => isErrno(vfs.mountPath(mount, caller)));
    assert.is(hidden.length, 5 - seen.length);
  }
});

test('who is in no jail sees what is below its root', () => {
  const vfs = machine();
  assert.is(vfs.visibleMounts(SUPERUSER).length, 5);
  const chrooted = new FixedCaller({ uid: 0, gid: 0, root: place(vfs, '/jail') });
  assert.equal(vfs.visibleMounts(chrooted).map(({ path }) => path), ['/', '/inner']);
});

test('a jail in a jail gets no more than that has', () => {
  const vfs = machine();
  const root = place(vfs, '/jail');
  const outer = jailOf(vfs, { allowMount: true, allowMountTypes: ['tmpfs'], enforceStatfs: 1, devfsRuleset: 4, osrelease: '5.15' });
  const inner = (parameters: Partial<JailParameters>): Jail | number => Jail.create(root, { name: 'k', ...parameters }, outer);
  assert.is(inner({ enforceStatfs: 0 }), EPERM);
  assert.is(inner({ allowMountTypes: ['devfs'] }), EPERM);
  assert.is(inner({ devfsRuleset: 5 }), EPERM);
  const plain = inner({}) as Jail;
  assert.equal(
    [plain.allowMount, plain.enforceStatfs, plain.devfsRuleset, plain.osrelease, [...plain.allowMountTypes]],
    [false, 2, 4, '5.15', []],
  );
  const same = inner({ allowMount: true, allowMountTypes: ['tmpfs'], enforceStatfs: 1, devfsRuleset: 4, osrelease: '6.1' }) as Jail;
  assert.equal([same.allowMount, same.enforceStatfs, same.devfsRuleset, same.osrelease], [true, 1, 4, '6.1']);
  assert.is(Jail.create(root, { name: 'l', allowMount: true }, plain), EPERM);
});

test('a devfs in a jail has the rules of the jail', () => {
  const vfs = machine();
  const caller = rootIn(jailOf(vfs, { devfsRuleset: 4 }));
  assert.equal([0, 4, 5].map((ruleset) => devfsRulesetFor(caller, ruleset)), [4, 4, EPERM]);
  assert.equal([0, 4, 5].map((ruleset) => devfsRulesetFor(SUPERUSER, ruleset)), [0, 4, 5]);
  for (const devfsRuleset of [-1, 65536, 1.5])
    assert.is(Jail.create(place(vfs, '/jail'), { name: 'j', devfsRuleset }), EINVAL);
});

test.run();
