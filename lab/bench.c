// SPDX-License-Identifier: GPL-2.0-only
/*
 * What make bench measures beside the selftests of the series, and whether others
 * that use accessed bits see what they saw. Linked with the library of the selftests,
 * and the same program for every kernel.
 *
 *	bench cost [-g] [-H] [-n] [-b BYTES] [-s SLOTS] [-v VCPUS]
 *
 * ages memory of a process, or of a guest with -g, in pages of the host's base
 * size, or in huge pages with -H, after all, a quarter and none of its pages have
 * been touched, three times each, and before, while there is no memory yet but the
 * program's own. A line for each pass:
 *
 *	cost process|guest base|huge BYTES SLOTS VCPUS PERCENT PAGES YOUNG NS
 *
 * PERCENT of PAGES were touched (- if there were none yet), the pass found YOUNG of
 * them young and took NS nanoseconds, which are instructions in a host with -icount.
 * PAGES and YOUNG count huge pages with -H. With -n, all memory is on node 1, it is
 * node 0 that is aged, and the lines have "other" instead of base.
 *
 *	bench reclaim [-b BYTES]
 *
 * puts a guest with BYTES of memory, of which it keeps touching a quarter, and an
 * ordinary process with half as much, which keeps touching all of it, into one
 * memcg. After a few rounds, each with a pass of aging, it reclaims a third of the
 * memory, and lets the two go on for as many rounds:
 *
 *	reclaim guest_cold|guest_hot|process PAGES GONE
 *	faults guest|process FAULTS
 *	scanned PAGES NS
 *
 * GONE of PAGES were no longer in memory after the reclaim, which looked at so many
 * PAGES and took NS nanoseconds, or instructions; to go on took FAULTS major faults.
 *
 *	bench idle [-H] [-b BYTES]
 *
 * has all of a guest's memory marked idle by idle page tracking. The guest touches
 * each third page, the host each third, and nobody the rest: it must be exactly those
 * that are still idle.
 *
 *	idle base|huge PAGES YOUNG
 *
 *	bench damon [-H] [-p] [-b BYTES]
 *
 * has DAMON watch two parts of a guest's memory, by virtual addresses, or by physical
 * ones with -p (-H is needed then): one the guest uses all the time, the other it does
 * not. It must see that, in all regions and each time it tells.
 *
 *	damon virtual|physical base|huge HOT HOT_LEAST HOT_MOST COLD
 *
 * It told of HOT and COLD regions, and that those that are hot were used in at least
 * HOT_LEAST and at most HOT_MOST of 20 samples.
 *
 *	bench aged PROGRAM [ARGUMENT...]
 *
 * runs a selftest in a memcg that is aged back to back until it ends, with bit 0x0008
 * on if the kernel has it, and ends with the selftest's exit code.
 *
 *	aged PASSES
 *
 *	bench options PROGRAM
 *
 * runs a selftest again and again with arguments that make no sense, always the same
 * ones. Each time it must refuse them, and say so, and leave
 * /sys/kernel/mm/lru_gen/enabled alone.
 *
 *	options RUNS
 *
 * Exit codes: 0; 4 and "1..0 # SKIP" if something is missing; anything else is an
 * error. A kernel without bit 0x0008 is measured as it is.
 */
#include <fcntl.h>
#include <libgen.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kvm_util.h"
#include "test_util.h"
#include "lru_gen_util.h"
#include "processor.h"
#include "ucall_common.h"

#define MEM_GPA		BIT_ULL(32)
#define MEM_GVA		BIT_ULL(32)
#define MEM_SLOT	1

#define MAX_VCPUS	8
#define PASSES		3

static bool guest, huge, physical, other_node;
static uint64_t bytes = 128UL << 20;
static unsigned int nr_slots = 1, nr_vcpus = 1;

/* What one leaf entry of the page tables maps. */
static uint64_t unit;

struct job {
	uint64_t gva;
	uint64_t stride;
	uint64_t count;
	bool write;
};

static struct job jobs[MAX_VCPUS];

