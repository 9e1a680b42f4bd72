/*
 * Asks the kernel questions about two trees, its own /proc and another one, and prints what each answers.
 *
 *   ask KERNEL_ROOT OUR_ROOT < script
 *
 * A script has one command on each line. Words that begin with `$` name variables that `spawn` sets (`$a` is a process
 * id, `$a.1` its second thread). A command that has a path with `@` (the root of the tree) or a handle is carried out
 * for the kernel's tree and for ours; its output is `command TAB kernel's answer TAB our answer`. Answers are values or
 * errno names. Everything is one process, so that both trees are asked by the same caller about the same state.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 12
#define VARIABLES 64
#define HANDLES 64

static char answer[1 << 16];

static void say(const char *format, ...) {
  size_t length = strlen(answer);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(answer + length, sizeof answer - length, format, arguments);
  va_end(arguments);
}

static void failed(void) { say("%s", strerrorname_np(errno)); }

/* Says 0 or the errno of a system call's result. */
static void result(long value) {
  if (value < 0) failed();
  else say("0");
}

static void escaped(const char *bytes, size_t length) {
  for (size_t at = 0; at < length; at++) {
    unsigned char byte = (unsigned char)bytes[at];
    if (byte == '\n') say("\\n");
    else if (byte == '\t') say("\\t");
    else if (byte == '\\') say("\\\\");
    else if (byte < 32 || byte > 126) say("\\x%02x", byte);
    else say("%c", byte);
  }
}

/* Variables. */

static struct { char name[32]; long value; } variables[VARIABLES];
static int variableCount;

static void set(const char *name, long value) {
  for (int at = 0; at < variableCount; at++)
    if (!strcmp(variables[at].name, name)) { variables[at].value = value; return; }
  if (variableCount == VARIABLES) { fprintf(stderr, "too many variables\n"); exit(2); }
  snprintf(variables[variableCount].name, sizeof variables[0].name, "%s", name);
  variables[variableCount++].value = value;
}

static long get(const char *name) {
  for (int at = 0; at < variableCount; at++) if (!strcmp(variables[at].name, name)) return variables[at].value;
  fprintf(stderr, "no variable %s\n", name);
  exit(2);
}

/* Puts a word's variables and root in. `${name}` and `$name` (letters, digits, dot) are replaced, `@` is the root. */
static const char *expand(const char *word, const char *root, char *into, size_t size) {
  size_t length = 0;
  while (*word && length + 24 < size) {
    if (*word == '@') {
      length += (size_t)snprintf(into + length, size - length, "%s", root);
      word++;
    } else if (*word == '$') {
      char name[32];
      size_t count = 0;
      word++;
      while ((*word >= 'a' && *word <= 'z') || (*word >= '0' && *word <= '9') || *word == '.')
        if (count < 31) name[count++] = *word++;
      name[count] = 0;
      length += (size_t)snprintf(into + length, size - length, "%ld", get(name));
    } else {
      into[length++] = *word++;
    }
  }
  into[length] = 0;
  return into;
}

/* Handles: a descriptor for each tree. */

static struct { char name[32]; int descriptor[2]; } handles[HANDLES];
static int handleCount;

static int *handle(const char *name, int make) {
  for (int at = 0; at < handleCount; at++) if (!strcmp(handles[at].name, name)) return handles[at].descriptor;
  if (!make || handleCount == HANDLES) { fprintf(stderr, "no handle %s\n", name); exit(2); }
  snprintf(handles[handleCount].name, sizeof handles[0].name, "%s", name);
  handles[handleCount].descriptor[0] = handles[handleCount].descriptor[1] = -1;
  return handles[handleCount++].descriptor;
}

