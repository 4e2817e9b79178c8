/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of time.abi and its neighbours: dates, pairs of times, sigevent. */
#include <time.h>

#include "calls.h"
#include "hook.h"
#include "left.h"
#include "options.h"

#define NSEC_NOW 0x3fffffffu	/* UTIME_NOW */
#define NSEC_OMIT 0x3ffffffeu	/* UTIME_OMIT */

/*
 * "2026-11-19T22:26:01.000000005+0000".  The fraction has `digits` digits, and
 * is left out if it is zero.  False if there is no such date.
 */
static bool date_text(struct buf *b, int64_t sec, uint64_t frac, int digits)
{
	static const uint64_t limits[] = { [0] = 1, [6] = 1000000,
					   [9] = 1000000000 };
	time_t t = sec;
	struct tm tm;
	char text[64];

	if (frac >= limits[digits] || !localtime_r(&t, &tm) ||
	    !strftime(text, sizeof(text), "%FT%T", &tm))
		return false;
	buf_str(b, text);
	if (frac)
		buf_fmt(b, ".%0*llu", digits, (unsigned long long)frac);
	if (!strftime(text, sizeof(text), "%z", &tm))
		return false;
	buf_str(b, text);
	return true;
}

static void date_comment(struct dec *d, int64_t sec, uint64_t frac, int digits)
{
	struct buf b = { 0 };

	if ((sec || frac) && date_text(&b, sec, frac, digits))
		emit_comment(&d->em, "%s", buf_cstr(&b));
	buf_free(&b);
}

void hook_time(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	date_comment(d, arg[0], arg[1], 9);
}

void hook_time_sec(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	date_comment(d, arg[0], 0, 0);
}

/* The result of time(2): (2026-11-21T02:31:11+0000). */
void hook_date(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct buf b = { 0 };

	(void)self;
	if (arg[0] && date_text(&b, arg[0], 0, 0)) {
		emit_open(&d->em, EMIT_AUX);
		hook_name(d, buf_cstr(&b), arg[0]);
		emit_close(&d->em, EMIT_AUX);
	}
	buf_free(&b);
}

void hook_time_cell(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t sec;

	if (!dec_uint(d, self, arg[0], &sec)) {
		emit_addr(&d->em, self);
		return;
	}
	if (arg[0] == 4)
		sec = (uint64_t)(int32_t)sec;
	emit_open(&d->em, EMIT_ARRAY);
	emit_num(&d->em, VAL_DEC, sec);
	date_comment(d, sec, 0, 0);
	emit_close(&d->em, EMIT_ARRAY);
}

/* ---- pairs of numbers ---- */

struct pair {
	int64_t sec;
	uint64_t frac;
};

/* size is that of both numbers together. */
static bool pair_read(struct dec *d, uint64_t addr, unsigned size,
		      struct pair *p)
{
	uint8_t bytes[16];

	if (size > sizeof(bytes) || !dec_read(d, addr, bytes, size))
		return false;
	p->sec = dec_number(d, bytes, size == 16 ? STORE_S64 : STORE_S32);
	p->frac = dec_number(d, bytes + size / 2,
			     size == 16 ? STORE_U64 : STORE_U32);
	return true;
}

static void pair_emit(struct dec *d, const struct pair *p, bool nano)
{
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "tv_sec");
	emit_num(&d->em, VAL_DEC, p->sec);
	dec_name(d, nano ? "tv_nsec" : "tv_usec");
	emit_num(&d->em, VAL_UDEC, p->frac);
	emit_close(&d->em, EMIT_STRUCT);
}

bool left_emit(struct dec *d, uint64_t addr, unsigned size, bool nano)
{
	struct pair p;

	if (!addr || (d->follow && !pair_read(d, addr, size, &p)))
		return false;
	dec_name(d, "left");
	if (d->follow)
		pair_emit(d, &p, nano);
	else
		emit_addr(&d->em, addr);
	return true;
}

void hook_time_left(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct pair p;

	(void)self;
	if (!d->follow || !pair_read(d, arg[0], arg[1], &p))
		return;
	emit_open(&d->em, EMIT_AUX);
	dec_name(d, "left");
	pair_emit(d, &p, true);
	emit_close(&d->em, EMIT_AUX);
}

/* A timespec of utimensat may be a word instead of a time. */
static void spec_emit(struct dec *d, const struct pair *p)
{
	const char *word = p->frac == NSEC_NOW ? "UTIME_NOW" :
			   p->frac == NSEC_OMIT ? "UTIME_OMIT" : NULL;

	if (!word) {
		pair_emit(d, p, true);
		date_comment(d, p->sec, p->frac, 9);
		return;
	}
	emit_open(&d->em, EMIT_NAMED);
	pair_emit(d, p, true);
	hook_name(d, word, p->frac);
	emit_close(&d->em, EMIT_NAMED);
}

