#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What shells complete after "strace": the files of completions/, in the shells
# themselves.  Usage: completion.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"

# in_bash WORD...: what bash's function offers for the last word
in_bash() {
	COMP_WORDS=(strace "$@") bash --norc -c '
		source "$0"
		complete -p strace >/dev/null || exit
		COMP_WORDS=(strace "$@") COMP_CWORD=$#
		COMPREPLY=()
		_strace
		printf "%s\n" "${COMPREPLY[@]}"' \
		"$top/completions/strace.bash" "$@" 2>&1
}

# in_fish LINE: what fish offers
in_fish() {
	HOME=$tmp fish --no-config -c '
		source $argv[1]
		complete -c toy -l of-the-toy
		complete -C $argv[2]' "$top/completions/strace.fish" "$1" 2>&1
}

# in_zsh LINE: all that zsh's function adds, in a terminal of its own
in_zsh() {
	zsh -f "$tmp/capture.zsh" "$top/completions" "$1" "$tmp/offered"
	cat "$tmp/offered"
}

# Matches are seen where zsh's functions hand them over.
cat >"$tmp/capture.zsh" <<'EOF'
zmodload zsh/zpty || exit 1
: >$3
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath); autoload -Uz compinit"
zpty -w shell "compinit -u -D; OFFERED=${(q)3}"
zpty -w shell 'compadd() {
	local -a found
	if [[ ${argv[(I)-[OA]]} -eq 0 ]]; then
		builtin compadd -O found "$@"
		print -rl -- "$IPREFIX"$^found >>$OFFERED
	fi
	builtin compadd "$@"
}'
zpty -w shell 'all-done() { print end >>$OFFERED }'
zpty -w shell 'comppostfuncs=(all-done)'
zpty -w shell 'bindkey "^I" complete-word'
zpty -w shell 'print READ''Y'
zpty -r shell text '*READY*'
zpty -w -n shell $2$'\t'
for i in {1..100}; do
	zpty -r -t shell text
	[[ $(<$3) == *end ]] && break
	sleep 0.1
done
zpty -d shell
EOF

# offers NAME SHELL WANTED... : LINE...: each is among what is offered; ^WORD is
# not
offers() {
	local name=$1 shell=$2 want=() word

	shift 2
	while [ "$1" != : ]; do
		want+=("$1")
		shift
	done
	shift
	"in_$shell" "$@" | cut -f1 | sed 's/ $//' >"$evidence"
	for word in "${want[@]}"; do
		if [ "${word#^}" != "$word" ]; then
			grep -qxF -- "${word#^}" "$evidence" || continue
			not_ok "$shell: $name" "'${word#^}' is there"
			return
		elif ! grep -qxF -- "$word" "$evidence"; then
			not_ok "$shell: $name" "no '$word'"
			return
		fi
	done
	ok "$shell: $name"
}

