/*
 * Processes to look at: `subject KIND` becomes one of that kind, prints a line "ready NAME=PID ..." and waits to be
 * stopped. Whatever it makes dies with the process that started it. What the machine does not allow is left out.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

static char directory[256];

static void become(uid_t id);

static void rest(void) {
    for (;;) pause();
}

static void ready(const char *text) {
    /* A change of credentials has forgotten it: it dies with who started it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    printf("ready %s\n", text);
    fflush(stdout);
}

static void ready_self(const char *name) {
    char text[64];
    snprintf(text, sizeof text, "%s=%d", name, getpid());
    ready(text);
}

static char *in_directory(const char *name) {
    char *path;
    if (asprintf(&path, "%s/%s", directory, name) < 0) abort();
    return path;
}

static int make_file(const char *name, size_t size) {
    int fd = open(in_directory(name), O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd >= 0 && ftruncate(fd, (off_t)size) != 0) abort();
    return fd;
}

static void on_signal(int number) { (void)number; }

static void signals(void) {
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, on_signal);
    signal(SIGRTMIN + 3, on_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGRTMAX);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR2);
    kill(getpid(), SIGRTMAX);
    kill(getpid(), SIGRTMAX);
}

/* A plain process with a varied address space. */
static void mappings(void) {
    size_t page = 4096;
    int fd = make_file("mapped file", 16 * page);
    char *p = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4 * (off_t)page);
    if (p != MAP_FAILED) memset(p, 1, 3 * page);
    p = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (p != MAP_FAILED) memset(p, 1, page);
    close(fd);
    fd = make_file("line\nbreak\\ and \"blank\"\t\xc3\xa9\xff", page);
    mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    fd = make_file("removed", page);
    mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
    unlink(in_directory("removed"));
    close(fd);
    fd = memfd_create("memory file", 0);
    if (fd >= 0 && ftruncate(fd, 4 * page) == 0) {
        p = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (p != MAP_FAILED) memset(p, 1, 2 * page);
        close(fd);
    }
    p = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) memset(p, 1, 5 * page);
    mmap(NULL, 16 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    p = mmap(NULL, 64 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) {
        memset(p, 1, 20 * page);
        madvise(p, 8 * page, MADV_DONTFORK);
        madvise(p + 8 * page, 8 * page, MADV_DONTDUMP);
        madvise(p + 16 * page, 8 * page, MADV_NOHUGEPAGE);
        madvise(p + 24 * page, 8 * page, MADV_SEQUENTIAL);
        madvise(p + 32 * page, 4 * page, MADV_WIPEONFORK);
        madvise(p + 36 * page, 4 * page, MADV_MERGEABLE);
        mlock(p + 40 * page, 4 * page);
    }
    p = mmap(NULL, 8u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) {
        madvise(p, 8u << 20, MADV_HUGEPAGE);
        memset(p, 1, 4u << 20);
    }
    mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
    p = mmap(NULL, 64u << 20, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int shm = shmget(IPC_PRIVATE, 8 * page, IPC_CREAT | 0600);
    if (shm >= 0) {
        p = shmat(shm, NULL, 0);
        shmctl(shm, IPC_RMID, NULL);
        if (p != (void *)-1) memset(p, 1, page);
    }
}

static void single(void) {
    signals();
    mappings();
    setpriority(PRIO_PROCESS, 0, 5);
    struct rlimit limit = {100, 12345};
    setrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = RLIM_INFINITY;
    limit.rlim_max = RLIM_INFINITY;
    setrlimit(RLIMIT_CORE, &limit);
    gid_t groups[] = {4, 20, 100, 65535, 4000000000u};
    setgroups(5, groups);
    umask(0137);
    personality(ADDR_NO_RANDOMIZE);
    struct itimerspec in_a_while = {{1000, 500}, {100000, 0}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3};
    event.sigev_value.sival_ptr = (void *)0x1234abcd;
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) timer_settime(timer, 0, &in_a_while, NULL);
    event.sigev_notify = SIGEV_NONE;
    timer_create(CLOCK_REALTIME, &event, &timer);
    prctl(PR_SET_TIMERSLACK, 123456);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < 3; i++) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        rest();
    }
    if (fork() == 0) _exit(0);
    ready_self("single");
    rest();
}

