# SPDX-License-Identifier: LGPL-2.1-or-later
# Each layer has a variable that names its tests; scripts/run-tests runs them.
# What lies in a layer's folder is in the layer: no list has to be kept.
found = $(patsubst $(srcdir)/%,%,$(sort $(wildcard $(srcdir)/$(1))))
c_programs = $(basename $(call found,$(1).c))

unit_tests := $(call c_programs,%D%/unit/test_*)
fuzz_tests := $(call c_programs,%D%/fuzz/fuzz_*)
live_tests := $(call found,%D%/live/*.sh)
live_progs := $(call c_programs,%D%/live/prog/*)
bench_programs := $(call c_programs,%D%/bench/*)
style_tests := $(addprefix scripts/check/,style globals completions manuals \
	coverage arguments examples structs netlink)

abigen_tests = %D%/abigen/run.sh
abigen_args = $(abs_top_builddir)/abigen $(abspath $(abi_files))

golden_tests = %D%/golden/run.sh
golden_args = $(abs_top_builddir)/%D%/golden/case $(abs_top_builddir)/strace

made_tests = %D%/made/check %D%/made/check-netlink

# Programs that test scripts use, made of parts of ours.
test_helpers := $(call c_programs,%D%/golden/*) $(call c_programs,%D%/live/*)

# What is linked with parts of ours.
linked_tests = $(fuzz_tests) $(test_helpers)
if HAVE_CMOCKA
linked_tests += $(unit_tests)
unit_layer = unit: $(unit_tests)
else
unit_layer = --absent "unit (cmocka is not installed)"
endif

linked_objects = $(addsuffix .$(OBJEXT),$(linked_tests))
linked_depends = $(addsuffix .d,$(linked_tests)) $(visit_objects:.o=.d)

# How they are compiled is said here: they are compiled again when that changes.
$(linked_objects): %.$(OBJEXT): %.c $(srcdir)/%D%/local.mk
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(COMPILE) -MMD -MP -c -o $@ $<

# The words that descriptions compare with: names of families, kinds of links.
%D%/fuzz/abi_words.h: $(abi_files)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN){ echo 'static const char *const abi_words[] = {'; \
		grep -oh '"[A-Za-z0-9_.: -]*" :' $(abi_files) | sort -u | \
		sed 's/ :$$/,/'; echo '};'; } >$@.tmp && mv $@.tmp $@

%D%/fuzz/fuzz_decode.$(OBJEXT): %D%/fuzz/abi_words.h
%D%/fuzz/fuzz_decode.$(OBJEXT): COMPILE += -I$(@D)

# The golden tests' decoder tells what it reached: see src/decode/visit.h.
visit_objects = $(addprefix %D%/golden/visit_,$(addsuffix .$(OBJEXT), \
	attrs call stream struct union value))

$(visit_objects): %D%/golden/visit_%.$(OBJEXT): src/decode/%.c \
		$(srcdir)/%D%/local.mk
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(COMPILE) -DDEC_VISITS -MMD -MP -c -o $@ $<

%D%/golden/case: $(visit_objects)

$(linked_tests): %: %.$(OBJEXT) libstrace.a libabigen.a
	$(AM_V_CCLD)$(LINK) $(filter %.$(OBJEXT),$^) libstrace.a libabigen.a \
		$(OPTIONAL_LIBS) \
		$(CMOCKA_LIBS) $(LIBS)

-include $(linked_depends)

# What the live tests trace, built as a user's program would be.  Some are for
# one width only, because they hold instructions or call numbers of it.
live_flags = -std=gnu11 $(WARN_CFLAGS) -D_GNU_SOURCE= -g -O1
only_32 = %D%/live/prog/call32
only_64 = %D%/live/prog/kvm %D%/live/prog/untraced
live_native = $(filter-out $(only_32),$(live_progs))
live_m32 = $(patsubst %,%.32,$(filter-out $(only_64),$(live_progs)))
live_programs = $(live_native)
if HAVE_M32
live_programs += $(live_m32)
endif

$(live_native): %: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(live_flags) -pthread -o $@ $< -ldl

$(live_m32): %.32: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(live_flags) -m32 -pthread -o $@ $< -ldl

$(bench_programs): %: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) -std=gnu11 $(WARN_CFLAGS) -D_GNU_SOURCE= -g -O2 \
		-pthread -o $@ $<

bench-programs: $(bench_programs)

# Everything that the tests need, without running any.
test_programs = $(linked_tests) $(live_programs) $(bench_programs) \
	options-described
tests-built:
	@$(MAKE) all
	@$(MAKE) $(check_LIBRARIES) $(test_programs)

LAYERS = unit abigen golden made live fuzz style

check-local: $(test_programs)
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	STRACE='$(abs_top_builddir)/strace' \
	ABIGEN='$(abs_top_builddir)/abigen' \
	CC='$(CC)' LAYERS='$(LAYERS)' \
	$(SHELL) $(srcdir)/scripts/run-tests $(RUN_TESTS_FLAGS) \
		$(unit_layer) abigen: "$(abigen_tests) $(abigen_args)" \
		golden: "$(golden_tests) $(golden_args)" made: $(made_tests) \
		live: $(live_tests) \
		fuzz: $(fuzz_tests) style: $(style_tests)

.PHONY: bench-programs tests-built

clean-local:
	rm -rf tests/log
	rm -f $(test_programs) $(linked_objects) $(visit_objects) \
		$(linked_depends) %D%/fuzz/abi_words.h
