# SPDX-License-Identifier: LGPL-2.1-or-later
# Of the machines' own files one is built.
libstrace_a_SOURCES += %D%/regset.c
EXTRA_libstrace_a_SOURCES = \
	%D%/aarch64/regs.c \
	%D%/s390x/regs.c \
	%D%/x86/regs.c
libstrace_a_LIBADD = %D%/$(ABI_ARCH)/regs.$(OBJEXT)
