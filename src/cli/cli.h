/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cli: the parts of options_parse(), for src/cli/ and its unit test only.
 *
 * One table of options (table.c) drives parsing, --help, the completions of
 * shells and the check that the manual names every option.  A handler writes
 * into struct options and, where what an option means depends on others, into
 * struct parse; cli_finish() then settles those and looks for combinations that
 * make no sense.  Every mistake ends the program through diag_die() or
 * diag_usage().
 *
 * The room src/cli: all that makes struct options of the command line.
 * Nothing in it acts on an option.
 */
#ifndef STRACE_CLI_H
#define STRACE_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "xalloc.h"

/* Options that the rules on combinations (check.c) speak of. */
enum seen {
	SEEN_NONE,
	SEEN_SUMMARY_ONLY,
	SEEN_SUMMARY,
	SEEN_ANY_SUMMARY,	/* either of the two above */
	SEEN_WALL_CLOCK,
	SEEN_COLUMNS,
	SEEN_SORT,
	SEEN_OVERHEAD,
	SEEN_SEPARATE,		/* in any way */
	SEEN_SEPARATE_NAMED,	/* by its long name */
	SEEN_OUTPUT,
	SEEN_PIPE,
	SEEN_APPEND,
	SEEN_PID,
	SEEN_COMMAND,
	SEEN_DAEMONIZE,
	SEEN_USER,
	SEEN_ENV,
	SEEN_ARGV0,
	SEEN_KILL,
	SEEN_QUIET_COUNT,
	SEEN_QUIET_SET,
	SEEN_FDS_COUNT,
	SEEN_FDS_SET,
	SEEN_STAMP_COUNT,
	SEEN_STAMP_FORMAT,
	SEEN_SUCCESSFUL,
	SEEN_FAILED,
	SEEN_RELATIVE,
	SEEN_DURATION,
	SEEN_IP,
	SEEN_NR,
	SEEN_FDS,
	SEEN_DECODE_PIDS,
	SEEN_DECODE,
	SEEN_JSON,
	SEEN_TO,
	SEEN_RECORD,
	SEEN_REPLAY,
	SEEN_STACK,
	SEEN_STACK_FRAMES,
	SEEN_SECONTEXT,
	SEEN_TRACE_ALL,
	SEEN_CGROUP,
	SEEN_CONTAINER,
	SEEN_BACKEND,
	SEEN_BPF,		/* the bpf backend, maybe */
	SEEN_BUFFER,
	SEEN_STRICT,
	SEEN_INJECT,
	SEEN_EACH,
	SEEN_SEED,
	SEEN_DETACH_ON,
	SEEN_CALL_LIMIT,
	SEEN_KVM,
	SEEN_COUNT,
};

_Static_assert(SEEN_COUNT <= 64, "parse.seen has a bit for each");

/* What is known only when all of the line has been read. */
struct parse {
	struct options *o;
	uint64_t seen;		/* bits: 1 << enum seen */
	unsigned follow_count;	/* -f */
	unsigned quiet_count;	/* -q */
	unsigned stamp_count;	/* -t */
	unsigned fds_count;	/* -y */
	unsigned stack_count;	/* -k */
	bool by_letter;		/* the option at hand came as -x, not --x */
	enum seccomp_use seccomp; /* as asked for */
	const char *output;	/* -o */
	bool json;		/* --json */
	struct output_want to[OUTPUTS_MAX]; /* --to */
	size_t nto;
};

static inline void parse_mark(struct parse *p, enum seen what)
{
	p->seen |= UINT64_C(1) << what;
}

static inline bool parse_has(const struct parse *p, enum seen what)
{
	return p->seen >> what & 1;
}

enum option_group {
	GROUP_START,
	GROUP_FOLLOW,
	GROUP_BACKEND,
	GROUP_FILTER,
	GROUP_INJECT,
	GROUP_VALUES,
	GROUP_LINES,
	GROUP_SUMMARY,
	GROUP_RECORD,
	GROUP_MISC,
	GROUP_COUNT,
};

struct option_row;

/* arg is NULL when none was given. */
typedef void option_handler(struct parse *p, const struct option_row *row,
			    const char *arg);

/*
 * What an argument is made of.  The shells' completions offer what fits
 * (scripts/update/completions).
 */
enum arg_form {
	FORM_TEXT,		/* anything */
	FORM_NUMBER,
	FORM_SIZE,		/* bytes, or K, M, G of them */
	FORM_TIME,		/* a number, maybe with a unit of words[0] */
	FORM_WORD,		/* one word */
	FORM_WORDS,		/* words with commas between */
	FORM_SET,		/* the same; all, none, ! before the first */
	FORM_CALLS,		/* a set of calls: see callspec_parse() */
	FORM_SIGNALS,		/* a set of signals */
	FORM_FDS,		/* a set of numbers of descriptors */
	FORM_EXPR,		/* KEY=VALUES of -e, or a set of calls */
	FORM_KEY,		/* what the key of -e with that name takes */
	FORM_PIDS,
	FORM_USER,		/* maybe with a group after a colon */
	FORM_VARIABLE,		/* of the environment */
	FORM_FILE,
	FORM_SINK,		/* a form of output, a colon, a file */
	FORM_CGROUP,
	FORM_CONTAINER,
	FORM_TOPIC,		/* of --help= */
	FORM_COUNT,
};