static pthread_barrier_t barrier;

static void *thread(void *argument) {
    intptr_t number = (intptr_t)argument;
    char name[16];
    snprintf(name, sizeof name, number == 2 ? "odd\nname %d\\" : "worker/%d", (int)number);
    prctl(PR_SET_NAME, name);
    struct sched_param parameters = {.sched_priority = 7};
    cpu_set_t cpus;
    sigset_t set;
    switch (number) {
    case 0: sched_setscheduler(0, SCHED_FIFO, &parameters); break;
    case 1:
        parameters.sched_priority = 0;
        sched_setscheduler(0, SCHED_BATCH, &parameters);
        setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), -7);
        break;
    case 2:
        CPU_ZERO(&cpus);
        CPU_SET(1, &cpus);
        sched_setaffinity(0, sizeof cpus, &cpus);
        sigfillset(&set);
        pthread_sigmask(SIG_BLOCK, &set, NULL);
        pthread_kill(pthread_self(), SIGUSR1);
        break;
    case 3: {
        struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        struct sock_fprog program = {1, allow};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
        break;
    }
    case 4: {
        int own = unshare(CLONE_FILES | CLONE_FS);
        (void)own;
        umask(0);
        dup(1);
        parameters.sched_priority = 0;
        sched_setscheduler(0, SCHED_IDLE, &parameters);
        break;
    }
    }
    pthread_barrier_wait(&barrier);
    if (number == 5)
        for (volatile uint64_t i = 0; ; i++) {}
    rest();
    return NULL;
}

static void threads(void) {
    pthread_barrier_init(&barrier, NULL, 7);
    for (intptr_t i = 0; i < 6; i++) {
        pthread_t id;
        if (pthread_create(&id, NULL, thread, (void *)i) != 0) abort();
    }
    pthread_barrier_wait(&barrier);
    ready_self("threads");
    rest();
}

static void zombie(void) {
    pid_t child = fork();
    if (child == 0) _exit(3);
    siginfo_t info;
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    char text[64];
    snprintf(text, sizeof text, "zombie=%d", child);
    ready(text);
    rest();
}

/* Another user's process that has ended. */
static void user_zombie(void) {
    pid_t child = fork();
    if (child == 0) {
        become(NOBODY);
        /* Whether it could be dumped counts beyond its end. */
        prctl(PR_SET_DUMPABLE, 1);
        _exit(0);
    }
    siginfo_t info;
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    char text[64];
    snprintf(text, sizeof text, "userzombie=%d", child);
    ready(text);
    rest();
}

/* Held by a tracer at a system call. */
static void traced(void) {
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        for (;;) getppid();
    }
    waitpid(child, NULL, 0);
    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    waitpid(child, NULL, 0);
    char text[64];
    snprintf(text, sizeof text, "traced=%d", child);
    ready(text);
    rest();
}

/* Waits without end in a system call that nothing but its child can end. */
static void vforked(void) {
    pid_t waiting = fork();
    if (waiting == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (vfork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            rest();
        }
        _exit(0);
    }
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", waiting);
    while (state != 'D') {
        char text[512];
        int fd = open(path, O_RDONLY);
        ssize_t count = read(fd, text, sizeof text - 1);
        close(fd);
        text[count < 0 ? 0 : count] = 0;
        char *end = strrchr(text, ')');
        if (end) state = end[2];
    }
    snprintf(path, sizeof path, "vforked=%d", waiting);
    ready(path);
    rest();
}

/* The leader has ended, another thread has not. */
static void leaderless(void) {
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t id;
    if (pthread_create(&id, NULL, thread, (void *)9) != 0) abort();
    pthread_barrier_wait(&barrier);
    ready_self("leaderless");
    pthread_exit(NULL);
}

static void lock_range(int fd, int command, short type, off_t start, off_t length) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    fcntl(fd, command, &lock);
}

