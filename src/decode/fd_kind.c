/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kind of a descriptor, which decides between drivers that share a number
 * of a command, and says what data is. */
#include <stdio.h>
#include <string.h>
#include <net/if.h>
#include <sys/socket.h>

#include "decode.h"
#include "task.h"

static void text_get(struct dec *d, enum env_what what, uint64_t key,
		     char *text, size_t size)
{
	ssize_t n = env_get(d->env, what, d->ev->tid, key, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
}

/* What is shown of it after its path with -yy; "" if that is not known. */
static void detail_get(struct dec *d, int fd, char *detail, size_t size)
{
	char text[DEC_PATH_MAX];
	struct env_fd_text t;
	ssize_t n = env_get(d->env, ENV_FD_DETAIL, d->ev->tid, fd, text,
			    sizeof(text));

	detail[0] = '\0';
	if (n <= 0)
		return;
	env_fd_split(text, n, &t);
	snprintf(detail, size, "%.*s", (int)t.detail_len, t.detail);
}

/* "UDP:[1.2.3.4:5->6.7.8.9:53]" is what is shown of a UDP socket. */
static bool socket_is(const char *detail, const char *protocol)
{
	size_t len = strlen(protocol);

	return !strncmp(detail, protocol, len) &&
	       !strncmp(detail + len, ":[", 2);
}

/* Does it have that port at one of its ends? */
static bool socket_is_at(const char *detail, unsigned port)
{
	bool six = strstr(detail, ":[[");
	char at[16];
	const char *p;
	size_t len;

	/* An address of IPv6 has colons, too, but in brackets of its own. */
	len = (size_t)snprintf(at, sizeof(at), "%s:%u", six ? "]" : "", port);
	for (p = strstr(detail, at); p; p = strstr(p + 1, at))
		if (p[len] == ']' || p[len] == '-')
			return true;
	return false;
}

/* The port in a socket's address; 0 if it has none, or can't be read. */
static unsigned address_port(struct dec *d, uint64_t addr)
{
	uint8_t head[4];
	uint64_t family;

	if (!addr || !dec_read(d, addr, head, sizeof(head)))
		return 0;
	family = dec_number(d, head, STORE_U16);
	return family == AF_INET || family == AF_INET6 ?
	       head[2] << 8 | head[3] : 0;
}

/* "tunl0" is one of "tunl": a struct ifreq begins with its name. */
static bool interface_is(struct dec *d, uint64_t ifreq, const char *name)
{
	char text[IFNAMSIZ + 1] = "";
	size_t len = strlen(name);

	if (!ifreq || !dec_read(d, ifreq, text, IFNAMSIZ) ||
	    strncmp(text, name, len))
		return false;
	return !text[len + strspn(text + len, "0123456789")];
}

static bool fd_is(struct dec *d, const struct dec_fd_look *l,
		  const struct abi_fd_kind *k, const char *name)
{
	switch (k->by) {
	case FD_BY_DRIVER:
		return !strcmp(l->driver, name);
	case FD_BY_PROTOCOL:
		return socket_is(l->detail, name) &&
		       (!k->port || socket_is_at(l->detail, k->port) ||
			address_port(d, l->address) == k->port);
	case FD_BY_INTERFACE:
		return interface_is(d, l->argument, name);
	default:
		return !strncmp(l->path, name, strlen(name));
	}
}

bool dec_fd_is(struct dec *d, struct dec_fd_look *l, uint32_t kind)
{
	const struct abi_fd_kind *k = &abi_fd_kinds[kind];

	/* This may be a question to the kernel, which few kinds need. */
	if (k->by == FD_BY_PROTOCOL && !l->has_detail &&
	    !strncmp(l->path, "socket:", 7)) {
		detail_get(d, l->fd, l->detail, sizeof(l->detail));
		l->has_detail = true;
	}
	for (uint32_t i = 0; i < k->count; i++)
		if (fd_is(d, l, k, abi_str(abi_fd_paths[k->first + i])))
			return true;
	return false;
}

void dec_fd_look(struct dec *d, int fd, struct dec_fd_look *l)
{
	unsigned major, minor;

	*l = (struct dec_fd_look){ .fd = fd };
	if (fd < 0)
		return;
	text_get(d, ENV_FD_PATH, fd, l->path, sizeof(l->path));
	if (strncmp(l->path, "/dev/", 5))
		return;
	detail_get(d, fd, l->detail, sizeof(l->detail));
	if (sscanf(l->detail, "<char %u:%u>", &major, &minor) == 2)
		text_get(d, ENV_DRIVER, ENV_DRIVER_KEY(major, minor),
			 l->driver, sizeof(l->driver));
}

uint32_t dec_fd_kind(struct dec *d, int fd)
{
	struct dec_fd_look look;

	if (fd < 0)
		return 0;
	dec_fd_look(d, fd, &look);
	for (uint32_t i = 1; i < abi_nfd_kinds; i++)
		if (!abi_fd_kinds[i].port && dec_fd_is(d, &look, i))
			return i;
	return 0;
}

const struct abi_case *dec_case_on(struct dec *d, struct dec_cases found)
{
	struct dec_fd_look look;

	dec_fd_look(d, (int)d->open->arg[0], &look);
	look.argument = d->open->arg[2];
	for (uint32_t i = 0; i < found.n; i++) {
		const struct abi_case *c = &abi_cases[found.v[i]];

		if (c->on && dec_fd_is(d, &look, c->on))
			return c;
	}
	return NULL;
}