static void guest_code(uint32_t vcpu_idx)
{
	struct job *job = &jobs[vcpu_idx];
	uint64_t i;

	for (;;) {
		/* Else a cached translation hides the access, see aging. */
		guest_flush_tlb();

		for (i = 0; i < job->count; i++) {
			uint64_t *p = (uint64_t *)(job->gva + i * job->stride);

			if (job->write)
				WRITE_ONCE(*p, i);
			else
				READ_ONCE(*p);
		}
		GUEST_SYNC(0);
	}
}

static uint8_t *map_memory(uint64_t size)
{
	uint64_t align = thp_configured() ? get_trans_hugepagesz() : getpagesize();
	uint8_t *map;

	map = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	TEST_ASSERT(map != MAP_FAILED, "mmap() of %lu bytes failed", size);
	map = align_ptr_up(map, align);
	TEST_ASSERT(!madvise(map, size, MADV_DONTFORK), "MADV_DONTFORK failed");
	if (thp_configured())
		TEST_ASSERT(!madvise(map, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE),
			    "madvise() for huge pages failed");
	return map;
}

static struct kvm_vm *create_vm(uint8_t *hva, struct kvm_vcpu **vcpus)
{
	uint64_t pages = vm_calc_num_guest_pages(VM_MODE_DEFAULT, bytes);
	struct kvm_vm *vm;
	unsigned int i;
	uint64_t u;

	vm = __vm_create_with_vcpus(VM_SHAPE_DEFAULT, nr_vcpus, pages, guest_code, vcpus);
	for (i = 0; i < nr_slots; i++)
		vm_set_user_memory_region(vm, MEM_SLOT + i, 0, MEM_GPA + i * (bytes / nr_slots),
					  bytes / nr_slots, hva + i * (bytes / nr_slots));
	/*
	 * One page of each unit is enough to touch it, and keeps the guest's page
	 * tables small: they are memory that is aged, too.
	 */
	for (u = 0; u < bytes / unit; u++)
		virt_pg_map(vm, MEM_GVA + u * vm->page_size, MEM_GPA + u * unit);

	for (i = 0; i < nr_vcpus; i++) {
		vcpu_args_set(vcpus[i], 1, i);
		vcpu_run(vcpus[i]);
	}
	return vm;
}

/* Each vCPU has its share of the units, of which it touches every STRIDEth. */
static void guest_touch(struct kvm_vm *vm, struct kvm_vcpu **vcpus, uint64_t units,
			uint64_t stride, bool write)
{
	uint64_t share = units / nr_vcpus;
	struct ucall uc;
	unsigned int i;

	for (i = 0; i < nr_vcpus; i++)
		jobs[i] = (struct job) {
			.gva = MEM_GVA + i * share * vm->page_size,
			.stride = stride * vm->page_size,
			.count = stride ? share / stride : 0,
			.write = write,
		};
	sync_global_to_guest(vm, jobs);

	for (i = 0; i < nr_vcpus; i++) {
		vcpu_run(vcpus[i]);
		TEST_ASSERT(get_ucall(vcpus[i], &uc) == UCALL_SYNC, "Unexpected exit: %s",
			    exit_reason_str(vcpus[i]->run->exit_reason));
	}
}

/* fork() flushes the TLB; memory under test is not inherited. */
static void flush_host_tlb(void)
{
	pid_t pid = fork();

	TEST_ASSERT(pid >= 0, "fork() failed");
	if (!pid)
		_exit(0);
	TEST_ASSERT(waitpid(pid, NULL, 0) == pid, "waitpid() failed");
}

static void host_touch(uint8_t *hva, uint64_t units, uint64_t stride, bool write)
{
	uint64_t i, *p;

	flush_host_tlb();
	for (i = 0; stride && i < units; i += stride) {
		p = (void *)(hva + i * unit);
		if (write)
			WRITE_ONCE(*p, i);
		else
			READ_ONCE(*p);
	}
}

static void must(int ret)
{
	errno = 0;
	TEST_ASSERT(!ret, "%s", lru_gen_error());
}