static void unix_sockets(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket with blank", directory);
    bind(fd, (struct sockaddr *)&address, sizeof address);
    listen(fd, 5);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&address, sizeof address);
    int abstract = socket(AF_UNIX, SOCK_DGRAM, 0);
    memset(address.sun_path, 0, sizeof address.sun_path);
    memcpy(address.sun_path, "\0compatfs\0odd\nname", 18);
    bind(abstract, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 18);
    int pair[2];
    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
}

static void internet_sockets(void) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t length = sizeof v4;
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bind(fd, (struct sockaddr *)&v4, sizeof v4);
    listen(fd, 17);
    getsockname(fd, (struct sockaddr *)&v4, &length);
    for (int i = 0; i < 3; i++) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        connect(client, (struct sockaddr *)&v4, sizeof v4);
        if (i < 2) {
            int server = accept(fd, NULL, NULL);
            send(client, "unread", 6, 0);
            if (i == 1) shutdown(server, SHUT_WR);
        }
    }
    fd = socket(AF_INET6, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&v6, sizeof v6);
    listen(fd, 3);
    length = sizeof v6;
    getsockname(fd, (struct sockaddr *)&v6, &length);
    int client6 = socket(AF_INET6, SOCK_STREAM, 0);
    connect(client6, (struct sockaddr *)&v6, sizeof v6);
    send(client6, "unread", 6, 0);
    v4.sin_port = 0;
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    bind(fd, (struct sockaddr *)&v4, sizeof v4);
    length = sizeof v4;
    getsockname(fd, (struct sockaddr *)&v4, &length);
    int sender = socket(AF_INET, SOCK_DGRAM, 0);
    connect(sender, (struct sockaddr *)&v4, sizeof v4);
    send(sender, "unread", 6, 0);
    v6.sin6_port = 0;
    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    bind(fd, (struct sockaddr *)&v6, sizeof v6);
    socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
    fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    fd = socket(AF_INET, SOCK_RAW, 143);
    fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    struct ip_mreq group = {.imr_multiaddr = {htonl(0xefff0001)}, .imr_interface = {htonl(INADDR_LOOPBACK)}};
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
    struct ip_mreq_source source = {group.imr_multiaddr, group.imr_interface, {htonl(0x7f000005)}};
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &source, sizeof source);
    struct ipv6_mreq group6 = {.ipv6mr_interface = 1};
    inet_pton(AF_INET6, "ff02::1234", &group6.ipv6mr_multiaddr);
    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group6, sizeof group6);
}

/* Sockets and System V objects that belong to somebody else. */
static void foreign_objects(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (setegid(1234) != 0 || seteuid(1234) != 0) return;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&address, sizeof address);
    listen(fd, 1);
    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    bind(fd, (struct sockaddr *)&any, sizeof any);
    msgget(0x77, IPC_CREAT | 0644);
    semget(0x77, 2, IPC_CREAT | 0644);
    shmget(0x77, 4096, IPC_CREAT | 0644);
    if (seteuid(0) != 0 || setegid(0) != 0) abort();
}

static void other_sockets(void) {
    struct sockaddr_nl netlink = {.nl_family = AF_NETLINK, .nl_groups = 1};
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    bind(fd, (struct sockaddr *)&netlink, sizeof netlink);
    socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
    socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IPV6));
}

/* Raises the loopback device of a new network namespace and gives it more addresses. */
static void interfaces(void) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(fd, SIOCGIFFLAGS, &request);
    request.ifr_flags |= IFF_UP;
    ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
}

