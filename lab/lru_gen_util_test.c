// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit test of the debugfs parser in lib/lru_gen_util.c of the KVM selftests.
 * Runs on the build host, without a VM, best under AddressSanitizer.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_util.h"
#include "lru_gen_util.h"

#define ROOT	"memcg     1 /\n"						\
		" node     0\n"							\
		"          0       2144          0           0 \n"		\
		"          1       2144          0           1 \n"		\
		"          2       2144        749           0 \n"		\
		"          3       2144         12           0 \n"

#define OTHER	"memcg    17 /other\n"						\
		" node     0\n"							\
		"          5         10          7           8 \n"		\
		"          6          0          9          10 \n"

#define NODE0	" node     0\n"							\
		"         10       4000        100           1 \n"		\
		"         11       3000        200           2 \n"		\
		"         12       2000        300           3 \n"		\
		"         13       1000        400           4 \n"

#define NODE1	" node     1\n"							\
		"         77        500         50           5 \n"		\
		"         78        400         60           6 \n"

#define MINE	"memcg    42 /a/test.1\n" NODE0

static const char two_nodes[] = ROOT MINE NODE1 OTHER;

/* The test plan is not fixed: the number of cases is counted. */
static struct lru_gen_stats stats;

/*
 * Parse a copy that ends where the text ends, for AddressSanitizer to see every
 * byte read beyond.
 */
static int parse_len(const char *text, size_t len, const char *path)
{
	char *copy = malloc(len ? len : 1);
	int err;

	if (!copy)
		ksft_exit_fail_msg("out of memory\n");

	memcpy(copy, text, len);
	memset(&stats, 0xff, sizeof(stats));
	err = lru_gen_parse(copy, len, path, &stats);
	free(copy);

	return err;
}

static int parse(const char *text, const char *path)
{
	return parse_len(text, strlen(text), path);
}

static void expect(const char *name, int err, int expected)
{
	bool ok = err == expected && (!err || *lru_gen_error());

	if (!ok || err)
		ksft_print_msg("%d: %s\n", err, err ? lru_gen_error() : "no error");
	ksft_test_result(ok, "%s\n", name);
}

/* Parsing @text for @path must fail with @expected. */
static void expect_error(const char *name, const char *text, int expected)
{
	expect(name, parse(text, "/a/test.1"), expected);
}

static bool is_node0(const struct lru_gen_node *node)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (node->gens[i].seq != 10 + i || node->gens[i].age_ms != 4000 - 1000 * i ||
		    node->gens[i].anon != 100 + 100 * i || node->gens[i].file != 1 + i)
			return false;
	}

	return node->id == 0 && node->nr_gens == 4;
}

static bool is_node1(const struct lru_gen_node *node)
{
	return node->id == 1 && node->nr_gens == 2 && node->gens[0].seq == 77 &&
	       node->gens[0].anon == 50 && node->gens[1].seq == 78 &&
	       node->gens[1].age_ms == 400 && node->gens[1].anon == 60 &&
	       node->gens[1].file == 6;
}

static void test_well_formed(void)
{
	int err;

	err = parse(ROOT MINE OTHER, "/a/test.1");
	ksft_test_result(!err && stats.memcg_id == 42 && stats.nr_nodes == 1 &&
			 is_node0(&stats.nodes[0]), "one node\n");

	err = parse(two_nodes, "/a/test.1");
	ksft_test_result(!err && stats.memcg_id == 42 && stats.nr_nodes == 2 &&
			 is_node0(&stats.nodes[0]) && is_node1(&stats.nodes[1]), "two nodes\n");

	ksft_test_result(lru_gen_anon_at(&stats, 0) == 460 && lru_gen_anon_at(&stats, 1) == 350 &&
			 lru_gen_anon_at(&stats, 2) == 200 && lru_gen_anon_at(&stats, 3) == 100 &&
			 !lru_gen_anon_at(&stats, 4) && lru_gen_anon_up_to(&stats, 1) == 810 &&
			 lru_gen_anon(&stats) == 1110 && lru_gen_main_age(&stats) == 0,
			 "sums over nodes count from the youngest of each\n");

	err = parse(ROOT MINE, "/");
	ksft_test_result(!err && stats.memcg_id == 1 && stats.nr_nodes == 1 &&
			 lru_gen_anon(&stats) == 761 && lru_gen_main_age(&stats) == 1,
			 "root memcg\n");

	/* What a kernel without memory controllers prints. */
	err = parse("memcg     0 \n" NODE0, "");
	ksft_test_result(!err && !stats.memcg_id && is_node0(&stats.nodes[0]), "empty path\n");

	err = parse(ROOT "memcg    42 /a b/c  d\n" NODE0, "/a b/c  d");
	ksft_test_result(!err && stats.memcg_id == 42, "path with blanks\n");

	err = parse(ROOT "memcg    41 /a/test.10\n" NODE1 "memcg    42 /a/test.1\n" NODE0
		    "memcg    43 /a/test\n" NODE1, "/a/test.1");
	ksft_test_result(!err && stats.memcg_id == 42 && is_node0(&stats.nodes[0]),
			 "similar paths\n");

	err = parse("memcg 65535 /m\n node     0\n"
		    " 9223372036854775806 18446744073709551615 9223372036854775807  0 \n"
		    " 9223372036854775807 0 0 9223372036854775807x\n", "/m");
	expect("mark after a number of pages is no number", err, -EINVAL);

	err = parse("memcg 65535 /m\n node     0\n"
		    " 9223372036854775806 18446744073709551615 9223372036854775807  0 \n"
		    " 9223372036854775807 0 0 9223372036854775807 \n", "/m");
	ksft_test_result(!err && stats.memcg_id == 65535 &&
			 stats.nodes[0].gens[1].seq == INT64_MAX &&
			 stats.nodes[0].gens[0].age_ms == UINT64_MAX, "largest numbers\n");
}

