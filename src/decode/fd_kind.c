/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kind of a descriptor, which decides between drivers that share a number
 * of a command. */
#include <stdio.h>
#include <string.h>

#include "decode.h"

static bool kind_has(const struct abi_fd_kind *k, const char *path,
		     const char *driver)
{
	for (uint32_t i = 0; i < k->count; i++) {
		const char *name = abi_str(abi_fd_paths[k->first + i]);

		if (k->driver ? !strcmp(driver, name) :
		    !strncmp(path, name, strlen(name)))
			return true;
	}
	return false;
}

static void text_get(struct dec *d, enum env_what what, uint64_t key,
		     char *text, size_t size)
{
	ssize_t n = env_get(d->env, what, d->ev->tid, key, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
}

/* Who drives the device that a descriptor is; "" if that is not known. */
static void driver_of(struct dec *d, int fd, char *driver, size_t size)
{
	char text[DEC_PATH_MAX], number[64];
	struct env_fd_text t;
	unsigned major, minor;
	ssize_t n = env_get(d->env, ENV_FD_DETAIL, d->ev->tid, fd, text,
			    sizeof(text));

	if (n <= 0)
		return;
	env_fd_split(text, n, &t);
	snprintf(number, sizeof(number), "%.*s", (int)t.detail_len, t.detail);
	if (sscanf(number, "<char %u:%u>", &major, &minor) == 2)
		text_get(d, ENV_DRIVER, ENV_DRIVER_KEY(major, minor), driver,
			 size);
}

uint32_t dec_fd_kind(struct dec *d, int fd)
{
	char path[64], driver[64] = "";

	if (fd < 0)
		return 0;
	text_get(d, ENV_FD_PATH, fd, path, sizeof(path));
	if (!strncmp(path, "/dev/", 5))
		driver_of(d, fd, driver, sizeof(driver));
	for (uint32_t i = 1; i < abi_nfd_kinds; i++)
		if (kind_has(&abi_fd_kinds[i], path, driver))
			return i;
	return 0;
}