static void descriptors(void) {
    int fd, pair[2];
    pipe(pair);
    pipe2(pair, O_NONBLOCK | O_CLOEXEC);
    mkfifo(in_directory("fifo"), 0600);
    open(in_directory("fifo"), O_RDWR);
    eventfd(7, EFD_NONBLOCK);
    eventfd(1, EFD_SEMAPHORE);
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.u64 = 0xfedcba9876543210}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
    event.events = EPOLLOUT | EPOLLONESHOT;
    epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], &event);
    timerfd_create(CLOCK_REALTIME, 0);
    fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec in_a_while = {{5, 6}, {100000, 0}};
    timerfd_settime(fd, 0, &in_a_while, NULL);
    fd = inotify_init1(IN_NONBLOCK);
    inotify_add_watch(fd, directory, IN_ALL_EVENTS);
    inotify_add_watch(fd, "/etc", IN_CREATE | IN_ONLYDIR);
    fd = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDONLY);
    fanotify_mark(fd, FAN_MARK_ADD, FAN_CREATE | FAN_ONDIR, AT_FDCWD, directory);
    fd = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);
    fanotify_mark(fd, FAN_MARK_ADD, FAN_MODIFY, AT_FDCWD, directory);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGRTMIN);
    signalfd(-1, &set, SFD_CLOEXEC);
    fd = memfd_create("sealed", MFD_ALLOW_SEALING);
    ftruncate(fd, 5000);
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
    fd = make_file("gone", 100);
    unlink(in_directory("gone"));
    fd = open(in_directory("append"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_LARGEFILE, 0600);
    fd = make_file("far", 0);
    lseek(fd, 0x123456789abLL, SEEK_SET);
    fd = open(directory, O_RDONLY | O_DIRECTORY);
    fd = open(directory, O_PATH);
    fd = open("/etc/passwd", O_RDONLY | O_SYNC | O_DIRECT);
    fd = open("/dev/null", O_WRONLY);
    fd = open("/dev/zero", O_RDONLY);
    fd = open("/proc/self/status", O_RDONLY);
    fd = open("/proc/self/ns/uts", O_RDONLY);
    fd = open("/proc/self/ns/pid", O_RDONLY);
    fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0) open(ptsname(fd), O_RDWR | O_NOCTTY);
    fd = make_file("locked", 100);
    flock(fd, LOCK_EX);
    fd = make_file("ranges", 100);
    lock_range(fd, F_SETLK, F_WRLCK, 10, 5);
    lock_range(fd, F_SETLK, F_RDLCK, 50, 0);
    fd = make_file("open file description", 100);
    lock_range(fd, F_OFD_SETLK, F_WRLCK, 0, 10);
    fd = make_file("leased", 100);
    fcntl(fd, F_SETLEASE, F_WRLCK);
    syscall(SYS_pidfd_open, getpid(), 0);
    pid_t child = fork();
    if (child == 0) _exit(0);
    syscall(SYS_pidfd_open, child, 0);
    waitpid(child, NULL, 0);
    syscall(SYS_userfaultfd, O_CLOEXEC);
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 100};
    char name[64];
    snprintf(name, sizeof name, "/compatfs-%d", getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
    if (queue >= 0) {
        mq_unlink(name);
        mq_send(queue, "message", 7, 1);
    }
    char parameters[120] = {0};
    syscall(SYS_io_uring_setup, 8, parameters);
    struct {
        uint32_t type, size;
        uint64_t config;
        char rest[112];
    } performance = {1, 128, 0, {0}};
    syscall(SYS_perf_event_open, &performance, 0, -1, -1, 0);
    struct {
        uint32_t type, key, value, entries, flags;
        char rest[100];
    } map = {1, 4, 8, 16, 0, {0}};
    syscall(SYS_bpf, 0, &map, sizeof map);
    struct {
        uint32_t type, count;
        uint64_t instructions, license;
        char rest[100];
    } program;
    uint64_t code[] = {0xb7, 0x95};
    memset(&program, 0, sizeof program);
    program.type = 1;
    program.count = 2;
    program.instructions = (uint64_t)(uintptr_t)code;
    program.license = (uint64_t)(uintptr_t) "GPL";
    syscall(SYS_bpf, 5, &program, sizeof program);
    unix_sockets();
    internet_sockets();
    other_sockets();
    dup2(1, 200);
    ready_self("descriptors");
    rest();
}

