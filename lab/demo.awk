# SPDX-License-Identifier: GPL-2.0-only
# The table of make run as Markdown, from what lab/demo printed: the ktap.log of
# the unpatched kernel, then that of the series. -v arch, -v hosts, -v kernel,
# -v with: what stands over the names of the rows, over the first column, and below
# the table.

BEGIN { POPULATE = "^populate(_0x[7f])?[.]" }

FNR == 1 { series = NR > 1 }
/^# start / { test = $3 }

function column(setting)
{
	return !series ? 1 : setting ~ /0x0*[0-7]([^0-9a-f]|$)/ ? 2 : 3
}

# In the two youngest generations is what a pass found young and what was
# allocated since.
/# generations enabled=/ {
	c = column($3)
	n = split(substr($0, index($0, "youngest:") + 9), gens)
	for (i = 1; i <= n; i++)
		pages[c] += gens[i]
	young[c] = gens[n - 1] + gens[n]
}

/mmu_lock, taken by aging:/ {
	c = column(test)
	for (i = 1; i <= NF; i++)
		if (split($i, kv, "=") == 2 && kv[1] != "vms") {
			count[c, kv[1] == "passes" ? "passes" : "locks"] += kv[2]
			tried[c] += kv[1] == "read_trylock" ? kv[2] : 0
		}
}

test ~ POPULATE && /(Populating|Aging passes|Mean aging pass).* : / {
	c = column(test)
	what = /without/ ? "alone" : /with/ ? "aged" : /passes/ ? "passes" : "pass"
	times[c, what, ++runs[c, what]] = substr($0, index($0, ": ") + 2) + 0
}

function median(c, what,   n, i, j, t)
{
	n = runs[c, what]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && times[c, what, j - 1] > times[c, what, j]; j--) {
			t = times[c, what, j]
			times[c, what, j] = times[c, what, j - 1]
			times[c, what, j - 1] = t
		}
	return times[c, what, int((n + 1) / 2)]
}

function seconds(c, what)
{
	return (c, what) in runs ? sprintf("%.3f s", median(c, what)) : "not measured"
}

function slower(c)
{
	if (!((c, "aged") in runs))
		return "not measured"
	return sprintf("%+.0f %% (%+.1f ms per pass)",
		       100 * (median(c, "aged") / median(c, "alone") - 1),
		       1000 * (median(c, "aged") - median(c, "alone")) / median(c, "passes"))
}

function passes(c)
{
	return (c, "passes") in runs ? median(c, "passes") "" : "not measured"
}

function ages(c)
{
	if (!(c in pages))
		return "not measured"
	return sprintf("%s: %d of %d pages", young[c] > pages[c] / 4 ? "yes" : "no",
		       young[c], pages[c])
}

function locks(c)
{
	if (!((c, "passes") in count) || !count[c, "passes"])
		return "not measured"
	return sprintf("%.0f%s (%.2f per page)", count[c, "locks"] / count[c, "passes"],
		       tried[c] && tried[c] == count[c, "locks"] ? " tried" : "",
		       count[c, "locks"] / count[c, "passes"] / pages[c])
}

function row(name, c1, c2, c3)
{
	printf "| %-48s | %-24s | %-24s | %-24s |\n", name, c1, c2, c3
}

END {
	row(arch ", host " hosts, kernel, "series, bit 0x8 off", "series, bit 0x8 on")
	print "|---|---|---|---|"
	row("Half of a guest is touched: aging finds it young", ages(1), ages(2), ages(3))
	row("`mmu_lock` acquisitions by one aging pass", locks(1), locks(2), locks(3))
	row("One aging pass while vCPUs fault memory in", seconds(1, "pass"), seconds(2, "pass"), seconds(3, "pass"))
	row("vCPUs fault memory in, nobody aging", seconds(1, "alone"), seconds(2, "alone"), seconds(3, "alone"))
	row("The same with aging back to back", seconds(1, "aged"), seconds(2, "aged"), seconds(3, "aged"))
	row("Passes in that time", passes(1), passes(2), passes(3))
	row("vCPUs slower by that", slower(1), slower(2), slower(3))
	print ""
	print with
}
