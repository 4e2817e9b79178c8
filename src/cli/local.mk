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
	%D%/words.c
