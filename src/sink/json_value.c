/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each kind of value looks in JSON.  Numbers are numbers, exact whatever
 * their size; what has a name as well is an object of both.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "env.h"
#include "json.h"
#include "symset.h"
#include "value.h"

static void show_dec(struct buf *b, const struct value *v)
{
	json_int(b, value_signed(v));
}

static void show_udec(struct buf *b, const struct value *v)
{
	json_uint(b, value_bits(v));
}

static void show_byte(struct buf *b, const struct value *v)
{
	json_uint(b, v->num & 0xff);
}

static void show_addr(struct buf *b, const struct value *v)
{
	if (!value_bits(v)) {
		buf_str(b, "null");
		return;
	}
	buf_str(b, "{\"addr\":");
	json_uint(b, value_bits(v));
	buf_ch(b, '}');
}

static void named_open(struct buf *b, const struct value *v, bool is_signed)
{
	buf_str(b, "{\"value\":");
	if (is_signed)
		show_dec(b, v);
	else
		show_udec(b, v);
}

static void show_sym(struct buf *b, const struct value *v)
{
	const char *name = NULL;
	bool minus = v->flags & VF_MINUS;

	if (v->set)
		name = symset_name(v->set, v->abi, value_bits(v));
	if (minus) {
		buf_str(b, "{\"value\":");
		json_int(b, -value_signed(v));
	} else {
		named_open(b, v, v->flags & VF_SIGNED);
	}
	if (name) {
		buf_str(b, minus ? ",\"name\":\"-" : ",\"name\":\"");
		buf_str(b, name);
		buf_ch(b, '"');
	}
	buf_ch(b, '}');
}

struct flag_names {
	struct buf *b;
	bool first;
	uint64_t rest;
};

static void add_flag(void *arg, const char *name, uint64_t v,
		     enum symset_part part)
{
	struct flag_names *f = arg;

	if (!name || strstr(name, "???")) {
		f->rest |= v;
		return;
	}
	if (!f->first)
		buf_ch(f->b, ',');
	f->first = false;
	buf_ch(f->b, '"');
	if (part >= SYMSET_SHIFT) {
		buf_udec(f->b, v);
		buf_str(f->b, "<<");
	}
	buf_str(f->b, name);
	buf_ch(f->b, '"');
}

static void show_flags(struct buf *b, const struct value *v)
{
	struct flag_names f = { .b = b, .first = true };
	uint64_t bits = value_bits(v);
	uint64_t rest = bits;

	named_open(b, v, false);
	buf_str(b, ",\"names\":[");
	if (v->set)
		rest = symset_split(v->set, v->abi, bits, add_flag, &f);
	buf_ch(b, ']');
	rest |= f.rest;
	if (rest) {
		buf_str(b, ",\"rest\":");
		json_uint(b, rest);
	}
	buf_ch(b, '}');
}

static void show_mode(struct buf *b, const struct value *v)
{
	const char *type = file_type_name(v->num);

	named_open(b, v, false);
	if (type) {
		buf_str(b, ",\"type\":\"");
		buf_str(b, type);
		buf_ch(b, '"');
	}
	buf_str(b, ",\"perm\":");
	json_uint(b, v->num & ~(uint64_t)S_IFMT & 07777);
	buf_ch(b, '}');
}

static void show_dev(struct buf *b, const struct value *v)
{
	named_open(b, v, false);
	buf_str(b, ",\"major\":");
	json_uint(b, major(value_bits(v)));
	buf_str(b, ",\"minor\":");
	json_uint(b, minor(value_bits(v)));
	buf_ch(b, '}');
}

static void signal_name_add(struct buf *b, int sig)
{
	buf_ch(b, '"');
	signal_put(b, sig, true);
	buf_ch(b, '"');
}

void json_signal(struct buf *b, int sig)
{
	buf_str(b, "{\"value\":");
	json_int(b, sig);
	if (sig > 0 && sig <= 64) {
		buf_str(b, ",\"name\":");
		signal_name_add(b, sig);
	}
	buf_ch(b, '}');
}

static void show_signal(struct buf *b, const struct value *v)
{
	int64_t sig = value_signed(v);

	if (sig > 0 && sig <= 64) {
		json_signal(b, (int)sig);
		return;
	}
	buf_str(b, "{\"value\":");
	json_int(b, sig);
	buf_ch(b, '}');
}

static void set_end(struct buf *b, const struct value *v)
{
	buf_str(b, v->flags & VF_CUT ? "],\"cut\":true}" : "]}");
}

