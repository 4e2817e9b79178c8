/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What numbers of video devices are made of: four letters, a class and a
 * number in it, two numbers with a bar between.
 */
#include <inttypes.h>
#include <stdio.h>

#include "hook.h"
#include "options.h"

#define QUERY_FLAGS 0xc0000000u	/* V4L2_CTRL_FLAG_NEXT_* */
#define CLASS_MASK 0x0fff0000u	/* V4L2_CTRL_ID2CLASS() */
#define NUMBER_MASK 0xffffu

static bool read_number(struct dec *d, uint64_t addr, uint64_t *v)
{
	if (dec_uint(d, addr, 4, v))
		return true;
	emit_addr(&d->em, addr);
	return false;
}

/* v4l2_fourcc('Y', 'U', 'Y', 'V'), and the name of that format as a remark */
void hook_v4l2_fourcc(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[64], c[HOOK_QUOTED];
	const char *name;
	uint64_t v;
	size_t n;

	(void)arg;
	if (!read_number(d, self, &v))
		return;
	n = snprintf(text, sizeof(text), "v4l2_fourcc(");
	for (unsigned i = 0; i < 4; i++) {
		hook_quote(c, v >> i * 8 & 0xff);
		n += snprintf(text + n, sizeof(text) - n, "%s%s", c,
			      i < 3 ? ", " : ")");
	}
	hook_named_as(d, text, v,
		      VF_HEX | (d->o->xlat == XLAT_RAW ? 0 : VF_NAMES));
	name = symset_name(dec_set("v4l2_pix_formats"), d->abi, v);
	if (name)
		emit_meaning(&d->em, "%s", name);
}

/* KERNEL_VERSION(6, 1, 2) */
void hook_v4l2_version(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[64];
	uint64_t v;

	(void)arg;
	if (!read_number(d, self, &v))
		return;
	snprintf(text, sizeof(text), "KERNEL_VERSION(%" PRIu64 ", %" PRIu64
		 ", %" PRIu64 ")", v >> 16, v >> 8 & 0xff, v & 0xff);
	hook_named_hex(d, text, v);
}

/* 1/30 */
void hook_v4l2_ratio(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[32];
	uint32_t v[2];

	(void)arg;
	if (!dec_numbers(d, self, v, sizeof(v), "44")) {
		emit_addr(&d->em, self);
		return;
	}
	snprintf(text, sizeof(text), "%" PRIu32 "/%" PRIu32, v[0], v[1]);
	emit_text(&d->em, emit_slot(&d->em, VAL_TEXT), text, strlen(text));
}

/* A control: by its name, or its class and its number there. */
static void emit_control(struct dec *d, uint64_t v)
{
	const struct symset *ids = dec_set("v4l2_control_ids");
	const char *class = symset_name(dec_set("v4l2_control_classes"), d->abi,
					v & CLASS_MASK);
	char text[64];

	if (symset_name(ids, d->abi, v) || !class || !(v & CLASS_MASK)) {
		emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = v,
						    .set = ids, .width = 4,
						    .abi = d->abi });
		return;
	}
	snprintf(text, sizeof(text), v & NUMBER_MASK ? "%s+%#x" : "%s+%x",
		 class, (unsigned)(v & NUMBER_MASK));
	hook_named_hex(d, text, v);
}

/* V4L2_CID_BRIGHTNESS, V4L2_CTRL_FLAG_NEXT_CTRL|0x98abcd */
void hook_v4l2_control_id(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v;

	(void)arg;
	if (!read_number(d, self, &v))
		return;
	if (!(v & QUERY_FLAGS) || d->o->xlat == XLAT_RAW) {
		emit_control(d, v);
		return;
	}
	emit_open(&d->em, EMIT_OR);
	emit_value(&d->em, &(struct value){ .kind = VAL_FLAGS,
					    .num = v & QUERY_FLAGS,
					    .set = dec_set("v4l2_query_flags"),
					    .width = 4, .abi = d->abi });
	if (v & ~QUERY_FLAGS)
		emit_control(d, v & ~QUERY_FLAGS);
	emit_close(&d->em, EMIT_OR);
}

/* What VIDIOC_CREATE_BUFS made: ({index=1, count=2}) */
void hook_v4l2_created(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v[2];

	(void)self;
	if (!dec_numbers(d, arg[0], v, sizeof(v), "44"))
		return;
	emit_open(&d->em, EMIT_AUX);
	dec_name(d, "");
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "index", VAL_UDEC, v[0], 4);
	hook_field(d, "count", VAL_UDEC, v[1], 4);
	emit_close(&d->em, EMIT_STRUCT);
	emit_close(&d->em, EMIT_AUX);
}

/* The services of the lines of both fields. */
void hook_v4l2_lines(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint16_t lines[2][24];

	(void)arg;
	if (!dec_numbers(d, self, lines, sizeof(lines), "2")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned i = 0; i < 2; i++) {
		emit_open(&d->em, EMIT_ARRAY);
		for (unsigned j = 0; j < 24; j++)
			emit_num(&d->em, VAL_HEX, lines[i][j]);
		emit_close(&d->em, EMIT_ARRAY);
	}
	emit_close(&d->em, EMIT_ARRAY);
}
