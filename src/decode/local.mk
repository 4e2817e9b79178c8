# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/ask.c \
	%D%/attrs.c \
	%D%/call.c \
	%D%/expr.c \
	%D%/fd_kind.c \
	%D%/gather.c \
	%D%/pointer.c \
	%D%/secontext.c \
	%D%/sized.c \
	%D%/stream.c \
	%D%/struct.c \
	%D%/symset.c \
	%D%/union.c \
	%D%/value.c
