/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * futex_threads [THREADS [ROUNDS]]: threads that hand a token round a ring.
 *
 * Each thread sleeps in FUTEX_WAIT for its number and wakes the next one, so
 * that a tracer always has several tasks in a call at once.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_THREADS = 256 };

struct ring;

struct member {
	struct ring *ring;
	pthread_t thread;
	_Atomic int token;	/* 1: it is this one's turn */
};

struct ring {
	int count;
	int rounds;
	struct member member[MAX_THREADS];
};

static void futex(_Atomic int *word, int op, int value)
{
	syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL,
		0);
}

static void *member_run(void *arg)
{
	struct member *me = arg;
	struct ring *ring = me->ring;
	long index = me - ring->member;
	struct member *next = &ring->member[(index + 1) % ring->count];

	for (int i = 0; i < ring->rounds; i++) {
		while (!atomic_load(&me->token))
			futex(&me->token, FUTEX_WAIT, 0);
		atomic_store(&me->token, 0);
		atomic_store(&next->token, 1);
		futex(&next->token, FUTEX_WAKE, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct ring ring;

	ring.count = argc > 1 ? atoi(argv[1]) : 8;
	ring.rounds = argc > 2 ? atoi(argv[2]) : 1000;
	if (ring.count < 1 || ring.count > MAX_THREADS) {
		fprintf(stderr, "1 to %d threads\n", MAX_THREADS);
		return 2;
	}
	atomic_store(&ring.member[0].token, 1);
	for (int i = 0; i < ring.count; i++) {
		struct member *m = &ring.member[i];

		m->ring = &ring;
		if (pthread_create(&m->thread, NULL, member_run, m)) {
			perror("pthread_create");
			return 1;
		}
	}
	for (int i = 0; i < ring.count; i++)
		pthread_join(ring.member[i].thread, NULL);
	return 0;
}
