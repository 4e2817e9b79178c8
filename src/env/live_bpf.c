/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_bpf.c asks a copy of a task's descriptor what /proc doesn't say: the
 * names of what belongs to BPF, and the number of a perf event.
 */
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "live.h"

/* struct bpf_btf_info; headers before 5.11 lack the name in it. */
struct btf_info {
	uint64_t btf;
	uint32_t btf_size;
	uint32_t id;
	uint64_t name;
	uint32_t name_len;
	uint32_t kernel_btf;
};

static bool info_get(int fd, void *info, uint32_t size)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.info.bpf_fd = (uint32_t)fd;
	a.info.info_len = size;
	a.info.info = (uintptr_t)info;
	return syscall(SYS_bpf, (long)BPF_OBJ_GET_INFO_BY_FD, &a,
		       sizeof(a)) == 0;
}

static void map_ask(int fd, char name[FDINFO_NAME_MAX])
{
	struct bpf_map_info info;

	memset(&info, 0, sizeof(info));
	if (info_get(fd, &info, sizeof(info)))
		memcpy(name, info.name, sizeof(info.name));
}

static void prog_ask(int fd, char name[FDINFO_NAME_MAX])
{
	struct bpf_prog_info info;

	memset(&info, 0, sizeof(info));
	if (info_get(fd, &info, sizeof(info)))
		memcpy(name, info.name, sizeof(info.name));
}

static void btf_ask(int fd, char name[FDINFO_NAME_MAX])
{
	struct btf_info info = { .name = (uintptr_t)name,
				 .name_len = FDINFO_NAME_MAX };

	info_get(fd, &info, sizeof(info));
}

void env_fd_ask(const struct env_fd *q, enum fdinfo_ask ask,
		struct fdinfo *f, char name[FDINFO_NAME_MAX])
{
	int fd = ask == FDINFO_ASK_NOTHING ? -1 : env_fd_borrow(q);

	if (fd < 0)
		return;
	if (ask == FDINFO_ASK_MAP)
		map_ask(fd, name);
	else if (ask == FDINFO_ASK_PROG)
		prog_ask(fd, name);
	else if (ask == FDINFO_ASK_BTF)
		btf_ask(fd, name);
	else if (ioctl(fd, PERF_EVENT_IOC_ID, &f->id) < 0)
		f->id = 0;
	close(fd);
}
