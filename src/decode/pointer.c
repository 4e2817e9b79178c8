/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pointers and what they point to: strings, arrays, single values. */
#include <string.h>

#include "calls.h"
#include "decode.h"
#include "options.h"
#include "sized.h"
#include "task.h"

/*
 * Only got bytes were there.  They are shown if the rest was just not captured,
 * and not if the task itself could not have read the rest.
 */
static bool part_shows(struct dec *d, uint64_t addr, size_t got)
{
	bool unknown = mem_unknown(d->ev->mem, addr);

	d->in->missed |= unknown;
	return unknown && got;
}

void dec_bytes(struct dec *d, uint64_t addr, uint64_t n, unsigned vf)
{
	struct value *v;
	size_t most = d->o->max_string, want = n <= most ? n : most + 1, len;

	if (!addr) {
		emit_addr(&d->em, addr);
		return;
	}
	buf_reset(&d->scratch);
	buf_grow(&d->scratch, want + 1);
	/* Longer data needs one byte more than is shown, like a string. */
	len = mem_read(d->ev->mem, addr, d->scratch.data, want);
	if (len < want && !part_shows(d, addr, len)) {
		emit_addr(&d->em, addr);
		return;
	}
	if (len > most)
		len = most;
	v = emit_slot(&d->em, VAL_STR);
	v->flags = vf | (len < n ? VF_CUT : 0);
	v->full_len = n;
	emit_text(&d->em, v, d->scratch.data, len);
}

/*
 * Show a string, at most `most` bytes of it; true if that was all.  If enough
 * is set, the kernel reads no further either, so the rest need not be readable.
 */
static bool string_show(struct dec *d, uint64_t addr, size_t most, bool enough,
			unsigned vf)
{
	enum mem_str end;
	size_t got;

	if (!addr) {
		emit_addr(&d->em, addr);
		return false;
	}
	buf_reset(&d->scratch);
	buf_grow(&d->scratch, most + 1);
	end = mem_read_str(d->ev->mem, addr, d->scratch.data, most + 1, &got);
	if (end == MEM_STR_FAULT && !(enough && got == most) &&
	    !part_shows(d, addr, got)) {
		emit_addr(&d->em, addr);
		return false;
	}
	if (end != MEM_STR_END)
		vf |= VF_CUT;
	if (end == MEM_STR_CUT)
		got = most;
	emit_str(&d->em, d->scratch.data, got, vf);
	return end == MEM_STR_END;
}

void dec_string(struct dec *d, uint64_t addr, uint64_t limit)
{
	bool enough = limit < d->o->max_string;

	string_show(d, addr, enough ? limit : d->o->max_string, enough, 0);
}

void dec_path(struct dec *d, uint64_t addr)
{
	if (string_show(d, addr, DEC_PATH_MAX - 1, false, VF_PATH))
		dec_secontext_path(d, addr);
}

void dec_long_string(struct dec *d, uint64_t addr)
{
	string_show(d, addr, DEC_PATH_MAX - 1, false, 0);
}

uint64_t dec_count(struct dec *d, const struct abi_type *t, uint64_t none,
		   bool *cut)
{
	uint64_t n = t->count ? (uint64_t)dec_eval(d, t->count) : none, most;

	*cut = false;
	if (!t->cut)
		return n;
	most = dec_eval(d, t->cut);
	*cut = n > most;
	return *cut ? most : n;
}

/* The kernel refuses so many elements, and does not look at any. */
static bool is_refused(struct dec *d, const struct abi_type *t, uint64_t n)
{
	return t->max && n > (uint64_t)dec_eval(d, t->max);
}

/* "23 vars", "1 entry", "0 entries" */
void dec_count_comment(struct dec *d, uint64_t n, const char *noun,
		       const char *tail)
{
	size_t len = strlen(noun);
	bool y = len && noun[len - 1] == 'y';

	if (n == 1)
		emit_comment(&d->em, "1 %s%s", noun, tail);
	else
		emit_comment(&d->em, "%llu %.*s%s%s", (unsigned long long)n,
			     (int)(len - y), noun, y ? "ies" : "s", tail);
}

