/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single values: numbers in all their meanings, strings, fds. */
#include <limits.h>
#include <string.h>

#include "calls.h"
#include "ask.h"
#include "decode.h"
#include "diag.h"
#include "options.h"
#include "symset.h"
#include "task.h"
#include "visit.h"

bool dec_word(struct dec *d, uint64_t addr, uint64_t *v)
{
	return dec_uint(d, addr, abi_word_size(d->abi), v);
}

void dec_sym(struct dec *d, enum value_kind kind, const struct symset *s,
	     uint64_t v)
{
	struct value *slot = emit_slot(&d->em, kind);

	slot->num = v;
	slot->set = s;
	slot->abi = (uint8_t)d->abi;
	slot->width = 8;
}

/* With -Y the number in "pid:17" has the process's name after it. */
static ssize_t pidfd_comm(struct dec *d, char *text, size_t size, size_t n)
{
	struct buf comm = { .len = 0 };
	struct env_fd_text t;
	ssize_t len = -1;
	uint32_t pid = 0;

	env_fd_split(text, n, &t);
	for (size_t i = strlen("pid:"); i < t.detail_len; i++)
		pid = pid * 10 + (uint32_t)(t.detail[i] - '0');
	if (d->o->decode_pids)
		len = env_get(d->env, ENV_COMM, (pid_t)pid, 0, d->text,
			      sizeof(d->text));
	if (len > 0) {
		buf_ch(&comm, '<');
		buf_escape_also(&comm, d->text, (size_t)len, QUOTE_OCTAL,
				"<>");
		buf_ch(&comm, '>');
	}
	if (comm.len <= size - n) {
		memcpy(text + n, buf_cstr(&comm), comm.len);
		n += comm.len;
	}
	buf_free(&comm);
	return (ssize_t)n;
}

/* What is known of a descriptor, if --decode-fds wants that. */
ssize_t dec_fd_text(struct dec *d, const struct env_query *fd, char *text,
		    size_t size)
{
	static const unsigned bits[] = {
		[ENV_FD_PLAIN] = FDS_PATH, [ENV_FD_SOCKET] = FDS_SOCKET,
		[ENV_FD_DEVICE] = FDS_DEVICE, [ENV_FD_PROCESS] = FDS_PIDFD,
		[ENV_FD_COUNTER] = FDS_EVENTFD,
		[ENV_FD_SIGNALS] = FDS_SIGNALFD, [ENV_FD_ANON] = FDS_ANON,
	};
	unsigned want = d->o->decode_fds;
	enum env_fd_kind kind;
	ssize_t n;

	if (want & ~FDS_PATH) {
		n = env_get(d->env, ENV_FD_DETAIL, fd->tid, fd->key, text,
			    size);
		kind = n < 0 ? ENV_FD_PLAIN : env_fd_kind(text, (size_t)n);
		if (n > 0 && kind == ENV_FD_PROCESS && want & FDS_PIDFD)
			return pidfd_comm(d, text, size, (size_t)n);
		if (n < 0 || want & bits[kind])
			return n;
	}
	return want & FDS_PATH ? env_get(d->env, ENV_FD_PATH, fd->tid,
					 fd->key, text, size) : -1;
}

void dec_fd(struct dec *d, enum value_kind kind, int fd)
{
	bool cwd = kind == VAL_DIRFD && fd == -100;
	struct value *v;
	char path[DEC_PATH_MAX + 512];
	ssize_t n = -1;

	if (cwd && d->o->decode_fds & FDS_PATH)
		n = env_get(d->env, ENV_CWD, d->ev->tid, fd, path,
			    sizeof(path));
	else if (fd >= 0)
		n = dec_fd_text(d, &(struct env_query){ .tid = d->ev->tid,
							.key = fd },
				path, sizeof(path));
	v = emit_slot(&d->em, kind);
	v->num = (int64_t)fd;
	v->width = 4;
	v->abi = (uint8_t)d->abi;
	v->flags = cwd ? VF_CWD : 0;
	if (n > 0)
		emit_text(&d->em, v, path, n);
	dec_secontext_fd(d, fd);
	if (kind == VAL_DIRFD)
		d->dirfd = fd;
}

