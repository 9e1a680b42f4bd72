/** What the files of the fixture task hold, to the byte. */

export const GOLDEN: Readonly<Record<string, string>> = {
  environ:
    'A=\xff\0B\n' +
    '=\0\0',
  auxv: '\0\x08\x10\x18 (08@HPX`hpx\x80\x88\x90\x98\xa0\xa8\xb0\xb8\xc0\xc8\xd0\xd8\xe0\xe8\xf0\xf8',
  personality: 'ffffffff\n',
  limits:
    'Limit                     Soft Limit           Hard Limit           Units     \n' +
    'Max cpu time              unlimited            0                    seconds   \n' +
    'Max file size             18446744073709551613 unlimited            bytes     \n' +
    'Max data size             18446744073709551612 2                    bytes     \n' +
    'Max stack size            18446744073709551611 3                    bytes     \n' +
    'Max core file size        18446744073709551610 4                    bytes     \n' +
    'Max resident set          18446744073709551609 5                    bytes     \n' +
    'Max processes             18446744073709551608 6                    processes \n' +
    'Max open files            18446744073709551607 7                    files     \n' +
    'Max locked memory         18446744073709551606 8                    bytes     \n' +
    'Max address space         18446744073709551605 9                    bytes     \n' +
    'Max file locks            18446744073709551604 10                   locks     \n' +
    'Max pending signals       18446744073709551603 11                   signals   \n' +
    'Max msgqueue size         18446744073709551602 12                   bytes     \n' +
    'Max nice priority         18446744073709551601 13                   \n' +
    'Max realtime priority     18446744073709551600 14                   \n' +
    'Max realtime timeout      18446744073709551599 15                   us        \n',
  sched:
    'a dump\n' +
    '---\n' +
    'x : 1.0\n',
  autogroup: '/autogroup-18446744073709551615 nice -20\n',
  timens_offsets:
    'monotonic  -9223372036854775808 999999999\n' +
    'boottime            0         0\n',
  comm:
    'a name\n' +
    '\\)\n',
  syscall: '2147483647 0xffffffffffffffff 0x0 0xfffffffffffffffe 0x1 0xfffffffffffffffd 0x2 0xfffffffffffffffc 0xfffffffffffffffb\n',
  maps:
    '00000000-00001000 -w-p 00000000 00:00 0 \n' +
    '555555550000-555555560000 -w-p 00000000 00:00 0                          [anon:a name of its own]\n' +
    'ffffffffffffffff-ffffffffffffffff rwxs ffffffffffffffff fff:fffff 18446744073709551615  /a path\\012of two lines, \\041 and \xff (deleted)\n',
  children: '1 4194303 ',
  numa_maps:
    'ffffffffffffffff bind=static|balancing:0,31-33 file=/a\\075b\\040c\\011d\\012e huge anon=18446744073709551615 dirty=18446744073709551614 mapped=18446744073709551613 mapmax=18446744073709551612 swapcache=18446744073709551611 active=18446744073709551610 writeback=18446744073709551609 N0=18446744073709551608 N1023=18446744073709551607 kernelpagesize_kB=18446744073709551606\n' +
    '00001000 prefer (many):0,2 heap mapped=1 active=0 N7=1 kernelpagesize_kB=4\n' +
    '00002000 weighted interleave=relative stack\n' +
    '00003000 default\n',
  mounts:
    'so\\040urce\\0431 /with\\040blank\\011and\\012more# fuse.a\\040b\\043c ro,sync,dirsync,mand,lazytime,seclabel,context="a:b,c",nosuid,nodev,noexec,noatime,nodiratime,relatime,nosymfollow,idmapped,lowerdir=/x\\054y,sync,size=18446744073709551615k 0 0\n' +
    'server:/a#b / nfs4 ro 0 0\n' +
    ' /empty tmpfs rw,relatime 0 0\n',
  mountinfo:
    '2147483647 2147483646 4095:1048575 /a\\134b /with\\040blank\\011and\\012more# rw,nosuid,nodev,noexec,noatime,nodiratime,relatime,nosymfollow,idmapped shared:2147483647 master:2147483646 propagate_from:2147483645 unbindable - fuse.a\\040b\\043c so\\040urce\\0431 ro,sync,dirsync,mand,lazytime,seclabel,context="a:b,c",lowerdir=/x\\054y,sync,size=18446744073709551615k\n' +
    '1 0 0:1 / / ro - nfs4 server:/a#b rw\n' +
    '2 1 0:2 / /empty rw,relatime - tmpfs  rw\n',
  mountstats:
    'device so\\040urce\\0431 mounted on /with\\040blank\\011and\\012more# with fstype fuse.a\\040b\\043c\n' +
    'no device mounted on / with fstype rootfs\n' +
    'device //server/share mounted on /smb with fstype cifs \n' +
    'device server:/a#b mounted on /nfs with fstype nfs4 statvers=1.1\n' +
    '\topts:\trw,vers=4.2,addr=192.0.2.1\n' +
    '\tage:\t18446744073709551615\n' +
    '\tsec:\tflavor=1,pseudoflavor=1\n' +
    '\tevents:\t1 18446744073709551615 \n' +
    '\tbytes:\t18446744073709551615 0 \n' +
    '\tRPC iostats version: 1.1  p/v: 4294967295/4294967294 (nfs)\n' +
    '\txprt:\ttcp 18446744073709551615 -9223372036854775808 1\n' +
    '\txprt:\tudp 0\n' +
    '\tper-op statistics\n' +
    '\t        NULL: 18446744073709551615 0 18446744073709551614\n' +
    '\tA_VERY_LONG_NAME: 1\n' +
    '\n',
  smaps:
    'ffffffffffffffff-ffffffffffffffff rwxs ffffffffffffffff fff:fffff 18446744073709551615  /a path\\012of two lines, \\041 and \xff (deleted)\n' +
    'Size:           18446744073709551615 kB\n' +
    'KernelPageSize: 18446744073709551614 kB\n' +
    'MMUPageSize:    18446744073709551613 kB\n' +
    'Rss:            18446744073709551615 kB\n' +
    'Pss:            18446744073709551614 kB\n' +
    'Pss_Dirty:      18446744073709551613 kB\n' +
    'Shared_Clean:   18446744073709551612 kB\n' +
    'Shared_Dirty:   18446744073709551611 kB\n' +
    'Private_Clean:  18446744073709551610 kB\n' +
    'Private_Dirty:  18446744073709551609 kB\n' +
    'Referenced:     18446744073709551608 kB\n' +
    'Anonymous:      18446744073709551607 kB\n' +
    'KSM:            18446744073709551606 kB\n' +
    'LazyFree:       18446744073709551605 kB\n' +
    'AnonHugePages:  18446744073709551604 kB\n' +
    'ShmemPmdMapped: 18446744073709551603 kB\n' +
    'FilePmdMapped:  18446744073709551602 kB\n' +
    'Shared_Hugetlb: 18446744073709551601 kB\n' +
    'Private_Hugetlb: 18446744073709551600 kB\n' +
    'Swap:           18446744073709551599 kB\n' +
    'SwapPss:        18446744073709551598 kB\n' +
    'Locked:         18446744073709551597 kB\n' +
    'THPeligible:            1\n' +
    'ProtectionKey:        15\n' +
    'VmFlags: rd wr ?? sl \n' +
    '00000000-00001000 -w-p 00000000 00:00 0 \n' +
    'Size:                  4 kB\n' +
    'KernelPageSize:        4 kB\n' +
    'MMUPageSize:           4 kB\n' +
    'Rss:                   1 kB\n' +
    'Pss:                   2 kB\n' +
    'Shared_Clean:          3 kB\n' +
    'Shared_Dirty:          4 kB\n' +
    'Private_Clean:         5 kB\n' +
    'Private_Dirty:         6 kB\n' +
    'Referenced:            7 kB\n' +
    'Anonymous:             8 kB\n' +
    'Shared_Hugetlb: 99999999 kB\n' +
    'Private_Hugetlb: 9999999 kB\n' +
    'Swap:           123456789 kB\n' +
    'Locked:                0 kB\n',
  smaps_rollup:
    '00000000-ffffffffffffffff ---p 00000000 00:00 0                          [rollup]\n' +
    'Rss:            18446744073709551615 kB\n' +
    'Pss:            18446744073709551614 kB\n' +
    'Pss_Dirty:      18446744073709551613 kB\n' +
    'Pss_Anon:       18446744073709551596 kB\n' +
    'Pss_File:       18446744073709551595 kB\n' +
    'Pss_Shmem:      18446744073709551594 kB\n' +
    'Shared_Clean:   18446744073709551612 kB\n' +
    'Shared_Dirty:   18446744073709551611 kB\n' +
    'Private_Clean:  18446744073709551610 kB\n' +
    'Private_Dirty:  18446744073709551609 kB\n' +
    'Referenced:     18446744073709551608 kB\n' +
    'Anonymous:      18446744073709551607 kB\n' +
    'KSM:            18446744073709551606 kB\n' +
    'LazyFree:       18446744073709551605 kB\n' +
    'AnonHugePages:  18446744073709551604 kB\n' +
    'ShmemPmdMapped: 18446744073709551603 kB\n' +
    'FilePmdMapped:  18446744073709551602 kB\n' +
    'Shared_Hugetlb: 18446744073709551601 kB\n' +
    'Private_Hugetlb: 18446744073709551600 kB\n' +
    'Swap:           18446744073709551599 kB\n' +
    'SwapPss:        18446744073709551598 kB\n' +
    'Locked:         18446744073709551597 kB\n',
  wchan: 'do_nothing',
  stack: '[<0>] a+0x1/0x2\n',
  schedstat: '18446744073709551615 18446744073709551614 18446744073709551613\n',
  latency:
    'Latency Top version : v0.1\n' +
    '-2147483648 -9223372036854775808 18446744073709551615 a_function another.cold\n' +
    '1 2 3\n',
  cpuset: '/a b\n',
  cgroup:
    '2147483647:name=a,b:/with: colons and \\\n' +
    '1:cpu,cpuacct:/\n' +
    '0::/gone (deleted)\n',
  cpu_resctrl_groups:
    'res:/\n' +
    'mon:m1\n',
  oom_score: '18446744073709551615\n',
  oom_adj: '-16\n',
  oom_score_adj: '-999\n',
  loginuid: '4294967295',
  sessionid: '4294967294',
  'make-it-fail': '-2147483648\n',
  'fail-nth': '4294967295\n',
  coredump_filter: 'ffffffff\n',
  io:
    'rchar: 18446744073709551615\n' +
    'wchar: 18446744073709551614\n' +
    'syscr: 18446744073709551613\n' +
    'syscw: 18446744073709551612\n' +
    'read_bytes: 18446744073709551611\n' +
    'write_bytes: 18446744073709551610\n' +
    'cancelled_write_bytes: 18446744073709551609\n',
  uid_map:
    '4294967295 4294967294 4294967293\n' +
    '         0     100000          1\n',
  gid_map: '         0     100000          1\n',
  projid_map: '',
  setgroups: 'deny\n',
  timers:
    'ID: 2147483647\n' +
    'signal: 64/ffffffffffffffff\n' +
    'notify: signal/tid.4194303\n' +
    'ClockID: -2147483648\n' +
    'ID: 0\n' +
    'signal: 0/0000000000000000\n' +
    'notify: none/pid.1\n' +
    'ClockID: 1\n',
  timerslack_ns: '18446744073709551615\n',
  patch_state: '-1\n',
  stack_depth:
    'previous stack depth: 18446744073709551615\n' +
    'stack depth: 18446744073709551614\n',
  arch_status: 'AVX512_elapsed_ms:\t-9223372036854775808\n',
  seccomp_cache:
    'x86_64 0 ALLOW\n' +
    'x86_64 1 FILTER\n' +
    'x86_64 2 ALLOW\n' +
    'x86_64 3 FILTER\n' +
    'x86_64 4 FILTER\n' +
    'x86_64 5 FILTER\n' +
    'x86_64 6 FILTER\n' +
    'x86_64 7 FILTER\n' +
    'x86_64 8 FILTER\n' +
    'x86_64 9 FILTER\n' +
    'x86_64 10 FILTER\n' +
    'x86_64 11 FILTER\n' +
    'x86_64 12 FILTER\n' +
    'x86_64 13 FILTER\n' +
    'x86_64 14 FILTER\n' +
    'x86_64 15 FILTER\n' +
    'x86_64 16 FILTER\n' +
    'x86_64 17 FILTER\n' +
    'x86_64 18 FILTER\n' +
    'x86_64 19 FILTER\n' +
    'x86_64 20 FILTER\n' +
    'x86_64 21 FILTER\n' +
    'x86_64 22 FILTER\n' +
    'x86_64 23 FILTER\n' +
    'x86_64 24 FILTER\n' +
    'x86_64 25 FILTER\n' +
    'x86_64 26 FILTER\n' +
    'x86_64 27 FILTER\n' +
    'x86_64 28 FILTER\n' +
    'x86_64 29 FILTER\n' +
    'x86_64 30 FILTER\n' +
    'x86_64 31 FILTER\n' +
    'x86_64 32 FILTER\n' +
    'x86_64 33 ALLOW\n' +
    'ia32 0 FILTER\n',
  ksm_merging_pages: '18446744073709551615\n',
  ksm_stat:
    'ksm_rmap_items 18446744073709551615\n' +
    'ksm_zero_pages -9223372036854775808\n' +
    'ksm_merging_pages 18446744073709551614\n' +
    'ksm_process_profit -9223372036854775807\n' +
    'ksm_merge_any: yes\n' +
    'ksm_mergeable: no\n',
};