/* Show the address and how many strings there are, but none of them. */
static void strings_brief(struct dec *d, const struct abi_type *t,
			  uint64_t addr)
{
	unsigned step = abi_word_size(d->abi), n = 0;
	uint64_t word = 1;
	bool ok;

	emit_addr(&d->em, addr);
	while ((ok = dec_word(d, addr + n * step, &word)) && word &&
	       n < DEC_ARRAY_MAX)
		n++;
	if (!ok && !n)
		return;
	dec_count_comment(d, n, abi_str(t->text), ok ? "" : ", unterminated");
}

void dec_strings(struct dec *d, const struct abi_type *t, uint64_t addr)
{
	unsigned step = abi_word_size(d->abi);
	uint64_t word, most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	struct dec_frame frame;

	if (!addr || !d->follow) {
		emit_addr(&d->em, addr);
		return;
	}
	if (t->flags & TF_BRIEF && d->abbrev) {
		strings_brief(d, t, addr);
		return;
	}
	if (!dec_word(d, addr, &word)) {
		emit_addr(&d->em, addr);
		return;
	}
	dec_go_in(d, &frame);
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t n = 0;; n++, addr += step) {
		if (!dec_word(d, addr, &word)) {
			dec_unread_from(d, addr);
			break;
		}
		if (!word)
			break;
		if (n >= most) {
			emit_elided(&d->em);
			break;
		}
		dec_string(d, word, UINT64_MAX);
		if (dec_ends_here(d) || emit_full(&d->em))
			break;
	}
	emit_close(&d->em, EMIT_ARRAY);
	dec_go_out(d);
}

size_t dec_elem_size(struct dec *d, const struct abi_type *t)
{
	if (t->store[d->abi])
		return dec_store_size(t->store[d->abi]);
	if (t->kind == T_STRUCT)
		return abi_structs[t->ref].size[d->abi];
	return t->min;
}

static void array_elements(struct dec *d, const struct abi_type *t,
			   struct dec_loc *loc, uint64_t n, bool cut)
{
	size_t size = dec_elem_size(d, &abi_types[t->elem]);
	uint64_t most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	uint8_t bytes[DEC_STRUCT_MAX];

	for (uint64_t i = 0; i < n; i++) {
		uint64_t addr = loc->addr + i * size;
		struct dec_loc at = { .addr = addr, .avail = size };

		if (i >= most &&
		    (loc->data || dec_read(d, addr, bytes, size))) {
			emit_elided(&d->em);
			return;
		}
		if (loc->data && (i + 1) * size > loc->avail) {
			if (dec_is_huge(d))
				emit_elided(&d->em);
			return;
		}
		if (loc->data) {
			at.data = loc->data + i * size;
		} else if (addr < loc->addr ||
			   !dec_read(d, addr, bytes, size)) {
			dec_unread_from(d, addr);
			return;
		} else {
			at.data = bytes;
		}
		if (loc->old && (i + 1) * size <= loc->old_len)
			at.old = loc->old + i * size;
		d->in->later = i > 0;
		d->in->next = addr + size;
		d->in->left = n - 1 - i;
		dec_value(d, t->elem, &at);
		if (dec_ends_here(d))
			return;
		if (emit_full(&d->em)) {
			/* There is no room for the next one, only for "...". */
			if (i + 1 < n)
				emit_elided(&d->em);
			return;
		}
	}
	if (cut)
		emit_elided(&d->em);
}

static void array_show(struct dec *d, const struct abi_type *t,
		       struct dec_loc *loc, size_t size)
{
	uint8_t bytes[DEC_STRUCT_MAX];
	uint64_t limit, n;
	bool cut;

	n = dec_count(d, t, d->in->rest, &cut);
	if (!loc->data && n && !dec_read(d, loc->addr, bytes, size)) {
		emit_addr(&d->em, loc->addr);
		return;
	}
	if (t->limit) {
		limit = dec_eval(d, t->limit);
		d->in->budget = &limit;
	}
	emit_open(&d->em, EMIT_ARRAY);
	array_elements(d, t, loc, n, cut);
	emit_close(&d->em, EMIT_ARRAY);
}

