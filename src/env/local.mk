# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/fd_adopt.c \
	%D%/fd_table.c \
	%D%/files.c \
	%D%/live.c \
	%D%/live_fd.c \
	%D%/live_mounts.c \
	%D%/live_net.c \
	%D%/live_secontext.c \
	%D%/live_socket.c \
	%D%/live_stack.c \
	%D%/live_stack_dw.c \
	%D%/live_stack_unwind.c \
	%D%/proc.c \
	%D%/told.c \
	%D%/told_file.c
