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

/* The pages, which are the memory that their description is decoded from; what
 * goes through a port is behind the exits (struct env_kvm_run). */
struct pages {
	struct mem mem;
	const struct env_kvm_run *k;
};

static size_t pages_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	const struct env_kvm_run *k = ((struct pages *)m)->k;
	size_t size = sizeof(k->run) + k->ndata;

	if (addr >= size)
		return 0;
	if (len > size - addr)
		len = size - addr;
	memcpy(buf, k->run + addr, len);
	return len;
}

static void pages_show(struct dec *d, const struct env_kvm_run *k)
{
	static const struct mem_ops ops = { .read = pages_read };
	struct pages pages = { .mem.ops = &ops, .k = k };
	const struct event *ev = d->ev;
	struct event in_pages = *ev;
	struct dec_loc loc = { .addr = 0 };

	in_pages.mem = &pages.mem;
	d->ev = &in_pages;
	dec_value(d, d->in->shows, &loc);
	d->ev = ev;
}

/* As printf's %#016x has it. */
void hook_kvm_padded(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[FORM_MAX];
	uint64_t v = 0;

	(void)arg;
	dec_uint(d, self, 8, &v);
	snprintf(text, sizeof(text), "%#016" PRIx64, v);
	hook_form(d, text, v);
}

void hook_kvm_reason(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct symset *names = dec_set("kvm_exits");
	const char *name = symset_name(names, d->abi, arg[0]);

	(void)self;
	emit_meaning(&d->em, "%s", name ? name : symset_unknown(names));
}

void hook_kvm_port(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t size = arg[0], n = arg[1], v;
	uint64_t most = d->abbrev ? d->o->max_string : n;
	uint64_t at = sizeof(((struct env_kvm_run *)0)->run);

	(void)self;
	if (size != 1 && size != 2 && size != 4) {
		emit_elided(&d->em);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++, at += size) {
		if (i == most || emit_full(&d->em) ||
		    !dec_uint(d, at, size, &v)) {
			emit_elided(&d->em);
			break;
		}
		emit_value(&d->em, &(struct value){
			.kind = VAL_HEX, .width = (uint8_t)size, .num = v });
	}
	emit_close(&d->em, EMIT_ARRAY);
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
	pages_show(d, &k);
	d->em = em;
	return tree;
}

void hook_kvm_before(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct node *before = vcpu_look(d, (uint32_t)arg[0], "before");

	if (before)
		d->open->call.vcpu.before = before;
	emit_num(&d->em, VAL_UDEC, self);
}

void hook_kvm_after(struct dec *d, uint64_t self, const uint64_t *arg)
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