static int flagsOf(const char *word) {
  static const struct { const char *name; int flag; } names[] = {
    {"r", O_RDONLY}, {"w", O_WRONLY}, {"rw", O_RDWR}, {"dir", O_DIRECTORY}, {"creat", O_CREAT}, {"excl", O_EXCL},
    {"trunc", O_TRUNC}, {"append", O_APPEND}, {"nofollow", O_NOFOLLOW}, {"path", O_PATH}, {"nonblock", O_NONBLOCK},
    {"tmpfile", O_TMPFILE}, {"direct", O_DIRECT}, {"noatime", O_NOATIME},
  };
  int flags = 0;
  char copy[128];
  snprintf(copy, sizeof copy, "%s", word);
  for (char *part = strtok(copy, "|"); part; part = strtok(NULL, "|")) {
    size_t at = 0;
    while (at < sizeof names / sizeof names[0] && strcmp(names[at].name, part)) at++;
    if (at == sizeof names / sizeof names[0]) { fprintf(stderr, "no flag %s\n", part); exit(2); }
    flags |= names[at].flag;
  }
  return flags;
}

static void sayStat(const struct stat *st) {
  say("%o nlink %lu uid %u gid %u size %lld blksize %ld blocks %lld", st->st_mode, (unsigned long)st->st_nlink, st->st_uid,
      st->st_gid, (long long)st->st_size, (long)st->st_blksize, (long long)st->st_blocks);
}

static void sayEntries(int descriptor, size_t size, int many) {
  char *buffer = malloc(size);
  int first = 1;
  do {
    long length = syscall(SYS_getdents64, descriptor, buffer, size);
    if (length < 0) { if (!first) say(" "); failed(); break; }
    if (length == 0) break;
    for (long at = 0; at < length;) {
      struct { uint64_t ino; int64_t offset; unsigned short length; unsigned char type; char name[]; } *entry;
      entry = (void *)(buffer + at);
      say("%s%s/%d", first ? "" : " ", entry->name, entry->type);
      first = 0;
      at += entry->length;
    }
  } while (many);
  if (first && !*answer) say("(none)");
  free(buffer);
}

/* Subjects. */

static void *idle(void *unused) { (void)unused; for (;;) pause(); return NULL; }

static void must(long value, const char *what) {
  if (value >= 0) return;
  dprintf(2, "ask: %s: %s\n", what, strerror(errno));
}

