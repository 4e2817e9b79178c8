/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fdinfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symset.h"

#define DEVICE_MINOR_BITS 20	/* in the kernel's numbers of devices */

/* ---- fields ---- */

static const char *line_next(const char *line)
{
	line = strchr(line, '\n');
	return line && line[1] ? line + 1 : NULL;
}

/* The first line, at this one or after it, that begins so. */
static const char *line_find(const char *line, const char *begin)
{
	size_t n = strlen(begin);

	while (line && strncmp(line, begin, n) != 0)
		line = line_next(line);
	return line;
}

static const char *field_find(const char *text, const char *field)
{
	const char *line = line_find(text, field);

	return line ? line + strlen(field) +
		      strspn(line + strlen(field), " \t") : NULL;
}

/* strtoull() would go on to the next line. */
static bool number_read(const char *p, int base, uint64_t *v)
{
	char *end;
	uint64_t n;

	if (!p || !strchr("-0123456789abcdefABCDEF", *p))
		return false;
	n = strtoull(p, &end, base);
	if (end == p)
		return false;
	*v = n;
	return true;
}

bool fdinfo_number(const char *text, const char *field, int base, uint64_t *v)
{
	return number_read(field_find(text, field), base, v);
}

bool fdinfo_word(const char *text, const char *field, struct buf *out)
{
	const char *p = field_find(text, field);
	size_t n = p ? strcspn(p, "\n") : 0;

	buf_add(out, p, n);
	return n;
}

/* One of the hex numbers in a line such as "inotify wd:1 ino:7e sdev:1a". */
static bool line_number(const char *line, const char *word, uint64_t *v)
{
	const char *p = memmem(line, strcspn(line, "\n"), word, strlen(word));

	return p && number_read(p + strlen(word), 16, v);
}

/* ---- what is shown ---- */

struct names {
	struct buf *out;
	bool any;
};

static void name_put(void *arg, const char *name, uint64_t v,
		     enum symset_part part)
{
	struct names *n = arg;

	(void)v;
	(void)part;
	if (n->any)
		buf_ch(n->out, '|');
	buf_str(n->out, name);
	n->any = true;
}

/* These sets are the same on all machines, so the first one's will do. */
static void flags_put(struct buf *out, const char *set, uint64_t v)
{
	const struct symset *s = symset_find(set);
	struct names n = { .out = out };
	uint64_t left = s ? symset_split(s, 0, v, name_put, &n) : v;

	if (n.any && left)
		buf_ch(out, '|');
	if (!n.any || left)
		buf_hex(out, left);
}

static void enum_put(struct buf *out, const char *set, uint64_t v)
{
	const struct symset *s = symset_find(set);
	const char *name = s ? symset_name(s, 0, v) : NULL;

	if (name)
		buf_str(out, name);
	else
		buf_dec(out, (int64_t)v);
}

static void member(struct buf *out, const char *name)
{
	if (out->len && out->data[out->len - 1] != '[' &&
	    out->data[out->len - 1] != '{')
		buf_str(out, ", ");
	buf_str(out, name);
}

static void member_number(struct buf *out, const char *name, uint64_t v)
{
	member(out, name);
	buf_udec(out, v);
}

/* A number that is usually zero, and then says nothing. */
static void member_if(const struct fdinfo *f, const char *field, int base,
		      struct buf *out, const char *name)
{
	uint64_t v;

	if (fdinfo_number(f->text, field, base, &v) && v)
		member_number(out, name, v);
}

static void member_name(const struct fdinfo *f, struct buf *out)
{
	if (!f->name || !*f->name)
		return;
	member(out, "name=\"");
	buf_escape(out, f->name, strnlen(f->name, FDINFO_NAME_MAX),
		   QUOTE_OCTAL);
	buf_ch(out, '"');
}

/* ---- the kinds ---- */

/* Older kernels have fewer of these fields. */
static bool eventfd_put(const struct fdinfo *f, struct buf *out)
{
	uint64_t count, n;

	if (!fdinfo_number(f->text, "eventfd-count:", 16, &count))
		return false;
	buf_fmt(out, "%" PRIu64, count);
	if (fdinfo_number(f->text, "eventfd-id:", 10, &n))
		member_number(out, "eventfd-id=", n);
	if (fdinfo_number(f->text, "eventfd-semaphore:", 10, &n))
		member_number(out, "eventfd-semaphore=", n);
	buf_ch(out, '}');
	return true;
}

