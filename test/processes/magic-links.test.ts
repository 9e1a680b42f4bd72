/** Links that only a kernel can follow, followed through our mount: by shells, by namespaces, by other users. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import { ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

/** Runs a test with a mount and a directory to work in. */
async function mounted(
  body: (root: string, directory: string) => Promise<void> | void,
  mount: Partial<LinprocfsOptions> = {},
): Promise<void> {
  const directory = temporaryDirectory();
  const served = await ServedProc.start({ mount });
  try {
    await body(served.root, directory);
  } finally {
    await served.stop();
    removeDirectory(directory);
  }
}

/** Defines a command of shells that repeats another one until it succeeds. */
const AWAIT = 'await() { until "$@"; do sleep 0.01; done; }';

/** Runs a shell script with our mount as $P. */
function shell(root: string, script: string, prefix: readonly string[] = []): SpawnSyncReturns<string> {
  const command = [...prefix, 'bash', '-c', script];
  return spawnSync(command[0] as string, command.slice(1), { encoding: 'utf8', env: { ...process.env, P: root }, input: '' });
}

function assertPrints(done: SpawnSyncReturns<string>, text: string): void {
  assert.is(done.stderr, '');
  assert.is(done.stdout, text);
  assert.is(done.status, 0);
}

whenMounting('pipes, deleted files and here-documents are opened through PID/fd', () =>
  mounted((root) => {
    // Standard input is a socket here, which cannot be opened at all.
    assert.match(shell(root, 'cat "$P/self/fd/0"').stderr, 'No such device or address');
    assertPrints(shell(root, 'echo through a pipe | cat "$P/self/fd/0"'), 'through a pipe\n');
    assertPrints(shell(root, 'exec 5< <(echo hi); cat "$P/$$/fd/5"'), 'hi\n');
    assertPrints(shell(root, 'f=$(mktemp); echo kept >"$f"; exec 5<"$f"; rm "$f"; cat "$P/$$/fd/5" "$P/$$/fd/5"'), 'kept\nkept\n');
    assertPrints(shell(root, '{ exec 5>&1; echo out >"$P/$BASHPID/fd/5"; } | cat'), 'out\n');
    assertPrints(shell(root, 'cat "$P/self/fd/0" <<<here'), 'here\n');
    assertPrints(shell(root, 'readlink "$P/$$/fd/0" | sed "s/[0-9]//g"'), 'socket:[]\n');
    assertPrints(shell(root, 'cd /usr; ls -d "$P/self/cwd/bin" "$P/self/root/usr/bin" >/dev/null; cd -P "$P/$$/cwd"; pwd'), '/usr\n');
  }),
);

whenMounting('a program is run through PID/exe when its file is gone', () =>
  mounted((root, directory) => {
    const program = join(directory, 'sleeper');
    copyFileSync('/bin/sleep', program);
    const script = `"${program}" 1000 & ${AWAIT}; await grep -q sleeper "/proc/$!/comm"; rm "${program}"; readlink "$P/$!/exe"; "$P/$!/exe" 0 && echo ran; kill $!`;
    assertPrints(shell(root, script), `${program} (deleted)\nran\n`);
  }),
);

whenMounting('namespaces are entered through PID/ns', () =>
  mounted((root) => {
    const script = `
      unshare -n sleep 1000 & ${AWAIT}; await grep -q sleep "/proc/$!/comm"
      wanted=$(readlink /proc/$!/ns/net)
      nsenter --net="$P/$!/ns/net" readlink /proc/self/ns/net >/tmp/compatfs-entered-$$
      [ "$wanted" = "$(cat /tmp/compatfs-entered-$$)" ] && [ "$wanted" != "$(readlink /proc/self/ns/net)" ] && echo entered
      [ "$(readlink "$P/$!/ns/net")" = "$wanted" ] && echo told
      [ "$(stat -Lc %i "$P/$!/ns/net")" = "$(stat -Lc %i "/proc/$!/ns/net")" ] && echo numbered
      rm /tmp/compatfs-entered-$$; kill $!`;
    assertPrints(shell(root, script), 'entered\ntold\nnumbered\n');
  }),
);

whenMounting("another mount namespace's files are reached through PID/root and PID/cwd", () =>
  mounted((root, directory) => {
    const inner = join(directory, 'inner');
    mkdirSync(inner);
    const script = `
      unshare -m sh -c 'mount -t tmpfs inner "${inner}" && echo within >"${inner}/file" && cd "${inner}" && exec sleep 1000' &
      ${AWAIT}; await grep -q sleep "/proc/$!/comm"
      cat "$P/$!/root${inner}/file" "$P/$!/cwd/file"; cat "${inner}/file" 2>/dev/null || echo not here; kill $!`;
    assertPrints(shell(root, script), 'within\nwithin\nnot here\n');
  }),
);