struct word;

#define ARG_LISTS 2

struct option_arg {
	enum arg_form form;
	const char *text;	/* what --help calls it */
	bool optional;		/* only by name, after an = */
	const struct word *words[ARG_LISTS];	/* NULL if there are fewer */
};

#define ARG(kind, name, ...) \
	(&(const struct option_arg){ .form = FORM_##kind, .text = (name), \
				     .words = { __VA_ARGS__ } })
#define MAYBE(kind, name, ...) \
	(&(const struct option_arg){ .form = FORM_##kind, .text = (name), \
				     .optional = true, \
				     .words = { __VA_ARGS__ } })

struct option_row {
	char letter;		/* 0: has none */
	const char *name;	/* without the dashes; NULL: has none */
	const struct option_arg *arg;	/* NULL: takes none */
	enum option_group group;
	option_handler *handle;
	int value;		/* for handlers that several rows share */
	enum seen seen;
	const char *help;	/* NULL: another name of the row before */
};

extern const struct option_row option_table[];
extern const unsigned option_table_size;

/* "-s" or "--daemonize": how messages call an option that has an argument. */
#define OPTION_LABEL_MAX 64
const char *option_label(const struct option_row *row,
			 char label[OPTION_LABEL_MAX]);
/* The row that a long or a short option has; NULL: there is none. */
const struct option_row *option_by_name(const char *name);
const struct option_row *option_by_letter(int letter);
/* Its help: another name of an option has that of the row before. */
const char *option_help(const struct option_row *row);
/* The value of an argument that is one word; or the end of the program. */
unsigned option_word(const struct option_row *row, const char *arg);

/* Handlers (handlers.c, handlers_line.c). */
option_handler handle_abbrev_none;
option_handler handle_align;
option_handler handle_argv0;
option_handler handle_backend;
option_handler handle_buffer;
option_handler handle_call_limit;
option_handler handle_cgroup;
option_handler handle_colour;
option_handler handle_columns;
option_handler handle_container;
option_handler handle_cpu_placement;
option_handler handle_daemonize;
option_handler handle_debug;
option_handler handle_detach_on;
option_handler handle_decode_comm;
option_handler handle_decode_fds;
option_handler handle_env;
option_handler handle_expr;
option_handler handle_expr_named;
option_handler handle_flag;
option_handler handle_follow;
option_handler handle_follow_old;
option_handler handle_help;
option_handler handle_inject_each;
option_handler handle_inject_file;
option_handler handle_hex;
option_handler handle_interruptible;
option_handler handle_json;
option_handler handle_to;
option_handler handle_output;
option_handler handle_overhead;
option_handler handle_slower;
option_handler handle_path;
option_handler handle_pid;
option_handler handle_quiet;
option_handler handle_record;
option_handler handle_relative;
option_handler handle_replay;
option_handler handle_seccomp;
option_handler handle_seed;
option_handler handle_separate;
option_handler handle_secontext;
option_handler handle_sort;
option_handler handle_stack;
option_handler handle_stack_frames;
option_handler handle_stamps;
option_handler handle_status_only;
option_handler handle_string_limit;
option_handler handle_duration;
option_handler handle_line_limit;
option_handler handle_summary;
option_handler handle_tips;
option_handler handle_user;
option_handler handle_version;
option_handler handle_xlat;

/* What handle_flag() sets; the value of such a row. */
enum flag {
	FLAG_APPEND,
	FLAG_ALWAYS_PID,
	FLAG_IP,
	FLAG_KILL_ON_EXIT,
	FLAG_NAMES,
	FLAG_NR,
	FLAG_PIDNS,
	FLAG_STRICT,
	FLAG_TRACE_ALL,
	FLAG_WALL_CLOCK,
};

/* -e: its keys, what stands after it, one key with its values (expr.c). */
#define EXPR_NAMES_MAX 5
struct expr_key {
	/* The first is the usual one; long options have these names too. */
	const char *names[EXPR_NAMES_MAX];
	void (*set)(struct parse *p, const char *values);
	const struct option_arg *arg;
};
extern const struct expr_key expr_keys[];	/* ends without names */
const struct expr_key *expr_key_find(const char *name);	/* or NULL */
const char *expr_key_help(const struct expr_key *k);	/* its option's */
void expr_parse(struct parse *p, const char *text);
void expr_set(struct parse *p, const char *key, const char *values);

