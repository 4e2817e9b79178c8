/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why a virtual CPU stopped: the kernel says so in pages that the program maps
 * of the CPU's descriptor (struct kvm_run in linux/kvm.h).
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

#define VCPU "anon_inode:kvm-vcpu:"
#define EXIT_REASON 8		/* where in the structure that is */

/* "7f12a000-7f12d000 rw-s 00000000 00:0e 1069   anon_inode:kvm-vcpu:0\n" */
static bool line_is_of(const char *line, const char *name, uint64_t *address)
{
	size_t len = strlen(name);
	uint64_t offset;
	int at = 0;

	return sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64 " %*s %*s %n",
		      address, &offset, &at) == 2 && at && !offset &&
	       !strncmp(line + at, name, len) && line[at + len] == '\n';
}

static bool mapping_find(pid_t tid, const char *name, uint64_t *address)
{
	char path[64], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
	f = fopen(path, "re");
	while (f && !found && getline(&line, &size, f) > 0)
		found = line_is_of(line, name, address);
	free(line);
	if (f)
		fclose(f);
	return found;
}

static bool word_read(pid_t tid, uint64_t address, uint32_t *word)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = pread(fd, word, sizeof(*word), (off_t)address);
	close(fd);
	return n == sizeof(*word);
}

bool env_kvm_exit(const struct env_fd *q, struct buf *out)
{
	struct buf name = { .len = 0 };
	uint64_t address;
	uint32_t reason;
	bool known;

	/* No file's path looks so, here or in maps: it begins with a slash. */
	known = env_fd_path(q, &name) &&
		!strncmp(buf_cstr(&name), VCPU, strlen(VCPU)) &&
		mapping_find(q->tid, buf_cstr(&name), &address) &&
		word_read(q->tid, address + EXIT_REASON, &reason);
	if (known)
		buf_add(out, &reason, sizeof(reason));
	buf_free(&name);
	return known;
}
