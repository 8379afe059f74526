// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first program of a host under test: prepares the machine, runs the tests
 * of /plan one after the other, reports KTAP and powers off. Without a plan
 * there is a shell on the console. Parameters of the kernel are for it:
 *
 *	ktap=DEVICE	where KTAP goes (/dev/console)
 *	zram=SIZE	swap on zram
 *	spare_cpu=N	a CPU that nothing started from here runs on
 *
 * A line of the plan is
 *
 *	name timeout [key=value...] program [argument...]
 *
 * where a word with spaces stands in double quotes. The keys:
 *
 *	/file=value	write this before the test, and the old value after it
 *	hide=/path	the file is not there during the test; a file system is not
 *			mounted
 *	exit=N		the exit code that is right (0)
 *	says=text	must be in the output
 *	locks=WHAT	count how often aging takes mmu_lock, and how many calls of the
 *			fast hook miss something for want of a lock: "show" the figures,
 *			or expect "none", "some", or at most trylocks ("fast")
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define CGROUP	"/sys/fs/cgroup"
#define TRACING	"/sys/kernel/tracing"
#define ZRAM	"/sys/block/zram0"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_WORDS	64
#define MAX_SETTINGS	8
#define KSFT_SKIP	4

struct setting {
	char *path, *value;
	char old[256];
};

struct test {
	char *name;
	int timeout;
	struct setting settings[MAX_SETTINGS];
	int nr_settings;
	char *hide, *says, *locks;
	int exit;
	char *argv[MAX_WORDS];
};

/* What a test did, read from its output as it comes. */
struct output {
	char line[2048];	/* as much as there is of it */
	size_t len;
	char last[2048];
	bool said;
	bool nested;
};

/* Not the console, where lines of the kernel's log would cut into KTAP. */
static FILE *ktap;

static void __attribute__((noreturn)) power_off(void)
{
	fflush(NULL);
	if (ktap)
		tcdrain(fileno(ktap));
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void __attribute__((noreturn, format(printf, 1, 2))) bail_out(const char *fmt, ...)
{
	FILE *f = ktap ? ktap : stdout;
	va_list args;

	fputs("Bail out! ", f);
	va_start(args, fmt);
	vfprintf(f, fmt, args);
	va_end(args);
	fputc('\n', f);
	power_off();
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

static const struct { const char *type, *dir; } mounts[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "devtmpfs", "/dev" },
	{ "devpts", "/dev/pts" },
	{ "tmpfs", "/dev/shm" },
	{ "tmpfs", "/tmp" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "tracefs", TRACING },
	{ "cgroup2", CGROUP },
};

static void mount_one(size_t i)
{
	if (mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, NULL))
		bail_out("mounting %s: %m", mounts[i].dir);
}

static void mount_all(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].dir, 0755);
		mount_one(i);
	}
	if (!put(CGROUP "/cgroup.subtree_control", "+memory"))
		bail_out("no memory controller in " CGROUP ": %m");
}

/* The part of mkswap(8) that the kernel looks at. */
static void swap_on(const char *size)
{
	unsigned char page[4096] = {};
	uint64_t bytes;
	uint32_t *info = (uint32_t *)(page + 1024);
	int fd;

	if (!put(ZRAM "/disksize", size))
		bail_out("zram=%s: %m", size);
	fd = open("/dev/zram0", O_RDWR);
	/* BLKGETSIZE64, without dragging in linux/fs.h next to sys/mount.h */
	if (fd < 0 || ioctl(fd, _IOR(0x12, 114, size_t), &bytes))
		bail_out("/dev/zram0: %m");
	info[0] = 1;
	info[1] = bytes / sizeof(page) - 1;
	memcpy(page + sizeof(page) - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, page, sizeof(page), 0) != sizeof(page) || close(fd) ||
	    swapon("/dev/zram0", 0))
		bail_out("swap on zram: %m");
}

