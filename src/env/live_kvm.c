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

static bool bytes_read(pid_t tid, uint64_t address, void *p, size_t len)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = pread(fd, p, len, (off_t)address);
	close(fd);
	return n == (ssize_t)len;
}

/* Where the pages of a virtual CPU are, and which it is; false: it is none. */
static bool vcpu_find(const struct env_fd *q, uint64_t *address, uint32_t *vcpu)
{
	struct buf name = { .len = 0 };
	bool found;

	/* No file's path looks so, here or in maps: it begins with a slash. */
	found = env_fd_path(q, &name) &&
		!strncmp(buf_cstr(&name), VCPU, strlen(VCPU)) &&
		mapping_find(q->tid, buf_cstr(&name), address);
	if (found)
		*vcpu = (uint32_t)strtoul(buf_cstr(&name) + strlen(VCPU), NULL,
					  10);
	buf_free(&name);
	return found;
}

bool env_kvm_exit(const struct env_fd *q, struct buf *out)
{
	uint32_t reason, vcpu;
	uint64_t address;

	if (!vcpu_find(q, &address, &vcpu) ||
	    !bytes_read(q->tid, address + KVM_RUN_REASON, &reason,
			sizeof(reason)))
		return false;
	buf_add(out, &reason, sizeof(reason));
	return true;
}

/* What goes through the port.  The program may have written any numbers. */
static void io_read(pid_t tid, uint64_t address, struct env_kvm_run *k)
{
	uint8_t size = k->run[KVM_RUN_IO_SIZE];
	uint64_t offset, n;
	uint32_t count;

	memcpy(&count, k->run + KVM_RUN_IO_COUNT, sizeof(count));
	memcpy(&offset, k->run + KVM_RUN_IO_OFFSET, sizeof(offset));
	n = (uint64_t)count * size;
	if (n > sizeof(k->data))
		n = sizeof(k->data);
	if (n && bytes_read(tid, address + offset, k->data, n))
		k->ndata = (uint32_t)n;
}

bool env_kvm_run(const struct env_fd *q, struct buf *out)
{
	struct env_kvm_run k = { .ndata = 0 };
	uint64_t address;
	uint32_t reason;

	if (!vcpu_find(q, &address, &k.vcpu) ||
	    !bytes_read(q->tid, address, k.run, sizeof(k.run)))
		return false;
	memcpy(&reason, k.run + KVM_RUN_REASON, sizeof(reason));
	if (reason == KVM_REASON_IO)
		io_read(q->tid, address, &k);
	buf_add(out, &k, offsetof(struct env_kvm_run, data) + k.ndata);
	return true;
}
