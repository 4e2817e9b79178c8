/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * files.c keeps the table of each task, and what its calls do to it.
 *
 * A tracer that stops tasks sees a call before it does anything and again when
 * all is done.  What a call closes is forgotten at its entry, and until its
 * exit nothing is learnt, because a look at /proc may come before the change or
 * after it.  A table begins with an exec, or with a child that shares nothing,
 * since both are known to be alone with it; or it is adopted (fd_adopt.h).
 */
#include "env_files.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "abi_table.h"
#include "calls.h"
#include "effect.h"
#include "env.h"
#include "event.h"
#include "fd_adopt.h"
#include "fd_table.h"
#include "fdinfo.h"
#include "filter.h"
#include "now.h"
#include "options.h"
#include "xalloc.h"

/* By then all tasks that we attached to have been stopped: calls are seen. */
#define ADOPT_AFTER_NS NSEC_PER_SEC
#define ADOPT_TRIES 3		/* one fails if threads come and go just then */

enum change {			/* what a call does to descriptors */
	NO_CHANGE,
	FORKS,			/* the child gets its own */
	CLONES,			/* the child may share them */
	CHANGES,
};

struct files_task {
	struct fd_table *table;	/* NULL: which one it shares is not known */
	pid_t tid, pid;		/* what it has now */
	enum change in;		/* the call that it is in */
	bool counted;		/* in table->changing */
	bool shares;		/* the call is a clone, whose child shares */
	bool unshares;		/* from the call's end on it shares with none */
	bool forked;		/* the clone's child is traced */
	unsigned tries;		/* to adopt a table */
	int64_t since_ns;	/* when it was attached to, or a try failed */
};

struct env_files {
	struct env env;
	struct env *other;
	struct hash tasks;	/* struct files_task, by the task's number */
	struct hash by_tid;	/* the same: questions name a tid */
	int64_t now_ns;
	bool over;		/* events were lost, so nothing is sure */
};

static enum change change_of_call(unsigned abi, uint64_t nr)
{
	enum change most = NO_CHANGE;

	for (const struct abi_effect *e = effects_of(abi, nr);
	     e->kind != EFFECT_NONE; e++) {
		enum change c = e->kind == EFFECT_FORKS ? FORKS :
				e->kind == EFFECT_SHARES ? CLONES :
				e->kind == EFFECT_EXECS ||
				e->kind == EFFECT_CLOSES ||
				e->kind == EFFECT_REPLACES ||
				e->kind == EFFECT_UNSHARES ||
				e->kind == EFFECT_QUEUES ? CHANGES : NO_CHANGE;

		most = c > most ? c : most;
	}
	return most;
}

/* ---- tasks ---- */

static struct files_task *task_find(const struct env_files *f, uint64_t task)
{
	return hash_get(&f->tasks, task);
}

/* The task that has this tid now. */
static struct files_task *task_at(const struct env_files *f, pid_t tid)
{
	return hash_get(&f->by_tid, (uint64_t)tid);
}

static void tid_drop(struct env_files *f, const struct files_task *t)
{
	if (task_at(f, t->tid) == t)
		hash_del(&f->by_tid, (uint64_t)t->tid);
}

static struct files_task *task_get(struct env_files *f, uint64_t task,
				   pid_t tid)
{
	struct files_task *t = task_find(f, task);

	if (!t) {
		t = xalloc_new(1, sizeof(*t));
		t->since_ns = f->now_ns;
		hash_put(&f->tasks, task, t);
	}
	if (t->tid != tid) {
		tid_drop(f, t);
		t->tid = tid;
		hash_put(&f->by_tid, (uint64_t)tid, t);
	}
	return t;
}

