/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strace: parse the command line, open source and sinks, hand events on until
 * there are no more, finish.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "diag.h"
#include "env.h"
#include "env_captured.h"
#include "env_files.h"
#include "event.h"
#include "interrupt.h"
#include "lazy.h"
#include "options.h"
#include "output.h"
#include "pipeline.h"
#include "proc.h"
#include "record.h"
#include "sink.h"
#include "soak/soak.h"
#include "source.h"
#include "ticker.h"

struct session {
	struct options o;
	struct source *source;
	struct env *env;
	struct env *files;	/* a part of env, or NULL */
	struct env *pids;	/* the same: gets to know who is born */
	struct recorder *recorder;
	struct output *outs[OUTPUTS_MAX];
	size_t nouts;
	struct sinks sinks;
	struct pipeline *pipeline;
	int status;		/* what we end with */
	int killed_by;		/* or this signal */
	uint64_t lost;		/* events */
};

#define STATUS_SIGNALED 128	/* and the signal, as shells tell it */

/* The output for the i-th form: a file may have several of them. */
static struct output *output_for(struct session *s, size_t i)
{
	const struct output_want *want = s->o.outputs;
	struct output *out;

	for (size_t k = 0; k < i; k++)
		if (want[k].file == want[i].file ||
		    (want[k].file && want[i].file &&
		     !strcmp(want[k].file, want[i].file)))
			return s->sinks.out[k];
	out = want[i].fd ? output_take(want[i].fd, want[i].file, true) :
	      output_open(&s->o, want[i].file);
	if (!out)
		return NULL;
	if (want[i].fd)		/* of who may end us any moment */
		output_hurry(out);
	output_stop_when(out, interrupt_count);
	s->outs[s->nouts++] = out;
	return out;
}

static bool sinks_open(struct session *s)
{
	for (size_t i = 0; i < s->o.noutputs; i++) {
		struct output *out = output_for(s, i);

		if (!out)
			return false;
		sinks_add(&s->sinks, s->o.outputs[i].form, &s->o, out);
	}
	return true;
}

/* What ran, for whoever opens the record a year later. */
static void session_describe(struct session *s)
{
	struct buf line = { 0 };

	for (char **arg = s->o.command; arg && *arg; arg++) {
		if (line.len)
			buf_ch(&line, ' ');
		buf_str(&line, *arg);
	}
	record_info(s->recorder, "command", buf_cstr(&line));
	buf_free(&line);
}

/* --backend=auto: eBPF where it can be had and nothing needs stops. */
static bool backend_is_bpf(const struct options *o)
{
	const char *option, *why;

	if (o->backend != BACKEND_AUTO) {
		if (o->debug)
			diag_note("backend %s: as chosen, or the default",
				  o->backend == BACKEND_BPF ? "bpf" : "ptrace");
		return o->backend == BACKEND_BPF;
	}
	option = options_need_ptrace(o);
	why = option ? "needs stops" : ebpf_missing();
	if (o->debug && why)
		diag_note("backend ptrace: %s%s%s", option ? option : "",
			  option ? " " : "", why);
	else if (o->debug)
		diag_note("backend bpf: nothing needs stops");
	return !why;
}

/*
 * Told once, before anything runs: what is missing in the text is missing for
 * one reason.
 */
static void proc_missing_tell(const struct options *o, bool bpf)
{
	struct stat st;

	if (proc_is_ours() ||
	    !(o->decode_fds || o->decode_pids || o->stack || o->secontext ||
	      o->pidns || o->ntrace_paths))
		return;
	diag_warn("%s: %s; mount it with: mount -t proc proc /proc",
		  lstat("/proc/self", &st) < 0 ? "/proc is not mounted" :
		  "/proc is that of another PID namespace",
		  bpf ? "what only it tells of files and processes is not shown"
		  : "paths, names of processes and stacks are not shown");
}

static bool session_open(struct session *s)
{
	struct env *captured = NULL, *live;
	bool bpf;

	s->status = 1;
	if (!sinks_open(s))
		return false;
	if (s->o.replay) {
		s->source = replay_open(&s->o, &s->env);
		return s->source != NULL;
	}
	bpf = backend_is_bpf(&s->o);
	proc_missing_tell(&s->o, bpf);
	s->env = live = env_live_new();
	if (!env_live_ready(s->env, s->o.stack ? s->o.stack_frames : 0,
			    s->o.secontext))
		return false;
	if (s->o.pidns && !bpf)
		s->pids = s->env;
	if (env_files_serves(&s->o, bpf ? ebpf_sees(&s->o) :
			     ptrace_sees(&s->o)))
		s->env = s->files = env_files_new(s->env);
	if (bpf) {
		s->env = captured = env_captured_new(s->env, s->files);
		env_captured_walker(captured, live);
	}
	if (s->o.record) {
		s->recorder = record_open(s->o.record);
		if (!s->recorder)
			return false;
		s->env = recorder_env(s->recorder, s->env);
		session_describe(s);
	}
	s->source = captured ? ebpf_open(&s->o, captured, &s->status) :
		    ptrace_open(&s->o, &s->status);
	return s->source != NULL;
}

