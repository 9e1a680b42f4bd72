// Makes random system calls, mostly with arguments that mean something: whoever does them is to survive. Its argument is the seed.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long state;
static unsigned long next(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static char *page, *strings;

static unsigned long argument(void) {
  static const char *paths[] = {"/", ".", "..", "a", "b/c", "/dev/null", "/dev/zero", "", "/tmp/x", "dir", "dir/f", "fifo", "link"};
  switch (next() % 16) {
    case 0: return next();
    case 1: return (unsigned long)-1;
    case 2: return next() % 4096;
    case 3: case 4: return next() % 12;
    case 5: return 1UL << (next() % 64);
    case 6: return (unsigned long)page + next() % 8192;
    case 7: case 8: return (unsigned long)page + next() % 64 * 64;
    case 9: return 0;
    case 10: return (unsigned long)-100;
    case 11: return 4096 * (next() % 10);
    case 12: return 8;
    case 13: return (1UL << 63) + next() % 3 - 1;
    default: strcpy(strings, paths[next() % 13]); return (unsigned long)strings;
  }
}

// What would end it, make it wait for ever, or take its memory.
static int skipped(int n) {
  switch (n) {
    case SYS_exit: case SYS_exit_group: case SYS_pause: case SYS_rt_sigsuspend: case SYS_rt_sigreturn: case SYS_fork: case SYS_vfork: case SYS_clone: case SYS_clone3: case SYS_kill: case SYS_tkill:
    case SYS_tgkill: case SYS_rt_sigqueueinfo: case SYS_rt_tgsigqueueinfo: case SYS_munmap: case SYS_mprotect: case SYS_mremap: case SYS_brk: case SYS_mmap: case SYS_madvise: case SYS_execve: case SYS_execveat:
    case SYS_arch_prctl: case SYS_rt_sigtimedwait: case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_alarm: case SYS_setitimer: case SYS_timer_settime: case SYS_select: case SYS_pselect6: case SYS_poll:
    case SYS_ppoll: case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_epoll_pwait2: case SYS_futex: case SYS_wait4: case SYS_waitid: case SYS_setrlimit: case SYS_prlimit64: case SYS_rt_sigaction: case SYS_rt_sigprocmask:
    case SYS_sigaltstack: case SYS_set_robust_list: case SYS_set_tid_address: case SYS_pkey_mprotect: case SYS_rseq: case SYS_mlockall: case SYS_flock: case SYS_fcntl: case SYS_chroot: case SYS_reboot:
    case SYS_close: case SYS_close_range: case SYS_dup2: case SYS_dup3: case SYS_remap_file_pages: return 1;
    default: return 0;
  }
}

int main(int argc, char **argv) {
  state = strtoul(argv[1], 0, 10) * 2654435761UL + 1;
  for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
  page = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strings = page + 12288;
  int done = 0;
  for (int i = 0; i < 4000; i++) {
    int n = next() % 470;
    unsigned long a[6];
    for (int k = 0; k < 6; k++) a[k] = argument();
    if (next() % 8 == 0) for (int k = 0; k < 8192; k += 8) *(unsigned long *)(page + k) = next() % 3 ? argument() : 0;
    // Reads of what nobody writes to wait.
    if (skipped(n) || ((n == SYS_read || n == SYS_readv || n == SYS_write || n == SYS_writev || n == SYS_open || n == SYS_openat || n == SYS_sendfile || n == SYS_splice || n == SYS_tee || n == SYS_vmsplice || n == SYS_preadv2 || n == SYS_pwritev2) && next() % 4)) continue;
    if (n == SYS_open) a[1] |= 0x800;
    if (n == SYS_openat) a[2] |= 0x800;
    if (n == SYS_openat2) continue;
    if (n == SYS_read || n == SYS_readv || n == SYS_preadv2 || n == SYS_splice || n == SYS_tee || n == SYS_sendfile || n == SYS_write || n == SYS_writev || n == SYS_vmsplice || n == SYS_pwritev2) { long f = syscall(SYS_fcntl, a[0], 3); syscall(SYS_fcntl, a[0], 4, f | 0x800); if (a[0] < 3 && n != SYS_read) continue; }
    syscall(n, a[0], a[1], a[2], a[3], a[4], a[5]);
    done++;
  }
  char text[40];
  write(1, text, sprintf(text, "done %d\n", done > 1000));
  return 0;
}
