/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "show.h"

#include "buf.h"
#include "output.h"

#define UTF8_LEAD 0xc2		/* of U+0080 to U+00bf */

static bool is_control(const struct show *s, unsigned char c)
{
	if (c < ' ' || c == 0x7f)
		return c != '\n' && c != '\t';
	return c >= 0x80 && !s->json;
}

static void add_visible(struct show *s, struct buf *b, unsigned char c)
{
	if (s->lead) {
		s->lead = false;
		if (c >= 0x80 && c < 0xa0) {
			buf_fmt(b, "\\u%04x", c);
			return;
		}
		buf_ch(b, (char)UTF8_LEAD);
	}
	if (s->json && c == UTF8_LEAD)
		s->lead = true;
	else if (is_control(s, c))
		buf_fmt(b, s->json ? "\\u%04x" : "\\%03o", c);
	else
		buf_ch(b, (char)c);
}

void show_bytes(struct show *s, const char *p, size_t n)
{
	struct buf *b = &output_stream(s->out, 0)->buf;

	if (!output_is_terminal(s->out)) {
		buf_add(b, p, n);
	} else {
		for (size_t i = 0; i < n; i++)
			add_visible(s, b, (unsigned char)p[i]);
	}
	if (b->len >= OUTPUT_BATCH)
		output_flush(s->out);
}

bool show_goes_on(const struct show *s)
{
	return !output_failed(s->out);
}
