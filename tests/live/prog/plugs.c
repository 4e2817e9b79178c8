/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loads libraries, calls their function entry(), and does to itself and to
 * their files what an argument each says.  For tests of stack traces.
 *
 *	open=FILE close		load and unload
 *	call			entry(), which calls getppid()
 *	direct			getppid()
 *	copy=FROM:TO		write TO anew; it stays the same file
 *	unlink=FILE cut=FILE	remove it; make it empty
 *	split			change the protection of a page of entry()
 *	code over		code without a file; where the library is
 *	thread=WHAT fork=WHAT vfork=WHAT	let that do WHAT, with commas
 *	exec=WORDS		run that instead
 *	wait			for SIGUSR1
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEP __attribute__((noinline))
#define BEHIND __asm__ volatile("")	/* a call is not the last thing done */

struct plug {
	void *library;
	int (*entry)(int);
};

static int actions(struct plug *g, char *list);

KEEP int direct(struct plug *g, char *arg)
{
	int r = getppid();

	(void)g;
	(void)arg;
	BEHIND;
	return r < 0;
}

KEEP int call(struct plug *g, char *arg)
{
	int r = g->entry(1);

	(void)arg;
	BEHIND;
	return r < 0;
}

#ifndef ALONE	/* in a static program nothing can be loaded */
static int do_open(struct plug *g, char *file)
{
	g->library = dlopen(file, RTLD_NOW);
	g->entry = g->library ? (int (*)(int))dlsym(g->library, "entry") : NULL;
	printf("%p\n", (void *)g->entry);
	fflush(stdout);
	return !g->entry;
}

static int do_close(struct plug *g, char *arg)
{
	(void)arg;
	return dlclose(g->library);
}
#endif

static int do_copy(struct plug *g, char *from)
{
	char *to = strchr(from, ':'), data[65536];
	int in, out;
	ssize_t n;

	(void)g;
	*to++ = '\0';
	in = open(from, O_RDONLY);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	while ((n = read(in, data, sizeof(data))) > 0)
		if (write(out, data, n) != n)
			return -1;
	close(in);
	return close(out);
}

static int do_unlink(struct plug *g, char *file)
{
	(void)g;
	return unlink(file);
}

static int do_cut(struct plug *g, char *file)
{
	(void)g;
	return truncate(file, 0);
}

static char *page_of(const void *p)
{
	return (char *)((unsigned long)p & -4096ul);
}

static int do_split(struct plug *g, char *arg)
{
	(void)arg;
	return mprotect(page_of((void *)g->entry), 4096,
			PROT_READ | PROT_WRITE | PROT_EXEC);
}

/* getppid(), as bytes; at NULL anywhere. */
static int code_put(struct plug *g, char *at)
{
#ifdef __x86_64__
	static const char code[] = "\xb8\x6e\0\0\0\x0f\x05\xc3";
	char *page = mmap(page_of(at), 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0),
			  -1, 0);

	at = at ? at : page;
	memcpy(at, code, sizeof(code));
	g->entry = (int (*)(int))at;
	return 0;
#else
	(void)g;
	(void)at;
	return -1;
#endif
}

static int do_code(struct plug *g, char *arg)
{
	(void)arg;
	return code_put(g, NULL);
}

static int do_over(struct plug *g, char *arg)
{
	(void)arg;
	return code_put(g, (char *)g->entry);
}

struct job {
	struct plug *g;
	char *list;
};

static void *task(void *arg)
{
	struct job *j = arg;

	actions(j->g, j->list);
	return NULL;
}

static int do_thread(struct plug *g, char *list)
{
	struct job j = { g, list };
	pthread_t t;

	pthread_create(&t, NULL, task, &j);
	return pthread_join(t, NULL);
}

static int in_child(struct plug *g, char *list, pid_t pid)
{
	if (!pid)
		_exit(actions(g, list));
	waitpid(pid, NULL, 0);
	return 0;
}

static int do_fork(struct plug *g, char *list)
{
	return in_child(g, list, fork());
}

static int do_vfork(struct plug *g, char *list)
{
	return in_child(g, list, vfork());
}

static int do_exec(struct plug *g, char *words)
{
	char *args[8] = { NULL };

	(void)g;
	for (int i = 0; i < 7; i++)
		args[i] = strtok(i ? NULL : words, " ");
	return execv(args[0], args);
}

static int do_wait(struct plug *g, char *arg)
{
	sigset_t set;
	int sig;

	(void)g;
	(void)arg;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	return sigwait(&set, &sig);
}

static int action(struct plug *g, char *text)
{
	static const struct {
		const char *name;
		int (*function)(struct plug *g, char *arg);
	} known[] = {
#ifndef ALONE
		{ "open", do_open }, { "close", do_close },
#endif
		{ "call", call }, { "direct", direct }, { "copy", do_copy },
		{ "unlink", do_unlink }, { "cut", do_cut },
		{ "split", do_split }, { "code", do_code },
		{ "over", do_over }, { "thread", do_thread },
		{ "fork", do_fork }, { "vfork", do_vfork },
		{ "exec", do_exec }, { "wait", do_wait },
	};
	char *arg = strchr(text, '=');

	if (arg)
		*arg++ = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].name, text))
			return known[i].function(g, arg);
	return -1;
}

static int actions(struct plug *g, char *list)
{
	int failed = 0;

	for (char *next; list && !failed; list = next) {
		next = strchr(list, ',');
		if (next)
			*next++ = '\0';
		failed = action(g, list);
	}
	return failed;
}

int main(int argc, char **argv)
{
	struct plug g = { .library = NULL };

	for (int i = 1; i < argc; i++)
		if (action(&g, argv[i])) {
			fprintf(stderr, "%s failed\n", argv[i]);
			_exit(1);
		}
	_exit(0);	/* what is loaded may not be fit to be unloaded */
}