static void age_node_0(struct lru_gen_memcg *memcg, struct timespec *elapsed)
{
	struct lru_gen_stats stats;
	struct timespec start;
	char command[64];
	int fd, n;

	must(lru_gen_read(memcg, &stats));
	n = snprintf(command, sizeof(command), "+ %u 0 %lu 1 1", stats.memcg_id,
		     stats.nodes[0].gens[stats.nodes[0].nr_gens - 1].seq);

	fd = open(LRU_GEN_DEBUGFS_PATH, O_WRONLY);
	clock_gettime(CLOCK_MONOTONIC, &start);
	TEST_ASSERT(fd >= 0 && write(fd, command, n) == n, "Cannot age node 0: '%s'", command);
	*elapsed = timespec_elapsed(start);
	close(fd);
}

struct memory {
	struct lru_gen_memcg *memcg;
	uint8_t *hva;
	uint64_t units;
	uint64_t noise;		/* pages in the memcg besides this memory */
	struct kvm_vm *vm;	/* NULL: a process */
	struct kvm_vcpu *vcpus[MAX_VCPUS];
};

static void touch(struct memory *mem, uint64_t stride, bool write)
{
	if (mem->vm)
		guest_touch(mem->vm, mem->vcpus, mem->units, stride, write);
	else
		host_touch(mem->hva, mem->units, stride, write);
}

static void measure(struct memory *mem, const char *percent, uint64_t stride)
{
	struct lru_gen_stats stats;
	struct timespec elapsed;
	uint64_t young;
	int pass;

	for (pass = 0; pass < PASSES; pass++) {
		if (stride)
			touch(mem, stride, false);
		if (other_node) {
			age_node_0(mem->memcg, &elapsed);
			must(lru_gen_read(mem->memcg, &stats));
		} else {
			must(lru_gen_age(mem->memcg, &stats, &elapsed));
		}

		young = lru_gen_anon_up_to(&stats, LRU_GEN_AGE_YOUNG);
		young = young > mem->noise ? young - mem->noise : 0;
		printf("cost %s %s %lu %u %u %s %lu %lu %lu\n",
		       mem->vm ? "guest" : "process",
		       other_node ? "other" : huge ? "huge" : "base", bytes, nr_slots,
		       nr_vcpus, percent, mem->units, young * getpagesize() / unit,
		       elapsed.tv_sec * 1000000000L + elapsed.tv_nsec);
	}
}

static int cost(struct lru_gen_memcg *memcg, void *arg)
{
	unsigned long node_1 = 2;
	struct memory mem = { .memcg = memcg };
	struct lru_gen_stats stats;
	struct timespec elapsed;
	int pass;

	__TEST_REQUIRE(!other_node || !syscall(__NR_set_mempolicy, MPOL_BIND, &node_1,
					       8 * sizeof(node_1)), "There is no node 1");
	kvm_pin_this_task_to_pcpu(sched_getcpu());
	unit = huge ? get_trans_hugepagesz() : getpagesize();
	mem.units = bytes / unit;
	mem.hva = map_memory(bytes);
	if (guest)
		mem.vm = create_vm(mem.hva, mem.vcpus);

	must(lru_gen_enter_memcg(memcg));
	must(lru_gen_read(memcg, &stats));
	mem.noise = lru_gen_anon(&stats);

	measure(&mem, "-", 0);

	touch(&mem, 1, true);
	for (pass = 0; pass < 2; pass++)
		must(lru_gen_age(memcg, &stats, &elapsed));

	measure(&mem, "100", 1);
	measure(&mem, "25", 4);
	measure(&mem, "0", 0);

	return KSFT_PASS;
}

#define ROUNDS		4

/* A number of /proc/vmstat. */
static uint64_t vmstat(const char *wanted)
{
	uint64_t val, found = 0;
	char name[64];
	FILE *f;

	f = fopen("/proc/vmstat", "r");
	TEST_ASSERT(f, "Cannot open /proc/vmstat");
	while (fscanf(f, "%63s %lu", name, &val) == 2) {
		if (!strcmp(name, wanted))
			found = val;
	}
	fclose(f);
	return found;
}

