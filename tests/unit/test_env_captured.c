/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What came with a call answers for its descriptors; else somebody is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "buf.h"
#include "env.h"
#include "env_files.h"
#include "env_captured.h"
#include "event.h"
#include "file_id.h"

#define TID 100
#define TEXT_MAX 8192

#define SOCKFS 0x534f434b
#define PIPEFS 0x50495045
#define ANON_INODES 0x09041934
#define PIDFS 0x50494446
#define NSFS 0x6e736673
#define TMPFS 0x01021994

/* The one that is asked for the rest: says what it was asked. */
static ssize_t fake_get(struct env *e, const struct env_query *q, void *buf,
			size_t size)
{
	char text[100];
	size_t n = (size_t)snprintf(text, sizeof(text), "asked %d %d %d",
				    (int)q->what, (int)q->tid, (int)q->key);

	(void)e;
	if (q->what == ENV_IFNAME_IN)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " of %d",
				      (int)(q->key >> 32));
	memcpy(buf, text, n < size ? n : size);
	return n < size ? n : size;
}

static void fake_close(struct env *e)
{
	free(e);
}

static int setup(void **state)
{
	static const struct env_ops ops = {fake_get, fake_close};
	struct env *fake = calloc(1, sizeof(*fake));

	fake->ops = &ops;
	*state = env_captured_new(fake, NULL);
	return 0;
}

static int teardown(void **state)
{
	env_close(*state);
	return 0;
}

/* names: each ends with a NUL, the literal's own is one too many. */
#define TELL(e, fd, file, ends, text) do { \
	struct file_id id_ = file; \
	id_.names = sizeof(text) - 1; \
	tell(e, fd, id_, ends, text); \
} while (0)

static void tell(struct env *e, int fd, struct file_id id,
		 const struct file_ends *ends, const char *names)
{
	struct buf b = {0};

	if (ends)
		id.flags |= FILE_ENDS;
	buf_add(&b, &id, sizeof(id));
	if (ends)
		buf_add(&b, ends, sizeof(*ends));
	buf_add(&b, names, id.names);
	env_captured_file(e, TID, fd, b.data, b.len);
	buf_free(&b);
}

/* As a sink would show it, NULs as "0". */
static const char *answer(struct env *e, enum env_what what, int fd)
{
	static char text[TEXT_MAX];
	ssize_t n = env_get(e, what, TID, fd, text, sizeof(text) - 1);

	if (n < 0)
		return "none";
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '0';
	text[n] = '\0';
	return text;
}

#define assert_answer(e, what, fd, text) \
	assert_string_equal(answer(e, what, fd), text)

static void test_asks(void **state)
{
	struct env *e = *state;

	assert_answer(e, ENV_FD_PATH, 3, "asked 1 100 3");
	env_captured_call(e, TID);
	TELL(e, 3, (struct file_id){0}, NULL, "a\0b\0");
	assert_answer(e, ENV_FD_PATH, 4, "asked 1 100 4");
	/* It was the path alone that was told. */
	assert_answer(e, ENV_FD_DETAIL, 3, "asked 2 100 3");
	assert_answer(e, ENV_FD_POS, 3, "asked 8 100 3");
	assert_answer(e, ENV_CWD, 3, "asked 4 100 3");
}

static void test_paths(void **state)
{
	struct env *e = *state;
	struct file_id id = {.mode = S_IFREG};

	TELL(e, 3, id, NULL, "file\0tmp\0");
	TELL(e, 4, id, NULL, "");
	TELL(e, FILE_CWD, id, NULL, "dir\0");
	id.flags = FILE_DELETED;
	TELL(e, 5, id, NULL, "gone\0");
	id.flags = FILE_NONE;
	TELL(e, 6, id, NULL, "");
	id.flags = FILE_CUT;
	TELL(e, 7, id, NULL, "deep\0");
	assert_answer(e, ENV_FD_PATH, 3, "/tmp/file");
	assert_answer(e, ENV_FD_PATH, 4, "/");
	assert_answer(e, ENV_CWD, 0, "/dir");
	assert_answer(e, ENV_FD_PATH, 5, "/gone0D");
	assert_answer(e, ENV_FD_PATH, 6, "none");
	assert_answer(e, ENV_FD_DETAIL, 6, "none");
	assert_answer(e, ENV_FD_PATH, 7, "none");
}

