/** Parameters that are group ids: people in other user namespaces see and set them as they know them. */

import type { Caller } from '../../../fs/caller.ts';
import { EINVAL, type Errno } from '../../../fs/errno.ts';
import { groupSeenBy, idOutside } from '../../../fs/user-namespace.ts';
import type { SysctlValue } from '../../model/sysctl.ts';
import type { SysctlMeaning } from '../../model/sysctl/schema.ts';

/** A value as the caller sees it. */
export function seenValue(meaning: SysctlMeaning, value: SysctlValue, caller: Caller): SysctlValue {
  return holdsGroups(meaning, value) ? value.map((group) => groupSeenBy(caller, Number(group))) : value;
}

/** The value that the caller means. Errors: EINVAL for a group that its namespace does not have. */
export function meantValue(meaning: SysctlMeaning, value: SysctlValue, caller: Caller): SysctlValue | Errno {
  const namespace = holdsGroups(meaning, value) ? caller.foreignNamespace?.() : undefined;
  if (!namespace) return value;
  const groups = (value as readonly number[]).map((group) => idOutside(namespace.groups, Number(group)));
  return groups.includes(undefined) ? EINVAL : (groups as number[]);
}

function holdsGroups(meaning: SysctlMeaning, value: SysctlValue): value is readonly (number | bigint)[] {
  return meaning.kind === 'numbers' && meaning.ids === 'groups' && Array.isArray(value);
}