static void show_sigset(struct buf *b, const struct value *v)
{
	bool first = true;

	buf_str(b, "{\"signals\":[");
	for (size_t i = 0; i < v->len * 8; i++) {
		if (!mask_has(v, i))
			continue;
		if (!first)
			buf_ch(b, ',');
		first = false;
		if (i < 64)
			signal_name_add(b, (int)i + 1);
		else
			json_uint(b, i + 1);
	}
	set_end(b, v);
}

static void show_cpuset(struct buf *b, const struct value *v)
{
	bool first = true;

	buf_str(b, "{\"cpus\":[");
	for (size_t i = 0; i < v->len * 8; i++) {
		if (!mask_has(v, i))
			continue;
		if (!first)
			buf_ch(b, ',');
		first = false;
		json_uint(b, i);
	}
	set_end(b, v);
}

void json_errno(struct buf *b, int err)
{
	const char *name = err > 0 && err < 4096 ? errno_name(err) : NULL;
	const char *text = name && err < 512 ? errno_text(err) : NULL;

	buf_str(b, "{\"value\":");
	json_int(b, err);
	if (name) {
		buf_str(b, ",\"name\":");
		json_quote_str(b, name);
	}
	if (text) {
		buf_str(b, ",\"text\":");
		json_quote_str(b, text);
	}
	buf_ch(b, '}');
}

static void show_errno(struct buf *b, const struct value *v)
{
	json_errno(b, (int)value_signed(v));
}

static void add_fd_name(struct buf *b, const struct env_fd_text *p)
{
	bool abstract = p->name_len && !*p->name;

	buf_str(b, abstract ? ",\"abstract\":" : ",\"socket_path\":");
	json_bytes(b, p->name + abstract, p->name_len - abstract);
}

static void add_fd_text(struct buf *b, const char *text, size_t len)
{
	struct env_fd_text p;

	env_fd_split(text, len, &p);
	if (p.path_len) {
		buf_str(b, ",\"path\":");
		json_bytes(b, p.path, p.path_len);
	}
	if (p.detail_len) {
		buf_str(b, ",\"detail\":");
		json_bytes(b, p.detail, p.detail_len);
	}
	if (p.name)
		add_fd_name(b, &p);
	if (p.deleted)
		buf_str(b, ",\"deleted\":true");
}

static void show_fd(struct buf *b, const struct value *v)
{
	buf_str(b, "{\"fd\":");
	json_int(b, (int32_t)v->num);
	if (v->kind == VAL_DIRFD && (int)v->num == -100)
		buf_str(b, ",\"name\":\"AT_FDCWD\"");
	if (v->text)
		add_fd_text(b, v->text, v->len);
	if (v->flags & VF_DELETED)
		buf_str(b, ",\"deleted\":true");
	buf_ch(b, '}');
}

static void show_pid(struct buf *b, const struct value *v)
{
	buf_str(b, "{\"pid\":");
	show_dec(b, v);
	if (v->text) {
		buf_str(b, ",\"comm\":");
		json_bytes(b, v->text, v->len);
	}
	if (v->num2 && (int64_t)v->num2 != value_signed(v)) {
		buf_str(b, ",\"tracer_pid\":");
		json_int(b, (int64_t)v->num2);
	}
	buf_ch(b, '}');
}

static void show_id(struct buf *b, const struct value *v)
{
	if (value_signed(v) == -1)
		buf_str(b, "-1");
	else
		show_udec(b, v);
}

static void show_str(struct buf *b, const struct value *v)
{
	size_t start = b->len;

	if (v->flags & VF_ABSTRACT) {
		buf_str(b, "{\"abstract\":");
		json_bytes(b, v->text, v->len);
		buf_ch(b, '}');
		return;
	}
	if (!(v->flags & VF_CUT)) {
		json_bytes(b, v->text, v->len);
		return;
	}
	buf_str(b, "{\"text\":");
	if (!json_quote(b, v->text, v->len)) {
		b->len = start;
		buf_str(b, "{\"bytes\":");
		json_hex(b, v->text, v->len);
	}
	buf_str(b, ",\"cut\":true");
	if (v->full_len) {
		buf_str(b, ",\"length\":");
		json_uint(b, v->full_len);
	}
	buf_ch(b, '}');
}

static void show_ifindex(struct buf *b, const struct value *v)
{
	named_open(b, v, false);
	if (v->text && v->len) {
		buf_str(b, ",\"name\":");
		json_bytes(b, v->text, v->len);
	}
	buf_ch(b, '}');
}

static void show_inet(struct buf *b, const struct value *v)
{
	int family = v->kind == VAL_INET4 ? AF_INET : AF_INET6;
	size_t need = v->kind == VAL_INET4 ? 4 : 16;
	char ip[INET6_ADDRSTRLEN];

	if (v->len == need && inet_ntop(family, v->text, ip, sizeof(ip)))
		json_quote_str(b, ip);
	else
		json_bytes(b, v->text, v->len);
}

