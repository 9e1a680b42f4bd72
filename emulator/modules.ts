/**
 * Modules that most programs do not need. File systems are made in the middle of a system call, when nothing can be waited for; so
 * whoever starts a guest has these modules loaded beforehand, or, where all modules are one file, loads each when it is used.
 */

/** Gives a module at once, by its path below the project; set where all modules are in one file. */
export type LoadNow = (path: string) => unknown;

declare global {
  // The one file says so before any module of it runs.
  var compatfsLoadNow: LoadNow | undefined;
}

type Passthrough = typeof import('../fs/passthrough/passthrough.ts');
type Overlay = typeof import('../fs/layers/overlay/overlay.ts');
type MemoryUpper = typeof import('../fs/layers/overlay/memory-upper.ts');
type TmpfsOptions = typeof import('../fs/memory/options.ts');
type Tmpfs = typeof import('../fs/memory/tmpfs.ts');
type Linprocfs = typeof import('../providers/linprocfs/tree.ts');
type Linsysfs = typeof import('../providers/linsysfs/tree.ts');
type StandardDevfs = typeof import('../providers/devfs/standard.ts');
type Fdescfs = typeof import('../providers/fdescfs/fdescfs.ts');
type GuestView = typeof import('./kernel/view/guest-view.ts');

/** The modules, by what they are for. */
export interface Modules {
  passthrough(): Passthrough;
  overlay(): Overlay;
  tmpfs(): Tmpfs & TmpfsOptions & MemoryUpper;
  linprocfs(): Linprocfs;
  linsysfs(): Linsysfs;
  devfs(): StandardDevfs;
  fdescfs(): Fdescfs;
  view(): GuestView;
}

/** Has them at hand. */
export async function loadModules(): Promise<Modules> {
  const now = globalThis.compatfsLoadNow;
  if (now) return fromOneFile(now);
  const [passthrough, overlay, memoryUpper, options, tmpfs, linprocfs, linsysfs, devfs, fdescfs, view] = await Promise.all([
    import('../fs/passthrough/passthrough.ts'),
    import('../fs/layers/overlay/overlay.ts'),
    import('../fs/layers/overlay/memory-upper.ts'),
    import('../fs/memory/options.ts'),
    import('../fs/memory/tmpfs.ts'),
    import('../providers/linprocfs/tree.ts'),
    import('../providers/linsysfs/tree.ts'),
    import('../providers/devfs/standard.ts'),
    import('../providers/fdescfs/fdescfs.ts'),
    import('./kernel/view/guest-view.ts'),
  ]);
  const memory = { ...tmpfs, ...options, ...memoryUpper };
  return {
    passthrough: () => passthrough,
    overlay: () => overlay,
    tmpfs: () => memory,
    linprocfs: () => linprocfs,
    linsysfs: () => linsysfs,
    devfs: () => devfs,
    fdescfs: () => fdescfs,
    view: () => view,
  };
}

function fromOneFile(now: LoadNow): Modules {
  return {
    passthrough: () => now('fs/passthrough/passthrough.js') as Passthrough,
    overlay: () => now('fs/layers/overlay/overlay.js') as Overlay,
    tmpfs: () => ({
      ...(now('fs/memory/tmpfs.js') as Tmpfs),
      ...(now('fs/memory/options.js') as TmpfsOptions),
      ...(now('fs/layers/overlay/memory-upper.js') as MemoryUpper),
    }),
    linprocfs: () => now('providers/linprocfs/tree.js') as Linprocfs,
    linsysfs: () => now('providers/linsysfs/tree.js') as Linsysfs,
    devfs: () => now('providers/devfs/standard.js') as StandardDevfs,
    fdescfs: () => now('providers/fdescfs/fdescfs.js') as Fdescfs,
    view: () => now('emulator/kernel/view/guest-view.js') as GuestView,
  };
}
