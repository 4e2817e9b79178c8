/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"
#include "symset.h"

#define FD_MAX 0xfffff		/* the kernel's default limit, fs.nr_open */
#define SIGNAL_MAX 64
#define KEY_MAX 32

static int fd_item(const char *text, size_t len)
{
	int64_t n;

	return number_parse(text, len, FD_MAX, &n) ? (int)n : -1;
}

int signal_read(const char *text, size_t len)
{
	int64_t n;

	if (number_parse(text, len, SIGNAL_MAX, &n))
		return (int)n;
	if (len > 3 && !strncasecmp(text, "SIG", 3)) {
		text += 3;
		len -= 3;
	}
	for (int sig = 1; sig <= SIGNAL_MAX; sig++) {
		const char *name = signal_name(sig);

		if (name && strlen(name) == len + 3 &&
		    !strncasecmp(name + 3, text, len))
			return sig;
	}
	return 0;
}

static int signal_item(const char *text, size_t len)
{
	int sig = signal_read(text, len);

	return sig ? sig : -1;
}

static const struct numset_kind fd_kind = {
	"descriptor", "give numbers from 0 to 1048575, all or none", fd_item,
};

static const struct numset_kind signal_kind = {
	"signal", "give names as kill -l lists them, numbers, all or none",
	signal_item,
};

static void set_trace(struct parse *p, const char *values)
{
	callspec_parse(&p->o->trace, values, NULL);
	callspec_add_nameless(&p->o->trace);
	p->o->has_trace_filter = !callset_is_all(&p->o->trace);
}

static void set_abbrev(struct parse *p, const char *values)
{
	callspec_parse(&p->o->abbrev, values, NULL);
}

static void set_verbose(struct parse *p, const char *values)
{
	callspec_parse(&p->o->verbose, values, NULL);
}

static void set_raw(struct parse *p, const char *values)
{
	callspec_parse(&p->o->raw, values, NULL);
}

static void set_signal(struct parse *p, const char *values)
{
	numset_parse(&p->o->signals, &signal_kind, values);
}

static void set_read(struct parse *p, const char *values)
{
	numset_parse(&p->o->read_fds, &fd_kind, values);
}

static void set_write(struct parse *p, const char *values)
{
	numset_parse(&p->o->write_fds, &fd_kind, values);
}

static void set_fd(struct parse *p, const char *values)
{
	numset_parse(&p->o->trace_fds, &fd_kind, values);
	p->o->has_trace_fds = !numset_is_all(&p->o->trace_fds);
}

static void set_status(struct parse *p, const char *values)
{
	p->o->status = words_set(status_words, "status", values);
}

static void set_quiet(struct parse *p, const char *values)
{
	p->o->quiet = words_set(quiet_words, "quiet", values);
	parse_mark(p, SEEN_QUIET_SET);
}

static void set_decode_fds(struct parse *p, const char *values)
{
	p->o->decode_fds = words_set(fd_words, "decode-fds", values);
	parse_mark(p, SEEN_FDS_SET);
	parse_mark(p, SEEN_FDS);
}

static void set_decode(struct parse *p, const char *values)
{
	p->o->decode = words_set(decode_words, "decode", values);
	parse_mark(p, SEEN_DECODE);
}

static void set_decode_pids(struct parse *p, const char *values)
{
	unsigned bits = words_set(pid_words, "decode-pids", values);

	p->o->decode_pids = bits & PIDS_COMM;
	p->o->pidns = bits & PIDS_NS;
	parse_mark(p, SEEN_DECODE_PIDS);
}

static void set_namespace(struct parse *p, const char *values)
{
	p->o->new_namespaces = words_set(namespace_words, "namespace", values);
}

static void set_inject(struct parse *p, const char *values)
{
	inject_parse(p, "inject", values);
}

static void set_fault(struct parse *p, const char *values)
{
	inject_parse(p, "fault", values);
}

