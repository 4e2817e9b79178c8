/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "buf.h"
#include "calls.h"
#include "diag.h"
#include "mem.h"
#include "options.h"
#include "ptrace.h"
#include "symset.h"
#include "xalloc.h"

#define LEVEL_STOPS 2		/* -dd */
#define WHAT_MAX 96

enum stop_kind {
	STOP_ENTRY, STOP_EXIT, STOP_FILTER, STOP_SIGNAL, STOP_GROUP,
	STOP_ATTACH, STOP_EVENT, STOP_END, STOP_OTHER,
	STOP_KINDS,
};

static const char *const kind_names[STOP_KINDS] = {
	[STOP_ENTRY] = "entries", [STOP_EXIT] = "exits",
	[STOP_FILTER] = "by the filter", [STOP_SIGNAL] = "signals",
	[STOP_GROUP] = "group-stops", [STOP_ATTACH] = "attached",
	[STOP_EVENT] = "events", [STOP_END] = "ends", [STOP_OTHER] = "other",
};

static const struct {
	long request;
	const char *name;
} requests[] = {
	{ PTRACE_SYSCALL, "PTRACE_SYSCALL" },
	{ PTRACE_CONT, "PTRACE_CONT" },
	{ PTRACE_GET_SYSCALL_INFO, "PTRACE_GET_SYSCALL_INFO" },
	{ SET_SYSCALL_INFO, "PTRACE_SET_SYSCALL_INFO" },
	{ PTRACE_GETEVENTMSG, "PTRACE_GETEVENTMSG" },
	{ PTRACE_GETSIGINFO, "PTRACE_GETSIGINFO" },
	{ PTRACE_SETSIGINFO, "PTRACE_SETSIGINFO" },
	{ PTRACE_SEIZE, "PTRACE_SEIZE" },
	{ PTRACE_INTERRUPT, "PTRACE_INTERRUPT" },
	{ PTRACE_SETOPTIONS, "PTRACE_SETOPTIONS" },
	{ PTRACE_LISTEN, "PTRACE_LISTEN" },
	{ PTRACE_DETACH, "PTRACE_DETACH" },
};

#define NREQUESTS (sizeof(requests) / sizeof(*requests))

struct ptrace_debug {
	int level;
	int64_t begin_ns;
	uint64_t stops[STOP_KINDS];
	uint64_t asked[NREQUESTS];
	uint64_t waits, waits_idle, peeks, peeks_hit;
	bool probed;		/* which requests the kernel has */
	/* the stop that is being served and was not told yet */
	pid_t tid;		/* 0: there is none */
	int64_t at_ns;
	char what[WHAT_MAX];
};

/* ---- counts ---- */

void debug_request(struct ptrace_debug *d, long request)
{
	for (size_t i = 0; i < NREQUESTS; i++)
		d->asked[i] += requests[i].request == request;
}

void debug_wait(struct ptrace_debug *d, bool found)
{
	d->waits++;
	d->waits_idle += !found;
}

void debug_peek(struct ptrace_debug *d, bool found)
{
	d->peeks++;
	d->peeks_hit += found;
}

static void count_add(struct buf *b, const char *name, uint64_t n)
{
	if (n)
		buf_fmt(b, "%s%s %llu", b->len ? ", " : "", name,
			(unsigned long long)n);
}

static void counts_tell(const char *what, struct buf *b)
{
	diag_note("%s: %s", what, b->len ? buf_cstr(b) : "none");
	buf_reset(b);
}

static void placement_tell(const struct cpu_placement *p)
{
	static const char *const names[PLACE_COUNT] = {
		[PLACE_FREE] = "free", [PLACE_PIN] = "pinned",
		[PLACE_SPIN] = "looking before sleeping",
		[PLACE_IDLE] = "idle policy",
	};
	struct buf b = { .len = 0 };

	for (int i = 0; p->on && i < PLACE_COUNT; i++)
		if (p->places[i].windows)
			buf_fmt(&b, "%s%s in %u windows, %.1f us a stop",
				b.len ? "; " : "", names[i],
				p->places[i].windows,
				(double)p->places[i].cost_ns / 1e3);
	if (p->on && !b.len)
		buf_str(&b, "too few stops to try any");
	diag_note("CPU placement: %s", p->on ? buf_cstr(&b) : "off");
	buf_free(&b);
}

