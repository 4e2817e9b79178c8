/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tracepoints that the kernel has, by its type information: each has a type
 * btf_trace_NAME there.
 */
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ebpf.h"

struct tracepoints {
	size_t len;
	char names[];		/* the strings of the kernel's BTF, with NULs */
};

/* A read of such a file gives a page at most. */
static bool read_all(int fd, char *to, size_t len, off_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, to + got, len - got, at + (off_t)got);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static struct tracepoints *names_read(int fd)
{
	struct tracepoints *t;
	struct btf_header h;

	if (fd < 0 || pread(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) ||
	    h.magic != BTF_MAGIC)
		return NULL;
	t = malloc(sizeof(*t) + h.str_len);
	if (!t)
		return NULL;
	t->len = h.str_len;
	if (read_all(fd, t->names, t->len, (off_t)h.hdr_len + h.str_off))
		return t;
	free(t);
	return NULL;
}

struct tracepoints *tracepoints_read(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct tracepoints *t = names_read(fd);

	if (fd >= 0)
		close(fd);
	return t;
}

bool tracepoints_have(const struct tracepoints *t, const char *name)
{
	char type[64];
	int n = snprintf(type, sizeof(type), "btf_trace_%s", name);

	return t && n > 0 && (size_t)n < sizeof(type) &&
	       memmem(t->names, t->len, type, (size_t)n + 1);
}