/* Opens one of everything that has lines of its own in fdinfo, from descriptor 10 on. */
static void openZoo(void) {
  char name[] = "/tmp/compatfs-ask-XXXXXX";
  int next = 10;
  int file = mkstemp(name);
  #define PUT(expression) do { int made = (int)(expression); if (made >= 0) { dup3(made, next, 0); close(made); } next++; } while (0)
  PUT(open("/", O_RDONLY | O_DIRECTORY));                                   /* 10 */
  PUT(open("/dev/null", O_RDWR | O_CLOEXEC));                               /* 11: loses close-on-exec by dup */
  fcntl(11, F_SETFD, FD_CLOEXEC);
  dup2(file, next++);                                                       /* 12: a deleted file with locks */
  unlink(name);
  write(12, "0123456789", 10);
  int ends[2];
  pipe(ends);
  dup2(ends[0], next++); dup2(ends[1], next++);                             /* 13, 14 */
  close(ends[0]); close(ends[1]);
  PUT(socket(AF_INET, SOCK_STREAM, 0));                                     /* 15 */
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  dup2(ends[0], next++); dup2(ends[1], next++);                             /* 16, 17 */
  close(ends[0]); close(ends[1]);
  PUT(memfd_create("a name", 0));                                           /* 18 */
  PUT(eventfd(0x1234, 0));                                                  /* 19 */
  PUT(eventfd(7, EFD_SEMAPHORE | EFD_NONBLOCK));                            /* 20 */
  PUT(epoll_create1(0));                                                    /* 21 */
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 0xfedcba9876543210};
  epoll_ctl(21, EPOLL_CTL_ADD, 13, &event);
  event.events = EPOLLOUT | EPOLLONESHOT; event.data.u64 = 1;
  epoll_ctl(21, EPOLL_CTL_ADD, 19, &event);
  PUT(inotify_init1(0));                                                    /* 22 */
  must(inotify_add_watch(22, "/tmp", IN_CREATE | IN_DELETE), "inotify");
  must(inotify_add_watch(22, "/proc", IN_OPEN), "inotify");
  PUT(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));                            /* 23 */
  fanotify_mark(23, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "/tmp");
  fanotify_mark(23, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_CLOSE_WRITE, AT_FDCWD, "/dev/shm");
  fanotify_mark(23, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "/dev/shm");
  sigset_t set;
  sigemptyset(&set); sigaddset(&set, SIGUSR1); sigaddset(&set, SIGRTMAX);
  PUT(signalfd(-1, &set, 0));                                               /* 24 */
  PUT(timerfd_create(CLOCK_MONOTONIC, 0));                                  /* 25: not armed */
  PUT(timerfd_create(CLOCK_REALTIME, 0));                                   /* 26: one shot at the end of time */
  struct itimerspec when = {.it_value = {.tv_sec = 0xfffffffff}, .it_interval = {.tv_sec = 5, .tv_nsec = 7}};
  timerfd_settime(26, TFD_TIMER_ABSTIME, &when, NULL);
  PUT(syscall(SYS_pidfd_open, getppid(), 0));                               /* 27 */
  unsigned char parameters[120] = {0};
  PUT(syscall(SYS_io_uring_setup, 8, parameters));                          /* 28 */
  PUT(open("/proc/self/ns/net", O_RDONLY));                                 /* 29 */
  PUT(open("/tmp", O_PATH));                                                /* 30 */
  PUT(syscall(SYS_userfaultfd, 0));                                         /* 31 */
  PUT(open("/dev/ptmx", O_RDWR | O_NOCTTY));                                /* 32 */
  unsigned int map[18] = {2 /* array */, 4, 8, 16, 0};
  PUT(syscall(SYS_bpf, 0, map, sizeof map));                                /* 33 */
  unsigned char program[16] = {0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0};
  struct { uint32_t type, count; uint64_t code, license; uint32_t level, size; uint64_t log; uint32_t version, flags; } load = {
    1, 2, (uint64_t)(uintptr_t)program, (uint64_t)(uintptr_t)"GPL", 0, 0, 0, 0, 0};
  PUT(syscall(SYS_bpf, 5, &load, sizeof load));                             /* 34 */
  int flocked = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  PUT(flocked);                                                             /* 35: flock and an open file description lock */
  flock(35, LOCK_SH);
  struct flock described = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
  fcntl(35, F_OFD_SETLK, &described);
  int leased = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  PUT(leased);                                                              /* 36 */
  fcntl(36, F_SETLEASE, F_WRLCK);
  PUT(open("/proc/self/mem", O_RDONLY));                                    /* 37: with a position beyond 2^63 */
  lseek(37, (off_t)0xffffffffff600000, SEEK_SET);
  PUT(open("/dev/net/tun", O_RDWR));                                        /* 38 */
  PUT(open("/dev/fuse", O_RDWR));                                           /* 39 */
  PUT(syscall(447 /* memfd_secret */, 0));                                  /* 40 */
  PUT(syscall(444 /* landlock_create_ruleset */, NULL, 0, 1));              /* 41: a number, no descriptor */
  PUT(open("/proc/self/fd", O_RDONLY | O_DIRECTORY));                       /* 42 */
  PUT(inotify_init1(IN_NONBLOCK));                                          /* 43 */
  PUT(fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDWR | O_LARGEFILE)); /* 44 */
  fanotify_mark(44, FAN_MARK_ADD, FAN_CREATE | FAN_ONDIR, AT_FDCWD, "/tmp");
  fanotify_mark(44, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_OPEN, AT_FDCWD, "/tmp");
  /* Closing any descriptor of a file drops its POSIX locks: they come last. */
  close(file);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 3, .l_len = 4};
  fcntl(12, F_SETLK, &lock);
  struct flock rest = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 0};
  fcntl(12, F_SETLK, &rest);
}

