/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines that are right: what they put into struct options. */
#include "options_fakes.h"

#include "built_with.h"

static void defaults(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "ls -l");
	assert_string_equal(o.command[0], "ls");
	assert_string_equal(o.command[1], "-l");
	assert_null(o.command[2]);
	assert_true(callset_is_all(&o.trace));
	assert_true(callset_is_all(&o.abbrev));
	assert_true(callset_is_all(&o.verbose));
	assert_true(numset_is_empty(&o.raw.abi[0]));
	assert_true(numset_is_all(&o.signals));
	assert_true(numset_is_empty(&o.read_fds));
	assert_int_equal(o.status, STATUS_ALL);
	assert_int_equal(o.quiet, 0);
	assert_int_equal(o.max_string, 32);
	assert_int_equal(o.align, 40);
	assert_int_equal(o.interruptible, 2);
	assert_int_equal(o.ncolumns, 6);
	assert_true(o.cpu_placement);
	assert_int_equal(o.seccomp_bpf, SECCOMP_AUTO);
	assert_false(o.has_trace_filter);
	options_free(&o);
}

/* What was enough of an older name is enough beside newer ones. */
static void beginnings_of_names(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "--att=7 --sign=USR1 --con=raw --rel");
	assert_int_equal(o.npids, 1);
	assert_int_equal(o.pids[0], 7);
	assert_true(numset_has(&o.signals, 10));
	assert_false(numset_has(&o.signals, 2));
	assert_int_equal(o.xlat, XLAT_RAW);
	assert_true(o.relative);
	options_free(&o);
	parse(&o, &l, "--inj read:error=EIO ls");
	assert_int_equal(o.ninjects, 1);
	assert_string_equal(o.command[0], "ls");
	options_free(&o);
}

static void options_end_at_the_command(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-f cat -n");
	assert_int_equal(o.follow, FOLLOW_FORKS);
	assert_string_equal(o.command[0], "cat");
	assert_false(o.show_nr);
	options_free(&o);
	parse(&o, &l, "-- -x");
	assert_string_equal(o.command[0], "-x");
	options_free(&o);
}

static void many_pids(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-p 7 -p 8,9 --attach=11~12,~13 -p 8");
	assert_int_equal(o.npids, 6);
	assert_int_equal(o.pids[0], 7);
	assert_int_equal(o.pids[2], 9);
	assert_int_equal(o.pids[5], 13);
	assert_null(o.command);
	options_free(&o);
}

static void follow_and_files(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-ff -o x ls");
	assert_int_equal(o.follow, FOLLOW_SEPARATE);
	assert_int_equal(o.interruptible, 3);
	assert_int_equal(o.quiet, QUIET_ATTACH | QUIET_PERSONALITY);
	options_free(&o);
	parse(&o, &l, "-ff ls");
	assert_int_equal(o.follow, FOLLOW_FORKS);
	assert_string_equal(seen.warning, "");
	options_free(&o);
	parse(&o, &l, "--follow-forks -f --output-sep -o x ls");
	assert_int_equal(o.follow, FOLLOW_SEPARATE);
	options_free(&o);
	parse(&o, &l, "--follow-forks -f -o x ls");
	assert_int_equal(o.follow, FOLLOW_FORKS);
	options_free(&o);
	parse(&o, &l, "-o x -p 7");
	assert_int_equal(o.quiet, 0);
	assert_int_equal(o.interruptible, 2);
	options_free(&o);
}

