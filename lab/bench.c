// SPDX-License-Identifier: GPL-2.0-only
/*
 * What make bench measures beside the selftests of the series. Linked with their
 * library, and the same program for every kernel.
 *
 *	bench cost [-g] [-H] [-b BYTES] [-s SLOTS] [-v VCPUS]
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
 * PAGES and YOUNG count huge pages with -H.
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
 * Exit codes: 0; 4 and "1..0 # SKIP" if something is missing; anything else is an
 * error. A kernel without bit 0x0008 is measured as it is.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
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

static bool guest, huge;
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
		must(lru_gen_age(mem->memcg, &stats, &elapsed));

		young = lru_gen_anon_up_to(&stats, LRU_GEN_AGE_YOUNG);
		young = young > mem->noise ? young - mem->noise : 0;
		printf("cost %s %s %lu %u %u %s %lu %lu %lu\n",
		       mem->vm ? "guest" : "process", huge ? "huge" : "base", bytes,
		       nr_slots, nr_vcpus, percent, mem->units, young * getpagesize() / unit,
		       elapsed.tv_sec * 1000000000L + elapsed.tv_nsec);
	}
}

static int cost(struct lru_gen_memcg *memcg, void *arg)
{
	struct memory mem = { .memcg = memcg };
	struct lru_gen_stats stats;
	struct timespec elapsed;
	int pass;

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

/* Of the pages from hva on, how many are not in memory. */
static uint64_t count_gone(uint8_t *hva, uint64_t pages)
{
	uint64_t entry, i, gone = 0;
	int fd;

	fd = open("/proc/self/pagemap", O_RDONLY);
	TEST_ASSERT(fd >= 0, "Cannot open /proc/self/pagemap");
	for (i = 0; i < pages; i++) {
		TEST_ASSERT(pread(fd, &entry, sizeof(entry), ((uint64_t)hva / getpagesize() + i) *
				  sizeof(entry)) == sizeof(entry), "Cannot read pagemap");
		gone += !(entry >> 63);
	}
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

static void __noreturn usage(const char *name)
{
	fprintf(stderr,
		"usage: %s cost [-g] [-H] [-b bytes] [-s slots] [-v vcpus]\n"
		"       %s reclaim [-b bytes]\n", name, name);
	exit(KSFT_FAIL);
}

int main(int argc, char *argv[])
{
	int (*fn)(struct lru_gen_memcg *memcg, void *arg);
	const char *missing;
	int opt, ret;

	if (argc < 2)
		usage(argv[0]);
	if (!strcmp(argv[1], "cost"))
		fn = cost;
	else if (!strcmp(argv[1], "reclaim"))
		fn = reclaim;
	else
		usage(argv[0]);

	optind = 2;
	while ((opt = getopt(argc, argv, "gHb:s:v:")) != -1) {
		switch (opt) {
		case 'g':
			guest = true;
			break;
		case 'H':
			huge = true;
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
	if (optind < argc || nr_vcpus > MAX_VCPUS)
		usage(argv[0]);

	setvbuf(stdout, NULL, _IOLBF, 0);
	missing = lru_gen_missing(LRU_GEN_CAP_CORE | (fn == cost ? LRU_GEN_CAP_MM_WALK : 0));
	__TEST_REQUIRE(!missing, "%s", missing);

	ret = lru_gen_run_in_memcg(NULL, fn, NULL);
	TEST_ASSERT(ret >= 0, "%s", lru_gen_error());
	return ret;
}
