/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge_place.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <termios.h>

static void expect(struct place *p, const char *text)
{
	assert_string_equal(buf_cstr(&p->got), text);
}

static void test_order(void **state)
{
	struct place p;

	(void)state;
	place_init(&p);
	place_log(&p, "a.7", "10:00:00.5 one\n > frame\n10:00:02 four\n");
	place_log(&p, "a.123", "10:00:01 two\n\n | dump\n10:00:02 five");
	place_log(&p, "a.45", "10:00:01 three\n10:00:0");
	place_log(&p, "a.46", "");
	place_merge(&p, 0);
	assert_true(p.whole);
	expect(&p, "7   10:00:00.5 one\n7    > frame\n"
	       "45  10:00:01 three\n45  10:00:0\n"
	       "123 10:00:01 two\n123 \n123  | dump\n"
	       "7   10:00:02 four\n123 10:00:02 five\n");
	place_end(&p);
}

/* What is no log of that name is left alone. */
static void test_names(void **state)
{
	static const char *const others[] = { "a.x", "a.1x", "a1", "ab.1",
					      "a.12345678901", "a." };
	struct place p;
	char path[128];

	(void)state;
	place_init(&p);
	for (size_t i = 0; i < 6; i++)
		place_log(&p, others[i], "nothing\n");
	place_log(&p, "a.1", "1 x\n");
	place_merge(&p, 0);
	expect(&p, "1 1 x\n");
	for (size_t i = 0; i < 6; i++)
		unlink(place_path(&p, others[i], path));
	place_end(&p);
}

static void test_midnight(void **state)
{
	struct place p;

	(void)state;
	place_init(&p);
	place_log(&p, "a.10", "23:59:58 one\n00:00:01 three\n00:00:03 five\n");
	place_log(&p, "a.9", "00:00:02 four\n00:00:04 six\n");
	place_log(&p, "a.11", "23:59:59 two\n");
	place_merge(&p, 0);
	expect(&p, "10 23:59:58 one\n11 23:59:59 two\n10 00:00:01 three\n"
	       "9  00:00:02 four\n10 00:00:03 five\n9  00:00:04 six\n");
	place_end(&p);
}

static void test_json(void **state)
{
	struct place p;

	(void)state;
	place_init(&p);
	place_log(&p, "a.1", "{\"type\":\"start\",\"schema\":2}\n"
		  "{\"type\":\"call\",\"time\":\"1\",\"a\":{\"time\":\"9\"}}\n"
		  "{\"type\":\"dump\",\"time\":\"3\"}\n"
		  "{\"type\":\"start\",\"schema\":2}\n"
		  "{\"type\":\"call\",\"time\":\"3\"}");
	place_log(&p, "a.2", "{\"type\":\"start\",\"schema\":2}\n"
		  "{\"a\":1,\"time\":2,\"type\":\"exit\"}\n");
	place_merge(&p, 0);
	expect(&p, "{\"type\":\"start\",\"schema\":2}\n"
	       "{\"type\":\"call\",\"time\":\"1\",\"a\":{\"time\":\"9\"}}\n"
	       "{\"type\":\"dump\",\"time\":\"3\"}\n"
	       "{\"a\":1,\"time\":2,\"type\":\"exit\"}\n"
	       "{\"type\":\"call\",\"time\":\"3\"}\n");
	place_end(&p);
}

/* The time may stand behind more than a window holds. */
static void test_json_far(void **state)
{
	struct buf a = { 0 }, b = { 0 }, want = { 0 };
	struct place p;

	(void)state;
	place_init(&p);
	for (int i = 0; i < 20; i++) {
		struct buf *to = i % 3 ? &a : &b;
		size_t start = to->len;

		buf_fmt(to, "{\"args\":{\"time\":%d,\"text\":\"", 99 - i);
		for (int k = 0; k < i * 3000; k++)
			buf_str(to, k % 2 ? "\\\"" : "}");
		buf_fmt(to, "\"},\"time\":\"%d\"}\n", i);
		buf_add(&want, to->data + start, to->len - start);
	}
	place_put(&p, "a.1", a.data, a.len);
	place_put(&p, "a.2", b.data, b.len);
	place_merge(&p, TEXT_HEAD_MAX);
	assert_int_equal(p.got.len, want.len);
	assert_memory_equal(p.got.data, want.data, want.len);
	buf_free(&a);
	buf_free(&b);
	buf_free(&want);
	place_end(&p);
}

