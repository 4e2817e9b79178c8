# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/places.c \
	%D%/run.c \
	%D%/soak.c
