/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a filter lets the kernel skip calls, and what follows from that.
 *
 * If a task has several filters, the strictest answer counts, so a call that
 * another filter refuses never gets to ours.  That is why ours is not used
 * where strace runs under a filter itself, and why a task that installs one
 * stops at each call from then on, before any filter: that is own_filter.  If
 * the filter goes to all threads (TSYNC), the others do so from their next
 * stop on.
 *
 * A program may use SECCOMP_RET_TRACE itself.  Without a tracer that answers
 * it, such a call fails with ENOSYS, so we make it fail like that.
 */
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <string.h>
#include <unistd.h>

#include "abi_table.h"
#include "arch.h"
#include "calls.h"
#include "source/caps.h"
#include "diag.h"
#include "effect.h"
#include "options.h"
#include "ptrace.h"
#include "source/seccomp_filter.h"

#define ADVICE_MIN 50000	/* calls of two stops each */

/* A filter would help, but the user has to ask for it. */
static bool is_unasked(const struct options *o)
{
	return o->seccomp_bpf == SECCOMP_AUTO && o->follow == FOLLOW_NONE;
}

/* The reason why the options leave the filter off, or NULL. */
static const char *unwanted(const struct options *o)
{
	if (o->seccomp_bpf == SECCOMP_AUTO && o->show_nr)
		return "with -n it takes --seccomp-bpf: of calls it skips the "
		       "lines of signals and ends would not know the number";
	return is_unasked(o) ? "without -f it takes --seccomp-bpf: children "
			       "would be traced, too" : NULL;
}

enum source_sees ptrace_sees(const struct options *o)
{
	return seccomp_filter_off(o) || unwanted(o) ? SEES_ALL : SEES_TRACED;
}

/*
 * The reason why the filter is not used, or NULL.  What makes it impossible
 * comes first: advice to ask for it would be wrong then.
 */
static const char *filter_off(struct ptrace_source *s)
{
	const char *off = seccomp_filter_off(s->o);

	if (off)
		return off;
	if (launch_gains_rights(s->launch) && !caps_has(CAP_SYS_ADMIN))
		return "the command is to get rights from its file, and "
		       "without privilege a filter would keep them from it";
	off = unwanted(s->o);
	s->filter_unasked = off && !s->o->show_nr;
	return off;
}

void filter_choose(struct ptrace_source *s)
{
	const char *off = filter_off(s);

	s->filter = !off;
	if (off && s->o->seccomp_bpf == SECCOMP_YES)
		diag_warn("--seccomp-bpf is not used: %s", off);
	else if (off && s->o->debug)
		diag_note("no kernel filter: %s", off);
	if (!off && s->o->debug)
		diag_note("kernel filter: %s",
			  s->follow ? "it stops only calls that are traced" :
			  "children are traced unseen, and nobody else can "
			  "trace them");
}

/* An untraced child would lack the tracer that its filter needs. */
static void clone_note(struct ptrace_source *s, struct tracee *t,
		       const struct event *ev)
{
	const struct abi_effect *e = effect_find(ev->abi, ev->nr,
						 EFFECT_SHARES);

	if (!clone_is_untraced(s, ev))
		return;
	t->patch = PATCH_WANTED;
	t->patch_addr = 0;
	if (e->behind)
		t->patch_addr = ev->arg[e->of] + e->off[ev->abi];
	else
		t->patch_value = ev->arg[e->of];
	t->patch_arg = e->of;
}

/* The program's own filter wants a tracer of its own, and there is none. */
static void call_refuse(const struct tracee *t)
{
	arch_call_skip(t->tid);
}

/* ev is the call that a filter stopped, data what the filter gave with it. */
void filter_served(struct ptrace_source *s, struct tracee *t,
		   const struct event *ev, uint32_t data)
{
	if (data != launch_filter_mark(s->launch)) {
		call_refuse(t);
		return;
	}
	clone_note(s, t, ev);
	t->filter_tried = effect_at_entry(ev, EFFECT_FILTERS) == EFFECT_HOLDS;
	t->filter_tsync = t->filter_tried &&
			  effect_at_entry(ev, EFFECT_SPREADS) == EFFECT_HOLDS;
}

/*
 * All threads of the process have that filter now.  They are not stopped for
 * it, because some may wait in a call that would fail then.
 */
static void filter_spread(struct ptrace_source *s, const struct tracee *from)
{
	size_t n = 0;

	hash_each(&s->tracees, slot) {
		struct tracee *t = slot->value;

		if (t->pid != from->pid || t->own_filter)
			continue;
		t->own_filter = true;
		n++;
	}
	if (n)
		diag_note("Process %d has given all its threads a filter of "
			  "its own: what that refuses %zu of them shows only "
			  "after they have stopped for another call; "
			  "--seccomp-bpf=no shows all", (int)from->pid, n);
}

/* ev is an exit; if filter_tried is set, the call may have installed one. */
void filter_installed(struct ptrace_source *s, struct tracee *t,
		      const struct event *ev)
{
	if (!t->filter_tried)
		return;
	t->filter_tried = false;
	if (ev->err)
		return;
	t->own_filter = true;
	if (t->filter_tsync)
		filter_spread(s, t);
}

void filter_advise(const struct ptrace_source *s)
{
	if (!s->filter_unasked || s->unwanted < ADVICE_MIN ||
	    s->o->quiet & QUIET_EXIT || !isatty(STDERR_FILENO))
		return;
	diag_note("%llu calls that were not asked for stopped the command: "
		  "--seccomp-bpf avoids that",
		  (unsigned long long)s->unwanted);
}
