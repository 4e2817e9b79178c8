/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any command line at all: options, expressions, rules that change calls, and
 * files of such rules, with the real tables and the real messages.
 *
 * A line either fills struct options, with values that the rest of the program
 * can rely on, or ends with one message.  Whatever is said is printable, and a
 * mark stands below the place that it points at.  A line that is read twice
 * gives the same twice, and one that was right leaves no memory behind.
 *
 * The form of an input, and how the program makes its own, is said in
 * options_made.h; libFuzzer's inputs have the same form.
 *
 *	fuzz_options [COUNT [SEED]]
 *
 * Input number i is made of the seed SEED + i; a COUNT of 1 shows it as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "options_made.h"

#define COUNT_DEFAULT 4000
#define SECONDS_MAX 10		/* for one input; sanitizers and valgrind */
#define ARGS_MAX 512
#define SAID_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the sanitizers' library, if the program was built with one. */
extern void __sanitizer_set_report_fd(void *fd) __attribute__((weak));
extern size_t __sanitizer_get_current_allocated_bytes(void)
	__attribute__((weak));

/* What stands in for the end of the program. */
static struct {
	jmp_buf back;
	bool armed;
	int status;
} ending;

void exit(int status)
{
	if (!ending.armed)
		_exit(status);
	ending.status = status;
	longjmp(ending.back, 1);
}

/* The seed of chances is the same each time. */
ssize_t getrandom(void *p, size_t n, unsigned flags)
{
	(void)flags;
	memset(p, 7, n);
	return (ssize_t)n;
}

/* Where the program's words go, and where they went before. */
struct place {
	int said, err, null, out, rules;
	struct itimerval most, none;	/* CPU time of one input */
};

struct line {
	char *argv[ARGS_MAX + 2];
	int argc;
};

/* What a line led to. */
struct outcome {
	bool ended;
	int status;
	char said[SAID_MAX];
	size_t said_len;
	struct buf made;
};

static void __attribute__((noreturn)) wrong(const char *what,
					    const struct outcome *got)
{
	struct buf b = { .len = 0 };

	buf_escape(&b, got->said, got->said_len, QUOTE_OCTAL);
	fprintf(stderr, "fuzz_options: %s: %s\n", what, buf_cstr(&b));
	abort();
}

/* ---- the line ---- */

/* Each argument has just its bytes, so that reading past one is found. */
static void line_add(struct line *l, const char *text, size_t n)
{
	char *arg = malloc(n + 1);

	if (!arg)
		abort();
	memcpy(arg, text, n);
	arg[n] = '\0';
	l->argv[l->argc++] = arg;
	l->argv[l->argc] = NULL;
}

static void line_make(struct line *l, const char *text, size_t size)
{
	l->argc = 0;
	line_add(l, "strace", strlen("strace"));
	while (size && l->argc < ARGS_MAX) {
		const char *end = memchr(text, '\n', size);
		size_t n = end ? (size_t)(end - text) : size;

		line_add(l, text, n);
		n += !!end;
		text += n;
		size -= n;
	}
}

static void line_free(struct line *l)
{
	for (int i = 0; i < l->argc; i++)
		free(l->argv[i]);
}

/* ---- what it led to ---- */

static void put_set(struct buf *b, const struct numset *s)
{
	buf_fmt(b, " %d:", s->inverted);
	for (uint64_t n = 0; n < s->words * NUMSET_WORD; n++)
		if (numset_bit(s, n))
			buf_fmt(b, "%llu,", (unsigned long long)n);
}

static void put_calls(struct buf *b, const struct callset *s)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		put_set(b, &s->abi[abi]);
		put_set(b, &s->partly[abi]);
	}
	put_set(b, &s->sub);
	buf_fmt(b, " %d\n", s->uring);
}

