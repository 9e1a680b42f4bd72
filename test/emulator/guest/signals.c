// Signals, processes, pipes between them: prints what each call gives, with the error.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); fflush(stdout); } while (0)

static volatile int count, last, depth;
static volatile void *where;
static volatile int code;
static sigjmp_buf jump;
static char altstack[65536];

static void counter(int s) { count++; last = s; }
static void info(int s, siginfo_t *i, void *u) { count++; last = s; code = i->si_code; where = i->si_addr; }
static void back(int s, siginfo_t *i, void *u) { code = i->si_code; where = i->si_addr; siglongjmp(jump, s); }
static void onstack(int s) { char c; where = (void *)(long)(&c >= altstack && &c < altstack + sizeof altstack); }
static void nested(int s) { depth++; if (depth < 3) raise(s); printf("depth %d\n", depth--); }
static void skip(int s, siginfo_t *i, void *u) { ucontext_t *c = u; c->uc_mcontext.gregs[REG_RIP] += 2; c->uc_mcontext.gregs[REG_RAX] = 42; count++; }
static double fp;
static void floating(int s) { double a = 1.5; for (int i = 0; i < 10; i++) a = a * 1.1 + fp; fp = a; count++; }

static void set(int s, void *h, int flags) { struct sigaction a; memset(&a, 0, sizeof a); a.sa_sigaction = h; a.sa_flags = flags; if (sigaction(s, &a, 0)) printf("sigaction %d: %s\n", s, strerrorname_np(errno)); }

static void status(const char *what, int st) {
  printf("%s: ", what);
  if (WIFEXITED(st)) printf("exit %d\n", WEXITSTATUS(st));
  else if (WIFSIGNALED(st)) printf("signal %d\n", WTERMSIG(st));
  else if (WIFSTOPPED(st)) printf("stopped %d\n", WSTOPSIG(st));
  else if (WIFCONTINUED(st)) printf("continued\n");
  else printf("%x\n", st);
  fflush(stdout);
}

#define CHILD(...) ({ fflush(stdout); pid_t p_ = fork(); if (p_ == 0) { __VA_ARGS__; _exit(0); } p_; })
#define DIES(...) do { int st_ = 0; pid_t p_ = CHILD(struct rlimit nocore = {0, 0}; setrlimit(RLIMIT_CORE, &nocore); __VA_ARGS__); waitpid(p_, &st_, 0); status(#__VA_ARGS__, st_); } while (0)