/* A number below -1 is a process group. */
void dec_pid_look(struct dec *d, struct value *v)
{
	int64_t num = (int64_t)v->num, key = num < -1 ? -num : num;
	pid_t ours;
	ssize_t n;

	if (d->o->decode_pids && num > 0) {
		n = env_get(d->env, ENV_COMM, d->ev->tid, num, d->text,
			    sizeof(d->text));
		v->text = n > 0 ? d->text : NULL;
		v->len = n > 0 ? n : 0;
	}
	if (d->o->pidns && key > 0 &&
	    env_get(d->env, ENV_PIDNS, d->ev->tid, key, &ours,
		    sizeof(ours)) == sizeof(ours)) {
		ours = (pid_t)abi_number(d->ev->tracer_abi, &ours, 4);
		if (ours != key)
			v->num2 = ours;
	}
}

void dec_pid(struct dec *d, uint64_t num)
{
	struct value v = { .kind = VAL_PID, .num = num, .width = 4,
			   .abi = d->abi };

	dec_pid_look(d, &v);
	emit_value(&d->em, &v);
}

static void value_ifindex(struct dec *d, uint64_t num)
{
	ssize_t n = env_get(d->env, ENV_IFNAME, d->ev->tid, num, d->text,
			    sizeof(d->text));

	emit_value(&d->em, &(struct value){
		.kind = VAL_IFINDEX, .num = num, .width = 4, .abi = d->abi,
		.text = n > 0 ? d->text : NULL, .len = n > 0 ? n : 0 });
}

/* A limit: infinity by name, whole KiB as a product. */
static void value_rlim(struct dec *d, uint64_t num, unsigned store)
{
	bool wide = store == STORE_U64 || store == STORE_S64;
	struct value v = { .kind = VAL_UDEC, .num = num, .width = 8 };

	if (num == (wide ? UINT64_MAX : UINT32_MAX)) {
		v.kind = VAL_SYM;
		v.flags = VF_DEC;
		v.set = dec_set(wide ? "rlim64_infinity" : "rlim_infinity");
		v.abi = wide ? abi_infos[d->abi].main : d->abi;
		emit_value(&d->em, &v);
		return;
	}
	if (num > 1024 && num % 1024 == 0) {
		v.kind = VAL_MULT;
		v.num2 = 1024;
	}
	emit_value(&d->em, &v);
}

/* A number of clock ticks, and a remark with the seconds. */
static void value_ticks(struct dec *d, uint64_t num)
{
	emit_num(&d->em, VAL_DEC, num);
	if ((int64_t)num > 0)
		emit_meaning(&d->em, "%lld.%02lld s", (long long)num / 100,
			     (long long)num % 100);
}

static unsigned store_width(unsigned store)
{
	unsigned n = dec_store_size(store);

	return n ? n : 8;
}

/* A value in its place: a number as it was stored. */
static struct value *value_slot(struct dec *d, enum value_kind kind,
				uint64_t num, unsigned store)
{
	struct value *v = emit_slot(&d->em, kind);

	v->num = num;
	v->width = (uint8_t)store_width(store);
	v->abi = (uint8_t)d->abi;
	v->flags = d->names ? VF_NAMES : 0;
	return v;
}

static uint64_t within(uint64_t num, unsigned width)
{
	return width < 8 ? num & ((1ull << width * 8) - 1) : num;
}

static void value_errno(struct dec *d, uint64_t num, unsigned store)
{
	int64_t err = (int64_t)num;
	struct value *v = value_slot(d, VAL_ERRNO, num, store);

	if (err >= 0 || err <= -4096 || !errno_name((int)-err))
		return;
	v->kind = VAL_SYM;
	v->set = dec_set("errnos");
	v->flags = VF_MINUS;
	v->num = (uint64_t)-err;
}

static void value_symbol(struct dec *d, const struct abi_type *t,
			 uint64_t num, unsigned store)
{
	struct value *v = value_slot(d, t->kind == T_FLAGS ? VAL_FLAGS :
				     VAL_SYM, num, store);

	v->set = &abi_symsets[t->ref];
	if (t->flags & TF_SIGNED)
		v->flags |= VF_SIGNED;
	else
		v->num = within(num, v->width);
}