/* The signals that a signalfd accepts. */
static bool signalfd_put(const struct fdinfo *f, struct buf *out)
{
	const char *between = "";
	uint64_t mask;

	if (!fdinfo_number(f->text, "sigmask:", 16, &mask))
		return false;
	for (unsigned sig = 1; sig <= 64; sig++) {
		if (!(mask >> (sig - 1) & 1))
			continue;
		buf_str(out, between);
		signal_put(out, (int)sig, false);
		between = " ";
	}
	buf_ch(out, ']');
	return true;
}

/* "(1, 499909700)" are seconds and nanoseconds. */
static void time_put(const struct fdinfo *f, const char *field,
		     struct buf *out, const char *name)
{
	const char *p = field_find(f->text, field);
	uint64_t sec;
	uint32_t ns;

	if (!p || sscanf(p, "(%" SCNu64 ", %" SCNu32 ")", &sec, &ns) != 2 ||
	    ns >= 1000000000 || (!sec && !ns))
		return;
	member_number(out, name, sec);
	if (ns)
		buf_fraction(out, ns, 9);
}

static bool timerfd_put(const struct fdinfo *f, struct buf *out)
{
	uint64_t clock;

	if (!fdinfo_number(f->text, "clockid:", 10, &clock))
		return false;
	enum_put(out, "clocknames", clock);
	member_if(f, "ticks:", 10, out, "ticks=");
	time_put(f, "it_value:", out, "it_value=");
	time_put(f, "it_interval:", out, "it_interval=");
	buf_ch(out, ']');
	return true;
}

#define EPOLL_ALWAYS 0x18u	/* EPOLLERR and EPOLLHUP, asked for or not */

#define EPOLL_MOST 256		/* a text has room for about as many */

struct watched {
	int fd;
	unsigned events;
};

static int watched_order(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	return (x->fd > y->fd) - (x->fd < y->fd);
}

/* The kernel's own order is that of addresses in its memory. */
static bool epoll_put(const struct fdinfo *f, struct buf *out)
{
	const char *line = line_find(f->text, "tfd:");
	struct watched w[EPOLL_MOST];
	size_t n = 0;

	for (; line && n < EPOLL_MOST;
	     line = line_find(line_next(line), "tfd:"))
		n += sscanf(line, "tfd: %d events: %x ", &w[n].fd,
			    &w[n].events) == 2;
	qsort(w, n, sizeof(*w), watched_order);
	for (size_t i = 0; i < n && i <= FDINFO_LIST; i++) {
		if (i)
			buf_ch(out, ' ');
		if (i == FDINFO_LIST) {
			buf_str(out, "...");
			break;
		}
		buf_fmt(out, "%d:", w[i].fd);
		flags_put(out, "epoll_events", w[i].events & ~EPOLL_ALWAYS);
	}
	buf_ch(out, ']');
	return true;
}

#define ALL_EVENTS 0xfffu

/* Who watches for all that can happen shall not fill the line. */
static void events_put(struct buf *out, const char *events, uint64_t v)
{
	uint64_t others = v & ~(uint64_t)ALL_EVENTS;

	if ((v & ALL_EVENTS) != ALL_EVENTS ||
	    strcmp(events, "inotify_events") != 0) {
		flags_put(out, events, v);
		return;
	}
	buf_str(out, "IN_ALL_EVENTS");
	if (others) {
		buf_ch(out, '|');
		flags_put(out, events, others);
	}
}

/* Which file it is about; a whole mount or file system has fewer of these. */
static void mark_put(const char *line, struct buf *out, const char *events)
{
	uint64_t v;

	if (line_number(line, "mnt_id:", &v))
		member_number(out, "mnt_id=", v);
	if (line_number(line, "ino:", &v))
		member_number(out, "ino=", v);
	if (line_number(line, "sdev:", &v)) {
		member_number(out, "dev=", v >> DEVICE_MINOR_BITS);
		buf_fmt(out, ":%" PRIu64, v & ((1 << DEVICE_MINOR_BITS) - 1));
	}
	if (line_number(line, " mask:", &v)) {
		member(out, "mask=");
		events_put(out, events, v);
	}
	if (line_number(line, " ignored_mask:", &v) && v) {
		member(out, "ignored_mask=");
		events_put(out, events, v);
	}
	buf_ch(out, '}');
}