/* Nothing that is started from here runs on that CPU. */
static void spare_cpu(const char *number)
{
	cpu_set_t cpus;
	char *end;
	long cpu = strtol(number, &end, 10);

	if (end == number || *end || cpu < 0 || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(0, sizeof(cpus), &cpus))
		bail_out("spare_cpu=%s: not a CPU", number);
	CPU_CLR(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		bail_out("spare_cpu=%s: %m", number);
}

/*
 * Lock counting. The probes on the rwlock functions feed histograms by thread
 * and lock, which only run while some thread is inside a write to
 * /sys/kernel/debug/lru_gen; of these the threads that did such writes count,
 * and the locks that are a VM's: mmu_lock is the first member of struct kvm.
 */
#define LOCKS	"/events/locks/"
#define HOOK	"/events/kvm/kvm_fast_age_hva"

static const char * const lock_functions[] = {
	"write_lock", "read_lock", "write_trylock", "read_trylock",
};

/* With PREEMPT_RT, they are other functions. */
static const char *lock_prefix(void)
{
	struct utsname u;

	return !uname(&u) && strstr(u.version, "PREEMPT_RT") ? "rt" : "_raw";
}

static const char *event_path(const char *event, const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), TRACING "%s%s/%s", event[0] == '/' ? "" : LOCKS, event, file);
	return path;
}

static void trigger(const char *event, const char *text)
{
	const char *path = event_path(event, "trigger");

	if (!put(path, text))
		bail_out("%s: '%s': %m", path, text);
}

static void locks_probe(void)
{
	char text[2048];
	int n;

	n = sprintf(text, "p:locks/pass lru_gen_seq_write\n"
			  "r:locks/passed lru_gen_seq_write\n"
			  "p:locks/vm kvm_arch_init_vm lock=$arg1:x64\n");
	for (size_t i = 0; i < ARRAY_SIZE(lock_functions); i++)
		n += sprintf(text + n, "p:locks/%s %s_%s lock=$arg1:x64\n",
			     lock_functions[i], lock_prefix(), lock_functions[i]);
	/* Breakpoints only, see lab/config/trace.config. */
	put("/proc/sys/debug/kprobes-optimization", "0");
	if (!put(TRACING "/kprobe_events", text))
		bail_out("kprobe_events: %m; see " TRACING "/error_log");
}

/* The series has it, the unpatched kernel does not. */
static bool has_hook(void)
{
	return !access(TRACING HOOK, F_OK);
}

static void locks_start(void)
{
	char text[128];

	if (access(TRACING LOCKS, F_OK))
		locks_probe();
	if (has_hook())
		trigger(HOOK, "hist:keys=clear,missed");
	trigger("vm", "hist:keys=lock");
	trigger("pass", "hist:keys=common_pid");
	for (size_t i = 0; i < ARRAY_SIZE(lock_functions); i++) {
		trigger(lock_functions[i], "hist:keys=common_pid,lock:pause");
		sprintf(text, "enable_hist:locks:%s", lock_functions[i]);
		trigger("pass", text);
		sprintf(text, "disable_hist:locks:%s", lock_functions[i]);
		trigger("passed", text);
	}
}

/* Opening for writing with O_TRUNC is how tracefs removes triggers. */
static void untrigger(const char *event)
{
	close(open(event_path(event, "trigger"), O_WRONLY | O_TRUNC));
}

struct row {
	uint64_t pid, lock, clear, missed, hits;
};

static uint64_t field(const char *line, const char *key)
{
	const char *p = strstr(line, key);

	return p ? strtoull(p + strlen(key), NULL, 10) : 0;
}

static int histogram(const char *event, struct row *rows, int max)
{
	char line[256];
	int n = 0;
	FILE *f;

	f = fopen(event_path(event, "hist"), "r");
	if (!f)
		bail_out("%s: %m", event_path(event, "hist"));
	while (fgets(line, sizeof(line), f)) {
		if (field(line, "Dropped:"))
			bail_out("the histogram of %s is too small: %s", event, line);
		if (line[0] != '{')
			continue;
		if (n == max)
			bail_out("%s has more than %d rows", event, max);
		rows[n].pid = field(line, "common_pid:");
		rows[n].lock = field(line, "lock:");
		rows[n].clear = field(line, "clear:");
		rows[n].missed = field(line, "missed:");
		rows[n++].hits = field(line, "hitcount:");
	}
	fclose(f);
	return n;
}

