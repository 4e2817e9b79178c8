# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/answers.c \
	%D%/codec.c \
	%D%/read.c \
	%D%/record.c \
	%D%/replay.c
