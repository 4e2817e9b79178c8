/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The built-in kinds of the language, and how numbers lie in memory. */
#include <string.h>

#include "abigen.h"
#include "calls.h"
#include "emit.h"

static const struct kind kinds[] = {
	{ "s8", T_NUM, VAL_DEC, SC_S8, 0, 0, 0 },
	{ "u8", T_NUM, VAL_UDEC, SC_U8, 0, 0, 0 },
	{ "s16", T_NUM, VAL_DEC, SC_S16, 0, 0, 0 },
	{ "u16", T_NUM, VAL_UDEC, SC_U16, 0, 0, 0 },
	{ "s32", T_NUM, VAL_DEC, SC_S32, 0, 0, 0 },
	{ "u32", T_NUM, VAL_UDEC, SC_U32, 0, 0, 0 },
	{ "s64", T_NUM, VAL_DEC, SC_S64, 0, 0, 0 },
	{ "u64", T_NUM, VAL_UDEC, SC_U64, 0, 0, 0 },
	{ "be16", T_NUM, VAL_UDEC, SC_BE16, 0, 0, 0 },
	{ "be32", T_NUM, VAL_UDEC, SC_BE32, 0, 0, 0 },
	{ "be64", T_NUM, VAL_UDEC, SC_BE64, 0, 0, 0 },
	{ "int", T_NUM, VAL_DEC, SC_S32, 0, 0, 0 },
	{ "uint", T_NUM, VAL_UDEC, SC_U32, 0, 0, 0 },
	{ "long", T_NUM, VAL_DEC, SC_LONG, 0, 0, 0 },
	{ "ulong", T_NUM, VAL_UDEC, SC_ULONG, 0, 0, 0 },
	{ "klong", T_NUM, VAL_DEC, SC_KLONG, 0, 0, 0 },
	{ "kulong", T_NUM, VAL_UDEC, SC_KULONG, 0, 0, 0 },
	{ "size", T_NUM, VAL_UDEC, SC_ULONG, 0, 0, 0 },
	{ "off", T_NUM, VAL_DEC, SC_LONG, 0, 0, 0 },
	{ "off64", T_NUM, VAL_DEC, SC_OFF64, 0, 0, 0 },
	{ "off64hl", T_NUM, VAL_DEC, SC_OFF64HL, 0, 0, 0 },
	{ "dec", T_NUM, VAL_DEC, SC_NONE, 0, 0, 0 },
	{ "udec", T_NUM, VAL_UDEC, SC_NONE, 0, 0, 0 },
	{ "hex", T_NUM, VAL_HEX, SC_NONE, 0, 0, 0 },
	{ "oct", T_NUM, VAL_OCT, SC_NONE, 0, 0, 0 },
	{ "addr", T_ADDR, 0, SC_PTR, 0, 0, 0 },
	{ "hexarg", T_HEXARG, 0, SC_ULONG, 0, 0, 0 },
	{ "fd", T_FD, 0, SC_S32, 0, CLASS_DESC, 0 },
	{ "dirfd", T_DIRFD, 0, SC_S32, 0, CLASS_DESC, 0 },
	{ "tid", T_PID, 0, SC_S32, 0, 0, 0 },
	{ "tgid", T_PID, 0, SC_S32, 0, 0, 0 },
	{ "pid", T_PID, 0, SC_S32, 0, 0, 0 },
	{ "pgid", T_PID, 0, SC_S32, 0, 0, 0 },
	{ "sid", T_PID, 0, SC_S32, 0, 0, 0 },
	{ "id", T_ID, 0, SC_U32, 0, 0, 0 },
	{ "sig", T_SIGNAL, 0, SC_S32, 0, 0, 0 },
	{ "errno", T_ERRNO, 0, SC_S32, 0, 0, 0 },
	{ "mode", T_MODE, 0, SC_U16, 0, 0, 0 },
	{ "perm", T_PERM, 0, SC_U16, 0, 0, 0 },
	{ "dev", T_DEV, 0, SC_U32, 0, 0, 0 },
	{ "clockid", T_CLOCKID, 0, SC_S32, 0, CLASS_CLOCK, 0 },
	{ "ifindex", T_IFINDEX, 0, SC_U32, 0, 0, 0 },
	{ "rlim", T_RLIM, 0, SC_ULONG, 0, 0, 0 },
	{ "ticks", T_TICKS, 0, SC_KLONG, 0, 0, 0 },
	{ "path", T_STR, 0, SC_PTR, 0, CLASS_FILE, TF_PATH },
	{ "longstr", T_STR, 0, SC_PTR, 0, 0, TF_WHOLE },
	{ "str", T_STR, 0, SC_PTR, 0, 0, 0 },
	{ "strv", T_STRV, 0, SC_PTR, 0, 0, 0 },
	{ "bytes", T_BYTES, 0, SC_NONE, 0, 0, 0 },
	{ "hexstr", T_BYTES, 0, SC_NONE, 0, 0, TF_HEXSTR },
	{ "text", T_BYTES, 0, SC_NONE, 0, 0, TF_ENDED },
	{ "sockbuf", T_SOCKBUF, 0, SC_NONE, 0, 0, 0 },
	{ "netbuf", T_SOCKBUF, 0, SC_NONE, 0, 0, 0 },
	{ "sigset", T_SIGSET, 0, SC_NONE, 8, 0, 0 },
	{ "cpuset", T_CPUSET, 0, SC_NONE, 0, 0, 0 },
	{ "inet4", T_INET4, 0, SC_NONE, 4, 0, 0 },
	{ "inet6", T_INET6, 0, SC_NONE, 16, 0, 0 },
	{ "htons", T_HTONS, 0, SC_NONE, 2, 0, 0 },
	{ "htonl", T_HTONL, 0, SC_NONE, 4, 0, 0 },
	{ "mac", T_HWADDR, 0, SC_NONE, 6, 0, 0 },
	{ "hwaddr", T_HWADDR, 0, SC_NONE, 0, 0, 0 },
	{ "uuid", T_UUID, 0, SC_NONE, 16, 0, 0 },
	{ "absent", T_NONE, 0, SC_NONE, 0, 0, 0 },
	{ "none", T_NONE, 0, SC_NONE, 0, 0, 0 },
};

