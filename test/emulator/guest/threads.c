// Threads and processes together: who ends, who executes, who is told. Prints what happens.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;
static void status(const char *what, int st) {
  if (WIFEXITED(st)) printf("%s: exit %d\n", what, WEXITSTATUS(st)); else printf("%s: signal %d\n", what, WTERMSIG(st));
  fflush(stdout);
}
#define CHILD(what, ...) do { fflush(stdout); pid_t p_ = fork(); if (p_ == 0) { __VA_ARGS__; _exit(99); } int st_ = 0; waitpid(p_, &st_, 0); status(what, st_); } while (0)

static void *forever(void *a) { for (;;) pause(); }
static void *spin(void *a) { for (;;) __asm__ volatile(""); }
static void *ends(void *a) { usleep(10000); exit((long)a); }
static void *execs(void *a) { usleep(10000); execl(self, self, "child", "from thread", NULL); _exit(98); }
static void *quits(void *a) { usleep(20000); printf("last thread\n"); fflush(stdout); return 0; }
static void *forks(void *a) { pid_t p = fork(); if (p == 0) { printf("forked %d\n", gettid() == getpid()); fflush(stdout); _exit(3); } int st; waitpid(p, &st, 0); status("by thread", st); return 0; }
static pthread_t target; static volatile int got;
static void onsignal(int s) { got = pthread_self() == target ? 1 : 2; }
static void *kills(void *a) { kill(getpid(), SIGTERM); return 0; }
static int cloned(void *a) { *(int *)a = getpid() == gettid() ? 7 : 8; return 5; }
static pthread_barrier_t barrier; static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER; static pthread_once_t once = PTHREAD_ONCE_INIT; static int onces, shared;
static void one(void) { onces++; }
static void *meets(void *a) { pthread_once(&once, one); for (int i = 0; i < 20; i++) { pthread_rwlock_wrlock(&rw); shared++; pthread_rwlock_unlock(&rw); pthread_rwlock_rdlock(&rw); pthread_rwlock_unlock(&rw); pthread_barrier_wait(&barrier); } return 0; }
static void *key(void *a) { return 0; }
static void destroyed(void *a) { printf("destroyed %ld\n", (long)a); }

int main(int argc, char **argv) {
  self = argv[0];
  if (argc > 2 && !strcmp(argv[1], "reader")) { char told = 0; alarm(20); read(6, &told, 1); return told; }
  if (argc > 2 && !strcmp(argv[1], "child")) { printf("child %s %d\n", argv[2], gettid() == getpid()); return 21; }
  pthread_t t[8];
  CHILD("exit with threads", pthread_create(t, 0, forever, 0); pthread_create(t, 0, forever, 0); exit(4));
  CHILD("exit with a thread that computes", pthread_create(t, 0, spin, 0); usleep(1000); exit(5));
  CHILD("exit by a thread", pthread_create(t, 0, ends, (void *)6); forever(0));
  CHILD("exit by a thread while main computes", pthread_create(t, 0, ends, (void *)7); spin(0));
  CHILD("exec by a thread", pthread_create(t, 0, execs, 0); forever(0));
  CHILD("exec with threads", pthread_create(t, 0, forever, 0); execl(self, self, "child", "from main", NULL));
  CHILD("main ends first", pthread_create(t, 0, quits, 0); pthread_exit(0));
  CHILD("signal to all", pthread_create(t, 0, forever, 0); pthread_create(t, 0, kills, 0); forever(0));
  CHILD("fault in a thread", signal(SIGSEGV, SIG_DFL); pthread_create(t, 0, (void *(*)(void *))8, 0); forever(0));
  pthread_create(t, 0, forks, 0); pthread_join(t[0], 0);
  struct sigaction a = {.sa_handler = onsignal}; sigaction(SIGUSR1, &a, 0); pthread_create(&target, 0, forever, 0); usleep(1000); pthread_kill(target, SIGUSR1); while (!got) usleep(1000); printf("directed %d\n", got); sigset_t m; sigemptyset(&m); sigaddset(&m, SIGUSR1); pthread_sigmask(SIG_BLOCK, &m, 0); got = 0; kill(getpid(), SIGUSR1); while (!got) usleep(1000); printf("to who does not block %d\n", got);
  int *value = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); char *stack = malloc(65536); int st; pid_t p = clone(cloned, stack + 65536, CLONE_VM | SIGCHLD, value); waitpid(p, &st, 0); status("clone", st); printf("%d\n", *value); p = clone(cloned, stack + 65536, CLONE_VM | CLONE_FILES, value); printf("%d %s\n", waitpid(p, &st, 0), strerrorname_np(errno)); printf("%d\n", waitpid(p, &st, __WALL) == p); printf("%d %s\n", clone(cloned, stack + 65536, CLONE_SIGHAND, value), strerrorname_np(errno)); printf("%d %s\n", clone(cloned, stack + 65536, CLONE_THREAD | CLONE_VM, value), strerrorname_np(errno));
  char *args[] = {self, "child", "spawned", 0}; posix_spawn_file_actions_t fa; posix_spawn_file_actions_init(&fa); posix_spawn_file_actions_addopen(&fa, 5, "/dev/null", O_RDWR, 0); fflush(stdout); int sr = posix_spawn(&p, self, &fa, 0, args, 0); waitpid(p, &st, 0); printf("%d\n", sr); status("spawn", st); printf("%d\n", posix_spawn(&p, "/nothere", 0, 0, args, 0));
  // Whoever lent its memory goes on when the other program begins, and not at its end.
  int tell[2]; pipe(tell); args[1] = "reader"; posix_spawn_file_actions_t in; posix_spawn_file_actions_init(&in); posix_spawn_file_actions_adddup2(&in, tell[0], 6); posix_spawn(&p, self, &in, 0, args, 0); write(tell[1], "!", 1); waitpid(p, &st, 0); status("spawned reader", st);
  pthread_barrier_init(&barrier, 0, 4); for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, meets, 0); for (int i = 0; i < 4; i++) pthread_join(t[i], 0); printf("%d %d\n", shared, onces);
  for (int i = 0; i < 200; i++) { pthread_create(&t[0], 0, key, 0); pthread_join(t[0], 0); } printf("many\n"); pthread_key_t k; pthread_key_create(&k, destroyed); pthread_setspecific(k, (void *)9);
  return 0;
}
