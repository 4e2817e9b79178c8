# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/callspec.c \
	%D%/check.c \
	%D%/colours.c \
	%D%/expr.c \
	%D%/handlers.c \
	%D%/handlers_line.c \
	%D%/help.c \
	%D%/help_topics.c \
	%D%/inject.c \
	%D%/inject_rules.c \
	%D%/options.c \
	%D%/paths.c \
	%D%/suggest.c \
	%D%/table.c \
	%D%/word_lists.c \
	%D%/words.c

# --help=OPTION says what the manual says.
help_texts.c: $(srcdir)/man/strace.1 $(srcdir)/%D%/manual.awk
	$(AM_V_GEN)$(AWK) -f $(srcdir)/%D%/manual.awk $(srcdir)/man/strace.1 \
		>$@.tmp && mv $@.tmp $@

nodist_libstrace_a_SOURCES = help_texts.c
CLEANFILES += help_texts.c help_texts.c.tmp

# For scripts/update/completions: what the tables hold.
EXTRA_PROGRAMS = options-described
options_described_SOURCES = %D%/describe.c
options_described_LDFLAGS = $(strace_LDFLAGS)
options_described_LDADD = $(strace_LDADD)
CLEANFILES += options-described
