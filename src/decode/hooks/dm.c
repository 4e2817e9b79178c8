/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device mapper's commands: a struct, and data somewhere after it. */
#include <linux/dm-ioctl.h>

#include "hook.h"
#include "options.h"

#define HEAD_SIZE offsetof(struct dm_ioctl, data)

/* What the description says of a command. */
enum dm_data { DATA_NONE, DATA_ROOM, DATA_SPECS, DATA_MESSAGE, DATA_STRING };

struct dm_command {
	bool device;
	uint32_t event;		/* does event_nr count?  0: no, 1: yes, else:
				 * unless this flag is set */
	enum dm_data data;
};

static void show_text(struct dec *d, const char *name, const char *p, size_t n)
{
	size_t len = strnlen(p, n);

	dec_name(d, name);
	emit_str(&d->em, p, len < n ? len : n - 1, len < n ? 0 : VF_CUT);
}

static void show_version(struct dec *d, const struct dm_ioctl *h)
{
	dec_name(d, "version");
	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned i = 0; i < 3; i++)
		emit_num(&d->em, VAL_UDEC, h->version[i]);
	emit_close(&d->em, EMIT_ARRAY);
}

static void show_device(struct dec *d, const struct dm_ioctl *h)
{
	if (h->dev)
		hook_field(d, "dev", VAL_DEV, h->dev, 8);
	if (h->name[0])
		show_text(d, "name", h->name, sizeof(h->name));
	if (h->uuid[0])
		show_text(d, "uuid", h->uuid, sizeof(h->uuid));
}

static void show_head(struct dec *d, const struct dm_ioctl *h,
		      const struct dm_command *c)
{
	bool event = c->event == 1 || (c->event && !(h->flags & c->event));

	if (c->data)
		hook_field(d, "data_start", VAL_UDEC, h->data_start, 4);
	if (c->device)
		show_device(d, h);
	if (c->data == DATA_SPECS)
		hook_field(d, "target_count", VAL_UDEC, h->target_count, 4);
	if (event)
		hook_field(d, "event_nr", VAL_UDEC, h->event_nr, 4);
	dec_name(d, "flags");
	dec_sym(d, VAL_FLAGS, dec_set("dm_flags"), h->flags);
}

/* The data lies where it can't be, and the kernel refuses the command. */
static void misplaced(struct dec *d, const char *what)
{
	emit_unknown(&d->em);
	emit_comment(&d->em, "misplaced %s", what);
}

static void show_string(struct dec *d, const char *name, uint64_t addr,
			uint64_t room)
{
	dec_name(d, name);
	if (room)
		dec_string(d, addr, room);
	else
		emit_str(&d->em, "", 0, 0);
}

static void show_message(struct dec *d, uint64_t addr, uint64_t room)
{
	uint64_t sector;

	if (room < sizeof(sector)) {
		misplaced(d, "struct dm_target_msg");
	} else if (!dec_uint(d, addr, 8, &sector)) {
		emit_addr(&d->em, addr);
	} else {
		emit_open(&d->em, EMIT_STRUCT);
		hook_field(d, "sector", VAL_UDEC, sector, 8);
		show_string(d, "message", addr + sizeof(sector),
			    room - sizeof(sector));
		emit_close(&d->em, EMIT_STRUCT);
	}
}

static void show_spec(struct dec *d, uint64_t addr, uint64_t room,
		      const struct dm_target_spec *s)
{
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "sector_start", VAL_UDEC, s->sector_start, 8);
	hook_field(d, "length", VAL_UDEC, s->length, 8);
	show_text(d, "target_type", s->target_type, sizeof(s->target_type));
	show_string(d, "string", addr + sizeof(*s), room - sizeof(*s));
	emit_close(&d->em, EMIT_STRUCT);
}

static void show_specs(struct dec *d, uint64_t addr, uint64_t room,
		       uint32_t count)
{
	struct dm_target_spec s = { .next = sizeof(s) };

	for (uint32_t i = 0; i < count; i++) {
		if (room < sizeof(s) || s.next < sizeof(s)) {
			misplaced(d, "struct dm_target_spec");
			return;
		}
		if (!dec_numbers(d, addr, &s, sizeof(s), "88441")) {
			emit_addr(&d->em, addr);
			return;
		}
		if (i == DEC_ARRAY_MAX || emit_full(&d->em)) {
			emit_elided(&d->em);
			return;
		}
		show_spec(d, addr, room, &s);
		room = s.next < room ? room - s.next : 0;
		addr += s.next;
	}
}

static void show_data(struct dec *d, uint64_t self, const struct dm_ioctl *h,
		      enum dm_data data)
{
	uint64_t addr = self + h->data_start;
	bool inside = h->data_start <= h->data_size;
	uint64_t room = inside ? h->data_size - h->data_start : 0;

	if (data <= DATA_ROOM || (data == DATA_SPECS && !h->target_count))
		return;
	if (d->abbrev) {
		emit_elided(&d->em);
	} else if (data == DATA_SPECS) {
		show_specs(d, addr, room, h->target_count);
	} else if (data == DATA_MESSAGE) {
		show_message(d, addr, room);
	} else if (!inside) {
		misplaced(d, "string");
	} else {
		emit_open(&d->em, EMIT_STRUCT);
		show_string(d, "string", addr, room);
		emit_close(&d->em, EMIT_STRUCT);
	}
}

/* arg: struct dm_command */
void hook_dm_command(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct dm_command c = { arg[0], arg[1], arg[2] };
	struct dm_ioctl h = { .data_size = 0 };
	bool known, whole;

	if (!dec_numbers(d, self, &h, offsetof(struct dm_ioctl, data_start),
			 "4")) {
		emit_addr(&d->em, self);
		return;
	}
	known = h.version[0] == DM_VERSION_MAJOR;
	whole = known && h.data_size >= HEAD_SIZE;
	if (whole && !dec_numbers(d, self, &h, HEAD_SIZE, "444444444481")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	emit_open(&d->em, EMIT_STRUCT);
	show_version(d, &h);
	if (!known)
		emit_comment(&d->em, "unsupported device mapper ABI version");
	else
		hook_field(d, "data_size", VAL_UDEC, h.data_size, 4);
	if (known && !whole)
		emit_comment(&d->em, "data_size too small");
	if (whole)
		show_head(d, &h, &c);
	emit_close(&d->em, EMIT_STRUCT);
	if (whole)
		show_data(d, self, &h, c.data);
	emit_close(&d->em, EMIT_ARRAY);
}