/* Cut anywhere, what is left is an error or a shorter text that is right. */
static void test_truncated(void)
{
	static struct lru_gen_stats whole;
	int errors = 0, complete = 0, shorter = 0, i;
	size_t len;

	if (parse(two_nodes, "/a/test.1"))
		ksft_exit_fail_msg("%s\n", lru_gen_error());
	whole = stats;

	for (len = 0; len < strlen(two_nodes); len++) {
		if (parse_len(two_nodes, len, "/a/test.1")) {
			errors++;
			continue;
		}

		/* Only whole lines are text. */
		if (!len || two_nodes[len - 1] != '\n' || stats.memcg_id != whole.memcg_id ||
		    !stats.nr_nodes || stats.nr_nodes > whole.nr_nodes)
			break;

		for (i = 0; i < stats.nr_nodes; i++) {
			if (stats.nodes[i].id != whole.nodes[i].id ||
			    stats.nodes[i].nr_gens < LRU_GEN_MIN_GENS ||
			    stats.nodes[i].nr_gens > whole.nodes[i].nr_gens ||
			    memcmp(stats.nodes[i].gens, whole.nodes[i].gens,
				   stats.nodes[i].nr_gens * sizeof(stats.nodes[i].gens[0])))
				break;
		}
		if (i < stats.nr_nodes)
			break;

		if (!memcmp(&stats, &whole, sizeof(stats)))
			complete++;
		else
			shorter++;
	}

	ksft_print_msg("%d lengths are errors, %d right but shorter, %d complete\n",
		       errors, shorter, complete);
	ksft_test_result(len == strlen(two_nodes) && errors && shorter && complete,
			 "truncated at every byte\n");

	expect_error("empty text", "", -ENOENT);
	expect_error("no end of line", "memcg    42 /a/test.1", -EINVAL);
	expect_error("memcg without nodes", "memcg    42 /a/test.1\n", -EINVAL);
	expect_error("memcg without nodes, before another", "memcg    42 /a/test.1\n" OTHER,
		     -EINVAL);
	expect_error("node without generations", "memcg    42 /a/test.1\n node     0\n", -EINVAL);
	expect_error("node with one generation",
		     "memcg    42 /a/test.1\n node     0\n 1 2 3 4 \n", -EINVAL);
	expect_error("number missing", "memcg    42 /a/test.1\n node     0\n 1 2 3 \n", -EINVAL);
}

static void test_reordered(void)
{
	int err;

	err = parse(OTHER ROOT MINE, "/a/test.1");
	ksft_test_result(!err && stats.memcg_id == 42 && is_node0(&stats.nodes[0]),
			 "memcg last\n");

	err = parse(MINE OTHER ROOT, "/a/test.1");
	ksft_test_result(!err && stats.memcg_id == 42 && is_node0(&stats.nodes[0]),
			 "memcg first\n");

	err = parse("memcg    42 /a/test.1\n" NODE1 NODE0, "/a/test.1");
	ksft_test_result(!err && stats.nr_nodes == 2 && is_node1(&stats.nodes[0]) &&
			 is_node0(&stats.nodes[1]), "nodes swapped\n");

	expect_error("generations descending",
		     "memcg    42 /a/test.1\n node     0\n 2 0 0 0 \n 1 0 0 0 \n", -EINVAL);
	expect_error("generation twice",
		     "memcg    42 /a/test.1\n node     0\n 2 0 0 0 \n 2 0 0 0 \n", -EINVAL);
	expect_error("generation left out",
		     "memcg    42 /a/test.1\n node     0\n 2 0 0 0 \n 4 0 0 0 \n", -EINVAL);
	expect_error("node twice", MINE NODE0, -EINVAL);
	expect_error("memcg twice", MINE OTHER MINE, -EEXIST);
	expect_error("generation before the node",
		     "memcg    42 /a/test.1\n 1 0 0 0 \n" NODE0, -EINVAL);
	expect_error("node before the first memcg", NODE0 MINE, -EINVAL);
	expect_error("memcg not there", ROOT OTHER, -ENOENT);
}