static bool is_unsigned(enum value_kind kind)
{
	return kind == VAL_HEX || kind == VAL_OCT || kind == VAL_PERM ||
	       kind == VAL_UDEC || kind == VAL_MODE;
}

static void value_plain(struct dec *d, const struct abi_type *t, uint64_t num,
			unsigned store)
{
	static const uint8_t kinds[T_KIND_COUNT] = {
		[T_ADDR] = VAL_ADDR, [T_SIGNAL] = VAL_SIGNAL,
		[T_MODE] = VAL_MODE,
		[T_PERM] = VAL_PERM, [T_DEV] = VAL_DEV, [T_ID] = VAL_ID,
		[T_HEXARG] = VAL_HEX,
	};

	struct value *v = value_slot(d, t->kind == T_NUM ? t->fmt :
				     kinds[t->kind], num, store);

	if (t->flags & TF_PAGES) {
		v->num *= 4096;
		v->width = 8;
	}
	if (is_unsigned(v->kind))
		v->num = within(v->num, v->width);
}

/* The kinds that are a number. */
static void value_number(struct dec *d, const struct abi_type *t,
			 uint64_t num, unsigned store)
{
	switch (t->kind) {
	case T_SYM:
	case T_FLAGS:
		value_symbol(d, t, num, store);
		break;
	case T_FD:
		dec_fd(d, VAL_FD, num);
		break;
	case T_DIRFD:
		dec_fd(d, VAL_DIRFD, num);
		break;
	case T_PID:
		dec_pid(d, num);
		dec_secontext_pid(d, num);
		break;
	case T_IFINDEX:
		value_ifindex(d, num);
		break;
	case T_ERRNO:
		value_errno(d, num, store);
		break;
	case T_RLIM:
		value_rlim(d, num, store);
		break;
	case T_TICKS:
		value_ticks(d, num);
		break;
	case T_CLOCKID:
		dec_sym(d, VAL_SYM, dec_set("clocknames"), (uint32_t)num);
		break;
	default:
		value_plain(d, t, num, store);
	}
}

static void value_fixed(struct dec *d, const struct abi_type *t,
			struct dec_loc *loc, uint64_t n)
{
	static const uint8_t kinds[T_KIND_COUNT] = {
		[T_INET4] = VAL_INET4, [T_INET6] = VAL_INET6,
		[T_HTONS] = VAL_HTONS, [T_HTONL] = VAL_HTONL,
		[T_HWADDR] = VAL_HWADDR, [T_UUID] = VAL_UUID,
		[T_SIGSET] = VAL_SIGSET, [T_CPUSET] = VAL_CPUSET,
	};
	uint8_t bytes[1024];
	const uint8_t *p = loc->data;
	bool cut;

	n = dec_count(d, t, n, &cut);
	if (n > sizeof(bytes)) {
		n = sizeof(bytes);
		cut = true;
	}
	if (p && loc->avail < n)
		n = loc->avail;
	if (!p) {
		if (!dec_read(d, loc->addr, bytes, n)) {
			emit_addr(&d->em, loc->addr);
			return;
		}
		p = bytes;
	}
	if (t->kind == T_SIGSET || t->kind == T_CPUSET) {
		if (p != bytes)
			memcpy(bytes, p, n);
		dec_mask(d, bytes, n);
		p = bytes;
	}
	emit_value(&d->em, &(struct value){ .kind = kinds[t->kind],
					    .flags = cut ? VF_CUT : 0,
					    .text = p, .len = n,
					    .abi = d->abi });
}

static void value_chars(struct dec *d, const struct abi_type *t,
			struct dec_loc *loc, uint64_t n)
{
	unsigned vf = t->flags & TF_HEXSTR ? VF_HEX : 0;
	const uint8_t *end;
	size_t len;
	bool cut;

