/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hooks of sockopt*.abi: members of less than a byte.  Each emits the
 * members of one number as fields of an open struct.
 */
#include "hook.h"

struct bit_field {
	const char *name;	/* NULL: there are no more */
	unsigned width;
	const char *set;
	bool reserved;		/* shown only if not zero */
};

/* Where the bytes are the other way round, so are the bits. */
static void bits_show(struct dec *d, uint64_t self, const struct bit_field *f,
		      unsigned bits)
{
	uint8_t bytes[4];
	uint64_t v;
	unsigned at = 0;

	if (!dec_read(d, self, bytes, bits / 8)) {
		emit_unknown(&d->em);
		return;
	}
	v = dec_number(d, bytes, bits == 32 ? STORE_U32 :
		       bits == 16 ? STORE_U16 : STORE_U8);
	for (; f->name; at += f->width, f++) {
		unsigned from = abi_infos[d->abi].big_endian ?
				bits - at - f->width : at;
		uint64_t part = v >> from & ((1ull << f->width) - 1);

		if (f->set)
			hook_sym(d, f->name, f->set, part);
		else if (part || !f->reserved)
			hook_field(d, f->name, f->reserved ? VAL_HEX :
				   VAL_UDEC, part, 4);
	}
}

void hook_tcpi_scale_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "tcpi_snd_wscale", 4, NULL, false },
		{ "tcpi_rcv_wscale", 4, NULL, false },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 8);
}

void hook_tcpi_sending_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "tcpi_delivery_rate_app_limited", 1, NULL, false },
		{ "tcpi_fastopen_client_fail", 2, "tcp_fastopen_fails",
		  false },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 8);
}

void hook_tcpi_ecn_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "tcpi_ecn_mode", 2, "tcpi_ecn_modes", false },
		{ "tcpi_accecn_opt_seen", 2, "tcp_accecn_opts", false },
		{ "tcpi_accecn_fail_mode", 4, "tcp_accecn_fails", false },
		{ "tcpi_options2", 24, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 32);
}

void hook_tcp_ao_add_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "set_current", 1, NULL, false },
		{ "set_rnext", 1, NULL, false },
		{ "reserved", 30, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 32);
}

void hook_tcp_ao_del_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "set_current", 1, NULL, false },
		{ "set_rnext", 1, NULL, false },
		{ "del_async", 1, NULL, false },
		{ "reserved", 29, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 32);
}

void hook_tcp_ao_info_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "set_current", 1, NULL, false },
		{ "set_rnext", 1, NULL, false },
		{ "ao_required", 1, NULL, false },
		{ "set_counters", 1, NULL, false },
		{ "accept_icmps", 1, NULL, false },
		{ "reserved", 27, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 32);
}

void hook_tcp_ao_get_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field fields[] = {
		{ "is_current", 1, NULL, false },
		{ "is_rnext", 1, NULL, false },
		{ "get_all", 1, NULL, false },
		{ "reserved", 13, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, fields, 16);
}

void hook_atm_abr_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const struct bit_field rates[] = {
		{ "frtt", 24, NULL, false },
		{ "rif", 4, NULL, false },
		{ "rdf", 4, NULL, false },
		{ NULL, 0, NULL, false }
	};
	static const struct bit_field more[] = {
		{ "nrm_pres", 1, NULL, false },
		{ "trm_pres", 1, NULL, false },
		{ "adtf_pres", 1, NULL, false },
		{ "cdf_pres", 1, NULL, false },
		{ "nrm", 3, NULL, false },
		{ "trm", 3, NULL, false },
		{ "adtf", 10, NULL, false },
		{ "cdf", 3, NULL, false },
		{ "spare", 9, NULL, true },
		{ NULL, 0, NULL, false }
	};

	(void)arg;
	bits_show(d, self, rates, 32);
	bits_show(d, self + 4, more, 32);
}