/*
 * How often the fast hook was called, and how many of these calls could not look at
 * something, i.e. said old, because of a lock.  What it did not clear is another thing.
 */
static void hook_stop(void)
{
	struct row rows[4];
	uint64_t calls = 0, missed = 0;
	int n = histogram(HOOK, rows, ARRAY_SIZE(rows));

	for (int i = 0; i < n; i++) {
		calls += rows[i].hits;
		missed += rows[i].missed && !rows[i].clear ? rows[i].hits : 0;
	}
	fprintf(ktap, "# fast hook: calls=%lu missed=%lu\n", calls, missed);
	untrigger(HOOK);
}

/* Returns what is wrong, or NULL. */
static const char *locks_stop(const char *expected)
{
	static struct row passes[256], vms[256], locks[4096];
	uint64_t nr_passes = 0, nr_locks = 0, nr_allowed = 0;
	int np, nv, nl;

	np = histogram("pass", passes, ARRAY_SIZE(passes));
	nv = histogram("vm", vms, ARRAY_SIZE(vms));
	for (int p = 0; p < np; p++)
		nr_passes += passes[p].hits;
	fprintf(ktap, "# mmu_lock, taken by aging: passes=%lu vms=%d", nr_passes, nv);

	for (size_t i = 0; i < ARRAY_SIZE(lock_functions); i++) {
		uint64_t hits = 0;

		nl = histogram(lock_functions[i], locks, ARRAY_SIZE(locks));
		for (int l = 0; l < nl; l++)
			for (int p = 0; p < np; p++)
				for (int v = 0; v < nv; v++)
					if (locks[l].pid == passes[p].pid &&
					    locks[l].lock == vms[v].lock)
						hits += locks[l].hits;
		fprintf(ktap, " %s=%lu", lock_functions[i], hits);
		nr_locks += hits;
		/* Fast is who never waits. */
		if (strstr(lock_functions[i], "trylock"))
			nr_allowed += hits;
	}
	fputc('\n', ktap);

	if (has_hook())
		hook_stop();
	untrigger("pass");
	untrigger("passed");
	untrigger("vm");
	for (size_t i = 0; i < ARRAY_SIZE(lock_functions); i++)
		untrigger(lock_functions[i]);

	if (!strcmp(expected, "show"))
		return NULL;
	if (!nr_passes || !nv)
		return "no aging pass seen, or no VM";
	if (!strcmp(expected, "none"))
		return nr_locks ? "aging took mmu_lock" : NULL;
	if (!strcmp(expected, "fast"))
		return nr_locks > nr_allowed ? "aging waited for mmu_lock" : NULL;
	return nr_locks ? NULL : "aging did not take mmu_lock";
}

/* Splits a line of the plan in place, a word after the other. */
static char *next_word(char **line)
{
	char *p = *line, *word, *to;
	bool quoted = false;

	p += strspn(p, " \t");
	if (!*p)
		return NULL;
	for (word = to = p; *p && (quoted || !strchr(" \t", *p)); p++) {
		if (*p == '"')
			quoted = !quoted;
		else
			*to++ = *p;
	}
	*line = *p ? p + 1 : p;
	*to = '\0';
	return word;
}

