/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "json.h"

#define EXACT_MAX ((1ull << 53) - 1)

void json_uint(struct buf *b, uint64_t v)
{
	if (v <= EXACT_MAX) {
		buf_udec(b, v);
		return;
	}
	buf_ch(b, '"');
	buf_udec(b, v);
	buf_ch(b, '"');
}

void json_int(struct buf *b, int64_t v)
{
	if (v >= 0) {
		json_uint(b, (uint64_t)v);
	} else if (v >= -(int64_t)EXACT_MAX) {
		buf_dec(b, v);
	} else {
		buf_ch(b, '"');
		buf_dec(b, v);
		buf_ch(b, '"');
	}
}

/* Length of the character at p, or 0 if it is not one. */
static size_t utf8_length(const uint8_t *p, size_t n)
{
	uint32_t c = p[0];
	size_t len;

	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		len = 2;
	else if (c >= 0xe0 && c <= 0xef)
		len = 3;
	else if (c >= 0xf0 && c <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (len == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)))
		return 0;
	if (len == 4 && (c < 0x10000 || c > 0x10ffff))
		return 0;
	return len;
}

bool json_is_utf8(const void *text, size_t n)
{
	const uint8_t *p = text;
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		len = utf8_length(p + i, n - i);
		if (!len)
			return false;
	}
	return true;
}

static void add_control(struct buf *b, unsigned c)
{
	switch (c) {
	case '"':
		buf_str(b, "\\\"");
		break;
	case '\\':
		buf_str(b, "\\\\");
		break;
	case '\n':
		buf_str(b, "\\n");
		break;
	case '\t':
		buf_str(b, "\\t");
		break;
	case '\r':
		buf_str(b, "\\r");
		break;
	default:
		buf_str(b, "\\u00");
		buf_hex_byte(b, (uint8_t)c);
		break;
	}
}

/* The bytes of a string that stand in JSON as they are. */
static const bool is_plain[256] = {
	[' '] = true, ['!'] = true, ['#' ... '['] = true, [']' ... '~'] = true,
};

static size_t plain_length(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_plain[p[i]])
		i++;
	return i;
}

/* The quick way for what nearly every string is; false: it is not. */
static bool quote_plain(struct buf *b, const void *text, size_t n)
{
	if (plain_length(text, n) != n)
		return false;
	buf_ch(b, '"');
	buf_add(b, text, n);
	buf_ch(b, '"');
	return true;
}

void json_quote(struct buf *b, const void *text, size_t n)
{
	const uint8_t *p = text;
	size_t run = 0;

	if (quote_plain(b, text, n))
		return;
	buf_ch(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned c = p[i];
		size_t skip = 1;

		if (c >= 0x20 && c != 0x7f && c != '"' && c != '\\' &&
		    !(c == 0xc2 && i + 1 < n && p[i + 1] < 0xa0))
			continue;
		buf_add(b, p + run, i - run);
		if (c == 0xc2) {	/* terminals obey U+0080 to U+009F */
			c = p[i + 1];
			skip = 2;
		}
		add_control(b, c);
		i += skip - 1;
		run = i + 1;
	}
	buf_add(b, p + run, n - run);
	buf_ch(b, '"');
}

void json_quote_str(struct buf *b, const char *s)
{
	json_bytes(b, s, strlen(s));
}

void json_hex(struct buf *b, const void *p, size_t n)
{
	const uint8_t *byte = p;

	buf_ch(b, '"');
	for (size_t i = 0; i < n; i++)
		buf_hex_byte(b, byte[i]);
	buf_ch(b, '"');
}

void json_bytes(struct buf *b, const void *p, size_t n)
{
	if (quote_plain(b, p, n))
		return;
	if (json_is_utf8(p, n)) {
		json_quote(b, p, n);
		return;
	}
	buf_str(b, "{\"bytes\":");
	json_hex(b, p, n);
	buf_ch(b, '}');
}
