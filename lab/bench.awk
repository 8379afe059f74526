# SPDX-License-Identifier: GPL-2.0-only
# The tables of make bench as Markdown, from what lab/bench printed: the ktap.log
# files of all hosts and kernels, in directories HOST-VARIANT. -v arch, -v hosts,
# -v kernel, -v with: as for lab/demo.awk. -v out: where the raw data (raw.tsv) and
# those of the plots (size.tsv, slots.tsv, vcpus.tsv, buys.tsv) go.

BEGIN {
	OFS = "\t"
	print "host", "kernel", "test", "data" >(out "/raw.tsv")
	n_percents = split("100 25 0", percents, " ")
	n_columns = split("stock 0x7 0xf peer", columns, " ")
}

FNR == 1 {
	n = split(FILENAME, path, "/")
	where = path[n - 1]
	variant = where
	sub(/[+].*/, "", where)
	match(where, /-[a-z]*$/)
	host = substr(where, 1, RSTART - 1)
	base = substr(where, RSTART + 1)
	sub(".*-" base, base, variant)
}

/^# start / { test = $3 }

/^# (cost|reclaim|faults|scanned|Populating with|Aging passes|Mean aging|With(out)? aging)/ {
	data = substr($0, 3)
	gsub(/ +/, " ", data)
	print host, variant, test, data >(out "/raw.tsv")
	# Which column of the tables: a kernel, and bit 0x0008 of the series.
	c = base == "base" ? "stock" : base == "peer" ? "peer" : test ~ /0x[57]$/ ? "0x7" : "0xf"
	seen[c] = 1
	vcpus = match(test, /[.]v[0-9]+/) ? substr(test, RSTART + 2, RLENGTH - 2) : 0
}

# cost KIND PAGE BYTES SLOTS VCPUS PERCENT PAGES YOUNG NS
/^# cost / {
	k = c SUBSEP $3 SUBSEP $4 SUBSEP $5 SUBSEP $6 SUBSEP $7
	ns[k, $8, ++passes[k, $8]] = $11
	pages[k] = $9
	# Within 2 %, or the cost is that of something else.
	want = c == "0x7" && $3 == "guest" ? 0 : $9 * $8 / 100
	if ($8 != "-" && $4 != "other" && ($10 - want > $9 / 50 || want - $10 > $9 / 50))
		wrong = wrong "\n" host " " variant " " test ": " $8 " % of " $9 " pages touched, " $10 " found young"
}

/^# Populating without/ && test ~ /^fault/ { alone[c, vcpus] = $6 + 0 }
/^# Populating with / && test ~ /^fault/ { aged[c, vcpus] = $6 + 0 }
/^# Populating with / && test ~ /^wait/ { wait_aged[c, vcpus] = $6 + 0 }
/^# Aging passes/ && test ~ /^fault/ { nr_passes[c, vcpus] = $5 + 0 }
/^# Aging passes/ && test ~ /^wait/ { wait_passes[c, vcpus] = $5 + 0 }
/^# Mean aging pass/ && test ~ /^fault/ { pass[c, vcpus] = $6 + 0 }

/^# With aging, mmu_lock for / {
	what = $6
	sub(/:/, "", what)
	sub(/.*: /, "")
	locks[c, vcpus, what] = $3
	waited[c, vcpus, what] = $1
	wait_ms[c, vcpus, what] = $6 / 1000
	held[c, vcpus, what] = $16
}

/^# reclaim / {
	value[c, scene() $3] = $5 " of " $4
	went[c, scene() $3] = $5
}
/^# faults / { value[c, scene() "faults " $3] = $4 }
/^# scanned / {
	value[c, scene() "scanned"] = $3
	value[c, scene() "M instructions"] = sprintf("%.0f", $4 / 1000000)
}

# With aging, or with look-around alone.
function scene()
{
	return test ~ /look/ ? "look " : ""
}