static bool inotify_put(const struct fdinfo *f, struct buf *out)
{
	const char *line = line_find(f->text, "inotify ");
	unsigned n = 0;
	uint64_t wd;

	for (; line; line = line_find(line_next(line), "inotify ")) {
		if (!line_number(line, "wd:", &wd))
			continue;
		if (n++ == FDINFO_MARKS) {
			member(out, "...");
			break;
		}
		member(out, "{wd=");
		buf_udec(out, wd);
		mark_put(line, out, "inotify_events");
	}
	buf_ch(out, ']');
	return true;
}

static bool fanotify_put(const struct fdinfo *f, struct buf *out)
{
	const char *line = line_find(f->text, "fanotify ");
	unsigned n = 0;
	uint64_t v;

	for (; line; line = line_find(line_next(line), "fanotify ")) {
		if (line_number(line, "fanotify flags:", &v)) {
			member(out, "");
			flags_put(out, "fan_init_flags", v);
			continue;
		}
		if (!line_number(line, " mask:", &v))
			continue;
		if (n++ == FDINFO_MARKS) {
			member(out, "...");
			break;
		}
		member(out, "{");
		mark_put(line, out, "fan_events");
	}
	buf_ch(out, ']');
	return true;
}

/* Its sizes are powers of two, which the kernel has as masks. */
static bool io_uring_put(const struct fdinfo *f, struct buf *out)
{
	uint64_t v;

	if (!line_find(f->text, "SqThread:"))
		return false;
	if (fdinfo_number(f->text, "SqMask:", 16, &v))
		member_number(out, "sq_entries=", v + 1);
	if (fdinfo_number(f->text, "CqMask:", 16, &v))
		member_number(out, "cq_entries=", v + 1);
	member_if(f, "SQEs:", 10, out, "sqes=");
	member_if(f, "CQEs:", 10, out, "cqes=");
	if (fdinfo_number(f->text, "SqThread:", 10, &v) && (int64_t)v > 0)
		member_number(out, "sq_thread=", v);
	member_if(f, "UserFiles:", 10, out, "files=");
	member_if(f, "UserBufs:", 10, out, "buffers=");
	buf_ch(out, ']');
	return true;
}

#define UFFD_INITIALIZED 0x80000000u	/* the kernel's own */

static bool userfaultfd_put(const struct fdinfo *f, struct buf *out)
{
	uint64_t pending, total = 0;
	const char *api = field_find(f->text, "API:");
	unsigned features;

	if (!fdinfo_number(f->text, "pending:", 10, &pending))
		return false;
	fdinfo_number(f->text, "total:", 10, &total);
	member_number(out, "pending=", pending);
	member_number(out, "total=", total);
	if (api && sscanf(api, "%*x:%x:", &features) == 1 &&
	    (features &= ~UFFD_INITIALIZED)) {
		member(out, "");
		flags_put(out, "uffd_features", features);
	}
	buf_ch(out, ']');
	return true;
}

/* What of BPF has a type, a number and a name. */
static bool bpf_put(const struct fdinfo *f, struct buf *out, const char *type,
		    const char *types, const char *number)
{
	uint64_t v;

	if (!fdinfo_number(f->text, type, 10, &v))
		return false;
	enum_put(out, types, v);
	if (fdinfo_number(f->text, number, 10, &v))
		member_number(out, "id=", v);
	member_name(f, out);
	buf_ch(out, ']');
	return true;
}

static bool map_put(const struct fdinfo *f, struct buf *out)
{
	return bpf_put(f, out, "map_type:", "bpf_map_types", "map_id:");
}

static bool prog_put(const struct fdinfo *f, struct buf *out)
{
	return bpf_put(f, out, "prog_type:", "bpf_prog_types", "prog_id:");
}

