/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the data of a descriptor is, where that follows from what the
 * descriptor is: events of an inotify, the count of an eventfd (-e decode=).
 */
#include "abi_table.h"
#include "decode.h"
#include "options.h"
#include "visit.h"

uint64_t dec_streams(const struct options *o)
{
	uint64_t wanted = 0;

	for (uint32_t i = 0; o->decode && i < abi_nstreams; i++)
		if (options_decode(o, abi_str(abi_streams[i].word)))
			wanted |= 1ull << i;
	return wanted;
}

static void descriptor_look(struct dec *d, const struct abi_type *t,
			    struct dec_fd_look *look)
{
	dec_fd_look(d, dec_eval(d, abi_args[t->args]), look);
	if (t->nargs > 1)
		look->address = dec_eval(d, abi_args[t->args + 1]);
}

static bool stream_show(struct dec *d, const struct abi_stream *s,
			const struct abi_type *t, uint64_t addr, uint64_t n)
{
	struct abi_type data = *t;

	if (abi_types[s->type].kind != T_SOCKBUF)
		return dec_data(d, s->type, addr, n);
	/* The same descriptor's, as a netbuf. */
	data.elem = abi_types[s->type].elem;
	return dec_netlink(d, &data, addr, n);
}

bool dec_stream(struct dec *d, const struct abi_type *t, uint64_t addr,
		uint64_t n)
{
	bool received = t->flags & TF_RECEIVED;
	struct dec_fd_look look = { .fd = -1 };

	/* A message in several pieces begins with the first of them. */
	if (!d->streams || !d->follow || !n || d->in->later)
		return false;
	for (uint32_t i = 0; i < abi_nstreams; i++) {
		const struct abi_stream *s = &abi_streams[i];

		if (!(d->streams & 1ull << i) || s->received != received)
			continue;
		if (look.fd < 0)
			descriptor_look(d, t, &look);
		if (dec_fd_is(d, &look, s->kind)) {
			dec_visit(VISIT_STREAM, i);
			return stream_show(d, s, t, addr, n);
		}
	}
	return false;
}
