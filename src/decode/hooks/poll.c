/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of poll.abi: what a wait found, sets of file descriptors. */
#include "calls.h"
#include "hook.h"
#include "left.h"
#include "options.h"

#define SET_BYTES_MAX 131072	/* of an fd_set: a million descriptors */
#define SET_BYTES_MIN 128	/* what programs have at least */

static void aux_timeout(struct dec *d)
{
	static const char text[] = "Timeout";

	emit_open(&d->em, EMIT_AUX);
	hook_text(d, text, sizeof(text) - 1);
	emit_close(&d->em, EMIT_AUX);
}

/* ---- poll ---- */

struct poll_entry {		/* struct pollfd */
	int32_t fd;
	uint16_t events, revents;
};

/* The arguments have shown what the descriptors are, so here is less. */
static void entry_emit(struct dec *d, const struct poll_entry *p)
{
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "fd");
	emit_num(&d->em, VAL_FD, (uint64_t)(int64_t)p->fd);
	dec_name(d, "revents");
	emit_value(&d->em, &(struct value){
		.kind = VAL_FLAGS, .num = p->revents, .width = 2,
		.set = dec_set("poll_events"), .abi = d->abi });
	emit_close(&d->em, EMIT_STRUCT);
}

static void entries_emit(struct dec *d, uint64_t addr, uint32_t n)
{
	uint64_t shown = 0, most = d->abbrev ? d->o->max_string : UINT32_MAX;

	emit_open(&d->em, EMIT_ARRAY);
	for (uint32_t i = 0; i < n; i++) {
		struct poll_entry p;

		if (!dec_numbers(d, addr + i * sizeof(p), &p, sizeof(p),
				 "422")) {
			dec_unread_from(d, addr + i * sizeof(p));
			break;
		}
		if (!p.revents)
			continue;
		if (shown++ == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		entry_emit(d, &p);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_poll_result(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	if (!d->ev->ret) {
		aux_timeout(d);
		return;
	}
	if (!d->follow)
		return;
	emit_open(&d->em, EMIT_AUX);
	entries_emit(d, arg[0], arg[1]);
	left_emit(d, arg[2], arg[3], true);
	emit_close(&d->em, EMIT_AUX);
}

/* ---- select ---- */

struct fds {			/* a set as far as it could be read */
	uint8_t *bits;
	size_t len;		/* bytes that were read */
	unsigned n;		/* descriptors to look at */
	bool any;
};

static bool fds_has(const struct fds *s, unsigned fd)
{
	return fd / 8 < s->len && s->bits[fd / 8] >> fd % 8 & 1;
}

static bool fds_read(struct dec *d, uint64_t addr, int64_t nfds, struct fds *s)
{
	unsigned word = abi_word_size(d->abi);
	size_t want;

	s->any = false;
	buf_reset(&d->scratch);
	if (nfds < 0 || !addr)
		return false;
	s->n = nfds < SET_BYTES_MAX * 8 ? nfds : SET_BYTES_MAX * 8;
	want = (s->n + word * 8 - 1) / (word * 8) * word;
	buf_grow(&d->scratch, want + 1);
	s->bits = (uint8_t *)d->scratch.data;
	s->len = mem_read(d->ev->mem, addr, s->bits, want);
	if (s->len < want && s->len < SET_BYTES_MIN)
		return false;
	dec_mask(d, s->bits, s->len);
	for (unsigned fd = 0; fd < s->n && !s->any; fd++)
		s->any = fds_has(s, fd);
	return true;
}

static void fds_emit(struct dec *d, const struct fds *s, bool as_fds)
{
	uint64_t shown = 0, most = d->abbrev ? d->o->max_string : UINT32_MAX;

	emit_open(&d->em, EMIT_SET);
	for (unsigned fd = 0; fd < s->n; fd++) {
		if (!fds_has(s, fd))
			continue;
		if (shown++ == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		if (as_fds)
			emit_num(&d->em, VAL_FD, fd);
		else
			dec_fd(d, VAL_FD, fd);
	}
	emit_close(&d->em, EMIT_SET);
}

void hook_fd_set(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct fds s;

	if (fds_read(d, self, (int32_t)arg[0], &s))
		fds_emit(d, &s, false);
	else
		emit_addr(&d->em, self);
}

/* set has the addresses of the three sets. */
static void sets_emit(struct dec *d, int32_t nfds, const uint64_t *set)
{
	static const char *const names[] = { "in", "out", "except" };

	for (unsigned i = 0; i < 3; i++) {
		struct fds s;

		if (!fds_read(d, set[i], nfds, &s) || !s.any)
			continue;
		dec_name(d, names[i]);
		fds_emit(d, &s, true);
	}
}

/* kind: see the description. */
void hook_select_result(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned kind = arg[5];
	unsigned word = abi_word_size(d->abi);
	unsigned klong = abi_infos[d->abi].klong;
	unsigned size = kind ? (kind - 16) * 2 : word * 2;

	(void)self;
	if (word != klong)
		size = klong * 2;
	if (!d->ev->ret) {
		aux_timeout(d);
		return;
	}
	emit_open(&d->em, EMIT_AUX);
	sets_emit(d, arg[0], arg + 1);
	left_emit(d, arg[4], size, kind);
	emit_close(&d->em, EMIT_AUX);
}

/* {nfds, in, out, except, time} in memory, a word each. */
void hook_old_select_result(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t all[6] = { 0 };
	uint32_t words[5];

	if (!dec_numbers(d, arg[0], words, sizeof(words), "4"))
		return;
	for (unsigned i = 0; i < 5; i++)
		all[i] = words[i];
	hook_select_result(d, self, all);
}

void hook_packed_hex64(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v;

	(void)arg;
	if (dec_uint(d, self, 8, &v))
		emit_num(&d->em, VAL_HEX, v);
	else
		emit_unknown(&d->em);
}
