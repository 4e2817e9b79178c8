/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libunwind knows no source lines, and only tasks of our own width. */
#include "live_stack.h"

#include <libunwind-ptrace.h>
#include <stdlib.h>

#include "arch.h"
#include "xalloc.h"

struct stack_backend {
	unw_addr_space_t space;
};

struct stack_backend *stack_backend_new(void)
{
	struct stack_backend *b = xalloc_new(1, sizeof(*b));

	b->space = unw_create_addr_space(&_UPT_accessors, 0);
	return b;
}

void stack_backend_free(struct stack_backend *b)
{
	if (!b)
		return;
	if (b->space)
		unw_destroy_addr_space(b->space);
	free(b);
}

static bool width_is_ours(pid_t tid)
{
	struct arch_regs r;

	return arch_regs_get(&r, tid) &&
	       abi_word_size(arch_regs_abi(&r)) == sizeof(long);
}

static bool frame_seen(struct stack_walk *w, unw_cursor_t *cursor)
{
	struct stack_found f = { .symbol = NULL };
	bool is_return;
	char name[STACK_NAME_MAX];
	unw_word_t pc, offset;
	int rc;

	if (unw_get_reg(cursor, UNW_REG_IP, &pc) < 0 || !pc)
		return false;
	/* The pc follows a call, unless the task or a signal stopped there. */
	is_return = w->count > 0 && unw_is_signal_frame(cursor) <= 0;
	f.pc = pc - is_return;
	rc = unw_get_proc_name(cursor, name, sizeof(name), &offset);
	if ((!rc || rc == -UNW_ENOMEM) && *name) {
		f.symbol = name;
		f.offset = offset ? offset - is_return : 0;
	}
	return stack_frame_add(w, &f);
}

void stack_backend_walk(struct stack_backend *b, struct stack_walk *w)
{
	unw_cursor_t cursor;
	void *task;

	if (!b->space || !width_is_ours(w->tid))
		return;
	/* Nothing is kept, because mappings may have changed since. */
	task = _UPT_create(w->tid);
	if (!task)
		return;
	unw_flush_cache(b->space, 0, 0);
	if (!unw_init_remote(&cursor, b->space, task))
		while (frame_seen(w, &cursor) && unw_step(&cursor) > 0)
			;
	_UPT_destroy(task);
}
