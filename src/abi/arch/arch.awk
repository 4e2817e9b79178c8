# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -v abis="NAME..." -v want=ids|infos -f arch.awk FILE.arch...
#
# Writes what C has to know of the chosen ABIs, in the order they are given in:
# their numbers (enum abi_id), or the table of facts (include/abi_info.h).  It
# runs before abigen is compiled, for abigen itself counts columns by that enum.

function fail(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
}

function upper(name)
{
	gsub(/[^A-Za-z0-9]/, "_", name)
	return "ABI_" toupper(name)
}

function is_number(word)
{
	return word ~ /^(0x[0-9a-f]+|[0-9]+)$/
}

# What a fact's words have to be: n is a number, w a word, * whatever follows.
BEGIN {
	form["layout"] = "w"; form["select"] = "w"; form["mode"] = "*"
	form["order"] = "w"; form["word"] = "n"; form["long"] = "n"
	form["align64"] = "n"; form["register"] = "n"; form["elf"] = "nn"
	form["audit"] = "n"; form["bit"] = "n"; form["first"] = "n"
	form["entries"] = "w"; form["ioc"] = "nnnn"; form["sigmask"] = "n"
	form["oldsigmask"] = "nn"; form["tls"] = "w"; form["runs"] = "*"
	form["user"] = "*"
	needed = "layout select mode order word long align64 register elf " \
		 "audit entries ioc"
	words["order"] = " little big "
	words["entries"] = " native compat "
	words["tls"] = " descriptor "
}

FNR == 1 { abi = ""; main = "" }

# What configure knows the architecture by.
$1 == "machine" && abi == "" { next }

/^[ \t]*(#|$)/ { next }

$1 == "abi" {
	if (NF != 2) {
		fail("expected 'abi NAME'")
		next
	}
	abi = $2
	if (main == "")
		main = abi
	known[abi] = main
	next
}

abi == "" {
	fail("a fact stands before the first 'abi NAME'")
	next
}

{
	key = $1
	if (!(key in form)) {
		fail("nothing is called '" key "'")
		next
	}
	if (form[key] != "*" && NF - 1 != length(form[key]))
		fail("'" key "' takes " length(form[key]) " words")
	value = ""
	for (i = 2; i <= NF; i++) {
		if (substr(form[key], i - 1, 1) == "n" && !is_number($i))
			fail("'" $i "' is not a number")
		if (key in words && !index(words[key], " " $i " "))
			fail("'" key "' is one of" words[key])
		value = value (i > 2 ? " " : "") $i
	}
	if ((abi, key) in fact) {
		if (key != "user")
			fail("'" key "' is there twice")
		value = fact[abi, key] " " value
	}
	fact[abi, key] = value
}

function get(name, key)
{
	return (name, key) in fact ? fact[name, key] : "0"
}

function check(name,    i, n, list)
{
	if (!(name in known)) {
		printf "arch.awk: no *.arch file describes %s\n", name \
			> "/dev/stderr"
		failed = 1
		return
	}
	n = split(needed, list, " ")
	for (i = 1; i <= n; i++) {
		if ((name, list[i]) in fact)
			continue
		printf "arch.awk: '%s' of %s is missing\n", list[i], name \
			> "/dev/stderr"
		failed = 1
	}
}

function put_ids(    i)
{
	print "#ifndef STRACE_ABI_IDS_H"
	print "#define STRACE_ABI_IDS_H\n"
	print "/* Index of the columns of tables that differ between ABIs. */"
	print "enum abi_id {"
	for (i = 1; i <= count; i++)
		printf "\t%s,\n", upper(chosen[i])
	print "\tABI_COUNT,\n};\n"
	print "/* A power of two: masked with one less, any index is valid. */"
	for (i = 1; i < count; i *= 2)
		;
	printf "#define ABI_ROUND %d\n\n#endif\n", i
}

# Bits of the chosen ABIs that processes of this one may run as well.
function runs_of(name,    i, j, n, list, bits)
{
	n = split(get(name, "runs"), list, " ")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= count; j++)
			if (chosen[j] == list[i])
				bits = bits " | 1u << " upper(chosen[j])
	return bits == "" ? "0" : substr(bits, 4)
}

# The first of its architecture that was chosen.
function main_of(name,    i)
{
	for (i = 1; i <= count; i++)
		if (known[chosen[i]] == known[name])
			return upper(chosen[i])
}

function put(name, member, text)
{
	if (text != "0")
		printf "\t\t.%s = %s,\n", member, text
}

function put_user(name,    i, n, list)
{
	n = split(get(name, "user"), list, " ")
	if (get(name, "user") == "0")
		return
	printf "\t\t.user = (const char *const []){\n"
	for (i = 1; i <= n; i++)
		printf "\t\t\t\"%s\",\n", list[i]
	print "\t\t\t0,\n\t\t},"
}

function put_info(name,    v)
{
	printf "\t[%s] = {\n", upper(name)
	put(name, "name", "\"" name "\"")
	put(name, "layout", "\"" get(name, "layout") "\"")
	put(name, "select", "\"@" get(name, "select") "\"")
	put(name, "mode", "\"" get(name, "mode") "\"")
	put(name, "big_endian", get(name, "order") == "big" ? "true" : "0")
	put(name, "compat", get(name, "entries") == "compat" ? "true" : "0")
	put(name, "tls_desc", get(name, "tls") != "0" ? "true" : "0")
	put(name, "word", get(name, "word"))
	put(name, "klong", get(name, "long"))
	put(name, "align64", get(name, "align64"))
	put(name, "reg", get(name, "register"))
	put(name, "audit", get(name, "audit"))
	put(name, "nr_bit", get(name, "bit"))
	put(name, "nr_first", get(name, "first"))
	put(name, "sigmask", get(name, "sigmask"))
	put(name, "main", main_of(name))
	put(name, "runs", runs_of(name))
	split(get(name, "elf"), v, " ")
	put(name, "elf_class", v[1])
	put(name, "elf_machine", v[2])
	split(get(name, "ioc"), v, " ")
	printf "\t\t.ioc = { %s, %s, %s, %s },\n", v[1], v[2], v[3], v[4]
	if (split(get(name, "oldsigmask"), v, " ") == 2)
		printf "\t\t.old_sigmask = { %s, %s },\n", v[1], v[2]
	put_user(name)
	print "\t},"
}

END {
	count = split(abis, chosen, " ")
	for (i = 1; i <= count; i++)
		check(chosen[i])
	if (failed)
		exit 1
	print "/* Made by arch.awk: do not edit. */"
	if (want == "ids") {
		put_ids()
		exit
	}
	print "#include \"abi_info.h\"\n"
	print "const struct abi_info abi_infos[ABI_COUNT] = {"
	for (i = 1; i <= count; i++)
		put_info(chosen[i])
	print "};\n"
	print "const char *const abi_known_names[] = {"
	for (name in known) {
		printf "\t\"%s\",\n", name
		layouts[get(name, "layout")]
	}
	for (name in layouts)
		printf "\t\"%s\",\n", name
	print "\t0,\n};"
}
