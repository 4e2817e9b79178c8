/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small tables in place of the generated ones, and a stage for sinks to write
 * on: a temporary file whose contents a test compares.  One inclusion a
 * program.
 */
#ifndef STRACE_TESTS_SINK_FAKES_H
#define STRACE_TESTS_SINK_FAKES_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "calls.h"
#include "emit.h"
#include "options.h"
#include "output.h"
#include "sink.h"
#include "symset.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- symbols */

struct fake_sym {
	const char *name;
	uint64_t value;
};

struct symset {
	const char *unknown;
	bool flags;
	uint64_t shift_mask;
	unsigned shift;
	struct fake_sym syms[8];
};

static const struct symset fake_seek = {
	.unknown = "SEEK_???",
	.syms = { { "SEEK_SET", 0 }, { "SEEK_CUR", 1 }, { "SEEK_END", 2 } },
};

static const struct symset fake_keys = {
	.syms = { { "KEY_SPEC_THREAD", (uint32_t)-1 } },
};

static const struct symset fake_eth = {
	.unknown = "ETH_P_???", .syms = { { "ETH_P_ALL", 3 } },
};

static const struct symset fake_open = {
	.unknown = "O_???", .flags = true,
	.syms = { { "O_WRONLY", 1 }, { "O_CREAT", 0100 }, { "O_EXCL", 0200 } },
};

static const struct symset fake_prot = {
	.unknown = "PROT_???", .flags = true,
	.syms = { { "PROT_NONE", 0 }, { "PROT_READ", 1 },
		  { "PROT_WRITE", 2 } },
};

static const struct symset fake_map = {
	.unknown = "MAP_???", .flags = true, .shift_mask = 0x3f << 26,
	.shift = 26, .syms = { { "MAP_SHARED", 1 }, { "MAP_PRIVATE", 2 } },
};

const char *symset_name(const struct symset *s, unsigned abi, uint64_t v)
{
	(void)abi;
	for (size_t i = 0; i < COUNT(s->syms) && s->syms[i].name; i++)
		if (s->syms[i].value == v)
			return s->syms[i].name;
	return NULL;
}

const char *symset_unknown(const struct symset *s)
{
	return s->unknown;
}

bool symset_is_flags(const struct symset *s)
{
	return s->flags;
}

uint64_t symset_split(const struct symset *s, unsigned abi, uint64_t v,
		      symset_emit *emit, void *arg)
{
	uint64_t shifted = v & s->shift_mask;

	(void)abi;
	v &= ~s->shift_mask;
	for (size_t i = 0; i < COUNT(s->syms) && s->syms[i].name; i++) {
		uint64_t bits = s->syms[i].value;

		if (bits ? (v & bits) != bits : v || shifted)
			continue;
		emit(arg, s->syms[i].name, bits, SYMSET_FLAG);
		v &= ~bits;
	}
	if (shifted)
		emit(arg, "MAP_HUGE_SHIFT", shifted >> s->shift,
		     SYMSET_SHIFT);
	return v;
}

bool symset_is_apart(const struct symset *s)
{
	(void)s;
	return false;
}

unsigned symset_shift(const struct symset *s)
{
	return s->shift;
}

const char *symset_rest(const struct symset *s, uint64_t v, uint64_t left)
{
	(void)s;
	(void)v;
	(void)left;
	return NULL;
}

const char *errno_name(int err)
{
	return err == 2 ? "ENOENT" : err == 512 ? "ERESTARTSYS" : NULL;
}

const char *errno_text(int err)
{
	return err == 2 ? "No such file or directory" : NULL;
}

const char *signal_name(int sig)
{
	static const char *const names[] = {
		NULL, "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP",
		"SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
		"SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
		"SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
		"SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
		"SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
		"SIGSYS",
	};

	return sig > 0 && sig < 32 ? names[sig] : NULL;
}

/* ---- the stage */

struct stage {
	struct options o;
	struct output *out;
	struct sink *sink;
	struct emit e;
	struct call call;
	struct event ev;
	const char *comm;
	char path[64];
};