/* Entries of 64 bits of a file, such as pagemap. */
static int open_entries(const char *path, int flags)
{
	int fd = open(path, flags);

	__TEST_REQUIRE(fd >= 0, "Cannot open %s: %s", path, strerror(errno));
	return fd;
}

static uint64_t read_entry(int fd, uint64_t nr)
{
	uint64_t entry;

	TEST_ASSERT(pread(fd, &entry, sizeof(entry), nr * sizeof(entry)) == sizeof(entry),
		    "Cannot read entry %lu", nr);
	return entry;
}

#define PAGEMAP		"/proc/self/pagemap"
#define PRESENT		BIT_ULL(63)
#define PFN_MASK	(BIT_ULL(55) - 1)

/* Of the pages from hva on, how many are not in memory. */
static uint64_t count_gone(uint8_t *hva, uint64_t pages)
{
	int fd = open_entries(PAGEMAP, O_RDONLY);
	uint64_t i, gone = 0;

	for (i = 0; i < pages; i++)
		gone += !(read_entry(fd, (uint64_t)hva / getpagesize() + i) & PRESENT);
	close(fd);
	return gone;
}

/* The process beside the guest: told what to do, and answers with a number. */
static int to_child[2], from_child[2];

static void child(uint64_t size)
{
	uint64_t answer;
	uint8_t *hva;
	char cmd;

	unit = getpagesize();
	hva = map_memory(size);
	while (read(to_child[0], &cmd, 1) == 1) {
		answer = 0;
		if (cmd == 't')
			host_touch(hva, size / unit, 1, true);
		else
			answer = count_gone(hva, size / unit);
		if (write(from_child[1], &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	_exit(0);
}

static uint64_t tell_child(char cmd)
{
	uint64_t answer;

	TEST_ASSERT(write(to_child[1], &cmd, 1) == 1 &&
		    read(from_child[0], &answer, sizeof(answer)) == sizeof(answer),
		    "The process beside the guest is gone");
	return answer;
}

static int reclaim(struct lru_gen_memcg *memcg, void *arg)
{
	uint64_t hot, faults, scanned;
	struct memory mem = { .memcg = memcg };
	struct timespec start, elapsed;
	pid_t pid;
	int i;

	unit = getpagesize();
	mem.units = bytes / unit;
	hot = mem.units / 4;
	mem.hva = map_memory(bytes);
	mem.vm = create_vm(mem.hva, mem.vcpus);
	must(lru_gen_enter_memcg(memcg));

	TEST_ASSERT(!pipe(to_child) && !pipe(from_child), "pipe() failed");
	fflush(NULL);
	pid = fork();
	TEST_ASSERT(pid >= 0, "fork() failed");
	if (!pid) {
		close(to_child[1]);
		child(bytes / 2);
	}
	close(to_child[0]);

	touch(&mem, 1, true);
	tell_child('t');
	for (i = 0; i < ROUNDS; i++) {
		must(lru_gen_age(memcg, NULL, &elapsed));
		guest_touch(mem.vm, mem.vcpus, hot, 1, true);
		tell_child('t');
	}

	scanned = vmstat("pgscan_anon");
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (lru_gen_reclaim(memcg, bytes / 2))
		printf("note: %s\n", lru_gen_error());
	elapsed = timespec_elapsed(start);
	printf("scanned %lu %lu\n", vmstat("pgscan_anon") - scanned,
	       elapsed.tv_sec * 1000000000UL + elapsed.tv_nsec);
	printf("reclaim guest_hot %lu %lu\n", hot, count_gone(mem.hva, hot));
	printf("reclaim guest_cold %lu %lu\n", mem.units - hot,
	       count_gone(mem.hva + hot * unit, mem.units - hot));
	printf("reclaim process %lu %lu\n", mem.units / 2, tell_child('c'));

	faults = vmstat("pgmajfault");
	for (i = 0; i < ROUNDS; i++)
		guest_touch(mem.vm, mem.vcpus, hot, 1, true);
	printf("faults guest %lu\n", vmstat("pgmajfault") - faults);
	faults = vmstat("pgmajfault");
	for (i = 0; i < ROUNDS; i++)
		tell_child('t');
	printf("faults process %lu\n", vmstat("pgmajfault") - faults);

	close(to_child[1]);
	TEST_ASSERT(waitpid(pid, NULL, 0) == pid, "waitpid() failed");
	return KSFT_PASS;
}

/* A guest that has touched its memory, which the LRU has got. */
static void create_guest(struct memory *mem)
{
	uint8_t *page;

	kvm_pin_this_task_to_pcpu(sched_getcpu());
	unit = huge ? get_trans_hugepagesz() : getpagesize();
	mem->units = bytes / unit;
	mem->hva = map_memory(bytes);
	mem->vm = create_vm(mem->hva, mem->vcpus);
	touch(mem, 1, true);

	/* To drop a page flushes the CPU's batch of pages that wait for the LRU. */
	page = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0);
	TEST_ASSERT(page != MAP_FAILED && !madvise(page, getpagesize(), MADV_DONTNEED),
		    "Cannot drop a page");
}

static uint64_t *read_pfns(struct memory *mem)
{
	uint64_t *pfns = calloc(mem->units, sizeof(*pfns));
	int fd = open_entries(PAGEMAP, O_RDONLY);
	uint64_t u, entry;

	TEST_ASSERT(pfns, "calloc() failed");
	for (u = 0; u < mem->units; u++) {
		entry = read_entry(fd, ((uint64_t)mem->hva + u * unit) / getpagesize());
		TEST_ASSERT(entry & PRESENT, "Page %lu of the guest is not in memory", u);
		pfns[u] = entry & PFN_MASK;
		TEST_ASSERT(!(pfns[u] & (unit / getpagesize() - 1)), "Unit %lu is no huge page", u);
	}
	close(fd);
	return pfns;
}

static int idle(struct lru_gen_memcg *memcg, void *arg)
{
	int fd = open_entries("/sys/kernel/mm/page_idle/bitmap", O_RDWR);
	uint64_t u, bit, young = 0, *pfns;
	struct memory mem = { };
	bool is_idle;

	create_guest(&mem);
	mem.units -= mem.units % 3;
	pfns = read_pfns(&mem);

	for (u = 0; u < mem.units; u++) {
		bit = BIT_ULL(pfns[u] % 64);
		TEST_ASSERT(pwrite(fd, &bit, sizeof(bit), pfns[u] / 64 * sizeof(bit)) ==
			    sizeof(bit), "Cannot mark page %lu idle", u);
	}
	for (u = 0; u < mem.units; u++)
		TEST_ASSERT(read_entry(fd, pfns[u] / 64) & BIT_ULL(pfns[u] % 64),
			    "Page %lu is not idle, and nobody touched it", u);

	guest_touch(mem.vm, mem.vcpus, mem.units, 3, false);
	host_touch(mem.hva + unit, mem.units - 1, 3, false);

	for (u = 0; u < mem.units; u++) {
		is_idle = read_entry(fd, pfns[u] / 64) & BIT_ULL(pfns[u] % 64);
		young += !is_idle;
		TEST_ASSERT(is_idle == (u % 3 == 2), "Page %lu is %s, and %s touched it", u,
			    is_idle ? "idle" : "not idle",
			    u % 3 == 2 ? "nobody" : u % 3 ? "the host" : "the guest");
	}
	printf("idle %s %lu %lu\n", huge ? "huge" : "base", mem.units, young);
	return KSFT_PASS;
}

#define DAMON		"/sys/kernel/mm/damon/admin/kdamonds"
#define CONTEXT		DAMON "/0/contexts/0"
#define SCHEME		CONTEXT "/schemes/0"
#define SNAPSHOTS	5

static void __printf(2, 3) damon_put(const char *path, const char *fmt, ...)
{
	char text[64];
	va_list ap;
	int fd, n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	fd = open(path, O_WRONLY);
	TEST_ASSERT(fd >= 0 && write(fd, text, n) == n, "'%s' > %s failed", text, path);
	close(fd);
}

static uint64_t damon_get(unsigned int region, const char *what)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), SCHEME "/tried_regions/%u/%s", region, what);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	TEST_ASSERT(read(fd, text, sizeof(text) - 1) > 0, "Cannot read %s", path);
	close(fd);
	return strtoull(text, NULL, 0);
}