static void two_times(struct dec *d, uint64_t addr, unsigned size, bool nano)
{
	struct pair p[2];

	if (!pair_read(d, addr, size, &p[0]) ||
	    !pair_read(d, addr + size, size, &p[1])) {
		emit_addr(&d->em, addr);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned i = 0; i < 2; i++) {
		if (nano) {
			spec_emit(d, &p[i]);
			continue;
		}
		pair_emit(d, &p[i], false);
		date_comment(d, p[i].sec, p[i].frac, 6);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_timespec_pair(struct dec *d, uint64_t self, const uint64_t *arg)
{
	two_times(d, self, arg[0], true);
}

void hook_timeval_pair(struct dec *d, uint64_t self, const uint64_t *arg)
{
	two_times(d, self, arg[0], false);
}

void hook_statx_time(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t bytes[16];
	struct pair p;

	(void)arg;
	if (!dec_read(d, self, bytes, sizeof(bytes))) {
		emit_addr(&d->em, self);
		return;
	}
	p.sec = dec_number(d, bytes, STORE_S64);
	p.frac = dec_number(d, bytes + 8, STORE_U32);
	pair_emit(d, &p, true);
	date_comment(d, p.sec, p.frac, 9);
}

/* ---- sigevent ---- */

#define SIGEVENT_SIZE 64	/* of every ABI */

enum { NOTIFY_SIGNAL, NOTIFY_NONE, NOTIFY_THREAD, NOTIFY_THREAD_ID = 4 };

static void sigevent_value(struct dec *d, uint64_t word)
{
	if (!word)
		return;
	dec_name(d, "sigev_value");
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "sival_int");
	emit_num(&d->em, VAL_DEC, (int32_t)word);
	dec_name(d, "sival_ptr");
	emit_addr(&d->em, word);
	emit_close(&d->em, EMIT_STRUCT);
}

/* The union that follows sigev_notify. */
static void sigevent_rest(struct dec *d, uint64_t addr, uint32_t notify)
{
	unsigned word = abi_word_size(d->abi);
	uint64_t w;

	if (notify == NOTIFY_THREAD_ID) {
		dec_name(d, "sigev_notify_thread_id");
		if (dec_uint(d, addr, 4, &w))
			emit_num(&d->em, VAL_DEC, (int32_t)w);
		else
			emit_unknown(&d->em);
	}
	for (unsigned i = 0; notify == NOTIFY_THREAD && i < 2; i++) {
		dec_name(d, i ? "sigev_notify_attributes" :
			 "sigev_notify_function");
		if (dec_word(d, addr + i * word, &w))
			emit_addr(&d->em, w);
		else
			emit_unknown(&d->em);
	}
}

void hook_sigevent(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned word = abi_word_size(d->abi);
	uint8_t all[SIGEVENT_SIZE];
	uint32_t nums[2];
	uint64_t value;

	(void)arg;
	/* The kernel takes all of it or nothing. */
	if (!dec_read(d, self, all, sizeof(all))) {
		emit_addr(&d->em, self);
		return;
	}
	value = dec_number(d, all, word == 8 ? STORE_U64 : STORE_U32);
	memcpy(nums, all + word, sizeof(nums));
	dec_order(d, nums, sizeof(nums), "4");
	emit_open(&d->em, EMIT_STRUCT);
	sigevent_value(d, value);
	dec_name(d, "sigev_signo");
	emit_num(&d->em, nums[1] == NOTIFY_SIGNAL ||
		 nums[1] == NOTIFY_THREAD ||
		 nums[1] == NOTIFY_THREAD_ID ? VAL_SIGNAL : VAL_UDEC,
		 nums[0]);
	dec_name(d, "sigev_notify");
	dec_sym(d, VAL_SYM, dec_set("sigev_notify"), nums[1]);
	sigevent_rest(d, self + word + 8, nums[1]);
	emit_close(&d->em, EMIT_STRUCT);
}

/* ---- clocks of networks: struct ptp_clock_time ---- */

#define PTP_TIME 16

static void emit_ptp_time(struct dec *d, uint64_t addr)
{
	struct { int64_t sec; uint32_t nsec, reserved; } t;

	if (!dec_numbers(d, addr, &t, sizeof(t), "84")) {
		emit_addr(&d->em, addr);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "sec", VAL_DEC, t.sec, 8);
	hook_field(d, "nsec", VAL_UDEC, t.nsec, 4);
	if (t.reserved)
		hook_field(d, "reserved", VAL_HEX, t.reserved, 4);
	emit_close(&d->em, EMIT_STRUCT);
	date_comment(d, t.sec, t.nsec, 9);
}

/* {sec=1, nsec=2} and its date */
void hook_ptp_time(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	emit_ptp_time(d, self);
}

/* n of them, in arrays of so many; 1: none of these arrays. */
void hook_ptp_times(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t n = arg[0], group = arg[1];

	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++) {
		if (group > 1 && i % group == 0)
			emit_open(&d->em, EMIT_ARRAY);
		emit_ptp_time(d, self + i * PTP_TIME);
		if (group > 1 && i % group == group - 1)
			emit_close(&d->em, EMIT_ARRAY);
	}
	emit_close(&d->em, EMIT_ARRAY);
}
