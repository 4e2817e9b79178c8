/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What options do that choose how values, lines and tables look. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"
#include "sink.h"
#include "stack.h"

#define ALIGN_MAX 65535
#define TIME_MAX 86400e9	/* a day: more is a mistake */
#define COLUMN_NAME_MAX 32

void handle_align(struct parse *p, const struct option_row *row,
		  const char *arg)
{
	char label[OPTION_LABEL_MAX];
	int64_t n;

	if (!number_parse(arg, strlen(arg), ALIGN_MAX, &n))
		diag_usage("invalid %s argument: '%s' (give a column from 0 "
			   "to %d)", option_label(row, label), arg, ALIGN_MAX);
	p->o->align = (int)n;
}

void handle_string_limit(struct parse *p, const struct option_row *row,
			 const char *arg)
{
	char label[OPTION_LABEL_MAX];
	int64_t n;

	if (!number_parse(arg, strlen(arg), INT32_MAX, &n))
		diag_usage("invalid %s argument: '%s' (give a number of bytes "
			   "from 0 to %d)", option_label(row, label), arg,
			   INT32_MAX);
	p->o->max_string = (size_t)n;
}

void handle_hex(struct parse *p, const struct option_row *row,
		const char *arg)
{
	struct options *o = p->o;

	if (row->letter)
		o->hex = o->hex == HEX_NONASCII ? HEX_ALL : HEX_NONASCII;
	else
		o->hex = arg ? option_word(row, arg) : HEX_ALL;
}

void handle_xlat(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	p->o->xlat = option_word(row, arg);
}

void handle_colour(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	p->o->colour = arg ? option_word(row, arg) : COLOUR_ALWAYS;
}

void handle_abbrev_none(struct parse *p, const struct option_row *row,
			const char *arg)
{
	(void)row;
	(void)arg;
	callset_clear(&p->o->abbrev);
}

void handle_decode_fds(struct parse *p, const struct option_row *row,
		       const char *arg)
{
	(void)row;
	if (arg) {
		expr_set(p, "decode-fds", arg);
		return;
	}
	parse_mark(p, SEEN_FDS_COUNT);
	p->fds_count++;
}

void handle_decode_comm(struct parse *p, const struct option_row *row,
			const char *arg)
{
	(void)row;
	(void)arg;
	p->o->decode_pids = true;
}

void handle_quiet(struct parse *p, const struct option_row *row,
		  const char *arg)
{
	(void)row;
	if (arg) {
		expr_set(p, "quiet", arg);
		return;
	}
	parse_mark(p, SEEN_QUIET_COUNT);
	p->quiet_count++;
}

/* Words of the format and of the precision, in any order. */
static void stamp_format(struct options *o, const char *label,
			 const char *text)
{
	const char *whole = text;
	const struct word *w;
	const char *item, *colon;
	size_t len;

	while ((len = list_next(&text, ",", &item))) {
		colon = memchr(item, ':', len);
		if (colon)
			len -= (size_t)(colon + 1 - item);
		w = NULL;
		if (!colon || !strncmp(item, "format:", 7))
			w = words_find(stamp_words, colon ? colon + 1 : item,
				       len);
		if (w) {
			o->time_style = w->value;
			continue;
		}
		if (!colon || !strncmp(item, "precision:", 10))
			w = words_find(unit_words,
				       colon ? colon + 1 : item, len);
		if (!w)
			diag_usage("invalid %s argument: '%s' (give a format: "
				   "none, time or unix; and a precision: s, "
				   "ms, us or ns)", label, whole);
		o->time_digits = (int)w->value;
	}
}

void handle_stamps(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	char label[OPTION_LABEL_MAX];

	if (p->by_letter) {
		parse_mark(p, SEEN_STAMP_COUNT);
		p->stamp_count++;
		return;
	}
	/* Given again it changes only what it names. */
	if (!arg || !parse_has(p, SEEN_STAMP_FORMAT))
		p->o->time_style = TIME_CLOCK;
	parse_mark(p, SEEN_STAMP_FORMAT);
	if (arg)
		stamp_format(p->o, option_label(row, label), arg);
}

void handle_relative(struct parse *p, const struct option_row *row,
		     const char *arg)
{
	p->o->relative = true;
	if (!p->by_letter)
		p->o->relative_digits = (int)option_word(row,
							 arg ? arg : "us");
}

void handle_duration(struct parse *p, const struct option_row *row,
		     const char *arg)
{
	p->o->show_duration = true;
	if (arg)
		p->o->duration_digits = (int)option_word(row, arg);
}

void handle_output(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	(void)row;
	if (!*arg || ((*arg == '|' || *arg == '!') && !arg[1]))
		diag_usage("invalid -o argument: '%s' (give a file, or "
			   "'|command')", arg);
	if (*arg == '|' || *arg == '!')
		parse_mark(p, SEEN_PIPE);
	p->output = arg;
}

static const char *form_of(const char *name, size_t len)
{
	for (size_t i = 0; sink_form(i); i++)
		if (strlen(sink_form(i)) == len &&
		    !memcmp(sink_form(i), name, len))
			return sink_form(i);
	return NULL;
}

