/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tips.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "buf.h"

#define TEXT_WIDTH 75
#define FRAME_WIDTH (TEXT_WIDTH + 4)

/* Every command line that needs no root is run by tests/live/cli.sh. */
static const struct {
	const char *text, *example;
} tips[] = {
	{ "-f follows children and threads; -ff with -o writes a file for "
	  "each of them.",
	  "strace -ff -o log sh -c 'ls / > /dev/null; true'" },
	{ "-y shows the file behind each descriptor, -yy the addresses of "
	  "sockets as well.",
	  "strace -yy cat /etc/hostname" },
	{ "-Z shows only calls that failed. The file that a program misses is "
	  "among them.",
	  "strace -Z -e trace=%file ls /" },
	{ "%file stands for all calls that take a path. There are more such "
	  "classes.",
	  "strace --help=classes" },
	{ "--slower-than shows only calls that took so long or longer.",
	  "strace --slower-than=50ms sleep 0.1" },
	{ "-c -w counts calls, and the time that went by in them, waiting "
	  "too.",
	  "strace -c -w sleep 0.1" },
	{ "-U chooses the columns of the summary. p50, p90 and p99 tell how "
	  "long most calls took.",
	  "strace -c -U calls,p50,p99,name ls /" },
	{ "--record keeps all that a trace is made of. --replay shows it "
	  "later, with any options.",
	  "strace -o log --record=ls.rec ls / && strace --replay=ls.rec -c" },
	{ "--json writes an object a line, with numbers and names of values.",
	  "strace --json -o trace.json ls /" },
	{ "--to may be given several times: text, JSON and a summary of one "
	  "run.",
	  "strace --to=text:log --to=summary:table ls /" },
	{ "-k shows the stack that each call came from, -kk the lines of "
	  "source, too.",
	  "strace -k -e trace=write echo hello" },
	{ "-P shows only calls that use a file, by its name or by a "
	  "descriptor.",
	  "strace -P /etc/passwd cat /etc/passwd" },
	{ "A / before a name chooses calls by a regular expression.",
	  "strace -e trace=/^open,/stat ls /" },
	{ "A ? before a name means that it may be missing on this machine.",
	  "strace -e trace=?open,openat ls /" },
	{ "A ! before the first name means all but these. Most shells want it "
	  "quoted.",
	  "strace -e trace='!%memory' ls /" },
	{ "-e write=1 dumps all that is written to descriptor 1, -e read=0 "
	  "what is read from 0.",
	  "strace -e trace=write -e write=1 echo hello" },
	{ "-s says how much of a string is shown. File names are always "
	  "whole.",
	  "strace -s 1000 -e trace=write echo a rather long line of text" },
	{ "-v shows structures in full, and the environment of execve.",
	  "strace -v -e trace=execve true" },
	{ "-o '|COMMAND' hands the trace to a command.",
	  "strace -o '|wc -l' ls /" },
	{ "-r begins lines with the time since the one before; -T ends them "
	  "with the time in the call.",
	  "strace -r -T ls /" },
	{ "-Y shows the command's name with each process id.",
	  "strace -f -Y sh -c 'ls / > /dev/null; true'" },
	{ "--backend=bpf watches from inside the kernel, and what is traced "
	  "does not stop. It takes root.",
	  "sudo strace --backend=bpf -f ls /" },
	{ "--container traces all that runs in a container, and what starts "
	  "there later.",
	  "sudo strace --container=web -e trace=%file" },
	{ "--all traces the whole system. With --slower-than only slow calls "
	  "are shown.",
	  "sudo strace --all --slower-than=100ms" },
	{ "-p traces a process that runs already. Ctrl-C ends that, and the "
	  "process goes on.",
	  "strace -f -p \"$(pidof server)\"" },
	{ "-X verbose shows the number beside the name of each flag and "
	  "constant.",
	  "strace -X verbose -e trace=openat ls /" },
	{ "--help tells all of an option when it is named.",
	  "strace --help=-y" },
	{ "-e trace=none leaves nothing but signals and ends.",
	  "strace -e trace=none sh -c 'kill -WINCH $$'" },
	{ "-tt begins lines with the time of day, so that a trace can be laid "
	  "beside a log.",
	  "strace -tt -o times.log ls /" },
	{ "A line that ends in <unfinished ...> goes on further down, at "
	  "\"resumed\".",
	  "strace -f sh -c 'ls / > /dev/null & wait'" },
};

size_t tips_count(void)
{
	return sizeof(tips) / sizeof(*tips);
}

static size_t random_id(void)
{
	uint32_t n = 0;

	/* Without any bytes it is always the same tip: no harm is done. */
	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) < 0)
		n = 0;
	return n % tips_count();
}

/* The words of a text that a line has room for, which may be all of them. */
static size_t line_length(const char *text)
{
	size_t len = strlen(text);

	if (len <= TEXT_WIDTH)
		return len;
	for (len = TEXT_WIDTH; len && text[len] != ' '; len--)
		;
	return len ? len : TEXT_WIDTH;
}

static void add_lines(struct buf *b, const char *text, const char *frame)
{
	while (*text) {
		size_t len = line_length(text), start = b->len;

		buf_str(b, frame);
		buf_add(b, text, len);
		if (*frame) {
			buf_pad(b, start, FRAME_WIDTH - 1);
			buf_ch(b, '|');
		}
		buf_ch(b, '\n');
		text += len;
		text += strspn(text, " ");
	}
}

static void add_rule(struct buf *b)
{
	buf_ch(b, '+');
	for (size_t i = 2; i < FRAME_WIDTH; i++)
		buf_ch(b, '-');
	buf_str(b, "+\n");
}

void tip_show(const struct tip_want *want)
{
	size_t id = want->id == TIP_RANDOM ? random_id() : (size_t)want->id;
	const char *frame = want->format == TIP_FULL ? "| " : "";
	struct buf text = { .len = 0 }, b = { .len = 0 };

	if (want->format == TIP_NONE)
		return;
	if (*frame)
		add_rule(&b);
	buf_fmt(&text, "Tip %zu: %s", id, tips[id].text);
	add_lines(&b, buf_cstr(&text), frame);
	text.len = 0;
	buf_fmt(&text, "  $ %s", tips[id].example);
	add_lines(&b, buf_cstr(&text), frame);
	if (*frame)
		add_rule(&b);
	/* One write, so that lines of others don't part it. */
	fwrite(b.data, 1, b.len, stderr);
	buf_free(&text);
	buf_free(&b);
}