bash_offers() {
	offers 'names of options' bash --trace= --json --decode-fds : --
	offers 'name of an option' bash --follow-forks : --fol
	offers 'a call' bash openat : -e openat
	offers 'a call of i386 only' bash waitpid : -e waitp
	offers 'a call within a call' bash msgget : -e msg
	offers 'a class' bash %network : -e %net
	offers 'a key' bash trace= : -e tra
	offers 'after a key' bash openat : -e trace = opena
	offers 'right after the =' bash close %file all : -e trace =
	offers 'after a comma' bash read,openat : -e trace = read,opena
	offers 'after !' bash '!openat' : -e trace = '!opena'
	offers 'in quotes' bash '!openat' : -e "'!opena"
	offers 'after ?' bash '?openat' : -e '?opena'
	offers 'after a comma and ?' bash 'read,?openat' : -e 'read,?opena'
	offers 'of a long option' bash openat : --trace = opena
	offers 'in the next word' bash openat : --trace opena
	offers 'behind a letter' bash -eopenat : -eopena
	offers 'of a shortened name' bash openat : --tra = opena
	offers 'words of a set' bash failed all : -e status =
	offers 'words without others' bash path ^raw : --decode-fds =
	offers 'short names of keys' bash attach : -e q =
	offers 'signals' bash SIGUSR1 : -e signal = SIGU
	offers 'units' bash ns : --relative-timestamps =
	offers 'units of -T' bash ms : --syscall-times =
	offers 'a time' bash 10ms : --slower-than = 10m
	offers 'columns' bash calls,errors : -c -U calls,err
	offers 'sort by nothing' bash nothing : -c -S no
	offers 'no such column' bash ^nothing name : -c -U n
	offers 'processes' bash $$ : -p ''
	offers 'processes, grouped' bash $$ : -fp ''
	offers 'processes, in a list' bash 1,$$ : -fp 1,
	offers 'processes, in the word' bash -fp$$ : -fp$$
	offers 'topics' bash classes values --decode-fds : --help =
	offers 'variables' bash HOME : -E HO
	offers 'users' bash root : -u roo
	offers 'forms' bash json: : --to = js
	: >"$tmp/file"
	offers 'files' bash "$tmp/file" : -o "$tmp/fi"
	offers 'files of a form' bash "$tmp/file" : --to = json : "$tmp/fi"
	offers 'the command' bash bash : -f -o x bas
	offers 'no options of ours' bash ^--trace= : -f ls --tr
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\necho web-1\n' >"$tmp/bin/podman"
	printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/docker"
	chmod +x "$tmp/bin"/*
	PATH=$tmp/bin:$PATH \
		offers 'containers' bash web-1 : --container = we
}

# The traced command completes its own words.
bash_offers_of_the_command() {
	if ! bash -c '. /usr/share/bash-completion/bash_completion' 2>/dev/null
	then
		skip 'bash: words of the command' 'there is no bash-completion'
		return
	fi
	bash --norc -c '
		. /usr/share/bash-completion/bash_completion
		. "$0"
		_toy() { COMPREPLY=("$1/${#COMP_WORDS[@]}/$COMP_CWORD"); }
		complete -F _toy toy
		COMP_WORDS=(strace -f -e trace = read toy x)
		COMP_CWORD=7 COMP_LINE="strace -f -e trace=read toy x"
		COMP_POINT=${#COMP_LINE}
		_strace
		echo "${COMPREPLY[@]}"' "$top/completions/strace.bash" \
		>"$evidence" 2>&1
	check 'bash: words of the command' same "$(cat "$evidence")" toy/2/1
}

fish_offers() {
	offers 'names of options' fish --trace : 'strace --tr'
	offers 'a call' fish openat : 'strace -e opena'
	offers 'a class' fish %network : 'strace -e %net'
	offers 'a key' fish trace= : 'strace -e tra'
	offers 'after a key' fish trace=openat : 'strace -e trace=opena'
	offers 'after a comma' fish read,openat : 'strace -e read,opena'
	offers 'after !' fish '!openat' : "strace -e '!opena"
	offers 'after ?' fish '?openat' : "strace -e '?opena"
	offers 'of a long option' fish --trace=openat : 'strace --trace=opena'
	offers 'in the next word' fish openat : 'strace --trace opena'
	offers 'words of a set' fish status=failed : 'strace -e status=fa'
	offers 'after a comma in a set' fish --quiet=exit,attach : \
		'strace --quiet=exit,att'
	offers 'units' fish --syscall-times=ns : 'strace --syscall-times='
	offers 'a time' fish 10ms : 'strace --slower-than 10m'
	offers 'processes, grouped' fish $$ : "strace -fp $$"
	offers 'the command' fish bash : 'strace -f -o x bas'
	offers 'words of the command' fish --of-the-toy : 'strace -f toy --'
	offers 'no options of ours' fish ^--trace : 'strace -f ls --tr'
	PATH=$tmp/bin:$PATH \
		offers 'containers' fish web-1 : 'strace --container we'
	offers 'forms' fish json: : 'strace --to js'
	offers 'files of a form' fish "json:$tmp/file" : \
		"strace --to json:$tmp/fi"
	in_fish "strace -p $$" >"$evidence"
	check 'fish: names of processes' grep -q "^$$	.*completion.sh" \
		"$evidence"
}

zsh_offers() {
	offers 'names of options' zsh --trace : 'strace --tr'
	offers 'a call' zsh openat : 'strace -e opena'
	offers 'a class' zsh %network : 'strace -e %net'
	offers 'a key' zsh trace : 'strace -e tra'
	offers 'after a key' zsh trace=openat : 'strace -e trace=opena'
	offers 'after a comma' zsh read,openat : 'strace -e read,opena'
	offers 'after ?' zsh '?openat' : "strace -e '?opena"
	offers 'after !' zsh '!openat' : "strace -e '!opena"
	offers 'words of a set' zsh status=failed : 'strace -e status=fa'
	offers 'units' zsh --syscall-times=ns : 'strace --syscall-times=n'
	offers 'a time' zsh 10ms : 'strace --slower-than 10m'
	offers 'processes, grouped' zsh $$ : "strace -fp $$"
	offers 'the command' zsh bash : 'strace -f -o x bas'
}

bash_offers
bash_offers_of_the_command
for shell in fish zsh; do
	if command -v "$shell" >/dev/null; then
		"${shell}_offers"
	else
		skip "$shell" "there is no $shell"
	fi
done
finish
