/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a container's name to its cgroup, in a made-up system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/ebpf/container.h"

#define ID1 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define ID3 "aaaa456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct system {
	char root[64];
	char cgroups[80];
	struct container_places at;
	struct container_ids ids;
	char path[PATH_MAX];
};

/* With the directories it takes; text NULL: it is a directory. */
static void put(const struct system *s, const char *below, const char *text)
{
	char path[PATH_MAX + sizeof(s->root)];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s%s", s->root, below,
		 text ? "" : "/");
	for (char *p = path + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = 0;
		mkdir(path, 0700);
	}
	if (!text)
		return;
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void files_put(const struct system *s)
{
	static const char bundle[] = "/config.json";
	static const char task[] =
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/";
	char path[PATH_MAX];

	put(s, "/var/lib/docker/containers/" ID1 "/config.v2.json",
	    "{\"ID\":\"" ID1 "\",\"Config\":{\"Name\":\"/no\"},"
	    "\"Args\":[\"\\\"Name\\\":\\\"/no\"],\"Name\":\"/web\"}");
	put(s, "/var/lib/containers/storage/overlay-containers/containers.json",
	    "[ {\"id\": \"" ID3 "\", \"names\": [\"other\"]},\n"
	    "  {\"names\": [\"db\", \"alias\"], \"image\": \"web2\",\n"
	    "   \"id\": \"" ID2 "\"} ]");
	snprintf(path, sizeof(path), "%s%s%s", task, ID3, bundle);
	put(s, path, "{\"annotations\":{\"io.kubernetes.cri.container-name\":"
	    "\"front\",\"io.kubernetes.cri.sandbox-name\":\"pod\"}}");
	put(s, "/run/systemd/machines/my-box",
	    "# private\nNAME=my-box\nSCOPE=machine-my\\x2dbox.scope\n");
	put(s, "/run/systemd/machines/gone",
	    "NAME=gone\nSCOPE=machine-gone.scope\n");
}

static int setup(void **state)
{
	struct system *s = calloc(1, sizeof(*s));

	strcpy(s->root, "/tmp/container.XXXXXX");
	assert_non_null(mkdtemp(s->root));
	snprintf(s->cgroups, sizeof(s->cgroups), "%s/cg", s->root);
	s->at = (struct container_places){ s->root, s->cgroups };
	files_put(s);
	put(s, "/cg/system.slice/docker-" ID1 ".scope/init", NULL);
	put(s, "/cg/machine.slice/libpod-" ID2 ".scope/container", NULL);
	put(s, "/cg/machine.slice/libpod-conmon-" ID2 ".scope", NULL);
	put(s, "/cg/kubepods/pod1/cri-containerd-" ID3 ".scope", NULL);
	put(s, "/cg/machine.slice/machine-my\\x2dbox.scope", NULL);
	put(s, "/cg/machine.slice/systemd-nspawn@plain.service", NULL);
	put(s, "/cg/lxc.payload.lx", NULL);
	put(s, "/cg/lxc.monitor.lx", NULL);
	put(s, "/cg/lxc.monitor/old", NULL);
	put(s, "/cg/lxc/old", NULL);
	put(s, "/cg/a/twice", NULL);
	put(s, "/cg/b/twice", NULL);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct system *s = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", s->root);
	assert_int_equal(system(command), 0);
	free(s);
	return 0;
}

static unsigned find(struct system *s, const char *name)
{
	container_ids_find(&s->at, name, &s->ids);
	return container_cgroups(&s->at, name, &s->ids, s->path);
}

/* It is the one cgroup with that path, known to that engine. */
static void expect(struct system *s, const char *name, const char *engine,
		   const char *path)
{
	assert_int_equal(find(s, name), 1);
	assert_string_equal(s->path + strlen(s->cgroups), path);
	assert_int_equal(s->ids.count, engine ? 1 : 0);
	if (engine)
		assert_string_equal(s->ids.of[0].engine, engine);
}

static void test_names(void **state)
{
	struct system *s = *state;

	expect(s, "web", "Docker", "/system.slice/docker-" ID1 ".scope");
	expect(s, "front", "containerd",
	       "/kubepods/pod1/cri-containerd-" ID3 ".scope");
	expect(s, "my-box", "systemd-nspawn",
	       "/machine.slice/machine-my\\x2dbox.scope");
	expect(s, "plain", NULL, "/machine.slice/systemd-nspawn@plain.service");
	expect(s, "lx", NULL, "/lxc.payload.lx");
	expect(s, "old", NULL, "/lxc/old");
}

/* Who watches a container is not in it. */
static void test_podman(void **state)
{
	struct system *s = *state;

	expect(s, "db", "Podman", "/machine.slice/libpod-" ID2 ".scope");
	expect(s, "alias", "Podman", "/machine.slice/libpod-" ID2 ".scope");
}

static void test_ids(void **state)
{
	struct system *s = *state;

	expect(s, ID1, NULL, "/system.slice/docker-" ID1 ".scope");
	expect(s, "0123456789ab", NULL, "/system.slice/docker-" ID1 ".scope");
	assert_int_equal(find(s, "012345678900"), 0);
	assert_int_equal(find(s, "012"), 0);
}

static void test_not_there(void **state)
{
	struct system *s = *state;

	assert_int_equal(find(s, "no"), 0);
	assert_int_equal(s->ids.count, 0);
	assert_int_equal(find(s, "pod"), 0);
	/* an image's name is not its container's */
	assert_int_equal(find(s, "web2"), 0);
	/* known, and not running */
	assert_int_equal(find(s, "gone"), 0);
	assert_int_equal(s->ids.count, 1);
	assert_int_equal(find(s, "twice"), 2);
}

/* Files that end too soon or lie do no harm. */
static void test_broken(void **state)
{
	static const char *const texts[] = {
		"", "[", "{", "\"", "\"\\", "]]]]}}", "[{\"id\":\"0123",
		"[{\"names\":[\"bad\"]}]", "{\"Name\"", "{\"Name\":",
		"[[[[[[[[[[[[[[[[[[[[{\"id\":\"x\",\"names\":[\"bad\"",
	};
	struct system *s = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put(s, "/var/lib/containers/storage/overlay-containers/"
		    "volatile-containers.json", texts[i]);
		put(s, "/var/lib/docker/containers/x/config.v2.json",
		    texts[i]);
		assert_int_equal(find(s, "bad"), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names), TEST(test_podman), TEST(test_ids),
		TEST(test_not_there), TEST(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
