/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --secontext: what SELinux calls the file or process just shown. */
#include <string.h>

#include "decode.h"
#include "options.h"
#include "secontext.h"

struct part {
	const char *p;
	size_t len;
};

/* The context is user:role:type:level; without =full only type is shown. */
static struct part part_shown(struct dec *d, const char *p, size_t len)
{
	struct part whole = { p, len };

	if (d->o->secontext & SECONTEXT_FULL)
		return whole;
	for (unsigned i = 0; i < 2; i++) {
		const char *colon = len ? memchr(p, ':', len) : NULL;

		if (!colon)
			return whole;
		len -= colon + 1 - p;
		p = colon + 1;
	}
	return (struct part){ p, strcspn(p, ":") < len ? strcspn(p, ":") :
			      len };
}

static void show(struct dec *d, struct part is, struct part should)
{
	struct buf b = { 0 };

	buf_add(&b, is.p, is.len);
	if (should.p && (is.len != should.len ||
			 memcmp(is.p, should.p, is.len))) {
		buf_str(&b, "!!");
		buf_add(&b, should.p, should.len);
	}
	emit_secontext(&d->em, b.data, b.len);
	buf_free(&b);
}

static void ask(struct dec *d, enum env_what what, uint64_t key)
{
	char answer[4096 + 1], *nul;
	struct part is, should = { NULL, 0 };
	ssize_t n;

	if (d->o->secontext & SECONTEXT_MISMATCH &&
	    what != ENV_SECONTEXT_PID)
		key |= SECONTEXT_KEY_MISMATCH;
	n = env_get(d->env, what, d->ev->tid, key, answer,
		    sizeof(answer) - 1);
	if (n <= 0)
		return;
	answer[n] = '\0';
	nul = memchr(answer, 0, n);
	is = part_shown(d, answer, nul ? (size_t)(nul - answer) : (size_t)n);
	if (nul)
		should = part_shown(d, nul + 1, answer + n - (nul + 1));
	show(d, is, should);
}

void dec_secontext_path(struct dec *d, uint64_t addr)
{
	uint64_t key;

	if (d->o->secontext && secontext_path_key(d->dirfd, addr, &key))
		ask(d, ENV_SECONTEXT_PATH, key);
}

void dec_secontext_fd(struct dec *d, int fd)
{
	if (d->o->secontext && (fd >= 0 || fd == SECONTEXT_CWD))
		ask(d, ENV_SECONTEXT_FD, (uint32_t)fd);
}

void dec_secontext_pid(struct dec *d, uint64_t pid)
{
	if (d->o->secontext && pid && pid <= INT32_MAX)
		ask(d, ENV_SECONTEXT_PID, pid);
}
