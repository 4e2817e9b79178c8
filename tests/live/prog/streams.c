/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * streams: moves data through descriptors of the kernel's own kinds, and writes
 * what a trace with -e decode=all has to show of each call, in the order of the
 * calls: the words of one line each that have to be in the text.  A kind that
 * can't be had here is left out.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fanotify.h>
#include <linux/rtnetlink.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#define PORT 53

static char data[4096];

static void counts(void)
{
	const struct itimerspec soon = { .it_value = { .tv_nsec = 1000 } };
	uint64_t five = 5;
	struct iovec v = { &five, sizeof(five) };
	int fd = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0);

	if (write(fd, &five, 8) == 8 && read(fd, data, 8) == 8 &&
	    writev(fd, &v, 1) == 8)
		printf("write( [5], 8) = 8\nread( [5], 8) = 8\n"
		       "writev( iov_base=[5]\n");
	timerfd_settime(timer, 0, &soon, NULL);
	if (read(timer, data, 8) == 8)
		printf("read( [1], 8) = 8\n");
}

static void signals(void)
{
	const union sigval seven = { .sival_int = 7 };
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, 0);
	sigqueue(getpid(), SIGUSR1, seven);
	if (read(fd, data, sizeof(data)) == 128)
		printf("read( [{ssi_signo=SIGUSR1, ssi_code=SI_QUEUE, "
		       "ssi_pid=%d, ssi_int=7, }], 4096) = 128\n", getpid());
}

/* dir/file comes and goes. */
static void names_change(void)
{
	close(open("dir/file", O_CREAT | O_WRONLY, 0600));
	unlink("dir/file");
}

static void watches(void)
{
	int fd = inotify_init1(0);

	mkdir("dir", 0700);
	if (inotify_add_watch(fd, "dir", IN_CREATE | IN_DELETE) < 0)
		return;
	names_change();
	if (read(fd, data, sizeof(data)) > 0)
		printf("read( [[{wd=1, mask=IN_CREATE, len=16}, \"file\"], "
		       "[{wd=1, mask=IN_DELETE, len=16}, \"file\"]], 4096) "
		       "= 64\n");
}

static void whole_directories(void)
{
	int fd = syscall(SYS_fanotify_init, 0xc00 | FAN_CLASS_NOTIF, O_RDONLY);

	if (fd < 0 || syscall(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_CREATE,
#ifndef __LP64__
			      0,
#endif
			      AT_FDCWD, "dir"))
		return;
	names_change();
	if (read(fd, data, sizeof(data)) > 0)
		printf("read( [{event_len= mask=FAN_CREATE, fd=FAN_NOFD, "
		       "pid=%d}, info_type=FAN_EVENT_INFO_TYPE_DFID_NAME, "
		       "\"file\"]\n", getpid());
}

static void *touch(void *page)
{
	*(volatile char *)page = 1;
	return NULL;
}

/* A thread touches memory whose faults are ours to serve. */
static void faults(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register r = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_zeropage z = { .mode = 0 };
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;

	r.range.start = (uintptr_t)page;
	r.range.len = 4096;
	z.range = r.range;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &r) ||
	    pthread_create(&thread, NULL, touch, page))
		return;
	if (read(fd, data, sizeof(data)) == 32)
		printf("read( [{event=UFFD_EVENT_PAGEFAULT, "
		       "arg={flags=UFFD_PAGEFAULT_FLAG_WRITE, address=%#lx}}], "
		       "4096) = 32\n", (unsigned long)page);
	ioctl(fd, UFFDIO_ZEROPAGE, &z);
	pthread_join(thread, NULL);
}

static void names_asked(void)
{
	static const char question[] =
		"\x12\x34\x01\0\0\1\0\0\0\0\0\0\7example\3com\0\0\1\0\1";
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)))
		return;
	syscall(SYS_write, fd, question, sizeof(question) - 1);
	printf("write( \"\\0224\\1 /* id 4660, example.com A? */, 29\n");
	/* Nothing but the address of this one tells. */
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	sendto(fd, question, sizeof(question) - 1, 0, (struct sockaddr *)&at,
	       sizeof(at));
	printf("sendto( \"\\0224\\1 /* id 4660, example.com A? */, 29\n");
}

static void links_asked(void)
{
	const struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
	} ask = { { .nlmsg_len = sizeof(ask), .nlmsg_type = RTM_GETLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		    .nlmsg_seq = 7 }, { .rtgen_family = AF_PACKET } };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	char data[65536];

	if (write(fd, &ask, sizeof(ask)) != sizeof(ask) ||
	    read(fd, data, sizeof(data)) <= 0)
		return;
	printf("write( nlmsg_type=RTM_GETLINK, nlmsg_seq=7,\n"
	       "read( nlmsg_type=RTM_NEWLINK, nlmsg_seq=7,\n");
}

int main(void)
{
	counts();
	signals();
	watches();
	whole_directories();
	faults();
	names_asked();
	links_asked();
	return 0;
}
