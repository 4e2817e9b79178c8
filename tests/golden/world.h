/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world: what surrounds a call of a case: the memory it points to, and what
 * its descriptors are.
 */
#ifndef TESTS_GOLDEN_WORLD_H
#define TESTS_GOLDEN_WORLD_H

#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "mem.h"

struct region {
	uint64_t addr;
	size_t len;
	uint8_t *bytes;
};

struct memory {
	struct mem mem;
	struct region r[256];
	unsigned n;
};

struct paths {
	struct env env;
	char *path[64];
	char *family[64];	/* of generic netlink, by number */
};

static size_t memory_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct memory *k = (struct memory *)m;

	for (unsigned i = 0; i < k->n; i++) {
		struct region *r = &k->r[i];

		if (addr < r->addr || addr >= r->addr + r->len)
			continue;
		if (len > r->addr + r->len - addr)
			len = r->addr + r->len - addr;
		memcpy(buf, r->bytes + (addr - r->addr), len);
		return len;
	}
	return 0;
}

static const struct mem_ops memory_ops = { .read = memory_read };

/*
 * A virtual CPU has the number of its descriptor; its reason to stop, too.  The
 * path exit:TYPE:NUMBER says which of its kind an exit is.
 */
static void kvm_run_fill(unsigned char key, const char *path,
			 struct env_kvm_run *k)
{
	static const unsigned char port[] = { 1, 1, 0xf8, 3, 5 };
	unsigned type = 1, number = 0xab;

	memset(k, 0, sizeof(*k));
	k->vcpu = key;
	k->run[1] = 1;
	k->run[KVM_RUN_REASON] = key;
	k->run[KVM_RUN_APIC + 1] = 9;
	if (path)
		sscanf(path, "exit:%u:%u", &type, &number);
	k->run[KVM_RUN_EXIT] = (unsigned char)type;
	k->run[KVM_RUN_EXIT + 4] = 2;
	k->run[KVM_RUN_EXIT + 8] = (unsigned char)number;
	k->run[KVM_RUN_EXIT + 10] = (unsigned char)(number >> 16);
	k->run[KVM_RUN_EXIT + 16] = 4;
	if (key != KVM_REASON_IO)
		return;
	memcpy(k->run + KVM_RUN_EXIT, port, sizeof(port));
	k->ndata = 3;
	memcpy(k->data, "abc", 3);
}

/* A virtual CPU stops for the reason with its descriptor's number. */
static ssize_t vcpu_get(const struct env_query *q, const char *path, void *buf,
			size_t size)
{
	uint32_t reason = (uint32_t)q->key;
	struct env_kvm_run run;

	if (q->what == ENV_KVM_EXIT && q->key < 64 && size >= sizeof(reason)) {
		memcpy(buf, &reason, sizeof(reason));
		return sizeof(reason);
	}
	if (q->what != ENV_KVM_RUN || q->key >= 63 || size < sizeof(run))
		return -1;
	kvm_run_fill((unsigned char)reason, path, &run);
	memcpy(buf, &run, sizeof(run));
	return (ssize_t)offsetof(struct env_kvm_run, data) + run.ndata;
}

/* "UDP:[ENDS]", "NETLINK:[ROUTE:1]": what -yy shows of a socket. */
static bool is_socket(const char *s)
{
	size_t n = s ? strcspn(s, ":") : 0;

	return n && s[0] >= 'A' && s[0] <= 'Z' && !strncmp(s + n, ":[", 2);
}

/* Of a device or a socket -yy shows what its path does not say; -1 if of none:
 * /dev/dri/NAME has the number 226:FD and the driver NAME. */
static ssize_t detail_get(const struct env_query *q, const char *s, char *buf,
			  size_t size)
{
	bool path = q->what == ENV_FD_PATH;

	if (is_socket(s))
		return path ? snprintf(buf, size, "socket:[%d]", (int)q->key) :
		       snprintf(buf, size, "%c-%s", 0, s);
	if (s && !path && !strncmp(s, "/dev/dri/", 9))
		return snprintf(buf, size, "%s%c-<char 226:%d>", s, 0,
				(int)q->key);
	return -1;
}

static ssize_t paths_get(struct env *e, const struct env_query *q, void *buf,
			 size_t size)
{
	struct paths *p = (struct paths *)e;
	pid_t pid = (pid_t)q->key;
	uint64_t ns = 4026531840 + (q->key & 0xff);
	int64_t began = 1767225600 * (int64_t)1000000000;
	ssize_t n;
	const char *s = q->what == ENV_CWD ? "/cwd" :
		q->key < 64 ? p->path[q->key] : NULL;

	/* All are in one namespace. */
	if (q->what == ENV_PIDNS && size >= sizeof(pid)) {
		memcpy(buf, &pid, sizeof(pid));
		return sizeof(pid);
	}
	/* Namespaces are numbered as their names are sorted. */
	if (q->what == ENV_NAMESPACE && size >= sizeof(ns)) {
		memcpy(buf, &ns, sizeof(ns));
		return sizeof(ns);
	}
	/* The system began in 2026. */
	if (q->what == ENV_BOOT_TIME && size >= sizeof(began)) {
		memcpy(buf, &began, sizeof(began));
		return sizeof(began);
	}
	if (q->what == ENV_KVM_EXIT || q->what == ENV_KVM_RUN)
		return vcpu_get(q, s, buf, size);
	if (q->what == ENV_FD_NETLINK && s && size >= sizeof(pid) &&
	    (!strncmp(s, "netlink:", 8) || !strncmp(s, "NETLINK:[", 9))) {
		pid = s[0] == 'N' ? NETLINK_ROUTE : atoi(s + 8);
		memcpy(buf, &pid, sizeof(pid));
		return sizeof(pid);
	}
	if (q->what == ENV_FD_PATH || q->what == ENV_FD_DETAIL) {
		n = detail_get(q, s, buf, size);
		if (n >= 0)
			return n;
	}
	if (q->what == ENV_GENL_FAMILY)
		s = p->family[q->key % 64];
	else if (q->what == ENV_DRIVER)
		s = p->path[q->key % 64] ? p->path[q->key % 64] + 9 : NULL;
	else if (q->what == ENV_IFNAME && q->key == 1)
		s = "lo";
	else if (q->what == ENV_PMU)
		s = q->key == 14 ? "msr" : NULL;
	else if ((q->what != ENV_FD_PATH && q->what != ENV_FD_DETAIL &&
	     q->what != ENV_CWD) || !s)
		return -1;
	if (!s || strlen(s) > size)
		return -1;
	memcpy(buf, s, strlen(s));
	return strlen(s);
}

static void paths_close(struct env *e)
{
	(void)e;
}

static const struct env_ops paths_ops = { paths_get, paths_close };

static void memory_reset(struct memory *m)
{
	for (unsigned i = 0; i < m->n; i++)
		free(m->r[i].bytes);
	m->n = 0;
	m->mem.ops = &memory_ops;
}

#endif
