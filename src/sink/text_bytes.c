/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kinds of value that are bytes: strings, sets of signals and CPUs, and
 * addresses of the network.
 */
#include <arpa/inet.h>
#include <string.h>

#include "symset.h"
#include "text.h"
#include "value.h"

static void add_quoted(struct text *t, const void *p, size_t n,
		       enum quote_style style)
{
	buf_ch(t->b, '"');
	buf_escape(t->b, p, n, style);
	buf_ch(t->b, '"');
}

void text_show_str(struct text *t, const struct value *v)
{
	if (v->flags & VF_ABSTRACT)
		buf_ch(t->b, '@');
	add_quoted(t, v->text, v->len,
		   v->flags & VF_HEX ? QUOTE_HEX_ALL : t->quote);
	if (v->flags & VF_CUT)
		buf_str(t->b, "...");
}

static size_t mask_count(const struct value *v)
{
	const uint8_t *p = v->text;
	size_t n = 0;

	for (size_t i = 0; i < v->len; i++)
		n += (size_t)__builtin_popcount(p[i]);
	return n;
}

static void add_set_signal(struct text *t, int sig)
{
	if (t->xlat != XLAT_ABBREV)
		buf_dec(t->b, sig);
	if (t->xlat == XLAT_RAW)
		return;
	if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " /* ");
	signal_put(t->b, sig, false);
	if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " */");
}

static void set_end(struct text *t, const struct value *v, bool empty)
{
	if (v->flags & VF_CUT)
		buf_str(t->b, empty ? "..." : " ...");
	buf_ch(t->b, ']');
}

/* A set with most signals in it is shown by those that are not in it. */
void text_show_sigset(struct text *t, const struct value *v)
{
	size_t bits = v->len * 8;
	bool inverted = bits && mask_count(v) >= bits * 2 / 3;
	bool first = true;

	buf_str(t->b, inverted ? "~[" : "[");
	for (size_t i = 0; i < bits; i++) {
		if (mask_has(v, i) == inverted)
			continue;
		if (!first)
			buf_ch(t->b, ' ');
		first = false;
		add_set_signal(t, (int)i + 1);
	}
	set_end(t, v, first);
}

void text_show_cpuset(struct text *t, const struct value *v)
{
	bool first = true;

	buf_ch(t->b, '[');
	for (size_t i = 0; i < v->len * 8; i++) {
		if (!mask_has(v, i))
			continue;
		if (!first)
			buf_ch(t->b, ' ');
		first = false;
		buf_udec(t->b, i);
	}
	set_end(t, v, first);
}

/* In raw style the bytes; in verbose style a comment follows. */
static bool bytes_only(struct text *t, const struct value *v)
{
	if (t->xlat == XLAT_ABBREV)
		return false;
	add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
	if (t->xlat == XLAT_RAW)
		return true;
	buf_str(t->b, " /* ");
	return false;
}

static void bytes_done(struct text *t)
{
	if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " */");
}

void text_show_inet4(struct text *t, const struct value *v)
{
	char ip[INET_ADDRSTRLEN];

	if (v->len != 4 || !inet_ntop(AF_INET, v->text, ip, sizeof(ip))) {
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
		return;
	}
	if (v->flags & VF_INET_IP) {
		buf_fmt(t->b, "\"%s\"", ip);
		return;
	}
	if (bytes_only(t, v))
		return;
	buf_fmt(t->b, "inet_addr(\"%s\")", ip);
	bytes_done(t);
}

bool text_inet6_names_itself(const struct text *t, const struct value *v)
{
	return t->xlat == XLAT_ABBREV && v->len == 16 &&
	       !(v->flags & VF_INET_IP);
}

void text_show_inet6_named(struct text *t, const struct value *v,
			   const char *name)
{
	char ip[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, v->text, ip, sizeof(ip));
	buf_fmt(t->b, "inet_pton(AF_INET6, \"%s\", &%s)", ip, name);
}

void text_show_inet6(struct text *t, const struct value *v)
{
	char ip[INET6_ADDRSTRLEN];

	if (v->len != 16 || !inet_ntop(AF_INET6, v->text, ip, sizeof(ip))) {
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
		return;
	}
	if (v->flags & VF_INET_IP) {
		buf_fmt(t->b, "\"%s\"", ip);
		return;
	}
	if (bytes_only(t, v))
		return;
	buf_fmt(t->b, "inet_pton(AF_INET6, \"%s\")", ip);
	bytes_done(t);
}

static void show_network_number(struct text *t, const struct value *v,
				const char *function, uint32_t num)
{
	const char *name = NULL, *unknown = NULL;

	if (bytes_only(t, v))
		return;
	if (v->set) {
		name = symset_name(v->set, v->abi, num);
		unknown = v->unknown ? v->unknown : symset_unknown(v->set);
	}
	buf_str(t->b, function);
	buf_ch(t->b, '(');
	if (name)
		buf_str(t->b, name);
	else if (unknown && !(v->flags & VF_UNNAMED))
		buf_hex(t->b, num);
	else
		buf_udec(t->b, num);
	if (!name && unknown && !(v->flags & VF_UNNAMED))
		text_comment(t->b, unknown, strlen(unknown));
	buf_ch(t->b, ')');
	bytes_done(t);
}

void text_show_htons(struct text *t, const struct value *v)
{
	uint16_t n;

	if (v->len != sizeof(n)) {
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
		return;
	}
	memcpy(&n, v->text, sizeof(n));
	show_network_number(t, v, "htons", ntohs(n));
}

void text_show_htonl(struct text *t, const struct value *v)
{
	uint32_t n;

	if (v->len != sizeof(n)) {
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
		return;
	}
	memcpy(&n, v->text, sizeof(n));
	show_network_number(t, v, "htonl", ntohl(n));
}

void text_show_hwaddr(struct text *t, const struct value *v)
{
	enum xlat_style style = t->xlat;

	if (style != XLAT_ABBREV)
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
	if (style == XLAT_RAW)
		return;
	if (style == XLAT_VERBOSE)
		buf_str(t->b, " /* ");
	hwaddr_put(t->b, v);
	if (style == XLAT_VERBOSE)
		buf_str(t->b, " */");
}

void text_show_uuid(struct text *t, const struct value *v)
{
	if (v->len == 16)
		uuid_put(t->b, v);
	else
		add_quoted(t, v->text, v->len, QUOTE_HEX_ALL);
}