int main(void) {
  struct sigaction a; sigset_t m, o;
  T(sigaction(0, 0, 0)); T(sigaction(65, 0, &a)); T(sigaction(9, 0, &a)); T(signal(9, SIG_IGN) == SIG_ERR ? -1 : 0); T(syscall(SYS_rt_sigaction, 10, 0, 0, 4));
  set(SIGUSR1, counter, 0); T(raise(SIGUSR1)); printf("%d %d\n", count, last); T(kill(getpid(), SIGUSR1)); printf("%d\n", count); T(kill(getpid(), 0)); T(kill(getpid(), 99)); T(kill(999999, 0)); T(kill(-999999, 0)); T(syscall(SYS_tgkill, getpid(), 999999, 0)); T(syscall(SYS_tgkill, -1, 1, 0));
  sigemptyset(&m); sigaddset(&m, SIGUSR1); sigaddset(&m, SIGKILL); T(sigprocmask(SIG_BLOCK, &m, &o)); raise(SIGUSR1); raise(SIGUSR1); printf("%d\n", count); T(sigpending(&o)); printf("%d %d\n", sigismember(&o, SIGUSR1), sigismember(&o, SIGKILL)); T(sigprocmask(SIG_UNBLOCK, &m, 0)); printf("%d\n", count); T(sigprocmask(77, &m, 0)); T(sigprocmask(SIG_BLOCK, 0, &o)); printf("%d\n", sigismember(&o, SIGKILL));
  set(SIGUSR2, info, SA_SIGINFO); T(raise(SIGUSR2)); printf("%d %d\n", last, code); union sigval v = {.sival_int = 77}; T(sigqueue(getpid(), SIGUSR2, v)); printf("%d %d\n", last, code);
  set(SIGRTMIN, counter, 0); sigemptyset(&m); sigaddset(&m, SIGRTMIN); sigprocmask(SIG_BLOCK, &m, 0); count = 0; sigqueue(getpid(), SIGRTMIN, v); sigqueue(getpid(), SIGRTMIN, v); sigqueue(getpid(), SIGRTMIN, v); sigprocmask(SIG_UNBLOCK, &m, 0); printf("queued %d\n", count);
  set(SIGUSR1, counter, SA_RESETHAND); raise(SIGUSR1); sigaction(SIGUSR1, 0, &a); printf("reset %d\n", a.sa_handler == SIG_DFL);
  set(SIGUSR1, nested, SA_NODEFER); raise(SIGUSR1); depth = 0;
  // Faults.
  set(SIGSEGV, back, SA_SIGINFO | SA_NODEFER); set(SIGFPE, back, SA_SIGINFO | SA_NODEFER); set(SIGILL, back, SA_SIGINFO | SA_NODEFER); set(SIGTRAP, info, SA_SIGINFO); set(SIGBUS, back, SA_SIGINFO | SA_NODEFER);
  if (!sigsetjmp(jump, 1)) *(volatile int *)0x10 = 1; printf("segv %d %p\n", code, where);
  char *page = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!sigsetjmp(jump, 1)) page[5] = 1; printf("segv %d %ld\n", code, (long)((char *)where - page)); munmap(page + 4096, 4096); if (!sigsetjmp(jump, 1)) printf("%d\n", page[4096]); printf("segv %d %ld\n", code, (long)((char *)where - page));
  volatile int zero = 0; if (!sigsetjmp(jump, 1)) printf("%d\n", 1 / zero); printf("fpe %d\n", code); if (!sigsetjmp(jump, 1)) __asm__ volatile("ud2"); printf("ill %d\n", code); count = 0; __asm__ volatile("int3"); printf("trap %d %d\n", count, code);
  set(SIGILL, skip, SA_SIGINFO); long rax; count = 0; __asm__ volatile("ud2" : "=a"(rax) : "a"(1)); printf("skipped %ld %d\n", rax, count);
  // Alternate stack.
  stack_t ss = {.ss_sp = altstack, .ss_size = sizeof altstack}, os; T(sigaltstack(0, &os)); printf("%d %d\n", os.ss_flags, (int)os.ss_size); T(sigaltstack(&ss, 0)); set(SIGUSR1, onstack, SA_ONSTACK); raise(SIGUSR1); printf("on %ld\n", (long)where); set(SIGUSR1, onstack, 0); raise(SIGUSR1); printf("on %ld\n", (long)where); ss.ss_size = 10; T(sigaltstack(&ss, 0)); ss.ss_flags = 99; T(sigaltstack(&ss, 0)); ss.ss_flags = SS_DISABLE; T(sigaltstack(&ss, &os)); printf("%d %d\n", os.ss_flags, (int)os.ss_size);
  // Floating point state survives.
  set(SIGALRM, floating, SA_RESTART); struct itimerval it = {{0, 2000}, {0, 1000}}; count = 0; T(setitimer(ITIMER_REAL, &it, 0)); double sum = 0; while (count < 3) for (int i = 1; i < 2000; i++) sum = sum * 0.5 + i; it = (struct itimerval){{0, 0}, {0, 0}}; T(setitimer(ITIMER_REAL, &it, 0)); printf("%.3f\n", sum);
  // Interrupted calls.
  int p[2]; pipe(p); char b[10]; set(SIGALRM, counter, 0); it = (struct itimerval){{0, 20000}, {0, 20000}}; setitimer(ITIMER_REAL, &it, 0); T(read(p[0], b, 10)); setitimer(ITIMER_REAL, &it, 0); T(pause()); setitimer(ITIMER_REAL, &it, 0); struct timespec ts = {5, 0}, rest = {0}; T(nanosleep(&ts, &rest)); printf("%d\n", rest.tv_sec == 4); setitimer(ITIMER_REAL, &it, 0); T(poll(0, 0, 5000)); sigemptyset(&m); setitimer(ITIMER_REAL, &it, 0); T(sigsuspend(&m)); set(SIGALRM, counter, SA_RESTART); setitimer(ITIMER_REAL, &it, 0); pid_t w = CHILD(usleep(100000); write(p[1], "late", 4)); T(read(p[0], b, 10)); T(waitpid(w, 0, 0) == w); setitimer(ITIMER_REAL, &it, 0); T(poll(0, 0, 5000));
  it = (struct itimerval){{0, 0}, {0, 0}}; setitimer(ITIMER_REAL, &it, 0); T(alarm(100)); T(alarm(0)); T(alarm(0)); T(nanosleep((struct timespec[1]){{0, 2000000000}}, 0)); T(nanosleep((void *)8, 0)); T(setitimer(9, &it, 0));
  sigemptyset(&m); sigaddset(&m, SIGCHLD); sigaddset(&m, SIGUSR1); sigprocmask(SIG_BLOCK, &m, 0); siginfo_t si; ts = (struct timespec){0, 1000000}; T(sigtimedwait(&m, &si, &ts)); w = CHILD(_exit(5)); T(sigwaitinfo(&m, &si)); printf("%d %d %d %d\n", si.si_signo, si.si_code, si.si_pid == w, si.si_status); T(waitpid(w, 0, 0) == w); sigprocmask(SIG_UNBLOCK, &m, 0);
  // Ends.
  DIES(_exit(300)); DIES(exit(7)); DIES(abort()); DIES(raise(SIGTERM)); DIES(raise(SIGKILL)); DIES(raise(SIGCHLD)); DIES(raise(SIGURG); _exit(3)); DIES(signal(SIGSEGV, SIG_DFL); *(volatile int *)8 = 1); DIES(signal(SIGPIPE, SIG_DFL); int q[2]; pipe(q); close(q[0]); write(q[1], "x", 1)); DIES(signal(SIGPIPE, SIG_IGN); int q[2]; pipe(q); close(q[0]); _exit(write(q[1], "x", 1) < 0 ? errno : 0)); DIES(signal(SIGFPE, SIG_DFL); volatile int z = 0; z = 1 / z); DIES(signal(SIGILL, SIG_DFL); __asm__ volatile("ud2")); DIES(signal(SIGTRAP, SIG_DFL); __asm__ volatile("int3")); DIES(raise(SIGRTMIN + 3)); DIES(signal(SIGUSR1, SIG_IGN); raise(SIGUSR1); _exit(9)); DIES(signal(SIGALRM, SIG_DFL); ualarm(1000, 0); pause());
  DIES(signal(SIGXFSZ, SIG_DFL); struct rlimit rl = {10, 10}; setrlimit(RLIMIT_FSIZE, &rl); int f = open("lim", O_CREAT | O_RDWR, 0600); write(f, "0123456789", 9); int r = write(f, "abc", 3); if (r != 1) _exit(r); write(f, "x", 1)); 
  DIES(execl("/nothere", "x", NULL); _exit(errno)); DIES(execl(".", "x", NULL); _exit(errno)); DIES(int f = open("script", O_CREAT | O_RDWR, 0700); write(f, "#!/nothere\n", 11); close(f); execl("./script", "x", NULL); _exit(errno)); DIES(int f = open("text", O_CREAT | O_RDWR, 0700); write(f, "echo\n", 5); close(f); execl("./text", "x", NULL); _exit(errno)); DIES(int f = open("noexec", O_CREAT | O_RDWR, 0600); close(f); execl("./noexec", "x", NULL); _exit(errno)); DIES(execve((char *)8, 0, 0); _exit(errno));
  // Waiting.
  int st = 0; T(waitpid(-1, &st, 0)); T(waitpid(-1, &st, 99)); T(waitpid(getpid(), 0, 0)); w = CHILD(pause()); T(waitpid(w, &st, WNOHANG)); T(kill(w, SIGSTOP)); T(waitpid(w, &st, WUNTRACED) == w); status("stop", st); T(waitpid(w, &st, WUNTRACED | WNOHANG)); T(kill(w, SIGCONT)); T(waitpid(w, &st, WCONTINUED) == w); status("cont", st); memset(&si, 0, sizeof si); T(waitid(P_PID, w, &si, WEXITED | WNOHANG)); printf("%d\n", si.si_pid); T(kill(w, SIGTERM)); T(waitid(P_PID, w, &si, WEXITED | WNOWAIT)); printf("%d %d %d\n", si.si_code, si.si_status, si.si_signo); T(waitpid(w, &st, 0) == w); status("term", st); T(waitid(P_ALL, 0, &si, 0)); T(waitid(9, 0, &si, WEXITED)); T(wait(0)); w = CHILD(setpgid(0, 0); raise(SIGTSTP); _exit(4)); T(waitpid(w, &st, WUNTRACED) == w); status("tstp", st); kill(w, SIGKILL); waitpid(w, &st, 0); status("kill", st);
  struct sigaction ign = {.sa_handler = SIG_IGN}; sigaction(SIGCHLD, &ign, 0); w = CHILD(_exit(1)); T(waitpid(w, &st, 0)); signal(SIGCHLD, SIG_DFL);
  pid_t v1 = vfork(); if (v1 == 0) _exit(12); waitpid(v1, &st, 0); status("vfork", st);
  // Groups and sessions.
  w = CHILD(printf("%d %d\n", setpgid(0, 0), getpgrp() == getpid()); printf("%d %s\n", (int)setsid(), strerrorname_np(errno)); fflush(stdout); _exit(0)); waitpid(w, &st, 0); status("setpgid", st); w = CHILD(printf("%d\n", setsid() == getpid()); printf("%d %d %s\n", getsid(0) == getpid(), setpgid(0, 0), strerrorname_np(errno)); fflush(stdout)); waitpid(w, &st, 0); T(setpgid(999999, 0)); T(setpgid(0, -1)); T(getpgid(999999)); T(getsid(999999)); w = CHILD(setpgid(0, 0); pause()); setpgid(w, w); T(kill(-w, SIGTERM)); waitpid(w, &st, 0); status("group", st);
  // Orphans.
  int q[2]; pipe(q); prctl(PR_SET_CHILD_SUBREAPER, 1); pid_t me = getpid(); w = CHILD(CHILD(usleep(50000); char c = getppid() == me ? 'y' : 'n'; write(q[1], &c, 1); _exit(6)); _exit(2)); waitpid(w, &st, 0); status("parent", st); read(q[0], b, 1); printf("%c\n", b[0]); wait(&st); status("orphan", st);
  // Memory is apart, descriptors are shared.
  static int value = 1; int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); int f = open("off", O_CREAT | O_RDWR, 0600); w = CHILD(value = 2; *shared = 5; write(f, "abc", 3)); waitpid(w, &st, 0); printf("%d %d %ld\n", value, *shared, (long)lseek(f, 0, SEEK_CUR));
  struct rusage ru; T(getrusage(RUSAGE_CHILDREN, &ru)); T(getrusage(5, &ru)); T(prctl(PR_GET_NAME, b)); T(prctl(PR_SET_PDEATHSIG, 99)); T(prctl(9999)); T(prctl(PR_GET_DUMPABLE)); T(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); T(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); T(prctl(PR_CAPBSET_READ, 0)); T(prctl(PR_CAPBSET_READ, 99));
  return 0;
}
