/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * constant.c reads memory that its process can't write to.
 *
 * A page that was not in memory when a call began, and that the kernel had no
 * need to look at in that call, is not there when the call ends either, so it
 * was not captured.  It can be read from the process later, but may have been
 * written since.  If it belongs to a mapping that can't be written, such as
 * strings in a program's text, it holds what it held, as long as the process
 * runs the same program.
 */
#include <stdio.h>
#include <string.h>

#include "ebpf.h"
#include "proc.h"

/* The end of the mapping that addr is in, or 0 if it can be written. */
static uint64_t constant_end(pid_t pid, uint64_t addr)
{
	unsigned long long begin, end, found = 0;
	char line[512], perms[5];
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/maps", (int)pid);
	f = proc_is_ours() ? fopen(line, "re") : NULL;
	while (f && !found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx-%llx %4s", &begin, &end, perms) != 3 ||
		    addr < begin || addr >= end)
			continue;
		if (perms[0] != 'r' || perms[1] != '-' || perms[3] != 'p')
			break;
		found = end;
	}
	if (f)
		fclose(f);
	return found;
}

/* Does the process still run the program that made the call? */
static bool is_same_program(const struct ebpf_source *s, pid_t pid)
{
	for (size_t i = s->order.head; i < s->order.tail; i++) {
		const struct wire *w = s->order.item[i].rec.data;

		if (w->kind == WIRE_EXEC && w->pid == pid)
			return false;
	}
	return true;
}

size_t constant_read(struct ebpf_source *s, const struct event *ev,
		     uint64_t addr, void *to, size_t len)
{
	pid_t pid = memory_reader(s, ev);
	uint64_t end = pid ? constant_end(pid, addr) : 0;
	size_t got;

	if (!end)
		return 0;
	mem_live_set(s->live, pid);
	got = mem_read(s->live, addr, to, end - addr < len ?
		       (size_t)(end - addr) : len);
	return ebpf_read_up(s) && is_same_program(s, ev->pid) ? got : 0;
}