/*
 * -e inject= and fault=: one more rule, or all those of a file
 * (inject_rules.c).  Both take rules apart by inject_rule_parse() (inject.c),
 * whose messages begin with where.
 */
enum inject_kind { INJECT_RULE, INJECT_FAULT, INJECT_EACH };
void inject_rule_parse(struct parse *p, const char *where, const char *text,
		       enum inject_kind kind);
void inject_each_parse(struct parse *p, const char *text);
void inject_parse(struct parse *p, const char *key, const char *text);
void inject_file_parse(struct parse *p, const char *path);
/* Rules that can't fire get a warning; chances get their seed. */
void inject_settle(struct parse *p);
/* The names of a rule's parts, one by one; NULL after the last. */
const char *inject_part_name(size_t i);
/* Is that part for --inject-each alone? */
bool inject_part_is_each(size_t i);

/*
 * A set of system calls, as in -e trace= (callspec.c); replaces *set.  If the
 * text is the begin of a longer line, mistakes are pointed at there.
 */
struct callspec_place {
	const char *where;	/* what messages begin with */
	const char *line;
};
void callspec_parse(struct callset *set, const char *text,
		    const struct callspec_place *in);
void callspec_add_nameless(struct callset *set);
/* The classes that need no % before them, one by one; NULL after the last. */
const char *callspec_bare_class(size_t i);

/* Words of a short list, each with the bits it stands for (words.c). */
struct word {
	const char *name;	/* NULL ends the list */
	unsigned value;
};

/* word_lists.c */
extern const struct word backend_words[], colour_words[], column_words[];
extern const struct word daemonize_words[], decode_words[];
extern const struct word detach_words[], fd_words[];
extern const struct word hex_words[], interruptible_words[], kvm_words[];
extern const struct word namespace_words[], pid_words[], quiet_words[];
extern const struct word secontext_words[];
extern const struct word stack_words[], stamp_words[], status_words[];
extern const struct word tip_words[], tip_id_words[];
extern const struct word unit_words[], unsorted_words[], xlat_words[];
extern const struct word yes_words[];

enum { PIDS_COMM = 1, PIDS_NS = 2 };	/* values of pid_words */
enum { KVM_EXITS = 1, KVM_PAGES = 2 };	/* of kvm_words */

/* The words of an argument, one name for each value; NULL after the last. */
const char *arg_word(const struct option_arg *arg, size_t n);
/* "a, b or c", for messages; other names of the same value are left out. */
#define WORDS_TEXT_MAX 256
const char *words_text(const struct word *words, char text[WORDS_TEXT_MAX]);
const struct word *words_find(const struct word *words, const char *name,
			      size_t len);
/* One word, or the end of the program. */
unsigned words_one(const struct word *words, const char *label,
		   const char *text);
/* [!]WORD[,WORD]..., all and none; what names the kind in messages. */
unsigned words_set(const struct word *words, const char *what,
		   const char *text);
/* [!]VALUE[,VALUE]... of numbers: item turns one value into a number or -1. */
struct numset_kind {
	const char *what;	/* "descriptor" */
	const char *hint;	/* what would be right */
	int (*item)(const char *text, size_t len);
};
void numset_parse(struct numset *set, const struct numset_kind *kind,
		  const char *text);
/* Cut the next item off a list: its length; *text moves past it. */
size_t list_next(const char **text, const char *separators,
		 const char **item);
bool number_parse(const char *text, size_t len, int64_t max, int64_t *out);
/* "2", "1.5us", "300ns" (handlers_line.c). */
bool time_read(const char *text, int64_t *ns);
int signal_read(const char *text, size_t len);	/* 0: it is none (expr.c) */

/* The names that -P was given become paths as well (paths.c). */
void paths_resolve(struct options *o);

/* The nearest of several names to one that does not exist (suggest.c). */
struct suggest {
	const char *wanted;
	const char *best;
	unsigned distance;	/* of best */
};
void suggest_begin(struct suggest *s, const char *wanted);
void suggest_try(struct suggest *s, const char *candidate);
const char *suggest_best(const struct suggest *s);	/* NULL: none is near */

void colours_settle(struct options *o);	/* colours.c */
void cli_finish(struct parse *p);	/* check.c */
void help_print(void);			/* help.c */
void version_print(void);
/* What --help=TOPIC says; ends the program if there is no such topic. */
void help_topic_print(const char *topic);	/* help_topics.c */

/* What the manual says of an option; made by manual.awk. */
struct help_text {
	const char *names;	/* " -y --decode-fds " */
	/*
	 * Paragraphs, each a string of its own, the last one empty.  A digit
	 * before each says how far it is indented.
	 */
	const char *text;
};
extern const struct help_text help_texts[];	/* ends without names */

#endif