static void names(char **arguments) {
    if (strcmp(arguments[0], "renamed") != 0) {
        /* Becomes itself again, under unusual names and with unusual arguments. */
        char *place = in_directory("pl\\ace of\nthe (exe)\xe9");
        mkdir(place, 0700);
        char *copy;
        if (asprintf(&copy, "%s/sub\nject) (\\x", place) < 0) abort();
        link("/proc/self/exe", copy);
        if (access(copy, X_OK) != 0) {
            char *command;
            if (asprintf(&command, "cat /proc/%d/exe >\"$COPY\" && chmod 755 \"$COPY\"", getpid()) < 0) abort();
            setenv("COPY", copy, 1);
            if (system(command) != 0) abort();
        }
        unsetenv("COPY");
        setenv("ODD", "new\nline\\ \xff", 1);
        chdir(place);
        char *with[] = {"renamed", "names", directory, "", "new\nline", "\xff\xfe", "back\\slash", "", NULL};
        execv(copy, with);
        abort();
    }
    prctl(PR_SET_NAME, "a) b\n(\\\xff\t");
    unshare(CLONE_NEWNS);
    mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL);
    const char *points[] = {"po int", "po\nint", "po\\int", "po#int\t", "shared", "bound"};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        char *point = in_directory(points[i]);
        mkdir(point, 0755);
        char label[64];
        snprintf(label, sizeof label, "la bel\\%s", points[i]);
        mount(label, point, "tmpfs", i == 0 ? MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY : MS_NOATIME | MS_NODIRATIME, "size=1m,mode=700");
    }
    mount("none", in_directory("shared"), NULL, MS_SHARED, NULL);
    mkdir(in_directory("shared/deeper"), 0755);
    mount(in_directory("shared/deeper"), in_directory("bound"), NULL, MS_BIND, NULL);
    mount("none", in_directory("po\nint"), NULL, MS_UNBINDABLE, NULL);
    ready_self("names");
    rest();
}

/* Has overwritten its arguments, beyond their end. */
static void title(char **arguments) {
    memset(arguments[0], 't', strlen(arguments[0]) + 1);
    ready_self("title");
    rest();
}

/* In a root directory of its own, with a working directory outside of it, that is removed. */
static void outside(void) {
    char *root = in_directory("root");
    char *left = in_directory("left");
    mkdir(root, 0755);
    mkdir(left, 0755);
    chdir(left);
    if (chroot(root) != 0) abort();
    rmdir(left);
    rmdir("../left");
    ready_self("outside");
    rest();
}

static void become(uid_t id) {
    gid_t groups[] = {id, 12};
    setgroups(2, groups);
    if (setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0) abort();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Another user's; dumpable again, as after its execve. */
static void user(void) {
    signals();
    become(NOBODY);
    prctl(PR_SET_DUMPABLE, 1);
    mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ready_self("user");
    rest();
}

/* Another user's, which not even that user may look into. */
static void undumpable(void) {
    become(NOBODY);
    ready_self("undumpable");
    rest();
}

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) return;
    if (write(fd, text, strlen(text)) < 0) perror(path);
    close(fd);
}

static void map_ids(pid_t process) {
    const char *files[] = {"uid_map", "gid_map", "projid_map"};
    const char *maps[] = {"0 0 1000\n5000 70000 123456\n", "0 0 65536\n", "7 8 9\n"};
    for (int i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/%s", process, files[i]);
        write_file(path, maps[i]);
    }
}

