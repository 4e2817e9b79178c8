/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the plans that this run needs from those of the tables. */
#include <string.h>

#include "abi_table.h"
#include "capture.h"
#include "filter.h"
#include "options.h"

struct wanted {			/* what the options want captured, at most */
	bool full;		/* some call's structures are shown in full */
	bool dump;
	uint16_t kinds;		/* enum cap_kind */
	bool fds;		/* what descriptors are, ... */
	bool details;		/* ... and more than their paths */
	uint64_t shown;		/* elements or characters shown, and one more */
	uint64_t elements;
	uint64_t bytes;		/* of data */
};

bool capture_wants_files(const struct options *o)
{
	return o->decode_fds || o->decode || o->ntrace_paths;
}

static struct wanted wanted_of(const struct options *o)
{
	struct wanted w = {
		.full = !callset_is_all(&o->abbrev),
		.dump = !numset_is_empty(&o->read_fds) ||
			!numset_is_empty(&o->write_fds),
		.kinds = CAP_NETLINK | (o->decode ? CAP_STREAM : 0),
		.fds = capture_wants_files(o),
		.details = o->decode_fds & ~FDS_PATH ||
			   o->decode & DECODE_DNS,
		.shown = (uint64_t)o->max_string + 1,
	};

	if (w.shown > CAP_PIECE_MAX)
		w.shown = CAP_PIECE_MAX;
	/* -P and -e fd= look at every element. */
	w.elements = w.full || filter_wants_args(o) ? UINT16_MAX : w.shown;
	w.bytes = w.dump ? CAP_PIECE_MAX : w.shown;
	return w;
}

static uint16_t at_most(uint64_t n, uint64_t limit)
{
	return n < limit ? n : limit;
}

static bool step_is_fd(const struct cap_step *s)
{
	return s->op >= CAP_FD && s->op <= CAP_FDS;
}

static bool step_is_limited(const struct cap_step *s)
{
	return s->op == CAP_BYTES || s->op == CAP_STR || s->op == CAP_WORDS ||
	       s->op == CAP_EACH || s->op == CAP_VEC;
}

/* Set the limit of a step that leaves it to the options how much. */
static void limit_fill(struct cap_step *s, const struct wanted *w)
{
	bool shown = step_is_limited(s) && s->b & CAP_SHOWN;
	uint16_t most = s->y;

	if (step_is_fd(s))
		s->dst = w->details;
	if (s->op == CAP_IF_WHOLE)
		s->x &= w->kinds;
	if (s->op == CAP_VEC && !s->x)
		s->x = at_most(w->bytes, CAP_PIECE_MAX);
	if (s->y && !shown)
		return;
	if (shown)
		s->b &= ~CAP_SHOWN;
	if (s->op == CAP_BYTES)
		s->y = at_most(s->x == 1 ? w->bytes : w->elements * s->x,
			       CAP_PIECE_MAX);
	else if (s->op == CAP_STR)
		s->y = at_most(w->shown + 1, CAP_STR_MAX);
	else if (s->op == CAP_WORDS)
		s->y = at_most(w->elements, CAP_WORDS_MAX);
	else if (s->op == CAP_EACH || s->op == CAP_VEC || s->op == CAP_FDS)
		s->y = at_most(w->elements, UINT16_MAX);
	if (shown)
		s->y = at_most(s->y, most);
}

static bool step_skips(const struct cap_step *s)
{
	return s->op >= CAP_UNLESS && s->op <= CAP_IF_FDS;
}

/* Is the step a condition on the options?  Those are decided here. */
static bool step_asks(const struct cap_step *s, const struct wanted *w,
		      bool *holds)
{
	if (s->op == CAP_IF_WHOLE && !(s->x & w->kinds)) {
		*holds = false;
		return true;
	}
	*holds = s->op == CAP_IF_FULL ? w->full :
		 s->op == CAP_IF_DUMP ? w->dump : w->fds;
	return s->op >= CAP_IF_FULL && s->op <= CAP_IF_FDS;
}

/* For each step: its index in the plan that is left. */
static void steps_choose(const struct cap_step *all, unsigned n,
			 const struct wanted *w, uint8_t *to)
{
	unsigned kept = 0, skip_to = 0;

	for (unsigned i = 0; i < n; i++) {
		bool holds;
		bool asks = step_asks(&all[i], w, &holds);

		to[i] = kept;
		if (asks && !holds && i >= skip_to)
			skip_to = i + 1 + all[i].dst;
		if (i >= skip_to && !asks && (w->fds || !step_is_fd(&all[i])))
			kept++;
	}
	to[n] = kept;
}

/* A condition or loop with no step left in it is kept: it does no harm. */
unsigned capture_plan(uint32_t plan, const struct options *o,
		      struct cap_step step[CAP_STEPS_MAX])
{
	const struct abi_plan *p = &abi_plans[plan];
	const struct cap_step *all = abi_steps + p->first;
	struct wanted w = wanted_of(o);
	uint8_t to[CAP_STEPS_MAX + 1];

	memset(step, 0, CAP_STEPS_MAX * sizeof(*step));
	steps_choose(all, p->n, &w, to);
	for (unsigned i = 0; i < p->n; i++) {
		struct cap_step *s = &step[to[i]];

		if (to[i + 1] == to[i])
			continue;
		*s = all[i];
		limit_fill(s, &w);
		if (step_skips(s))
			s->dst = to[i + 1 + s->dst] - to[i] - 1;
	}
	return to[p->n];
}