/* The stop that was served last gets its line. */
static void debug_tell(struct ptrace_debug *d, const char *comes_of_it)
{
	int64_t ns = d->at_ns - d->begin_ns;

	if (d->tid)
		diag_note("%.6f [%d] %s: %s", (double)ns / 1e9, (int)d->tid,
			  d->what, comes_of_it);
	d->tid = 0;
}

void debug_end(struct ptrace_source *s)
{
	struct ptrace_debug *d = s->debug;
	struct buf b = { .len = 0 };
	struct mem_counts mem;

	if (!d)
		return;
	debug_tell(d, "left as it is");
	for (size_t i = 0; i < STOP_KINDS; i++)
		count_add(&b, kind_names[i], d->stops[i]);
	counts_tell("stops", &b);
	for (size_t i = 0; i < NREQUESTS; i++)
		count_add(&b, requests[i].name, d->asked[i]);
	counts_tell("requests", &b);
	diag_note("waits: %llu, %llu without a stop; %llu of %llu looks saved "
		  "one", (unsigned long long)d->waits,
		  (unsigned long long)d->waits_idle,
		  (unsigned long long)d->peeks_hit,
		  (unsigned long long)d->peeks);
	mem_live_counts(s->mem, &mem);
	diag_note("memory: %llu reads, %llu bytes; %llu writes",
		  (unsigned long long)mem.reads, (unsigned long long)mem.bytes,
		  (unsigned long long)mem.writes);
	placement_tell(&s->cpu);
	buf_free(&b);
	free(d);
	s->debug = NULL;
}

void debug_begin(struct ptrace_source *s)
{
	struct stop st;

	if (!s->o->debug)
		return;
	stop_stamp(&st);
	s->debug = xalloc_new(1, sizeof(*s->debug));
	s->debug->level = s->o->debug;
	s->debug->begin_ns = st.mono_ns;
}

/* ---- stops ---- */

static void what_say(struct ptrace_debug *d, const char *what, int sig)
{
	struct buf b = { .len = 0 };

	if (sig)
		signal_put(&b, sig, true);
	snprintf(d->what, sizeof(d->what), "%s%s%.*s", what, sig ? " " : "",
		 (int)b.len, b.data ? b.data : "");
	buf_free(&b);
}

static enum stop_kind event_say(struct ptrace_debug *d, unsigned event,
				int sig)
{
	static const char *const names[] = {
		[PTRACE_EVENT_FORK] = "event fork",
		[PTRACE_EVENT_VFORK] = "event vfork",
		[PTRACE_EVENT_CLONE] = "event clone",
		[PTRACE_EVENT_EXEC] = "event exec",
	};

	if (event == PTRACE_EVENT_STOP && sig == SIGTRAP) {
		what_say(d, "stop as we asked for, or a first one", 0);
		return STOP_ATTACH;
	}
	if (event == PTRACE_EVENT_STOP) {
		what_say(d, "group-stop by", sig);
		return STOP_GROUP;
	}
	if (event >= sizeof(names) / sizeof(*names) || !names[event]) {
		what_say(d, "event that we did not ask for", 0);
		return STOP_OTHER;
	}
	what_say(d, names[event], 0);
	return STOP_EVENT;
}

/* What a wait status says.  STOP_KINDS: debug_call() will tell. */
static enum stop_kind status_say(struct ptrace_debug *d, int status)
{
	unsigned event = (unsigned)status >> EVENT_SHIFT;
	int sig = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

	if (WIFSIGNALED(status)) {
		what_say(d, "killed by", WTERMSIG(status));
		return STOP_END;
	}
	if (WIFEXITED(status)) {
		snprintf(d->what, sizeof(d->what), "exited with %d",
			 WEXITSTATUS(status));
		return STOP_END;
	}
	if (sig == SYSCALL_SIG || event == PTRACE_EVENT_SECCOMP) {
		what_say(d, "stop of a call", 0);
		return STOP_KINDS;
	}
	if (event)
		return event_say(d, event, sig);
	what_say(d, "signal", sig);
	return STOP_SIGNAL;
}

