/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abi_info: what is known of an ABI before any call is looked at.
 *
 * An ABI is a table of calls, the sizes of words and the order of their bytes.
 * The ABIs of one architecture are described in src/abi/arch/ARCH.arch, and
 * configure chooses which of all ABIs a program has: those that its own machine
 * runs come first, the main one as number 0; others may follow, for records of
 * other machines.  arch.awk makes enum abi_id and abi_infos[] of that, so no
 * other file has to be changed for one more ABI.
 *
 * Numbers in a tracee's memory have the order of its ABI's bytes: abi_number()
 * is the one place that reads them.
 */
#ifndef STRACE_ABI_INFO_H
#define STRACE_ABI_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "abi_ids.h"

/* How the kernel packs numbers of ioctls: the size is above bit 16. */
struct abi_ioc {
	uint8_t size_bits;
	uint8_t none, write, read;	/* the directions, above the size */
};

struct abi_info {
	const char *name;	/* "x86_64" */
	const char *layout;	/* its name in "layout" blocks */
	const char *select;	/* "@64": chooses it in -e trace=NAME@64 */
	const char *mode;	/* "64 bit" */
	const char *const *user; /* names of the words in its struct user,
				  * ended by NULL; NULL: not known */
	uint8_t word;		/* bytes of a pointer and of a long */
	uint8_t klong;		/* ... of a long of the kernel that serves it */
	uint8_t align64;	/* alignment of 64-bit numbers in structs */
	uint8_t reg;		/* bytes of a register that the kernel uses */
	bool big_endian;
	bool compat;		/* the kernel's compat entries serve it */
	bool tls_desc;		/* TLS is given as a struct user_desc */
	uint8_t main;		/* enum abi_id: the first of its architecture */
	uint8_t elf_class;	/* 32 or 64 */
	uint16_t elf_machine;	/* EM_* */
	uint16_t sigmask;	/* from the stack pointer at rt_sigreturn to the
				 * mask; 0: not known */
	uint16_t old_sigmask[2]; /* the same at sigreturn, in two halves */
	uint32_t audit;		/* AUDIT_ARCH_* */
	uint32_t nr_bit;	/* set in every number of a call, or 0 */
	uint32_t nr_first;	/* the lowest number of the table */
	uint32_t runs;		/* bits: ABIs that its processes may use, too */
	struct abi_ioc ioc;
};

extern const struct abi_info abi_infos[ABI_COUNT];
/* Names of all ABIs and layouts, of this program or not; NULL at the end. */
extern const char *const abi_known_names[];

static inline const char *abi_name(unsigned abi)
{
	return abi_infos[abi].name;
}

static inline const char *abi_mode_name(unsigned abi)
{
	return abi_infos[abi].mode;
}

static inline unsigned abi_word_size(unsigned abi)
{
	return abi_infos[abi].word;
}

/* Is it the first of its architecture, which need not be named? */
static inline bool abi_is_main(unsigned abi)
{
	return abi_infos[abi].main == abi;
}

/* Can processes of this machine make its calls? */
static inline bool abi_is_native(unsigned abi)
{
	return !abi || abi_infos[0].runs >> abi & 1;
}

/* The argument that a register holds, zero-extended to 64 bits. */
static inline uint64_t abi_arg(unsigned abi, uint64_t v)
{
	return abi_infos[abi].reg == 4 ? (uint32_t)v : v;
}

/* The result that a register holds, sign-extended. */
static inline int64_t abi_ret(unsigned abi, uint64_t v)
{
	return abi_infos[abi].reg == 4 ? (int32_t)v : (int64_t)v;
}

/* An unsigned number of n bytes, from 1 to 8, as it lies in memory. */
static inline uint64_t abi_number(unsigned abi, const void *bytes, unsigned n)
{
	bool here = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	uint64_t v = 0;

	memcpy((char *)&v + (here ? 8 - n : 0), bytes, n);
	if (abi_infos[abi].big_endian != here)
		v = __builtin_bswap64(v) >> (64 - 8 * n);
	return v;
}

/* Put such a number into n bytes of memory. */
static inline void abi_number_put(unsigned abi, void *bytes, unsigned n,
				  uint64_t v)
{
	uint8_t *p = bytes;

	for (unsigned i = 0; i < n; i++)
		p[abi_infos[abi].big_endian ? n - 1 - i : i] =
			(uint8_t)(v >> 8 * i);
}

/* The ABI that this program itself was built for. */
unsigned abi_own(void);
/* The ABI of that name; -1 if this program has none. */
int abi_find(const char *name, size_t len);
/* The ABI whose calls a program with such an ELF header makes; -1: none. */
int abi_of_elf(unsigned class, unsigned machine);
/*
 * The ABI of a call, by the audit architecture and the number that the kernel
 * knows it by; *nr becomes the number in the ABI's table.
 */
unsigned abi_of_call(uint32_t audit, uint64_t raw, uint64_t *nr);
/* A number of the ABI's table as the kernel has it. */
static inline uint64_t abi_raw_nr(unsigned abi, uint64_t nr)
{
	return nr | abi_infos[abi].nr_bit;
}

#endif