/* What readlink would not tell has no answer. */
static void test_long_paths(void **state)
{
	struct env *e = *state;
	struct file_id id = {.mode = S_IFREG};
	char names[4096];

	for (size_t i = 0; i < sizeof(names); i++)
		names[i] = i % 256 == 255 ? '\0' : 'a';
	names[4094] = '\0';
	id.names = 4095;
	tell(e, 3, id, NULL, names);
	assert_int_equal(strlen(answer(e, ENV_FD_PATH, 3)), 4095);
	id.flags = FILE_DELETED;
	tell(e, 3, id, NULL, names);
	assert_answer(e, ENV_FD_PATH, 3, "none");
	id.flags = 0;
	id.names = 4096;
	tell(e, 3, id, NULL, names);
	assert_answer(e, ENV_FD_PATH, 3, "none");
}

/* The last word counts, until the next call. */
static void test_calls(void **state)
{
	struct env *e = *state;
	struct file_id id = {0};

	env_captured_call(e, TID);
	for (int fd = 0; fd < 100; fd++)
		TELL(e, fd, id, NULL, "first\0");
	TELL(e, 3, id, NULL, "second\0");
	assert_answer(e, ENV_FD_PATH, 3, "/second");
	assert_answer(e, ENV_FD_PATH, 99, "/first");
	env_captured_call(e, TID);
	assert_answer(e, ENV_FD_PATH, 3, "asked 1 100 3");
	TELL(e, 3, id, NULL, "third\0");
	assert_answer(e, ENV_FD_PATH, 3, "/third");
	env_captured_call(e, TID + 1);
	assert_answer(e, ENV_FD_PATH, 3, "/third");
}

static void test_pseudo(void **state)
{
	static const struct {
		uint32_t magic;
		const char *text;
	} all[] = {
		{SOCKFS, "socket:[7]"}, {PIPEFS, "pipe:[7]"},
		{ANON_INODES, "anon_inode:name"}, {NSFS, "name:[7]"},
		{PIDFS, "anon_inode:[pidfd]"}, {TMPFS, "/name0D"},
		{12345, "asked 1 100 3"},
	};
	struct env *e = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		TELL(e, 3, ((struct file_id){
			.flags = FILE_PSEUDO, .ino = 7,
			.magic = all[i].magic }), NULL, "name\0");
		assert_answer(e, ENV_FD_PATH, 3, all[i].text);
	}
}

