/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The live environment, asked about descriptors of this very process. */
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "env/live.h"

#define TEXT_MAX 512

/* The text as a sink shows it, but for the escapes. */
static const char *fd_text(struct env *e, enum env_what what, int fd,
			   char *text)
{
	char answer[TEXT_MAX];
	struct env_fd_text t;
	ssize_t n = env_get(e, what, getpid(), fd, answer, sizeof(answer));
	const char *at = "";

	if (n < 0)
		return "none";
	env_fd_split(answer, n, &t);
	n = snprintf(text, TEXT_MAX, "<%.*s%.*s", (int)t.path_len, t.path,
		     (int)t.detail_len, t.detail);
	if (t.name && t.name_len && !t.name[0]) {
		at = "@";
		t.name++;
		t.name_len--;
	}
	if (t.name)
		n += snprintf(text + n, TEXT_MAX - n, ",%s\"%.*s\"]", at,
			      (int)t.name_len, t.name);
	snprintf(text + n, TEXT_MAX - n, ">%s", t.deleted ? "(deleted)" : "");
	return text;
}

static void assert_detail(struct env *e, int fd, const char *want)
{
	char text[TEXT_MAX];

	assert_string_equal(fd_text(e, ENV_FD_DETAIL, fd, text), want);
}

static void assert_path(struct env *e, int fd, const char *want)
{
	char text[TEXT_MAX];

	assert_string_equal(fd_text(e, ENV_FD_PATH, fd, text), want);
}

static unsigned long inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

static int env_setup(void **state)
{
	*state = env_live_new();
	return 0;
}

static int env_teardown(void **state)
{
	env_close(*state);
	return 0;
}

static void test_files(void **state)
{
	struct env *e = *state;
	char dir[] = "/tmp/test-env.XXXXXX";
	char name[TEXT_MAX], want[TEXT_MAX + 32];
	int fd;

	fd = open("/dev/null", O_RDONLY);
	assert_path(e, fd, "</dev/null>");
	assert_detail(e, fd, "</dev/null<char 1:3>>");
	close(fd);
	assert_path(e, 1000000, "none");
	assert_path(e, -1, "none");

	assert_non_null(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/x (deleted)", dir);
	fd = open(name, O_RDWR | O_CREAT, 0600);
	snprintf(want, sizeof(want), "<%s>", name);
	assert_path(e, fd, want);
	assert_detail(e, fd, want);
	unlink(name);
	snprintf(want, sizeof(want), "<%s>(deleted)", name);
	assert_path(e, fd, want);
	assert_detail(e, fd, want);
	close(fd);
	rmdir(dir);
}

/* A file that lives on under another name is deleted under this one. */
static void test_deleted_link(void **state)
{
	char dir[] = "/tmp/test-env.XXXXXX";
	char name[64], other[64], want[128];
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/a", dir);
	snprintf(other, sizeof(other), "%s/b", dir);
	fd = open(name, O_RDWR | O_CREAT, 0600);
	assert_int_equal(link(name, other), 0);
	unlink(name);
	snprintf(want, sizeof(want), "<%s>(deleted)", name);
	assert_path(*state, fd, want);
	unlink(other);
	close(fd);
	rmdir(dir);
}

static void test_anonymous(void **state)
{
	struct env *e = *state;
	uint64_t more = 2;
	char want[64], text[TEXT_MAX];
	sigset_t mask;
	int fd, ends[2];

	fd = eventfd(3, 0);
	assert_path(e, fd, "<anon_inode:[eventfd]>");
	fd_text(e, ENV_FD_DETAIL, fd, text);
	assert_int_equal(strncmp(text, "<{eventfd-count=3", 17), 0);
	assert_int_equal(write(fd, &more, sizeof(more)), sizeof(more));
	fd_text(e, ENV_FD_DETAIL, fd, text);
	assert_int_equal(strncmp(text, "<{eventfd-count=5", 17), 0);
	close(fd);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigaddset(&mask, SIGCHLD);
	fd = signalfd(-1, &mask, 0);
	assert_path(e, fd, "<anon_inode:[signalfd]>");
	assert_detail(e, fd, "<signalfd:[USR2 CHLD]>");
	close(fd);
	fd = epoll_create1(0);
	assert_path(e, fd, "<anon_inode:[eventpoll]>");
	assert_detail(e, fd, "<epoll:[]>");
	close(fd);
	fd = memfd_create("a b", 0);
	assert_detail(e, fd, "</memfd:a b>(deleted)");
	close(fd);
	assert_int_equal(pipe(ends), 0);
	snprintf(want, sizeof(want), "<pipe:[%lu]>", inode_of(ends[0]));
	assert_detail(e, ends[0], want);
	assert_path(e, ends[1], want);
	close(ends[0]);
	close(ends[1]);
	fd = syscall(434 /* pidfd_open */, getpid(), 0);
	if (fd < 0)
		return;
	snprintf(want, sizeof(want), "<pid:%d>", getpid());
	assert_detail(e, fd, want);
	close(fd);
}

static void test_position(void **state)
{
	char *name = strdup("/tmp/test-env.XXXXXX");
	int fd = mkstemp(name);
	int64_t pos = -1;

	unlink(name);
	free(name);
	assert_int_equal(lseek(fd, 12345678901ll, SEEK_SET), 12345678901ll);
	assert_int_equal(env_get(*state, ENV_FD_POS, getpid(), fd, &pos,
				 sizeof(pos)), sizeof(pos));
	assert_int_equal(pos, 12345678901ll);
	close(fd);
	assert_int_equal(env_get(*state, ENV_FD_POS, getpid(), fd, &pos,
				 sizeof(pos)), -1);
}

static unsigned port_of(int fd)
{
	struct sockaddr_in6 a;
	socklen_t len = sizeof(a);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin6_port);
}