void handle_to(struct parse *p, const struct option_row *row,
	       const char *arg)
{
	const char *file = strchr(arg, ':');
	const char *form = file ? form_of(arg, (size_t)(file - arg)) : NULL;
	struct buf forms = { 0 };

	(void)row;
	for (size_t i = 0; sink_form(i); i++)
		buf_fmt(&forms, "%s%s", i ? ", " : "", sink_form(i));
	if (!form || !file[1])
		diag_usage("invalid --to argument: '%s' (give FORM:FILE; FORM "
			   "is one of %s)", arg, buf_cstr(&forms));
	buf_free(&forms);
	if (p->nto == OUTPUTS_MAX - 2)
		diag_usage("--to was given too often: %d outputs are the most",
			   OUTPUTS_MAX - 2);
	if (file[1] == '|' || file[1] == '!')
		parse_mark(p, SEEN_PIPE);
	if (!strcmp(form, "summary"))
		parse_mark(p, SEEN_ANY_SUMMARY);
	parse_mark(p, SEEN_OUTPUT);
	p->to[p->nto++] = (struct output_want){ .form = form,
						.file = file + 1 };
}

void handle_json(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	(void)row;
	(void)arg;
	p->json = true;
}

void handle_record(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	(void)row;
	if (!*arg)
		diag_usage("--record needs the name of a file to write");
	p->o->record = arg;
}

void handle_replay(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	(void)row;
	if (!*arg)
		diag_usage("--replay needs the name of a recorded file");
	p->o->replay = arg;
}

void handle_summary(struct parse *p, const struct option_row *row,
		    const char *arg)
{
	(void)arg;
	parse_mark(p, SEEN_ANY_SUMMARY);
	p->o->summary = (enum summary)row->value;
}

void handle_stack(struct parse *p, const struct option_row *row,
		  const char *arg)
{
	if (arg)
		p->o->stack = option_word(row, arg);
	else
		p->o->stack = ++p->stack_count > 1 ? STACK_SOURCE :
			      STACK_SYMBOL;
}

void handle_stack_frames(struct parse *p, const struct option_row *row,
			 const char *arg)
{
	char label[OPTION_LABEL_MAX];
	int64_t n;

	if (!number_parse(arg, strlen(arg), STACK_FRAMES_MAX, &n) || !n)
		diag_usage("invalid %s argument: '%s' (give a number of frames "
			   "from 1 to %d)", option_label(row, label), arg,
			   STACK_FRAMES_MAX);
	p->o->stack_frames = (unsigned)n;
}

void handle_secontext(struct parse *p, const struct option_row *row,
		      const char *arg)
{
	(void)row;
	if (arg)
		expr_set(p, "secontext", arg);
	else
		p->o->secontext = SECONTEXT_ON;
}

static const struct word *column_find(const char *name, size_t len)
{
	char dashed[COLUMN_NAME_MAX] = "";

	if (len >= sizeof(dashed))
		return NULL;
	for (size_t i = 0; i < len; i++)
		dashed[i] = name[i] == '_' ? '-' : name[i];
	return words_find(column_words, dashed, len);
}

void handle_sort(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	const struct word *w = column_find(arg, strlen(arg));
	char list[WORDS_TEXT_MAX];

	(void)row;
	if (!w)
		w = words_find(unsorted_words, arg, strlen(arg));
	if (!w)
		diag_usage("invalid sortby: '%s' (give nothing or a column: "
			   "%s)", arg, words_text(column_words, list));
	p->o->sort = w->value == COL_TIME_PERCENT ? COL_TOTAL_TIME : w->value;
}

static void column_add(struct options *o, const char *item, size_t len)
{
	const struct word *w = column_find(item, len);
	char list[WORDS_TEXT_MAX];

	if (!w)
		diag_usage("unknown column name: '%.*s' (columns are those of "
			   "-S: %s)", (int)len, item,
			   words_text(column_words, list));
	for (size_t i = 0; i < o->ncolumns; i++) {
		if (o->columns[i] == w->value)
			diag_usage("column '%.*s' is asked for twice; once is "
				   "enough", (int)len, item);
	}
	o->columns[o->ncolumns++] = w->value;
}

void handle_columns(struct parse *p, const struct option_row *row,
		    const char *arg)
{
	struct options *o = p->o;
	bool named = false;
	const char *item;
	size_t len;

	(void)row;
	o->ncolumns = 0;
	while ((len = list_next(&arg, ",", &item)))
		column_add(o, item, len);
	if (!o->ncolumns)
		column_add(o, "", 0);
	for (size_t i = 0; i < o->ncolumns; i++)
		named |= o->columns[i] == COL_NAME;
	if (!named)
		o->columns[o->ncolumns++] = COL_NAME;
}

bool time_read(const char *arg, int64_t *ns)
{
	double scale = 1, v;
	const struct word *unit;
	char *end;

	errno = 0;
	v = strtod(arg, &end);
	unit = words_find(unit_words, end, strlen(end));
	/* The precision is the number of digits: ns have nine. */
	for (unsigned digits = unit ? unit->value : 6; digits < 9; digits++)
		scale *= 10;
	if (end == arg || errno || (*end && !unit) || !isfinite(v) ||
	    v < 0 || v * scale > TIME_MAX)
		return false;
	*ns = (int64_t)(v * scale);
	return true;
}

static int64_t time_parse(const struct option_row *row, const char *arg)
{
	char label[OPTION_LABEL_MAX];
	int64_t ns;

	if (!time_read(arg, &ns))
		diag_usage("invalid %s argument: '%s' (give a time such as 2, "
			   "1.5us or 300ns; plain numbers are microseconds)",
			   option_label(row, label), arg);
	return ns;
}

void handle_overhead(struct parse *p, const struct option_row *row,
		     const char *arg)
{
	p->o->overhead_ns = time_parse(row, arg);
}

void handle_slower(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	p->o->slower_ns = time_parse(row, arg);
}
