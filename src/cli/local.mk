# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/callspec.c \
	%D%/check.c \
	%D%/expr.c \
	%D%/handlers.c \
	%D%/handlers_line.c \
	%D%/help.c \
	%D%/inject.c \
	%D%/inject_rules.c \
	%D%/options.c \
	%D%/paths.c \
	%D%/suggest.c \
	%D%/table.c \
	%D%/word_lists.c \
	%D%/words.c

# For scripts/update/completions: what the tables hold.
EXTRA_PROGRAMS = options-described
options_described_SOURCES = %D%/describe.c
options_described_LDFLAGS = $(strace_LDFLAGS)
options_described_LDADD = $(strace_LDADD)
CLEANFILES += options-described
