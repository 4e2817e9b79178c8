/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * buf: a growing byte buffer with the few number forms that traces need.
 *
 * Zero-initialise it ({0}); buf_free() gives the memory back and makes it
 * empty again.  No caller checks for failure, because running out of memory
 * ends the program with one line.  The bytes are not NUL-terminated; buf_cstr()
 * adds a NUL beyond the length for callers that want a C string.
 */
#ifndef STRACE_BUF_H
#define STRACE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
};

#define FRACTION_MAX 10		/* .012345678 */

/* How bytes that the tracee controls are escaped between quotes. */
enum quote_style {
	QUOTE_OCTAL,	/* printable as is, \n \t ..., other bytes in octal */
	QUOTE_HEX_ODD,	/* -x: all in \xNN when a byte is not plain text */
	QUOTE_HEX_ALL,	/* -xx: every byte as \xNN */
	QUOTE_HEX_NONASCII, /* only bytes that are not printable, as \xNN */
};

void buf_grow(struct buf *b, size_t more);	/* room for more bytes */
void buf_free(struct buf *b);
const char *buf_cstr(struct buf *b);

static inline void buf_reset(struct buf *b)
{
	b->len = 0;
}

static inline void buf_add(struct buf *b, const void *p, size_t n)
{
	if (b->cap - b->len < n)
		buf_grow(b, n);
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void buf_ch(struct buf *b, char c)
{
	if (b->len == b->cap)
		buf_grow(b, 1);
	b->data[b->len++] = c;
}

void buf_udec(struct buf *b, uint64_t v);
void buf_dec(struct buf *b, int64_t v);
void buf_hex(struct buf *b, uint64_t v);	/* 0x2f; zero is "0" */
void buf_hex_byte(struct buf *b, uint8_t v);	/* 2f; zero is "00" */
void buf_oct(struct buf *b, uint64_t v);	/* 0644; zero is "0" */
void buf_fraction(struct buf *b, uint32_t ns, unsigned digits);	/* .012 */
void buf_pad(struct buf *b, size_t start, size_t width); /* blanks */
void buf_fmt(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap);

/* All nine digits and the point, without a NUL. */
void fraction_put(char to[FRACTION_MAX], uint32_t ns);

/*
 * Append n bytes escaped in the given style, without the quotes themselves.
 * An octal escape is as short as the byte after it allows.
 */
void buf_escape(struct buf *b, const void *p, size_t n, enum quote_style st);
/* The same, and the bytes of also are escaped too ("<>" in paths). */
void buf_escape_also(struct buf *b, const void *p, size_t n,
		     enum quote_style st, const char *also);
/* Append text of our own, with control bytes made visible all the same. */
void buf_plain(struct buf *b, const void *p, size_t n);

#endif