static void parse(char *line, struct test *t)
{
	char *word, *value;
	int argc = 0;

	memset(t, 0, sizeof(*t));
	t->name = next_word(&line);
	word = next_word(&line);
	t->timeout = word ? atoi(word) : 0;
	if (t->timeout <= 0)
		bail_out("plan: %s: no timeout", t->name);

	while ((word = next_word(&line))) {
		value = argc ? NULL : strchr(word, '=');
		if (!value) {
			if (argc == MAX_WORDS - 1)
				bail_out("plan: %s: more than %d words", t->name, argc);
			t->argv[argc++] = word;
			continue;
		}
		*value++ = '\0';
		if (word[0] == '/' && t->nr_settings < MAX_SETTINGS)
			t->settings[t->nr_settings++] =
				(struct setting){ .path = word, .value = value };
		else if (!strcmp(word, "hide"))
			t->hide = value;
		else if (!strcmp(word, "says"))
			t->says = value;
		else if (!strcmp(word, "exit"))
			t->exit = atoi(value);
		else if (!strcmp(word, "locks"))
			t->locks = value;
		else
			bail_out("plan: %s: what is %s=?", t->name, word);
	}
	if (!argc)
		bail_out("plan: %s: no program", t->name);
}

/*
 * KTAP of a test becomes subtests, anything else diagnostics. kselftest.h says
 * TAP 13, of which KTAP is a dialect.
 */
static void relay(const struct test *t, struct output *o)
{
	char *line = o->line;

	line[o->len] = '\0';
	o->len = 0;
	if (!line[0])
		return;
	if (t->says && strstr(line, t->says))
		o->said = true;
	strcpy(o->last, line);

	if (!strcmp(line, "TAP version 13") || !strncmp(line, "KTAP version", 12)) {
		o->nested = true;
		fputs("  KTAP version 1\n", ktap);
	} else if (o->nested && (!strncmp(line, "ok ", 3) ||
				 !strncmp(line, "not ok ", 7) ||
				 !strncmp(line, "1..", 3) || line[0] == '#')) {
		fprintf(ktap, "  %s\n", line);
	} else {
		fprintf(ktap, "%s# %s\n", o->nested ? "  " : "", line);
	}
}

static void drain(const struct test *t, struct output *o, int fd)
{
	char text[4096];
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] == '\n' || o->len == sizeof(o->line) - 1)
				relay(t, o);
			if (text[i] != '\n' && text[i] != '\r')
				o->line[o->len++] = text[i];
		}
	}
	fflush(ktap);
}

static pid_t start(char **argv, int output)
{
	char path[256];
	pid_t pid = fork();

	if (pid)
		return pid;

	setsid();
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(output, 1);
	dup2(output, 2);
	/* KVM selftests read their own ELF file: absolute path. */
	snprintf(path, sizeof(path), "/selftests/%s", argv[0]);
	if (argv[0][0] != '/')
		argv[0] = path;
	execv(argv[0], argv);
	printf("cannot run %s: %m\n", argv[0]);
	fflush(stdout);
	_exit(127);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/*
 * Relays the output until the test is gone. A child of it that still holds the
 * pipe does not count. Returns false when the time is up.
 */
static bool follow(const struct test *t, struct output *o, pid_t pid, int fd)
{
	int64_t end = now_ms() + t->timeout * 1000LL;
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN },
	};
	bool in_time = true;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (;;) {
		int64_t left = end - now_ms();

		if (left <= 0 || poll(fds, 2, left) == 0) {
			in_time = false;
			break;
		}
		drain(t, o, fd);
		if (fds[1].revents)
			break;
		if (fds[0].revents & POLLHUP)
			fds[0].fd = -1;
	}
	relay(t, o);
	close(fds[1].fd);
	close(fd);
	return in_time;
}

static bool is_running_process(int pid, char *name, size_t size)
{
	char path[64], stat[512], *p;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	if (!get(path, name, size) || !name[0])
		return false;	/* a kernel thread, a zombie, or gone */
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!get(path, stat, sizeof(stat)))
		return false;
	p = strrchr(stat, ')');
	return p && p[2] != 'Z' && p[2] != 'X';
}

