/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kind of a descriptor, which decides between drivers that share a number
 * of a command. */
#include <string.h>

#include "decode.h"

static bool kind_has(const struct abi_fd_kind *k, const char *path)
{
	for (uint32_t i = 0; i < k->count; i++) {
		const char *begin = abi_str(abi_fd_paths[k->first + i]);

		if (!strncmp(path, begin, strlen(begin)))
			return true;
	}
	return false;
}

uint32_t dec_fd_kind(struct dec *d, int fd)
{
	char path[64];
	ssize_t n = fd < 0 ? -1 : env_get(d->env, ENV_FD_PATH, d->ev->tid, fd,
					  path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	for (uint32_t i = 1; i < abi_nfd_kinds; i++)
		if (kind_has(&abi_fd_kinds[i], path))
			return i;
	return 0;
}