typedef struct sink *stage_open_fn(const struct options *o,
				   struct output *out);

/* The options may be changed between these two. */
static inline void stage_init(struct stage *g)
{
	int fd;

	memset(g, 0, sizeof(*g));
	strcpy(g->path, "/tmp/strace-test-XXXXXX");
	fd = mkstemp(g->path);
	assert_true(fd >= 0);
	close(fd);
	g->o.output = g->path;
	g->o.align = 40;
	g->o.status = STATUS_ALL;
	g->o.max_string = 32;
	g->o.time_digits = 6;
	g->o.relative_digits = 6;
	g->o.duration_digits = 6;
	g->o.colour = COLOUR_NEVER;
	g->ev.tid = 100;
	g->ev.pid = 100;
	g->ev.wall_ns = 1795234331474768123ll;
	g->ev.mono_ns = 5000000000ll;
}

static inline void stage_open(struct stage *g, stage_open_fn *open_sink)
{
	g->out = output_open(&g->o);
	assert_non_null(g->out);
	g->sink = open_sink(&g->o, g->out);
	assert_non_null(g->sink);
	g->e.sink = g->sink;
	g->e.limit = g->o.line_limit;
}

static inline char *stage_read(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	char *text;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	text = malloc((size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	text[st.st_size] = '\0';
	close(fd);
	return text;
}

/* Close all and compare what was written. */
static inline void stage_end(struct stage *g, const char *expected)
{
	char *text;

	assert_int_equal(g->sink->ops->close_sink(g->sink), 0);
	assert_int_equal(output_close(g->out), 0);
	text = stage_read(g->path);
	unlink(g->path);
	assert_string_equal(text, expected);
	free(text);
}

static inline void stage_select(struct stage *g, pid_t tid)
{
	g->ev.tid = tid;
	g->ev.pid = tid;
}

/* The calls of the task that is selected are all in one struct: enough. */
static inline void stage_enter(struct stage *g, const char *name)
{
	g->call = (struct call){
		.name = name, .known = true, .nr = 7, .tid = g->ev.tid,
		.pid = g->ev.pid, .comm = g->comm,
		.enter_wall_ns = g->ev.wall_ns,
		.enter_mono_ns = g->ev.mono_ns,
	};
	g->sink->ops->call_begin(g->sink, &g->ev, &g->call);
}

static inline void stage_pause(struct stage *g)
{
	g->sink->ops->call_pause(g->sink, &g->call);
}

static inline void stage_resume(struct stage *g, const char *name)
{
	g->call.name = name;
	g->call.tid = g->ev.tid;
	g->call.pid = g->ev.pid;
	g->sink->ops->call_resume(g->sink, &g->ev, &g->call);
}

static inline void stage_result(struct stage *g, int64_t ret, int err)
{
	g->call.ret = ret;
	g->call.err = err;
	g->sink->ops->call_result(g->sink, &g->ev, &g->call);
}

static inline void stage_leave(struct stage *g)
{
	g->sink->ops->call_end(g->sink, &g->ev, &g->call);
}

/* From the last argument to the end of the line. */
static inline void stage_return(struct stage *g, int64_t ret, int err)
{
	stage_pause(g);
	stage_resume(g, g->call.name);
	stage_result(g, ret, err);
	stage_leave(g);
}

static inline void stage_event(struct stage *g, enum event_kind kind)
{
	g->ev.kind = kind;
	g->sink->ops->event(g->sink, &g->ev);
}

static inline void stage_abort(struct stage *g, const char *name,
			       enum call_why why)
{
	g->call.name = name;
	g->call.tid = g->ev.tid;
	g->call.pid = g->ev.pid;
	g->call.why = why;
	g->sink->ops->call_abort(g->sink, &g->call);
}

/* ---- one value of every kind, for all styles */

#define BYTES(s) .text = (s), .len = sizeof(s) - 1
#define NUMBER(k, n) { .kind = (k), .num = (n), .width = 8 }

static const struct fake_value {
	struct value v;
	const char *abbrev, *raw, *verbose;	/* NULL: as abbrev */
	const char *json;
} fake_values[] = {
	{ NUMBER(VAL_DEC, -5ull), "-5", NULL, NULL, "-5" },
	{ { .kind = VAL_DEC, .num = 0xffff, .width = 2 }, "-1", NULL, NULL,
	  "-1" },
	{ NUMBER(VAL_UDEC, -1ull), "18446744073709551615", NULL, NULL,
	  "18446744073709551615" },
	{ { .kind = VAL_UDEC, .num = 0x1ffffffff, .width = 4 }, "4294967295",
	  NULL, NULL, "4294967295" },
	{ NUMBER(VAL_HEX, 0x2f), "0x2f", NULL, NULL, "47" },
	{ NUMBER(VAL_HEX, 0), "0", NULL, NULL, "0" },
	{ NUMBER(VAL_OCT, 0644), "0644", NULL, NULL, "420" },
	{ NUMBER(VAL_OCT, 0), "0", NULL, NULL, "0" },
	{ NUMBER(VAL_PERM, 0), "000", NULL, NULL, "0" },
	{ NUMBER(VAL_PERM, 7), "007", NULL, NULL, "7" },
	{ NUMBER(VAL_PERM, 0644), "0644", NULL, NULL, "420" },
	{ NUMBER(VAL_ADDR, 0), "NULL", NULL, NULL, "null" },
	{ NUMBER(VAL_ADDR, 0x7ffe1000), "0x7ffe1000", NULL, NULL,
	  "{\"addr\":2147356672}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 2 }, "SEEK_END", "0x2",
	  "0x2 /* SEEK_END */", "{\"value\":2,\"name\":\"SEEK_END\"}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 9 },
	  "0x9 /* SEEK_??? */", "0x9", NULL, "{\"value\":9}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 9, .unknown = "X_???" },
	  "0x9 /* X_??? */", "0x9", NULL, "{\"value\":9}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 9,
	    .flags = VF_UNNAMED }, "0x9", NULL, NULL, "{\"value\":9}" },
	{ { .kind = VAL_SYM, .set = &fake_keys, .num = -1ull, .width = 4,
	    .flags = VF_SIGNED }, "KEY_SPEC_THREAD", "-1",
	  "-1 /* KEY_SPEC_THREAD */",
	  "{\"value\":-1,\"name\":\"KEY_SPEC_THREAD\"}" },
	{ { .kind = VAL_SYM, .set = &fake_keys, .num = -8ull, .width = 4,
	    .flags = VF_SIGNED }, "-8", NULL, NULL, "{\"value\":-8}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 1, .flags = VF_DEC },
	  "SEEK_CUR", "1", "1 /* SEEK_CUR */",
	  "{\"value\":1,\"name\":\"SEEK_CUR\"}" },
	{ { .kind = VAL_SYM, .set = &fake_seek, .num = 2, .flags = VF_MINUS },
	  "-SEEK_END", "-2", "-2 /* -SEEK_END */",
	  "{\"value\":-2,\"name\":\"-SEEK_END\"}" },
	{ { .kind = VAL_FLAGS, .set = &fake_open, .num = 0301 },
	  "O_WRONLY|O_CREAT|O_EXCL", "0xc1",
	  "0xc1 /* O_WRONLY|O_CREAT|O_EXCL */",
	  "{\"value\":193,\"names\":[\"O_WRONLY\",\"O_CREAT\",\"O_EXCL\"]}" },
	{ { .kind = VAL_FLAGS, .set = &fake_open, .num = 0x41001 },
	  "O_WRONLY|0x41000", "0x41001", "0x41001 /* O_WRONLY|0x41000 */",
	  "{\"value\":266241,\"names\":[\"O_WRONLY\"],\"rest\":266240}" },
	{ { .kind = VAL_FLAGS, .set = &fake_open, .num = 0x1000 },
	  "0x1000 /* O_??? */", "0x1000", NULL,
	  "{\"value\":4096,\"names\":[],\"rest\":4096}" },
	{ { .kind = VAL_FLAGS, .set = &fake_open, .num = 0 }, "0", "0", "0",
	  "{\"value\":0,\"names\":[]}" },
	{ { .kind = VAL_FLAGS, .set = &fake_prot, .num = 0 }, "PROT_NONE", "0",
	  "0 /* PROT_NONE */", "{\"value\":0,\"names\":[\"PROT_NONE\"]}" },
	{ { .kind = VAL_FLAGS, .set = &fake_map, .num = 2 | 21u << 26 },
	  "MAP_PRIVATE|21<<MAP_HUGE_SHIFT", "0x54000002",
	  "0x54000002 /* MAP_PRIVATE|21<<MAP_HUGE_SHIFT */",
	  "{\"value\":1409286146,\"names\":[\"MAP_PRIVATE\","
	  "\"21<<MAP_HUGE_SHIFT\"]}" },
	{ NUMBER(VAL_MODE, 0100644), "S_IFREG|0644", "0100644",
	  "0100644 /* S_IFREG|0644 */",
	  "{\"value\":33188,\"type\":\"S_IFREG\",\"perm\":420}" },
	{ NUMBER(VAL_MODE, 0107777), "S_IFREG|S_ISUID|S_ISGID|S_ISVTX|0777",
	  "0107777", "0107777 /* S_IFREG|S_ISUID|S_ISGID|S_ISVTX|0777 */",
	  "{\"value\":36863,\"type\":\"S_IFREG\",\"perm\":4095}" },
	{ NUMBER(VAL_MODE, 0170644), "0170644", NULL, NULL,
	  "{\"value\":61860,\"perm\":420}" },
	{ NUMBER(VAL_MODE, 0100000), "S_IFREG|000", "0100000",
	  "0100000 /* S_IFREG|000 */",
	  "{\"value\":32768,\"type\":\"S_IFREG\",\"perm\":0}" },
	{ NUMBER(VAL_DEV, 0x801), "makedev(0x8, 0x1)", "0x801",
	  "0x801 /* makedev(0x8, 0x1) */",
	  "{\"value\":2049,\"major\":8,\"minor\":1}" },
	{ NUMBER(VAL_DEV, 0xfe00), "makedev(0xfe, 0)", "0xfe00",
	  "0xfe00 /* makedev(0xfe, 0) */",
	  "{\"value\":65024,\"major\":254,\"minor\":0}" },
	{ { .kind = VAL_SIGNAL, .num = 2, .width = 4 }, "SIGINT", "2",
	  "2 /* SIGINT */", "{\"value\":2,\"name\":\"SIGINT\"}" },
	{ { .kind = VAL_SIGNAL, .num = 32, .width = 4 }, "SIGRTMIN", "32",
	  "32 /* SIGRTMIN */", "{\"value\":32,\"name\":\"SIGRTMIN\"}" },
	{ { .kind = VAL_SIGNAL, .num = 64, .width = 4 }, "SIGRT_32", "64",
	  "64 /* SIGRT_32 */", "{\"value\":64,\"name\":\"SIGRT_32\"}" },
	{ { .kind = VAL_SIGNAL, .num = 256, .width = 4 }, "256", NULL, NULL,
	  "{\"value\":256}" },
	{ { .kind = VAL_SIGNAL, .num = -1ull, .width = 4 }, "-1", NULL, NULL,
	  "{\"value\":-1}" },
	{ { .kind = VAL_SIGSET, BYTES("\x02\x40\0\0\1\0\0\x80") },
	  "[INT TERM RT_1 RT_32]", "[2 15 33 64]",
	  "[2 /* INT */ 15 /* TERM */ 33 /* RT_1 */ 64 /* RT_32 */]",
	  "{\"signals\":[\"SIGINT\",\"SIGTERM\",\"SIGRT_1\",\"SIGRT_32\"]}" },
	{ { .kind = VAL_SIGSET, BYTES("\xfd\xff\xff\xff") }, "~[INT]", "~[2]",
	  "~[2 /* INT */]", NULL },
	{ { .kind = VAL_SIGSET, BYTES("\0\0\0\0\0\0\0\0") }, "[]", NULL, NULL,
	  "{\"signals\":[]}" },
	{ { .kind = VAL_CPUSET, BYTES("\x03\x80") }, "[0 1 15]", NULL, NULL,
	  "{\"cpus\":[0,1,15]}" },
	{ { .kind = VAL_ERRNO, .num = 2, .width = 4 }, "ENOENT", "2",
	  "2 /* ENOENT */", "{\"value\":2,\"name\":\"ENOENT\","
	  "\"text\":\"No such file or directory\"}" },
	{ { .kind = VAL_ERRNO, .num = 999, .width = 4 }, "999", NULL, NULL,
	  "{\"value\":999}" },
	{ { .kind = VAL_FD, .num = 3 }, "3", NULL, NULL, "{\"fd\":3}" },
	{ { .kind = VAL_FD, .num = 3, BYTES("/a<b>\n\377") },
	  "3</a\\74b\\76\\n\\377>", NULL, NULL,
	  "{\"fd\":3,\"path\":{\"bytes\":\"2f613c623e0aff\"}}" },
	{ { .kind = VAL_FD, .num = 3, BYTES("/dev/null\0-<char 1:3>") },
	  "3</dev/null<char 1:3>>", NULL, NULL,
	  "{\"fd\":3,\"path\":\"/dev/null\",\"detail\":\"<char 1:3>\"}" },
	{ { .kind = VAL_FD, .num = 3,
	    BYTES("\0-UNIX-STREAM:[7->8\0\0a\"b>") },
	  "3<UNIX-STREAM:[7->8,@\"a\\\"b\\76\"]>", NULL, NULL,
	  "{\"fd\":3,\"detail\":\"UNIX-STREAM:[7->8\","
	  "\"abstract\":\"a\\\"b>\"}" },
	{ { .kind = VAL_FD, .num = 3, BYTES("/tmp/x\0D") },
	  "3</tmp/x>(deleted)", NULL, NULL,
	  "{\"fd\":3,\"path\":\"/tmp/x\",\"deleted\":true}" },
	{ { .kind = VAL_DIRFD, .num = -100ull }, "AT_FDCWD", "-100",
	  "-100 /* AT_FDCWD */", "{\"fd\":-100,\"name\":\"AT_FDCWD\"}" },
	{ { .kind = VAL_DIRFD, .num = (uint32_t)-100, BYTES("/h"),
	    .flags = VF_CWD }, "AT_FDCWD</h>", "-100</h>",
	  "-100 /* AT_FDCWD */</h>",
	  "{\"fd\":-100,\"name\":\"AT_FDCWD\",\"path\":\"/h\"}" },
	{ { .kind = VAL_PID, .num = 12, .width = 4 }, "12", NULL, NULL,
	  "{\"pid\":12}" },
	{ { .kind = VAL_PID, .num = 12, .width = 4, .num2 = 345,
	    BYTES("s>\33h") },
	  "12<s\\76\\33h> /* 345 in strace's PID NS */", NULL, NULL,
	  "{\"pid\":12,\"comm\":\"s>\\u001bh\",\"tracer_pid\":345}" },
	{ { .kind = VAL_ID, .num = 0xffffffff, .width = 4 }, "-1", NULL, NULL,
	  "-1" },
	{ { .kind = VAL_ID, .num = 0x80000000, .width = 4 }, "2147483648",
	  NULL, NULL, "2147483648" },
	{ { .kind = VAL_STR, BYTES("a\"\\\n\1" "2\0\377") },
	  "\"a\\\"\\\\\\n\\0012\\0\\377\"", NULL, NULL,
	  "{\"bytes\":\"61225c0a013200ff\"}" },
	{ { .kind = VAL_STR, BYTES("h\303\266") }, "\"h\\303\\266\"", NULL,
	  NULL, "\"h\303\266\"" },
	{ { .kind = VAL_STR, BYTES("ab"), .flags = VF_CUT, .full_len = 9 },
	  "\"ab\"...", NULL, NULL,
	  "{\"text\":\"ab\",\"cut\":true,\"length\":9}" },
	{ { .kind = VAL_STR, BYTES("ab"), .flags = VF_HEX }, "\"\\x61\\x62\"",
	  NULL, NULL, "\"ab\"" },
	{ { .kind = VAL_IFINDEX, .num = 1, .width = 4, BYTES("lo") },
	  "if_nametoindex(\"lo\")", "1", "1 /* if_nametoindex(\"lo\") */",
	  "{\"value\":1,\"name\":\"lo\"}" },
	{ { .kind = VAL_IFINDEX, .num = 77, .width = 4 }, "77", NULL, NULL,
	  "{\"value\":77}" },
	{ { .kind = VAL_INET4, BYTES("\177\0\0\1") },
	  "inet_addr(\"127.0.0.1\")", "\"\\x7f\\x00\\x00\\x01\"",
	  "\"\\x7f\\x00\\x00\\x01\" /* inet_addr(\"127.0.0.1\") */",
	  "\"127.0.0.1\"" },
	{ { .kind = VAL_INET4, BYTES("\177\0\0\1"), .flags = VF_INET_IP },
	  "\"127.0.0.1\"", NULL, NULL, "\"127.0.0.1\"" },
	{ { .kind = VAL_INET6, BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1") },
	  "inet_pton(AF_INET6, \"::1\")",
	  "\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	  "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01\"",
	  "\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	  "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01\" "
	  "/* inet_pton(AF_INET6, \"::1\") */", "\"::1\"" },
	{ { .kind = VAL_HTONS, BYTES("\0\120") }, "htons(80)",
	  "\"\\x00\\x50\"", "\"\\x00\\x50\" /* htons(80) */", "80" },
	{ { .kind = VAL_HTONS, BYTES("\0\3"), .set = &fake_eth },
	  "htons(ETH_P_ALL)", "\"\\x00\\x03\"",
	  "\"\\x00\\x03\" /* htons(ETH_P_ALL) */",
	  "{\"value\":3,\"name\":\"ETH_P_ALL\"}" },
	{ { .kind = VAL_HTONL, BYTES("\0\0\1\0") }, "htonl(256)",
	  "\"\\x00\\x00\\x01\\x00\"",
	  "\"\\x00\\x00\\x01\\x00\" /* htonl(256) */", "256" },
	{ { .kind = VAL_HWADDR, BYTES("\1\2\xab") }, "01:02:ab",
	  "\"\\x01\\x02\\xab\"", "\"\\x01\\x02\\xab\" /* 01:02:ab */",
	  "\"01:02:ab\"" },
	{ { .kind = VAL_UUID, BYTES("\xde\xad\xbe\xef\xca\xfe\xc0\xde"
				    "\xba\xdc\x0d\xed\xfa\xce\xfe\xed") },
	  "deadbeef-cafe-c0de-badc-0dedfacefeed", NULL, NULL,
	  "\"deadbeef-cafe-c0de-badc-0dedfacefeed\"" },
	{ { .kind = VAL_MULT, .num = 8388608, .num2 = 1024 }, "8192*1024",
	  "8388608", "8388608 /* 8192*1024 */", "8388608" },
	{ NUMBER(VAL_BYTE_HEX, 0), "0x00", NULL, NULL, "0" },
	{ NUMBER(VAL_BYTE_HEX, 0xaf), "0xaf", NULL, NULL, "175" },
	{ { .kind = VAL_LITERAL, BYTES("x\33\"y") }, "x\\33\"y", NULL, NULL,
	  "{\"literal\":\"x\\u001b\\\"y\"}" },
};

#endif