/* Becomes another program when SIGUSR1 comes. */
static const char *laterProgram;

static void *runLater(void *unused) {
  (void)unused;
  sigset_t set;
  int signal;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  while (sigwait(&set, &signal) == 0) execl(laterProgram, laterProgram, "1000", (char *)NULL);
  return NULL;
}

/*
 * Stops a process once it executes a program of that name: from there on nothing about it changes. One that is executing a
 * program gets its memory and its name at different times, and is stopped when it has both.
 */
static void settle(pid_t id, const char *name) {
  char path[64], text[64] = "";
  snprintf(path, sizeof path, "/proc/%d/comm", id);
  for (;;) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return;
    text[length - 1] = 0;
    if (!strcmp(text, name)) break;
    usleep(1000);
  }
  kill(id, SIGSTOP);
  waitpid(id, NULL, WUNTRACED);
}

/*
 * What a subject is to be: words `uid=N`, `threads=N`, `undumpable`, `zoo`, `zombie`, `exec=PROGRAM`; `later=PROGRAM` and
 * `threadlater=PROGRAM` become that when SIGUSR1 comes, the latter from a thread that does not lead.
 */
static void spawn(const char *name, char **words, int count) {
  int ready[2];
  char option[32];
  int zombie = 0;
  /* It closes when the subject is what it is to be: paused, another program or dead. */
  pipe2(ready, O_CLOEXEC);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    close(ready[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int at = 0; at < count; at++) {
      char *word = words[at];
      if (!strncmp(word, "uid=", 4)) {
        long id = atol(word + 4);
        setgroups(0, NULL);
        setresgid((gid_t)id, (gid_t)id, (gid_t)id);
        setresuid((uid_t)id, (uid_t)id, (uid_t)id);
        prctl(PR_SET_DUMPABLE, 1);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
      } else if (!strncmp(word, "threads=", 8)) {
        for (long rest = atol(word + 8); rest > 0; rest--) { pthread_t thread; pthread_create(&thread, NULL, idle, NULL); }
      } else if (!strcmp(word, "undumpable")) {
        prctl(PR_SET_DUMPABLE, 0);
      } else if (!strcmp(word, "zoo")) {
        openZoo();
      } else if (!strcmp(word, "zombie")) {
        _exit(3);
      } else if (!strncmp(word, "later=", 6) || !strncmp(word, "threadlater=", 12)) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigprocmask(SIG_BLOCK, &set, NULL);
        laterProgram = strchr(word, '=') + 1;
        if (word[0] == 't') {
          pthread_t thread;
          pthread_create(&thread, NULL, runLater, NULL);
        } else {
          close(ready[1]);
          runLater(NULL);
        }
      } else if (!strncmp(word, "exec=", 5)) {
        execl(word + 5, word + 5, "1000", (char *)NULL);
        _exit(127);
      } else {
        dprintf(2, "no kind %s\n", word);
        _exit(2);
      }
    }
    close(ready[1]);
    idle(NULL);
  }
  close(ready[1]);
  char byte;
  read(ready[0], &byte, 1);
  close(ready[0]);
  for (int at = 0; at < count; at++) zombie |= !strcmp(words[at], "zombie");
  siginfo_t info;
  if (zombie) waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
  for (int at = 0; at < count; at++) if (!strncmp(words[at], "exec=", 5)) settle(child, strrchr(words[at], '/') + 1);
  set(name, child);
  snprintf(option, sizeof option, "/proc/%d/task", child);
  DIR *tasks = opendir(option);
  int number = 0;
  for (struct dirent *entry; tasks && (entry = readdir(tasks));) {
    if (entry->d_name[0] == '.') continue;
    snprintf(option, sizeof option, "%s.%d", name, number++);
    set(option, atol(entry->d_name));
  }
  if (tasks) closedir(tasks);
}

/* Processes that stay, and one that makes others as fast as it can, each of which ends at once. */
static pid_t crowd[1024];
static int crowdSize;
static pid_t storm;

