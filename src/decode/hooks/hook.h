/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hook: what the C side of "hook NAME(...)" in a description looks like.
 *
 * self is the address of the value in the tracee's memory, or the value itself
 * where the description uses the hook for a register or a number; arg[] holds
 * the hook's parameters.  A hook emits exactly one value (a note: one comment,
 * or nothing; an aux: one EMIT_AUX scope, or nothing).
 */
#ifndef STRACE_HOOK_H
#define STRACE_HOOK_H

#include <stdio.h>
#include <string.h>

#include "decode.h"
#include "symset.h"

static inline void hook_field(struct dec *d, const char *name,
			      enum value_kind kind, uint64_t v, unsigned width)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){ .kind = kind, .num = v,
					    .width = width, .abi = d->abi });
}

static inline void hook_sym(struct dec *d, const char *name, const char *set,
			    uint64_t v)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = v,
					    .set = dec_set(set), .width = 4,
					    .abi = d->abi });
}

static inline void hook_hwaddr(struct dec *d, const char *name, const void *p,
			       size_t n)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){ .kind = VAL_HWADDR, .text = p,
					    .len = n, .abi = d->abi });
}

/* -ENOENT */
static inline void hook_minus_errno(struct dec *d, uint64_t err)
{
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = err,
					    .set = dec_set("errnos"),
					    .flags = VF_MINUS, .width = 4,
					    .abi = d->abi });
}

/* A result of the kernel: -ENOENT, or a number. */
static inline void hook_result(struct dec *d, int64_t v)
{
	if (v < 0 && v > -4096 && errno_name(-v))
		hook_minus_errno(d, -v);
	else
		emit_num(&d->em, VAL_DEC, v);
}

/* A name that no set has; flags say how -X treats it. */
static inline void hook_named_as(struct dec *d, const char *name, uint64_t v,
				 unsigned flags)
{
	emit_value(&d->em, &(struct value){ .kind = VAL_NAMED, .num = v,
					    .width = 8, .text = name,
					    .flags = flags,
					    .len = strlen(name) });
}

/* A name for a number; with -X the user may want the number instead. */
static inline void hook_named(struct dec *d, const char *name, uint64_t v)
{
	hook_named_as(d, name, v, 0);
}

/* 'Y', '\'', '\x0d' */
#define HOOK_QUOTED 8
static inline void hook_quote(char text[HOOK_QUOTED], uint8_t c)
{
	if (c < ' ' || c > '~')
		snprintf(text, HOOK_QUOTED, "'\\x%02x'", c);
	else
		snprintf(text, HOOK_QUOTED, "'%s%c'",
			 c == '\'' || c == '\\' ? "\\" : "", c);
}

static inline void hook_named_hex(struct dec *d, const char *name, uint32_t v)
{
	hook_named_as(d, name, v, VF_HEX);
}

/* The same, but it is always shown by its name. */
static inline void hook_name(struct dec *d, const char *name, uint64_t v)
{
	hook_named_as(d, name, v, VF_NAMES);
}

/* A number that text shows in a form of its own, such as leading zeros. */
static inline void hook_form(struct dec *d, const char *text, uint64_t v)
{
	hook_named_as(d, text, v, VF_NAMES | VF_FORM);
}

/* A call's number: in our own ABI by its constant, else with a remark. */
void hook_call_number(struct dec *d, uint64_t nr, uint32_t arch);

static inline void hook_text(struct dec *d, const char *text, size_t len)
{
	emit_value(&d->em, &(struct value){ .kind = VAL_TEXT, .text = text,
					    .len = len });
}

#endif
