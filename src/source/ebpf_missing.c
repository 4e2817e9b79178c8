/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the kernel programs can't be had.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_BPF

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ebpf.h"
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

/* The errno of making the smallest thing that takes the privilege. */
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

const char *ebpf_missing(void)
{
	int err = privilege_error();

	if (ebpf_kernel_before(5, 11))
		return "the kernel is older than 5.11";
	if (err == ENOSYS)
		return "the kernel has no bpf(2) (CONFIG_BPF_SYSCALL)";
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return "the kernel has no type information "
		       "(CONFIG_DEBUG_INFO_BTF)";
	if (file_has("/sys/kernel/security/lockdown", "[confidentiality]"))
		return "kernel lockdown is set to confidentiality";
	if (err == EPERM)
		return geteuid() ? "it takes root, or CAP_BPF and CAP_PERFMON" :
		       "root here is not root of the machine: it takes "
		       "CAP_BPF and CAP_PERFMON";
	return NULL;
}

#endif
