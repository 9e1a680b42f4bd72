/* System V shared memory and the memory of other processes. What it prints is the same wherever it runs in a fresh IPC namespace. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(what) do { errno = 0; long result = (long)(what); printf("%s: %ld %s\n", #what, result, errno ? strerrorname_np(errno) : ""); } while (0)

static int read_one(int fd) {
  char byte;
  return read(fd, &byte, 1);
}

static void stat(int id) {
  struct shmid_ds ds;
  if (shmctl(id, IPC_STAT, &ds)) { printf("stat: %s\n", strerrorname_np(errno)); return; }
  printf("key %x owner %u:%u maker %u:%u mode %o size %zu attached %d/%d/%d makers %d last %d count %lu\n", ds.shm_perm.__key, ds.shm_perm.uid, ds.shm_perm.gid,
    ds.shm_perm.cuid, ds.shm_perm.cgid, ds.shm_perm.mode, ds.shm_segsz, ds.shm_atime != 0, ds.shm_dtime != 0, ds.shm_ctime != 0, ds.shm_cpid == getpid(),
    ds.shm_lpid == getpid(), ds.shm_nattch);
}

int main(void) {
  int status;
  setvbuf(stdout, 0, _IONBF, 0);
  int id = shmget(0x1234, 10000, IPC_CREAT | IPC_EXCL | 0640);
  printf("made: %d\n", id);
  SAY(shmget(0x1234, 10000, IPC_CREAT | IPC_EXCL | 0600));
  SAY(shmget(0x1234, 20000, 0));
  SAY(shmget(0x1234, 100, 0) == id);
  SAY(shmget(0x1235, 100, 0));
  SAY(shmget(0x1236, 0, IPC_CREAT));
  SAY(shmat(77, 0, 0));
  SAY(shmat(-1, 0, 0));
  SAY(shmat(id, (void *)0x20000001, 0));
  SAY(shmat(id, (void *)0x20000001, SHM_RND) == (void *)0x20000000);
  SAY(shmat(id, (void *)0x20001000, 0));
  SAY(shmat(id, (void *)0x20001000, SHM_REMAP) == (void *)0x20001000);
  SAY(shmat(id, 0, SHM_REMAP));
  char *one = (char *)0x20001000, *seen = shmat(id, 0, SHM_RDONLY);
  stat(id);
  strcpy(one, "through one");
  getppid();
  printf("%s\n", seen);
  SAY(mprotect(seen, 4096, PROT_READ | PROT_WRITE));
  if (fork() == 0) {
    printf("the child has %s, ", one);
    stat(id);
    strcpy(one + 9000, "the child's");
    shmdt(one);
    char *again = shmat(id, 0, 0);
    strcpy(again + 100, "again");
    _exit(0);
  }
  wait(&status);
  printf("%s %s\n", one + 9000, one + 100);
  stat(id);
  SAY(shmdt(one + 4096));
  SAY(shmdt(seen));
  SAY(shmdt(seen));
  SAY(munmap((void *)0x20000000, 4096));
  stat(id);
  SAY(shmctl(id, IPC_RMID, 0));
  stat(id);
  SAY(shmget(0x1234, 100, 0));
  char *late = shmat(id, 0, 0);
  printf("late: %s\n", late);
  shmdt(late);
  shmdt(one);
  stat(id);
  int next = shmget(IPC_PRIVATE, 4096, 0600);
  printf("next: %d\n", next);
  SAY(shmctl(id, IPC_RMID, 0));
  if (fork() == 0) {
    setgid(65534);
    setuid(65534);
    SAY(shmat(next, 0, 0));
    SAY(shmctl(next, IPC_RMID, 0));
    stat(next);
    _exit(0);
  }
  wait(&status);
  struct shmid_ds ds;
  shmctl(next, IPC_STAT, &ds);
  ds.shm_perm.mode = 0644;
  ds.shm_perm.uid = 5;
  SAY(shmctl(next, IPC_SET, &ds));
  stat(next);
  SAY(shmctl(next, SHM_LOCK, 0));
  stat(next);
  SAY(shmctl(next, 99, 0));
  SAY(shmctl(0, SHM_STAT, &ds) == next);
  SAY(shmctl(next, IPC_STAT, (void *)16));
  char line[300];
  char *mapped = shmat(next, 0, 0);
  strcpy(mapped, "kept");
  shmdt(mapped);
  mapped = shmat(next, 0, 0);
  printf("%s\n", mapped);
  FILE *maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps))
    if (strstr(line, "SYSV")) printf("%.26s %s", strchr(line, ' '), strrchr(line, '/'));
  fclose(maps);
  FILE *listed = fopen("/proc/sysvipc/shm", "r");
  fgets(line, sizeof line, listed);
  printf("%s", line);
  while (fgets(line, sizeof line, listed)) printf("%.44s\n", line);
  SAY(shmctl(next, IPC_RMID, 0));

  int there[2], back[2];
  char text[20] = "parent";
  pipe(there);
  pipe(back);
  pid_t child = fork();
  if (child == 0) {
    strcpy(text, "child");
    write(there[1], text, 1);
    read_one(back[0]);
    printf("the child was told %s\n", text);
    _exit(0);
  }
  char got[20] = "";
  read_one(there[0]);
  struct iovec own[2] = {{got, 3}, {got + 3, 17}}, others[2] = {{text, 10}, {text + 10, 10}}, bad = {(void *)16, 10};
  SAY(process_vm_readv(child, own, 2, others, 2, 0));
  printf("read %s\n", got);
  own[0].iov_base = "hello!";
  own[0].iov_len = 7;
  SAY(process_vm_writev(child, own, 1, others, 1, 0));
  SAY(process_vm_readv(child, own + 1, 1, &bad, 1, 0));
  SAY(process_vm_readv(child, own + 1, 1, others, 1, 1));
  SAY(process_vm_readv(999999, own + 1, 1, others, 1, 0));
  SAY(process_vm_readv(child, 0, 0, 0, 0, 0));
  write(back[1], "x", 1);
  wait(&status);
}