static int listen_on_loopback(struct sockaddr_in *a)
{
	socklen_t len = sizeof(*a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*a = (struct sockaddr_in){.sin_family = AF_INET};
	a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)a, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)a, &len), 0);
	return fd;
}

static void check_tcp(struct env *e)
{
	struct sockaddr_in a;
	int server, client, got;
	char want[128];

	client = socket(AF_INET, SOCK_STREAM, 0);
	snprintf(want, sizeof(want), "<TCP:[%lu]>", inode_of(client));
	assert_detail(e, client, want);
	server = listen_on_loopback(&a);
	snprintf(want, sizeof(want), "<TCP:[127.0.0.1:%u]>", port_of(server));
	assert_detail(e, server, want);
	assert_int_equal(connect(client, (struct sockaddr *)&a, sizeof(a)), 0);
	got = accept(server, NULL, NULL);
	snprintf(want, sizeof(want), "<TCP:[127.0.0.1:%u->127.0.0.1:%u]>",
		 port_of(server), port_of(client));
	assert_detail(e, got, want);
	snprintf(want, sizeof(want), "<TCP:[127.0.0.1:%u->127.0.0.1:%u]>",
		 port_of(client), port_of(server));
	assert_detail(e, client, want);
	close(got);
	close(server);
	close(client);
}

static void check_udp6(struct env *e)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6,
				 .sin6_port = htons(9),
				 .sin6_addr = in6addr_loopback};
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	char want[128];

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return;
	}
	snprintf(want, sizeof(want), "<UDPv6:[[::1]:%u->[::1]:9]>",
		 port_of(fd));
	assert_detail(e, fd, want);
	close(fd);
}

static void check_unix(struct env *e, bool peers)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char want[128];
	int pair[2], fd;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	if (peers) {
		snprintf(want, sizeof(want), "<UNIX-STREAM:[%lu->%lu]>",
			 inode_of(pair[0]), inode_of(pair[1]));
		assert_detail(e, pair[0], want);
		/* One that has gone was the peer all the same. */
		close(pair[1]);
		assert_detail(e, pair[0], want);
	} else {
		close(pair[1]);
	}
	close(pair[0]);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "/tmp/test-env-%d", getpid());
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	snprintf(want, sizeof(want), "<UNIX:[%lu,\"%s\"]>", inode_of(fd),
		 a.sun_path);
	assert_detail(e, fd, want);
	unlink(a.sun_path);
	close(fd);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	memcpy(a.sun_path, "\0ab", 3);
	sprintf(a.sun_path + 3, "%d", getpid());
	assert_int_equal(bind(fd, (struct sockaddr *)&a,
			      offsetof(struct sockaddr_un, sun_path) + 3 +
			      strlen(a.sun_path + 3)), 0);
	snprintf(want, sizeof(want), "<UNIX:[%lu,@\"ab%d\"]>", inode_of(fd),
		 getpid());
	assert_detail(e, fd, want);
	close(fd);
}

