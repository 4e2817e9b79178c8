/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which table a task has, and what its calls do to it.
 *
 * A tracer that stops tasks sees a call before it does anything and again when
 * all is done: from its entry on, what it closes is forgotten, and until its
 * exit nothing is learnt, for a look at /proc may fall before it or behind.
 * Tables begin with an exec and with a child that shares nothing, both known to
 * be alone, or are adopted (fd_adopt.h).
 */
#include "env_files.h"

#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "env.h"
#include "event.h"
#include "fd_adopt.h"
#include "fd_table.h"
#include "filter.h"
#include "mem.h"
#include "options.h"
#include "xalloc.h"

/* By then whoever was attached to has been stopped, and its calls are seen. */
#define ADOPT_AFTER_NS 1000000000
#define ADOPT_TRIES 3		/* threads come and go just then */

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1u << 1)
#endif

enum change {			/* what a call does to descriptors */
	NO_CHANGE,
	FORKS,			/* the child gets its own */
	CLOSES,			/* arg[0] */
	REPLACES,		/* arg[1] */
	CLOSES_RANGE,
	EXECS,
	CLONES,			/* may have the child share them */
	UNSHARES,
	RINGS,			/* what an io_uring does, no call tells */
};

static const struct {
	const char *name;
	enum change change;
} changing_calls[] = {
	{"fork", FORKS},
	{"vfork", FORKS},
	{"close", CLOSES},
	{"dup2", REPLACES},
	{"dup3", REPLACES},
	{"close_range", CLOSES_RANGE},
	{"execve", EXECS},
	{"execveat", EXECS},
	{"clone", CLONES},
	{"clone3", CLONES},
	{"unshare", UNSHARES},
	{"io_uring_setup", RINGS},
	{"io_uring_enter", RINGS},
};

#define NCHANGING (sizeof(changing_calls) / sizeof(*changing_calls))

struct files_task {
	struct fd_table *table;	/* NULL: not known whose it shares */
	pid_t pid;
	enum change in;		/* the call that it is in */
	bool counted;		/* in table->changing */
	bool shares;		/* a clone, which shares with the child */
	bool unshares;		/* from its end on it shares with nobody */
	bool forked;		/* and the child is traced */
	unsigned tries;		/* to adopt it */
	int64_t since_ns;	/* attached, or tried */
};

struct env_files {
	struct env env;
	struct env *other;
	struct hash tasks;	/* struct files_task, by tid */
	uint8_t *change[ABI_COUNT];	/* by number: enum change */
	size_t calls[ABI_COUNT];
	int64_t now_ns;
	bool over;		/* events were lost: nothing is sure any more */
};

static enum change change_of_name(const char *name)
{
	for (size_t i = 0; name && i < NCHANGING; i++)
		if (!strcmp(name, changing_calls[i].name))
			return changing_calls[i].change;
	return NO_CHANGE;
}

/* ---- tasks ---- */

static struct files_task *task_find(const struct env_files *f, pid_t tid)
{
	return hash_get(&f->tasks, (uint64_t)tid);
}

static struct files_task *task_get(struct env_files *f, const struct event *ev,
				   pid_t tid)
{
	struct files_task *t = task_find(f, tid);

	if (!t) {
		t = xalloc_new(1, sizeof(*t));
		t->since_ns = ev->mono_ns;
		hash_put(&f->tasks, (uint64_t)tid, t);
	}
	if (tid == ev->tid && ev->pid)
		t->pid = ev->pid;
	return t;
}

/* Is it in a call that may change the table until its end? */
static bool is_changing(const struct files_task *t)
{
	return t->in != NO_CHANGE && t->in != FORKS &&
	       (t->in != CLONES || t->shares);
}

static void table_join(struct files_task *t, struct fd_table *table)
{
	t->table = table;
	t->counted = is_changing(t);
	table->changing += t->counted;
}

static void call_over(struct files_task *t)
{
	if (t->counted)
		t->table->changing--;
	t->counted = false;
	t->in = NO_CHANGE;
}

static void task_leave(struct files_task *t)
{
	call_over(t);
	fd_table_leave(t->table);
	t->table = NULL;
}

static void task_gone(struct env_files *f, pid_t tid)
{
	struct files_task *t = hash_del(&f->tasks, (uint64_t)tid);

	if (t)
		task_leave(t);
	free(t);
}

/* It goes on untraced. */
static void task_let_go(struct env_files *f, pid_t tid)
{
	struct files_task *t = task_find(f, tid);

	if (t && t->table)
		t->table->unseen = true;
	task_gone(f, tid);
}

/* ---- calls ---- */

static void range_drop(struct fd_table *table, const struct event *ev)
{
	if ((uint32_t)ev->arg[0] == (uint32_t)ev->arg[1])
		fd_table_drop(table, (int)ev->arg[0]);
	else
		fd_table_drop_all(table);
}

