/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abi_info.h"

unsigned abi_own(void)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		if (abi_is_native(i) && abi_infos[i].word == sizeof(void *) &&
		    abi_infos[i].klong == sizeof(long))
			return i;
	return 0;
}

int abi_find(const char *name, size_t len)
{
	for (int i = 0; i < ABI_COUNT; i++)
		if (strlen(abi_infos[i].name) == len &&
		    !memcmp(abi_infos[i].name, name, len))
			return i;
	return -1;
}

int abi_of_elf(unsigned class, unsigned machine)
{
	for (int i = 0; i < ABI_COUNT; i++)
		if (abi_infos[i].elf_class == class &&
		    abi_infos[i].elf_machine == machine)
			return i;
	return -1;
}

/* An ABI with a bit in its numbers has no higher bit in them. */
static bool has_bit(const struct abi_info *info, uint64_t raw)
{
	return info->nr_bit &&
	       ((uint32_t)raw & ~(info->nr_bit - 1)) == info->nr_bit;
}

unsigned abi_of_call(uint32_t audit, uint64_t raw, uint64_t *nr)
{
	unsigned found = 0;

	for (unsigned i = 0; i < ABI_COUNT; i++) {
		const struct abi_info *info = &abi_infos[i];

		if (info->audit != audit)
			continue;
		if (has_bit(info, raw)) {
			*nr = (uint32_t)raw & ~info->nr_bit;
			return i;
		}
		if (!info->nr_bit)
			found = i;
	}
	*nr = abi_infos[found].reg == 4 ? (uint32_t)raw : raw;
	return found;
}