static void times(void **state)
{
	static const struct {
		const char *line;
		enum time_style style;
		int digits;
	} cases[] = {
		{ "-t ls", TIME_CLOCK, 0 },
		{ "-tt ls", TIME_CLOCK, 6 },
		{ "-t -t -t ls", TIME_UNIX, 6 },
		{ "-tttt ls", TIME_UNIX, 6 },
		{ "--absolute-timestamps ls", TIME_CLOCK, 0 },
		{ "--timestamps=ns ls", TIME_CLOCK, 9 },
		{ "--timestamps=unix ls", TIME_UNIX, 0 },
		{ "--timestamps=ms,unix ls", TIME_UNIX, 3 },
		{ "--timestamps=format:time,precision:us ls", TIME_CLOCK, 6 },
		{ "--timestamps=unix --timestamps=none ls", TIME_NONE, 0 },
		{ "--timestamps=ns --timestamps=format:unix ls", TIME_UNIX, 9 },
		{ "--timestamps=unix --timestamps=us ls", TIME_UNIX, 6 },
		{ "--timestamps=unix,ns --timestamps ls", TIME_CLOCK, 9 },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.time_style, cases[i].style);
		assert_int_equal(o.time_digits, cases[i].digits);
		options_free(&o);
	}
	parse(&o, &l, "-r --syscall-times=ms ls");
	assert_true(o.relative && o.show_duration);
	assert_int_equal(o.relative_digits, 6);
	assert_int_equal(o.duration_digits, 3);
	options_free(&o);
}

static void values(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-s100 -x -x -Xverbose -yy -Y -v -a 0 ls");
	assert_int_equal(o.max_string, 100);
	assert_int_equal(o.hex, HEX_ALL);
	assert_int_equal(o.xlat, XLAT_VERBOSE);
	assert_int_equal(o.decode_fds, FDS_ALL);
	assert_true(o.decode_pids);
	assert_int_equal(o.align, 0);
	assert_true(numset_is_empty(&o.abbrev.abi[0]));
	options_free(&o);
	parse(&o, &l, "-x --strings-in-hex=non-ascii-chars --decode-fds "
	      "--decode-pids=comm,pidns --const-print=raw ls");
	assert_int_equal(o.hex, HEX_NONASCII_CHARS);
	assert_int_equal(o.decode_fds, FDS_PATH);
	assert_true(o.decode_pids && o.pidns && !o.new_namespaces);
	assert_int_equal(o.xlat, XLAT_RAW);
	options_free(&o);
	parse(&o, &l, "-x -e decode-fds=socket,signalfd --string-limit=0 "
	      "-e namespace=new ls");
	assert_true(o.new_namespaces);
	assert_int_equal(o.hex, HEX_NONASCII);
	assert_int_equal(o.decode_fds, FDS_SOCKET | FDS_SIGNALFD);
	assert_int_equal(o.max_string, 0);
	options_free(&o);
}

static void kvm_words_are_levels(void **state)
{
	static const struct {
		const char *line;
		bool vcpu, run;
	} cases[] = {
		{ "ls", false, false },
		{ "-e kvm=vcpu ls", true, false },
		{ "-e kvm=vcpu+ ls", true, true },
		{ "--kvm=all ls", true, true },
		{ "--kvm=!vcpu ls", false, false },
		{ "--kvm=!none ls", true, true },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.kvm_vcpu, cases[i].vcpu);
		assert_int_equal(o.kvm_run, cases[i].run);
		options_free(&o);
	}
}

static void quiet_levels(void **state)
{
	static const struct {
		const char *line;
		unsigned bits;
	} cases[] = {
		{ "-q ls", QUIET_ATTACH | QUIET_PERSONALITY },
		{ "--quiet --quiet ls",
		  QUIET_ATTACH | QUIET_PERSONALITY | QUIET_EXIT },
		{ "-qqq ls", QUIET_ALL },
		{ "-qqqq ls", QUIET_ALL },
		{ "-e q=exit,attach ls", QUIET_EXIT | QUIET_ATTACH },
		{ "-e quiet=!superseded ls", QUIET_ALL & ~QUIET_SUPERSEDED },
		{ "--silence=all --silent=none ls", 0 },
		{ "--quiet=none -o x ls", 0 },
		{ "--quiet=exits ls", QUIET_EXIT },
		{ "-e quiet=attaches,path-resolutions,personalities ls",
		  QUIET_ATTACH | QUIET_PATH | QUIET_PERSONALITY },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.quiet, cases[i].bits);
		options_free(&o);
	}
}