/* ---- what is done with an event ---- */

static bool is_recorded(const struct session *s)
{
	return s->recorder;
}

static void session_record(struct session *s, struct event *ev)
{
	record_event(s->recorder, ev);
}

static void session_show(struct session *s, struct event *ev)
{
	pipeline_event(s->pipeline, ev);
}

static bool knows_files(const struct session *s)
{
	return s->files;
}

static void session_files(struct session *s, struct event *ev)
{
	env_files_event(s->files, ev);
}

static bool knows_pids(const struct session *s)
{
	return s->pids;
}

static void session_born(struct session *s, struct event *ev)
{
	env_live_born(s->pids, ev->kind == EV_FORK ? ev->child : ev->tid);
}

/* Nobody looked at the memory of a call that is not shown; it may never end. */
static void session_recorded(struct session *s, struct event *ev)
{
	if (ev->kind == EV_ENTER && ev->verdict.unshown)
		record_event_drop(s->recorder, ev);
	else
		record_event_end(s->recorder, ev);
}

/* Of a record nothing runs that could be out of step with what is written. */
static bool is_live(const struct session *s)
{
	return !s->o.replay;
}

/*
 * What goes to a terminal or to standard error is written before the tracee
 * goes on, so that it stands in order with the tracee's own output.  A file
 * gets it in batches, a moment after the tracee fell silent: the ticker ends
 * the wait, and the source says EV_IDLE.
 */
static void session_write(struct session *s, struct event *ev)
{
	bool idle = ev->kind == EV_IDLE;

	if (idle)
		ticker_want(TICKER_WRITE, false);
	if (sinks_write(&s->sinks, idle))
		ticker_want(TICKER_WRITE, true);
}

/* Reports who comes and goes on standard error, wherever the trace goes. */
static void session_note(struct session *s, struct event *ev)
{
	bool thread = ev->kind == EV_ATTACH && !ev->count;

	if (thread || s->o.quiet & QUIET_ATTACH || s->o.replay ||
	    s->source->many)
		return;
	sinks_write(&s->sinks, false);
	if (interrupt_count() && !output_takes(STDERR_FILENO, 0))
		return;
	if (ev->kind == EV_DETACH)
		diag_note("Process %d detached", (int)ev->tid);
	else if (ev->count > 1)
		diag_note("Process %d attached with %llu threads",
			  (int)ev->tid, (unsigned long long)ev->count);
	else
		diag_note("Process %d attached", (int)ev->tid);
}

static void session_note_end(struct session *s, struct event *ev)
{
	if (ev->tid != s->source->command || !s->source->command)
		return;
	if (ev->kind == EV_EXITED)
		s->status = ev->status;
	else
		s->killed_by = ev->sig;
}

static void session_lost(struct session *s, struct event *ev)
{
	s->lost += ev->count;
}

#define KIND(kind) (1u << (kind))
#define KINDS_ALL UINT32_MAX

/*
 * Who looks at an event, in this order: the recorder is there before anything
 * is asked of memory or env and takes what was answered after all asked; what
 * files are is looked up as it was before the event changes it.  All say first
 * what they need; then the pipeline gives the verdict.
 */
static const struct consumer {
	uint32_t kinds;		/* bits: the events that are of interest */
	void (*take)(struct session *s, struct event *ev);
	bool (*is_there)(const struct session *s);	/* NULL: always */
	bool (*needs_exit)(const struct event *ev);
} consumers[] = {
	{ KINDS_ALL, session_record, is_recorded, NULL },
	{ KINDS_ALL, session_show, NULL, NULL },
	{ KINDS_ALL, session_files, knows_files, env_files_needs_exit },
	{ KIND(EV_FORK) | KIND(EV_ATTACH), session_born, knows_pids, NULL },
	{ KINDS_ALL, session_recorded, is_recorded, NULL },
	{ KIND(EV_ATTACH) | KIND(EV_DETACH), session_note, NULL, NULL },
	{ KIND(EV_EXITED) | KIND(EV_KILLED), session_note_end, NULL, NULL },
	{ KIND(EV_LOST), session_lost, NULL, NULL },
	{ KINDS_ALL, session_write, is_live, NULL },
};

