/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the pages of a virtual CPU say (struct kvm_run in linux/kvm.h).
 *
 * They are shared with the program, which may write anything there, even while
 * they are read: no number in them is taken for more than a number.
 */
#include <inttypes.h>
#include <stdio.h>

#include "hook.h"
#include "options.h"
#include "task.h"

#define FORM_MAX 24
#define DATA_MAX 16		/* numbers of an exit that has ndata */

enum form {
	FORM_NONE,		/* ends the list of an exit */
	FORM_NUMBER,
	FORM_HEXA,
	FORM_WIDE,		/* with all its zeros */
	FORM_NAME,		/* one of a set */
	FORM_NUMBERS,		/* count numbers in hex */
	FORM_COUNTED,		/* the number before says how many */
	FORM_PORT,		/* data of a port */
};

struct member {
	const char *name;
	uint8_t form;		/* enum form */
	uint8_t at;		/* in the union of exits */
	uint8_t width;
	uint8_t count;
	const char *set;
};

#define NUMBER(n, at, w) { n, FORM_NUMBER, at, w, 0, NULL }
#define HEXA(n, at, w) { n, FORM_HEXA, at, w, 0, NULL }
#define WIDE(n, at) { n, FORM_WIDE, at, 8, 0, NULL }
#define NAME(n, at, w, set) { n, FORM_NAME, at, w, 0, set }

static const struct exit_kind {
	uint8_t reason;
	const char *name;
	struct member members[8];
} exits[] = {
	{ 1, "ex", { NUMBER("exception", 0, 4), HEXA("error_code", 4, 4) } },
	{ KVM_REASON_IO, "io", {
		NAME("direction", 0, 1, "kvm_directions"),
		NUMBER("size", 1, 1), HEXA("port", 2, 2),
		NUMBER("count", 4, 4), WIDE("data_offset", 8),
		{ "data", FORM_PORT, 0, 0, 0, NULL } } },
	{ 3, "hypercall", {
		NUMBER("nr", 0, 8), { "args", FORM_NUMBERS, 8, 8, 6, NULL },
		HEXA("ret", 56, 8), HEXA("flags", 64, 8) } },
	{ 6, "mmio", {
		WIDE("phys_addr", 0), { "data", FORM_NUMBERS, 8, 1, 8, NULL },
		NUMBER("len", 16, 4), NUMBER("is_write", 20, 1) } },
	{ 9, "fail_entry", {
		HEXA("hardware_entry_failure_reason", 0, 8),
		NUMBER("cpu", 8, 4) } },
	{ 12, "tpr_access", { HEXA("rip", 0, 8), NUMBER("is_write", 8, 4) } },
	{ 17, "internal", {
		NAME("suberror", 0, 4, "kvm_suberrors"), NUMBER("ndata", 4, 4),
		{ "data", FORM_COUNTED, 8, 8, DATA_MAX, NULL } } },
	{ 24, "system_event", {
		NAME("type", 0, 4, "kvm_system_events"), NUMBER("ndata", 4, 4),
		{ "data", FORM_COUNTED, 8, 8, DATA_MAX, NULL } } },
	{ 26, "eoi", { NUMBER("vector", 0, 1) } },
	{ 29, "msr", {
		NUMBER("error", 0, 1), HEXA("reason", 8, 4),
		HEXA("index", 12, 4), HEXA("data", 16, 8) } },
	{ 30, "msr", {
		NUMBER("error", 0, 1), HEXA("reason", 8, 4),
		HEXA("index", 12, 4), HEXA("data", 16, 8) } },
	{ 37, "notify", { HEXA("flags", 0, 4) } },
	{ 39, "memory_fault", {
		HEXA("flags", 0, 8), HEXA("gpa", 8, 8), HEXA("size", 16, 8) } },
};

/* A number of the page, which is memory of whoever made the call. */
static uint64_t number(const struct dec *d, const uint8_t *p, unsigned width)
{
	return abi_number(d->abi, p, width);
}

/* As printf's %#016x has it. */
static void show_wide(struct dec *d, const char *name, uint64_t v)
{
	char text[FORM_MAX];

	snprintf(text, sizeof(text), "%#016" PRIx64, v);
	dec_name(d, name);
	hook_form(d, text, v);
}

static void show_numbers(struct dec *d, const uint8_t *p, unsigned width,
			 uint64_t n, uint64_t known)
{
	uint64_t most = d->abbrev ? d->o->max_string : known;

	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++) {
		if (i == known || i == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		emit_value(&d->em, &(struct value){
			.kind = VAL_HEX, .width = (uint8_t)width,
			.num = number(d, p + i * width, width) });
	}
	emit_close(&d->em, EMIT_ARRAY);
}

static void show_port(struct dec *d, const struct env_kvm_run *k)
{
	unsigned size = k->run[KVM_RUN_IO_SIZE];
	uint64_t n = number(d, k->run + KVM_RUN_IO_COUNT, 4);

	if (size != 1 && size != 2 && size != 4)
		emit_elided(&d->em);
	else
		show_numbers(d, k->data, size, n, k->ndata / size);
}