/* Ends what the test left behind; says so in why, if it did. */
static void clean_up(char *why, size_t size)
{
	char path[300], name[256];
	struct dirent *d;
	DIR *dir;

	dir = opendir("/proc");
	while (dir && (d = readdir(dir))) {
		int pid = atoi(d->d_name);

		if (pid > 1 && is_running_process(pid, name, sizeof(name)) && !why[0])
			snprintf(why, size, "left a process behind: %s", name);
	}
	if (dir)
		closedir(dir);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;

	dir = opendir(CGROUP);
	while (dir && (d = readdir(dir))) {
		if (d->d_type != DT_DIR || d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CGROUP "/%s", d->d_name);
		if (!why[0])
			snprintf(why, size, "left a memcg behind: %.200s", path);
		rmdir(path);
	}
	if (dir)
		closedir(dir);
}

static bool apply_settings(struct test *t, char *why, size_t size)
{
	for (int i = 0; i < t->nr_settings; i++) {
		struct setting *s = &t->settings[i];
		char *chosen;

		if (!get(s->path, s->old, sizeof(s->old)) || !put(s->path, s->value)) {
			snprintf(why, size, "cannot write %s to %s: %s",
				 s->value, s->path, strerror(errno));
			return false;
		}
		/* "always [madvise] never" */
		chosen = strchr(s->old, '[');
		if (chosen) {
			memmove(s->old, chosen + 1, strlen(chosen));
			s->old[strcspn(s->old, "]")] = '\0';
		}
	}
	return true;
}

static void restore_settings(struct test *t)
{
	while (t->nr_settings--) {
		struct setting *s = &t->settings[t->nr_settings];

		if (s->old[0] && !put(s->path, s->old))
			bail_out("cannot write %s back to %s: %m", s->old, s->path);
	}
}

static void hide(const char *path, bool on)
{
	char aside[256];

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		if (strcmp(path, mounts[i].dir))
			continue;
		if (!on)
			mount_one(i);
		else if (umount2(path, MNT_DETACH))
			bail_out("hide=%s: %m", path);
		return;
	}

	snprintf(aside, sizeof(aside), "%s.hidden", path);
	if (on ? rename(path, aside) : rename(aside, path))
		bail_out("hide=%s: %m", path);
}

/* Leaves why empty if the test passed; returns whether it was skipped. */
static bool run(struct test *t, struct output *o, char *why, size_t size)
{
	const char *locks_wrong = NULL;
	int fds[2], status;
	pid_t pid;

	if (!apply_settings(t, why, size))
		return false;
	if (t->hide)
		hide(t->hide, true);
	if (t->locks)
		locks_start();

	if (pipe2(fds, O_CLOEXEC))
		bail_out("pipe: %m");
	pid = start(t->argv, fds[1]);
	close(fds[1]);
	if (!follow(t, o, pid, fds[0])) {
		snprintf(why, size, "still running after %d s", t->timeout);
		put("/proc/sysrq-trigger", "w");
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	waitpid(pid, &status, 0);
	if (t->hide)
		hide(t->hide, false);
	clean_up(why, size);

	if (t->locks)
		locks_wrong = locks_stop(t->locks);
	if (why[0])
		return false;
	if (WIFSIGNALED(status))
		snprintf(why, size, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == KSFT_SKIP && t->exit != KSFT_SKIP)
		return true;
	else if (WEXITSTATUS(status) != t->exit)
		snprintf(why, size, "exit code %d instead of %d",
			 WEXITSTATUS(status), t->exit);
	else if (t->says && !o->said)
		snprintf(why, size, "did not say \"%s\"", t->says);
	else if (locks_wrong)
		snprintf(why, size, "%s", locks_wrong);
	return false;
}

/* After its first finding, lockdep looks for nothing any more. */
static void check_lockdep(void)
{
	FILE *f = fopen("/proc/lockdep_stats", "r");
	char line[256];
	int on;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " debug_locks: %d", &on) == 1 && !on)
			put("/dev/kmsg", "lab: BUG: lockdep has switched itself off");
	}
	if (f)
		fclose(f);
}

