# SPDX-License-Identifier: GPL-2.0-only
# The table of make run, as Markdown, from the ktap.log of the unpatched kernel
# and of the series. -v kernel, -v with: versions for the head and the foot.

BEGIN {
	column["half_hot"] = column["populate"] = 1
	column["half_hot_0x7"] = column["populate_0x7"] = 2
	column["half_hot_0xf"] = column["populate_0xf"] = 3
}

function number(line)
{
	return substr(line, index(line, ": ") + 2) + 0
}

/^# start /				{ c = column[$3] }
/# generations enabled=/ {
	n = split(substr($0, index($0, "youngest:") + 9), gens)
	pages[c] = 0
	for (i = 1; i <= n; i++)
		pages[c] += gens[i]
	young[c] = gens[n]
}
/mmu_lock, taken by aging:/ {
	for (i = 1; i <= NF; i++)
		if (split($i, kv, "=") == 2)
			lock[c, kv[1]] = kv[2]
}
/Populating without aging *:/		{ without[c] = number($0) }
/Populating with aging *:/		{ aged[c] = number($0) }
/Mean aging pass *:/			{ mean[c] = number($0) }

function row(name, c1, c2, c3)
{
	printf "| %-46s | %-24s | %-24s | %-24s |\n", name, c1, c2, c3
}

function gets_young(c)
{
	if (!(c in pages))
		return "not measured"
	return sprintf("%s (%d of %d pages)", young[c] > pages[c] / 4 ? "yes" : "no",
		       young[c], pages[c] / 2)
}

function locks(c,   n, passes)
{
	if (!((c, "passes") in lock))
		return "not measured"
	passes = lock[c, "passes"]
	if (!passes)
		return "no pass"
	n = lock[c, "write_lock"] + lock[c, "read_lock"]
	n += lock[c, "write_trylock"] + lock[c, "read_trylock"]
	return sprintf("%d (%.2f per page)", n / passes, pages[c] ? n / passes / pages[c] : 0)
}

function seconds(array, c)
{
	return c in array ? sprintf("%.3f s", array[c]) : "not measured"
}

function slower(c)
{
	return c in without ? sprintf("%+.0f %%", 100 * (aged[c] / without[c] - 1)) : "not measured"
}

END {
	row("", kernel, "series, enabled=0x7", "series, enabled=0xf")
	print "|---|---|---|---|"
	row("Aging sees the hot half of a guest", gets_young(1), gets_young(2), gets_young(3))
	row("`mmu_lock` acquisitions by one aging pass", locks(1), locks(2), locks(3))
	row("Mean aging pass while vCPUs fault memory in", seconds(mean, 1), seconds(mean, 2), seconds(mean, 3))
	row("vCPUs fault memory in, nobody aging", seconds(without, 1), seconds(without, 2), seconds(without, 3))
	row("vCPUs fault memory in, aging back to back", seconds(aged, 1), seconds(aged, 2), seconds(aged, 3))
	row("vCPUs slower by aging", slower(1), slower(2), slower(3))
	print ""
	print with
}
