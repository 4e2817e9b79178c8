/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * replay: a source that reads what record wrote.  Its env is part of it, and
 * the object is freed when both are closed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "env.h"
#include "options.h"
#include "read.h"
#include "source.h"
#include "xalloc.h"

#define LAST_SLOTS 64		/* a power of two */

struct last_answer {
	struct env_answer a;	/* q.what is 0: the slot is free */
	char text[64];
};

struct replay {
	struct source source;
	struct env env;
	struct record_reader *reader;	/* NULL: the source is closed */
	bool env_closed;
	bool stopped;
	struct last_answer last[LAST_SLOTS];
};

static struct replay *env_replay(struct env *e)
{
	return (struct replay *)((char *)e - offsetof(struct replay, env));
}

/* Names hold beyond an event; what a descriptor is may change at any call. */
static bool answer_lasts(const struct env_query *q)
{
	return q->what == ENV_COMM || q->what == ENV_IFNAME ||
	       q->what == ENV_PIDNS || q->what == ENV_DRIVER ||
	       q->what == ENV_GENL_FAMILY || q->what == ENV_PMU;
}

static struct last_answer *last_slot(struct replay *r,
				     const struct env_query *q)
{
	uint64_t mix = (q->key * 64 + (uint64_t)q->tid) * 8 + q->what;

	return &r->last[mix * 0x9e3779b97f4a7c15ull >> 58 & (LAST_SLOTS - 1)];
}

static void last_note(struct replay *r)
{
	const struct env_answers *all = &r->reader->answers;

	for (size_t i = 0; i < all->count; i++) {
		const struct env_answer *a = &all->answer[i];
		struct last_answer *last = last_slot(r, &a->q);

		if (!answer_lasts(&a->q) ||
		    a->len > (ssize_t)sizeof(last->text))
			continue;
		last->a = *a;
		env_answers_copy(all, a, last->text, sizeof(last->text));
	}
}

static ssize_t replay_env_get(struct env *e, const struct env_query *q,
			      void *buf, size_t size)
{
	struct replay *r = env_replay(e);
	const struct last_answer *last = last_slot(r, q);
	const struct env_answer *a;
	size_t n;

	if (!r->reader)
		return -1;
	a = env_answers_find(&r->reader->answers, q);
	if (a)
		return env_answers_copy(&r->reader->answers, a, buf, size);
	if (last->a.q.what != q->what || last->a.q.tid != q->tid ||
	    last->a.q.key != q->key || last->a.len < 0)
		return -1;
	n = (size_t)last->a.len < size ? (size_t)last->a.len : size;
	memcpy(buf, last->text, n);
	return n;
}

static void replay_put(struct replay *r)
{
	if (!r->reader && r->env_closed)
		free(r);
}

static void replay_env_close(struct env *e)
{
	struct replay *r = env_replay(e);

	r->env_closed = true;
	replay_put(r);
}

static const struct env_ops replay_env_ops = {
	.get = replay_env_get,
	.close = replay_env_close,
};

static int replay_next(struct source *s, struct event *ev)
{
	struct replay *r = (struct replay *)s;
	int ret = r->stopped ? 0 : record_reader_next(r->reader, ev);

	if (ret > 0)
		last_note(r);
	return ret;
}

static void replay_stop(struct source *s)
{
	((struct replay *)s)->stopped = true;
}

static void replay_close(struct source *s)
{
	struct replay *r = (struct replay *)s;

	record_reader_free(r->reader);
	r->reader = NULL;
	replay_put(r);
}

/* A power of two that is some machine's page size, or 0 if not known. */
static uint32_t page_size(const struct record_reader *reader)
{
	const char *text = record_reader_info(reader, "page_size");
	unsigned long n = text ? strtoul(text, NULL, 10) : 0;

	return n >= 4096 && n <= 1 << 20 && !(n & (n - 1)) ? (uint32_t)n : 0;
}

static const struct source_ops replay_ops = {
	.name = "replay",
	.next = replay_next,
	.stop = replay_stop,
	.close = replay_close,
};

/*
 * Times of day are shown in the zone of the recording, unless the user says
 * otherwise.  A record may come from a stranger, so a zone that could name a
 * file outside the system's zones is not taken.
 */
static void zone_set(const struct record_reader *reader)
{
	const char *tz = record_reader_info(reader, "tz");

	if (!tz || tz[0] == ':' || tz[0] == '/' || strstr(tz, ".."))
		return;
	if (setenv("TZ", tz, 0) == 0)
		tzset();
}

struct source *replay_open(const struct options *o, struct env **env)
{
	struct record_reader *reader = record_reader_open(o->replay);
	struct replay *r;

	if (!reader)
		return NULL;
	r = xalloc_new(1, sizeof(*r));
	r->source.ops = &replay_ops;
	r->env.ops = &replay_env_ops;
	r->reader = reader;
	zone_set(reader);
	r->source.page_size = page_size(reader);
	*env = &r->env;
	return &r->source;
}