static void statuses(void **state)
{
	static const struct {
		const char *line;
		unsigned bits;
	} cases[] = {
		{ "-z ls", STATUS_SUCCESSFUL },
		{ "--failed-only ls", STATUS_FAILED },
		{ "-e status=failed,detached ls",
		  STATUS_FAILED | STATUS_DETACHED },
		{ "--status=!unfinished ls", STATUS_ALL & ~STATUS_UNFINISHED },
		{ "-z -e status=all ls", STATUS_ALL },
		{ "--status=none ls", 0 },
		{ "--status=!all ls", 0 },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.status, cases[i].bits);
		assert_string_equal(seen.warning, "");
		options_free(&o);
	}
	parse(&o, &l, "-z -Z ls");
	assert_int_equal(o.status, STATUS_FAILED);
	assert_non_null(strstr(seen.warning, "last one counts"));
	options_free(&o);
}

static void signals_and_fds(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-e signal=usr1,SIGInt,15 -e read=3,5 -e w=!0 "
	      "--trace-fds=7 ls");
	assert_true(numset_has(&o.signals, 10));
	assert_true(numset_has(&o.signals, 2));
	assert_true(numset_has(&o.signals, 15));
	assert_false(numset_has(&o.signals, 1));
	assert_true(numset_has(&o.read_fds, 5));
	assert_false(numset_has(&o.read_fds, 4));
	assert_true(numset_has(&o.write_fds, 1));
	assert_false(numset_has(&o.write_fds, 0));
	assert_true(o.has_trace_fds);
	assert_true(numset_has(&o.trace_fds, 7));
	options_free(&o);
	parse(&o, &l, "-e s=!int -e fd=all ls");
	assert_false(numset_has(&o.signals, 2));
	assert_true(numset_has(&o.signals, 1));
	assert_false(o.has_trace_fds);
	options_free(&o);
	parse(&o, &l, "--signals=none ls");
	assert_true(numset_is_empty(&o.signals));
	options_free(&o);
}

static void kernel_filter(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-e read --seccomp-bpf=no ls");
	assert_int_equal(o.seccomp_bpf, SECCOMP_NO);
	options_free(&o);
	parse(&o, &l, "--seccomp-bpf -f -e read ls");
	assert_int_equal(o.seccomp_bpf, SECCOMP_YES);
	options_free(&o);
	parse(&o, &l, "-e read -p 7 --no-cpu-placement");
	assert_false(o.cpu_placement);
	options_free(&o);
	parse(&o, &l, "--cpu-placement=no --cpu-placement=yes ls");
	assert_true(o.cpu_placement);
	options_free(&o);
}

static void summary(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-c -w -S calls -U calls,max-time -O 1.5ms ls");
	assert_int_equal(o.summary, SUMMARY_ONLY);
	assert_true(o.wall_clock);
	assert_int_equal(o.sort, COL_CALLS);
	assert_int_equal(o.ncolumns, 3);
	assert_int_equal(o.columns[0], COL_CALLS);
	assert_int_equal(o.columns[1], COL_MAX_TIME);
	assert_int_equal(o.columns[2], COL_NAME);
	assert_int_equal(o.overhead_ns, 1500000);
	options_free(&o);
	parse(&o, &l, "-c -S p99 -U p50,p90,p99 ls");
	assert_int_equal(o.sort, COL_P99);
	assert_int_equal(o.ncolumns, 4);
	assert_int_equal(o.columns[0], COL_P50);
	assert_int_equal(o.columns[1], COL_P90);
	assert_int_equal(o.columns[2], COL_P99);
	options_free(&o);
	parse(&o, &l, "-F -c -S time_total -U min_time ls");
	assert_int_equal(o.follow, FOLLOW_FORKS);
	assert_int_equal(o.sort, COL_TOTAL_TIME);
	assert_int_equal(o.columns[0], COL_MIN_TIME);
	options_free(&o);
	parse(&o, &l, "-C -S none -U name -O 3 ls");
	assert_int_equal(o.summary, SUMMARY_ALSO);
	assert_int_equal(o.sort, COL_NONE);
	assert_int_equal(o.ncolumns, 1);
	assert_int_equal(o.overhead_ns, 3000);
	options_free(&o);
	parse(&o, &l, "-c -r ls");
	assert_string_equal(seen.warning,
			    "-r/--relative-timestamps has no effect with "
			    "-c/--summary-only");
	options_free(&o);
}

