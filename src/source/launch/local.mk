# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/inherited_fds.c \
	%D%/launch.c \
	%D%/user.c
