# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/captured.c \
	%D%/captured_file.c \
	%D%/captured_maps.c \
	%D%/fd_adopt.c \
	%D%/fd_table.c \
	%D%/fdinfo.c \
	%D%/files.c \
	%D%/live.c \
	%D%/live_bpf.c \
	%D%/live_fd.c \
	%D%/live_genl.c \
	%D%/live_kvm.c \
	%D%/live_mounts.c \
	%D%/live_net.c \
	%D%/live_pmu.c \
	%D%/live_socket.c \
	%D%/live_stack_maps.c \
	%D%/live_stack_names.c \
	%D%/live_stack_space.c \
	%D%/live_stack_symbols.c \
	%D%/proc.c

# Parts that take a library, or what stands in their place.
if HAVE_LIBSELINUX
libstrace_a_SOURCES += %D%/live_secontext.c
else
libstrace_a_SOURCES += %D%/live_secontext_none.c
endif
if HAVE_LIBDW
libstrace_a_SOURCES += %D%/live_stack.c %D%/live_stack_dw.c \
	%D%/live_stack_elf.c %D%/live_stack_image.c
else
if HAVE_LIBUNWIND
libstrace_a_SOURCES += %D%/live_stack.c %D%/live_stack_unwind.c
else
libstrace_a_SOURCES += %D%/live_stack_none.c
endif
endif
if HAVE_LIBIBERTY
libstrace_a_SOURCES += %D%/demangle.c
else
libstrace_a_SOURCES += %D%/demangle_none.c
endif
