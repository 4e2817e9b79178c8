/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules that change calls: what the command line makes of them. */
#include <errno.h>

#include "options_fakes.h"

#define OUT_MAX 2048

static const struct inject_rule *rule(struct options *o, struct line *l,
				      const char *text)
{
	parse(o, l, text);
	assert_int_equal(o->ninjects, 1);
	return &o->injects[0];
}

static void results(void **state)
{
	const struct inject_rule *r;
	struct options o;
	struct line l;

	(void)state;
	r = rule(&o, &l, "-e inject=read,open:error=EIO ls");
	assert_int_equal(r->nerrors, 1);
	assert_int_equal(r->errors[0], 5);
	assert_true(callset_has(&r->calls, ABI_I386, 3));
	assert_true(callset_has(&r->calls, ABI_X86_64, 2));
	assert_false(callset_has(&r->calls, ABI_X86_64, 3));
	assert_int_equal(r->instead[ABI_X86_64], NR_NO_CALL);
	assert_string_equal(r->text, "read,open:error=EIO");
	options_free(&o);
	r = rule(&o, &l, "--inject=!read:error=4095 ls");
	assert_int_equal(r->errors[0], 4095);
	assert_false(callset_has(&r->calls, ABI_X86_64, 0));
	options_free(&o);
	r = rule(&o, &l, "--inject=read:errors=EIO,7,ENOSPC ls");
	assert_int_equal(r->nerrors, 3);
	assert_int_equal(r->errors[1], 7);
	options_free(&o);
	r = rule(&o, &l, "-e inject=read:retval=-0x10:syscall=getpid ls");
	assert_true(r->has_retval);
	assert_true(r->retval == (uint64_t)-16);
	assert_int_equal(r->instead[ABI_X86_64], 39);
	assert_int_equal(r->instead[ABI_I386], 20);
	options_free(&o);
	r = rule(&o, &l, "-e fault=read ls");
	assert_int_equal(r->errors[0], ENOSYS);
	options_free(&o);
	r = rule(&o, &l, "--fault=read:error=EIO:when=3 ls");
	assert_int_equal(r->nerrors, 1);
	assert_int_equal(r->errors[0], 5);
	options_free(&o);
}

static void other_parts(void **state)
{
	const struct inject_rule *r;
	struct options o;
	struct line l;

	(void)state;
	r = rule(&o, &l, "--inject=read:signal=usr1:delay_enter=3:"
		 "delay_exit=1.5ms ls");
	assert_int_equal(r->sig, 10);
	assert_int_equal(r->enter_ns, 3000);
	assert_int_equal(r->exit_ns, 1500000);
	options_free(&o);
	r = rule(&o, &l, "--inject=read:poke_enter=@arg2=0aFf,@arg1=00:"
		 "poke_exit=@arg6=7f ls");
	assert_int_equal(r->npokes, 3);
	assert_int_equal(r->poke[0].arg, 1);
	assert_int_equal(r->poke[0].len, 2);
	assert_memory_equal(r->poke[0].data, "\x0a\xff", 2);
	assert_false(r->poke[1].at_exit);
	assert_true(r->poke[2].at_exit);
	assert_int_equal(r->poke[2].arg, 5);
	options_free(&o);
	r = rule(&o, &l, "--inject=%desc:short=010:arg3=0xff:arg1=7 ls");
	assert_true(r->shortens);
	assert_int_equal(r->shorten, 8);
	assert_int_equal(r->args, 1 << 2 | 1);
	assert_int_equal(r->arg[2], 255);
	options_free(&o);
}

static void counts(void **state)
{
	static const struct {
		const char *line;
		unsigned first, last, step;
	} whens[] = {
		{ "--fault=read ls", 1, UINT32_MAX, 1 },
		{ "--fault=read:when=3 ls", 3, 3, 1 },
		{ "--fault=read:when=3+ ls", 3, UINT32_MAX, 1 },
		{ "--fault=read:when=3+2 ls", 3, UINT32_MAX, 2 },
		{ "--fault=read:when=3..9 ls", 3, 9, 1 },
		{ "--fault=read:when=3..9+ ls", 3, 9, 1 },
		{ "--fault=read:when=3..65534+65535 ls", 3, 65534, 65535 },
		{ "--fault=read:when=7:when=2 ls", 2, 2, 1 },
	};
	const struct inject_rule *r;
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(whens) / sizeof(*whens); i++) {
		r = rule(&o, &l, whens[i].line);
		assert_int_equal(r->first, whens[i].first);
		assert_int_equal(r->last, whens[i].last);
		assert_int_equal(r->step, whens[i].step);
		assert_true(r->chance == INJECT_ALWAYS);
		assert_false(r->everywhere);
		options_free(&o);
	}
	r = rule(&o, &l, "--fault=read:chance=50%:count=all --seed=7 ls");
	assert_true(r->chance == INJECT_ALWAYS / 2);
	assert_true(r->everywhere);
	assert_int_equal(o.seed, 7);
	options_free(&o);
	seen.note[0] = '\0';
	rule(&o, &l, "--fault=read:chance=1% ls");
	assert_non_null(strstr(seen.note, "--seed="));
	options_free(&o);
}