static void check_netlink(struct env *e, bool unbound)
{
	struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_pid = 4242};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	int null = open("/dev/null", O_RDONLY);
	int other = socket(AF_UNIX, SOCK_DGRAM, 0);
	int protocol = -1;
	char want[128];

	snprintf(want, sizeof(want), "<NETLINK:[%lu]>", inode_of(fd));
	assert_detail(e, fd, want);
	if (unbound)
		assert_int_equal(env_get(e, ENV_FD_NETLINK, getpid(), fd,
					 &protocol, sizeof(protocol)), 4);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_detail(e, fd, "<NETLINK:[ROUTE:4242]>");
	protocol = -1;
	assert_int_equal(env_get(e, ENV_FD_NETLINK, getpid(), fd, &protocol,
				 sizeof(protocol)), sizeof(protocol));
	assert_int_equal(protocol, NETLINK_ROUTE);
	assert_int_equal(env_get(e, ENV_FD_NETLINK, getpid(), null, &protocol,
				 sizeof(protocol)), -1);
	assert_int_equal(env_get(e, ENV_FD_NETLINK, getpid(), other, &protocol,
				 sizeof(protocol)), -1);
	close(other);
	close(null);
	close(fd);
}

/* Old kernels have no pidfd, nor has valgrind. */
static bool has_pidfd(void)
{
	long fd = syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void test_sockets(void **state)
{
	if (!has_pidfd())
		skip();
	check_tcp(*state);
	check_udp6(*state);
	check_unix(*state, true);
	check_netlink(*state, true);
}

/* The same without pidfd_getfd(), from the kernel's tables. */
static void test_sockets_from_tables(void **state)
{
	struct env_live *l = *state;

	l->no_getfd = true;
	check_tcp(*state);
	check_udp6(*state);
	check_unix(*state, true);
	check_netlink(*state, false);
	/* No sock_diag either: as if the namespace were out of reach. */
	l->netns = 1;
	l->other_netns = proc_ns(getpid(), "net");
	check_unix(*state, false);
}

static void test_connecting(void **state)
{
	struct sockaddr_in a;
	int server = listen_on_loopback(&a);
	int fd[3];
	char text[TEXT_MAX], want[64];

	/* A full queue of the server leaves the last ones waiting. */
	for (int i = 0; i < 3; i++) {
		fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(fd[i], (struct sockaddr *)&a, sizeof(a)))
			assert_int_equal(errno, EINPROGRESS);
	}
	snprintf(want, sizeof(want), "->127.0.0.1:%u]>", ntohs(a.sin_port));
	for (int i = 0; i < 3; i++) {
		fd_text(*state, ENV_FD_DETAIL, fd[i], text);
		assert_non_null(strstr(text, want));
		close(fd[i]);
	}
	close(server);
}

/* Another network namespace: names and peers there, interfaces too. */
static void test_other_namespace(void **state)
{
	char text[TEXT_MAX], want[64], answer[TEXT_MAX];
	struct env_fd_text t;
	int ready[2], pair[2];
	pid_t child;
	ssize_t n;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNET) || socketpair(AF_UNIX, SOCK_STREAM,
							0, pair))
			_exit(1);
		snprintf(text, sizeof(text), "%d %lu %lu", pair[0],
			 inode_of(pair[0]), inode_of(pair[1]));
		if (write(ready[1], text, strlen(text) + 1) < 0)
			_exit(1);
		pause();
	}
	close(ready[1]);
	n = read(ready[0], text, sizeof(text));
	if (n > 0) {
		int fd;
		unsigned long ino, peer;

		assert_int_equal(sscanf(text, "%d %lu %lu", &fd, &ino, &peer),
				 3);
		snprintf(want, sizeof(want), "UNIX-STREAM:[%lu->%lu]", ino,
			 peer);
		n = env_get(*state, ENV_FD_DETAIL, child, fd, answer,
			    sizeof(answer));
		assert_true(n > 0);
		env_fd_split(answer, n, &t);
		assert_int_equal(t.detail_len, strlen(want));
		assert_memory_equal(t.detail, want, strlen(want));
		n = 1;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(pair[0]);
	close(pair[1]);
	if (n <= 0)
		skip();
}

static void *thread_main(void *arg)
{
	int *tid = arg;

	prctl(PR_SET_NAME, "odd\nname");
	__atomic_store_n(tid, gettid(), __ATOMIC_RELEASE);
	while (__atomic_load_n(tid, __ATOMIC_ACQUIRE))
		sched_yield();
	return NULL;
}