static void put_rule(struct buf *b, const struct inject_rule *r)
{
	put_calls(b, &r->calls);
	buf_fmt(b, "%s %u %u %u %llu %d", r->text, r->first, r->last, r->step,
		(unsigned long long)r->chance, r->everywhere);
	buf_add(b, r->errors, r->nerrors * sizeof(*r->errors));
	buf_add(b, r->instead, sizeof(r->instead));
	buf_add(b, r->arg, sizeof(r->arg));
	buf_fmt(b, "%d %llu %d %lld %lld %u %d %llu\n", r->has_retval,
		(unsigned long long)r->retval, r->sig, (long long)r->enter_ns,
		(long long)r->exit_ns, r->args, r->shortens,
		(unsigned long long)r->shorten);
	for (unsigned i = 0; i < r->npokes; i++) {
		buf_fmt(b, "%d %u ", r->poke[i].at_exit, r->poke[i].arg);
		buf_add(b, r->poke[i].data, r->poke[i].len);
	}
}

static void put_values(struct buf *b, const struct options *o)
{
	buf_fmt(b, "%s %zu %d %d %d %d %zu %u %lld %u %llu %d %llu\n",
		o->command ? *o->command : "", o->npids, o->follow,
		o->daemonize_level, o->interruptible, o->seccomp_bpf,
		o->buffer_size, o->status, (long long)o->slower_ns, o->quiet,
		(unsigned long long)o->seed, o->detach_on_exec,
		(unsigned long long)o->call_limit);
	buf_fmt(b, "%zu %zu %d %d %u %u %d %d %d %d %d %lld %d %d\n",
		o->max_string, o->line_limit, o->hex, o->xlat, o->decode_fds,
		o->secontext, o->align, o->time_style, o->time_digits,
		o->stack, o->sort, (long long)o->overhead_ns, o->tip.format,
		o->tip.id);
	buf_add(b, o->columns, o->ncolumns * sizeof(*o->columns));
	buf_add(b, o->colours, sizeof(o->colours));
	for (size_t i = 0; i < o->npids; i++)
		buf_fmt(b, " %d", o->pids[i]);
	for (size_t i = 0; i < o->nenv_changes; i++)
		buf_fmt(b, " %s", o->env_changes[i]);
	for (size_t i = 0; i < o->ntrace_paths; i++)
		buf_fmt(b, " %s", o->trace_paths[i]);
	for (size_t i = 0; i < o->noutputs; i++)
		buf_fmt(b, " %s %s", o->outputs[i].form,
			o->outputs[i].file ? o->outputs[i].file : "-");
}

static void options_put(struct buf *b, const struct options *o)
{
	put_values(b, o);
	put_calls(b, &o->trace);
	put_calls(b, &o->abbrev);
	put_calls(b, &o->raw);
	put_calls(b, &o->verbose);
	put_set(b, &o->signals);
	put_set(b, &o->read_fds);
	put_set(b, &o->write_fds);
	put_set(b, &o->trace_fds);
	for (size_t i = 0; i < o->ninjects; i++)
		put_rule(b, &o->injects[i]);
}

static bool rule_is_sound(const struct inject_rule *r)
{
	return r->text && r->first && r->first <= r->last && r->step &&
	       r->chance && r->chance <= INJECT_ALWAYS &&
	       r->nerrors <= INJECT_ERRORS_MAX &&
	       r->npokes <= INJECT_POKES_MAX && r->sig >= 0 && r->sig <= 64 &&
	       r->enter_ns >= 0 && r->exit_ns >= 0 &&
	       !(r->nerrors && r->has_retval);
}

static bool digits_are_sound(int digits)
{
	return digits == 0 || digits == 3 || digits == 6 || digits == 9;
}

