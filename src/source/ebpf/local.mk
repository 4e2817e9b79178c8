# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/attach.c \
	%D%/capture_plan.c \
	%D%/cgroup.c \
	%D%/constant.c \
	%D%/container.c \
	%D%/container_ids.c \
	%D%/event.c \
	%D%/lost.c \
	%D%/memory.c \
	%D%/order.c \
	%D%/plans.c \
	%D%/read.c \
	%D%/ring.c \
	%D%/sees.c \
	%D%/task.c \
	%D%/uring.c

if HAVE_BPF
libstrace_a_SOURCES += \
	%D%/count.c \
	%D%/ebpf.c \
	%D%/load.c \
	%D%/maps.c \
	%D%/missing.c \
	%D%/tracepoint.c

# What is loaded into the kernel becomes a header of load.c.
BPF_CFLAGS = -g -O2 -target bpf -mcpu=v3 -Wall -Wextra -Wno-unused-parameter \
	-Wno-unused-function -I$(top_srcdir)/include

trace.bpf.o: $(wildcard $(srcdir)/%D%/kernel/*.[ch]) $(srcdir)/%D%/local.mk \
		$(wildcard $(srcdir)/src/arch/*/bpf_*.h) abi_ids.h \
		config.status $(srcdir)/include/call_counts.h \
		$(srcdir)/include/capture.h $(srcdir)/include/file_id.h \
		$(srcdir)/include/stack_piece.h
	$(AM_V_GEN)$(BPF_CLANG) $(BPF_CFLAGS) $(PREFIX_MAPS) \
		-I. -I$(top_srcdir)/src/arch/$(ABI_ARCH) \
		-c -o $@.tmp $(srcdir)/%D%/kernel/trace.bpf.c
	@test "$(LLVM_STRIP)" = no || $(LLVM_STRIP) -g $@.tmp
	@mv -f $@.tmp $@

trace.skel.h: trace.bpf.o
	$(AM_V_GEN)$(BPFTOOL) gen skeleton trace.bpf.o name trace_bpf >$@.tmp
	@mv -f $@.tmp $@

%D%/load.$(OBJEXT): trace.skel.h
else
libstrace_a_SOURCES += %D%/none.c
endif

CLEANFILES += trace.bpf.o trace.bpf.o.tmp trace.skel.h trace.skel.h.tmp
