/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * netlink: asks for the loopback interface and for the family of the generic
 * controller, and prints for each answer its length and, of the interface, its
 * MTU, as it takes the answer apart itself.
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
	return 0;
}