/* A text of @count items from @fmt, which takes a number. */
static char *repeat(const char *head, const char *fmt, int count)
{
	char *text = malloc(strlen(head) + count * (strlen(fmt) + 16) + 1);
	int i, len;

	if (!text)
		ksft_exit_fail_msg("out of memory\n");

	len = sprintf(text, "%s", head);
	for (i = 0; i < count; i++)
		len += sprintf(text + len, fmt, i);

	return text;
}

static void test_oversized(void)
{
	const size_t size = 1 << 20;
	unsigned int seed = 1;
	char *text;
	size_t i;
	int err;

	expect_error("five generations", MINE "         14 0 0 0 \n", -E2BIG);

	text = repeat("memcg    42 /a/test.1\n", " node %d\n 1 0 1 0 \n 2 0 0 0 \n",
		      LRU_GEN_MAX_NODES);
	err = parse(text, "/a/test.1");
	ksft_test_result(!err && stats.nr_nodes == LRU_GEN_MAX_NODES &&
			 lru_gen_anon(&stats) == LRU_GEN_MAX_NODES, "as many nodes as allowed\n");
	free(text);

	text = repeat("memcg    42 /a/test.1\n", " node %d\n 1 0 1 0 \n 2 0 0 0 \n",
		      LRU_GEN_MAX_NODES + 1);
	expect_error("one node too many", text, -E2BIG);
	free(text);

	text = repeat("", "memcg 7 /m%d\n node 0\n 1 0 1 0 \n 2 0 0 0 \n", 100000);
	err = parse(text, "/m99999");
	ksft_test_result(!err && stats.memcg_id == 7, "100000 memcgs\n");
	free(text);

	expect_error("memcg id of 2^16",
		     "memcg 65536 /a/test.1\n" NODE0, -ERANGE);
	expect_error("sequence number of 2^63",
		     "memcg 1 /a/test.1\n node 0\n 9223372036854775808 0 0 0 \n", -ERANGE);
	expect_error("age of 2^64",
		     "memcg 1 /a/test.1\n node 0\n 1 18446744073709551616 0 0 \n", -ERANGE);
	expect_error("pages of 2^63",
		     "memcg 1 /a/test.1\n node 0\n 1 0 9223372036854775808 0 \n", -ERANGE);
	expect_error("number of 60 digits",
		     "memcg 1 /a/test.1\n node 0\n 1 0 0 "
		     "123456789012345678901234567890123456789012345678901234567890 \n", -ERANGE);
	expect_error("fifth number",
		     "memcg 1 /a/test.1\n node 0\n 1 2 3 4 5 \n", -EINVAL);
	expect_error("negative number",
		     "memcg 1 /a/test.1\n node 0\n 1 2 -3 4 \n", -EINVAL);
	expect_error("letters", "memcg 1 /a/test.1\n node 0\n one two \n", -EINVAL);
	expect_error("memcg without id", "memcg /a/test.1\n" NODE0, -EINVAL);
	expect_error("memcg without path", "memcg 1\n" NODE0, -EINVAL);

	text = malloc(size);
	if (!text)
		ksft_exit_fail_msg("out of memory\n");

	memset(text, '7', size);
	expect("a line of 1 MiB without an end", parse_len(text, size, "/a/test.1"), -EINVAL);

	memcpy(text, MINE, strlen(MINE));
	expect("the same after a memcg", parse_len(text, size, "/a/test.1"), -EINVAL);

	memset(text, '\n', size);
	expect("1 MiB of empty lines", parse_len(text, size, "/a/test.1"), -EINVAL);

	memset(text, 0, size);
	expect("1 MiB of NULs", parse_len(text, size, "/a/test.1"), -EINVAL);

	for (i = 0; i < size; i++)
		text[i] = rand_r(&seed);
	expect("1 MiB of random bytes", parse_len(text, size, "/a/test.1"), -EINVAL);

	/* Every byte of a good text replaced by something else, once. */
	for (i = 0; i < strlen(two_nodes); i++) {
		static const char other[] = "\0\n x9-\xff";
		size_t k;

		memcpy(text, two_nodes, sizeof(two_nodes));
		for (k = 0; k < sizeof(other) - 1; k++) {
			text[i] = other[k];
			parse_len(text, strlen(two_nodes), "/a/test.1");
			if (stats.nr_nodes > LRU_GEN_MAX_NODES)
				break;
		}
		if (k < sizeof(other) - 1)
			break;
	}
	ksft_test_result(i == strlen(two_nodes), "any byte damaged\n");

	free(text);
}

int main(void)
{
	ksft_print_header();

	test_well_formed();
	test_truncated();
	test_reordered();
	test_oversized();

	ksft_set_plan(ksft_test_num());
	ksft_finished();
}