/* clone3 has its flags in memory, first, of 64 bits with all ABIs. */
static bool clone_flags(const struct event *ev, uint64_t *flags)
{
	*flags = ev->arg[0];
	return strcmp(calls_name(ev->abi, ev->nr), "clone3") ||
	       (ev->mem && mem_read(ev->mem, ev->arg[0], flags,
				    sizeof(*flags)) == sizeof(*flags));
}

/* Whether the child is traced too, its end tells. */
static void clone_begins(struct files_task *t, const struct event *ev)
{
	uint64_t flags;
	bool known = clone_flags(ev, &flags);

	t->forked = false;
	t->shares = !known || flags & CLONE_FILES;
	if (!known && t->table)
		t->table->unseen = true;
}

static void table_change(struct fd_table *table, const struct event *ev,
			 enum change in)
{
	if (in == CLOSES)
		fd_table_drop(table, (int)ev->arg[0]);
	else if (in == REPLACES)
		fd_table_drop(table, (int)ev->arg[1]);
	else if (in == CLOSES_RANGE)
		range_drop(table, ev);
	else if (in == RINGS)
		table->unseen = true;
}

static enum change change_of_call(const struct env_files *f,
				  const struct event *ev)
{
	return ev->nr < f->calls[ev->abi] ? f->change[ev->abi][ev->nr] :
	       NO_CHANGE;
}

static void on_enter(struct env_files *f, const struct event *ev)
{
	enum change in = change_of_call(f, ev);
	struct files_task *t = in != NO_CHANGE ? task_get(f, ev, ev->tid) :
			       task_find(f, ev->tid);

	if (t)
		call_over(t);
	if (in == NO_CHANGE)
		return;
	t->in = in;
	t->unshares = (in == UNSHARES && ev->arg[0] & CLONE_FILES) ||
		      (in == CLOSES_RANGE && ev->arg[2] & CLOSE_RANGE_UNSHARE);
	if (in == CLONES)
		clone_begins(t, ev);
	if (!t->table)
		return;
	table_change(t->table, ev, in);
	table_join(t, t->table);
}

static void on_exit_call(struct env_files *f, const struct event *ev)
{
	struct files_task *t = task_find(f, ev->tid);
	bool shares_unseen;

	if (!t || t->in == NO_CHANGE)
		return;
	shares_unseen = t->in == CLONES && t->shares && !t->forked;
	call_over(t);
	if (ev->err || !t->table)
		return;
	if (shares_unseen)
		t->table->unseen = true;
	if (t->unshares && t->table->users > 1) {
		task_leave(t);
		t->table = fd_table_new();
	}
}

/* ---- what becomes of tasks ---- */

/*
 * A child whose parent was alone inherits what is known.  Where others share
 * with the parent, they may have changed something since the child was made.
 */
static struct fd_table *table_inherited(const struct fd_table *from)
{
	return from && from->users == 1 && !from->unseen ?
	       fd_table_copy(from) : fd_table_new();
}

static void on_fork(struct env_files *f, const struct event *ev)
{
	struct files_task *parent = task_get(f, ev, ev->tid);
	struct files_task *child = task_get(f, ev, ev->child);

	task_leave(child);
	parent->forked = true;
	if (parent->in == FORKS || (parent->in == CLONES && !parent->shares))
		child->table = table_inherited(parent->table);
	else if (parent->in == CLONES && parent->table)
		child->table = fd_table_join(parent->table);
	else if (parent->table)	/* how it was made was not seen */
		parent->table->unseen = true;
}

static void on_exec(struct env_files *f, const struct event *ev)
{
	struct files_task *t = task_get(f, ev, ev->tid);

	if (ev->other_tid && ev->other_tid != ev->tid)
		task_gone(f, ev->other_tid);
	task_leave(t);
	t->table = fd_table_new();
}

bool env_files_needs_exit(const struct env *e, const struct event *ev)
{
	const struct env_files *f = (const struct env_files *)e;

	return ev->kind == EV_ENTER && change_of_call(f, ev) != NO_CHANGE;
}

void env_files_event(struct env *e, const struct event *ev)
{
	struct env_files *f = (struct env_files *)e;

	f->now_ns = ev->mono_ns;
	switch (ev->kind) {
	case EV_ENTER:
		on_enter(f, ev);
		break;
	case EV_EXIT:
		on_exit_call(f, ev);
		break;
	case EV_FORK:
		on_fork(f, ev);
		break;
	case EV_EXEC:
		on_exec(f, ev);
		break;
	case EV_ATTACH:
		task_get(f, ev, ev->tid);
		break;
	case EV_EXITED:
	case EV_KILLED:
		task_gone(f, ev->tid);
		break;
	case EV_DETACH:
		task_let_go(f, ev->tid);
		break;
	case EV_LOST:
		f->over = true;
		break;
	default:
		break;
	}
}

/* ---- questions ---- */

static bool is_about_fd(const struct env_query *q)
{
	return q->what >= ENV_FD_PATH && q->what <= ENV_FD_NETLINK &&
	       q->key <= INT32_MAX;
}