static void the_rest(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-DD -E A=1 -E B -u me --argv0=x -P /a -P /b -d -d "
	      "--kill-on-exit --always-show-pid -i -n ls");
	assert_true(o.daemonize);
	assert_int_equal(o.daemonize_level, 2);
	assert_int_equal(o.interruptible, 4);
	assert_int_equal(o.nenv_changes, 2);
	assert_string_equal(o.env_changes[1], "B");
	assert_string_equal(o.user, "me");
	assert_string_equal(o.argv0, "x");
	assert_int_equal(o.ntrace_paths, 2);
	assert_string_equal(o.trace_paths[1], "/b");
	assert_int_equal(o.debug, 2);
	assert_true(o.kill_on_exit && o.always_pid && o.show_ip && o.show_nr);
	options_free(&o);
	parse(&o, &l, "--json --color=never --record=r -A -o f -I anywhere "
	      "--daemonize=session ls");
	assert_int_equal(o.noutputs, 1);
	assert_string_equal(o.outputs[0].form, "json");
	assert_string_equal(o.outputs[0].file, "f");
	assert_int_equal(o.summary, SUMMARY_NONE);
	assert_int_equal(o.colour, COLOUR_NEVER);
	assert_string_equal(o.record, "r");
	assert_true(o.append);
	assert_int_equal(o.interruptible, 1);
	assert_int_equal(o.daemonize_level, 3);
	options_free(&o);
	parse(&o, &l, "--replay=r -c");
	assert_string_equal(o.replay, "r");
	options_free(&o);
}

static void backends(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "ls");
	assert_int_equal(o.backend, BACKEND_PTRACE);
	assert_int_equal(o.buffer_size, 0);
	assert_false(o.strict || o.trace_all || o.cgroup || o.container);
	options_free(&o);
	parse(&o, &l, "--backend=bpf --strict -e trace=read -p 7 ls");
	assert_int_equal(o.backend, BACKEND_BPF);
	assert_true(o.strict && o.npids == 1 && o.command);
	assert_int_equal(o.seccomp_bpf, SECCOMP_NO);
	assert_int_equal(o.follow, FOLLOW_NONE);
	options_free(&o);
	parse(&o, &l, "--backend=bpf --backend=auto -e trace=read ls");
	assert_int_equal(o.backend, BACKEND_AUTO);
	assert_int_equal(o.seccomp_bpf, SECCOMP_AUTO);
	options_free(&o);
	parse(&o, &l, "--attach=7 --strict --backend=ptrace");
	assert_int_equal(o.npids, 1);
	assert_int_equal(o.backend, BACKEND_PTRACE);
	assert_string_equal(seen.warning, "");
	options_free(&o);
}

static void whole_targets(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "--all");
	assert_true(o.trace_all);
	assert_int_equal(o.backend, BACKEND_BPF);
	assert_int_equal(o.follow, FOLLOW_FORKS);
	assert_int_equal(o.interruptible, 2);
	assert_null(o.command);
	options_free(&o);
	parse(&o, &l, "--attach-cgroup=system.slice --backend=auto -o f");
	assert_string_equal(o.cgroup, "system.slice");
	assert_int_equal(o.backend, BACKEND_BPF);
	assert_int_equal(o.interruptible, 2);
	assert_int_equal(o.quiet, 0);
	options_free(&o);
	parse(&o, &l, "--container=web-1 --backend=bpf -ff -o f");
	assert_string_equal(o.container, "web-1");
	assert_int_equal(o.follow, FOLLOW_SEPARATE);
	options_free(&o);
}