struct part {
	uint64_t start, end;
	uint64_t regions, least, most;
};

/* Parts of memory, the first of which is hot. */
static struct part parts[2];
static atomic_bool damon_done;

static void damon_start(void)
{
	/* Regions are in the order of their addresses. */
	bool swapped = parts[0].start > parts[1].start;
	char path[128];
	int i;

	__TEST_REQUIRE(!access(DAMON, F_OK), "the kernel needs CONFIG_DAMON_SYSFS");
	damon_put(DAMON "/nr_kdamonds", "1");
	damon_put(DAMON "/0/contexts/nr_contexts", "1");
	damon_put(CONTEXT "/operations", physical ? "paddr" : "fvaddr");
	damon_put(CONTEXT "/monitoring_attrs/intervals/sample_us", "20000");
	damon_put(CONTEXT "/monitoring_attrs/intervals/aggr_us", "400000");
	damon_put(CONTEXT "/targets/nr_targets", "1");
	if (!physical)
		damon_put(CONTEXT "/targets/0/pid_target", "%d", getpid());
	damon_put(CONTEXT "/targets/0/regions/nr_regions", "%zu", ARRAY_SIZE(parts));
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		snprintf(path, sizeof(path), CONTEXT "/targets/0/regions/%d/start", i);
		damon_put(path, "%lu", parts[i ^ swapped].start);
		snprintf(path, sizeof(path), CONTEXT "/targets/0/regions/%d/end", i);
		damon_put(path, "%lu", parts[i ^ swapped].end);
	}
	damon_put(CONTEXT "/schemes/nr_schemes", "1");
	damon_put(SCHEME "/action", "stat");
	damon_put(SCHEME "/access_pattern/sz/max", "%lu", UINT64_MAX);
	damon_put(SCHEME "/access_pattern/nr_accesses/max", "%u", UINT32_MAX);
	damon_put(SCHEME "/access_pattern/age/max", "%u", UINT32_MAX);
	damon_put(DAMON "/0/state", "on");
}

