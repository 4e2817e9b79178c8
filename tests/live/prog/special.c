/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * special: makes descriptors of the kernel's own kinds, asks fcntl() for the
 * flags of each, and writes what a trace with -yy has to show of it there, one
 * line each:
 *
 *	FD WORDS THAT HAVE TO BE IN THE TEXT
 *
 * A kind that can't be had here is left out.  The trace is over before the
 * descriptors are: it waits until its input ends.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define PORT 4243
#define MANY 12			/* more than are shown */

static void say(int fd, const char *text)
{
	if (fd < 0)
		return;
	syscall(SYS_fcntl, fd, F_GETFD);
	printf("%d %s\n", fd, text);
}

static void timers(void)
{
	const struct itimerspec later = {
		.it_value = { .tv_sec = 5000 },
		.it_interval = { .tv_nsec = 250000000 },
	};
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	say(timerfd_create(CLOCK_BOOTTIME, 0), "<timerfd:[CLOCK_BOOTTIME]>");
	timerfd_settime(fd, 0, &later, NULL);
	say(fd, "<timerfd:[CLOCK_MONOTONIC, it_value=4999. "
	    "it_interval=0.250000000]>");
}

static void watch(int epoll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events };

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static void epolls(void)
{
	int few = epoll_create1(0), many = epoll_create1(0);
	int events[MANY];
	char text[80];

	say(epoll_create1(0), "<epoll:[]>");
	for (int i = 0; i < MANY; i++) {
		events[i] = eventfd(0, 0);
		watch(many, events[i], EPOLLOUT);
	}
	watch(few, events[1], EPOLLIN | EPOLLET);
	watch(few, events[0], EPOLLIN);
	snprintf(text, sizeof(text), "<epoll:[%d:EPOLLIN %d:EPOLLIN|EPOLLET]>",
		 events[0], events[1]);
	say(few, text);
	snprintf(text, sizeof(text), "<epoll:[%d:EPOLLOUT %d:EPOLLOUT ...]>",
		 events[0], events[7]);
	say(many, text);
}

static void watches(void)
{
	int fd = inotify_init1(0);

	inotify_add_watch(fd, "/", IN_CREATE | IN_DELETE);
	say(fd, "<inotify:[{wd=1, dev= mask=IN_CREATE|IN_DELETE}]>");
	fd = inotify_init1(0);
	inotify_add_watch(fd, "/", IN_ALL_EVENTS);
	say(fd, "mask=IN_ALL_EVENTS}]>");
	fd = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
	if (fd >= 0 && !fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT,
				      FAN_OPEN, AT_FDCWD, "/"))
		say(fd, "<fanotify:[FAN_CLASS_NOTIF, {mnt_id= "
		    "mask=FAN_OPEN}]>");
}

static void memory_and_rings(void)
{
	struct io_uring_params p = { .cq_entries = 0 };
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_SIGBUS };
	int fd = (int)syscall(SYS_io_uring_setup, 8, &p);

	say(fd, "<io_uring:[ ]>");
	fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* user mode only */);
	if (fd >= 0 && !ioctl(fd, UFFDIO_API, &api))
		say(fd, "<userfaultfd:[pending=0, total=0, "
		    "UFFD_FEATURE_SIGBUS]>");
}

static void bpf_and_perf(void)
{
	struct perf_event_attr perf = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(perf),
		.config = PERF_COUNT_SW_DUMMY, .exclude_kernel = 1,
	};
	union bpf_attr map;

	memset(&map, 0, sizeof(map));
	map.map_type = BPF_MAP_TYPE_ARRAY;
	map.key_size = 4;
	map.value_size = 8;
	map.max_entries = 1;
	strcpy(map.map_name, "special_map");
	say((int)syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)),
	    "<bpf-map:[BPF_MAP_TYPE_ARRAY, id= name=\"special_map\"]>");
	say((int)syscall(SYS_perf_event_open, &perf, 0, -1, -1, 0),
	    "<perf_event:[id= ]>");
}

static void sockets(void)
{
	struct sockaddr_nl a = {
		.nl_family = AF_NETLINK, .nl_pid = PORT, .nl_groups = 5,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), group = 33;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return;
	setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		   sizeof(group));
	say(fd, "<NETLINK:[ROUTE:4243 RTNLGRP_LINK RTNLGRP_NEIGH "
	    "RTNLGRP_BRVLAN]>");
}

/* An event of a source that is not the kernel's own, which may be refused. */
static int event_of(const char *type)
{
	struct perf_event_attr perf = {
		.type = (uint32_t)atoi(type), .size = sizeof(perf),
	};

	syscall(SYS_perf_event_open, &perf, 0, -1, -1, 0);
	return 0;
}

int main(int argc, char **argv)
{
	char c;

	if (argc > 1)
		return event_of(argv[1]);
	timers();
	epolls();
	watches();
	memory_and_rings();
	bpf_and_perf();
	sockets();
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		continue;
	return 0;
}
