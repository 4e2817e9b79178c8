/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soak.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "built_with.h"
#include "diag.h"
#include "interrupt.h"
#include "now.h"
#include "output.h"
#include "symset.h"

#define LIMIT_LEAST_NS (10 * NSEC_PER_SEC)
#define LIMIT_TIMES 20		/* as long as an untouched run */
#define SHOWN_MAX 65536		/* bytes of a call and its stack */
#define LINE_LIMIT_EACH 4096
#define NEVER UINT32_MAX

enum outcome {
	FAILED,			/* the command says that something is wrong */
	OVERCOME,		/* it goes on, and its output is the same */
	MISSED,			/* the call was not made in that run */
	SILENT,			/* exit status 0, but the output is another */
	IGNORED,		/* exit status 0, and that was not wanted */
	CRASHED,
	HUNG,
	OUTCOMES,
};

static const char *const outcome_words[OUTCOMES] = {
	[FAILED] = "make it fail",
	[OVERCOME] = "make no difference",
	[MISSED] = "were not met again",
	[SILENT] = "change what it writes, but not its exit status",
	[IGNORED] = "are ignored",
	[CRASHED] = "crash it",
	[HUNG] = "hang it",
};

struct soak {
	const struct options *o;
	soak_trace *trace;
	const struct inject_rule *rule;
	struct output *out;
	struct soak_places places;
	int64_t limit_ns;
	uint64_t output;	/* of a run in which nothing is changed */
	bool same_output;	/* which is always the same */
	uint64_t n[OUTCOMES];
	bool progress;		/* on a terminal */
};

/* ---- options of the runs ---- */

/* Nothing but calls, and those as whole lines, to our pipe. */
static struct options run_options(const struct soak *s, uint64_t call)
{
	struct inject_rule *rule = &s->o->injects[s->o->each - 1];
	struct options o = *s->o;

	o.each = 0;
	o.outputs[0].file = "the trace";
	o.signals = (struct numset){ .inverted = false };
	o.interruptible = INT_NEVER;
	o.quiet = QUIET_ALL;
	o.kill_on_exit = true;
	o.colour = COLOUR_NEVER;
	o.line_limit = LINE_LIMIT_EACH;
	o.align = 1;
	o.whole_calls = true;
	o.changed_only = call != NEVER;
	o.stack = s->places.stacks ? STACK_SYMBOL : STACK_NONE;
	rule->first = rule->last = (unsigned)call;
	rule->step = 1;
	return o;
}

/* ---- what a place is reported with ---- */

static void shown_take(struct soak_run *r, const char *line, size_t len)
{
	struct buf *shown = r->taker;

	/* the one call that was changed, and no signals or ends */
	if (!soak_is_frame(line, len) &&
	    (shown->len || !memchr(line, '(', len)))
		return;
	if (shown->len + len < SHOWN_MAX) {
		buf_add(shown, line, len);
		buf_ch(shown, '\n');
	}
}

static struct buf *report(struct soak *s)
{
	return &output_stream(s->out, 0)->buf;
}

static void status_put(struct buf *b, const struct soak_run *r)
{
	if (WIFSIGNALED(r->status)) {
		buf_str(b, "killed by ");
		signal_put(b, WTERMSIG(r->status), true);
	} else {
		buf_fmt(b, "exit status %d", WEXITSTATUS(r->status));
	}
}

/* The last line that the command wrote on standard error. */
static void words_put(struct buf *b, const struct buf *words,
		      const char *before)
{
	size_t end = words->len, begin;

	while (end && words->data[end - 1] == '\n')
		end--;
	for (begin = end; begin && words->data[begin - 1] != '\n'; begin--)
		;
	if (begin == end)
		return;
	buf_fmt(b, "%sits last words: ", before);
	buf_escape(b, words->data + begin, end - begin, QUOTE_OCTAL);
}

static void place_report(struct soak *s, size_t i, const struct soak_run *r,
			 enum outcome what)
{
	struct buf *shown = r->taker, *b = report(s);

	buf_fmt(b, "place %zu of %zu: ", i + 1, s->places.n);
	buf_add(b, shown->data, shown->len);
	buf_str(b, "   ");
	if (what == HUNG)
		buf_fmt(b, "hangs: it ran for %lld ms and was killed",
			(long long)(r->took_ns / NSEC_PER_MS));
	else
		status_put(b, r);
	if (what == SILENT)
		buf_str(b, ", but its output is not what it was");
	if (what == IGNORED)
		buf_str(b, ", and its output is what it was");
	words_put(b, &r->words, "\n   ");
	buf_ch(b, '\n');
	output_flush(s->out);
}

/* ---- judging ---- */