/*
 * The first stop tells which requests there are.  The kernel refuses an
 * operation that is none in another way than a request that it does not know.
 */
static void requests_probe(struct ptrace_source *s, pid_t tid)
{
	struct ptrace_syscall_info info;
	bool get, set;

	get = pt(s, PTRACE_GET_SYSCALL_INFO, tid, sizeof(info),
		 (unsigned long)&info) >= 0;
	memset(&info, 0, sizeof(info));
	info.op = UINT8_MAX;
	set = pt(s, SET_SYSCALL_INFO, tid, sizeof(info),
		 (unsigned long)&info) < 0 && errno == EINVAL;
	diag_note("PTRACE_GET_SYSCALL_INFO is %s; PTRACE_SET_SYSCALL_INFO is "
		  "%s", get ? "there" : "missing: registers are read",
		  set ? "there" : "missing: registers are written");
}

void debug_stop(struct ptrace_source *s, const struct stop *st,
		const struct tracee *t)
{
	struct ptrace_debug *d = s->debug;
	enum stop_kind kind;

	debug_tell(d, "still stopped");
	if (!d->probed && t && WIFSTOPPED(st->status)) {
		d->probed = true;
		requests_probe(s, st->tid);
	}
	kind = status_say(d, st->status);
	/* That of a task nobody has heard of is served again, later. */
	if (t && kind != STOP_KINDS)
		d->stops[kind]++;
	if (d->level < LEVEL_STOPS)
		return;
	d->tid = st->tid;
	d->at_ns = st->mono_ns;
	if (!t)
		debug_tell(d, "nobody has named this task yet");
	else if (kind == STOP_END)
		debug_tell(d, "gone");
}

void debug_call(struct ptrace_source *s, struct tracee *t,
		enum debug_call what, const struct event *ev)
{
	static const struct {
		enum stop_kind kind;
		const char *text;
	} kinds[] = {
		[DEBUG_ENTRY] = { STOP_ENTRY, "entry of" },
		[DEBUG_EXIT] = { STOP_EXIT, "exit of" },
		[DEBUG_FILTER] = { STOP_FILTER, "the filter's stop at" },
		[DEBUG_NO_CALL] = { STOP_OTHER, "a stop of no call; before:" },
	};
	struct ptrace_debug *d = s->debug;
	const char *name;

	d->stops[kinds[what].kind]++;
	if (what == DEBUG_ENTRY || what == DEBUG_FILTER)
		t->nr = ev->nr;
	name = t->in_call || what != DEBUG_EXIT ? calls_name(t->abi, t->nr) :
	       "a call that had begun before";
	if (name)
		snprintf(d->what, sizeof(d->what), "%s %s", kinds[what].text,
			 name);
	else
		snprintf(d->what, sizeof(d->what), "%s call %llu",
			 kinds[what].text, (unsigned long long)t->nr);
}

void debug_go_on(struct ptrace_source *s, const struct tracee *t,
		 long request, int sig)
{
	struct ptrace_debug *d = s->debug;
	struct buf b = { .len = 0 };

	if (d->level < LEVEL_STOPS)
		return;
	for (size_t i = 0; i < NREQUESTS; i++)
		if (requests[i].request == request)
			buf_str(&b, requests[i].name);
	if (sig) {
		buf_str(&b, " with ");
		signal_put(&b, sig, true);
	}
	if (d->tid != t->tid) {		/* it was told before: a delay */
		struct stop st;

		debug_tell(d, "still stopped");
		stop_stamp(&st);
		d->tid = t->tid;
		d->at_ns = st.mono_ns;
		what_say(d, "goes on", 0);
	}
	debug_tell(d, buf_cstr(&b));
	buf_free(&b);
}

void debug_delay(struct ptrace_source *s, const struct tracee *t, int64_t ns)
{
	char text[64];

	if (s->debug->tid != t->tid)
		return;
	snprintf(text, sizeof(text), "stays stopped for %.6f s",
		 (double)ns / 1e9);
	debug_tell(s->debug, text);
}
