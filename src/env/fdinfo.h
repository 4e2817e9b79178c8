/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fdinfo: what a descriptor of the kernel's own kinds (a timer, an epoll, a BPF
 * map) is, made of the text of /proc/TID/fdinfo/N without asking anybody.
 *
 * The kind follows from what /proc/TID/fd/N links to.  The text is the
 * kernel's, but programs have a say in it: names are theirs, and it may be of
 * any length and end anywhere.  Fields that are not there are left out, as they
 * are in older kernels.  At most FDINFO_LIST of what is listed are shown, and
 * "..." for the rest.
 */
#ifndef STRACE_ENV_FDINFO_H
#define STRACE_ENV_FDINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define FDINFO_LIST 8		/* descriptors of an epoll */
#define FDINFO_MARKS 4		/* watches, which take more room */
#define FDINFO_NAME_MAX 64

enum fdinfo_ask {		/* what the text does not have */
	FDINFO_ASK_NOTHING,
	FDINFO_ASK_MAP,		/* the name of a BPF map, ... */
	FDINFO_ASK_PROG,	/* ... a program, ... */
	FDINFO_ASK_BTF,		/* ... or of what types are about */
	FDINFO_ASK_EVENT,	/* the number of a perf event */
};

struct fdinfo {
	const char *text;	/* it ends with a NUL */
	const char *name;	/* that was asked for; NULL: not known */
	uint64_t id;		/* the same; 0: not known */
};

struct fdinfo_kind {
	const char *link;
	const char *begin;	/* of what is shown */
	enum fdinfo_ask ask;
	bool stays;		/* it never changes */
	bool (*put)(const struct fdinfo *f, struct buf *out);
};

/* NULL: nothing but its name is known of such a file. */
const struct fdinfo_kind *fdinfo_kind(const char *link, size_t len);
/* The kind that shows such a text, or NULL. */
const struct fdinfo_kind *fdinfo_kind_shown(const char *detail, size_t len);

/* False if the text has nothing of what it should have. */
bool fdinfo_put(const struct fdinfo_kind *k, const struct fdinfo *f,
		struct buf *out);

/* The number after a field's name at the beginning of a line. */
bool fdinfo_number(const char *text, const char *field, int base,
		   uint64_t *v);
/* The rest of the line after it, to be escaped by who shows it. */
bool fdinfo_word(const char *text, const char *field, struct buf *out);

#endif