static void table_share(struct env_files *f, struct fd_table *table, pid_t pid)
{
	hash_each(&f->tasks, slot) {
		struct files_task *t = slot->value;

		if (t->pid == pid && !t->table)
			table_join(t, fd_table_join(table));
	}
}

static bool process_is_changing(const struct env_files *f, pid_t pid)
{
	hash_each(&f->tasks, slot) {
		const struct files_task *t = slot->value;

		if (t->pid == pid && is_changing(t))
			return true;
	}
	return false;
}

/* Of a running process that was attached to. */
static void table_adopt(struct env_files *f, pid_t pid)
{
	struct files_task *leader = task_find(f, pid);
	struct fd_table *table;

	if (!leader || leader->tries == ADOPT_TRIES ||
	    f->now_ns - leader->since_ns < ADOPT_AFTER_NS ||
	    process_is_changing(f, pid))
		return;
	leader->tries++;
	leader->since_ns = f->now_ns;
	table = fd_table_new();
	if (fd_adopt_may(pid, &f->tasks) &&
	    fd_adopt_seed(table, f->other, pid))
		table_share(f, table, pid);
	fd_table_leave(table);
}

static struct fd_table *table_of(struct env_files *f, pid_t tid)
{
	struct files_task *t = f->over ? NULL : task_find(f, tid);

	if (t && !t->table)
		table_adopt(f, t->pid);
	return t && fd_table_serves(t->table) ? t->table : NULL;
}

/* A connected stream keeps its ends, other sockets may yet be told theirs. */
static bool socket_stays(const char *detail, size_t n)
{
	return n > 3 && !memcmp(detail, "TCP", 3) && memmem(detail, n, "->", 2);
}

/* Is that so until it is closed, whatever anybody does? */
static bool answer_stays(enum env_what what, const char *text, size_t n)
{
	struct env_fd_text t;

	if (what == ENV_FD_NETLINK)
		return true;
	env_fd_split(text, n, &t);
	if (t.detail_len)
		return !t.path_len && socket_stays(t.detail, t.detail_len);
	return n && *text != '/' && !t.deleted &&
	       (what == ENV_FD_PATH || n < 7 || memcmp(text, "socket:", 7));
}

static ssize_t files_get(struct env *e, const struct env_query *q, void *buf,
			 size_t size)
{
	struct env_files *f = (struct env_files *)e;
	struct fd_table *table = is_about_fd(q) ? table_of(f, q->tid) : NULL;
	const struct buf *known = table ?
				  fd_table_get(table, q->what, (int)q->key) :
				  NULL;
	ssize_t n;

	if (known) {
		n = known->len < size ? known->len : size;
		memcpy(buf, known->data, (size_t)n);
		return n;
	}
	n = env_ask(f->other, q, buf, size);
	if (table && n > 0 && (size_t)n < size &&
	    answer_stays(q->what, buf, (size_t)n))
		fd_table_put(table, q->what, (int)q->key, buf, (size_t)n);
	return n;
}

void env_files_told(struct env *e, const struct env_query *q, const void *bytes,
		    ssize_t n)
{
	struct env_files *f = (struct env_files *)e;
	struct files_task *t = is_about_fd(q) && !f->over ?
			       task_find(f, q->tid) : NULL;
	struct fd_table *table = t ? t->table : NULL;

	if (!fd_table_serves(table))
		return;
	if (n > 0)
		fd_table_put(table, q->what, (int)q->key, bytes, (size_t)n);
	else
		fd_table_drop(table, (int)q->key);
}

/* ---- beginning and end ---- */

static bool all_shown(const struct options *o)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (!callset_may_have(&o->trace, abi, nr) &&
			    change_of_name(calls_name(abi, nr)) != NO_CHANGE)
				return false;
	return true;
}

bool env_files_serves(const struct options *o, enum source_sees sees)
{
	if (o->decode_fds == FDS_NUMBER && !o->ntrace_paths)
		return false;
	return sees == SEES_ALL || (sees == SEES_TRACED && all_shown(o));
}

static void files_close(struct env *e)
{
	struct env_files *f = (struct env_files *)e;

	hash_each(&f->tasks, slot) {
		task_leave(slot->value);
		free(slot->value);
	}
	hash_free(&f->tasks);
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		free(f->change[abi]);
	env_close(f->other);
	free(f);
}

struct env *env_files_new(struct env *other)
{
	static const struct env_ops ops = {
		.get = files_get,
		.close = files_close,
	};
	struct env_files *f = xalloc_new(1, sizeof(*f));

	f->env.ops = &ops;
	f->other = other;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		f->calls[abi] = calls_count(abi);
		f->change[abi] = xalloc_new(f->calls[abi] + 1, 1);
		for (uint64_t nr = 0; nr < f->calls[abi]; nr++)
			f->change[abi][nr] = (uint8_t)
				change_of_name(calls_name(abi, nr));
	}
	return &f->env;
}