#define CONSUMERS (sizeof(consumers) / sizeof(*consumers))

/* Those of a session, for each kind of event; NULL after the last. */
struct audience {
	const struct consumer *of[EV_KIND_COUNT][CONSUMERS + 1];
};

static void audience_find(struct audience *a, const struct session *s)
{
	memset(a, 0, sizeof(*a));
	for (unsigned kind = 0; kind < EV_KIND_COUNT; kind++) {
		const struct consumer **next = a->of[kind];

		for (size_t i = 0; i < CONSUMERS; i++)
			if (consumers[i].kinds & KIND(kind) &&
			    (!consumers[i].is_there ||
			     consumers[i].is_there(s)))
				*next++ = &consumers[i];
	}
}

static void session_event(struct session *s, const struct audience *a,
			  struct event *ev)
{
	const struct consumer *const *c;

	ev->exit_needed = false;
	ev->verdict = (struct verdict){ .unshown = false };
	for (c = a->of[ev->kind]; *c; c++)
		if ((*c)->needs_exit)
			ev->exit_needed |= (*c)->needs_exit(ev);
	for (c = a->of[ev->kind]; *c; c++)
		(*c)->take(s, ev);
}

static void session_run(struct session *s)
{
	struct audience audience;
	bool stopped = false;
	struct event ev;
	int rc;

	audience_find(&audience, s);
	s->status = 0;
	while ((rc = source_next(s->source, &ev)) > 0) {
		session_event(s, &audience, &ev);
		if (!stopped && pipeline_is_over(s->pipeline)) {
			source_stop(s->source);
			stopped = true;
		}
	}
	if (rc < 0)
		s->status = 1;
	pipeline_finish(s->pipeline);
}

/* What the command made of itself matters no more. */
static void session_fail(struct session *s)
{
	s->status = 1;
	s->killed_by = 0;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* -d: what is the same for all sources. */
static void session_tell(const struct session *s)
{
	struct buf libraries = { 0 };
	uint64_t written = 0;
	struct rusage used;

	for (size_t i = 0; i < s->nouts; i++)
		written += output_written(s->outs[i]);
	lazy_loaded(&libraries);
	if (libraries.len)
		diag_note("libraries: %s", buf_cstr(&libraries));
	buf_free(&libraries);
	if (!getrusage(RUSAGE_SELF, &used))
		diag_note("strace itself: %.6f s as a user, %.6f s in the "
			  "kernel; %ld KiB at most; %llu bytes written",
			  seconds(used.ru_utime), seconds(used.ru_stime),
			  used.ru_maxrss, (unsigned long long)written);
}

/* Give back what was opened; what could not be written counts as failure. */
static void session_close(struct session *s)
{
	bool lost = false;

	if (s->source && s->source->interrupt_sig)
		s->killed_by = s->source->interrupt_sig;
	source_close(s->source);
	pipeline_free(s->pipeline);
	/* A trace with holes, and the user wants none. */
	if (s->lost && s->o.strict)
		session_fail(s);
	if (sinks_close(&s->sinks))
		lost = true;
	if (s->o.debug)
		session_tell(s);
	for (size_t i = 0; i < s->nouts; i++)
		if (output_close(s->outs[i]))
			lost = true;
	if (s->recorder && record_close(s->recorder))
		lost = true;
	env_close(s->env);
	options_free(&s->o);
	if (lost)
		session_fail(s);
}

/* End as the command did: its signal is ours, but leaves no second core. */
static void die_like(int sig)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
}

/*
 * A standard descriptor that is closed must not become one of our files, or
 * messages would end up in it.  The command finds it closed.
 */
static void standard_fds_fill(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* Trace as the options say; what the program is to end with. */
static int trace(struct options *o)
{
	struct session s = { .o = *o };
	struct tip_want tip = o->tip;

	if (session_open(&s)) {
		ticker_take();
		s.pipeline = pipeline_new(&s.o, s.env, &s.sinks);
		session_run(&s);
	}
	session_close(&s);
	tip_show(&tip);
	if (!s.killed_by)
		return s.status;
	die_like(s.killed_by);
	/* The first process of a PID namespace outlives its own signals. */
	return STATUS_SIGNALED + s.killed_by;
}

int main(int argc, char **argv)
{
	struct options o;
	int status;

	standard_fds_fill();
	options_parse(&o, argc, argv);
	if (!o.each)
		return trace(&o);
	status = soak(&o, trace);
	options_free(&o);
	return status;
}
