// Who one is, limits, scheduling, the machine, memory: prints what each call gives, with the error.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); fflush(stdout); } while (0)
#define IN(...) do { fflush(stdout); pid_t p_ = fork(); if (p_ == 0) { __VA_ARGS__; fflush(stdout); _exit(0); } int st_; waitpid(p_, &st_, 0); if (st_) printf("status %x\n", st_); } while (0)

static void who(void) {
  uid_t r, e, s; gid_t gr, ge, gs; getresuid(&r, &e, &s); getresgid(&gr, &ge, &gs);
  struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0}; struct __user_cap_data_struct d[2];
  syscall(SYS_capget, &h, d);
  printf("uid %d %d %d fs %d gid %d %d %d eff %d perm %d\n", r, e, s, setfsuid(-1), gr, ge, gs, (d[0].effective & 1) != 0, (d[0].permitted & 1) != 0);
}

// The kernel's version as the C library finds it: in the vdso's note (LINUX_VERSION_CODE).
static unsigned told(void) {
  const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
  const Elf64_Ehdr *header = (const void *)image;
  const Elf64_Phdr *segment = (const void *)(image + header->e_phoff);
  for (int i = 0; i < header->e_phnum; i++, segment++)
    for (const char *at = image + segment->p_offset; segment->p_type == PT_NOTE && at < image + segment->p_offset + segment->p_filesz;) {
      const Elf64_Nhdr *note = (const void *)at;
      const char *content = at + sizeof *note + ((note->n_namesz + 3) & ~3u);
      if (note->n_type == 0 && strcmp(at + sizeof *note, "Linux") == 0) return *(const unsigned *)content;
      at = content + ((note->n_descsz + 3) & ~3u);
    }
  return 0;
}

