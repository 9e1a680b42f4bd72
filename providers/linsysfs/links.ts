/** The texts of sysfs's links. */

/**
 * What a link at `path` says that leads to `target`, both below the root: up to the lowest directory that holds both, and
 * down from there, even where the target is above the link itself (kernfs_get_target_path).
 */
export function linkText(path: string, target: string): string {
  const from = path.split('/').slice(0, -1);
  const to = target.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}
