# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes help_texts.c of the manual page: what it says of each option, so that
# --help=OPTION has to be written nowhere else.  Tables are left out;
# help_topics.c makes them of the program's own tables.

function plain(s)
{
	gsub(/\\f[BIRP]/, "", s)
	gsub(/\\[&c]/, "", s)
	gsub(/\\-/, "-", s)
	gsub(/\\\(aq/, "'", s)
	gsub(/\\\([ldr]q/, "\"", s)
	gsub(/\\\(bu/, "*", s)
	gsub(/\\e/, "\\", s)
	return s
}

# The text of a line: what a macro's arguments say, with blanks between them
# where the font does not change.
function text_of(line,    macro, glue, out, word)
{
	if (line !~ /^\./)
		return plain(line)
	macro = substr(line, 2, index(line " ", " ") - 2)
	if (macro !~ /^(B|I|BR|RB|IR|RI|BI|IB)$/)
		return ""
	glue = length(macro) == 1 ? " " : ""
	line = substr(line, length(macro) + 2)
	while (match(line, /^ *("[^"]*"|[^ "]([^ \\]|\\.)*)/)) {
		word = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
		sub(/^ */, "", word)
		if (word ~ /^"/)
			word = substr(word, 2, length(word) - 2)
		out = out (out != "" ? glue : "") word
	}
	return plain(out)
}

function quoted(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

function paragraph_end()
{
	if (paragraph != "")
		print "\t  " quoted(level paragraph) " \"\\0\""
	paragraph = ""
}

function entry_end()
{
	paragraph_end()
	if (in_entry)
		print "\t},"
	in_entry = 0
}

# "-y, --decode-fds[=set]" is of y and decode-fds, and "-yy" of y.
function entry_begin(tag,    n, words, i, name, names)
{
	entry_end()
	n = split(tag, words, /,? +/)
	for (i = 1; i <= n; i++) {
		name = words[i]
		sub(/[=[].*/, "", name)
		sub(/,$/, "", name)
		if (name !~ /^-/)
			continue
		if (name ~ /^-[A-Za-z]/)
			name = substr(name, 1, 2)
		names = names " " name
	}
	print "\t{ " quoted(names " ") ","
	print "\t  " quoted("0" tag) " \"\\0\""
	in_entry = 1
	level = 1
}

BEGIN {
	print "/* Made of the manual page by manual.awk. */"
	print "#include \"cli/cli.h\"\n"
	print "const struct help_text help_texts[] = {"
}

/^\.SH / { options = $2 == "OPTIONS" }
!options || /^[.']\\"/ { next }
/^\.TS/ { in_table = 1 }
/^\.TE/ { in_table = 0; next }
in_table { next }
tag_next {
	tag_next = 0
	if (depth) {
		paragraph_end()
		level = depth
		paragraph = text_of($0)
		paragraph_end()
		level = depth + 1
	} else {
		entry_begin(text_of($0))
	}
	next
}
/^\.TP/ { tag_next = 1; next }
/^\.(IP|PP)/ { paragraph_end() }
/^\.IP \\\(bu/ { paragraph = "*" }
/^\.(IP|PP)/ { next }
/^\.nf/ { paragraph_end(); unfilled = 1; next }
/^\.fi/ { unfilled = 0; next }
/^\.RS/ { paragraph_end(); depth++; next }
/^\.RE/ { paragraph_end(); depth--; level = depth + 1; next }
/^\.S[SH]/ { entry_end(); next }
in_entry {
	text = text_of($0)
	if (text != "")
		paragraph = paragraph (paragraph != "" ? " " : "") text
	if (unfilled)
		paragraph_end()
}

END {
	entry_end()
	print "\t{ NULL, NULL },\n};"
}