/* Each command waits until DAMON has sampled enough to tell. */
static void *damon_watch(void *arg)
{
	unsigned int snapshot, r;
	uint64_t start, used;
	struct part *p;

	for (snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
		damon_put(DAMON "/0/state", "update_schemes_tried_regions");
		for (r = 0; (start = damon_get(r, "start")) != -1; r++) {
			used = damon_get(r, "nr_accesses");
			p = &parts[start < parts[0].start || start >= parts[0].end];
			/* The first ones may know of times before the guest went on. */
			if (snapshot < 2)
				continue;
			p->least = p->regions && p->least < used ? p->least : used;
			p->most = p->most > used ? p->most : used;
			p->regions++;
		}
	}
	damon_done = true;
	return NULL;
}

static int damon(struct lru_gen_memcg *memcg, void *arg)
{
	struct memory mem = { };
	pthread_t thread;
	uint64_t *pfns;
	int i;

	create_guest(&mem);
	if (physical) {
		/* A huge page each: that is contiguous. */
		pfns = read_pfns(&mem);
		for (i = 0; i < ARRAY_SIZE(parts); i++) {
			parts[i].start = pfns[i * mem.units / 2] * getpagesize();
			parts[i].end = parts[i].start + unit;
		}
	} else {
		for (i = 0; i < ARRAY_SIZE(parts); i++) {
			parts[i].start = (uint64_t)mem.hva + i * bytes / 2;
			parts[i].end = parts[i].start + bytes / 4;
		}
	}

	damon_start();
	TEST_ASSERT(!pthread_create(&thread, NULL, damon_watch, NULL), "pthread_create() failed");
	while (!damon_done)
		guest_touch(mem.vm, mem.vcpus, physical ? 1 : mem.units / 4, 1, true);
	pthread_join(thread, NULL);
	damon_put(DAMON "/0/state", "off");
	damon_put(DAMON "/nr_kdamonds", "0");

	printf("damon %s %s %lu %lu %lu %lu\n", physical ? "physical" : "virtual",
	       huge ? "huge" : "base", parts[0].regions, parts[0].least, parts[0].most,
	       parts[1].regions);
	TEST_ASSERT(parts[0].regions && parts[1].regions, "DAMON told of %lu and %lu regions",
		    parts[0].regions, parts[1].regions);
	TEST_ASSERT(parts[0].least, "DAMON missed what the guest used all the time");
	TEST_ASSERT(!parts[1].most, "DAMON saw %lu accesses that have not been", parts[1].most);
	return KSFT_PASS;
}

