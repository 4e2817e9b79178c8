/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lazy.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "buf.h"

#ifdef LINK_LAZY

static const char *lazy_open(const char *library, void **handle)
{
	(void)library;
	(void)handle;
	return NULL;
}

static void *lazy_find(void *handle, const struct lazy_name *n)
{
	(void)handle;
	return n->linked;
}

static const char *lazy_error(void)
{
	return "it is not linked";
}

#else

static const char *lazy_open(const char *library, void **handle)
{
	*handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	return *handle ? NULL : dlerror();
}

static const char *lazy_error(void)
{
	return dlerror();
}

static void *lazy_find(void *handle, const struct lazy_name *n)
{
	return dlsym(handle, n->name);
}

#endif

/* The program itself has no name. */
static int object_add(struct dl_phdr_info *object, size_t size, void *b)
{
	const char *slash = strrchr(object->dlpi_name, '/');

	(void)size;
	if (slash)
		buf_fmt(b, "%s%s", ((struct buf *)b)->len ? " " : "",
			slash + 1);
	return 0;
}

void lazy_loaded(struct buf *b)
{
	dl_iterate_phdr(object_add, b);
}

const char *lazy_load(const char *library, const struct lazy_name *names,
		      void *api)
{
	void *handle = NULL;
	const char *error = lazy_open(library, &handle);
	char *to = api;

	if (error)
		return error;
	for (; names->name; names++) {
		void *function = lazy_find(handle, names);

		if (!function)
			return lazy_error();
		memcpy(to, &function, sizeof(function));
		to += sizeof(function);
	}
	return NULL;
}