static void namespaces(void) {
    int flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWCGROUP;
    int inside[2], mapped[2];
    char done;
    pipe(inside);
    pipe(mapped);
    pid_t mapper = fork();
    if (mapper == 0) {
        /* Only someone outside of the new user namespace may map more than one id. */
        close(mapped[0]);
        read(inside[0], &done, 1);
        map_ids(getppid());
        _exit(0);
    }
    if (unshare(CLONE_NEWUSER) != 0) abort();
    close(mapped[1]);
    write(inside[1], "", 1);
    read(mapped[0], &done, 1);
    waitpid(mapper, NULL, 0);
    if (unshare(flags) != 0) abort();
    if (unshare(0x80 /* CLONE_NEWTIME */) == 0) write_file("/proc/self/timens_offsets", "monotonic 100 5\nboottime -20 7\n");
    int channel[2];
    pipe(channel);
    pid_t child = fork();
    if (child != 0) {
        /* It cannot know its own number here, so it closes the pipe when it is ready. */
        char text[64];
        close(channel[1]);
        while (read(channel[0], text, 1) > 0) {}
        snprintf(text, sizeof text, "namespaces=%d", child);
        ready(text);
        rest();
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(channel[0]);
    sethostname("inside", 6);
    interfaces();
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    mount("inside", in_directory("."), "tmpfs", 0, NULL);
    internet_sockets();
    unix_sockets();
    close(channel[1]);
    rest();
}

/* Interfaces, routes and neighbours of many kinds, where ip(8) is installed. */
static void populate_network(void) {
    static const char *commands[] = {
        "link add veth-a type veth peer name veth-b",
        "addr add 192.0.2.1/24 dev veth-a",
        "addr add 192.0.2.33/28 dev veth-b",
        "-6 addr add 2001:db8::1/64 dev veth-a nodad",
        "link set veth-a up",
        "link set veth-b up promisc on",
        "link add bridge0 type bridge",
        "link add link veth-a name veth-a.7 type vlan id 7",
        "tuntap add tap0 mode tap",
        "link add tunnel0 type sit local 192.0.2.1",
        "route add default via 192.0.2.254 metric 77",
        "route add 198.51.100.0/24 nexthop via 192.0.2.2 nexthop via 192.0.2.3",
        "route add blackhole 203.0.113.0/25",
        "route add unreachable 203.0.113.128/25 metric 9",
        "route add 10.0.0.0/8 via 192.0.2.5 mtu 1400 window 4000",
        "-6 route add 2001:db8:1::/48 via 2001:db8::2 dev veth-a",
        "-6 route add unreachable 2001:db8:2::/48",
        "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev veth-a nud permanent",
        "neigh add proxy 192.0.2.77 dev veth-a",
        "maddr add 01:00:5e:00:00:77 dev veth-a",
        "rule add from 192.0.2.0/24 table 100",
        "route add default dev veth-b table 100",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char command[200];
        snprintf(command, sizeof command, "ip %s 2>/dev/null", commands[i]);
        if (system(command) == -1) return;
    }
}

/* A network of its own, with sockets of every kind, and System V objects in its own namespace. */
static void network(void) {
    if (unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) abort();
    interfaces();
    populate_network();
    unix_sockets();
    internet_sockets();
    other_sockets();
    msgget(0x1234, IPC_CREAT | 0640);
    int queue = msgget(0x7fffffff, IPC_CREAT | 0600);
    struct {
        long type;
        char text[16];
    } message = {1, "text"};
    msgsnd(queue, &message, sizeof message.text, 0);
    semget(0x55, 17, IPC_CREAT | 0600);
    semget((key_t)0xffffff01, 3, IPC_CREAT | 0666);
    void *memory = shmat(shmget(0x66, 100000, IPC_CREAT | 0600), NULL, 0);
    if (memory != (void *)-1) memset(memory, 1, 5000);
    shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0644);
    foreign_objects();
    ready_self("network");
    rest();
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: subject KIND DIRECTORY\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char *kind = arguments[1];
    snprintf(directory, sizeof directory, "%s", arguments[2]);
    if (strcmp(kind, "single") == 0) single();
    if (strcmp(kind, "threads") == 0) threads();
    if (strcmp(kind, "zombie") == 0) zombie();
    if (strcmp(kind, "userzombie") == 0) user_zombie();
    if (strcmp(kind, "traced") == 0) traced();
    if (strcmp(kind, "vforked") == 0) vforked();
    if (strcmp(kind, "leaderless") == 0) leaderless();
    if (strcmp(kind, "descriptors") == 0) descriptors();
    if (strcmp(kind, "names") == 0) names(arguments);
    if (strcmp(kind, "title") == 0) title(arguments);
    if (strcmp(kind, "outside") == 0) outside();
    if (strcmp(kind, "user") == 0) user();
    if (strcmp(kind, "undumpable") == 0) undumpable();
    if (strcmp(kind, "namespaces") == 0) namespaces();
    if (strcmp(kind, "network") == 0) network();
    fprintf(stderr, "subject: no kind %s\n", kind);
    return 2;
}
