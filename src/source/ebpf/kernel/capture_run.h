/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_run: the interpreter of capture plans, written once for the kernel
 * program and for the unit tests.
 *
 * A file that includes this has defined, like the kernel's helpers,
 * - cap_read_user(to, len, addr), which is 0 if all bytes could be read;
 * - cap_read_user_str(to, size, addr), the length with the NUL, or negative;
 * and may have defined
 * - cap_file(r, fd, details), which adds a block that says what the descriptor
 *   is (file_id.h), and is 0 as long as it must be called again for the same;
 * - cap_whole(r, fd, what), which says whether it is of a kind in what.
 *
 * A run fills r->data with struct cap_block, each followed by its bytes and
 * padded to 8.  All state lies in *r, because the loop then looks the same in
 * every round to the kernel's verifier.  Counters of a loop's rounds have 64
 * bits, because verifiers before 5.16 lose track of smaller ones on the stack.
 */
#ifndef STRACE_BPF_CAPTURE_RUN_H
#define STRACE_BPF_CAPTURE_RUN_H

#include "capture.h"

#define CAP_DATA_MAX 0x8000	/* bytes of blocks, about */
#define CAP_PAGE 4096
#define CAP_HEAD_MAX 128
#define CAP_WORDS_AT_ONCE 16

struct cap_loop {
	uint32_t pc;		/* its first step */
	uint32_t left;
	uint32_t size;
	uint32_t dst;
};

struct cap_run {
	uint64_t v[CAP_VALUES];
	struct cap_loop loop[CAP_DEPTH_MAX];
	uint32_t depth;
	uint32_t pc;		/* of the next step */
	uint32_t used;		/* bytes of data */
	uint32_t faults;	/* blocks that are short */
	uint32_t cut;		/* blocks there was no room for */
	uint32_t got;		/* bytes of the block being made */
	uint32_t words;		/* how far a step of several rounds is: bytes,
				 * pairs of a vector, bits of a set */
	uint32_t fds;		/* found in a set or a message so far */
	uint32_t fds_left;	/* there may be more in it */
	uint32_t file_left;	/* cap_file() has not done with the last one */
	uint32_t late;		/* the plan is run again, so files are done */
	uint32_t pad;
	uint64_t own;		/* numbers from this address on are in head */
	/* The record's part before its blocks lies at the end of this. */
	unsigned char head[CAP_HEAD_MAX];
	/* Bytes beyond CAP_DATA_MAX are hardly used: they are for the
	 * verifier, which can't know how much a block adds. */
	unsigned char data[CAP_DATA_MAX + CAP_PIECE_MAX + 1 +
			   2 * CAP_PAGE + sizeof(struct cap_block)];
};

#ifndef CAP_OPAQUE
/* The compiler must not know more about x than the verifier can see. */
#define CAP_OPAQUE(x) __asm__ volatile("" : "+r"(x))
#endif

#ifndef cap_read_number
#define cap_read_number cap_read_user
#endif

#ifndef cap_file
#define cap_file(r, fd, details) ((void)(fd), 1)
#endif

#ifndef cap_whole
#define cap_whole(r, fd, what) ((void)(fd), 0)
#endif

static inline uint64_t cap_operand(const struct cap_run *r, uint32_t b)
{
	uint64_t v = r->v[b & CAP_VALUE];

	if (b & CAP_CONST)
		return 1;
	return b & CAP_W32 ? (uint32_t)v : v;
}

/* Read as many bytes as possible, page by page; r->got counts them. */
static inline uint32_t cap_read_pages(struct cap_run *r, unsigned char *to,
				      uint32_t len, uint64_t addr)
{
	r->got = 0;
	for (long i = 0; i < CAP_PIECE_MAX / CAP_PAGE + 2; i++) {
		uint32_t got = r->got, n;

		if (got >= len)
			break;
		n = CAP_PAGE - ((addr + got) & (CAP_PAGE - 1));
		if (n > len - got)
			n = len - got;
		CAP_OPAQUE(n);
		CAP_OPAQUE(got);
		if (cap_read_user(to + (got & CAP_PIECE_MAX),
				  n & (2 * CAP_PAGE - 1), addr + got))
			break;
		r->got = got + n;
	}
	return r->got;
}