void dec_array(struct dec *d, const struct abi_type *t, struct dec_loc *loc)
{
	size_t size = dec_elem_size(d, &abi_types[t->elem]);
	struct dec_frame frame;

	if (!size || size > DEC_STRUCT_MAX) {
		emit_addr(&d->em, loc->addr);
		return;
	}
	dec_go_in(d, &frame);
	frame.rest = loc->avail / size;
	array_show(d, t, loc, size);
	dec_go_out(d);
}

const uint8_t *dec_saved(struct dec *d, unsigned arg, unsigned *len)
{
	const struct abi_sig *sig = d->open->sig;

	if (!sig || !d->open->saved_len[arg])
		return NULL;
	*len = d->open->saved_len[arg];
	for (unsigned i = 0; i < sig->nsaves; i++) {
		const struct abi_save *s = &abi_saves[sig->saves + i];

		if (s->arg == arg)
			return d->open->saved + s->off;
	}
	return NULL;
}

const uint8_t *dec_saved_behind(struct dec *d, unsigned *len)
{
	const struct abi_sig *sig = d->open->sig;

	for (unsigned i = 0; i < sig->nsaves && d->open->behind_len; i++) {
		const struct abi_save *s = &abi_saves[sig->saves + i];

		*len = d->open->behind_len;
		if (s->behind)
			return d->open->saved + s->off;
	}
	return NULL;
}

static const uint8_t *saved_bytes(struct dec *d, unsigned *len)
{
	return d->scope ? NULL : dec_saved(d, d->arg, len);
}

static void emit_number(struct dec *d, uint32_t elem, uint64_t num)
{
	struct dec_loc loc = { .is_num = true, .num = num, .addr = 1 };

	dec_value(d, elem, &loc);
}

