/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What file descriptors are: steps that only some options want.  The others
 * drop those, and loops in which there would be nothing else.
 */
#include "plan.h"

void capture_fd(struct plan *p, struct plan_at at)
{
	unsigned width = plan_width(at.store);

	if (p->no_fds)
		return;
	if (at.is_num)
		plan_plain(p, (struct cap_step){ .op = CAP_FD, .a = at.v });
	else if (width != PLAN_NO_WIDTH && at.off <= UINT16_MAX)
		plan_plain(p, (struct cap_step){
			.op = CAP_FD_AT, .a = at.v, .b = width,
			.x = at.off });
}

void capture_fd_set(struct plan *p, struct plan_at at, struct plan_num n)
{
	int v = plan_address(p, at.v, at.off);

	/* An address is more than any number of bits. */
	if (v >= 0)
		plan_plain(p, (struct cap_step){
			.op = CAP_FDS, .a = v,
			.b = n.kind != NUM_VALUE ? v :
			     n.v | (n.low ? CAP_W32 : 0) });
}

bool fds_alone(const struct plan *p, unsigned loop)
{
	for (unsigned i = loop + 1; i + 1 < p->n; i++) {
		const struct cap_step *s = &p->step[i];

		if (s->op == CAP_IF_FDS)
			i += s->dst;
		else if (s->op < CAP_FD || s->op > CAP_FDS)
			return false;
	}
	return true;
}