static void show_network(struct buf *b, const struct value *v)
{
	const char *name = NULL;
	uint64_t num = 0;

	for (size_t i = 0; i < v->len && i < 8; i++)
		num = num << 8 | ((const uint8_t *)v->text)[i];
	if (v->set)
		name = symset_name(v->set, v->abi, num);
	if (!v->set) {
		json_uint(b, num);
		return;
	}
	buf_str(b, "{\"value\":");
	json_uint(b, num);
	if (name) {
		buf_str(b, ",\"name\":");
		json_quote_str(b, name);
	}
	buf_ch(b, '}');
}

static void show_hwaddr(struct buf *b, const struct value *v)
{
	buf_ch(b, '"');
	hwaddr_put(b, v);
	buf_ch(b, '"');
}

static void show_uuid(struct buf *b, const struct value *v)
{
	buf_ch(b, '"');
	uuid_put(b, v);
	buf_ch(b, '"');
}

static void add_stop(struct buf *b, const struct value *v, uint32_t s)
{
	unsigned sig = s >> 8 & 0xff, event = s >> 16;
	const char *name = v->set && event ?
			   symset_name(v->set, v->abi, event) : NULL;

	buf_str(b, ",\"stopped\":true,\"signal\":");
	json_signal(b, sig & 0x7f);
	if (sig & 0x80)
		buf_str(b, ",\"syscall\":true");
	if (!event)
		return;
	buf_str(b, ",\"event\":{\"value\":");
	json_uint(b, event);
	if (name) {
		buf_str(b, ",\"name\":");
		json_quote_str(b, name);
	}
	buf_ch(b, '}');
}

static void show_wait_status(struct buf *b, const struct value *v)
{
	uint32_t s = (uint32_t)v->num;

	named_open(b, v, false);
	switch (wait_kind(s)) {
	case WAIT_CONTINUED:
		buf_str(b, ",\"continued\":true");
		break;
	case WAIT_STOPPED:
		add_stop(b, v, s);
		break;
	case WAIT_SIGNALED:
		buf_str(b, ",\"signaled\":true,\"signal\":");
		json_signal(b, s & 0x7f);
		buf_str(b, s & 0x80 ? ",\"core\":true" : ",\"core\":false");
		break;
	case WAIT_EXITED:
		buf_str(b, ",\"exited\":true,\"code\":");
		json_uint(b, s >> 8 & 0xff);
		break;
	}
	buf_ch(b, '}');
}

static void show_name(struct buf *b, const struct value *v)
{
	if (v->flags & VF_FORM) {
		show_udec(b, v);
		return;
	}
	named_open(b, v, false);
	buf_str(b, ",\"name\":");
	json_bytes(b, v->text, v->len);
	buf_ch(b, '}');
}

static void show_text(struct buf *b, const struct value *v)
{
	buf_str(b, "{\"literal\":");
	json_bytes(b, v->text, v->len);
	buf_ch(b, '}');
}

typedef void json_show_fn(struct buf *b, const struct value *v);

static json_show_fn *const shows[VAL_KIND_COUNT] = {
	[VAL_DEC] = show_dec,
	[VAL_UDEC] = show_udec,
	[VAL_HEX] = show_udec,
	[VAL_OCT] = show_udec,
	[VAL_PERM] = show_udec,
	[VAL_ADDR] = show_addr,
	[VAL_SYM] = show_sym,
	[VAL_FLAGS] = show_flags,
	[VAL_MODE] = show_mode,
	[VAL_DEV] = show_dev,
	[VAL_SIGNAL] = show_signal,
	[VAL_SIGSET] = show_sigset,
	[VAL_CPUSET] = show_cpuset,
	[VAL_ERRNO] = show_errno,
	[VAL_FD] = show_fd,
	[VAL_DIRFD] = show_fd,
	[VAL_PID] = show_pid,
	[VAL_ID] = show_id,
	[VAL_STR] = show_str,
	[VAL_IFINDEX] = show_ifindex,
	[VAL_INET4] = show_inet,
	[VAL_INET6] = show_inet,
	[VAL_HTONS] = show_network,
	[VAL_HTONL] = show_network,
	[VAL_HWADDR] = show_hwaddr,
	[VAL_UUID] = show_uuid,
	[VAL_MULT] = show_udec,
	[VAL_BYTE_HEX] = show_byte,
	[VAL_WAIT_STATUS] = show_wait_status,
	[VAL_NAMED] = show_name,
	[VAL_TEXT] = show_text,
};

void json_show(struct buf *b, const struct value *v)
{
	if ((unsigned)v->kind < VAL_KIND_COUNT && shows[v->kind])
		shows[v->kind](b, v);
	else
		buf_str(b, "null");
}