static void show_member(struct dec *d, const struct env_kvm_run *k,
			const struct member *m)
{
	const uint8_t *p = k->run + KVM_RUN_EXIT + m->at;
	uint64_t v = m->width ? number(d, p, m->width) : 0;

	switch (m->form) {
	case FORM_NUMBER:
		hook_field(d, m->name, VAL_UDEC, v, m->width);
		break;
	case FORM_HEXA:
		hook_field(d, m->name, VAL_HEX, v, m->width);
		break;
	case FORM_WIDE:
		show_wide(d, m->name, v);
		break;
	case FORM_NAME:
		hook_sym(d, m->name, m->set, v);
		break;
	case FORM_NUMBERS:
		dec_name(d, m->name);
		show_numbers(d, p, m->width, m->count, m->count);
		break;
	case FORM_COUNTED:
		dec_name(d, m->name);
		show_numbers(d, p, m->width, number(d, p - 4, 4), m->count);
		break;
	case FORM_PORT:
		dec_name(d, m->name);
		show_port(d, k);
		break;
	}
}

/* The union's member that belongs to the reason, in braces of its own. */
static void show_exit(struct dec *d, const struct env_kvm_run *k,
		      uint32_t reason)
{
	for (size_t i = 0; i < sizeof(exits) / sizeof(*exits); i++) {
		if (exits[i].reason != reason)
			continue;
		dec_name(d, "");
		emit_open(&d->em, EMIT_STRUCT);
		dec_name(d, exits[i].name);
		emit_open(&d->em, EMIT_STRUCT);
		for (const struct member *m = exits[i].members; m->form; m++)
			show_member(d, k, m);
		emit_close(&d->em, EMIT_STRUCT);
		emit_close(&d->em, EMIT_STRUCT);
	}
}

static void show_run(struct dec *d, const struct env_kvm_run *k)
{
	uint32_t reason = (uint32_t)number(d, k->run + KVM_RUN_REASON, 4);
	const struct symset *names = dec_set("kvm_exits");
	const char *name = symset_name(names, d->abi, reason);

	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "request_interrupt_window", VAL_UDEC, k->run[0], 1);
	hook_field(d, "immediate_exit", VAL_UDEC, k->run[1], 1);
	hook_field(d, "exit_reason", VAL_UDEC, reason, 4);
	emit_meaning(&d->em, "%s", name ? name : symset_unknown(names));
	hook_field(d, "ready_for_interrupt_injection", VAL_UDEC, k->run[12], 1);
	hook_field(d, "if_flag", VAL_UDEC, k->run[13], 1);
	hook_field(d, "flags", VAL_HEX, number(d, k->run + 14, 2), 2);
	show_wide(d, "cr8", number(d, k->run + KVM_RUN_CR8, 8));
	show_wide(d, "apic_base", number(d, k->run + KVM_RUN_APIC, 8));
	show_exit(d, k, reason);
	emit_close(&d->em, EMIT_STRUCT);
}

/* A tree of its own beside that of the arguments; NULL: they can't be read. */
static const struct node *vcpu_look(struct dec *d, uint32_t fd,
				    const char *when)
{
	struct env_kvm_run k = { .ndata = 0 };
	struct emit em = d->em;
	struct node *tree;
	ssize_t n;

	if (!d->o->kvm_run || d->ask)
		return NULL;
	n = env_get(d->env, ENV_KVM_RUN, d->ev->tid, fd, &k, sizeof(k));
	if (n < (ssize_t)offsetof(struct env_kvm_run, data))
		return NULL;
	k.ndata = (uint32_t)((size_t)n - offsetof(struct env_kvm_run, data));
	d->open->call.vcpu.number = (uint32_t)
		abi_number(d->ev->tracer_abi, &k.vcpu, 4);
	emit_start(&d->em, &d->open->arena, &tree);
	dec_name(d, when);
	show_run(d, &k);
	d->em = em;
	return tree;
}

void hook_kvm_run(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct node *before = vcpu_look(d, (uint32_t)arg[0], "before");

	if (before)
		d->open->call.vcpu.before = before;
	emit_num(&d->em, VAL_UDEC, self);
}

void hook_kvm_exit(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t reason;

	(void)self;
	if (!d->o->kvm_vcpu ||
	    env_get(d->env, ENV_KVM_EXIT, d->ev->tid, (uint32_t)arg[0],
		    &reason, sizeof(reason)) != sizeof(reason))
		return;
	d->open->call.vcpu.after = vcpu_look(d, (uint32_t)arg[0], "after");
	emit_open(&d->em, EMIT_AUX);
	dec_sym(d, VAL_SYM, dec_set("kvm_exits"),
		abi_number(d->ev->tracer_abi, &reason, 4));
	emit_close(&d->em, EMIT_AUX);
}