/* ---- any logs, beside a sort ---- */

#define LOGS_MAX 40
#define LINES_MAX 400

struct random {
	uint64_t state;
};

static unsigned random_below(struct random *r, unsigned n)
{
	r->state = r->state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(r->state >> 33) % n;
}

struct piece {			/* lines that stay together */
	int64_t ns;
	unsigned log, order;
	struct buf text;	/* with the numbers in front */
};

struct world {
	struct random random;
	struct buf log[LOGS_MAX];
	struct piece piece[LINES_MAX];
	unsigned logs, pieces;
	enum time_form form;
	unsigned digits;
};

static int piece_compare(const void *left, const void *right)
{
	const struct piece *a = left, *b = right;

	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	return a->log != b->log ? (int)a->log - (int)b->log :
	       (int)a->order - (int)b->order;
}

static void add_time(struct buf *b, const struct world *w, int64_t ns)
{
	int64_t sec = ns / NSEC_PER_SEC;

	if (w->form == TIMES_CLOCK)
		buf_fmt(b, "%02d:%02d:%02d", (int)(sec / 3600 % 24),
			(int)(sec / 60 % 60), (int)(sec % 60));
	else
		buf_fmt(b, "%lld", (long long)sec);
	if (w->digits)
		buf_fraction(b, (uint32_t)(ns % NSEC_PER_SEC), w->digits);
	buf_ch(b, ' ');
}

static void add_line(struct world *w, struct piece *piece, size_t start,
		     bool ended)
{
	struct buf *log = &w->log[piece->log];

	/* Logs have numbers of two digits. */
	buf_fmt(&piece->text, "%u ", piece->log + 10);
	buf_add(&piece->text, log->data + start, log->len - start);
	buf_ch(&piece->text, '\n');
	if (ended)
		buf_ch(log, '\n');
}

static void add_noise(struct world *w, struct buf *b)
{
	static const unsigned lengths[] = { 3, 30, 600, 3000 };
	unsigned n = random_below(&w->random,
				  lengths[random_below(&w->random, 4)]);

	while (n--)
		buf_ch(b, (char)('a' + random_below(&w->random, 26)));
}

static void world_make(struct world *w)
{
	static const unsigned digits[] = { 0, 3, 6, 9 };
	int64_t now = 86390 * NSEC_PER_SEC, unit = NSEC_PER_SEC;

	w->logs = 1 + random_below(&w->random, LOGS_MAX);
	w->pieces = random_below(&w->random, LINES_MAX) + 1;
	w->form = random_below(&w->random, 2) ? TIMES_CLOCK : TIMES_UNIX;
	w->digits = digits[random_below(&w->random, 4)];
	for (unsigned i = 0; i < w->digits; i++)
		unit /= 10;
	for (unsigned i = 0; i < w->pieces; i++) {
		struct piece *piece = &w->piece[i];
		unsigned more = random_below(&w->random, 8);
		struct buf *log;
		size_t start;

		now += random_below(&w->random, 3) * unit;
		*piece = (struct piece){
			.ns = now, .order = i,
			.log = random_below(&w->random, w->logs) };
		log = &w->log[piece->log];
		start = log->len;
		add_time(log, w, now);
		add_noise(w, log);
		add_line(w, piece, start, true);
		for (; more > 5; more--) {
			start = log->len;
			buf_str(log, " > ");
			add_noise(w, log);
			add_line(w, piece, start, true);
		}
	}
}