int main(int argc, char **argv) {
  char b[8192]; chdir(argv[1]); umask(022);
  who(); T(getuid()); T(getegid()); T(getgroups(-1, 0)); gid_t gs[4] = {5, 3, 9, 1}; T(setgroups(4, gs)); T(getgroups(0, 0)); T(getgroups(2, gs)); T(getgroups(4, gs)); printf("%d %d\n", gs[0], gs[3]); T(setgroups(100000, gs)); T(setgroups(1, (void *)8)); setgroups(0, 0);
  IN(T(setuid(1000)); who(); T(setuid(0)); T(setuid(1000)); T(setgroups(0, 0)); T(setgid(5)); T(chown("x", 1, 1)));
  IN(T(seteuid(1000)); who(); T(seteuid(0)); who()); IN(T(setreuid(1000, -1)); who(); T(setreuid(-1, 500)); who()); IN(T(setresuid(1, 2, 3)); who(); T(setresuid(3, 1, 2)); T(setresuid(4, -1, -1)); who()); IN(T(setresgid(1, 2, 3)); who(); T(setregid(7, 8)); who()); IN(T(setfsuid(1000)); who(); T(setfsuid(0)); who()); IN(T(setgid(-1)); T(setuid(-1))); IN(T(prctl(PR_SET_KEEPCAPS, 1)); T(setuid(1000)); who());
  struct __user_cap_header_struct h = {0x1234, 0}; struct __user_cap_data_struct d[2]; T(syscall(SYS_capget, &h, d)); printf("%x\n", h.version); T(syscall(SYS_capget, &h, 0)); h.pid = 99999; T(syscall(SYS_capget, &h, d)); h.pid = 0; T(syscall(SYS_capget, &h, d)); IN(d[0].effective = 0; T(syscall(SYS_capset, &h, d)); T(chown("x", 1, 1)); T(sethostname("x", 1)); T(syscall(SYS_chroot, ".")); T(mknod("dev", S_IFCHR, 5)); T(setuid(5)); T(mount("a", "/", "tmpfs", 0, 0)));
  // Permissions of an ordinary user.
  mkdir("priv", 0700); mkdir("pub", 0777); chmod("pub", 01777); int f = open("pub/mine", O_CREAT | O_RDWR, 0600); open("pub/all", O_CREAT, 0644); chmod("pub/all", 0666); open("setid", O_CREAT, 0755);
  IN(setgid(1000); setuid(1000); T(open("priv/x", O_CREAT | O_RDWR, 0600)); T(access("priv/x", F_OK)); T(access("priv", R_OK)); T(open("pub/mine", O_RDONLY)); T(unlink("pub/mine")); T(rename("pub/mine", "pub/other")); T(rmdir("priv")); T(open("pub/own", O_CREAT | O_RDWR, 0644)); T(chmod("pub/all", 0)); T(chown("pub/own", 1000, 1000)); T(chown("pub/own", 0, 0)); T(utimensat(AT_FDCWD, "pub/all", 0, 0)); struct timespec ts[2] = {{1, 1}, {1, 1}}; T(utimensat(AT_FDCWD, "pub/all", ts, 0)); T(open("new", O_CREAT, 0600)); T(mkdir("newdir", 0700)); T(link("pub/mine", "pub/linked")); T(truncate("pub/all", 0)); T(truncate("pub/mine", 0)); T(chmod("pub/own", 02755)); struct stat st; stat("pub/own", &st); printf("%o\n", st.st_mode); T(kill(1, 0)); T(setpriority(PRIO_PROCESS, 0, -5)); T(open("pub/own", O_RDONLY | O_NOATIME)); T(open("pub/all", O_RDONLY | O_NOATIME)));
  // Limits.
  struct rlimit rl; T(getrlimit(RLIMIT_NOFILE, &rl)); T(getrlimit(99, &rl)); rl = (struct rlimit){50, 40}; T(setrlimit(RLIMIT_NOFILE, &rl)); IN(rl = (struct rlimit){5, 100}; T(setrlimit(RLIMIT_NOFILE, &rl)); T(open(".", O_RDONLY)); T(open(".", O_RDONLY)); T(open(".", O_RDONLY)); T(dup(0)); T(fcntl(0, F_DUPFD, 5)); int p[2]; T(pipe(p)); setuid(1000); rl.rlim_max = 200; T(setrlimit(RLIMIT_NOFILE, &rl)); rl.rlim_cur = 100; rl.rlim_max = 100; T(setrlimit(RLIMIT_NOFILE, &rl))); T(prlimit(99999, RLIMIT_NOFILE, 0, &rl)); T(prlimit(0, RLIMIT_STACK, 0, &rl)); T(syscall(SYS_getrlimit, RLIMIT_CPU, 8));
  T(getpriority(PRIO_PROCESS, 0)); T(setpriority(PRIO_PROCESS, 0, 5)); T(getpriority(PRIO_PROCESS, 0)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); T(getpriority(9, 0)); T(getpriority(PRIO_PROCESS, 99999)); T(nice(3)); T(sched_getscheduler(0)); T(sched_getscheduler(-1)); T(sched_getscheduler(99999)); struct sched_param sp = {0}; T(sched_setscheduler(0, SCHED_BATCH, &sp)); T(sched_getscheduler(0)); sp.sched_priority = 5; T(sched_setscheduler(0, SCHED_OTHER, &sp)); T(sched_setscheduler(0, SCHED_FIFO, &sp)); T(sched_getparam(0, &sp)); printf("%d\n", sp.sched_priority); sp.sched_priority = 0; T(sched_setscheduler(0, SCHED_OTHER, &sp)); T(sched_get_priority_max(SCHED_FIFO)); T(sched_get_priority_min(SCHED_RR)); T(sched_get_priority_max(99)); cpu_set_t cs; T(sched_getaffinity(0, 1, &cs)); T(sched_yield());
  // The machine.
  struct utsname u; T(uname(&u)); printf("%s %s\n", u.sysname, u.machine); unsigned version[3] = { 0 }; sscanf(u.release, "%u.%u.%u", version, version + 1, version + 2); printf("vdso %d\n", told() == (version[0] << 16 | version[1] << 8 | version[2])); T(syscall(SYS_uname, 8)); IN(T(sethostname("guest", 5)); uname(&u); printf("%s\n", u.nodename); T(sethostname("x", -1)); T(sethostname("x", 65)); sethostname(argv[2] ? argv[2] : "vm", 2)); struct sysinfo si; T(sysinfo(&si)); printf("%d\n", si.mem_unit); T(syscall(SYS_sysinfo, 8)); T(getrandom(b, 10, 0)); T(getrandom(b, 10, 99)); T(getrandom(b, 10, 6)); T(getrandom((void *)8, 10, 0)); T(getrandom((void *)8, 0, 0)); T(syscall(SYS_times, 8)); T(syscall(SYS_personality, 0xffffffff)); T(socket(77, SOCK_STREAM, 0)); T(connect(0, 0, 0)); T(connect(99, 0, 0)); T(getsockopt(99, 0, 0, 0, 0)); T(syscall(SYS_getcpu, 0, 0, 0)); T(syscall(SYS_ioprio_get, 1, 0));
  // Memory.
  char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); T(m == MAP_FAILED); T(mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)); T(mmap(0, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0)); T(mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0)); T(mmap(0, 4096, PROT_READ, MAP_PRIVATE, f, 5)); int wo = open("w", O_CREAT | O_WRONLY, 0600), dir = open(".", O_RDONLY), op = open("w", O_PATH); T(mmap(0, 4096, PROT_READ, MAP_PRIVATE, wo, 0)); T(mmap(0, 4096, PROT_READ, MAP_PRIVATE, dir, 0)); T(mmap(0, 4096, PROT_READ, MAP_PRIVATE, op, 0)); int ro = open("w", O_RDONLY); T(mmap(0, 4096, PROT_WRITE, MAP_SHARED, ro, 0)); T(munmap(m + 1, 4096)); T(munmap(m, 0)); T(mprotect(m + 1, 4096, 0)); T(mprotect(m, 4096, PROT_READ)); T(read(ro, m, 0)); write(wo, "contents", 8); T(read(ro, m, 8)); T(read(ro, m + 4096, 4)); T(read(ro, m + 8190, 4)); T(mprotect(m + 8192 * 10, 4096, PROT_READ)); T(madvise(m, 4096, 999)); T(madvise(m, 4096, MADV_DONTNEED)); T(mincore(m, 4096, (void *)b)); T(msync(m, 4096, MS_SYNC)); T(msync(m, 4096, 99)); T(mlock(m, 4096)); T(munlock(m, 4096)); int rw = open("map", O_CREAT | O_RDWR, 0600); ftruncate(rw, 4096); char *s = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, rw, 0); strcpy(s, "shared"); T(pread(rw, b, 6, 0)); printf("%.6s\n", b); pwrite(rw, "SHARED", 6, 0); printf("%s\n", s); T(mremap(s, 4096, 8192, 0) == MAP_FAILED); char *s2 = mremap(s, 4096, 8192, MREMAP_MAYMOVE); printf("%s\n", s2); T(mremap(s2, 4096, 0, 0)); T(sbrk(0) == (void *)-1); T(brk((void *)8)); T(syscall(SYS_pkey_alloc, 1, 0)); T(syscall(SYS_mlock2, m, 4096, 9)); T(syscall(SYS_pkey_free, 1));
  // Roots.
  mkdir("root", 0755); mkdir("root/in", 0755); IN(T(chroot("root")); T(chdir("/")); T(chdir("in")); printf("%s\n", getcwd(b, 100)); T(chdir("../../..")); printf("%s\n", getcwd(b, 100)); T(open("/w", O_RDONLY))); IN(T(chroot("nothere")); T(chroot("w"))); IN(T(chdir("root/in")); T(rmdir("../in")); T(getcwd(b, 100) ? 0 : -1); T(open("x", O_CREAT, 0600)); T(mkdir("y", 0777)));
  return 0;
}