function median(k, percent,   n, i, j, t, a)
{
	n = passes[k, percent]
	for (i = 1; i <= n; i++)
		a[i] = ns[k, percent, i] + 0
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j - 1] > a[j]; j--) {
			t = a[j]
			a[j] = a[j - 1]
			a[j - 1] = t
		}
	return a[int((n + 1) / 2)]
}

# Instructions per page, less what a pass costs without the pages; -1e9: not measured.
function cost(c, kind, page, bytes, slots, vcpus, percent,   k)
{
	k = c SUBSEP kind SUBSEP page SUBSEP bytes SUBSEP slots SUBSEP vcpus
	if (!((k, percent, 1) in ns) || !((k, "-", 1) in ns))
		return -1e9
	return (median(k, percent) - median(k, "-")) / pages[k]
}

# A guest's page less a process'; a process has no bit, slots or vCPUs.
function extra(c, page, bytes, slots, vcpus, percent,   g, p)
{
	g = cost(c, "guest", page, bytes, slots, vcpus, percent)
	p = cost(c == "0x7" ? "0xf" : c, "process", page, bytes, 1, 1, percent)
	return g == -1e9 || p == -1e9 ? -1e9 : g - p
}

function number(x)
{
	return x == -1e9 ? "" : sprintf("%.0f", x)
}

function header(first, cells,   i, n, h)
{
	n = split(cells, h, "|")
	printf "\n| %s |", first
	for (i = 1; i <= n; i++)
		printf " %s |", h[i]
	printf "\n|---|"
	for (i = 1; i <= n; i++)
		printf "--:|"
	print ""
}

function name_of(c)
{
	return c == "stock" ? kernel : c == "peer" ? "peer" : "series, " c
}

# Over and in the columns of kernels: their names, and value[column, key].
function names(   i, s)
{
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			s = s (s ? "|" : "") name_of(columns[i])
	return s
}

function row(what, key,   i, t)
{
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			t = t " " value[columns[i], key] " |"
	print "| " what " |" t
}

function extras(page, bytes,   i, j)
{
	for (j = 1; j <= n_percents; j++) {
		for (i = 1; i <= n_columns; i++)
			value[columns[i], "extra"] = number(extra(columns[i], page, bytes, 1, 1, percents[j]))
		row(percents[j] " % touched", "extra")
	}
}

function growth(what, file, page, bytes, slots, vcpus, x,   i, j, s, st, t)
{
	s = x
	for (j = 1; j <= n_percents; j++) {
		st = extra("stock", page, bytes, slots, vcpus, percents[j])
		t = extra("0xf", page, bytes, slots, vcpus, percents[j])
		s = s "\t" (st == -1e9 ? "nan" : st) "\t" (t == -1e9 ? "nan" : t)
		i = i " " number(st) " | " number(t) " |"
	}
	print "| " what " |" i
	print s >(out "/" file ".tsv")
}

END {
	M = 1048576
	print "### " arch ": exact cost"
	print "\nInstructions that aging a page of a guest takes more than a page of a process."
	header("4 KiB pages, 128 MiB", names())
	extras("base", 128 * M)
	header("2 MiB pages, 512 MiB", names())
	extras("huge", 512 * M)
	header("4 KiB pages of another node, 128 MiB", names())
	extras("other", 128 * M)
	print "\nA page of a process without guests:"
	header("pages", kernel "|series")
	process("4 KiB", "base", 128 * M)
	process("2 MiB", "huge", 512 * M)

	print "\nHow the difference grows, 4 KiB pages:"
	header("", "stock, 100 %|series|stock, 25 %|series|stock, 0 %|series")
	growth("64 MiB", "size", "base", 64 * M, 1, 1, 64)
	growth("128 MiB", "size", "base", 128 * M, 1, 1, 128)
	growth("512 MiB", "size", "base", 512 * M, 1, 1, 512)
	growth("2 GiB", "size", "base", 2048 * M, 1, 1, 2048)
	growth("1 memslot", "slots", "base", 128 * M, 1, 1, 1)
	growth("16 memslots", "slots", "base", 128 * M, 16, 1, 16)
	growth("256 memslots", "slots", "base", 128 * M, 256, 1, 256)
	growth("1 vCPU", "vcpus", "base", 128 * M, 1, 1, 1)
	growth("2 vCPUs", "vcpus", "base", 128 * M, 1, 2, 2)
	growth("4 vCPUs", "vcpus", "base", 128 * M, 1, 4, 4)
	growth("8 vCPUs", "vcpus", "base", 128 * M, 1, 8, 8)

	side_by_side()
	what_it_buys()
	print "\n" with
	if (wrong) {
		print "bench: counts are off by more than 2 % of the pages:" wrong >"/dev/stderr"
		exit 1
	}
}

