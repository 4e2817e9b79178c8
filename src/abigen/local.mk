# SPDX-License-Identifier: LGPL-2.1-or-later
# The compiler of descriptions.
abigen_sources = \
	%D%/attrs.c \
	%D%/capture.c \
	%D%/capture_array.c \
	%D%/capture_expr.c \
	%D%/capture_fd.c \
	%D%/capture_hook.c \
	%D%/capture_type.c \
	%D%/compile_call.c \
	%D%/compile_struct.c \
	%D%/compile_sym.c \
	%D%/compile_type.c \
	%D%/dump.c \
	%D%/dump_arguments.c \
	%D%/dump_described.c \
	%D%/dump_plans.c \
	%D%/effect.c \
	%D%/err.c \
	%D%/fd_kind.c \
	%D%/format.c \
	%D%/kinds.c \
	%D%/lex.c \
	%D%/load.c \
	%D%/main.c \
	%D%/names.c \
	%D%/order.c \
	%D%/out_c.c \
	%D%/out_rows.c \
	%D%/parse.c \
	%D%/parse_expr.c \
	%D%/parse_type.c \
	%D%/plan.c \
	%D%/refine.c \
	%D%/saves.c \
	%D%/scope.c \
	%D%/sockopt.c \
	%D%/stream.c

abigen_headers = include/abi_info.h include/abi_table.h include/capture.h \
	include/calls.h include/decode.h include/effect.h include/emit.h \
	include/sink.h

if !CROSS
abigen_sanitize = $(SANITIZE_FLAGS)
endif

# A cross build runs it here, so it is compiled for here, in one go.
abigen: $(abigen_sources) $(wildcard $(srcdir)/%D%/*.h) $(abigen_headers) \
		abi_ids.h abi_infos.c
	$(AM_V_CC)$(CC_FOR_BUILD) -std=gnu11 $(WARN_CFLAGS) -D_GNU_SOURCE= \
		$(abigen_sanitize) -I. -I$(srcdir)/src -I$(srcdir)/include \
		$(CPPFLAGS_FOR_BUILD) $(CFLAGS_FOR_BUILD) \
		$(LDFLAGS_FOR_BUILD) -o $@.tmp \
		$(abigen_sources:%=$(srcdir)/%) abi_infos.c && \
	mv $@.tmp $@

# Everything of it but its main(), for tests of its parts.
check_LIBRARIES = libabigen.a
libabigen_a_SOURCES = $(abigen_sources)
nodist_libabigen_a_SOURCES = abi_infos.c
libabigen_a_CPPFLAGS = $(AM_CPPFLAGS) -Dmain=abigen_main

CLEANFILES += abigen abigen.tmp
