# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/buf.c \
	%D%/diag.c \
	%D%/hash.c \
	%D%/lazy.c \
	%D%/set.c \
	%D%/xalloc.c
