# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/blocks.c \
	%D%/live.c \
	%D%/mem.c
