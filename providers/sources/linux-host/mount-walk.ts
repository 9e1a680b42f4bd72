/**
 * Which mount a path leads to, by a mount table alone: without touching the path, which may lie in a file system that
 * waits for an answer from the very thread that asks.
 */

/** A line of mountinfo (proc_pid_mountinfo(5)), as far as it matters here. */
interface Mount {
  readonly id: string;
  readonly parent: string;
  /** `major:minor` */
  readonly device: string;
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly point: string;
}

/**
 * The device and root of the mount whose root directory an absolute path names; undefined where the path names none.
 * `table` is the mountinfo of a process with that root directory. Symbolic links are not seen.
 */
export function mountedAt(table: string, path: string): { device: string; root: string } | undefined {
  const mounts: Mount[] = [];
  for (const line of table.split('\n')) {
    const [id, parent, device, root, point] = line.split(' ', 5);
    if (id && parent && device && root && point) mounts.push({ id, parent, device, root, point });
  }
  const ids = new Set(mounts.filter(({ point }) => point === '/').map(({ id }) => id));
  // A process keeps its root even if something is mounted over it.
  let here = mounts.find(({ point, parent }) => point === '/' && !ids.has(parent));
  const wanted = path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
  let end = 0;
  while (here && end < wanted.length) {
    end = wanted.indexOf('/', end + 1);
    if (end < 0) end = wanted.length;
    const place = wanted.slice(0, end);
    for (let over = mountOn(mounts, here, place); over; over = mountOn(mounts, here, place)) here = over;
  }
  return here?.point === wanted ? here : undefined;
}

/** What is mounted right on top of a mount, at a place in it. */
function mountOn(mounts: readonly Mount[], { id }: Mount, place: string): Mount | undefined {
  return mounts.find(({ parent, point, id: own }) => parent === id && point === place && own !== id);
}
