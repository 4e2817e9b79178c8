/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What file descriptors are: steps that only some options want, so each stands
 * in a condition of its own, or all of a loop do together.
 */
#include "plan.h"

struct plan_mark fds_open(struct plan *p)
{
	struct plan_mark m = plan_mark(p);

	if (!p->fds++)
		m = plan_open(p, (struct cap_step){ .op = CAP_IF_FDS });
	return m;
}

void fds_close(struct plan *p, struct plan_mark m)
{
	if (!--p->fds)
		plan_close(p, m);
}

/* Where the loop that begins there is over; there itself while it is open. */
static unsigned loop_end(const struct plan *p, unsigned loop)
{
	unsigned depth = 0;

	for (unsigned i = loop; i < p->n; i++) {
		depth += p->step[i].op == CAP_EACH;
		if (p->step[i].op == CAP_NEXT && !--depth)
			return i;
	}
	return loop;
}

/* An argument that was looked at in any case in which this place is reached. */
static bool fd_is_known(const struct plan *p, uint8_t v)
{
	for (unsigned i = 0; v < CAP_RET && i + 1 < p->n; i++) {
		const struct cap_step *s = &p->step[i];

		if (s->op == CAP_IF_FDS && s[1].op == CAP_FD && s[1].a == v)
			return true;
		/* A condition that is still open skips nothing yet. */
		if (s->op >= CAP_UNLESS && s->op <= CAP_IF_FDS)
			i += s->dst;
		else if (s->op == CAP_EACH)
			i = loop_end(p, i);
	}
	return false;
}

void capture_fd(struct plan *p, struct plan_at at)
{
	unsigned width = plan_width(at.store);
	struct plan_mark m;
	int v = at.v;

	if (p->no_fds || (at.is_num && fd_is_known(p, at.v)))
		return;
	m = fds_open(p);

	if (!at.is_num)
		v = width == PLAN_NO_WIDTH ? -1 :
		    plan_load(p, at.v, at.off, width);
	if (v >= 0)
		plan_plain(p, (struct cap_step){ .op = CAP_FD, .a = v });
	fds_close(p, m);
}

void capture_fd_set(struct plan *p, struct plan_at at, struct plan_num n)
{
	struct plan_mark m = fds_open(p);
	int v = plan_address(p, at.v, at.off);

	/* An address is more than any number of bits. */
	if (v >= 0)
		plan_plain(p, (struct cap_step){
			.op = CAP_FDS, .a = v,
			.b = n.kind != NUM_VALUE ? v :
			     n.v | (n.low ? CAP_W32 : 0) });
	fds_close(p, m);
}

bool fds_alone(const struct plan *p, unsigned loop)
{
	unsigned i = loop + 1;

	while (i + 1 < p->n && p->step[i].op == CAP_IF_FDS)
		i += 1 + p->step[i].dst;
	return i + 1 == p->n;
}
