/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes at all as the logs that strace-log-merge reads.
 *
 * The input is cut into three logs, each of which gets a sound first line.
 * Whatever comes then, nothing may be lost and nothing be added but the numbers
 * of the processes.
 *
 * Without libFuzzer the program makes its own inputs: pieces of lines put
 * together at random, the same ones on every run.
 *
 *	fuzz_merge [COUNT [SEED]]
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "merge/head.h"
#include "merge/merge.h"
#include "output.h"

#define LOGS 3
#define INPUT_MAX 16384
#define COUNT_DEFAULT 3000
#define COLUMN 2		/* of one digit, and a blank */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const first_lines[] = {
	"12:00:00.5 x\n", "1690000000 x\n",
	"{\"time\":\"1690000000000000000\"}\n",
};

static void put(int fd, const void *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		abort();
}

/* What has to come out of such a log. */
static size_t size_of(const char *first, const uint8_t *data, size_t n)
{
	size_t lines = 1, size = strlen(first) + n;

	for (size_t i = 0; i < n; i++)
		lines += data[i] == '\n';
	if (n && data[n - 1] != '\n') {
		lines++;
		size++;
	}
	return *first == '{' ? size : size + lines * COLUMN;
}

/*
 * A JSON line that breaks off, and one that begins a trace, may be left out; so
 * may all after one that begins a trace of another version.
 */
static void result_check(bool whole, off_t size, size_t want, bool json)
{
	if (json ? size > (off_t)want : !whole || size != (off_t)want)
		abort();
}

static void merge(const uint8_t *data, size_t size, const char *first)
{
	struct found_log log[LOGS] = { { .number = 0 } };
	struct found f = { .log = log, .logs = LOGS };
	char path[LOGS][32], pids[LOGS][2] = { "1", "2", "3" };
	int fds[LOGS], fd = memfd_create("out", MFD_CLOEXEC), own = dup(fd);
	struct output *out = output_take(fd, "out", true);
	size_t part = size / LOGS, want = 0;
	bool whole;

	for (int i = 0; i < LOGS; i++) {
		const uint8_t *p = data + (size_t)i * part;

		fds[i] = memfd_create("log", MFD_CLOEXEC);
		put(fds[i], first, strlen(first));
		put(fds[i], p, part);
		snprintf(path[i], sizeof(path[i]), "/proc/self/fd/%d", fds[i]);
		log[i].path = path[i];
		log[i].pid = pids[i];
		want += size_of(first, p, part);
	}
	whole = logs_merge(&f, out, TEXT_HEAD_MAX);
	if (output_close(out))
		abort();
	result_check(whole, lseek(own, 0, SEEK_END), want, *first == '{');
	close(own);
	for (int i = 0; i < LOGS; i++)
		close(fds[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (!size)
		return 0;
	text_head(text, size, data[0] & 1);
	merge(data + 1, size - 1, first_lines[data[0] % LOGS]);
	return 0;
}

#ifndef FUZZ_WITH_LIBFUZZER
/* Of the sanitizers' library, if the program was built with one. */
extern void __sanitizer_set_report_fd(void *fd) __attribute__((weak));

static uint32_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

static size_t input_make(uint8_t *input, uint64_t *state)
{
	static const char *const pieces[] = {
		"\n", "\n", "\n12:00:01 ", "\n23:59:59.123456789 x",
		"\n00:00:00 y", "\n1690000000.1 ", "\n9223372036 ", "\n99999",
		" > frame", " | 00000 ", "\n{\"type\":\"start\",\"schema\":2}",
		"\n{\"type\":\"dump\"", "\n{\"time\":\"1690000000000000001\"",
		",\"time\":", "\"", "\\", "{", "}", "[", "]", ",", ":", "   ",
		"[pid 7<", "12345<", "0",
	};
	size_t most = next(state) % 64 ? 2000 : INPUT_MAX - 64, n = 1;

	input[0] = (uint8_t)next(state);
	most = next(state) % most;
	while (n < most) {
		const char *piece = pieces[next(state) %
			(sizeof(pieces) / sizeof(*pieces))];
		size_t noise = next(state) % 8 ? 0 : next(state) % 60;

		memcpy(input + n, piece, strlen(piece));
		n += strlen(piece);
		while (noise-- && n < most)
			input[n++] = (uint8_t)next(state);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) :
			      COUNT_DEFAULT;
	uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	uint8_t *input = malloc(INPUT_MAX);
	int null = open("/dev/null", O_WRONLY);
	int err = dup(STDERR_FILENO);

	if (!input || null < 0)
		return 1;
	/* Lines that break off are told. */
	dup2(null, STDERR_FILENO);
	if (__sanitizer_set_report_fd)
		__sanitizer_set_report_fd((void *)(intptr_t)err);
	for (unsigned long i = 0; i < count; i++)
		LLVMFuzzerTestOneInput(input, input_make(input, &state));
	printf("%lu inputs, no harm done\n", count);
	close(null);
	free(input);
	return 0;
}
#endif