static void gather(int size) {
  fflush(stdout);
  for (; crowdSize < size && crowdSize < 1024; crowdSize++) {
    pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      idle(NULL);
    }
    crowd[crowdSize] = child;
  }
  storm = fork();
  if (storm > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    pid_t child = vfork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
  }
}

static void disperse(void) {
  if (storm > 0) kill(storm, SIGKILL);
  for (int at = 0; at < crowdSize; at++) kill(crowd[at], SIGKILL);
  while (wait(NULL) > 0) continue;
  crowdSize = 0;
}

/* Lists a directory of processes again and again: is everyone of the crowd there each time, once, and in order? */
static void census(const char *path, int rounds, size_t size) {
  static unsigned char seen[1 << 22];
  char *buffer = malloc(size);
  int missing = 0, repeated = 0, unordered = 0;
  for (int round = 0; round < rounds; round++) {
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    memset(seen, 0, sizeof seen);
    long last = 0, length;
    while ((length = syscall(SYS_getdents64, directory, buffer, size)) > 0) {
      for (long at = 0; at < length; at += *(unsigned short *)(buffer + at + 16)) {
        long id = atol(buffer + at + 19);
        if (id <= 0 || id >= 1 << 22) continue;
        unordered += id <= last;
        last = id;
        repeated += seen[id];
        seen[id] = 1;
      }
    }
    for (int at = 0; at < crowdSize; at++) missing += !seen[crowd[at]];
    close(directory);
  }
  free(buffer);
  say("missing %d repeated %d unordered %d", missing, repeated, unordered);
}

/* Compares inode numbers in a directory: what its listing says, and what a look at each entry says, twice. */
static void numbers(const char *path) {
  static uint64_t seen[1 << 14];
  struct stat first, second;
  int count = 0, other = 0, moved = 0, repeated = 0;
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory)) && count < 1 << 14;) {
    int file = openat(dirfd(directory), entry->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (entry->d_name[0] == '.' || file < 0) continue;
    if (fstat(file, &first) == 0 && fstatat(dirfd(directory), entry->d_name, &second, AT_SYMLINK_NOFOLLOW) == 0) {
      other += first.st_ino != entry->d_ino;
      moved += first.st_ino != second.st_ino;
      for (int at = 0; at < count; at++) repeated += seen[at] == first.st_ino;
      seen[count++] = first.st_ino;
    }
    close(file);
  }
  if (!directory) failed();
  else { closedir(directory); say("%s, other %d moved %d repeated %d", count ? "some" : "none", other, moved, repeated); }
}

/* Looks at processes that live no longer than it takes to do so. Says how many could be looked at. */
static void parade(const char *root, int count) {
  char path[4096], buffer[4096];
  int seen = 0;
  for (int number = 0; number < count; number++) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      idle(NULL);
    }
    snprintf(path, sizeof path, "%s/%d/stat", root, child);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && read(file, buffer, sizeof buffer) > 0) seen++;
    close(file);
    snprintf(path, sizeof path, "%s/%d/fd", root, child);
    file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    syscall(SYS_getdents64, file, buffer, sizeof buffer);
    close(file);
    snprintf(path, sizeof path, "%s/%d/task/%d/status", root, child, child);
    file = open(path, O_RDONLY | O_CLOEXEC);
    close(file);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  say("%d", seen);
}

/* Ends a subject and makes another process with the same id: says whether the kernel let us. */
static void reuse(const char *name) {
  pid_t id = (pid_t)get(name);
  kill(id, SIGKILL);
  waitpid(id, NULL, 0);
  struct { uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls, setTid, setTidSize; } arguments = {0};
  arguments.exitSignal = SIGCHLD;
  arguments.setTid = (uint64_t)(uintptr_t)&id;
  arguments.setTidSize = 1;
  int ready[2];
  pipe2(ready, O_CLOEXEC);
  fflush(stdout);
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "successor");
    close(ready[1]);
    for (;;) pause();
  }
  close(ready[1]);
  char byte;
  read(ready[0], &byte, 1);
  close(ready[0]);
  printf("note %s\n", child == id ? "reused" : strerrorname_np(errno));
}