static enum outcome judge(const struct soak *s, const struct soak_run *r)
{
	const struct buf *shown = r->taker;
	bool other = s->same_output && r->output != s->output;

	if (!shown->len)
		return MISSED;
	if (r->hung)
		return HUNG;
	if (WIFSIGNALED(r->status))
		return CRASHED;
	if (WEXITSTATUS(r->status))
		return FAILED;
	return other ? SILENT : s->rule->must_fail ? IGNORED : OVERCOME;
}

static bool is_bad(enum outcome what)
{
	return what >= SILENT;
}

static void progress(const struct soak *s, size_t i)
{
	if (s->progress)
		dprintf(STDERR_FILENO, "\r\033[Kplace %zu of %zu", i + 1,
			s->places.n);
}

static void progress_end(const struct soak *s)
{
	if (s->progress)
		dprintf(STDERR_FILENO, "\r\033[K");
}

static bool place_try(struct soak *s, size_t i)
{
	struct buf shown = { .len = 0 };
	struct soak_run r = { .o = run_options(s, s->places.at[i]),
			      .trace = s->trace, .limit_ns = s->limit_ns,
			      .take = shown_take, .taker = &shown };
	bool told = soak_run(&r);
	enum outcome what;

	if (told) {
		what = judge(s, &r);
		s->n[what]++;
		if (is_bad(what)) {
			progress_end(s);
			place_report(s, i, &r, what);
		}
	}
	soak_run_free(&r);
	buf_free(&shown);
	return told;
}

/* ---- the runs in which nothing is changed ---- */

static void places_take(struct soak_run *r, const char *line, size_t len)
{
	if (r->taker)
		soak_places_take(r->taker, line, len);
}

/* False: we were asked to end. */
static bool untouched_run(struct soak *s, struct soak_places *places,
			  uint64_t *output)
{
	struct soak_run r = { .o = run_options(s, NEVER), .trace = s->trace,
			      .limit_ns = s->rule->timeout_ns,
			      .take = places_take, .taker = places };
	bool told = soak_run(&r);
	struct buf why = { .len = 0 };

	if (told && (r.hung || r.status)) {
		if (r.hung)
			buf_str(&why, "it takes longer than timeout=");
		else
			status_put(&why, &r);
		words_put(&why, &r.words, "; ");
		diag_die("--inject-each: the command fails although nothing "
			 "was changed: %s", buf_cstr(&why));
	}
	*output = r.output;
	s->limit_ns = s->rule->timeout_ns ? s->rule->timeout_ns :
		      r.took_ns * LIMIT_TIMES > LIMIT_LEAST_NS ?
		      r.took_ns * LIMIT_TIMES : LIMIT_LEAST_NS;
	soak_run_free(&r);
	return told;
}

static bool places_find(struct soak *s)
{
	uint64_t again = 0;

	if (!untouched_run(s, &s->places, &s->output))
		return false;
	soak_places_end(&s->places);
	if (!untouched_run(s, NULL, &again))
		return false;
	s->same_output = again == s->output;
	if (!s->same_output)
		diag_note("the command writes something else each time, so "
			  "its output can't be compared");
	return true;
}

static void sum_report(struct soak *s, size_t tried)
{
	struct buf *b = report(s);
	const char *comma = ": ";

	buf_fmt(b, "%zu of %zu places of '%s'", tried, s->places.n,
		s->rule->text);
	for (unsigned what = 0; what < OUTCOMES; what++) {
		if (!s->n[what])
			continue;
		buf_fmt(b, "%s%llu %s", comma,
			(unsigned long long)s->n[what], outcome_words[what]);
		comma = ", ";
	}
	buf_ch(b, '\n');
}

int soak(const struct options *o, soak_trace *trace)
{
	struct soak s = { .o = o, .trace = trace,
			  .rule = &o->injects[o->each - 1] };
	struct options waits = *o;
	size_t i = 0;
	bool bad = false;

	s.places.stacks = built_with.stack;
	s.progress = isatty(STDERR_FILENO);
	s.out = output_open(o, o->outputs[0].file);
	if (!s.out)
		return 1;
	waits.interruptible = INT_WAITING;
	interrupt_setup(&waits);
	if (places_find(&s))
		for (; i < s.places.n; i++) {
			progress(&s, i);
			if (!place_try(&s, i))
				break;
		}
	progress_end(&s);
	sum_report(&s, i);
	for (unsigned what = 0; what < OUTCOMES; what++)
		bad |= is_bad(what) && s.n[what];
	soak_places_free(&s.places);
	if (output_close(s.out))
		return 1;
	if (interrupt_pending())
		return 128 + interrupt_pending();
	return bad;
}