static void several(void **state)
{
	char path[] = "/tmp/test_inject_XXXXXX";
	int fd = mkstemp(path);
	struct options o;
	struct line l;
	char text[128];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(dprintf(fd, "# a file of rules\n\n  fault close\t\n"
				 "inject read:error=EIO\nwrite:retval=0"), 70);
	close(fd);
	snprintf(text, sizeof(text), "--fault=open --inject-file=%s ls", path);
	parse(&o, &l, text);
	assert_int_equal(o.ninjects, 4);
	assert_int_equal(o.injects[1].errors[0], ENOSYS);
	assert_int_equal(o.injects[2].errors[0], 5);
	assert_true(o.injects[3].has_retval);
	options_free(&o);
	unlink(path);
}

/* A file of rules is as long as somebody made it, and holds any bytes. */
static void file_end(const char *bytes, size_t len, size_t times, char *out)
{
	char path[] = "/tmp/test_inject_XXXXXX", line[64];
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	assert_non_null(f);
	fputs("read", f);
	while (times--)
		fwrite(bytes, 1, len, f);
	assert_int_equal(fclose(f), 0);
	snprintf(line, sizeof(line), "--inject-file=%s ls", path);
	alarm(20);
	line_end(line, out, OUT_MAX);
	alarm(0);
	unlink(path);
}

static void hostile_files(void **state)
{
	static const char part[] = ":arg2=0";
	char out[OUT_MAX];

	(void)state;
	file_end(part, strlen(part), 300000, out);
	assert_string_equal(out, "");
	file_end(part, sizeof(part), 1, out);
	assert_non_null(strstr(out, ":1: a zero byte is in the line"));
	file_end(part, strlen(part), 2500000, out);
	assert_non_null(strstr(out, "is too large for rules"));
	file_end(",raed", 5, 1, out);
	assert_non_null(strstr(out, ":1: invalid system call 'raed'"));
	file_end(",/a[", 4, 1, out);
	assert_non_null(strstr(out, ":1: invalid pattern 'a['"));
	file_end(",write", 6, 5000, out);
	assert_non_null(strstr(out, "the list is too long"));
}

/* A rule that nothing can fire is worth a word. */
static void untraced(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-e trace=write --fault=read,open ls");
	assert_string_equal(seen.warning, "inject 'read,open' changes nothing:"
			    " none of its calls is traced (see -e trace)");
	options_free(&o);
	parse(&o, &l, "-e trace=read --fault=read,open ls");
	assert_string_equal(seen.warning, "");
	options_free(&o);
}

