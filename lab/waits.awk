# SPDX-License-Identifier: GPL-2.0-only
# The table of make waits as Markdown, from what lab/waits printed: the ktap.log
# files of all hosts and kernels, in directories HOST-VARIANT. -v arch, -v hosts,
# -v kernel, -v with: as for lab/demo.awk.

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
	split($5, missed_calls, "=")
	value[key("calls")] = calls[2]
	value[key("missed")] = missed_calls[2]
}

part == "count" && /Aging passes.* : / {
	value[key("counted")] = substr($0, index($0, ": ") + 2) + 0
}

part == "wait" && /With aging, mmu_lock for / {
	waits[host] = 1
	k = key(/for write:/ ? "write" : "read")
	sub(/.*: /, "")
	value[k] = sprintf("%d of %d, %.1f ms, %.2f ms", $1, $3, $6 / 1000, $10 / 1000)
}

part == "1" && /With aging, dropped / {
	split($0, w, ": ")
	value[key("dropped")] = w[2] + 0
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

# How much longer vCPUs take for each pass in that time.
function cost(   p)
{
	p = median(key("passes"))
	return p > 0 ? sprintf("%.1f ms", 1000 * (median(key("aged")) - median(key("alone"))) / p) :
		       "not measured"
}

function known(what)
{
	if (what == "dropped" && test == "fault")
		return "none"
	return key(what) in value ? value[key(what)] : "not measured"
}

function missed(   k)
{
	if (!series)
		return "waits instead"
	if (!(key("calls") in value))
		return "not measured"
	return sprintf("%.1f of %.1f per pass", value[key("missed")] / value[key("counted")],
		       value[key("calls")] / value[key("counted")])
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
				   what ~ /^Delay/ ? cost() : \
				   what ~ /miss/ ? missed() : \
				   what ~ /unmapped/ ? known("dropped") : \
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
		row("Delay of the vCPUs by each of them")
		row("Times 64 KiB were unmapped")
		row("Questions of aging that miss something")
		if (waits[host]) {
			row("Writers that waited, in total, at most")
			row("Readers that waited, in total, at most")
		}
		print ""
	}
	print with
}