static void run_plan(FILE *plan)
{
	static char text[64 * 1024];
	char *line, *next = text;
	int nr = 0, n = 0;

	text[fread(text, 1, sizeof(text) - 1, plan)] = '\0';
	for (char *p = text; *p; p++)
		nr += *p == '\n';
	fprintf(ktap, "KTAP version 1\n1..%d\n", nr);

	while ((line = strsep(&next, "\n")) && *line) {
		struct output o = {};
		struct test t;
		char why[512] = "", mark[128];
		bool skip;

		parse(line, &t);
		/* In the kernel's log, to know what a splat belongs to. */
		snprintf(mark, sizeof(mark), "lab: %s", t.name);
		put("/dev/kmsg", mark);
		fprintf(ktap, "# start %s\n", t.name);
		fflush(ktap);

		skip = run(&t, &o, why, sizeof(why));
		restore_settings(&t);
		/* KVM selftests: "1..0 # SKIP - Requirement not met: ..." */
		if (skip)
			fprintf(ktap, "ok %d %s # SKIP %s\n", ++n, t.name,
				strncmp(o.last, "1..0 # SKIP ", 12) ? o.last : o.last + 12);
		else
			fprintf(ktap, "%s %d %s%s%s\n", why[0] ? "not ok" : "ok", ++n,
				t.name, why[0] ? " # " : "", why);
		fflush(ktap);
	}
}

/* Of the running kernel; lab/boot knows which one it has started. */
static void tell_build_id(void)
{
	unsigned char notes[64 * 1024];
	FILE *f = fopen("/sys/kernel/notes", "r");
	size_t size = f ? fread(notes, 1, sizeof(notes), f) : 0, at = 0;
	Elf64_Nhdr n;

	while (at + sizeof(n) <= size) {
		const unsigned char *name = notes + at + sizeof(n), *id;

		memcpy(&n, notes + at, sizeof(n));
		id = name + (n.n_namesz + 3) / 4 * 4;
		at = id - notes + (n.n_descsz + 3) / 4 * 4;
		if (at > size || n.n_type != NT_GNU_BUILD_ID || n.n_namesz != 4 || memcmp(name, "GNU", 4))
			continue;
		fprintf(ktap, "# build ID: ");
		for (size_t i = 0; i < n.n_descsz; i++)
			fprintf(ktap, "%02x", id[i]);
		fputc('\n', ktap);
	}
	if (f)
		fclose(f);
}

static void shell(void)
{
	pid_t pid = fork();

	if (!pid) {
		/* A shell needs a controlling terminal for job control and ^C. */
		char tty[64] = "/dev/", *p;

		get("/sys/class/tty/console/active", tty + 5, sizeof(tty) - 5);
		p = strrchr(tty, ' ');
		if (p)
			memmove(tty + 5, p + 1, strlen(p));
		setsid();
		for (int fd = 0; fd < 3; fd++)
			dup2(open(tty, O_RDWR), fd);
		ioctl(0, TIOCSCTTY, 1);
		setenv("PATH", "/bin", 1);
		setenv("PS1", "host# ", 1);
		execl("/bin/busybox", "sh", "-c",
		      "/bin/busybox --install -s /bin; cat /motd; exec sh", NULL);
		bail_out("no shell: /bin/busybox: %m");
	}
	/* Everything that loses its parent ends here, the shell as well. */
	while (wait(NULL) != pid)
		;
}

int main(void)
{
	const char *channel = getenv("ktap"), *zram = getenv("zram"), *cpu = getenv("spare_cpu");
	FILE *plan = fopen("/plan", "r");
	struct termios tio;

	mount_all();
	if (zram)
		swap_on(zram);
	if (cpu)
		spare_cpu(cpu);
	if (!plan) {
		shell();
		power_off();
	}

	if (!channel)
		channel = "/dev/console";
	ktap = fopen(channel, "w");
	if (!ktap)
		bail_out("ktap=%s: %m", channel);
	if (!tcgetattr(fileno(ktap), &tio)) {
		cfmakeraw(&tio);
		tcsetattr(fileno(ktap), TCSANOW, &tio);
	}
	tell_build_id();
	run_plan(plan);
	check_lockdep();
	power_off();
}