static void world_check(struct world *w, struct place *p, size_t window)
{
	struct buf want = { 0 };
	char name[16];

	world_make(w);
	for (unsigned i = 0; i < w->logs; i++) {
		/* The last line may lack its end. */
		if (w->log[i].len)
			w->log[i].len -= random_below(&w->random, 2);
		snprintf(name, sizeof(name), "a.%u", i + 10);
		place_put(p, name, w->log[i].data, w->log[i].len);
		buf_reset(&w->log[i]);
	}
	place_merge(p, window);
	qsort(w->piece, w->pieces, sizeof(*w->piece), piece_compare);
	for (unsigned i = 0; i < w->pieces; i++) {
		buf_add(&want, w->piece[i].text.data, w->piece[i].text.len);
		buf_free(&w->piece[i].text);
	}
	assert_int_equal(p->got.len, want.len);
	assert_memory_equal(p->got.data, want.data, want.len);
	buf_free(&want);
	place_clear(p);
}

static void test_random(void **state)
{
	struct world *w = test_calloc(1, sizeof(*w));
	struct place p;

	(void)state;
	place_init(&p);
	for (size_t i = 0; i < 150; i++)
		world_check(w, &p, TEXT_HEAD_MAX + i % 5 * 7);
	for (unsigned i = 0; i < LOGS_MAX; i++)
		buf_free(&w->log[i]);
	test_free(w);
	place_end(&p);
}

/* Fewer files may be open than there are logs. */
static void test_reopen(void **state)
{
	struct world *w = test_calloc(1, sizeof(*w));
	struct rlimit had, few;
	struct place p;
	int fd = dup(0);

	(void)state;
	close(fd);
	place_init(&p);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &had), 0);
	few = had;
	few.rlim_max = few.rlim_cur = (rlim_t)fd + 6;
	/* valgrind has its own limit */
	if (setrlimit(RLIMIT_NOFILE, &few) == 0)
		for (size_t i = 0; i < 20; i++)
			world_check(w, &p, TEXT_HEAD_MAX);
	for (unsigned i = 0; i < LOGS_MAX; i++)
		buf_free(&w->log[i]);
	test_free(w);
	place_end(&p);
	setrlimit(RLIMIT_NOFILE, &had);
}

/* ---- terminals ---- */

/* What a terminal gets of a log. */
static void show_on_terminal(struct place *p)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, zero = 0;
	char name[128], got[4096];
	struct output *out;
	struct termios t;
	ssize_t n;

	assert_true(master >= 0);
	ioctl(master, TIOCSPTLCK, &zero);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	tcgetattr(slave, &t);
	cfmakeraw(&t);
	tcsetattr(slave, TCSANOW, &t);
	out = output_take(dup(slave), "terminal", true);
	assert_true(found_add(&p->found, place_path(p, "a", name)));
	logs_merge(&p->found, out, 0);
	output_close(out);
	n = read(master, got, sizeof(got));
	assert_true(n > 0);
	buf_reset(&p->got);
	buf_add(&p->got, got, (size_t)n);
	close(slave);
	close(master);
}

static void test_terminal(void **state)
{
	struct place p;

	(void)state;
	place_init(&p);
	place_log(&p, "a.1", "1 x\033[2J\a\x9b\xc2\x9b\tz\177\xc3\xa4\n");
	place_merge(&p, 0);
	expect(&p, "1 1 x\033[2J\a\x9b\xc2\x9b\tz\177\xc3\xa4\n");
	place_clear(&p);
	place_log(&p, "a.1", "1 x\033[2J\a\x9b\xc2\x9b\tz\177\xc3\xa4\n");
	show_on_terminal(&p);
	expect(&p, "1 1 x\\033[2J\\007\\233\\302\\233\tz\\177\\303\\244\n");
	place_clear(&p);
	place_log(&p, "a.1", "{\"time\":1,\"a\":\"\033\xc2\x9b\xc2\xa0\xc3\xa4"
		  "\xc2\"}\n");
	show_on_terminal(&p);
	expect(&p, "{\"time\":1,\"a\":\"\\u001b\\u009b\xc2\xa0\xc3\xa4"
	       "\xc2\"}\n");
	place_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_far),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
