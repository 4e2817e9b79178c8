/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * missing.c says why the kernel programs can't be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "source/caps.h"
#include "ebpf.h"
#include "proc.h"
#include "source.h"

static bool file_has(const char *path, const char *text)
{
	char buf[256];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, buf, sizeof(buf) - 1);
		close(fd);
	}
	if (n < 0)
		return false;
	buf[n] = 0;
	return strstr(buf, text) != NULL;
}

bool ebpf_kernel_before(long major, long minor)
{
	struct utsname u;
	char *end;
	long is_major, is_minor;

	if (uname(&u) < 0)
		return false;
	is_major = strtol(u.release, &end, 10);
	is_minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	return is_major < major || (is_major == major && is_minor < minor);
}

/* Make the smallest thing that takes the privilege; returns the errno. */
static int privilege_error(void)
{
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_RINGBUF;
	attr.max_entries = (uint32_t)sysconf(_SC_PAGESIZE);
	fd = syscall(SYS_bpf, (long)BPF_MAP_CREATE, &attr,
		     (long)sizeof(attr));
	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}

/* Is user 0 here the machine's root, as far as that can be seen? */
static bool is_machines_root(void)
{
	char text[256];
	unsigned inside, outside, count;

	return proc_read(getpid(), "uid_map", text, sizeof(text)) <= 0 ||
	       (sscanf(text, "%u %u %u", &inside, &outside, &count) == 3 &&
		!inside && !outside && count == UINT32_MAX);
}

#define IN_CONTAINER "a container has them with --privileged or " \
	"--cap-add=BPF,PERFMON,SYS_PTRACE"

static const char *right_missing(void)
{
	bool admin = caps_has(CAP_SYS_ADMIN);
	bool bpf = admin || caps_has(CAP_BPF);
	bool perfmon = admin || caps_has(CAP_PERFMON);

	if (geteuid() && !bpf && !perfmon)
		return "it takes root, or CAP_BPF and CAP_PERFMON";
	if (!is_machines_root())
		return "root here is not root of the machine (a user "
		       "namespace): start strace outside";
	if (!bpf && !perfmon)
		return "CAP_BPF and CAP_PERFMON are missing: " IN_CONTAINER;
	if (!bpf)
		return "CAP_BPF is missing: " IN_CONTAINER;
	if (!perfmon)
		return "CAP_PERFMON is missing: " IN_CONTAINER;
	return NULL;
}

/* Why the kernel's own types can't be read, or NULL. */
static const char *types_missing(void)
{
	if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
		return NULL;
	if (access("/sys/kernel", F_OK) < 0)
		return "/sys is not mounted (mount -t sysfs sysfs /sys)";
	if (access("/sys/kernel/btf/vmlinux", F_OK) == 0)
		return "/sys/kernel/btf/vmlinux can't be read";
	return "the kernel has no type information: there is no "
	       "/sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF)";
}

const char *ebpf_missing(void)
{
	int err = privilege_error();
	const char *right = right_missing(), *types = types_missing();

	if (ebpf_kernel_before(5, 11))
		return "the kernel is older than 5.11";
	if (err == ENOSYS)
		return "the kernel has no bpf(2) (CONFIG_BPF_SYSCALL)";
	if (types)
		return types;
	if (file_has("/sys/kernel/security/lockdown", "[confidentiality]"))
		return "kernel lockdown is set to confidentiality";
	if (right)
		return right;
	if (err == EPERM)
		return "something refuses bpf(2), maybe a container's filter: "
		       "--privileged or --security-opt=seccomp=unconfined "
		       "lifts that";
	return NULL;
}
