/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What calls mean to whoever follows tasks, by the real descriptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "abi_table.h"
#include "calls.h"
#include "effect.h"
#include "event.h"
#include "mem_blocks.h"

/* Every call that has an effect, in the order of the numbers. */
static void test_nobody_else(void **state)
{
	static const char *const want[ABI_COUNT] = {
		[ABI_X86_64] = "close dup2 clone fork vfork execve prctl "
			       "restart_syscall unshare dup3 seccomp execveat "
			       "io_uring_setup io_uring_enter clone3 "
			       "close_range ",
		[ABI_I386] = "restart_syscall fork close execve dup2 clone "
			     "prctl vfork unshare dup3 seccomp execveat "
			     "io_uring_setup io_uring_enter clone3 "
			     "close_range ",
		[ABI_X32] = "close dup2 clone fork vfork prctl "
			    "restart_syscall unshare dup3 seccomp "
			    "io_uring_setup io_uring_enter clone3 "
			    "close_range execve execveat ",
	};

	(void)state;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		char have[1000] = "";

		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (effects_of(abi, nr)->kind != EFFECT_NONE &&
			    !effect_find(abi, nr, EFFECT_TRANSFERS)) {
				strcat(have, calls_name(abi, nr));
				strcat(have, " ");
			}
		assert_string_equal(have, want[abi]);
	}
	assert_int_equal(effects_of(ABI_X86_64, 1u << 20)->kind, EFFECT_NONE);
}

/* Which of its registers says how many bytes a call transfers at most. */
static void test_transfers(void **state)
{
	static const struct { uint64_t nr; unsigned reg; } calls[] = {
		{ SYS_read, 2 }, { SYS_write, 2 }, { SYS_pread64, 2 },
		{ SYS_pwrite64, 2 }, { SYS_sendto, 2 }, { SYS_recvfrom, 2 },
		{ SYS_sendfile, 3 }, { SYS_getrandom, 1 }, { SYS_splice, 4 },
		{ SYS_tee, 2 }, { SYS_copy_file_range, 4 },
	};
	size_t found = 0;

	(void)state;
	for (uint64_t nr = 0; nr < calls_count(ABI_X86_64); nr++)
		found += effect_find(ABI_X86_64, nr, EFFECT_TRANSFERS) != NULL;
	assert_int_equal(found, sizeof(calls) / sizeof(*calls));
	for (size_t i = 0; i < found; i++) {
		const struct abi_effect *e = effect_find(ABI_X86_64,
							 calls[i].nr,
							 EFFECT_TRANSFERS);

		assert_non_null(e);
		assert_int_equal(e->reg, calls[i].reg);
	}
}

static void holds(enum effect_answer want, enum effect_kind kind,
		  struct event ev)
{
	assert_int_equal(effect_at_entry(&ev, kind), want);
}

#define CALL(name, ...) \
	(struct event){ .abi = ABI_X86_64, .nr = SYS_##name, \
			.arg = { __VA_ARGS__ } }

static void test_conditions(void **state)
{
	(void)state;
	holds(EFFECT_HOLDS, EFFECT_FORKS, CALL(fork, 0));
	holds(EFFECT_HOLDS_NOT, EFFECT_SHARES, CALL(fork, CLONE_FILES));
	holds(EFFECT_HOLDS, EFFECT_SHARES, CALL(clone, CLONE_FILES | 17));
	holds(EFFECT_HOLDS_NOT, EFFECT_SHARES, CALL(clone, CLONE_VM | 17));
	holds(EFFECT_HOLDS, EFFECT_UNSHARES, CALL(unshare, CLONE_FILES));
	holds(EFFECT_HOLDS_NOT, EFFECT_UNSHARES, CALL(unshare, CLONE_FS));
	holds(EFFECT_HOLDS, EFFECT_UNSHARES, CALL(close_range, 0, 9, 2));
	holds(EFFECT_HOLDS_NOT, EFFECT_UNSHARES, CALL(close_range, 0, 9, 4));
	holds(EFFECT_HOLDS, EFFECT_RENAMES, CALL(prctl, PR_SET_NAME));
	holds(EFFECT_HOLDS, EFFECT_FILTERS, CALL(prctl, PR_SET_SECCOMP));
	holds(EFFECT_HOLDS_NOT, EFFECT_FILTERS, CALL(prctl, PR_SET_NAME));
	/* The upper half is none of the kernel's business. */
	holds(EFFECT_HOLDS, EFFECT_FILTERS,
	      CALL(prctl, PR_SET_SECCOMP | 1ull << 32));
	for (uint64_t op = 0; op < 4; op++)
		holds(op <= SECCOMP_SET_MODE_FILTER ? EFFECT_HOLDS :
		      EFFECT_HOLDS_NOT, EFFECT_FILTERS, CALL(seccomp, op, 0));
	holds(EFFECT_HOLDS, EFFECT_SPREADS,
	      CALL(seccomp, 1, SECCOMP_FILTER_FLAG_TSYNC));
}

static void test_registers(void **state)
{
	const struct abi_effect *e;

	(void)state;
	e = effect_find(ABI_X86_64, SYS_close_range, EFFECT_CLOSES);
	assert_int_equal(e->reg, 0);
	assert_int_equal(e->last, 1);
	e = effect_find(ABI_X86_64, SYS_dup3, EFFECT_REPLACES);
	assert_int_equal(e->reg, 1);
	e = effect_find(ABI_X86_64, SYS_execve, EFFECT_EXECS);
	assert_int_equal(e->reg, 0);
	e = effect_find(ABI_X86_64, SYS_execveat, EFFECT_EXECS);
	assert_int_equal(e->reg, 1);
	assert_null(effect_find(ABI_X86_64, SYS_execve, EFFECT_FORKS));
}

static void test_memory(void **state)
{
	uint64_t flags = CLONE_FILES, v;
	struct mem_blocks m = { 0 };
	struct event ev = CALL(clone3, 0x1000);
	struct effect_args given = { ABI_X86_64, ev.arg, &m.mem };

	(void)state;
	holds(EFFECT_UNKNOWN, EFFECT_SHARES, ev);
	mem_blocks_init(&m);
	ev.mem = &m.mem;
	holds(EFFECT_UNKNOWN, EFFECT_SHARES, ev);
	mem_blocks_add(&m, 0x1000, &flags, sizeof(flags), sizeof(flags));
	holds(EFFECT_HOLDS, EFFECT_SHARES, ev);
	assert_true(effect_number(effect_find(ABI_X86_64, SYS_clone3,
					      EFFECT_SHARES), &given, &v));
	assert_int_equal(v, CLONE_FILES);
	ev.arg[0]--;
	holds(EFFECT_UNKNOWN, EFFECT_SHARES, ev);
	mem_blocks_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_else),
		cmocka_unit_test(test_transfers),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
