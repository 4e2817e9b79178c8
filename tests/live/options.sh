#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every option, in each spelling and with each word that it takes, does what it
# is for: options.table says what that is.  And no option, key, word, class or
# part of a rule that the program's own tables have is missing there.  And each
# value that an option does not take is refused: mistakes.table.
#
# Usage: options.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/table.bash"
tables=$top/tests/live

# What a table has rows for: options, "-e KEY", and these with each word.
spellings_seen() {
	sed -n '/^[^$# ]/{ s/   */\n/g; p; }' "$1" | awk '
	function saw(option, value, words, n) {
		print option
		n = split(value, words, /[,:!\047"=]/)
		for (; n; n--) {
			print option " " words[n]
			# the unit of a time
			if (sub(/^[0-9.]+/, "", words[n]))
				print option " " words[n]
		}
	}
	function expression(text, key) {
		key = text
		if (!sub(/=.*/, "", key) || key !~ /^[a-z-]+$/)
			key = "trace"
		else
			sub(/[^=]*=/, "", text)
		saw("-e " key, text)
	}
	{
		for (i = 1; i <= NF; i++) {
			name = value = $i
			if ($i ~ /^--/) {
				if (!sub(/[^=]*=/, "", value))
					value = $(i + 1)
				sub(/=.*/, "", name)
				saw(name, value)
			} else if ($i ~ /^-e/) {
				value = $i == "-e" ? $(i + 1) : substr($i, 3)
				expression(value)
				print "-e"
			} else if ($i ~ /^-/) {
				saw(substr($i, 1, 2), length($i) > 2 ? \
				    substr($i, 3) : $(i + 1))
			}
		}
	}' | sort -u
}

# The same under the first names of options and keys, for words to be found.
first_names() {
	awk -F'\t' '
	FNR == NR && $1 == "option" { first["-" $2] = "--" $3 }
	FNR == NR && $1 == "key" {
		n = split($2, names, ",")
		for (i = 1; i <= n; i++)
			first["-e " names[i]] = first["--" names[i]] = \
				"-e " names[1]
	}
	FNR != NR {
		print
		name = word = $0
		sub(/ [^ ]*$/, "", name)
		sub(/.* /, "", word)
		if (name in first)
			print first[name] " " word
	}' <("$1") -
}

# What it has to have.  A key has its words under any of its names.
spellings_wanted() {
	"$1" | awk -F'\t' '
	$1 == "option" && $2 != "-" { print "-" $2 }
	$1 == "option" && $3 != "-" { print "--" $3 }
	$1 == "key" {
		n = split($2, names, ",")
		for (i = 1; i <= n; i++)
			print "-e " names[i]
	}
	$1 == "word" { print $2 " " $3 }
	$1 == "class" { print "-e trace %" $2 }
	$1 == "bare" { print "-e trace " $2 }
	$1 == "part" { print $3 " " $2 }
	$1 == "sink" { print "--to " $2 }
	$1 == "topic" { print "--help " $2 }' | sort -u
}

# Options with a value.  Any text is a name for --argv0.
values_wanted() {
	"$1" | awk -F'\t' '
	$1 == "option" && $5 != "never" && $3 != "argv0" {
		print $3 == "-" ? "-" $2 : "--" $3
	}
	$1 == "part" { print $3 " " $2 }' | sort -u
}

nothing_is_missing() {
	local describe=${top_builddir:-$top/build}/options-described

	if [ ! -x "$describe" ]; then
		skip 'nothing is missing' "$describe is not built"
		return
	fi
	spellings_wanted "$describe" >"$tmp/wanted"
	spellings_seen "$tables/options.table" | first_names "$describe" |
		sort -u >"$tmp/seen"
	comm -23 "$tmp/wanted" "$tmp/seen" >"$evidence"
	check 'nothing is missing' same "$(cat "$evidence")" ''
	check 'much was looked for' test "$(wc -l <"$tmp/wanted")" -gt 300
	values_wanted "$describe" >"$tmp/wanted"
	spellings_seen "$tables/mistakes.table" | first_names "$describe" |
		sort -u >"$tmp/seen"
	comm -23 "$tmp/wanted" "$tmp/seen" >"$evidence"
	check 'no mistake is missing' same "$(cat "$evidence")" ''
}

mkdir "$tmp/run" && cd "$tmp/run" || exit 2
nothing_is_missing
if ! timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	skip options 'tracing is not allowed here'
	finish
fi
run_table "$tables/options.table"
run_table "$tables/mistakes.table"
finish
