# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/abis.c \
	%D%/answers.c \
	%D%/codec.c \
	%D%/read.c \
	%D%/record.c \
	%D%/replay.c

if HAVE_LIBZSTD
libstrace_a_SOURCES += %D%/pack.c
else
libstrace_a_SOURCES += %D%/pack_none.c
endif
