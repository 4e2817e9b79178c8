/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What texts of /proc/PID/fdinfo say, good ones and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "env/fdinfo.h"

#define HEAD "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1039\n"

static void expect_named(const char *link, const struct fdinfo *f,
			 const char *want)
{
	const struct fdinfo_kind *k = fdinfo_kind(link, strlen(link));
	struct buf out = { .len = 0 };
	bool known;

	assert_non_null(k);
	known = fdinfo_put(k, f, &out);
	assert_string_equal(known ? buf_cstr(&out) : "none", want);
	if (known)
		assert_ptr_equal(fdinfo_kind_shown(out.data, out.len), k);
	else
		assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void expect(const char *link, const char *text, const char *want)
{
	expect_named(link, &(struct fdinfo){ .text = text }, want);
}

static void test_kinds(void **state)
{
	(void)state;
	assert_null(fdinfo_kind("", 0));
	assert_null(fdinfo_kind("anon_inode:[eventfd", 19));
	assert_null(fdinfo_kind("anon_inode:[fscontext]", 22));
	assert_null(fdinfo_kind("/anon_inode:inotify", 19));
	assert_null(fdinfo_kind_shown("TCP:[1]", 7));
	assert_null(fdinfo_kind_shown("epoll", 5));
}

static void test_counters(void **state)
{
	const char *link = "anon_inode:[eventfd]";

	(void)state;
	expect(link, HEAD "eventfd-count:               1f\n",
	       "{eventfd-count=31}");
	expect(link, HEAD "eventfd-count:                3\neventfd-id: 1\n"
	       "eventfd-semaphore: 0\n",
	       "{eventfd-count=3, eventfd-id=1, eventfd-semaphore=0}");
	expect("anon_inode:[signalfd]", HEAD "sigmask:\t0000000000010800\n",
	       "signalfd:[USR2 CHLD]");
	expect("anon_inode:[signalfd]", HEAD "sigmask:\t8000000000000000\n",
	       "signalfd:[RT_32]");
}

static void test_timers(void **state)
{
	const char *link = "anon_inode:[timerfd]";

	(void)state;
	expect(link, HEAD "clockid: 1\nticks: 0\nsettime flags: 00\n"
	       "it_value: (1, 499909700)\nit_interval: (2, 0)\n",
	       "timerfd:[CLOCK_MONOTONIC, it_value=1.499909700, "
	       "it_interval=2]");
	expect(link, HEAD "clockid: 7\nticks: 3\nit_value: (0, 0)\n"
	       "it_interval: (0, 5)\n",
	       "timerfd:[CLOCK_BOOTTIME, ticks=3, it_interval=0.000000005]");
	expect(link, HEAD "clockid: 99\nit_value: (1, 4000000000)\n",
	       "timerfd:[99]");
}

static void test_epolls(void **state)
{
	const char *link = "anon_inode:[eventpoll]";
	char text[FDINFO_LIST * 40 + 80] = HEAD;

	(void)state;
	expect(link, HEAD, "epoll:[]");
	expect(link, HEAD
	       "tfd:       14 events: 80000019 data:                4  pos:0 "
	       "ino:40f sdev:10\n"
	       "tfd:        3 events:       19 data:                3  pos:0 "
	       "ino:40f sdev:10\n",
	       "epoll:[3:EPOLLIN 14:EPOLLIN|EPOLLET]");
	expect(link, "tfd: 3 events: 18 data: 0\n", "epoll:[3:0]");
	/* The last line was cut. */
	expect(link, "tfd: 3 events: 19 data: 0\ntfd:   4 eve",
	       "epoll:[3:EPOLLIN]");
	for (int i = FDINFO_LIST; i >= 0; i--)
		sprintf(text + strlen(text), "tfd: %d events: 4 data: 0\n", i);
	expect(link, text, "epoll:[0:EPOLLOUT 1:EPOLLOUT 2:EPOLLOUT "
	       "3:EPOLLOUT 4:EPOLLOUT 5:EPOLLOUT 6:EPOLLOUT 7:EPOLLOUT ...]");
}

#define WATCH "ino:3c51a sdev:fe00001 mask:100 ignored_mask:0 fhandle-bytes:8"

static void test_watches(void **state)
{
	(void)state;
	expect("anon_inode:inotify", HEAD, "inotify:[]");
	expect("anon_inode:inotify", HEAD "inotify wd:2 ino:1 sdev:14 "
	       "mask:80000fff ignored_mask:0 \ninotify wd:1 " WATCH "\n",
	       "inotify:[{wd=2, ino=1, dev=0:20, mask=IN_ALL_EVENTS|"
	       "IN_ONESHOT}, {wd=1, ino=247066, dev=254:1, mask=IN_CREATE}]");
	expect("anon_inode:inotify", "inotify wd:1 " WATCH "\ninotify wd:2\n"
	       "inotify wd:3\ninotify wd:4\ninotify wd:5\n",
	       "inotify:[{wd=1, ino=247066, dev=254:1, mask=IN_CREATE}, "
	       "{wd=2}, {wd=3}, {wd=4}, ...]");
	expect("anon_inode:[fanotify]", HEAD
	       "fanotify flags:200 event-flags:8000\n"
	       "fanotify sdev:1a mflags:0 mask:8 ignored_mask:0\n"
	       "fanotify mnt_id:1a mflags:0 mask:0 ignored_mask:20\n"
	       "fanotify " WATCH "\n",
	       "fanotify:[FAN_CLASS_NOTIF|FAN_REPORT_FID, "
	       "{dev=0:26, mask=FAN_CLOSE_WRITE}, "
	       "{mnt_id=26, mask=0, ignored_mask=FAN_OPEN}, "
	       "{ino=247066, dev=254:1, mask=FAN_CREATE}]");
}

static void test_memory_and_rings(void **state)
{
	const char *uffd = "anon_inode:[userfaultfd]";
	const char *ring = "anon_inode:[io_uring]";

	(void)state;
	expect(uffd, HEAD "pending:\t0\ntotal:\t2\n"
	       "API:\taa:80:80000000000001ff\n",
	       "userfaultfd:[pending=0, total=2, UFFD_FEATURE_SIGBUS]");
	expect(uffd, HEAD "pending:\t1\ntotal:\t2\nAPI:\taa:80000000:0\n",
	       "userfaultfd:[pending=1, total=2]");
	expect(ring, HEAD "SqMask:\t0x7\nCqMask:\t0xf\nSQEs:\t2\n"
	       "CQEs:\t0\nSqThread:\t-1\nUserFiles:\t3\n",
	       "io_uring:[sq_entries=8, cq_entries=16, sqes=2, files=3]");
	expect(ring, "SqThread:\t77\nUserBufs:\t1\n",
	       "io_uring:[sq_thread=77, buffers=1]");
	expect(ring, HEAD, "none");
}

static void test_bpf(void **state)
{
	struct fdinfo map = { .text = HEAD "map_type:\t2\nmap_id:\t25\n" };
	struct fdinfo event = { .text = HEAD, .id = 12 };
	char text[200];

	(void)state;
	expect_named("anon_inode:bpf-map", &map,
		     "bpf-map:[BPF_MAP_TYPE_ARRAY, id=25]");
	map.name = "a\"\n\033b";
	expect_named("anon_inode:bpf-map", &map, "bpf-map:[BPF_MAP_TYPE_ARRAY,"
		     " id=25, name=\"a\\\"\\n\\33b\"]");
	expect("anon_inode:bpf-prog", "prog_type:\t2\nprog_id:\t9\n",
	       "bpf-prog:[BPF_PROG_TYPE_KPROBE, id=9]");
	expect("anon_inode:bpf-prog", "prog_type:\t2000\n", "bpf-prog:[2000]");
	snprintf(text, sizeof(text), HEAD "link_type:\ttracing\nlink_id:\t3\n"
		 "prog_tag:\t00\nprog_id:\t9\n");
	expect("anon_inode:bpf_link", text,
	       "bpf_link:[tracing, id=3, prog_id=9]");
	expect("anon_inode:btf", "btf_id:\t1\n", "btf:[id=1]");
	expect("anon_inode:[perf_event]", HEAD, "none");
	expect_named("anon_inode:[perf_event]", &event, "perf_event:[id=12]");
	expect("anon_inode:[vfio-device]",
	       HEAD "vfio-device-syspath: /sys/devices/pci0/0\n",
	       "vfio-device:[/sys/devices/pci0/0]");
}

/* Beginnings of lines count, and a field ends with its line. */
static void test_fields(void **state)
{
	struct buf word = { .len = 0 };
	uint64_t v = 7;

	(void)state;
	assert_false(fdinfo_number("", "pos:", 10, &v));
	assert_false(fdinfo_number("a pos:\t1\n", "pos:", 10, &v));
	assert_false(fdinfo_number("pos:\n5\n", "pos:", 10, &v));
	assert_false(fdinfo_number("pos:", "pos:", 10, &v));
	assert_false(fdinfo_number("pos:\tx\n", "pos:", 10, &v));
	assert_int_equal(v, 7);
	assert_true(fdinfo_number("x\n\npos:\t12", "pos:", 10, &v));
	assert_int_equal(v, 12);
	assert_false(fdinfo_word("iff:\t\nx", "iff:", &word));
	assert_true(fdinfo_word("a\niff:\ttap0\nx", "iff:", &word));
	assert_string_equal(buf_cstr(&word), "tap0");
	buf_free(&word);
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/*
 * Texts made of pieces that the kinds look for, with their ends and with
 * anything between: each kind has to come to an end, within its bound.
 */
static void test_hostile(void **state)
{
	static const char *const pieces[] = {
		"tfd:", " events:", "inotify ", "fanotify ", "wd:", "ino:",
		"sdev:", " mask:", " ignored_mask:", "mnt_id:", "flags:",
		"\n", "\n", "\t", " ", "-1", "0x", "ffffffffffffffffffff",
		"99999999999999999999", "(", ", ", ")", "clockid:", "ticks:",
		"it_value:", "SqMask:", "SqThread:", "pending:", "API:", "aa:",
		"map_type:", "link_type:", "\001\377", "%s%n",
	};
	static const char *const links[] = {
		"anon_inode:[eventfd]", "anon_inode:[signalfd]",
		"anon_inode:[timerfd]", "anon_inode:[eventpoll]",
		"anon_inode:inotify", "anon_inode:[fanotify]",
		"anon_inode:[io_uring]", "anon_inode:[userfaultfd]",
		"anon_inode:bpf-map", "anon_inode:bpf-prog",
		"anon_inode:bpf_link", "anon_inode:btf",
		"anon_inode:[perf_event]", "anon_inode:[vfio-device]",
	};
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned link = next(&seed) % (sizeof(links) / sizeof(*links));
		const struct fdinfo_kind *k =
			fdinfo_kind(links[link], strlen(links[link]));
		struct buf text = { .len = 0 }, out = { .len = 0 };
		struct fdinfo f = { .name = NULL };

		for (unsigned n = next(&seed) % 60; n; n--)
			buf_str(&text, pieces[next(&seed) % (sizeof(pieces) /
						sizeof(*pieces))]);
		f.text = buf_cstr(&text);
		fdinfo_put(k, &f, &out);
		assert_true(out.len < 4096);
		buf_free(&text);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_epolls),
		cmocka_unit_test(test_watches),
		cmocka_unit_test(test_memory_and_rings),
		cmocka_unit_test(test_bpf),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
