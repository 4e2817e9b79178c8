/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_genl.c asks the controller of generic netlink for the families that
 * there are.  Their numbers are given out when they are registered, and hold
 * for all network namespaces, so the answer is kept; one that is missing is
 * asked for again, once.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "live.h"

#define ANSWER_SIZE 32768	/* of one part of the list */

struct ask_families {
	struct nlmsghdr head;
	struct genlmsghdr genl;
};

static int ask(void)
{
	struct ask_families q = {
		.head = { .nlmsg_len = sizeof(q), .nlmsg_type = GENL_ID_CTRL,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.genl = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
	};
	struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q))
		return fd;
	close(fd);
	return -1;
}

static struct env_genl *place_for(struct env_live *l, uint16_t id)
{
	for (unsigned i = 0; i < l->nfamilies; i++)
		if (l->family[i].id == id)
			return &l->family[i];
	return l->nfamilies < ENV_GENL_MAX ? &l->family[l->nfamilies++] :
	       &l->family[id % ENV_GENL_MAX];
}

static void family_note(struct env_live *l, const char *p, size_t len)
{
	const char *name = NULL;
	size_t name_len = 0;
	uint16_t id = 0;
	struct env_genl *to;
	struct nlattr a;
	size_t step;

	for (; len >= sizeof(a); p += step, len -= step) {
		memcpy(&a, p, sizeof(a));
		step = (size_t)NLA_ALIGN(a.nla_len);
		if (a.nla_len < sizeof(a) || step > len)
			break;
		if (a.nla_type == CTRL_ATTR_FAMILY_ID &&
		    a.nla_len >= NLA_HDRLEN + sizeof(id))
			memcpy(&id, p + NLA_HDRLEN, sizeof(id));
		if (a.nla_type != CTRL_ATTR_FAMILY_NAME)
			continue;
		name = p + NLA_HDRLEN;
		name_len = strnlen(name, a.nla_len - NLA_HDRLEN);
	}
	if (!id || !name_len || name_len >= sizeof(to->name))
		return;
	to = place_for(l, id);
	to->id = id;
	memcpy(to->name, name, name_len);
	to->name[name_len] = '\0';
}

/* One part of the answer; false: it was the last. */
static bool part_note(struct env_live *l, const char *p, size_t len)
{
	const size_t skip = NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlmsghdr h;
	size_t step;

	for (; len >= sizeof(h); p += step, len -= step) {
		memcpy(&h, p, sizeof(h));
		step = NLMSG_ALIGN(h.nlmsg_len);
		if (h.nlmsg_type != GENL_ID_CTRL || h.nlmsg_len < skip ||
		    step > len)
			return false;
		family_note(l, p + skip, h.nlmsg_len - skip);
	}
	return true;
}

static void families_read(struct env_live *l)
{
	char answer[ANSWER_SIZE];
	int fd = ask();
	ssize_t n;

	if (fd < 0)
		return;
	do
		n = recv(fd, answer, sizeof(answer), 0);
	while (n > 0 && part_note(l, answer, (size_t)n));
	close(fd);
}

static bool family_put(const struct env_live *l, uint64_t id, struct buf *out)
{
	for (unsigned i = 0; i < l->nfamilies; i++)
		if (l->family[i].id == id) {
			buf_str(out, l->family[i].name);
			return true;
		}
	return false;
}

bool env_genl(struct env_live *l, uint64_t id, struct buf *out)
{
	if (id < NLMSG_MIN_TYPE || id > UINT16_MAX)
		return false;
	if (family_put(l, id, out))
		return true;
	/* A program may send any number; each is worth one question. */
	if (l->no_family == id)
		return false;
	families_read(l);
	if (family_put(l, id, out))
		return true;
	l->no_family = (uint16_t)id;
	return false;
}