static bool link_put(const struct fdinfo *f, struct buf *out)
{
	struct buf type = { .len = 0 };
	bool known = fdinfo_word(f->text, "link_type:", &type);
	uint64_t id;

	if (known) {
		buf_plain(out, type.data, type.len);
		if (fdinfo_number(f->text, "link_id:", 10, &id))
			member_number(out, "id=", id);
		if (fdinfo_number(f->text, "prog_id:", 10, &id))
			member_number(out, "prog_id=", id);
		buf_ch(out, ']');
	}
	buf_free(&type);
	return known;
}

static bool btf_put(const struct fdinfo *f, struct buf *out)
{
	uint64_t id;

	if (!fdinfo_number(f->text, "btf_id:", 10, &id))
		return false;
	member_number(out, "id=", id);
	member_name(f, out);
	buf_ch(out, ']');
	return true;
}

static bool perf_event_put(const struct fdinfo *f, struct buf *out)
{
	if (!f->id)
		return false;
	member_number(out, "id=", f->id);
	buf_ch(out, ']');
	return true;
}

static bool vfio_put(const struct fdinfo *f, struct buf *out)
{
	struct buf path = { .len = 0 };
	bool known = fdinfo_word(f->text, "vfio-device-syspath:", &path);

	if (known) {
		buf_plain(out, path.data, path.len);
		buf_ch(out, ']');
	}
	buf_free(&path);
	return known;
}

static const struct fdinfo_kind kinds[] = {
	{ "anon_inode:[eventfd]", "{eventfd-count=", FDINFO_ASK_NOTHING, false,
	  eventfd_put },
	{ "anon_inode:[signalfd]", "signalfd:[", FDINFO_ASK_NOTHING, false,
	  signalfd_put },
	{ "anon_inode:[timerfd]", "timerfd:[", FDINFO_ASK_NOTHING, false,
	  timerfd_put },
	{ "anon_inode:[eventpoll]", "epoll:[", FDINFO_ASK_NOTHING, false,
	  epoll_put },
	{ "anon_inode:inotify", "inotify:[", FDINFO_ASK_NOTHING, false,
	  inotify_put },
	{ "anon_inode:[fanotify]", "fanotify:[", FDINFO_ASK_NOTHING, false,
	  fanotify_put },
	{ "anon_inode:[io_uring]", "io_uring:[", FDINFO_ASK_NOTHING, false,
	  io_uring_put },
	{ "anon_inode:[userfaultfd]", "userfaultfd:[", FDINFO_ASK_NOTHING,
	  false, userfaultfd_put },
	{ "anon_inode:bpf-map", "bpf-map:[", FDINFO_ASK_MAP, true, map_put },
	{ "anon_inode:bpf-prog", "bpf-prog:[", FDINFO_ASK_PROG, true,
	  prog_put },
	{ "anon_inode:bpf_link", "bpf_link:[", FDINFO_ASK_NOTHING, false,
	  link_put },
	{ "anon_inode:btf", "btf:[", FDINFO_ASK_BTF, true, btf_put },
	{ "anon_inode:[perf_event]", "perf_event:[", FDINFO_ASK_EVENT, true,
	  perf_event_put },
	{ "anon_inode:[vfio-device]", "vfio-device:[", FDINFO_ASK_NOTHING,
	  true, vfio_put },
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

const struct fdinfo_kind *fdinfo_kind(const char *link, size_t len)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strlen(kinds[i].link) == len &&
		    !memcmp(link, kinds[i].link, len))
			return &kinds[i];
	return NULL;
}

const struct fdinfo_kind *fdinfo_kind_shown(const char *detail, size_t len)
{
	for (size_t i = 0; i < KINDS; i++) {
		size_t n = strlen(kinds[i].begin);

		if (n <= len && !memcmp(detail, kinds[i].begin, n))
			return &kinds[i];
	}
	return NULL;
}

bool fdinfo_put(const struct fdinfo_kind *k, const struct fdinfo *f,
		struct buf *out)
{
	size_t before = out->len;

	buf_str(out, k->begin);
	if (k->put(f, out))
		return true;
	out->len = before;
	return false;
}
