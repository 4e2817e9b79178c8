# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/caps.c \
	%D%/interrupt.c \
	%D%/seccomp_filter.c \
	%D%/source.c \
	%D%/task_numbers.c
