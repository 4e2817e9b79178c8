/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which calls the classes of -e trace= have, where types don't tell it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calls.h"

static uint32_t classes_of(unsigned abi, const char *name)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		const char *known = calls_name(abi, nr);

		if (known && !strcmp(known, name))
			return calls_class(abi, nr);
	}
	fail_msg("no call %s", name);
	return 0;
}

static void classes_are(void **state)
{
	static const struct {
		const char *name;
		uint32_t has;	/* of these: */
		uint32_t asked;
	} cases[] = {
		{ "ustat", CLASS_STATFS_LIKE, CLASS_STATFS | CLASS_FSTATFS |
		  CLASS_STATFS_LIKE },
		{ "statfs", CLASS_STATFS | CLASS_STATFS_LIKE,
		  CLASS_STATFS | CLASS_STATFS_LIKE },
		{ "poll", CLASS_DESC, ~0u },
		{ "ppoll", CLASS_DESC, ~0u },
		{ "select", CLASS_DESC, ~0u },
		{ "pselect6", CLASS_DESC, ~0u },
		{ "pipe", CLASS_DESC, ~0u },
		{ "pipe2", CLASS_DESC, ~0u },
		{ "sendfile", CLASS_DESC | CLASS_NETWORK, ~0u },
		{ "socket", CLASS_NETWORK, ~0u },
		{ "socketpair", CLASS_NETWORK, ~0u },
		{ "recvmsg", CLASS_NETWORK, ~0u },
		{ "io_setup", CLASS_MEMORY, ~0u },
		{ "io_destroy", CLASS_MEMORY, ~0u },
		{ "io_uring_register", CLASS_DESC | CLASS_MEMORY |
		  CLASS_URING, ~0u },
		{ "io_uring_enter", CLASS_DESC | CLASS_SIGNAL | CLASS_URING,
		  ~0u },
		{ "fsconfig", CLASS_DESC | CLASS_FILE, ~0u },
		{ "symlinkat", CLASS_DESC | CLASS_FILE, ~0u },
		{ "getpid", CLASS_PURE, ~0u },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(classes_of(ABI_X86_64, cases[i].name) &
				 cases[i].asked, cases[i].has);
	assert_int_equal(classes_of(ABI_I386, "select"), CLASS_DESC);
	/* What it makes has classes of its own. */
	assert_int_equal(classes_of(ABI_I386, "socketcall"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
