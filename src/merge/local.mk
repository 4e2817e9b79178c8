# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/clock.c \
	%D%/find.c \
	%D%/heap.c \
	%D%/json_head.c \
	%D%/log.c \
	%D%/logs.c \
	%D%/records.c \
	%D%/show.c \
	%D%/text_head.c

strace_log_merge_SOURCES = %D%/main.c
strace_log_merge_LDFLAGS = $(strace_LDFLAGS)
strace_log_merge_LDADD = $(strace_LDADD)
