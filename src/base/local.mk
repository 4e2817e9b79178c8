# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/arena.c \
	%D%/buf.c \
	%D%/built_with.c \
	%D%/diag.c \
	%D%/hash.c \
	%D%/lazy.c \
	%D%/set.c \
	%D%/ticker.c \
	%D%/xalloc.c