static inline struct cap_block *cap_block_new(struct cap_run *r)
{
	uint32_t used = r->used;

	if (used >= CAP_DATA_MAX) {
		r->cut++;
		return 0;
	}
	CAP_OPAQUE(used);
	return (struct cap_block *)&r->data[used & (CAP_DATA_MAX - 1)];
}

static inline void cap_block_end(struct cap_run *r, struct cap_block *b,
				 uint32_t got)
{
	b->got = got;
	if (got < b->len)
		r->faults++;
	r->used += sizeof(*b) + ((got + 7) & ~7u);
}

static inline void cap_bytes(struct cap_run *r, uint64_t addr, uint64_t len)
{
	struct cap_block *b = cap_block_new(r);
	unsigned char *to = b ? (unsigned char *)(b + 1) : 0;
	uint32_t n = len < CAP_PIECE_MAX ? len : CAP_PIECE_MAX;

	if (!b || !addr || !len)
		return;
	b->addr = addr;
	b->len = n;
	CAP_OPAQUE(n);
	n &= CAP_PIECE_MAX;
	if (cap_read_user(to, n, addr) == 0)
		cap_block_end(r, b, n);
	else
		cap_block_end(r, b, cap_read_pages(r, to, n, addr));
}

static inline void cap_str(struct cap_run *r, uint64_t addr, uint32_t size)
{
	struct cap_block *b = cap_block_new(r);
	long n;

	if (!b || !addr)
		return;
	CAP_OPAQUE(size);
	size &= CAP_STR_MAX;
	if (!size)
		return;
	n = cap_read_user_str(b + 1, size, addr);
	b->addr = addr;
	if (n == 0) {	/* what kernels before 6.2 say of an empty one */
		*(unsigned char *)(b + 1) = 0;
		n = 1;
	}
	if (n < 0) {
		b->len = 1;
		cap_block_end(r, b, 0);
		return;
	}
	/* If it fills the room, the NUL need not be the string's own. */
	if (n >= size)
		n = size - 1;
	b->len = n;
	cap_block_end(r, b, n);
}

/* False if there are more words, so that the step is to be run again. */
static inline int cap_words(struct cap_run *r, const struct cap_step *s)
{
	struct cap_block *b = cap_block_new(r);
	unsigned char *to = b ? (unsigned char *)(b + 1) : 0;
	uint64_t addr = r->v[s->a & CAP_VALUE], word = 1;
	uint32_t end = (uint32_t)s->x * s->y, fault = 0;

	if (!b || !addr)
		return 1;
	for (long i = 0; i < CAP_WORDS_AT_ONCE; i++) {
		uint32_t got = r->words;

		word = 0;
		fault = s->x;
		if (cap_read_user(&word, s->x & 8 ? 8 : 4, addr + got))
			break;
		fault = 0;
		if (s->x & 8)
			*(uint64_t *)(to + (got & (CAP_PIECE_MAX & ~7))) =
				word;
		else
			*(uint32_t *)(to + (got & (CAP_PIECE_MAX & ~3))) =
				word;
		r->words = got + s->x;
		if (!word || r->words >= end)
			break;
	}
	if (word && !fault && r->words < end)
		return 0;
	b->addr = addr;
	b->len = r->words + fault;
	cap_block_end(r, b, r->words);
	r->words = 0;
	return 1;
}

static inline uint64_t cap_number(struct cap_run *r, const struct cap_step *s)
{
	uint64_t at = r->v[s->a & CAP_VALUE] + s->x, v = 0;
	uint32_t n = s->b == CAP_U8 ? 1 : s->b == CAP_U64 ? 8 :
		     s->b == CAP_U16 || s->b == CAP_BE16 ? 2 : 4;

	if (cap_read_number(&v, n & 15, at))
		v = 0;
	if (s->b == CAP_S32)
		v = (uint64_t)(int64_t)(int32_t)v;
	else if (s->b == CAP_BE16)
		v = (v & 0xff) << 8 | v >> 8;
	return v;
}

