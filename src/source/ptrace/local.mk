# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/attach.c \
	%D%/call.c \
	%D%/caretaker.c \
	%D%/clone.c \
	%D%/cpu_placement.c \
	%D%/debug.c \
	%D%/delay.c \
	%D%/end.c \
	%D%/error.c \
	%D%/filter.c \
	%D%/ptrace.c \
	%D%/queue.c \
	%D%/stop.c \
	%D%/submits.c \
	%D%/tamper.c \
	%D%/tracee.c \
	%D%/wait.c