/* The program's path, and what follows on the command line, which ends with NULL. */
static int aged(struct lru_gen_memcg *memcg, void *arg)
{
	struct timespec elapsed;
	unsigned long passes = 0;
	char **argv = arg;
	int status;
	pid_t pid;

	must(lru_gen_enter_memcg(memcg));
	fflush(NULL);
	pid = fork();
	TEST_ASSERT(pid >= 0, "fork() failed");
	if (!pid) {
		execv(argv[0], argv);
		TEST_FAIL("Cannot run %s", argv[0]);
	}
	while (!waitpid(pid, &status, WNOHANG)) {
		must(lru_gen_age(memcg, NULL, &elapsed));
		passes++;
	}
	printf("aged %lu\n", passes);
	TEST_ASSERT(passes, "%s ended before it was aged", argv[0]);
	TEST_ASSERT(WIFEXITED(status), "%s was ended by signal %d", argv[0], WTERMSIG(status));
	return WEXITSTATUS(status);
}

/*
 * Arguments that make no sense
 */

#define OPTION_RUNS	300
#define MAX_WORDS	8

/* It must end with an error, and say something, which is shown only if it does not. */
static void run_refused(char **argv)
{
	static char said[65536];
	ssize_t n, len = 0;
	int fds[2], status, i;
	pid_t pid;

	TEST_ASSERT(!pipe(fds), "pipe() failed");
	fflush(NULL);
	pid = fork();
	TEST_ASSERT(pid >= 0, "fork() failed");
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		/* If it runs on, it has not refused them. */
		alarm(60);
		execv(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += len + n < sizeof(said) - 1 ? n : 0;
	close(fds[0]);
	said[len] = '\0';
	TEST_ASSERT(waitpid(pid, &status, 0) == pid, "waitpid() failed");

	/* 254 is a failed assertion of the selftests' library. */
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 1 || WEXITSTATUS(status) == 254) && len)
		return;

	for (i = 0; argv[i]; i++)
		fprintf(stderr, "'%s' ", argv[i]);
	TEST_FAIL("ended by signal %d, or with code %d, and said '%s'", WIFSIGNALED(status) ?
		  WTERMSIG(status) : 0, WIFEXITED(status) ? WEXITSTATUS(status) : 0, said);
}