whenMounting('following is decided by the kernel for the one who follows', () =>
  mounted((root) => {
    const program = compileAsk();
    const questions = ['exe', 'cwd/.', 'root/.', 'fd/0', 'fd/13', 'fd/15', 'fd/18', 'ns/net', 'ns/pid', 'fd/12'].flatMap((name) => [
      `try @/$z/${name} r|nonblock`,
      `stat @/$z/${name}`,
      `try @/$n/${name} r|nonblock`,
      `stat @/$n/${name}`,
      `access @/$z/${name} 4`,
    ]);
    const script = ['spawn z zoo', 'spawn n uid=65534 zoo', ...questions, 'become 65534 65534', ...questions, 'end'];
    assertAgreement(ask(program, '/proc', root, script.join('\n')));
  }),
);

whenMounting('mapped files are followed by the privileged alone', () =>
  mounted((root) => {
    const script = `
      range=$(ls "$P/$$/map_files" | head -n 1)
      [ "$(readlink "$P/$$/map_files/$range")" = "$(readlink "/proc/$$/map_files/$range")" ] && echo told
      cmp "$P/$$/map_files/$range" "/proc/$$/exe" && echo followed`;
    assertPrints(shell(root, script), 'told\nfollowed\n');
    const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const refused = `range=$(ls "$P/$$/map_files" | head -n 1); readlink "$P/$$/map_files/$range" >/dev/null && cat "$P/$$/map_files/$range"`;
    assert.match(shell(root, refused, user).stderr, 'Operation not permitted');
  }),
);

whenMounting('mapped files are refused to others where the text has to do, too', () =>
  mounted(
    (root) => {
      const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const script = `range=$(ls "$P/$$/map_files" | head -n 1); readlink "$P/$$/map_files/$range" >/dev/null && cat "$P/$$/map_files/$range"`;
      assert.match(shell(root, script, user).stderr, 'Operation not permitted');
    },
    { magic: [] },
  ),
);

whenMounting('in a mount namespace whose /proc is ours, links go through the procfs that is named', () =>
  mounted(
    (root, directory) => {
      const script = `
        mount --bind "$P" /proc && mount --bind /proc/self /proc/self 2>/dev/null
        echo through | cat /proc/self/fd/0; cat <(echo substituted); cat /dev/stdin <<<here`;
      const hidden = join('/run', `compatfs-real-${process.pid}`);
      const prepared = `mkdir -p "${hidden}"; mount --bind /proc "${hidden}"; ${script}; umount "${hidden}"; rmdir "${hidden}"`;
      void directory;
      assertPrints(shell(root, prepared, ['unshare', '-m']), 'through\nsubstituted\nhere\n');
    },
    { magic: ['/nowhere', `/run/compatfs-real-${process.pid}`] },
  ),
);

whenMounting('who cannot reach a procfs of ours follows the text', () =>
  mounted((root, directory) => {
    const file = join(directory, 'file');
    writeFileSync(file, 'plain\n');
    // /proc is covered by ours there: what the text says has to do, and does for what has a name.
    const script = `mount --bind "$P" /proc; cat "/proc/self/fd/5" 5<"${file}"; cat <(echo lost) 2>/dev/null || echo no name`;
    assertPrints(shell(root, script, ['unshare', '-m']), 'plain\nno name\n');
    // Another procfs, even of the same processes, is not the one that the links are of.
    const other = `mount -t proc proc /proc; cat "$P/self/fd/5" 5<"${file}"; echo x | cat "$P/self/fd/0" 2>/dev/null || echo no name`;
    assertPrints(shell(root, other, ['unshare', '-m']), 'plain\nno name\n');
  }),
);

whenMounting('links are plain text without magic=', () =>
  mounted(
    (root) => {
      assertPrints(shell(root, 'echo x | cat "$P/self/fd/0" 2>/dev/null || echo no name'), 'no name\n');
      assertPrints(shell(root, 'cd /usr; ls -d "$P/self/cwd/bin" >/dev/null && echo named'), 'named\n');
    },
    { magic: [] },
  ),
);

whenMounting('a link that is read and followed at once by many is told from one another', () =>
  mounted((root) => {
    const script = `
      for i in 1 2 3 4 5 6 7 8; do
        ( for j in $(seq 20); do
            t=$(echo x | readlink "$P/self/fd/0"); case $t in pipe:*) ;; *) echo "read $t";; esac
            d=$(echo data | cat "$P/self/fd/0"); [ "$d" = data ] || echo "followed $d"
          done ) &
      done; wait; echo done`;
    assertPrints(shell(root, script), 'done\n');
  }),
);

whenMounting("texts are the kernel's", () =>
  mounted((root) => {
    for (const link of ['exe', 'cwd', 'root', 'fd/0', 'fd/1', 'ns/mnt', 'ns/user']) {
      const path = `${process.pid}/${link}`;
      assert.is(readlinkSync(`${root}/${path}`), readlinkSync(`/proc/${path}`));
    }
  }),
);

test.run();