/* One command for one tree; words[0] is the command. */
static void ask(char **words, int count, int tree, const char *root) {
  char first[4096], second[4096];
  const char *path = count > 1 ? expand(words[1], root, first, sizeof first) : "";
  const char *other = count > 2 ? expand(words[2], root, second, sizeof second) : "";
  const char *command = words[0];
  static char buffer[1 << 16];
  struct stat st;
  if (!strcmp(command, "open")) {
    int *place = handle(words[2], 1);
    char third[4096];
    place[tree] = open(expand(words[1], root, third, sizeof third), flagsOf(words[3]) | O_CLOEXEC, 0644);
    result(place[tree]);
  } else if (!strcmp(command, "openat")) {
    int opened = openat(handle(words[1], 0)[tree], other, flagsOf(words[3]) | O_CLOEXEC, 0644);
    result(opened);
    if (opened >= 0) close(opened);
  } else if (!strcmp(command, "try")) {
    int opened = open(path, flagsOf(words[2]) | O_CLOEXEC, 0644);
    result(opened);
    if (opened >= 0) close(opened);
  } else if (!strcmp(command, "close")) {
    int *place = handle(words[1], 0);
    result(close(place[tree]));
    place[tree] = -1;
  } else if (!strcmp(command, "read")) {
    ssize_t length = read(handle(words[1], 0)[tree], buffer, sizeof buffer);
    if (length < 0) failed();
    else escaped(buffer, (size_t)length);
  } else if (!strcmp(command, "cat")) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, buffer, sizeof buffer);
    if (file < 0) say("open ");
    if (length < 0) failed();
    else escaped(buffer, (size_t)length);
    if (file >= 0) close(file);
  } else if (!strcmp(command, "entries")) {
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) { say("open "); failed(); }
    else { sayEntries(file, 32768, 1); close(file); }
  } else if (!strcmp(command, "inodes")) {
    numbers(path);
  } else if (!strcmp(command, "parade")) {
    parade(path, atoi(words[2]));
  } else if (!strcmp(command, "census")) {
    census(path, atoi(words[2]), (size_t)atol(words[3]));
  } else if (!strcmp(command, "listed")) {
    /* Whether a directory has a name in its listing, and how often. */
    DIR *directory = opendir(path);
    int times = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) times += !strcmp(entry->d_name, other);
    if (directory) { say("%d", times); closedir(directory); }
    else failed();
  } else if (!strcmp(command, "getdents")) {
    sayEntries(handle(words[1], 0)[tree], count > 2 ? (size_t)atol(words[2]) : 32768, 0);
  } else if (!strcmp(command, "seek")) {
    off_t at = lseek(handle(words[1], 0)[tree], atoll(words[2]), atoi(words[3]));
    if (at < 0) failed();
    else say("%lld", (long long)at);
  } else if (!strcmp(command, "lstat") || !strcmp(command, "stat")) {
    if ((command[0] == 'l' ? lstat : stat)(path, &st) < 0) failed();
    else sayStat(&st);
  } else if (!strcmp(command, "same")) {
    /* Whether two paths of one tree lead to the same file. */
    struct stat st2;
    if (stat(path, &st) < 0 || stat(other, &st2) < 0) failed();
    else say("%s", st.st_ino == st2.st_ino && st.st_dev == st2.st_dev ? "same" : "different");
  } else if (!strcmp(command, "inode")) {
    if (stat(path, &st) < 0) failed();
    else say("%lu on %lx", (unsigned long)st.st_ino, (unsigned long)st.st_dev);
  } else if (!strcmp(command, "rootinode")) {
    if (lstat(path, &st) < 0) failed();
    else say("%lu", (unsigned long)st.st_ino);
  } else if (!strcmp(command, "fstat")) {
    if (fstat(handle(words[1], 0)[tree], &st) < 0) failed();
    else sayStat(&st);
  } else if (!strcmp(command, "fstatat")) {
    if (fstatat(handle(words[1], 0)[tree], other, &st, AT_SYMLINK_NOFOLLOW) < 0) failed();
    else sayStat(&st);
  } else if (!strcmp(command, "readlink")) {
    ssize_t length = readlink(path, buffer, sizeof buffer);
    if (length < 0) failed();
    else escaped(buffer, (size_t)length);
  } else if (!strcmp(command, "readlinkat")) {
    ssize_t length = readlinkat(handle(words[1], 0)[tree], count > 2 ? other : "", buffer, sizeof buffer);
    if (length < 0) failed();
    else escaped(buffer, (size_t)length);
  } else if (!strcmp(command, "access")) {
    result(faccessat(AT_FDCWD, path, atoi(words[2]), AT_EACCESS));
  } else if (!strcmp(command, "accessat")) {
    result(faccessat(handle(words[1], 0)[tree], other, atoi(words[3]), AT_EACCESS));
  } else if (!strcmp(command, "chdir")) {
    int here = open(".", O_PATH | O_CLOEXEC);
    result(chdir(path));
    fchdir(here);
    close(here);
  } else if (!strcmp(command, "chmod")) {
    result(chmod(path, (mode_t)strtol(words[2], NULL, 8)));
  } else if (!strcmp(command, "chown")) {
    result(chown(path, (uid_t)atol(words[2]), (gid_t)atol(words[3])));
  } else if (!strcmp(command, "lchown")) {
    result(lchown(path, (uid_t)atol(words[2]), (gid_t)atol(words[3])));
  } else if (!strcmp(command, "utimes")) {
    result(utimensat(AT_FDCWD, path, NULL, 0));
  } else if (!strcmp(command, "truncate")) {
    result(truncate(path, atol(words[2])));
  } else if (!strcmp(command, "unlink")) {
    result(unlink(path));
  } else if (!strcmp(command, "rmdir")) {
    result(rmdir(path));
  } else if (!strcmp(command, "mkdir")) {
    result(mkdir(path, 0755));
  } else if (!strcmp(command, "mknod")) {
    result(mknod(path, S_IFIFO | 0644, 0));
  } else if (!strcmp(command, "symlink")) {
    result(symlink("nowhere", path));
  } else if (!strcmp(command, "link")) {
    result(link(path, other));
  } else if (!strcmp(command, "rename")) {
    result(rename(path, other));
  } else if (!strcmp(command, "setxattr")) {
    result(syscall(SYS_setxattr, path, words[2], "1", 1, 0));
  } else if (!strcmp(command, "getxattr")) {
    result(syscall(SYS_getxattr, path, words[2], buffer, 10));
  } else if (!strcmp(command, "listxattr")) {
    long length = syscall(SYS_listxattr, path, buffer, sizeof buffer);
    if (length < 0) failed();
    else say("%ld", length);
  } else if (!strcmp(command, "write")) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) { say("open "); failed(); }
    else { ssize_t length = write(file, words[2], strlen(words[2])); if (length < 0) failed(); else say("%zd", length); close(file); }
  } else if (!strcmp(command, "exec")) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { dup2(2, 1); execl(path, path, "0", (char *)NULL); _exit(200 + (errno & 31)); }
    int status = 0;
    waitpid(child, &status, 0);
    say("%d", WEXITSTATUS(status));
  } else {
    fprintf(stderr, "no command %s\n", command);
    exit(2);
  }
}

