/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "head.h"

#include <string.h>

enum { KEY_OTHER, KEY_TYPE, KEY_TIME };

static bool text_is(const struct json_head *h, const char *word)
{
	return h->len == strlen(word) && !memcmp(h->text, word, h->len);
}

static void text_add(struct json_head *h, char c)
{
	if (h->len < sizeof(h->text))
		h->text[h->len] = c;
	h->len++;
}

/* An integer, which stands as a number or as a string. */
static bool text_number(const struct json_head *h, int64_t *to)
{
	uint64_t v = 0;

	if (!h->len || h->len > 18 + 1)
		return false;
	for (size_t i = 0; i < h->len; i++) {
		if (h->text[i] < '0' || h->text[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(h->text[i] - '0');
	}
	*to = (int64_t)v;
	return v <= INT64_MAX;
}

static void member_end(struct json_head *h)
{
	if (h->in_value && h->key == KEY_TIME) {
		h->has_time = text_number(h, &h->ns);
	} else if (h->in_value && h->key == KEY_TYPE) {
		h->has_type = true;
		h->type = text_is(h, "start") ? JSON_START :
			  text_is(h, "dump") ? JSON_DUMP : JSON_OTHER;
	}
	h->in_value = false;
	h->len = 0;
}

static void string_read(struct json_head *h, char c)
{
	if (!h->escaped && c == '"') {
		h->in_string = false;
		return;
	}
	h->escaped = !h->escaped && c == '\\';
	if (h->depth == 1)
		text_add(h, c);
}

static void value_begin(struct json_head *h)
{
	h->key = text_is(h, "time") ? KEY_TIME :
		 text_is(h, "type") ? KEY_TYPE : KEY_OTHER;
	h->in_value = true;
	h->len = 0;
}

/* A character of the outer object itself. */
static void outer_read(struct json_head *h, char c)
{
	if (c == ',' || c == '}')
		member_end(h);
	else if (c == ':')
		value_begin(h);
	else if (h->in_value && c != '"' && c != ' ')
		text_add(h, c);
}

bool json_head_read(struct json_head *h, const char *p, size_t n)
{
	const char *end = p + n;

	for (; p < end; p++) {
		if (h->in_string) {
			string_read(h, *p);
			continue;
		}
		if (h->depth == 1)
			outer_read(h, *p);
		if (*p == '"')
			h->in_string = true;
		else if (*p == '{' || *p == '[')
			h->depth++;
		else if (h->depth && (*p == '}' || *p == ']'))
			h->depth--;
		if (!h->depth || (h->has_type && h->has_time && !h->whole))
			return true;
	}
	return false;
}
