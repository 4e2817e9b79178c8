# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/ask.c \
	%D%/dump.c \
	%D%/filter.c \
	%D%/inject.c \
	%D%/pipeline.c \
	%D%/task.c
