/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abi_table.h"
#include "calls.h"

const struct class_name class_names[] = {
	{ "file", CLASS_FILE, "take a file name" },
	{ "desc", CLASS_DESC, "take or give a file descriptor" },
	{ "memory", CLASS_MEMORY, "map and protect memory" },
	{ "process", CLASS_PROCESS, "start, end, wait for processes" },
	{ "signal", CLASS_SIGNAL, "signals" },
	{ "ipc", CLASS_IPC, "System V IPC" },
	{ "network", CLASS_NETWORK, "sockets" },
	{ "net", CLASS_NETWORK, NULL },
	{ "stat", CLASS_STAT, "stat of a path" },
	{ "lstat", CLASS_LSTAT, "lstat of a path" },
	{ "fstat", CLASS_FSTAT, "fstat and the *at forms" },
	{ "%stat", CLASS_STAT_LIKE, "all of the stat family" },
	{ "statfs", CLASS_STATFS, "statfs of a path" },
	{ "fstatfs", CLASS_FSTATFS, "fstatfs" },
	{ "%statfs", CLASS_STATFS_LIKE, "all of the statfs family" },
	{ "pure", CLASS_PURE, "no arguments and no failure" },
	{ "creds", CLASS_CREDS, "user and group ids, capabilities" },
	{ "clock", CLASS_CLOCK, "read or set clocks" },
	{ "io_uring", CLASS_URING, "io_uring, and with eBPF what it does" },
	{ 0, 0, 0 },
};

size_t calls_count(unsigned abi)
{
	return abi_infos[abi].nr_first + abi_rows[abi].n;
}

static const struct abi_row *calls_row(unsigned abi, uint64_t nr)
{
	const struct abi_rows *t = &abi_rows[abi];

	nr -= abi_infos[abi].nr_first;
	return nr < t->n && t->rows[nr].name ? &t->rows[nr] : NULL;
}

const char *calls_name(unsigned abi, uint64_t nr)
{
	const struct abi_row *r = calls_row(abi, nr);

	return r ? abi_text + r->name : 0;
}

bool calls_number(unsigned abi, const char *name, uint64_t *nr)
{
	for (*nr = 0; *nr < calls_count(abi); ++*nr)
		if (calls_name(abi, *nr) && !strcmp(calls_name(abi, *nr), name))
			return true;
	return false;
}

const struct abi_call *calls_desc(unsigned abi, uint64_t nr)
{
	const struct abi_row *r = calls_row(abi, nr);

	return r && r->call ? &abi_calls[r->call] : 0;
}

const struct abi_call *calls_desc_event(enum event_kind kind)
{
	const char *name = kind == EV_URING_SUBMIT ? "io_uring_submit" :
			   "io_uring_complete";

	for (uint32_t i = 1; i < abi_ncalls; i++)
		if (!strcmp(abi_text + abi_calls[i].name, name))
			return &abi_calls[i];
	return NULL;
}

bool calls_sub(unsigned abi, uint64_t nr, uint32_t i, struct calls_sub *sub)
{
	const struct abi_call *call = calls_desc(abi, nr), *made;
	const struct abi_case *c;

	if (!call || i >= call->ncases)
		return false;
	c = &abi_cases[call->cases + i];
	made = call->multiplex ? &abi_calls[c->ref] : call;
	sub->id = call->cases + i;
	sub->classes = made->classes;
	sub->name = call->multiplex ? abi_text + made->name :
		    c->name ? abi_text + c->name : NULL;
	return true;
}

uint32_t calls_class(unsigned abi, uint64_t nr)
{
	const struct abi_call *c = calls_desc(abi, nr);

	return c ? c->classes : 0;
}