	if (t->cut) {
		n = dec_count(d, t, n, &cut);
		vf |= cut ? VF_CUT : 0;
	}
	if (!loc->data) {
		if (t->kind == T_CHARS && t->flags & TF_PATH)
			dec_path(d, loc->addr);
		else if (t->kind == T_CHARS)
			dec_string(d, loc->addr, n);
		else
			dec_bytes(d, loc->addr, n, vf);
		return;
	}
	len = n < loc->avail ? n : loc->avail;
	vf |= n > loc->avail && dec_is_huge(d) ? VF_CUT : 0;
	end = t->kind == T_CHARS ? memchr(loc->data, 0, len) : NULL;
	if (end) {
		len = end - loc->data;
		vf &= ~VF_CUT;
	} else if (t->kind == T_CHARS) {
		/* The last byte is the NUL's place. */
		len -= len && len == n;
		vf |= VF_CUT;
	}
	if (t->flags & TF_ENDED && t->kind == T_BYTES) {
		if (len && !loc->data[len - 1])
			len--;
		else
			vf |= VF_CUT;
	}
	if (len > d->o->max_string && t->kind == T_BYTES) {
		len = d->o->max_string;
		vf |= VF_CUT;
	}
	emit_value(&d->em, &(struct value){ .kind = VAL_STR, .flags = vf,
					    .text = loc->data, .len = len,
					    .full_len = n });
}

static void value_hook(struct dec *d, const struct abi_type *t,
		       struct dec_loc *loc)
{
	uint64_t arg[8] = { 0 };
	struct dec_frame frame;

	for (unsigned i = 0; i < t->nargs && i < 8; i++)
		arg[i] = dec_eval(d, abi_args[t->args + i]);
	dec_go_in(d, &frame);
	if (t->count)
		frame.rest = dec_count(d, t, 0, &frame.cut);
	frame.shows = abi_hooks[t->ref].shows;
	dec_visit(VISIT_HOOK, t->ref);
	abi_hooks[t->ref].fn(d, loc->is_num ? loc->num : loc->addr, arg);
	dec_go_out(d);
}

/* Bytes an in-place value has: its [n], what its kind needs, what is left. */
static uint64_t value_bytes(struct dec *d, const struct abi_type *t,
			    struct dec_loc *loc)
{
	static const uint8_t fixed[T_KIND_COUNT] = {
		[T_INET4] = 4, [T_INET6] = 16, [T_HTONS] = 2, [T_HTONL] = 4,
		[T_UUID] = 16,
	};

	if (t->count)
		return dec_eval_rest(d, t->count, loc->avail);
	if (t->store[d->abi])
		return dec_store_size(t->store[d->abi]);
	return fixed[t->kind] ? fixed[t->kind] : t->min ? t->min : loc->avail;
}

