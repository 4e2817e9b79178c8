/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tamper.c does to a call what the rules of -e inject= want of it.
 *
 * The number and the arguments are changed while the call is stopped at its
 * entry.  A call that is not to be made gets a number that no call has, or is
 * getpid where a filter would see that number.  The result is put in place at
 * the exit, and arguments that were changed get back the values they had, for
 * the program's code relies on that.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>

#include "abi_info.h"
#include "arch.h"
#include "calls.h"
#include "ptrace.h"
#include "xalloc.h"

/*
 * Filters that come after this stop see the number.  One that kills whoever
 * makes a call that there is not would kill the task now, but hardly any minds
 * a getpid.
 */
static bool filter_follows(const struct ptrace_source *s,
			   const struct tracee *t)
{
	return (!s->filter || t->own_filter) &&
	       proc_status_num(t->tid, "Seccomp:") == SECCOMP_MODE_FILTER;
}

static uint64_t raw_number(const struct ptrace_source *s,
			   const struct tracee *t, uint64_t nr)
{
	if (nr == NR_NO_CALL && (!filter_follows(s, t) ||
				 !calls_number(t->abi, "getpid", &nr)))
		return ARCH_NR_NONE;
	return abi_raw_nr(t->abi, nr);
}

/* What the task is stopped in; false: registers must do. */
static bool info_get(const struct ptrace_source *s, const struct tracee *t,
		     struct ptrace_syscall_info *info)
{
	return !s->no_info && !s->no_set_info &&
	       pt(s, PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(*info),
		  (unsigned long)info) >= 0;
}

static bool info_set(struct ptrace_source *s, const struct tracee *t,
		     const struct ptrace_syscall_info *info)
{
	if (pt(s, SET_SYSCALL_INFO, t->tid, sizeof(*info),
	       (unsigned long)info) >= 0)
		return true;
	s->no_set_info |= errno == EIO;
	return false;
}

static bool info_change(struct ptrace_source *s, const struct tracee *t,
			const struct arch_change *c)
{
	struct ptrace_syscall_info info;

	if (!info_get(s, t, &info))
		return false;
	/* entry and seccomp begin alike */
	if (c->renumber)
		info.entry.nr = c->nr;
	for (unsigned i = 0; i < 6; i++)
		if (c->args >> i & 1)
			info.entry.args[i] = c->arg[i];
	return info_set(s, t, &info);
}

static bool info_result(struct ptrace_source *s, const struct tracee *t,
			const struct event *ev)
{
	struct ptrace_syscall_info info;

	if (!info_get(s, t, &info) || info.op != PTRACE_SYSCALL_INFO_EXIT)
		return false;
	info.exit.is_error = ev->err != 0;
	info.exit.rval = ev->err ? -ev->err : ev->ret;
	return info_set(s, t, &info);
}

static void call_change(struct ptrace_source *s, const struct tracee *t,
			const struct event *ev, const struct injection *in)
{
	struct arch_change c = {.abi = ev->abi, .renumber = in->renumber,
				.args = in->args};

	if (!in->renumber && !in->args)
		return;
	if (in->renumber)
		c.nr = raw_number(s, t, in->nr);
	for (unsigned i = 0; i < 6; i++)
		c.arg[i] = ev->arg[i];
	if (!info_change(s, t, &c))
		arch_call_change(t->tid, &c);
}

static void entry_obey(struct ptrace_source *s, struct tracee *t,
		       const struct event *ev, const struct injection *in)
{
	struct tamper *m = xalloc_new(1, sizeof(*m));

	tamper_end(t);
	t->tamper = m;
	m->tampered = ev->tampered;
	m->args = in->args;
	m->sp = ev->sp;
	for (unsigned i = 0; i < 6; i++)
		m->before[i] = in->before[i];
	m->has_result = in->has_result;
	m->result = in->result;
	call_change(s, t, ev, in);
	/* A stop of the filter delivers no signal, so it is sent. */
	if (!in->sig)
		return;
	t->sent_sig = in->sig;
	syscall(SYS_tgkill, (long)t->pid, (long)t->tid, (long)in->sig);
}

/* True: the tracee goes on later. */
bool tamper_obey(struct ptrace_source *s, struct tracee *t,
		 const struct event *ev)
{
	const struct injection *in = ev->verdict.injection;

	if (ev->kind == EV_ENTER)
		entry_obey(s, t, ev, in);
	if (!in->delay_ns)
		return false;
	delay_begin(s, t, in->delay_ns);
	return true;
}

/*
 * The call returns: ev gets the result that the program will see.  After an
 * exec or the return of a signal's handler the registers are of another
 * context, which none of the old arguments is for; so is the stack pointer.
 */
void tamper_exit(struct ptrace_source *s, struct tracee *t, struct event *ev)
{
	const struct tamper *m = t->tamper;

	if (!m)
		return;
	ev->tampered = m->tampered;
	for (unsigned i = 0; i < 6 && ev->sp == m->sp; i++)
		if (m->args >> i & 1)
			arch_arg_restore(t->tid, ev->abi, i, m->before[i]);
	if (m->has_result) {
		arch_result(ev, m->result);
		if (!info_result(s, t, ev))
			arch_result_set(t->tid, m->result);
	}
	tamper_end(t);
}

void tamper_end(struct tracee *t)
{
	free(t->tamper);
	t->tamper = NULL;
}

/* A signal of a rule comes from nobody, as the kernel's own do. */
void tamper_siginfo(const struct ptrace_source *s, struct tracee *t,
		    struct event *ev)
{
	siginfo_t info = {.si_signo = ev->sig, .si_code = SI_KERNEL};

	if (!ev->has_siginfo || ev->sig != t->sent_sig ||
	    ev->siginfo.si_code != SI_TKILL)
		return;
	t->sent_sig = 0;
	ev->siginfo = info;
	pt(s, PTRACE_SETSIGINFO, t->tid, 0, (unsigned long)&info);
}