/* The next pair of a vector; false if there is none. */
static inline int cap_pair(struct cap_run *r, const struct cap_step *s,
			   uint64_t *at, uint64_t *len)
{
	uint64_t n = cap_operand(r, s->b), pair[2] = { 0 };
	uint64_t a = r->v[s->a & CAP_VALUE];
	uint32_t i = r->words, size = s->dst & 8 ? 16 : 8;

	if (i >= n || i >= s->y || cap_read_user(pair, size, a + i * size)) {
		r->words = 0;
		return 0;
	}
	r->words = i + 1;
	*at = size == 16 ? pair[0] : (uint32_t)pair[0];
	*len = size == 16 ? pair[1] : pair[0] >> 32;
	return 1;
}

/* One round gets one piece of a vector, and the step is to be run again. */
static inline void cap_data(struct cap_run *r, const struct cap_step *s,
			    uint64_t a)
{
	uint64_t n = cap_operand(r, s->b);
	uint32_t size = s->x, max = s->y;

	if (s->op == CAP_VEC) {
		size = 1;
		max = s->x;
		if (!cap_pair(r, s, &a, &n))
			return;
		r->pc--;
	}
	if (n > max)	/* before it can wrap around */
		n = max;
	n *= size;
	cap_bytes(r, a, n < max ? n : max);
}

/* The position of the lowest bit that is set, found without branches. */
static inline uint32_t cap_lowest(uint64_t word)
{
	uint64_t below = (word & -word) - 1;

	below -= below >> 1 & 0x5555555555555555;
	below = (below & 0x3333333333333333) +
		(below >> 2 & 0x3333333333333333);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return below * 0x0101010101010101 >> 56;
}

/*
 * The next descriptor of a set, or -1.  One round looks at 64 bits at most.
 * False if there are more, so that the step is to be run again.
 */
static inline int cap_set_next(struct cap_run *r, const struct cap_step *s,
			       int32_t *fd)
{
	uint64_t n = cap_operand(r, s->b), word = 0;
	uint64_t at = r->v[s->a & CAP_VALUE];
	uint32_t bit = r->words;

	*fd = -1;
	/* With words of 32 bits, the last 8 bytes may be there in half. */
	if (!at || bit >= n || r->fds >= s->y ||
	    (cap_read_user(&word, 8, at + bit / 64 * 8) &&
	     cap_read_user(&word, 4, at + bit / 64 * 8))) {
		r->words = 0;
		r->fds = 0;
		return 1;
	}
	word &= ~0ull << (bit & 63);
	bit &= ~63u;
	if (!word) {
		r->words = bit + 64;
		return 0;
	}
	bit += cap_lowest(word);
	r->words = bit + 1;
	if (bit < n) {
		*fd = bit;
		r->fds++;
	}
	return 0;
}

/*
 * The next descriptor in control messages, or -1.  One round looks at one
 * descriptor, or goes on to the next message.  False if there are more.
 */
static inline int cap_cmsg_next(struct cap_run *r, const struct cap_step *s,
				int32_t *fd)
{
	uint64_t n = cap_operand(r, s->b), word[2] = { 0 }, len, kind;
	uint64_t at = r->v[s->a & CAP_VALUE] + r->words;
	uint32_t wide = s->x & 8, head = wide ? 16 : 12, in;

	*fd = -1;
	in = head + r->fds * 4;
	if (r->words + head > n || cap_read_user(word, head & 31, at))
		goto end;
	len = wide ? word[0] : (uint32_t)word[0];
	kind = wide ? word[1] : word[0] >> 32 | word[1] << 32;
	if (len < head || len > n - r->words)
		goto end;
	if ((uint32_t)kind == s->x >> 8 && kind >> 32 < 16 &&
	    s->y & 1u << (kind >> 32 & 15) && in + 4 <= len) {
		if (cap_read_user(fd, 4, at + in))
			*fd = -1;
		r->fds++;
		return 0;
	}
	r->words += wide ? (len + 7) & ~7ull : (len + 3) & ~3ull;
	r->fds = 0;
	return 0;
end:
	r->words = 0;
	r->fds = 0;
	return 1;
}

