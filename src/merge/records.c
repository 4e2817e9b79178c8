/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge.h"

#include <stdlib.h>

#include "env.h"
#include "event.h"
#include "heap.h"
#include "options.h"
#include "output.h"
#include "pipeline.h"
#include "sink.h"
#include "source.h"
#include "xalloc.h"

/* A record that is replayed, one event ahead. */
struct replayed {
	struct options o;	/* the same for all but its name */
	struct source *source;
	struct env *env;
	struct sinks sinks;
	struct pipeline *pipeline;
	struct event ev;
	bool failed;
};

/*
 * One record is shown as strace --replay shows it.  Of several, only numbers
 * and times tell whose lines they are and why they stand where they do.
 */
static void options_choose(struct options *o, char *record, bool many)
{
	char strace[] = "strace", follow[] = "-f", times[] = "-tt";
	char replay[] = "--replay";
	char *argv[] = { strace, replay, record, follow, times, NULL };

	options_parse(o, many ? 5 : 3, argv);
}

/* The next event; false: there is none. */
static bool replayed_next(struct replayed *r)
{
	int rc = source_next(r->source, &r->ev);

	r->failed |= rc < 0;
	return rc > 0;
}

static bool replayed_open(struct replayed *r, struct output *out)
{
	r->source = replay_open(&r->o, &r->env);
	if (!r->source) {
		r->failed = true;
		return false;
	}
	sinks_add(&r->sinks, "text", &r->o, out);
	r->pipeline = pipeline_new(&r->o, r->env, &r->sinks);
	return replayed_next(r);
}

/* Calls that did not return are told where the record ends. */
static void replayed_close(struct replayed *r)
{
	if (!r->source)
		return;
	pipeline_finish(r->pipeline);
	source_close(r->source);
	pipeline_free(r->pipeline);
	sinks_close(&r->sinks);
	env_close(r->env);
	r->source = NULL;
}

static void replayed_show(struct replayed *r)
{
	r->ev.exit_needed = false;
	r->ev.verdict = (struct verdict){ .unshown = false };
	pipeline_event(r->pipeline, &r->ev);
}

bool records_merge(const struct found *f, struct output *out)
{
	struct replayed *all = xalloc_new(f->records, sizeof(*all));
	struct heap heap = { .n = 0 };
	bool failed = false;

	for (size_t i = 0; i < f->records; i++) {
		options_choose(&all[i].o, f->record[i], f->records > 1);
		if (replayed_open(&all[i], out))
			heap_add(&heap, (struct heap_item){
				all[i].ev.wall_ns, i });
	}
	while (heap.n && !output_failed(out)) {
		struct replayed *r = &all[heap.item[0].rank];

		replayed_show(r);
		if (replayed_next(r)) {
			heap_set_first(&heap, r->ev.wall_ns);
		} else {
			heap_drop_first(&heap);
			replayed_close(r);
		}
	}
	for (size_t i = 0; i < f->records; i++) {
		replayed_close(&all[i]);
		failed |= all[i].failed;
		options_free(&all[i].o);
	}
	heap_free(&heap);
	free(all);
	return !failed;
}