static bool options_are_sound(const struct options *o)
{
	bool named = false, target = o->command || o->npids || o->replay ||
		     o->trace_all || o->cgroup || o->container;

	for (size_t i = 0; i < o->ncolumns && i < COL_COUNT; i++)
		named |= o->columns[i] == COL_NAME;
	for (size_t i = 0; i < o->ninjects; i++)
		if (!rule_is_sound(&o->injects[i]))
			return false;
	for (size_t i = 0; i < o->npids; i++)
		if (o->pids[i] <= 0 || o->pids[i] == getpid())
			return false;
	return target && named && o->ncolumns <= COL_COUNT && o->noutputs &&
	       o->noutputs <= OUTPUTS_MAX && o->ninjects <= INJECT_RULES_MAX &&
	       o->line_limit >= LINE_LIMIT_MIN &&
	       o->line_limit <= (size_t)1 << 30 &&
	       o->max_string <= o->line_limit && o->status <= STATUS_ALL &&
	       !(o->buffer_size & (o->buffer_size - 1)) &&
	       o->daemonize_level <= 3 && o->overhead_ns >= 0 &&
	       o->slower_ns >= 0 && digits_are_sound(o->time_digits) &&
	       digits_are_sound(o->relative_digits) &&
	       digits_are_sound(o->duration_digits) &&
	       o->interruptible != INT_UNSAID && o->align >= 0;
}

/* ---- what it says ---- */

static bool line_begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* A line, and below it blanks, ^ and ~ that don't reach past its end. */
static bool is_mark(const char *line, const char *mark)
{
	size_t blanks = strspn(mark, " ");
	size_t len = strlen(line), end = strlen(mark);

	return blanks >= 2 && mark[blanks] == '^' &&
	       blanks + 1 + strspn(mark + blanks + 1, "~") == end &&
	       (end <= len || (blanks == len && end == len + 1));
}

/* Messages, and after the last one a hint or a place. */
static bool said_is_sound(const struct outcome *got)
{
	char text[SAID_MAX + 1], *save = NULL, *last = NULL;
	bool hint = false;

	memcpy(text, got->said, got->said_len);
	text[got->said_len] = '\0';
	if (got->said_len && text[got->said_len - 1] != '\n')
		return false;
	for (size_t i = 0; i < got->said_len; i++)
		if (text[i] != '\n' && (text[i] < 0x20 || text[i] == 0x7f))
			return false;
	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		bool place = last && line_begins(last, "  ");

		if (hint || (place && !is_mark(last, line)))
			return false;
		hint = place || line_begins(line, "Try 'strace --help'");
		if (!hint && !line_begins(line, "  ") &&
		    !line_begins(line, "strace: "))
			return false;
		if (!last && (hint || line_begins(line, "  ")))
			return false;
		last = line;
	}
	return !last || hint || line_begins(last, "strace: ");
}

/* ---- a run ---- */

static void words_take(const struct place *at, struct outcome *got)
{
	ssize_t n = pread(at->said, got->said, SAID_MAX, 0);

	if (n < 0 || ftruncate(at->said, 0) || lseek(at->said, 0, SEEK_SET))
		abort();
	got->said_len = (size_t)n;
}

static void line_run(const struct place *at, struct line *l,
		     struct outcome *got)
{
	struct options *o = calloc(1, sizeof(*o));
	struct line copy = *l;

	if (!o)
		abort();
	got->ended = true;
	got->status = 0;
	fflush(stdout);
	dup2(at->said, STDERR_FILENO);
	dup2(at->null, STDOUT_FILENO);
	setitimer(ITIMER_PROF, &at->most, NULL);
	ending.armed = true;
	if (!setjmp(ending.back)) {
		options_parse(o, copy.argc, copy.argv);
		got->ended = false;
	}
	ending.armed = false;
	setitimer(ITIMER_PROF, &at->none, NULL);
	fflush(stdout);
	dup2(at->err, STDERR_FILENO);
	dup2(at->out, STDOUT_FILENO);
	got->status = got->ended ? ending.status : 0;
	words_take(at, got);
	got->made.len = 0;
	if (!got->ended) {
		options_put(&got->made, o);
		if (!options_are_sound(o))
			wrong("the options hold what they can't", got);
	}
	options_free(o);
	free(o);
}