static void test_thread(void **state)
{
	struct env *e = *state;
	pthread_t thread;
	int tid = 0;
	int pair[2];
	char text[TEXT_MAX];
	ssize_t n;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM,
				    0, pair), 0);
	pthread_create(&thread, NULL, thread_main, &tid);
	while (!__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
		sched_yield();
	n = env_get(e, ENV_COMM, tid, 0, text, sizeof(text));
	assert_int_equal(n, 8);
	assert_memory_equal(text, "odd\nname", 8);
	n = env_get(e, ENV_COMM, getpid(), tid, text, sizeof(text));
	assert_int_equal(n, 8);
	n = env_get(e, ENV_COMM, tid, 0, text, 3);
	assert_int_equal(n, 3);
	assert_true(env_get(e, ENV_FD_DETAIL, tid, pair[0], text,
			    sizeof(text)) > 0);
	__atomic_store_n(&tid, 0, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	close(pair[0]);
	close(pair[1]);
}

static void test_names(void **state)
{
	struct env *e = *state;
	char cwd[TEXT_MAX], text[TEXT_MAX];
	pid_t pid = 0;
	struct stat st;
	uint64_t ino;
	ssize_t n;

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	n = env_get(e, ENV_CWD, getpid(), 0, text, sizeof(text));
	assert_int_equal(n, strlen(cwd));
	assert_memory_equal(text, cwd, n);
	n = env_get(e, ENV_PIDNS, getpid(), 77, &pid, sizeof(pid));
	assert_int_equal(n, sizeof(pid));
	assert_int_equal(pid, 77);
	assert_int_equal(stat("/proc/self/ns/mnt", &st), 0);
	n = env_get(e, ENV_NAMESPACE, getpid(), ENV_NAMESPACE_KEY(0, 2), &ino,
		    sizeof(ino));
	assert_int_equal(n, sizeof(ino));
	assert_int_equal(ino, st.st_ino);
	assert_int_equal(env_get(e, ENV_NAMESPACE, getpid(),
				 ENV_NAMESPACE_KEY(0, ENV_NAMESPACES), &ino,
				 sizeof(ino)), -1);
	n = env_get(e, ENV_IFNAME, getpid(), 1, text, sizeof(text));
	if (if_indextoname(1, cwd)) {
		assert_int_equal(n, strlen(cwd));
		assert_memory_equal(text, cwd, n);
	}
	assert_int_equal(env_get(e, ENV_IFNAME, getpid(), 0, text, 9), -1);
	/* Nothing is known of the namespace of a task that is gone. */
	assert_int_equal(env_get(e, ENV_IFNAME, INT32_MAX, 1, text, 9), -1);
	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	assert_int_equal(env_get(e, ENV_IFNAME_IN, INT32_MAX,
				 ENV_IFNAME_KEY(st.st_ino, 1), text,
				 sizeof(text)), n);
	assert_int_equal(env_get(e, ENV_IFNAME_IN, getpid(),
				 ENV_IFNAME_KEY(st.st_ino + 1, 1), text, 9),
			 -1);
	assert_int_equal(env_get(e, ENV_COMM, 0, 0, text, 9), -1);
	assert_int_equal(env_get(e, 99, getpid(), 0, text, 9), -1);
}

/* A task that is gone, and a descriptor that became another file. */
static void test_no_stale_answers(void **state)
{
	struct env *e = *state;
	char text[TEXT_MAX];
	pid_t child = fork();
	int fd, again;

	if (child == 0)
		for (;;)
			pause();
	assert_true(env_get(e, ENV_FD_PATH, child, 0, text, 9) > 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(env_get(e, ENV_FD_PATH, child, 0, text, 9), -1);

	fd = open("/dev/null", O_RDONLY);
	assert_path(e, fd, "</dev/null>");
	close(fd);
	again = open("/dev/zero", O_RDONLY);
	assert_int_equal(again, fd);
	assert_path(e, fd, "</dev/zero>");
	close(fd);
}

#define ENV_TEST(f) cmocka_unit_test_setup_teardown(f, env_setup, env_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_files),
		ENV_TEST(test_deleted_link),
		ENV_TEST(test_anonymous),
		ENV_TEST(test_position),
		ENV_TEST(test_sockets),
		ENV_TEST(test_sockets_from_tables),
		ENV_TEST(test_connecting),
		ENV_TEST(test_other_namespace),
		ENV_TEST(test_thread),
		ENV_TEST(test_names),
		ENV_TEST(test_no_stale_answers),
	};

	return cmocka_run_group_tests_name("env", tests, NULL, NULL);
}
