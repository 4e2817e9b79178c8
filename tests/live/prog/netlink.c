/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * netlink: asks for the loopback interface and for the family of the generic
 * controller, and prints for each answer its length and, of the interface, its
 * MTU, as it takes the answer apart itself.  Then it asks for the interface
 * twice in one call, and prints how many answers came in one call.
 */
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static union {
	struct nlmsghdr head;
	char bytes[65536];
} answer;

/* The attribute of that type in the answer, behind a header of its family. */
static void *attribute(size_t header, unsigned type)
{
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(header);

	while (at + NLA_HDRLEN <= answer.head.nlmsg_len) {
		struct nlattr *a = (void *)&answer.bytes[at];

		if (a->nla_type == type)
			return a + 1;
		if (a->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

static void ask(int protocol, const void *message, size_t len)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, protocol);
	struct iovec iov = { &answer, sizeof(answer) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd < 0 || send(fd, message, len, 0) != (ssize_t)len ||
	    recvmsg(fd, &msg, 0) < NLMSG_HDRLEN)
		_exit(77);
	close(fd);
}

/* The same message twice at once; returns how many answers came at once. */
static int ask_twice(void *message, size_t len)
{
	static char second[65536];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), got;
	struct iovec out = { message, len };
	struct iovec in[2] = { { &answer, sizeof(answer) },
			       { second, sizeof(second) } };
	struct mmsghdr msg[2] = {
		{ .msg_hdr = { .msg_iov = &out, .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_iov = &out, .msg_iovlen = 1 } },
	};

	if (fd < 0 || sendmmsg(fd, msg, 2, 0) != 2)
		_exit(77);
	msg[0].msg_hdr.msg_iov = &in[0];
	msg[1].msg_hdr.msg_iov = &in[1];
	got = recvmmsg(fd, msg, 2, MSG_DONTWAIT, NULL);
	close(fd);
	return got;
}

int main(void)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} link = {
		.head = { sizeof(link), RTM_GETLINK, NLM_F_REQUEST, 1, 0 },
		.link = { .ifi_index = 1 },
	};
	struct {
		struct nlmsghdr head;
		struct genlmsghdr genl;
		struct nlattr name;
		char text[8];
	} family = {
		.head = { sizeof(family) - 1, GENL_ID_CTRL, NLM_F_REQUEST, 1,
			  0 },
		.genl = { CTRL_CMD_GETFAMILY, 1, 0 },
		.name = { NLA_HDRLEN + 7, CTRL_ATTR_FAMILY_NAME },
		.text = "nlctrl",
	};
	uint32_t *mtu;

	ask(NETLINK_ROUTE, &link, sizeof(link));
	mtu = attribute(sizeof(struct ifinfomsg), IFLA_MTU);
	printf("%u %u\n", answer.head.nlmsg_len, mtu ? *mtu : 0);
	ask(NETLINK_GENERIC, &family, sizeof(family) - 1);
	printf("%u\n", answer.head.nlmsg_len);
	printf("%d\n", ask_twice(&link, sizeof(link)));
	return 0;
}
