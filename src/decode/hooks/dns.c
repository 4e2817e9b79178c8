/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DNS messages: data, with a remark on what is asked and answered.
 *
 *	"..." id 17, example.com A? = 192.0.2.1, 192.0.2.2
 *
 * Names are shown as in zone files; what is no letter, digit, '-' or '_' in
 * them is \DDD, so that none can end the remark.
 */
#include <arpa/inet.h>
#include <string.h>

#include "buf.h"
#include "hook.h"

#define DNS_MAX 4096		/* bytes that are looked at */
#define DNS_HEAD 12
#define DNS_SHOWN 8		/* questions, and answers */
#define DNS_LABELS 128

enum dns_type {
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_PTR = 12, DNS_MX = 15,
	DNS_TXT = 16, DNS_AAAA = 28, DNS_SRV = 33,
};

struct dns {
	const uint8_t *data;
	size_t size, at;
	bool bad;		/* the message ends, or can't be so */
};

static unsigned dns_u8(struct dns *m)
{
	m->bad |= m->at >= m->size;
	return m->bad ? 0 : m->data[m->at++];
}

static unsigned dns_u16(struct dns *m)
{
	unsigned high = dns_u8(m);

	return high << 8 | dns_u8(m);
}

static void label_show(struct dns *m, struct buf *b, unsigned len)
{
	while (len--) {
		unsigned c = dns_u8(m);

		if (m->bad)
			return;
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || c == '-' || c == '_')
			buf_fmt(b, "%c", c);
		else
			buf_fmt(b, "\\%03u", c);
	}
}

/* A name; it may end with a pointer to another one before it. */
static void name_show(struct dns *m, struct buf *b)
{
	size_t start = m->at, after = 0;
	unsigned n, len = 0;

	for (n = 0; n < DNS_LABELS && !m->bad; n++) {
		len = dns_u8(m);
		if (len >= 0xc0) {
			len = (len & 0x3f) << 8 | dns_u8(m);
			after = after ? after : m->at;
			m->bad |= len >= start;
			start = m->at = len;
			continue;
		}
		if (!len || len > 63)
			break;
		if (n && b->len && b->data[b->len - 1] != ' ')
			buf_str(b, ".");
		label_show(m, b, len);
	}
	m->bad |= n == DNS_LABELS || len;
	if (!n)
		buf_str(b, ".");
	if (after)
		m->at = after;
}

static void type_show(struct buf *b, unsigned type)
{
	static const struct { unsigned type; const char *name; } known[] = {
		{ DNS_A, "A" }, { DNS_NS, "NS" }, { DNS_CNAME, "CNAME" },
		{ 6, "SOA" }, { DNS_PTR, "PTR" }, { 13, "HINFO" },
		{ DNS_MX, "MX" }, { DNS_TXT, "TXT" }, { DNS_AAAA, "AAAA" },
		{ DNS_SRV, "SRV" }, { 35, "NAPTR" }, { 39, "DNAME" },
		{ 43, "DS" }, { 44, "SSHFP" }, { 46, "RRSIG" },
		{ 47, "NSEC" }, { 48, "DNSKEY" }, { 50, "NSEC3" },
		{ 52, "TLSA" }, { 64, "SVCB" }, { 65, "HTTPS" },
		{ 251, "IXFR" }, { 252, "AXFR" }, { 255, "ANY" },
		{ 257, "CAA" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].type == type) {
			buf_str(b, known[i].name);
			return;
		}
	buf_fmt(b, "TYPE%u", type);
}

static void address_show(struct dns *m, struct buf *b, int family, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	m->bad |= m->size - m->at < len;
	if (!m->bad && inet_ntop(family, m->data + m->at, text, sizeof(text)))
		buf_str(b, text);
}

/* What a record with so many bytes says: an address, a name, or its type. */
static void value_show(struct dns *m, struct buf *b, unsigned type, size_t len)
{
	unsigned port;

	if (type == DNS_A && len == 4) {
		address_show(m, b, AF_INET, len);
	} else if (type == DNS_AAAA && len == 16) {
		address_show(m, b, AF_INET6, len);
	} else if (type == DNS_NS || type == DNS_CNAME || type == DNS_PTR) {
		if (type == DNS_CNAME)
			buf_str(b, "CNAME ");
		name_show(m, b);
	} else if (type == DNS_MX) {
		buf_fmt(b, "%u ", dns_u16(m));
		name_show(m, b);
	} else if (type == DNS_SRV) {
		buf_fmt(b, "%u ", dns_u16(m));
		buf_fmt(b, "%u ", dns_u16(m));
		port = dns_u16(m);
		name_show(m, b);
		buf_fmt(b, ":%u", port);
	} else {
		type_show(b, type);
	}
}

static void answer_show(struct dns *m, struct buf *b)
{
	struct buf owner = { 0 };
	unsigned type;
	size_t len, end;

	name_show(m, &owner);
	buf_free(&owner);
	type = dns_u16(m);
	dns_u16(m);
	dns_u16(m);
	dns_u16(m);
	len = dns_u16(m);
	end = m->at + len;
	m->bad |= m->at > m->size || len > m->size - m->at;
	if (!m->bad)
		value_show(m, b, type, len);
	m->at = end;
}

static void question_show(struct dns *m, struct buf *b)
{
	unsigned type;

	name_show(m, b);
	type = dns_u16(m);
	dns_u16(m);
	if (m->bad)
		return;
	buf_str(b, " ");
	type_show(b, type);
	buf_str(b, "?");
}

static void list_show(struct dns *m, struct buf *b, unsigned count,
		      void (*show)(struct dns *m, struct buf *b))
{
	for (unsigned i = 0; i < count && !m->bad; i++) {
		if (i)
			buf_str(b, ", ");
		if (i == DNS_SHOWN) {
			buf_str(b, "...");
			break;
		}
		show(m, b);
	}
}

/* False if these are no DNS message. */
static bool message_show(struct dns *m, struct buf *b)
{
	static const char *const errors[] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
		"REFUSED",
	};
	unsigned id = dns_u16(m), flags = dns_u16(m);
	unsigned asked = dns_u16(m), answers = dns_u16(m);
	unsigned error = flags & 15;

	dns_u16(m);
	dns_u16(m);
	if (m->bad)
		return false;
	buf_fmt(b, "id %u%s", id, asked ? ", " : "");
	list_show(m, b, asked, question_show);
	if (!(flags & 0x8000))
		return true;
	buf_str(b, " = ");
	if (error && error < sizeof(errors) / sizeof(*errors))
		buf_str(b, errors[error]);
	else if (error)
		buf_fmt(b, "error %u", error);
	else if (!answers)
		buf_str(b, "nothing");
	else if (asked <= DNS_SHOWN)
		list_show(m, b, answers, answer_show);
	if (flags & 0x200)
		buf_str(b, ", truncated");
	return true;
}

void hook_dns_message(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t data[DNS_MAX];
	size_t n = arg[0] < sizeof(data) ? arg[0] : sizeof(data);
	struct dns m = { .data = data };
	struct buf b = { 0 };

	dec_bytes(d, self, arg[0], 0);
	m.size = mem_read(d->ev->mem, self, data, n);
	if (m.size >= DNS_HEAD && message_show(&m, &b)) {
		if (m.bad)
			buf_str(&b, b.data[b.len - 1] == ' ' ? "..." : " ...");
		emit_comment(&d->em, "%s", buf_cstr(&b));
	}
	buf_free(&b);
}
