/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where rules that change calls come from, and what all of them need. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "buf.h"
#include "calls.h"
#include "cli.h"
#include "diag.h"
#include "inject.h"

#define BLANKS " \t\r\n"
#define FILE_MAX (16 << 20)	/* 64 rules, each with all the bytes it may */

void inject_parse(struct parse *p, const char *key, const char *text)
{
	char where[32];

	snprintf(where, sizeof(where), "-e %s", key);
	inject_rule_parse(p, where, text, strcmp(key, "fault") ? INJECT_RULE :
			  INJECT_FAULT);
}

/* A rule, with or without the word inject or fault before it; # a comment. */
static void line_parse(struct parse *p, const char *where, char *line)
{
	bool fault = false;
	size_t len;

	line += strspn(line, BLANKS);
	len = strlen(line);
	while (len && strchr(BLANKS, line[len - 1]))
		line[--len] = '\0';
	if (!*line || *line == '#')
		return;
	len = strcspn(line, BLANKS);
	if (line[len]) {
		fault = len == 5 && !strncmp(line, "fault", len);
		if (!fault && (len != 6 || strncmp(line, "inject", len)))
			diag_die_at(line, 0, len, "%s: a line is inject RULE, "
				    "fault RULE or RULE", where);
		line += len;
		line += strspn(line, BLANKS);
	}
	inject_rule_parse(p, where, line, fault ? INJECT_FAULT : INJECT_RULE);
}

/* All of a file and a NUL; the file may be a device that never ends. */
static void file_read(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n = 1;

	if (!f)
		diag_die("--inject-file: can't open %s: %s", path,
			 strerror(errno));
	while (n && b->len <= FILE_MAX) {
		buf_grow(b, BUFSIZ);
		n = fread(b->data + b->len, 1, BUFSIZ, f);
		b->len += n;
	}
	if (ferror(f))
		diag_die("--inject-file: can't read %s: %s", path,
			 strerror(errno));
	fclose(f);
	if (b->len > FILE_MAX)
		diag_die("--inject-file: %s is too large for rules (%d MiB is "
			 "the most)", path, FILE_MAX >> 20);
	buf_ch(b, '\0');
}

void inject_file_parse(struct parse *p, const char *path)
{
	struct buf b = { .len = 0 };
	char where[512], *end;
	unsigned number = 0;

	file_read(&b, path);
	for (char *line = b.data; line < b.data + b.len; line = end + 1) {
		end = line + strcspn(line, "\n");
		snprintf(where, sizeof(where), "%s:%u", path, ++number);
		if (!*end && end != b.data + b.len - 1)
			diag_die("%s: a zero byte is in the line (is it a "
				 "text file?)", where);
		*end = '\0';
		line_parse(p, where, line);
	}
	buf_free(&b);
}

/* Only what may be changed is of interest. */
static void each_trace(struct options *o, const char *text)
{
	char *calls = xalloc_copy(text);

	calls[strcspn(calls, ":")] = '\0';
	callspec_parse(&o->trace, calls, NULL);
	o->has_trace_filter = !callset_is_all(&o->trace);
	free(calls);
}

void inject_each_parse(struct parse *p, const char *text)
{
	if (p->o->each)
		diag_usage("--inject-each can be given once");
	inject_rule_parse(p, "--inject-each", text, INJECT_EACH);
	p->o->each = p->o->ninjects;
	p->o->injects[p->o->each - 1].everywhere = true;
	each_trace(p->o, text);
	parse_mark(p, SEEN_EACH);
}

void inject_rule_free(struct inject_rule *r)
{
	callset_clear(&r->calls);
	for (unsigned i = 0; i < r->npokes; i++)
		free(r->poke[i].data);
	free((char *)r->text);
}

/* Is any call of the rule traced? */
static bool rule_meets(const struct options *o, const struct inject_rule *r)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (calls_name(abi, nr) &&
			    callset_may_have(&r->calls, abi, nr) &&
			    callset_may_have(&o->trace, abi, nr))
				return true;
	return false;
}

void inject_settle(struct parse *p)
{
	struct options *o = p->o;
	bool chances = false;

	if (o->each && o->ninjects > 1)
		diag_usage("--inject-each can't be given with other rules");
	for (size_t i = 0; i < o->ninjects; i++) {
		const struct inject_rule *r = &o->injects[i];

		chances |= r->chance < INJECT_ALWAYS;
		if (!rule_meets(o, r))
			diag_warn("inject '%s' changes nothing: none of its "
				  "calls is traced (see -e trace)", r->text);
	}
	if (!chances || parse_has(p, SEEN_SEED))
		return;
	if (getrandom(&o->seed, sizeof(o->seed), 0) < 0)
		o->seed = (uint64_t)getpid();
	o->seed &= UINT32_MAX;
	diag_note("--seed=%llu would make the same choices again",
		  (unsigned long long)o->seed);
}
