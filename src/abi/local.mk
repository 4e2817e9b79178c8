# SPDX-License-Identifier: LGPL-2.1-or-later
# The tables: every description and constant that lies here, and the numbers of
# calls of one machine.
abi_files := $(sort $(wildcard $(srcdir)/%D%/*.abi $(srcdir)/%D%/*/*.abi))
abi_inputs := $(abi_files) $(sort $(wildcard $(srcdir)/%D%/const/*.const)) \
	$(ABI_NAMES:%=$(srcdir)/%D%/nr/%.tbl)

# Written anew when a file came or went.
abi_inputs.list: always
	@echo $(abi_inputs) | cmp -s - $@ || echo $(abi_inputs) >$@

# abigen sees no more than its arguments, so leaks end with it.
abi_tables.c: abigen abi_inputs.list $(abi_inputs)
	$(AM_V_GEN)ASAN_OPTIONS=detect_leaks=0 ./abigen -o $@.tmp \
		$(abi_inputs) && mv $@.tmp $@

nodist_libstrace_a_SOURCES = abi_tables.c
BUILT_SOURCES = abi_tables.c
CLEANFILES += abi_inputs.list abi_tables.c abi_tables.c.tmp

.PHONY: always
