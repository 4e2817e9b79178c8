/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libunwind knows no source lines, and only tasks of our own width. */
#include "live_stack.h"

#include <libunwind-ptrace.h>
#include <stdlib.h>

#include "arch.h"
#include "xalloc.h"

struct stack_backend {
	char name[STACK_NAME_MAX];	/* the last symbol that was found */
};

/* What the library knows of a space, for the task that used it last. */
struct known {
	unw_addr_space_t space;
	void *task;
	pid_t tid;
};

struct stack_backend *stack_backend_new(void)
{
	return xalloc_new(1, sizeof(struct stack_backend));
}

void stack_backend_free(struct stack_backend *b)
{
	free(b);
}

/* The library looks for files itself. */
bool stack_backend_map(struct stack_walk *w, struct stack_fact *fact)
{
	(void)w;
	(void)fact;
	return true;
}

void stack_backend_forget(struct stack_space *s)
{
	struct known *known = s->known;

	if (!known)
		return;
	if (known->task)
		_UPT_destroy(known->task);
	if (known->space)
		unw_destroy_addr_space(known->space);
	free(known);
	s->known = NULL;
}

static bool width_is_ours(pid_t tid)
{
	struct arch_regs r;

	return arch_regs_get(&r, tid) &&
	       abi_word_size(arch_regs_abi(&r)) == sizeof(long);
}

/* The pc follows a call, unless the task or a signal stopped there. */
static bool is_return(const struct stack_walk *w, unw_cursor_t *cursor)
{
	return w->count > 0 && unw_is_signal_frame(cursor) <= 0;
}

static bool frame_seen(struct stack_walk *w, unw_cursor_t *cursor)
{
	unw_word_t pc;

	if (unw_get_reg(cursor, UNW_REG_IP, &pc) < 0 || !pc)
		return false;
	return stack_frame_add(w, pc - is_return(w, cursor), cursor);
}

void stack_backend_find(struct stack_walk *w, const struct stack_fact *fact,
			uint64_t pc, void *frame, struct stack_found *f)
{
	char *name = w->backend->name;
	unw_word_t ip, offset;
	int rc;

	(void)fact;
	*name = '\0';
	rc = unw_get_proc_name(frame, name, STACK_NAME_MAX, &offset);
	if ((rc && rc != -UNW_ENOMEM) || !*name)
		return;
	f->symbol = name;
	/* It tells how far the return is, which the pc precedes. */
	if (offset && !unw_get_reg(frame, UNW_REG_IP, &ip))
		f->offset = offset - (ip - pc);
}

/* The task's part is new for each task, that of its space stays. */
static struct known *known_get(struct stack_walk *w)
{
	struct known *known = w->space->known;

	if (!known) {
		known = xalloc_new(1, sizeof(*known));
		w->space->known = known;
		known->space = unw_create_addr_space(&_UPT_accessors, 0);
		if (known->space)
			unw_set_caching_policy(known->space, UNW_CACHE_GLOBAL);
	}
	if (known->task && known->tid != w->tid) {
		_UPT_destroy(known->task);
		known->task = NULL;
	}
	if (!known->task)
		known->task = _UPT_create(w->tid);
	known->tid = w->tid;
	return known->space && known->task ? known : NULL;
}

void stack_backend_walk(struct stack_walk *w)
{
	struct known *known = width_is_ours(w->tid) ? known_get(w) : NULL;
	unw_cursor_t cursor;

	if (known && !unw_init_remote(&cursor, known->space, known->task))
		while (frame_seen(w, &cursor) && unw_step(&cursor) > 0)
			;
}
