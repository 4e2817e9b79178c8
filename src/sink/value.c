/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>

#include "event.h"
#include "value.h"

void hwaddr_put(struct buf *b, const struct value *v)
{
	const uint8_t *p = v->text;

	for (size_t i = 0; i < v->len; i++) {
		if (i)
			buf_ch(b, ':');
		buf_hex_byte(b, p[i]);
	}
}

void uuid_put(struct buf *b, const struct value *v)
{
	const uint8_t *p = v->text;

	for (size_t i = 0; i < v->len; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_ch(b, '-');
		buf_hex_byte(b, p[i]);
	}
}

const char *file_type_name(uint64_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFSOCK:
		return "S_IFSOCK";
	case S_IFLNK:
		return "S_IFLNK";
	case S_IFREG:
		return "S_IFREG";
	case S_IFBLK:
		return "S_IFBLK";
	case S_IFDIR:
		return "S_IFDIR";
	case S_IFCHR:
		return "S_IFCHR";
	case S_IFIFO:
		return "S_IFIFO";
	}
	return NULL;
}

const char *event_lost_text(int cause)
{
	static const char *const texts[LOST_CAUSES] = {
		[LOST_FULL] = "ring buffer full",
		[LOST_MISSED] = "kernel program busy",
		[LOST_UNSHOWN] = "interrupted",
	};

	return cause >= 0 && cause < LOST_CAUSES ? texts[cause] : "unknown";
}