/* The first place in v, of n cases, whose key is not less than that. */
static uint32_t cases_bound(struct dec *d, const uint32_t *v, uint32_t n,
			    uint64_t key)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct abi_case *c = &abi_cases[v[mid]];

		if ((uint32_t)abi_nums[c->val[0]].v[d->abi] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct dec_cases dec_cases(struct dec *d, const uint32_t *order, uint64_t key)
{
	const uint32_t *v = &abi_orders[order[d->abi]];
	uint32_t n = *v++, low = key;
	uint32_t from = cases_bound(d, v, n, low);

	return (struct dec_cases){
		v + from, cases_bound(d, v, n, low + 1ull) - from };
}

uint32_t dec_switch(struct dec *d, uint32_t type)
{
	for (unsigned i = 0; abi_types[type].kind == T_SWITCH && i < 8; i++) {
		const struct abi_switch *w = &abi_switches[abi_types[type].ref];
		uint64_t k0 = dec_eval(d, w->key[0]);
		uint64_t k1 = w->key[1] ? dec_eval(d, w->key[1]) : 0;
		struct dec_cases found = dec_cases(d, w->order, k0);
		uint32_t to = w->def;

		for (uint32_t j = 0; j < found.n; j++) {
			const struct abi_case *c = &abi_cases[found.v[j]];

			if (abi_nums[c->val[0]].v[d->abi] == k0 &&
			    (!w->key[1] ||
			     abi_nums[c->val[1]].v[d->abi] == k1)) {
				to = c->ref;
				dec_visit(VISIT_CASE, c - abi_cases);
				break;
			}
		}
		type = to;
	}
	return type;
}

static bool kind_is_number(unsigned kind)
{
	return kind <= T_PTR;
}

/* A number that lies in memory is read first. */
static bool number_read(struct dec *d, const struct abi_type *t,
			struct dec_loc *loc)
{
	unsigned store = t->store[d->abi], n = dec_store_size(store);
	uint8_t bytes[8];

	if (loc->data && loc->avail >= n)
		loc->num = dec_number(d, loc->data, store);
	else if (dec_read(d, loc->addr, bytes, n))
		loc->num = dec_number(d, bytes, store);
	else
		return false;
	return true;
}

static inline bool loc_number(struct dec *d, const struct abi_type *t,
			      struct dec_loc *loc)
{
	return loc->is_num || number_read(d, t, loc);
}

static void value_in_place(struct dec *d, const struct abi_type *t,
			   struct dec_loc *loc)
{
	switch (t->kind) {
	case T_ARRAY:
		dec_array(d, t, loc);
		break;
	case T_BYTES:
	case T_CHARS:
	case T_SOCKBUF:
		value_chars(d, t, loc, value_bytes(d, t, loc));
		break;
	case T_STRUCT:
		dec_struct(d, &abi_structs[t->ref], loc);
		break;
	case T_UNION:
		dec_union(d, t, loc);
		break;
	case T_RECORDS:
		if (abi_records[t->ref].apart)
			dec_messages(d, t, loc->addr);
		else
			dec_records(d, t, loc);
		break;
	case T_ATTRS:
		dec_attrs(d, t, loc);
		break;
	case T_HOOK:
		value_hook(d, t, loc);
		break;
	default:
		value_fixed(d, t, loc, value_bytes(d, t, loc));
	}
}

static void value_string(struct dec *d, const struct abi_type *t,
			 uint64_t addr)
{
	if (t->flags & TF_PATH)
		dec_path(d, addr);
	else if (t->flags & TF_WHOLE)
		dec_long_string(d, addr);
	else
		dec_string(d, addr, t->cut ? (uint64_t)dec_eval(d, t->cut) :
			   UINT64_MAX);
}

/* A register as it would lie in memory. */
static const uint8_t *register_bytes(const struct dec *d, uint64_t v,
				     uint8_t bytes[8])
{
	const struct abi_info *info = &abi_infos[d->abi];

	memset(bytes, 0, 8);
	abi_number_put(d->abi, bytes, info->big_endian ? info->reg : 8, v);
	return bytes;
}

void dec_value(struct dec *d, uint32_t type, struct dec_loc *loc)
{
	const struct abi_type *t = &abi_types[dec_resolve(d, type)];
	uint8_t bytes[8];

	if (d->depth == DEC_DEPTH_MAX) {
		emit_addr(&d->em, loc->addr);
		return;
	}
	d->depth++;
	if (d->ask && (!kind_is_number(t->kind) || loc_number(d, t, loc)) &&
	    dec_answer(d, t, loc)) {
		d->depth--;
		return;
	}
	if (!kind_is_number(t->kind)) {
		if (loc->is_num && !loc->addr && t->kind != T_HOOK) {
			loc->is_num = false;
			loc->data = register_bytes(d, loc->num, bytes);
			loc->avail = 8;
		}
		value_in_place(d, t, loc);
	} else if (!loc_number(d, t, loc)) {
		emit_addr(&d->em, loc->addr);
	} else if (t->kind == T_PTR) {
		dec_pointer(d, t, loc);
	} else if (t->kind == T_STR) {
		if (t->dir == DIR_OUT && (!d->exiting || d->ev->err))
			emit_addr(&d->em, loc->num);
		else
			value_string(d, t, loc->num);
	} else if (t->kind == T_STRV) {
		dec_strings(d, t, loc->num);
	} else if (t->kind != T_NONE) {
		value_number(d, t, loc->num, t->store[d->abi]);
	}
	d->depth--;
}