const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

bool abi_name_known(const char *name)
{
	for (const char *const *p = abi_known_names; *p; p++)
		if (!strcmp(name, *p))
			return true;
	return false;
}

uint32_t abis_of_layout(const char *name)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < ABI_COUNT; i++)
		if (!strcmp(name, abi_infos[i].layout))
			bits |= 1u << i;
	return bits;
}

int abi_from_name(const char *name)
{
	for (int i = 0; i < ABI_COUNT; i++)
		if (!strcmp(name, abi_infos[i].name))
			return i;
	return -1;
}

static enum abi_store store_word(unsigned bytes, bool is_signed)
{
	if (bytes == 8)
		return is_signed ? STORE_S64 : STORE_U64;
	return is_signed ? STORE_S32 : STORE_U32;
}

static const uint8_t plain_store[] = {
	[SC_NONE] = STORE_NONE,
	[SC_U8] = STORE_U8, [SC_S8] = STORE_S8,
	[SC_U16] = STORE_U16, [SC_S16] = STORE_S16,
	[SC_U32] = STORE_U32, [SC_S32] = STORE_S32,
	[SC_U64] = STORE_U64, [SC_S64] = STORE_S64,
	[SC_BE16] = STORE_BE16, [SC_BE32] = STORE_BE32,
	[SC_BE64] = STORE_BE64,
};

enum abi_store store_of(enum store_class sc, unsigned abi, bool in_register)
{
	const struct abi_info *info = &abi_infos[abi];
	unsigned word = in_register ? info->reg : info->word;

	switch (sc) {
	case SC_LONG:
		return store_word(word, true);
	case SC_ULONG:
	case SC_PTR:
		return store_word(word, false);
	case SC_KLONG:
		return store_word(info->klong, true);
	case SC_KULONG:
		return store_word(info->klong, false);
	case SC_OFF64:
		return in_register && word == 4 ? STORE_PAIR_LH : STORE_S64;
	case SC_OFF64HL:
		return in_register && word == 4 ? STORE_PAIR_HL : STORE_S64;
	default:
		return plain_store[sc];
	}
}

unsigned store_size(enum abi_store st)
{
	static const uint8_t sizes[] = {
		[STORE_U8] = 1, [STORE_S8] = 1, [STORE_U16] = 2,
		[STORE_S16] = 2, [STORE_BE16] = 2, [STORE_U32] = 4,
		[STORE_S32] = 4, [STORE_BE32] = 4, [STORE_U64] = 8,
		[STORE_S64] = 8, [STORE_BE64] = 8,
	};

	return st < sizeof(sizes) ? sizes[st] : 8;
}

unsigned store_align(enum abi_store st, unsigned abi)
{
	unsigned size = store_size(st);

	return size == 8 ? abi_infos[abi].align64 : size ? size : 1;
}

uint32_t class_bit(const char *word)
{
	static const struct { const char *word; uint32_t bit; } words[] = {
		{ "file", CLASS_FILE }, { "desc", CLASS_DESC },
		{ "memory", CLASS_MEMORY }, { "process", CLASS_PROCESS },
		{ "signal", CLASS_SIGNAL }, { "ipc", CLASS_IPC },
		{ "network", CLASS_NETWORK }, { "net", CLASS_NETWORK },
		{ "stat", CLASS_STAT | CLASS_STAT_LIKE },
		{ "lstat", CLASS_LSTAT | CLASS_STAT_LIKE },
		{ "fstat", CLASS_FSTAT | CLASS_STAT_LIKE },
		{ "stat_like", CLASS_STAT_LIKE },
		{ "statfs", CLASS_STATFS | CLASS_STATFS_LIKE },
		{ "fstatfs", CLASS_FSTATFS | CLASS_STATFS_LIKE },
		{ "statfs_like", CLASS_STATFS_LIKE },
		{ "pure", CLASS_PURE }, { "creds", CLASS_CREDS },
		{ "clock", CLASS_CLOCK }, { "io_uring", CLASS_URING },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].word, word))
			return words[i].bit;
	return 0;
}
