/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "json.h"

#define QUOTE_PART 64		/* bytes whose room is made at once */

void json_uint(struct buf *b, uint64_t v)
{
	if (v <= JSON_EXACT_MAX) {
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
	} else if (v >= -JSON_EXACT_MAX) {
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

/* Bytes at the beginning that are ASCII, as far as eight at a time show it. */
static size_t ascii_length(const uint8_t *p, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & 0x8080808080808080)
			break;
	}
	return i;
}

static bool is_utf8(const uint8_t *p, size_t n)
{
	size_t len;

	for (size_t i = ascii_length(p, n); i < n; i += len) {
		len = utf8_length(p + i, n - i);
		if (!len)
			return false;
	}
	return true;
}

/* What stands for an ASCII character that JSON has no room for as it is. */
struct escape {
	char text[7];
	uint8_t len;		/* 0: it stands for itself; 1: no ASCII */
};

#define ESCAPE_MAX sizeof(struct escape)	/* what is written at once */
#define SHORT(c, text) [c] = { "\\" text, 2 }
#define LONG(c) [0x##c] = { "\\u00" #c, 6 }

static const struct escape escapes[256] = {
	SHORT('"', "\""), SHORT('\\', "\\"),
	SHORT('\n', "n"), SHORT('\t', "t"), SHORT('\r', "r"),
	LONG(00), LONG(01), LONG(02), LONG(03), LONG(04), LONG(05), LONG(06),
	LONG(07), LONG(08), LONG(0b), LONG(0c), LONG(0e), LONG(0f), LONG(10),
	LONG(11), LONG(12), LONG(13), LONG(14), LONG(15), LONG(16), LONG(17),
	LONG(18), LONG(19), LONG(1a), LONG(1b), LONG(1c), LONG(1d), LONG(1e),
	LONG(1f), LONG(7f), [0x80 ... 0xff] = { "", 1 },
};

/* Most strings need no escapes: each byte is looked at and copied in one go. */
static bool quote_plain(struct buf *b, const uint8_t *p, size_t n)
{
	char *out;

	if (b->cap - b->len < n + 2)
		buf_grow(b, n + 2);
	out = b->data + b->len;
	*out++ = '"';
	for (size_t i = 0; i < n; i++) {
		if (escapes[p[i]].len)
			return false;
		out[i] = (char)p[i];
	}
	out[n] = '"';
	b->len += n + 2;
	return true;
}

/* Terminals obey U+0080 to U+009F, whose first byte is 0xc2, as well. */
static char *control_put(char *out, unsigned c)
{
	memcpy(out, "\\u00", 4);
	out[4] = c < 0x90 ? '8' : '9';
	out[5] = "0123456789abcdef"[c & 15];
	return out + 6;
}

/* Escape n bytes, whose last character may go on after them. */
static void escape_part(struct buf *b, const uint8_t *p, size_t n)
{
	char *out;

	if (b->cap - b->len < n * ESCAPE_MAX)
		buf_grow(b, n * ESCAPE_MAX);
	out = b->data + b->len;
	for (size_t i = 0; i < n; i++) {
		unsigned c = p[i];

		if (c < 0x80 && escapes[c].len) {
			memcpy(out, &escapes[c], ESCAPE_MAX);
			out += escapes[c].len;
		} else if (c == 0xc2 && i + 1 < n && p[i + 1] < 0xa0) {
			out = control_put(out, p[++i]);
		} else {
			*out++ = (char)c;
		}
	}
	b->len = out - b->data;
}

bool json_quote(struct buf *b, const void *text, size_t n)
{
	const uint8_t *p = text;
	size_t part;

	if (quote_plain(b, p, n))
		return true;
	if (!is_utf8(p, n))
		return false;
	buf_ch(b, '"');
	for (; n; p += part, n -= part) {
		part = n < QUOTE_PART ? n : QUOTE_PART;
		part += part < n && p[part - 1] == 0xc2;
		escape_part(b, p, part);
	}
	buf_ch(b, '"');
	return true;
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
	if (json_quote(b, p, n))
		return;
	buf_str(b, "{\"bytes\":");
	json_hex(b, p, n);
	buf_ch(b, '}');
}