static void set_kvm(struct parse *p, const char *values)
{
	unsigned bits = words_set(kvm_words, "kvm", values);

	p->o->kvm_vcpu = bits & KVM_EXITS;
	p->o->kvm_run = p->o->kvm_vcpu && bits & KVM_PAGES;
}

static void set_secontext(struct parse *p, const char *values)
{
	p->o->secontext = SECONTEXT_ON |
			  words_set(secontext_words, "secontext", values);
	parse_mark(p, SEEN_SECONTEXT);
}

const struct expr_key expr_keys[] = {
	{ { "trace", "t" }, set_trace, ARG(CALLS, "CALLS") },
	{ { "signal", "signals", "s" }, set_signal, ARG(SIGNALS, "SIGNALS") },
	{ { "status" }, set_status, ARG(SET, "SET", status_words) },
	{ { "fd", "fds", "trace-fds", "trace-fd" }, set_fd, ARG(FDS, "FDS") },
	{ { "abbrev", "a" }, set_abbrev, ARG(CALLS, "CALLS") },
	{ { "verbose", "v" }, set_verbose, ARG(CALLS, "CALLS") },
	{ { "raw", "x" }, set_raw, ARG(CALLS, "CALLS") },
	{ { "read", "reads", "r" }, set_read, ARG(FDS, "FDS") },
	{ { "write", "writes", "w" }, set_write, ARG(FDS, "FDS") },
	{ { "quiet", "silent", "silence", "q" }, set_quiet,
	  ARG(SET, "SET", quiet_words) },
	{ { "decode-fds", "decode-fd" }, set_decode_fds,
	  ARG(SET, "SET", fd_words) },
	{ { "decode" }, set_decode, ARG(SET, "SET", decode_words) },
	{ { "decode-pids", "decode-pid" }, set_decode_pids,
	  ARG(SET, "SET", pid_words) },
	{ { "namespace", "namespaces" }, set_namespace,
	  ARG(SET, "SET", namespace_words) },
	{ { "kvm" }, set_kvm, ARG(SET, "SET", kvm_words) },
	{ { "secontext" }, set_secontext, ARG(SET, "SET", secontext_words) },
	{ { "inject" }, set_inject, ARG(CALLS, "CALLS:PART[:PART]...") },
	{ { "fault" }, set_fault, ARG(CALLS, "CALLS[:PART]...") },
	{ .set = NULL },
};

const struct expr_key *expr_key_find(const char *name)
{
	for (const struct expr_key *k = expr_keys; k->set; k++)
		for (size_t i = 0; k->names[i]; i++)
			if (!strcmp(k->names[i], name))
				return k;
	return NULL;
}

const char *expr_key_help(const struct expr_key *k)
{
	for (size_t i = 0; k->names[i]; i++) {
		const struct option_row *row = option_by_name(k->names[i]);

		if (row)
			return option_help(row);
	}
	return "";
}

void expr_set(struct parse *p, const char *key, const char *values)
{
	const struct expr_key *k = expr_key_find(key);

	BUG_ON(!k);
	k->set(p, values);
}

static void __attribute__((noreturn)) key_unknown(const char *name)
{
	struct buf known = { .len = 0 };
	struct suggest s;

	suggest_begin(&s, name);
	for (const struct expr_key *k = expr_keys; k->set; k++) {
		buf_fmt(&known, "%s%s", known.len ? ", " : "", k->names[0]);
		for (size_t i = 0; k->names[i]; i++)
			if (k->names[i][1])
				suggest_try(&s, k->names[i]);
	}
	if (suggest_best(&s))
		diag_usage("invalid -e key '%s=' (did you mean '%s='?)", name,
			   suggest_best(&s));
	diag_usage("invalid -e key '%s=' (there are %s)", name,
		   buf_cstr(&known));
}

/* A list of calls may hold an =, in a pattern: it is then no KEY=. */
void expr_parse(struct parse *p, const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
	char name[KEY_MAX];

	if (!len || text[len] != '=') {
		set_trace(p, text);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	if (len >= sizeof(name) || !expr_key_find(name))
		key_unknown(name);
	expr_set(p, name, text + len + 1);
}
