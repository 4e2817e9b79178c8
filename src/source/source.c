/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

int source_next(struct source *s, struct event *ev)
{
	int ret = s->ops->next(s, ev);

	if (ret <= 0)
		return ret;
	ev->page_size = s->page_size;
	task_numbers_give(&s->numbers, ev);
	return ret;
}

void source_stop(struct source *s)
{
	s->ops->stop(s);
}

void source_close(struct source *s)
{
	if (!s)
		return;
	task_numbers_free(&s->numbers);
	s->ops->close(s);
}