static size_t bytes_in_use(void)
{
	return __sanitizer_get_current_allocated_bytes ?
	       __sanitizer_get_current_allocated_bytes() : 0;
}

static void outcomes_check(const struct outcome *a, const struct outcome *b)
{
	if (!said_is_sound(a))
		wrong("the message has no form", a);
	if (a->status && !a->said_len)
		wrong("no message", a);
	if (a->status > 1)
		wrong("another exit status", a);
	if (a->ended != b->ended || a->status != b->status ||
	    a->said_len != b->said_len ||
	    memcmp(a->said, b->said, a->said_len) ||
	    a->made.len != b->made.len ||
	    (a->made.len && memcmp(a->made.data, b->made.data, a->made.len)))
		wrong("the second time it is something else", b);
}

static void rules_write(const struct place *at, const char *text, size_t n)
{
	if (ftruncate(at->rules, 0) ||
	    pwrite(at->rules, text, n, 0) != (ssize_t)n)
		abort();
}

static void input_run(const struct place *at, const char *text, size_t size)
{
	struct outcome *a = calloc(2, sizeof(*a)), *b = a + 1;
	const char *rules = memchr(text, RULES_MARK, size);
	size_t len = rules ? (size_t)(rules - text) : size, used;
	struct buf args = { .len = 0 };
	struct line l;

	if (!a)
		abort();
	if (rules) {
		buf_fmt(&args, "--inject-file=/proc/self/fd/%d\n", at->rules);
		rules_write(at, rules + 1, size - len - 1);
	}
	buf_add(&args, text, len);
	line_make(&l, buf_cstr(&args), args.len);
	setenv("STRACE_COLORS", l.argv[l.argc - 1], 1);
	line_run(at, &l, a);
	line_run(at, &l, b);
	used = bytes_in_use();
	line_run(at, &l, b);
	if (!b->ended && bytes_in_use() != used)
		wrong("memory was left behind", b);
	outcomes_check(a, b);
	line_free(&l);
	buf_free(&args);
	buf_free(&a->made);
	buf_free(&b->made);
	free(a);
}

static struct place place_make(void)
{
	struct place at = {
		.said = memfd_create("said", MFD_CLOEXEC),
		.rules = memfd_create("rules", 0),
		.null = open("/dev/null", O_RDWR | O_CLOEXEC),
		.most.it_value.tv_sec = SECONDS_MAX,
		.err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10),
		.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10),
	};

	if (at.said < 0 || at.rules < 0 || at.null < 0 || at.err < 0 ||
	    at.out < 0)
		abort();
	dup2(at.null, STDIN_FILENO);	/* which a line may name */
	program_invocation_name = (char *)"strace";
	if (__sanitizer_set_report_fd)
		__sanitizer_set_report_fd((void *)(intptr_t)at.err);
	return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct place at = { .said = -1 };

	if (at.said < 0)
		at = place_make();
	input_run(&at, size ? (const char *)data : "", size);
	return 0;
}

#ifndef FUZZ_WITH_LIBFUZZER
/* The seed that is being tried stands where the parent sees it. */
static void inputs_run(uint64_t *seed, unsigned long count)
{
	struct maker m = { .state = 0 };

	for (unsigned long i = 0; i < count; i++, ++*seed) {
		made_line(&m, *seed);
		if (count == 1)
			fwrite(m.b.data, 1, m.b.len, stdout);
		LLVMFuzzerTestOneInput((const uint8_t *)m.b.data, m.b.len);
	}
	fflush(stdout);
	buf_free(&m.b);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) :
			      COUNT_DEFAULT;
	uint64_t *seed = mmap(NULL, sizeof(*seed), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t pid;

	if (seed == MAP_FAILED)
		return 1;
	*seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	pid = fork();
	if (!pid) {
		inputs_run(seed, count);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
		printf("seed %llu: status %#x\n", (unsigned long long)*seed,
		       status);
		return 1;
	}
	printf("%lu inputs, no harm done\n", count);
	return 0;
}
#endif
