# SPDX-License-Identifier: LGPL-2.1-or-later
# The tables: every description and constant that lies here, and the numbers of
# calls of one machine.
abi_files := $(sort $(wildcard $(srcdir)/%D%/*.abi $(srcdir)/%D%/*/*.abi))
abi_inputs := $(abi_files) $(sort $(wildcard $(srcdir)/%D%/const/*.const)) \
	$(ABI_NAMES:%=$(srcdir)/%D%/nr/%.tbl)

# What C has to know of each ABI, abigen as well.  The files are left alone if
# they would be the same: all of the program depends on them.
abi_archs := $(sort $(wildcard $(srcdir)/%D%/arch/*.arch))

abi.stamp: Makefile $(srcdir)/%D%/arch/arch.awk $(abi_archs)
	$(AM_V_GEN)for i in ids.h infos.c; do \
		$(AWK) -v abis='$(ABI_NAMES)' -v want=$${i%.*} \
			-f $(srcdir)/%D%/arch/arch.awk $(abi_archs) \
			>abi_$$i.tmp || exit; \
		cmp -s abi_$$i.tmp abi_$$i || mv -f abi_$$i.tmp abi_$$i; \
		rm -f abi_$$i.tmp; \
	done
	@echo made >$@

abi_ids.h abi_infos.c: abi.stamp
	@test -f $@ || { rm -f abi.stamp && $(MAKE) abi.stamp; }

# Written anew when a file came or went.
abi_inputs.list: always
	@echo $(abi_inputs) | cmp -s - $@ || echo $(abi_inputs) >$@

# abigen sees no more than its arguments, so leaks end with it.
abi_tables.c: abigen abi_inputs.list $(abi_inputs)
	$(AM_V_GEN)ASAN_OPTIONS=detect_leaks=0 ./abigen -o $@.tmp \
		$(abi_inputs) && mv $@.tmp $@

nodist_libstrace_a_SOURCES += abi_infos.c abi_tables.c
BUILT_SOURCES = abi_ids.h abi_infos.c abi_tables.c
CLEANFILES += abi.stamp abi_infos.c
DISTCLEANFILES = abi_ids.h
CLEANFILES += abi_inputs.list abi_tables.c abi_tables.c.tmp

.PHONY: always
