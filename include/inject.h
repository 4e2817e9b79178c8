/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inject: rules that change calls (-e inject=).
 *
 * The command line makes them (src/cli/inject.c), the pipeline asks at each
 * call that is shown which of them fire and what they want together
 * (src/pipeline/inject.c), and the source obeys (struct injection, event.h).
 *
 * A rule counts the calls that it is about: each call by its name, in each task
 * for itself, or all together in all tasks.  Where several rules fire for one
 * call, all parts of theirs are done; of a part that can be there only once (a
 * result, a signal, the value of an argument) the last one's.
 */
#ifndef STRACE_INJECT_H
#define STRACE_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "set.h"

/* Which rules fired for a call is kept as bits. */
#define INJECT_RULES_MAX 64
#define INJECT_ERRORS_MAX 64	/* errors= of one rule */
#define INJECT_POKES_MAX 12	/* of one rule: each argument twice */
#define INJECT_POKE_MAX 65536	/* bytes of one poke */

#define INJECT_ALWAYS (UINT64_C(1) << 32) /* of inject_rule.chance */

/* Bytes that are written to where an argument points. */
struct inject_poke {
	bool at_exit;
	unsigned arg;
	uint8_t *data;
	size_t len;
};

struct inject_rule {
	struct callset calls;
	const char *text;	/* as it was given */

	/* when */
	unsigned first, last, step; /* step 0: the first one only */
	uint64_t chance;	/* of INJECT_ALWAYS */
	bool everywhere;	/* one count for all calls and tasks */

	/* --inject-each */
	int64_t timeout_ns;	/* the command hangs if it runs longer; or 0 */
	bool must_fail;		/* no place may be ignored */

	/* what */
	int errors[INJECT_ERRORS_MAX]; /* in turn */
	unsigned nerrors;
	bool has_retval;
	uint64_t retval;
	uint64_t instead[ABI_COUNT]; /* the call that is made, or NR_NO_CALL */
	int sig;
	int64_t enter_ns, exit_ns; /* delays */
	unsigned args;		/* bits: arg[] has a value for these */
	uint64_t arg[6];
	bool shortens;		/* at most that many bytes are transferred */
	uint64_t shorten;
	struct inject_poke poke[INJECT_POKES_MAX];
	unsigned npokes;
};

void inject_rule_free(struct inject_rule *r);

#endif