static int options(char *program)
{
	static const char * const values[] = {
		"", "-", "-1", "0", "1", "2", "007", "0x10", "1e3", "1.5", "4K", "64K", "3M", "1G",
		"9999999T", "4294967296", "99999999999999999999", "-9223372036854775808", "%s%n",
		"age", "age,", ",", "a,b", "*", "[", "\\", " ", "\n", "\xff", "/", "/proc", "/dev/null",
		"/sys/fs/cgroup", "/nowhere", "anonymous", "shmem", "--", "junk",
	};
	unsigned int before, after, state = 1;
	char words[MAX_WORDS][64], *argv[MAX_WORDS + 3];
	int i, j, n;

	TEST_ASSERT(!lru_gen_read_enabled(&before), "%s", lru_gen_error());

	for (i = 0; i < OPTION_RUNS; i++) {
		n = rand_r(&state) % MAX_WORDS;
		for (j = 0; j < n; j++) {
			const char *value = values[rand_r(&state) % ARRAY_SIZE(values)];
			/* Not -h, which is no error. */
			char letter = "abcdefgijklmnopqrstuvwxyzABCX?:-"[rand_r(&state) % 32];

			switch (rand_r(&state) % 4) {
			case 0:
				snprintf(words[j], sizeof(words[j]), "%s", value);
				break;
			case 1:
				snprintf(words[j], sizeof(words[j]), "-%c%s", letter,
					 strchr(value, 'h') ? "" : value);
				break;
			default:
				snprintf(words[j], sizeof(words[j]), "-%c", letter);
			}
			argv[j + 1] = words[j];
		}
		/* Whatever the rest means, all of them take options only. */
		argv[0] = program;
		argv[n + 1] = "surplus";
		argv[n + 2] = NULL;

		run_refused(argv);
		TEST_ASSERT(!lru_gen_read_enabled(&after), "%s", lru_gen_error());
		TEST_ASSERT(before == after, "run %d changed enabled from 0x%04x to 0x%04x", i + 1,
			    before, after);
	}

	printf("options %d\n", OPTION_RUNS);
	return KSFT_PASS;
}

static void __noreturn usage(const char *name)
{
	fprintf(stderr,
		"usage: %s cost [-g] [-H] [-n] [-b bytes] [-s slots] [-v vcpus]\n"
		"       %s reclaim [-b bytes]\n"
		"       %s idle [-H] [-b bytes]\n"
		"       %s damon [-H] [-p] [-b bytes]\n"
		"       %s aged selftest [argument...]\n"
		"       %s options selftest\n", name, name, name, name, name, name);
	exit(KSFT_FAIL);
}

int main(int argc, char *argv[])
{
	int (*fn)(struct lru_gen_memcg *memcg, void *arg);
	const char *missing;
	char program[256];
	void *arg = NULL;
	int opt, ret;

	if (argc < 2)
		usage(argv[0]);
	if (!strcmp(argv[1], "cost"))
		fn = cost;
	else if (!strcmp(argv[1], "reclaim"))
		fn = reclaim;
	else if (!strcmp(argv[1], "idle"))
		fn = idle;
	else if (!strcmp(argv[1], "damon"))
		fn = damon;
	else if (!strcmp(argv[1], "aged") && argc > 2)
		fn = aged;
	else if (!strcmp(argv[1], "options") && argc == 3)
		fn = NULL;
	else
		usage(argv[0]);

	optind = 2;
	if (fn == aged || !fn) {
		/* Selftests are beside this program. */
		snprintf(program, sizeof(program), "%s/%s", dirname(strdup(argv[0])), argv[2]);
		argv[2] = program;
		arg = argv + 2;
		optind = argc;
	}
	while ((opt = getopt(argc, argv, "gHnpb:s:v:")) != -1) {
		switch (opt) {
		case 'g':
			guest = true;
			break;
		case 'H':
			huge = true;
			break;
		case 'n':
			other_node = true;
			break;
		case 'p':
			physical = true;
			break;
		case 'b':
			bytes = parse_size(optarg);
			break;
		case 's':
			nr_slots = atoi_positive("slots", optarg);
			break;
		case 'v':
			nr_vcpus = atoi_positive("vcpus", optarg);
			break;
		default:
			usage(argv[0]);
		}
	}
	if (optind < argc || nr_vcpus > MAX_VCPUS || (physical && !huge) || (other_node && huge))
		usage(argv[0]);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!fn)
		return options(program);

	missing = lru_gen_missing(LRU_GEN_CAP_CORE | (fn == cost ? LRU_GEN_CAP_MM_WALK : 0));
	__TEST_REQUIRE(!missing, "%s", missing);

	ret = lru_gen_run_in_memcg(NULL, fn, arg);
	TEST_ASSERT(ret >= 0, "%s", lru_gen_error());
	return ret;
}