static void what_needs_stops(void **state)
{
	/* libunwind reads only what is stopped. */
	const char *stops = built_with.stack && !built_with.stack_captured ?
			    "-k/--stack-trace" : NULL;
	const struct {
		const char *line, *option;
	} cases[] = {
		{ "-f -i -n -yy -Y -T ls", NULL },
		{ "--backend=auto -i --seccomp-bpf ls", NULL },
		{ "--backend=bpf -f -i -yy -p 7 ls", NULL },
		{ "-k ls", stops },
		{ "--backend=auto --stack-trace=symbol ls", stops },
		{ "--backend=auto -DD ls", "-D/--daemonize" },
		{ "--kill-on-exit ls", "--kill-on-exit" },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *option;

		parse(&o, &l, cases[i].line);
		option = options_need_ptrace(&o);
		if (cases[i].option)
			assert_string_equal(option, cases[i].option);
		else
			assert_null(option);
		options_free(&o);
	}
}

static void idle_options_are_told(void **state)
{
	static const struct {
		const char *line, *warning;
	} cases[] = {
		{ "-A ls", "-A/--output-append-mode has no effect without "
			   "-o/--output" },
		{ "-S calls ls", "-S/--summary-sort-by has no effect" },
		{ "--output-separately ls", "--output-separately has no" },
		{ "--stack-trace-frame-limit=9 ls", "--stack-trace-frame-limit "
		  "has no effect without -k/--stack-trace" },
		{ "--buffer=1M ls", "--buffer has no effect without "
				    "--backend=bpf" },
		{ "--all -u me", "-u/--user has no effect without a command" },
		{ "-p 7 -u me", "-u/--user has no effect without a command" },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_non_null(strstr(seen.warning, cases[i].warning));
		options_free(&o);
	}
}

static void expect_output(const struct options *o, size_t i, const char *form,
			  const char *file)
{
	assert_true(i < o->noutputs);
	assert_string_equal(o->outputs[i].form, form);
	if (file)
		assert_string_equal(o->outputs[i].file, file);
	else
		assert_null(o->outputs[i].file);
}

/* -o, --json, -c and -C say where lines and a table go; --to adds to that. */
static void test_outputs(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "ls");
	assert_int_equal(o.noutputs, 1);
	expect_output(&o, 0, "text", NULL);
	options_free(&o);
	parse(&o, &l, "--to=json:j --to=text:t ls");
	assert_int_equal(o.noutputs, 2);
	expect_output(&o, 0, "json", "j");
	expect_output(&o, 1, "text", "t");
	assert_int_equal(o.interruptible, 3);
	options_free(&o);
	parse(&o, &l, "-C -o f --to=json:|x:y ls");
	assert_int_equal(o.noutputs, 3);
	expect_output(&o, 1, "summary", "f");
	expect_output(&o, 2, "json", "|x:y");
	assert_int_equal(o.summary, SUMMARY_ALSO);
	options_free(&o);
	parse(&o, &l, "-c --to=text:t ls");
	assert_int_equal(o.noutputs, 2);
	expect_output(&o, 0, "summary", NULL);
	assert_int_equal(o.summary, SUMMARY_ALSO);
	assert_int_equal(o.interruptible, 2);
	options_free(&o);
	parse(&o, &l, "-w --to=summary:t ls");
	assert_int_equal(o.noutputs, 1);
	assert_int_equal(o.summary, SUMMARY_ONLY);
	options_free(&o);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(beginnings_of_names),
		cmocka_unit_test(options_end_at_the_command),
		cmocka_unit_test(many_pids),
		cmocka_unit_test(follow_and_files),
		cmocka_unit_test(times),
		cmocka_unit_test(values),
		cmocka_unit_test(kvm_words_are_levels),
		cmocka_unit_test(quiet_levels),
		cmocka_unit_test(statuses),
		cmocka_unit_test(signals_and_fds),
		cmocka_unit_test(kernel_filter),
		cmocka_unit_test(summary),
		cmocka_unit_test(the_rest),
		cmocka_unit_test(backends),
		cmocka_unit_test(whole_targets),
		cmocka_unit_test(what_needs_stops),
		cmocka_unit_test(idle_options_are_told),
		cmocka_unit_test(test_outputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
