/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "xalloc.h"

#define BUF_MIN 256

static const char digit_pairs[] =
	"00010203040506070809" "10111213141516171819"
	"20212223242526272829" "30313233343536373839"
	"40414243444546474849" "50515253545556575859"
	"60616263646566676869" "70717273747576777879"
	"80818283848586878889" "90919293949596979899";

static const char hex_digits[] = "0123456789abcdef";

void buf_grow(struct buf *b, size_t more)
{
	size_t need = b->len + more;
	size_t cap = b->cap ? b->cap : BUF_MIN;

	if (need < more)
		xalloc_die();
	if (need <= b->cap)
		return;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->data = xalloc_resize(b->data, cap, 1);
	b->cap = cap;
}

void buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
	b->cap = 0;
}

const char *buf_cstr(struct buf *b)
{
	buf_grow(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}

/* How many digits v has: a guess from its bits, put right. */
static unsigned digits(uint64_t v)
{
	static const uint64_t least[] = {
		0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
		1000000000, 10000000000, 100000000000, 1000000000000,
		10000000000000, 100000000000000, 1000000000000000,
		10000000000000000, 100000000000000000, 1000000000000000000,
		10000000000000000000u,
	};
	unsigned bits = 64 - (unsigned)__builtin_clzll(v | 1);
	unsigned n = bits * 1233 >> 12;	/* 1233 / 4096 is log10(2) */

	return n + 1 - (v < least[n]);
}

void buf_udec(struct buf *b, uint64_t v)
{
	unsigned n = digits(v);
	char *p;

	if (b->cap - b->len < n)
		buf_grow(b, n);
	b->len += n;
	p = b->data + b->len;
	while (v >= 100) {
		p -= 2;
		memcpy(p, digit_pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		memcpy(p - 2, digit_pairs + v * 2, 2);
	} else {
		p[-1] = '0' + (char)v;
	}
}

void buf_dec(struct buf *b, int64_t v)
{
	if (v < 0) {
		buf_ch(b, '-');
		buf_udec(b, -(uint64_t)v);
	} else {
		buf_udec(b, (uint64_t)v);
	}
}

void buf_hex(struct buf *b, uint64_t v)
{
	char tmp[18];
	char *p = tmp + sizeof(tmp);

	if (!v) {
		buf_ch(b, '0');
		return;
	}
	for (; v; v >>= 4)
		*--p = hex_digits[v & 15];
	*--p = 'x';
	*--p = '0';
	buf_add(b, p, tmp + sizeof(tmp) - p);
}

void buf_hex_byte(struct buf *b, uint8_t v)
{
	char tmp[2] = { hex_digits[v >> 4], hex_digits[v & 15] };

	buf_add(b, tmp, sizeof(tmp));
}

void buf_oct(struct buf *b, uint64_t v)
{
	char tmp[24];
	char *p = tmp + sizeof(tmp);

	for (; v; v >>= 3)
		*--p = '0' + (char)(v & 7);
	*--p = '0';
	buf_add(b, p, tmp + sizeof(tmp) - p);
}

void fraction_put(char to[FRACTION_MAX], uint32_t ns)
{
	to[0] = '.';
	for (unsigned at = 8; at; at -= 2) {
		memcpy(to + at, digit_pairs + ns % 100 * 2, 2);
		ns /= 100;
	}
	to[1] = '0' + (char)(ns % 10);
}

/* Only the first of the nine digits are written, as many as asked for. */
void buf_fraction(struct buf *b, uint32_t ns, unsigned digits)
{
	char tmp[FRACTION_MAX];

	fraction_put(tmp, ns);
	buf_add(b, tmp, 1 + (digits < 9 ? digits : 9));
}

void buf_pad(struct buf *b, size_t start, size_t width)
{
	size_t have = b->len > start ? b->len - start : 0;
	size_t more;

	if (have >= width)
		return;
	more = width - have;
	if (b->cap - b->len < more)
		buf_grow(b, more);
	memset(b->data + b->len, ' ', more);
	b->len += more;
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	if (b->cap - b->len < 64)
		buf_grow(b, 64);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	if (n >= 0 && (size_t)n >= b->cap - b->len) {
		buf_grow(b, (size_t)n + 1);
		n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
	}
	va_end(again);
	BUG_ON(n < 0);
	b->len += (size_t)n;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

static bool byte_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool byte_is_text(unsigned char c)
{
	return byte_is_plain(c) || (c >= '\t' && c <= '\r');
}

static void add_hex_byte(struct buf *b, unsigned char c)
{
	char tmp[4] = { '\\', 'x', hex_digits[c >> 4], hex_digits[c & 15] };

	buf_add(b, tmp, sizeof(tmp));
}

/* The letter after the backslash of a byte that has one, or 0. */
static char short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\v':
		return 'v';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	}
	return 0;
}

/* Three digits when an octal one follows: it would join the number. */
static void add_octal_byte(struct buf *b, unsigned char c, int next)
{
	bool full = next >= '0' && next <= '7';

	buf_ch(b, '\\');
	if (full || c >= 0100)
		buf_ch(b, '0' + (c >> 6));
	if (full || c >= 010)
		buf_ch(b, '0' + (c >> 3 & 7));
	buf_ch(b, '0' + (c & 7));
}

struct escape {
	bool hex;
	bool bare;		/* quotes and backslashes need no escape */
	const char *also;
};

static bool needs_escape(const struct escape *e, unsigned char c)
{
	if (!byte_is_plain(c))
		return true;
	if (e->bare)
		return false;
	return c == '"' || c == '\\' || strchr(e->also, c);
}

static void escape_some(struct buf *b, const unsigned char *p, size_t n,
			const struct escape *e)
{
	size_t run = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = p[i];
		char letter;

		if (!needs_escape(e, c))
			continue;
		buf_add(b, p + run, i - run);
		run = i + 1;
		letter = short_escape(c);
		if (letter) {
			buf_ch(b, '\\');
			buf_ch(b, letter);
		} else if (e->hex) {
			add_hex_byte(b, c);
		} else {
			add_octal_byte(b, c, i + 1 < n ? p[i + 1] : -1);
		}
	}
	buf_add(b, p + run, n - run);
}

static bool all_text(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!byte_is_text(p[i]))
			return false;
	return true;
}

void buf_escape_also(struct buf *b, const void *p, size_t n,
		     enum quote_style st, const char *also)
{
	const struct escape e = {
		.hex = st == QUOTE_HEX_NONASCII, .also = also,
	};

	if (st == QUOTE_HEX_ALL ||
	    (st == QUOTE_HEX_ODD && !all_text(p, n))) {
		for (size_t i = 0; i < n; i++)
			add_hex_byte(b, ((const unsigned char *)p)[i]);
		return;
	}
	escape_some(b, p, n, &e);
}

void buf_escape(struct buf *b, const void *p, size_t n, enum quote_style st)
{
	buf_escape_also(b, p, n, st, "");
}

void buf_plain(struct buf *b, const void *p, size_t n)
{
	escape_some(b, p, n, &(struct escape){ .bare = true });
}
