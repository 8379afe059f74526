# SPDX-License-Identifier: GPL-2.0-only
# The tables of make bench as Markdown, from what lab/bench printed: the ktap.log
# files of all hosts and kernels, in directories HOST-VARIANT. -v arch, -v hosts,
# -v kernel, -v with: as for lab/demo.awk. -v out: where the raw data (raw.tsv) and
# those of the plots (size.tsv, slots.tsv, vcpus.tsv, share.tsv) go.

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
	c = base == "base" ? "stock" : base == "peer" ? "peer" : test ~ /0x7/ ? "0x7" : "0xf"
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
	if ($8 != "-" && ($10 - want > $9 / 50 || want - $10 > $9 / 50))
		wrong = wrong "\n" host " " variant " " test ": " $8 " % of " $9 " pages touched, " $10 " found young"
}

/^# Populating without/ { alone[c, vcpus] = $5 + 0 }
/^# Populating with / { aged[c, vcpus] = $5 + 0 }
/^# Aging passes/ && test ~ /^fault/ { nr_passes[c, vcpus] = $5 + 0 }
/^# Aging passes/ && test ~ /^wait/ { wait_passes[c, vcpus] = $5 + 0 }
/^# Mean aging pass/ { pass[c, vcpus] = $6 + 0 }

/^# With aging, mmu_lock for / {
	what = $6
	sub(/:/, "", what)
	sub(/.*: /, "")
	locks[c, vcpus, what] = $3
	waited[c, vcpus, what] = $1
	wait_ms[c, vcpus, what] = $6 / 1000
	wait_max[c, vcpus, what] = $10 / 1000
}

/^# reclaim / { size[$3] = $4; gone[c, $3] = $5 }
/^# faults / { faults[c, $3] = $4 }
/^# scanned / { scanned[c] = $3 }

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

function names(   i, s)
{
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			s = s (s ? "|" : "") name_of(columns[i])
	return s
}

function row(what, page, bytes, slots, vcpus, percent,   i, t)
{
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			t = t " " number(extra(columns[i], page, bytes, slots, vcpus, percent)) " |"
	print "| " what " |" t
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
	for (j = 1; j <= n_percents; j++)
		row(percents[j] " % touched", "base", 128 * M, 1, 1, percents[j])
	header("2 MiB pages, 512 MiB", names())
	for (j = 1; j <= n_percents; j++)
		row(percents[j] " % touched", "huge", 512 * M, 1, 1, percents[j])
	print "\nA page of a process without guests:"
	header("pages", kernel "|series")
	for (j = 1; j <= n_percents; j++)
		print "| 4 KiB, " percents[j] " % touched | " number(cost("stock", "process", "base", 128 * M, 1, 1, percents[j])) \
		      " | " number(cost("0xf", "process", "base", 128 * M, 1, 1, percents[j])) " |"
	for (j = 1; j <= n_percents; j++)
		print "| 2 MiB, " percents[j] " % touched | " number(cost("stock", "process", "huge", 512 * M, 1, 1, percents[j])) \
		      " | " number(cost("0xf", "process", "huge", 512 * M, 1, 1, percents[j])) " |"

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

function side_by_side(   v, i, c, l)
{
	for (i in aged)
		break
	if (!i)
		return
	print "\n### " arch ": side by side"
	print "\nvCPUs fault 32 MiB in, alone, then aged back to back: time of the vCPUs (s), mean"
	print "pass (ms) and passes; acquisitions of mmu_lock per pass, and what writers and readers"
	print "waited for it in total (ms), vCPUs included, in runs of their own."
	header("vCPUs", "kernel|alone|aged|pass|passes|locks per pass|writers waited|readers waited")
	for (v = 1; v <= 8; v *= 2)
		for (i = 1; i <= n_columns; i++) {
			c = columns[i]
			if (!((c, v) in aged))
				continue
			l = ((c, v, "write") in locks) && wait_passes[c, v] ? \
			    sprintf("%.0f | %.1f | %.1f", (locks[c, v, "write"] + locks[c, v, "read"]) / wait_passes[c, v], \
				    wait_ms[c, v, "write"], wait_ms[c, v, "read"]) : " | | "
			printf "| %d | %s | %.2f | %.2f | %.1f | %d | %s |\n", v, name_of(c), alone[c, v], \
			       aged[c, v], 1000 * pass[c, v], nr_passes[c, v], l
		}

}

function what_it_buys(   n, i, j, kinds)
{
	for (i in scanned)
		break
	if (!i)
		return
	print "\n### " arch ": what it buys"
	print "\nA guest of 128 MiB that uses a quarter, and a process of 64 MiB that is used; 64 MiB"
	print "are reclaimed. Pages of 4 KiB that went, and major faults afterwards."
	header("", names())
	n = split("guest_cold guest_hot process", kinds, " ")
	for (j = 1; j <= n; j++) {
		printf "| %s, of %d pages |", kinds[j], size[kinds[j]]
		for (i = 1; i <= n_columns; i++)
			if (columns[i] in seen)
				printf " %s |", gone[columns[i], kinds[j]]
		print ""
	}
	printf "| scanned |"
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			printf " %s |", scanned[columns[i]]
	printf "\n| major faults of the guest |"
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			printf " %s |", faults[columns[i], "guest"]
	printf "\n| major faults of the process |"
	for (i = 1; i <= n_columns; i++)
		if (columns[i] in seen)
			printf " %s |", faults[columns[i], "process"]
	print ""
}