static void test_details(void **state)
{
	struct env *e = *state;
	struct file_id id = {.flags = FILE_DETAILS, .mode = S_IFCHR,
			     .rdev = 136 << 20 | 257};

	TELL(e, 3, id, NULL, "7\0pts\0dev\0");
	id.mode = S_IFBLK;
	TELL(e, 4, id, NULL, "disk\0");
	id.flags |= FILE_DELETED;
	TELL(e, 5, id, NULL, "disk\0");
	id = (struct file_id){.flags = FILE_DETAILS | FILE_PSEUDO,
			      .magic = PIDFS, .pid = 55};
	TELL(e, 6, id, NULL, "");
	id.pid = -1;
	id.magic = ANON_INODES;
	TELL(e, 7, id, NULL, "[pidfd]\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "/dev/pts/70-<char 136:257>");
	assert_answer(e, ENV_FD_DETAIL, 4, "/disk0-<block 136:257>");
	assert_answer(e, ENV_FD_DETAIL, 5, "/disk0D");
	assert_answer(e, ENV_FD_DETAIL, 6, "0-pid:55");
	assert_answer(e, ENV_FD_DETAIL, 7, "anon_inode:[pidfd]");
	assert_answer(e, ENV_FD_NETLINK, 3, "none");
	/* Whose a pidfd is comes with its name. */
	id.flags = FILE_PSEUDO;
	id.pid = 56;
	TELL(e, 8, id, NULL, "[pidfd]\0");
	assert_answer(e, ENV_FD_DETAIL, 8, "0-pid:56");
}

static const struct file_id a_socket = {
	.flags = FILE_DETAILS | FILE_PSEUDO, .ino = 7, .magic = SOCKFS };

static void test_inet(void **state)
{
	struct env *e = *state;
	struct file_ends ends = {.family = AF_INET, .local_port = htons(80),
				 .local = {127, 0, 0, 1}};

	TELL(e, 3, a_socket, &ends, "TCP\0");
	TELL(e, 4, a_socket, &ends, "RAW\0");
	TELL(e, 5, a_socket, &ends, "SOMETHING\0");
	TELL(e, 9, a_socket, &ends, "some]thing\0");
	ends.remote_port = htons(5000);
	ends.remote[0] = 10;
	TELL(e, 6, a_socket, &ends, "UDP\0");
	ends.family = AF_INET6;
	memset(ends.local, 0, sizeof(ends.local));
	ends.local[15] = 1;
	TELL(e, 7, a_socket, &ends, "TCPv6\0");
	ends.local_port = 0;
	TELL(e, 8, a_socket, &ends, "TCPv6\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "0-TCP:[127.0.0.1:80]");
	assert_answer(e, ENV_FD_DETAIL, 4, "0-RAW:[7]");
	assert_answer(e, ENV_FD_DETAIL, 5, "0-SOMETHING:[7]");
	assert_answer(e, ENV_FD_DETAIL, 9, "socket:[7]");
	assert_answer(e, ENV_FD_DETAIL, 6,
		      "0-UDP:[127.0.0.1:80->10.0.0.0:5000]");
	assert_answer(e, ENV_FD_DETAIL, 7,
		      "0-TCPv6:[[::1]:80->[a00::]:5000]");
	assert_answer(e, ENV_FD_DETAIL, 8, "0-TCPv6:[7]");
	assert_answer(e, ENV_FD_PATH, 3, "socket:[7]");
	assert_answer(e, ENV_FD_NETLINK, 3, "none");
}

static void test_unix(void **state)
{
	struct env *e = *state;
	struct file_ends ends = {.family = AF_UNIX};

	TELL(e, 3, a_socket, &ends, "UNIX-STREAM\0");
	ends.peer = 8;
	TELL(e, 4, a_socket, &ends, "UNIX-STREAM\0");
	/* The other end is closed by then. */
	ends.peer = 0;
	TELL(e, 8, a_socket, &ends, "UNIX-STREAM\0");
	assert_answer(e, ENV_FD_DETAIL, 8, "0-UNIX-STREAM:[7->8]");
	ends.peer = 8;
	memcpy(ends.name, "/a\0junk", 7);
	ends.name_len = 7;
	TELL(e, 5, a_socket, &ends, "UNIX\0");
	memcpy(ends.name, "\0a\0b", 4);
	ends.name_len = 4;
	TELL(e, 6, a_socket, &ends, "UNIX\0");
	ends.name_len = 5000;
	TELL(e, 7, a_socket, &ends, "UNIX\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "0-UNIX-STREAM:[7]");
	assert_answer(e, ENV_FD_DETAIL, 4, "0-UNIX-STREAM:[7->8]");
	assert_answer(e, ENV_FD_DETAIL, 5, "0-UNIX:[7->80/a");
	assert_answer(e, ENV_FD_DETAIL, 6, "0-UNIX:[7->800a0b");
	assert_answer(e, ENV_FD_DETAIL, 7, "0-UNIX:[7->8]");
}

static void test_netlink(void **state)
{
	struct env *e = *state;
	struct file_ends ends = {.family = AF_NETLINK,
				 .protocol = NETLINK_GENERIC, .peer = 900};
	int protocol = -1;

	TELL(e, 3, a_socket, &ends, "NETLINK\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "0-NETLINK:[GENERIC:900]");
	assert_int_equal(env_get(e, ENV_FD_NETLINK, TID, 3, &protocol,
				 sizeof(protocol)), sizeof(protocol));
	assert_int_equal(protocol, NETLINK_GENERIC);
	ends.peer = 0;
	TELL(e, 3, a_socket, &ends, "NETLINK\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "0-NETLINK:[7]");
	ends.protocol = NETLINK_ROUTE;
	ends.peer = 5;
	ends.groups[0] = 5;
	ends.groups[4] = 1;
	ends.groups[31] = 0x80;
	TELL(e, 3, a_socket, &ends, "NETLINK\0");
	assert_answer(e, ENV_FD_DETAIL, 3, "0-NETLINK:[ROUTE:5 RTNLGRP_LINK "
		      "RTNLGRP_NEIGH RTNLGRP_BRVLAN 256]");
	memset(ends.groups, 0xff, sizeof(ends.groups));
	ends.protocol = NETLINK_GENERIC;
	TELL(e, 3, a_socket, &ends, "NETLINK\0");
	assert_answer(e, ENV_FD_DETAIL, 3,
		      "0-NETLINK:[GENERIC:5 1 2 3 4 5 6 7 8 ...]");
	/* A socket of which nothing more was told. */
	TELL(e, 3, ((struct file_id){ .flags = FILE_PSEUDO,
				      .magic = SOCKFS }), NULL, "NETLINK\0");
	assert_answer(e, ENV_FD_NETLINK, 3, "asked 3 100 3");
}

/* The protocol and the namespace alone, until the next call. */
static void test_netlink_alone(void **state)
{
	struct env *e = *state;
	struct netlink_id id = { .protocol = NETLINK_ROUTE, .netns = 16 };
	int got = -1;

	env_captured_netlink(e, TID, 3, &id, 3);
	assert_answer(e, ENV_FD_NETLINK, 3, "asked 3 100 3");
	assert_answer(e, ENV_IFNAME, 7, "asked 6 100 7");
	env_captured_netlink(e, TID, 3, &id, sizeof(id));
	assert_int_equal(env_get(e, ENV_FD_NETLINK, TID, 3, &got, sizeof(got)),
			 sizeof(got));
	assert_int_equal(got, NETLINK_ROUTE);
	assert_answer(e, ENV_FD_NETLINK, 4, "asked 3 100 4");
	assert_answer(e, ENV_IFNAME, 7, "asked 19 100 7 of 16");
	env_captured_call(e, TID);
	assert_answer(e, ENV_IFNAME, 7, "asked 6 100 7");
	assert_answer(e, ENV_FD_NETLINK, 3, "asked 3 100 3");
}

/* What is broken is not believed. */
static void test_broken(void **state)
{
	struct env *e = *state;
	struct file_id id = {.names = 4};
	char data[sizeof(id) + sizeof(struct file_ends) + 4];

	memset(data, 'x', sizeof(data));
	for (size_t n = 0; n <= sizeof(data); n++) {
		char *copy = malloc(n ? n : 1);

		id.flags = n % 2 ? FILE_ENDS : 0;
		memcpy(data, &id, sizeof(id));
		memcpy(copy, data, n);
		env_captured_file(e, TID, 3, copy, n);
		free(copy);
		assert_answer(e, ENV_FD_PATH, 3, "asked 1 100 3");
	}
}

static void test_tasks(void **state)
{
	struct env *e = *state;

	env_captured_comm(e, TID, "name", 4);
	TELL(e, 3, (struct file_id){0}, NULL, "file\0");
	assert_answer(e, ENV_COMM, 0, "name");
	env_captured_gone(e, TID);
	assert_answer(e, ENV_COMM, 0, "name");
	assert_answer(e, ENV_FD_PATH, 3, "/file");
	for (int tid = 1000; tid < 1000 + 4096; tid++)
		env_captured_gone(e, tid);
	assert_answer(e, ENV_COMM, 0, "asked 5 100 0");
	assert_answer(e, ENV_FD_PATH, 3, "asked 1 100 3");
}

/* A tid that is used again is another task's, which the old end leaves be. */
static void test_tid_again(void **state)
{
	struct env *e = *state;

	env_captured_comm(e, TID, "old", 3);
	env_captured_elsewhere(e, TID);
	env_captured_gone(e, TID);
	env_captured_born(e, TID);
	assert_answer(e, ENV_COMM, 0, "asked 5 100 0");
	env_captured_comm(e, TID, "new", 3);
	for (int tid = 1000; tid < 1000 + 4096; tid++)
		env_captured_gone(e, tid);
	assert_answer(e, ENV_COMM, 0, "new");
}

/* What came with one call is known in those behind it. */
static void test_files(void **state)
{
	struct env *files, *e;
	struct event exec = {.kind = EV_EXEC, .task = 1, .tid = TID,
			     .other_tid = TID};

	files = env_files_new(env_captured_new(NULL, NULL));
	e = env_captured_new(files, files);
	(void)state;
	env_files_event(files, &exec);
	TELL(e, 3, (struct file_id){0}, NULL, "file\0");
	assert_answer(e, ENV_FD_PATH, 3, "/file");
	env_captured_call(e, TID);
	assert_answer(e, ENV_FD_PATH, 3, "/file");
	TELL(e, 3, (struct file_id){0}, NULL, "other\0");
	assert_answer(e, ENV_FD_PATH, 3, "/other");
	env_captured_call(e, TID);
	assert_answer(e, ENV_FD_PATH, 3, "/other");
	TELL(e, 3, (struct file_id){ .flags = FILE_NONE }, NULL, "");
	assert_int_equal(env_get(e, ENV_FD_PATH, TID, 3, NULL, 0), -1);
	env_captured_call(e, TID);
	assert_int_equal(env_get(e, ENV_FD_PATH, TID, 3, NULL, 0), -1);
	env_close(e);
}

#define ENV(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Nobody else is asked of a task whose number is another's here. */
static void test_elsewhere(void **state)
{
	struct env *e = *state;
	char got[64];

	env_captured_comm(e, 77, "far", 3);
	env_captured_elsewhere(e, 77);
	assert_int_equal(env_get(e, ENV_COMM, 77, 0, got, sizeof(got)), 3);
	assert_int_equal(env_get(e, ENV_CWD, 77, 0, got, sizeof(got)), -1);
	assert_int_equal(env_get(e, ENV_FD_PATH, 77, 1, got, sizeof(got)), -1);
}

static pid_t ours(struct env *e, pid_t tid, pid_t number)
{
	pid_t pid = 0;

	if (env_get(e, ENV_PIDNS, tid, (uint64_t)number, &pid, sizeof(pid)) !=
	    sizeof(pid))
		return -1;
	return pid;
}

/* What numbers of other namespaces are here, though their tasks are gone. */
static void test_pids(void **state)
{
	static const struct captured_pid first[] = {{ 9, 1 }};
	static const struct captured_pid second[] = {{ 9, 2 }, { 8, 1 }};
	struct env *e = *state;
	char got[64];

	env_captured_pids(e, 500, NULL, 0);
	env_captured_pids(e, 501, first, 1);
	env_captured_pids(e, 502, second, 2);
	env_captured_gone(e, 502);
	assert_int_equal(ours(e, 500, 77), 77);
	assert_int_equal(ours(e, 501, 1), 501);
	assert_int_equal(ours(e, 501, 2), 502);
	assert_int_equal(ours(e, 502, 1), 502);
	/* and what they are called: by our numbers of them, whoever asks */
	env_captured_comm(e, 502, "inner", 5);
	assert_int_equal(env_get(e, ENV_COMM, 501, 2, got, sizeof(got)), 5);
	assert_memory_equal(got, "inner", 5);
	assert_int_equal(env_get(e, ENV_COMM, 500, 502, got, sizeof(got)), 5);
	assert_int_equal(env_get(e, ENV_COMM, 501, 1, got, sizeof(got)),
			 strlen("asked 5 501 0"));
	assert_memory_equal(got, "asked 5 501 0", strlen("asked 5 501 0"));
	/* its number came back */
	env_captured_pids(e, 503, second, 1);
	assert_int_equal(ours(e, 501, 2), 503);
	for (pid_t tid = 1000; tid < 6000; tid++)
		env_captured_gone(e, tid);
	assert_int_equal(ours(e, 501, 2), 503);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV(test_asks), ENV(test_paths), ENV(test_calls),
		ENV(test_long_paths),
		ENV(test_pseudo), ENV(test_details), ENV(test_inet),
		ENV(test_unix), ENV(test_netlink), ENV(test_netlink_alone),
		ENV(test_broken),
		ENV(test_tasks), ENV(test_tid_again),
		ENV(test_elsewhere), ENV(test_pids),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