/* With no element, the body runs once for address 0, which captures nothing. */
static inline void cap_each(struct cap_run *r, const struct cap_step *s)
{
	uint64_t n = cap_operand(r, s->b);
	struct cap_loop *l = &r->loop[r->depth & (CAP_DEPTH_MAX - 1)];

	l->left = n < s->y ? n : s->y;
	l->pc = r->pc;
	l->size = s->x;
	l->dst = s->dst & CAP_VALUE;
	r->v[s->dst & CAP_VALUE] = n ? r->v[s->a & CAP_VALUE] : 0;
	r->depth++;
}

static inline void cap_next(struct cap_run *r)
{
	struct cap_loop *l;

	r->depth--;
	l = &r->loop[r->depth & (CAP_DEPTH_MAX - 1)];
	if (l->left <= 1)
		return;
	l->left--;
	r->v[l->dst & CAP_VALUE] += l->size;
	r->pc = l->pc;
	r->depth++;
}

static inline void cap_calc(struct cap_run *r, const struct cap_step *s)
{
	uint64_t a = r->v[s->a & CAP_VALUE], v = 0;
	uint64_t b = s->b & CAP_CONST ? s->x | (uint32_t)s->y << 16 :
		     cap_operand(r, s->b);

	switch (s->op) {
	case CAP_ADD: v = a + b; break;
	case CAP_SUB: v = a - b; break;
	case CAP_MUL: v = a * b; break;
	case CAP_DIV: v = b ? a / b : 0; break;
	case CAP_AND: v = a & b; break;
	case CAP_SHR: v = a >> (b & 63); break;
	case CAP_MIN: v = a < b ? a : b; break;
	}
	r->v[s->dst & CAP_VALUE] = v;
}

/* Prepare to run a plan from its first step. */
static inline void cap_run_begin(struct cap_run *r)
{
	r->depth = 0;
	r->words = 0;
	r->fds = 0;
	r->fds_left = 0;
	r->file_left = 0;
	r->pc = 0;
}

/* False at the end of the plan. */
static inline int cap_step_run(struct cap_run *r, const struct cap_step *s)
{
	uint64_t a = r->v[s->a & CAP_VALUE];
	int32_t fd = a;

	r->pc++;
	switch (s->op) {
	case CAP_END:
		return 0;
	case CAP_BYTES:
	case CAP_VEC:
		cap_data(r, s, a);
		break;
	case CAP_STR:
		cap_str(r, a, s->y);
		break;
	case CAP_WORDS:
		if (!cap_words(r, s))
			r->pc--;
		break;
	case CAP_LOAD:
	case CAP_FD_AT:
		a = cap_number(r, s);
		if (s->op == CAP_LOAD) {
			r->v[s->dst & CAP_VALUE] = a;
			break;
		}
		fd = a;
		__attribute__((fallthrough));
	case CAP_CMSGS:
	case CAP_FDS:
		if (s->op == CAP_FDS && !r->file_left)
			r->fds_left = !cap_set_next(r, s, &fd);
		if (s->op == CAP_CMSGS && !r->file_left)
			r->fds_left = !cap_cmsg_next(r, s, &fd);
		__attribute__((fallthrough));
	case CAP_FD:
		r->file_left = !cap_file(r, fd, s->dst);
		if (r->file_left || r->fds_left)
			r->pc--;
		break;
	case CAP_EACH:
		cap_each(r, s);
		break;
	case CAP_NEXT:
		cap_next(r);
		break;
	case CAP_WHILE:
		if (!a)
			r->loop[(r->depth - 1) & (CAP_DEPTH_MAX - 1)].left = 0;
		break;
	case CAP_UNLESS:
		if (!(a & (s->x | (uint32_t)s->y << 16)))
			r->pc += s->dst;
		break;
	case CAP_UNLESS_ZERO:
		if (a & (s->x | (uint32_t)s->y << 16))
			r->pc += s->dst;
		break;
	case CAP_IF_WHOLE:
		if (!cap_whole(r, fd, s->x))
			r->pc += s->dst;
		break;
	case CAP_IF_FULL:
	case CAP_IF_DUMP:
	case CAP_IF_FDS:
		r->pc += s->dst;
		break;
	default:
		cap_calc(r, s);
	}
	return 1;
}

#endif