/* A number that a pointer leads to: [28], or [28 => 16] if it changed. */
static void pointer_number(struct dec *d, const struct abi_type *t,
			   uint64_t addr)
{
	unsigned store = abi_types[t->elem].store[d->abi], len = 0;
	const uint8_t *old = t->dir == DIR_INOUT ? saved_bytes(d, &len) :
			     NULL;
	uint64_t was = old ? dec_number(d, old, store) : 0, now;
	uint8_t bytes[8];

	if (!dec_read(d, addr, bytes, dec_store_size(store))) {
		emit_addr(&d->em, addr);
		return;
	}
	now = dec_number(d, bytes, store);
	if (t->dir == DIR_INOUT && d->exiting && d->ev->err && old)
		now = was;
	if (old && d->exiting && was != now) {
		emit_open(&d->em, EMIT_CHANGE);
		emit_number(d, t->elem, was);
		emit_number(d, t->elem, now);
		emit_close(&d->em, EMIT_CHANGE);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	emit_number(d, t->elem, now);
	emit_close(&d->em, EMIT_ARRAY);
}

/*
 * Is this not the size of a signal set?  The kernel takes sets of one size
 * only, and gives no more than that; half of it is a word of 32-bit ABIs.
 */
static bool sigset_is_odd(struct dec *d, const struct abi_type *e,
			  enum abi_dir dir)
{
	uint32_t first = e->count ? abi_code[abi_exprs[e->count]] : EX_NUM;
	uint64_t n;

	if (e->kind != T_SIGSET || (first & 0xff) == EX_NUM)
		return false;
	n = dec_eval(d, e->count);
	if (dir == DIR_OUT)
		return n > 8 || !n;
	return n != 8 && n != abi_word_size(d->abi);
}

static void pointer_struct(struct dec *d, const struct abi_type *t,
			   const struct abi_struct *st,
			   const struct dec_loc *p)
{
	struct dec_loc loc = { .addr = p->num, .updating = p->updating,
			       .known_only = t->flags & TF_KNOWN };
	unsigned len = 0;

	loc.old = d->scope && st->has_change ? dec_saved_behind(d, &len) :
		  saved_bytes(d, &len);
	loc.size = sized_eval(d, t, loc.addr, loc.old);
	/* An input that is shown at exit may have been overwritten. */
	if (loc.old && t->dir == DIR_IN) {
		loc.data = loc.old;
		loc.avail = len;
		loc.old = NULL;
	}
	if (t->flags & TF_OWN && !t->sized) {
		sized_head(d, st, &loc);
		return;
	}
	if (t->flags & TF_OWN && !is_refused(d, t, loc.size) &&
	    dec_struct_own(d, st, &loc, t->min))
		return;
	if (t->sized && (loc.size < t->min || is_refused(d, t, loc.size))) {
		if (!loc.updating)
			emit_addr(&d->em, loc.addr);
	} else if (t->flags & TF_FILLED) {
		sized_filled(d, st, &loc);
	} else {
		dec_struct(d, st, &loc);
	}
}

/* Without -e verbose=, strings and empty arrays are still shown. */
static bool is_shown_terse(struct dec *d, const struct abi_type *e)
{
	if (e->kind == T_BYTES)
		return !(e->flags & TF_VERBOSE);
	return e->kind == T_SOCKBUF || e->kind == T_CHARS ||
	       (e->kind == T_ARRAY && !dec_eval(d, e->count));
}

static bool pointer_is_hidden(struct dec *d, const struct abi_type *t,
			      const struct abi_type *e, bool forced)
{
	if (!d->follow && !is_shown_terse(d, e))
		return true;
	if (t->dir == DIR_OUT && (!d->exiting || (d->ev->err && !forced)))
		return true;
	if (e->max && is_refused(d, e, dec_eval(d, e->count)))
		return true;
	return sigset_is_odd(d, &abi_types[t->elem], t->dir);
}

static void pointer_bytes(struct dec *d, const struct abi_type *e,
			  uint64_t addr)
{
	unsigned vf = e->flags & TF_HEXSTR ? VF_HEX : 0;
	bool cut;
	uint64_t n = dec_budget(d, dec_count(d, e, 0, &cut));
	uint8_t last;

	if (e->kind == T_SOCKBUF &&
	    (dec_netlink(d, e, addr, n) || dec_stream(d, e, addr, n)))
		return;
	/* The end of data that is cut anyway may not have been copied. */
	if (e->flags & TF_ENDED && n && n - 1 <= d->o->max_string &&
	    dec_read(d, addr + n - 1, &last, 1) && !last)
		n--;
	dec_bytes(d, addr, n, vf | (cut ? VF_CUT : 0));
}

/* Follow the pointer; if something is asked, what it points to answers. */
static void pointer_follow(struct dec *d, const struct abi_type *t,
			   const struct abi_type *e, const struct dec_loc *p)
{
	struct dec_loc loc = { .addr = p->num };
	unsigned len = 0;

	if (e->kind <= T_PTR)
		pointer_number(d, t, p->num);
	else if (e->kind == T_STRUCT)
		pointer_struct(d, t, &abi_structs[e->ref], p);
	else if (e->kind == T_BYTES || e->kind == T_SOCKBUF)
		pointer_bytes(d, e, p->num);
	else {
		if (e->kind == T_ARRAY && t->dir == DIR_OUT)
			loc.old = saved_bytes(d, &len);
		loc.old_len = len;
		dec_value(d, t->elem, &loc);
	}
}

void dec_pointer(struct dec *d, const struct abi_type *t,
		 const struct dec_loc *loc)
{
	const struct abi_type *e = &abi_types[dec_resolve(d, t->elem)];
	uint64_t addr = loc->num;

	if (!addr || e->kind == T_NONE ||
	    pointer_is_hidden(d, t, e, loc->forced)) {
		if (addr || e->kind != T_HOOK || !d->follow)
			emit_addr(&d->em, addr);
		else
			dec_value(d, t->elem, &(struct dec_loc){ .addr = 0 });
		return;
	}
	if (t->flags & TF_BRIEF && d->abbrev) {
		if (e->kind == T_RECORDS)
			dec_records_brief(d, e, addr, abi_str(t->text));
		else
			emit_addr(&d->em, addr);
		return;
	}
	pointer_follow(d, t, e, loc);
}

uint64_t dec_budget(struct dec *d, uint64_t want)
{
	uint64_t *budget = d->in->budget;

	if (!budget)
		return want;
	if (want > *budget)
		want = *budget;
	*budget -= want;
	return want;
}