static struct files_task *task_of_event(struct env_files *f,
					const struct event *ev)
{
	struct files_task *t = task_get(f, ev->task, ev->tid);

	if (ev->pid)
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

static void task_gone(struct env_files *f, uint64_t task)
{
	struct files_task *t = hash_del(&f->tasks, task);

	if (!t)
		return;
	tid_drop(f, t);
	task_leave(t);
	free(t);
}

/* The task goes on untraced, so its table may change unseen. */
static void task_let_go(struct env_files *f, uint64_t task)
{
	struct files_task *t = task_find(f, task);

	if (t && t->table)
		t->table->unseen = true;
	task_gone(f, task);
}

/* ---- calls ---- */

static void range_drop(struct fd_table *table, uint64_t first, uint64_t last)
{
	if ((uint32_t)first == (uint32_t)last)
		fd_table_drop(table, (int)first);
	else
		fd_table_drop_all(table);
}

/* If the child is traced as well, EV_FORK comes before the clone's end. */
static void clone_begins(struct files_task *t, const struct event *ev)
{
	enum effect_answer shares = effect_at_entry(ev, EFFECT_SHARES);

	t->forked = false;
	t->shares = shares != EFFECT_HOLDS_NOT;
	if (shares == EFFECT_UNKNOWN && t->table)
		t->table->unseen = true;
}

static void table_change(struct fd_table *table, const struct event *ev)
{
	for (const struct abi_effect *e = effects_of(ev->abi, ev->nr);
	     e->kind != EFFECT_NONE; e++)
		if (e->kind == EFFECT_CLOSES)
			range_drop(table, ev->arg[e->reg], ev->arg[e->last]);
		else if (e->kind == EFFECT_REPLACES)
			fd_table_drop(table, (int)ev->arg[e->reg]);
		else if (e->kind == EFFECT_QUEUES)
			table->unseen = true;
}

static void on_enter(struct env_files *f, const struct event *ev)
{
	enum change in = change_of_call(ev->abi, ev->nr);
	struct files_task *t = in != NO_CHANGE ? task_of_event(f, ev) :
			       task_find(f, ev->task);

	if (t)
		call_over(t);
	if (in == NO_CHANGE)
		return;
	t->in = in;
	t->unshares = effect_at_entry(ev, EFFECT_UNSHARES) == EFFECT_HOLDS;
	if (in == CLONES)
		clone_begins(t, ev);
	if (!t->table)
		return;
	table_change(t->table, ev);
	table_join(t, t->table);
}

static void on_exit_call(struct env_files *f, const struct event *ev)
{
	struct files_task *t = task_find(f, ev->task);
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
 * If the parent was alone with its table, the child inherits what is known.  If
 * others share it, they may have changed something since the child was made.
 */
static struct fd_table *table_inherited(const struct fd_table *from)
{
	return from && from->users == 1 && !from->unseen ?
	       fd_table_copy(from) : fd_table_new();
}

static void on_fork(struct env_files *f, const struct event *ev)
{
	struct files_task *parent = task_of_event(f, ev);
	struct files_task *child = task_get(f, ev->child_task, ev->child);

	task_leave(child);
	parent->forked = true;
	if (parent->in == FORKS || (parent->in == CLONES && !parent->shares))
		child->table = table_inherited(parent->table);
	else if (parent->in == CLONES && parent->table)
		child->table = fd_table_join(parent->table);
	else if (parent->table)	/* nobody saw how the child was made */
		parent->table->unseen = true;
}

static void on_exec(struct env_files *f, const struct event *ev)
{
	struct files_task *t = task_of_event(f, ev);

	task_gone(f, ev->gone_task);
	task_leave(t);
	t->table = fd_table_new();
}

bool env_files_needs_exit(const struct event *ev)
{
	return ev->kind == EV_ENTER &&
	       change_of_call(ev->abi, ev->nr) != NO_CHANGE;
}

void env_files_event(struct env *e, const struct event *ev)
{
	struct env_files *f = (struct env_files *)e;

	f->now_ns = ev->mono_ns;
	switch (ev->kind) {
	case EV_ENTER:
		/* a call that is not made changes nothing */
		if (!(ev->tampered & TAMPERED_RESULT))
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
		task_of_event(f, ev);
		break;
	case EV_EXITED:
	case EV_KILLED:
		task_gone(f, ev->task);
		break;
	case EV_DETACH:
		task_let_go(f, ev->task);
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

/* Try to make a table for a process that we attached to. */
static void table_adopt(struct env_files *f, pid_t pid)
{
	struct files_task *leader = task_at(f, pid);
	struct fd_table *table;

	if (!leader || leader->tries == ADOPT_TRIES ||
	    f->now_ns - leader->since_ns < ADOPT_AFTER_NS ||
	    process_is_changing(f, pid))
		return;
	leader->tries++;
	leader->since_ns = f->now_ns;
	table = fd_table_new();
	if (fd_adopt_may(pid, &f->by_tid) &&
	    fd_adopt_seed(table, f->other, pid))
		table_share(f, table, pid);
	fd_table_leave(table);
}

static struct fd_table *table_of(struct env_files *f, pid_t tid)
{
	struct files_task *t = f->over ? NULL : task_at(f, tid);

	if (t && !t->table)
		table_adopt(f, t->pid);
	return t && fd_table_serves(t->table) ? t->table : NULL;
}

/* A connected stream keeps its ends; other sockets may still get theirs. */
static bool socket_stays(const char *detail, size_t n)
{
	return n > 3 && !memcmp(detail, "TCP", 3) && memmem(detail, n, "->", 2);
}

static bool kind_stays(const char *detail, size_t n)
{
	const struct fdinfo_kind *k = fdinfo_kind_shown(detail, n);

	return k && k->stays;
}

/* Does this answer hold until the descriptor is closed, whatever happens? */
static bool answer_stays(enum env_what what, const char *text, size_t n)
{
	struct env_fd_text t;

	if (what == ENV_FD_NETLINK)
		return true;
	env_fd_split(text, n, &t);
	if (t.detail_len)
		return !t.path_len &&
		       (socket_stays(t.detail, t.detail_len) ||
			kind_stays(t.detail, t.detail_len));
	return n && *text != '/' && !t.deleted &&
	       (what == ENV_FD_PATH ||
		((n < 7 || memcmp(text, "socket:", 7)) &&
		 !fdinfo_kind(text, n)));
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

void env_files_captured(struct env *e, const struct env_query *q,
			const void *bytes, ssize_t n)
{
	struct env_files *f = (struct env_files *)e;
	struct files_task *t = is_about_fd(q) && !f->over ?
			       task_at(f, q->tid) : NULL;
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
			    change_of_call(abi, nr) != NO_CHANGE)
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
	hash_free(&f->by_tid);
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
	return &f->env;
}