static const struct {
	const char *line, *message;
} mistake_cases[] = {
	{ "-e inject=red:error=EIO", "at 'red': die: -e inject: "
	  "invalid system call 'red' (did you mean 'read'?)" },
	{ "-e inject=write,xyzzy:error=EIO", "at 'xyzzy': die: -e inject: "
	  "invalid" },
	{ "-e inject=", "at '': die: -e inject: invalid "
	  "system call ''" },
	{ "-e inject=:error=EIO", "at '': die: -e inject: invalid "
	  "system call ''" },
	{ "-e inject=read", "at '': die: -e inject: the rule changes nothing" },
	{ "-e inject=read:when=3", "at '': die: -e inject: the rule changes" },
	{ "-e inject=read:", "at '': die: -e inject: unknown part ''" },
	{ "-e inject=read:eror=EIO", "at 'eror': die: -e inject: unknown part "
	  "'eror' (did you mean 'error='?)" },
	{ "-e inject=read:error", "at 'error': die: -e inject: unknown part" },
	{ "-e inject=read:zzz=1", "at 'zzz': die: -e inject: unknown part "
	  "'zzz' (there are error=, " },
	{ "-e inject=read:error=EIOO", "at 'EIOO': die: -e inject: no error "
	  "has the name 'EIOO' (did you mean 'EIO'?)" },
	{ "-e inject=read:error=", "at '': die: -e inject: no error has" },
	{ "-e inject=read:error=0", "at '0': die: -e inject: no error has" },
	{ "-e inject=read:error=4096", "at '4096': die: -e inject: no error" },
	{ "-e inject=read:error=eio", "at 'eio': die: -e inject: no error" },
	{ "-e inject=read:errors=EIO,,5", "at '': die: -e inject: no error" },
	{ "-e inject=read:error=EIO:retval=3", "at '3': die: -e inject: "
	  "invalid retval '3' (a rule has one error=" },
	{ "-e fault=read:error=EIO:error=EIO", "at 'EIO': die: -e fault: "
	  "invalid error 'EIO' (a rule has one error=" },
	{ "-e inject=read:retval=", "at '': die: -e inject: invalid retval" },
	{ "-e inject=read:retval=1x", "at '1x': die: -e inject: invalid" },
	{ "-e inject=read:retval=99999999999999999999", "at '9999" },
	{ "-e inject=read:signal=FOO", "at 'FOO': die: -e inject: invalid" },
	{ "-e inject=read:signal=0", "at '0': die: -e inject: invalid" },
	{ "-e inject=read:signal=65", "at '65': die: -e inject: invalid" },
	{ "-e inject=read:signal=2:signal=2", "at '2': die: -e inject: "
	  "invalid signal '2' (a rule has one signal=)" },
	{ "-e inject=read:retval=0:syscall=open", "at 'open': die: -e inject: "
	  "invalid syscall 'open' (only a call that changes nothing" },
	{ "-e inject=read:retval=0:syscall=foo", "at 'foo': die: -e inject: "
	  "invalid syscall 'foo' (no call has that name)" },
	{ "-e inject=read:syscall=getpid", "at '': die: -e inject: syscall= "
	  "needs error= or retval=" },
	{ "-e inject=read:delay_enter=x", "at 'x': die: -e inject: invalid" },
	{ "-e inject=read:delay_exit=-1", "at '-1': die: -e inject: invalid" },
	{ "-e inject=read:delay_exit=1h", "at '1h': die: -e inject: invalid" },
	{ "-e inject=read:poke_enter=", "at '': die: -e inject: invalid" },
	{ "-e inject=read:poke_enter=@arg1=", "at '@arg1=': die: -e inject:" },
	{ "-e inject=read:poke_enter=@arg1=0", "at '@arg1=0': die: -e inj" },
	{ "-e inject=read:poke_enter=@arg1=0g", "at '@arg1=0g': die: -e " },
	{ "-e inject=read:poke_enter=@arg0=00", "at '@arg0=00': die: -e " },
	{ "-e inject=read:poke_enter=@arg7=00", "at '@arg7=00': die: -e " },
	{ "-e inject=read:poke_exit=@arg1=00,@arg9=0", "at '@arg9=0': die: " },
	{ "-e inject=read:when=", "at '': die: -e inject: invalid when ''" },
	{ "-e inject=read:error=5:when=0", "at '0': die: -e inject: invalid" },
	{ "-e inject=read:error=5:when=3..", "at '3..': die: -e inject: inv" },
	{ "-e inject=read:error=5:when=3..2", "at '3..2': die: -e inject: in" },
	{ "-e inject=read:error=5:when=3+0", "at '3+0': die: -e inject: inv" },
	{ "-e inject=read:error=5:when=3-4", "at '3-4': die: -e inject: inv" },
	{ "-e inject=read:error=5:when=4294967296", "at '4294967296': die:" },
	{ "-e inject=read:chance=0%", "at '0%': die: -e inject: invalid" },
	{ "-e inject=read:chance=101%", "at '101%': die: -e inject: invalid" },
	{ "-e inject=read:chance=5e-324%",
	  "at '5e-324%': die: -e inject: invalid" },
	{ "-e inject=read:chance=1", "at '1': die: -e inject: invalid" },
	{ "-e inject=read:chance=nan%", "at 'nan%': die: -e inject: invalid" },
	{ "-e inject=read:count=each", "at 'each': die: -e inject: invalid" },
	{ "-e inject=open:short=1", "at 'open': die: -e inject: short= is" },
	{ "-e inject=read:short=x", "at 'x': die: -e inject: invalid short" },
	{ "-e inject=read:short=-1", "at '-1': die: -e inject: invalid" },
	{ "-e inject=read:arg1=x", "at 'x': die: -e inject: invalid arg1" },
	{ "-e inject=read:arg7=1", "at 'arg7': die: -e inject: unknown part" },
	{ "--inject-file=/nonexistent/x", "die: --inject-file: can't open "
	  "/nonexistent/x: No such file or directory" },
	{ "--seed=x", "usage: invalid --seed argument: 'x'" },
	{ "--backend=bpf --fault=read", "die: -e inject/--inject needs the "
	  "ptrace backend: a call can be changed only while" },
	{ "--syscall-limit=0", "usage: invalid --syscall-limit argument" },
	{ "--syscall-limit=-1", "usage: invalid --syscall-limit argument" },
	{ "-b open", "usage: invalid -b argument: 'open' (give execve)" },
	{ "--backend=bpf -b execve", "die: -b/--detach-on needs the ptrace" },
};

static void mistakes(void **state)
{
	char line[256], out[OUT_MAX];
	size_t n = sizeof(mistake_cases) / sizeof(*mistake_cases);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const char *want = mistake_cases[i].message;

		snprintf(line, sizeof(line), "%s ls", mistake_cases[i].line);
		assert_int_equal(line_end(line, out, sizeof(out)), 1);
		if (strncmp(out, want, strlen(want)))
			assert_string_equal(out, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),
		cmocka_unit_test(other_parts),
		cmocka_unit_test(counts),
		cmocka_unit_test(several),
		cmocka_unit_test(hostile_files),
		cmocka_unit_test(untraced),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
