/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"
#include "parts.h"
#include "stack.h"

static bool comm_wanted(const struct pipeline *p)
{
	return p->sinks->needs & NEED_COMM || p->o->decode_pids;
}

static void comm_read(struct pipeline *p, struct task *t)
{
	char comm[sizeof(t->comm)];
	ssize_t n = env_get(p->dec.env, ENV_COMM, t->tid, 0, comm,
			    sizeof(comm) - 1);

	if (n <= 0)
		return;
	t->comm_len = n;
	memcpy(t->comm, comm, n);
	t->comm[n] = '\0';
}

const char *task_comm(struct pipeline *p, struct task *t)
{
	if (comm_wanted(p) && !t->comm_len)
		comm_read(p, t);
	return comm_wanted(p) && t->comm_len ? t->comm : NULL;
}

/*
 * Anybody may change a task's name at any time.  With -Y the user asks for
 * names, so they are read for each call.  JSON has them without being asked,
 * and reading them each time would cost a fifth of the speed, so there they are
 * read again only after a call that is known to change them.
 */
const char *task_comm_now(struct pipeline *p, struct task *t)
{
	if (p->o->decode_pids)
		comm_read(p, t);
	return task_comm(p, t);
}

bool stack_wanted(const struct pipeline *p)
{
	return p->o->stack != STACK_NONE && p->sinks->needs & NEED_STACK;
}

/* A record may hold more frames than are wanted now. */
static void stack_cut(struct buf *b, unsigned limit)
{
	const char *p = b->data, *end = p + b->len;
	struct stack_frame f;

	for (unsigned i = 0; i < limit; i += !f.pointers)
		if (!stack_next(&p, end, &f))
			return;
	end = p;
	if (!stack_next(&p, b->data + b->len, &f))
		return;
	b->len = end - b->data;
	buf_add(b, STACK_CUT, sizeof(STACK_CUT));
}

struct call_stack stack_read(struct pipeline *p, pid_t tid)
{
	bool source = p->o->stack == STACK_SOURCE;
	char page[STACK_PAGE_MAX];
	ssize_t n;

	buf_reset(&p->stack);
	for (unsigned i = 0; i <= p->o->stack_frames; i++) {
		n = env_get(p->dec.env, ENV_STACK, tid, STACK_KEY(source, i),
			    page, sizeof(page));
		if (n < 1)
			break;
		buf_add(&p->stack, page + 1, (size_t)n - 1);
		if (*page != '+')
			break;
	}
	stack_cut(&p->stack, p->o->stack_frames);
	return (struct call_stack){ p->stack.data, p->stack.len };
}
