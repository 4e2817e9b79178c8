/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lazy.h"

#include <dlfcn.h>
#include <string.h>

const char *lazy_load(const char *library, const char *const *names, void *api)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	char *to = api;

	if (!handle)
		return dlerror();
	for (; *names; names++) {
		void *function = dlsym(handle, *names);

		if (!function)
			return dlerror();
		memcpy(to, &function, sizeof(function));
		to += sizeof(function);
	}
	return NULL;
}
