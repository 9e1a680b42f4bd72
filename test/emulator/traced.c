/* Makes system calls of many kinds, with arguments under which they give the same everywhere. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void on_signal(int number) { (void)number; }
static void on_information(int number, siginfo_t *information, void *context) { (void)number, (void)information, (void)context; }

static void signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, 0);
  action.sa_sigaction = on_information;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SA_NODEFER | SA_NOCLDSTOP;
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGUSR1, &action, 0);
  sigaction(SIGUSR1, 0, &action);
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &set, 0);
  sigprocmask(SIG_SETMASK, 0, &set);
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, &set);
  sigemptyset(&set);
  sigprocmask(SIG_SETMASK, &set, 0);
  sigpending(&set);
}

static void files(void) {
  char buffer[100];
  int fd = open("zz\"q\t\1x", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  write(fd, "hello\n\0001\0019\377abcdefghijklmnopqrstuvwxyz0123456789", 45);
  lseek(fd, 0, SEEK_SET);
  lseek(fd, -3, SEEK_END);
  read(fd, buffer, 3);
  read(fd, buffer, 10);
  pread(fd, buffer, 4, 2);
  ftruncate(fd, 3);
  fchmod(fd, 0600);
  struct stat status;
  fstat(fd, &status);
  flock(fd, LOCK_EX | LOCK_NB);
  struct flock lock = {F_WRLCK, SEEK_SET, 0, 10, 0};
  fcntl(fd, F_SETLK, &lock);
  fcntl(fd, F_GETFD);
  fcntl(fd, F_SETFD, 0);
  fcntl(fd, F_GETFD);
  fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
  posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  struct iovec vectors[2] = {{"ab", 2}, {"cdefghijklmnopqrstuvwxyzabcdefghijklmnop", 40}};
  writev(fd, vectors, 2);
  close(fd);
  close(fd);
  unlink("zz\"q\t\1x");
  stat("/dev/null", &status);
  lstat("/nonexistent", &status);
  access("/nonexistent", R_OK | W_OK);
  access("/", F_OK);
  mkdir("dd", 0777);
  rmdir("dd");
  symlink("a", "l1");
  rename("l1", "l2");
  readlink("l2", buffer, 100);
  unlink("l2");
  link("/nonexistent", "b");
  chdir("/nonexistent");
  chmod("/nonexistent", 0644);
  chown("/nonexistent", -1, 5);
  struct timespec times[2] = {{1, 2}, {0, UTIME_NOW}};
  utimensat(AT_FDCWD, "/nonexistent", times, AT_SYMLINK_NOFOLLOW);
  int ends[2];
  pipe(ends);
  pipe2(ends, O_CLOEXEC);
  dup2(0, 30);
  umask(077);
  umask(022);
  write(99, "x", 1);
}

static void memory(void) {
  void *anywhere = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *place = mmap((void *)0x50000000, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  mprotect(place, 4096, PROT_READ | PROT_EXEC);
  madvise(place, 4096, MADV_DONTNEED);
  mremap(place, 4096, 8192, MREMAP_MAYMOVE);
  munmap(anywhere, 4096);
  mmap(0, 0, PROT_READ, MAP_PRIVATE, 5, 0);
}

static void others(void) {
  struct pollfd polled = {0, POLLIN, 0};
  poll(&polled, 1, 0);
  poll(0, 0, 1);
  struct winsize size;
  ioctl(0, TIOCGWINSZ, &size);
  struct termios settings;
  tcgetattr(0, &settings);
  struct rlimit limit = {0, 0};
  setrlimit(RLIMIT_CORE, &limit);
  getrlimit(RLIMIT_CORE, &limit);
  struct timespec moment = {0, 1000};
  nanosleep(&moment, 0);
  clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, 0);
  struct itimerval timer = {{0, 0}, {100, 5}};
  setitimer(ITIMER_REAL, &timer, 0);
  alarm(0);
  prctl(PR_SET_NAME, "abc");
  prctl(PR_GET_DUMPABLE);
  sched_yield();
  int word = 1;
  syscall(SYS_futex, &word, 1 | 128, 1, 0, 0, 0);
  syscall(SYS_futex, &word, 0, 2, 0, 0, 0);
  syscall(SYS_faccessat2, AT_FDCWD, "/", R_OK, AT_EACCESS);
  syscall(SYS_arch_prctl, 0x9999, 0);
}

int main(void) {
  signals();
  files();
  memory();
  others();
  kill(getpid(), SIGUSR2);
}
