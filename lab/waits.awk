# SPDX-License-Identifier: GPL-2.0-only
# The table of make waits as Markdown, from what lab/waits printed: the ktap.log
# files of all hosts and kernels, in directories HOST-VARIANT. -v arch, -v hosts,
# -v kernel, -v with: as for lab/demo.awk.
#
# A test populates three VMs: one to warm up, one alone, and one that is aged; what
# it prints for each of them before the summary comes in this order.

FNR == 1 {
	n = split(FILENAME, path, "/")
	where = path[n - 1]
	sub(/[+].*/, "", where)
	match(where, /-[a-z]*$/)
	host = substr(where, 1, RSTART - 1)
	series = substr(where, RSTART + 1) == "series"
}

/^# start / {
	split($3, name, ".")
	test = name[1]
	part = name[2]
	vm = 0
}

function key(what)
{
	return host SUBSEP test SUBSEP series SUBSEP what
}

part ~ /^[0-9]+$/ && /(Populating with|Aging passes|Mean aging pass).* : / {
	k = key(/without/ ? "alone" : /with/ ? "aged" : /passes/ ? "passes" : "pass")
	times[k, ++runs[k]] = substr($0, index($0, ": ") + 2) + 0
}

/fast hook: calls=/ {
	split($4, calls, "=")
	split($5, contended, "=")
	value[key("calls")] = calls[2]
	value[key("contended")] = contended[2]
}

part == "count" && /Aging passes.* : / {
	value[key("counted")] = substr($0, index($0, ": ") + 2) + 0
}

part == "wait" && /mmu_lock for / {
	mode = $4
	vm += mode == "write"
	if (vm == 3) {
		sub(/.*: /, "")
		value[key(mode)] = sprintf("%d of %d, %.1f ms, %.2f ms", $1, $3, $6 / 1000, $10 / 1000)
	}
}

function median(k,   n, i, j, t)
{
	n = runs[k]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && times[k, j - 1] > times[k, j]; j--) {
			t = times[k, j]
			times[k, j] = times[k, j - 1]
			times[k, j - 1] = t
		}
	return n ? times[k, int((n + 1) / 2)] : -1
}

function seconds(what,   t)
{
	t = median(key(what))
	return t < 0 ? "not measured" : sprintf("%.3f s", t)
}

function passes(   t)
{
	t = median(key("passes"))
	return t < 0 ? "not measured" : t ""
}

function known(what)
{
	return key(what) in value ? value[key(what)] : "not measured"
}

function missed(   k)
{
	if (!series)
		return "waits instead"
	if (!(key("calls") in value))
		return "not measured"
	return sprintf("%d of %d calls (%.1f per pass)", value[key("contended")],
		       value[key("calls")], value[key("contended")] / value[key("counted")])
}

function row(what,   i, cells)
{
	printf "| %-46s |", what
	for (i = 0; i < 4; i++) {
		test = i < 2 ? "fault" : "unmap"
		series = i % 2
		printf " %-32s |", what ~ /^vCPUs.*nobody/ ? seconds("alone") : \
				   what ~ /^vCPUs/ ? seconds("aged") : \
				   what ~ /^Mean/ ? seconds("pass") : \
				   what ~ /^Passes/ ? passes() : \
				   what ~ /give/ ? missed() : \
				   what ~ /Writers/ ? known("write") : known("read")
	}
	print ""
}

END {
	n = split(hosts, h, " ")
	for (i = 1; i <= n; i++) {
		host = h[i]
		printf "| %-46s | %-32s | %-32s | %-32s | %-32s |\n", arch ", host " host, kernel, \
		       "series", kernel ", unmapping", "series, unmapping"
		print "|---|---|---|---|---|"
		row("vCPUs fault memory in, nobody aging")
		row("vCPUs fault memory in, aging back to back")
		row("Mean aging pass")
		row("Passes in that time")
		row("Aging gives up: pages missed")
		row("Writers that waited, in total, at most")
		row("Readers that waited, in total, at most")
		print ""
	}
	print with
}