function process(what, page, bytes,   j)
{
	for (j = 1; j <= n_percents; j++)
		print "| " what ", " percents[j] " % touched | " \
		      number(cost("stock", "process", page, bytes, 1, 1, percents[j])) " | " \
		      number(cost("0xf", "process", page, bytes, 1, 1, percents[j])) " |"
}

function side_by_side(   v, i, c, l)
{
	for (i in aged)
		break
	if (!i)
		return
	print "\n### " arch ": side by side"
	print "\nvCPUs fault 32 MiB in, alone, then aged back to back: time of the vCPUs (s), mean"
	print "pass (ms) and passes. In runs of their own, with lock statistics: acquisitions of"
	print "mmu_lock per pass, for write and for read; waits for it, and for how long (ms), vCPUs"
	print "included; and what share of the time that the vCPUs took it was held for write."
	header("vCPUs", "kernel|alone|aged|pass|passes|write locks per pass|read locks per pass|waits of writers|of readers|held for write")
	for (v = 1; v <= 8; v *= 2)
		for (i = 1; i <= n_columns; i++) {
			c = columns[i]
			if (!((c, v) in aged))
				continue
			l = " | | | | "
			if (((c, v, "write") in locks) && wait_passes[c, v])
				l = sprintf("%.0f | %.0f | %d, %.1f | %d, %.1f | %.1f %%",
					    locks[c, v, "write"] / wait_passes[c, v],
					    locks[c, v, "read"] / wait_passes[c, v],
					    waited[c, v, "write"], wait_ms[c, v, "write"],
					    waited[c, v, "read"], wait_ms[c, v, "read"],
					    held[c, v, "write"] / wait_aged[c, v] / 10000)
			printf "| %d | %s | %.2f | %.2f | %.1f | %d | %s |\n", v, name_of(c), alone[c, v], \
			       aged[c, v], 1000 * pass[c, v], nr_passes[c, v], l
		}
}

function reclaimed(s)
{
	header("", names())
	row("pages of the guest, cold, that went", s "guest_cold")
	row("pages of the guest, used, that went", s "guest_hot")
	row("pages of the process that went", s "process")
	row("pages that the reclaim looked at", s "scanned")
	row("million instructions of the reclaim", s "M instructions")
	row("major faults of the guest afterwards", s "faults guest")
	row("major faults of the process afterwards", s "faults process")
}

function what_it_buys(   i, c)
{
	if (!(("stock", "scanned") in value))
		return
	print "\n### " arch ": what it buys"
	print "\nA guest of 128 MiB that uses a quarter, and a process of 64 MiB that is used; 64 MiB"
	print "are reclaimed. Aged with page table walks:"
	reclaimed("")
	print "\nWithout page table walks (0x5 and 0xd), when nothing but the look-around of the"
	print "reclaim tells what is used, and nothing has cleared an accessed bit before, so that"
	print "what goes is a matter of order:"
	reclaimed("look ")

	# For the plot: instructions of a pass, then of a reclaim.
	for (i = 1; i <= n_columns; i++) {
		c = columns[i]
		if (c in seen)
			print c, cost(c, "guest", "base", 128 * 1048576, 1, 1, 25),
			      value[c, "scanned"], went[c, "guest_cold"], went[c, "guest_hot"],
			      went[c, "process"] >(out "/buys.tsv")
	}
}