static char given[2][sizeof answer], again[sizeof answer];

static void put(char *into, char **words, int count, int tree, const char *root) {
  answer[0] = 0;
  ask(words, count, tree, root);
  strcpy(into, answer);
}

/* Asks both trees. What changes while one looks is looked at again: the kernel's answer has to stay what it was. */
static void compare(char **words, int count, const char **roots) {
  static const char *looks[] = {"lstat", "stat", "entries", "readlink", "cat", "access", "listed", "inode", "same"};
  int look = 0;
  for (size_t at = 0; at < sizeof looks / sizeof *looks; at++) look |= !strcmp(words[0], looks[at]);
  for (int attempt = 0; attempt < 20; attempt++) {
    put(given[0], words, count, 0, roots[0]);
    put(given[1], words, count, 1, roots[1]);
    if (!look || !strcmp(given[0], given[1])) return;
    put(again, words, count, 0, roots[0]);
    if (!strcmp(given[0], again)) return;
  }
}

int main(int argumentCount, char **arguments) {
  static char line[8192], copy[8192];
  const char *roots[2] = {argumentCount > 1 ? arguments[1] : "/proc", argumentCount > 2 ? arguments[2] : "/proc"};
  pid_t section = 0;
  int inside = 0;
  set("self", getpid());
  set("parent", getppid());
  /* Unbuffered: a section's process must not take lines that are not its own. */
  setvbuf(stdin, NULL, _IONBF, 0);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    snprintf(copy, sizeof copy, "%s", line);
    char *words[WORDS];
    int count = 0;
    for (char *word = strtok(line, " "); word && count < WORDS; word = strtok(NULL, " ")) words[count++] = word;
    if (count == 0 || words[0][0] == '#') continue;
    if (!strcmp(words[0], "spawn")) {
      spawn(words[1], words + 2, count - 2);
    } else if (!strcmp(words[0], "reap")) {
      kill((pid_t)get(words[1]), SIGKILL);
      waitpid((pid_t)get(words[1]), NULL, 0);
    } else if (!strcmp(words[0], "gather")) {
      gather(atoi(words[1]));
    } else if (!strcmp(words[0], "disperse")) {
      disperse();
    } else if (!strcmp(words[0], "undumpable")) {
      prctl(PR_SET_DUMPABLE, 0);
    } else if (!strcmp(words[0], "reuse")) {
      reuse(words[1]);
    } else if (!strcmp(words[0], "wait")) {
      /* Milliseconds: for as long as a server may go on answering from what it knew. */
      usleep((useconds_t)atoi(words[1]) * 1000);
    } else if (!strcmp(words[0], "settle")) {
      settle((pid_t)get(words[1]), words[2]);
    } else if (!strcmp(words[0], "signal")) {
      kill((pid_t)get(words[1]), atoi(words[2]));
    } else if (!strcmp(words[0], "become")) {
      /* become UID GID GROUP..: for the lines up to `end`, in a process of their own. */
      fflush(stdout);
      section = fork();
      if (section > 0) {
        waitpid(section, NULL, 0);
        continue;
      }
      gid_t groups[WORDS];
      for (int at = 3; at < count; at++) groups[at - 3] = (gid_t)atol(words[at]);
      setgroups(count > 3 ? (size_t)count - 3 : 0, groups);
      setresgid((gid_t)atol(words[2]), (gid_t)atol(words[2]), (gid_t)atol(words[2]));
      setresuid((uid_t)atol(words[1]), (uid_t)atol(words[1]), (uid_t)atol(words[1]));
      prctl(PR_SET_DUMPABLE, 1);
      set("self", getpid());
      inside = 1;
    } else if (!strcmp(words[0], "end")) {
      if (inside) break;
    } else if (!strcmp(words[0], "note")) {
      printf("%s\n", copy);
    } else {
      compare(words, count, roots);
      printf("%s\t%s\t%s\n", copy, given[0], given[1]);
    }
  }
  fflush(stdout);
  if (!inside) for (int at = 0; at < variableCount; at++)
    if (strcmp(variables[at].name, "self") && strcmp(variables[at].name, "parent") && !strchr(variables[at].name, '.')) {
      kill((pid_t)variables[at].value, SIGKILL);
      waitpid((pid_t)variables[at].value, NULL, 0);
    }
  return 0;
}
