# SPDX-License-Identifier: GPL-2.0-only
# The report of make check-full, in Markdown: of lab/hosts, lab/full, lab/tests, which
# give the order, the patches of mutants, and results as of lab/check-full. tree: names the
# series as it is now; versions: of what was tested.

function which(name) { sub(/.*\//, "", name); sub(/[.]patch$/, "", name); return name }

FILENAME ~ /\.patch$/ {
	if (FNR == 1) {
		sub(/[.]$/, "")
		mutants[++nr_mutants] = which(FILENAME)
		does[which(FILENAME)] = $0
	}
	next
}

FILENAME ~ /\.tsv$/ {
	split($0, f, "\t")
	part = f[1]; host = f[2]; test = f[5]
	ran[part, host] = f[3] ", " f[4]
	passed[part, host] += f[6]
	failed[part, host] += f[7]
	skipped[part, host] += f[8]
	if (f[7])
		failing[part, host] = failing[part, host] (failing[part, host] ? ", " : "") test
	if (!((part, test) in known)) {
		known[part, test]
		tests[part, ++nr_tests[part]] = test
	}
	if (f[7])
		text = "**FAIL** " f[7] " of " f[6] + f[7] + f[8]
	else if (f[8])
		text = "skip" (f[6] ? ", " f[6] " ok" : "")
	else if (f[6])
		text = "ok" (f[6] > 1 ? " " f[6] : "")
	else
		text = f[9]
	cell[part, test, host] = text
	note[part, host, test] = f[9]
	named[part, host] = test
	result[part, host] = f[9]
	next
}

/^#/ || !NF || $1 == "*" { next }
FILENAME ~ /hosts$/ { hosts[++nr_hosts] = $1 }
FILENAME ~ /full$/ { gsub(/=[^,]*/, "", $2); parts[++nr_parts] = $1; where[$1] = "," $2 "," }
FILENAME ~ /tests$/ && !($1 in order) { order[$1] = ++nr_ordered; ordered[nr_ordered] = $1 }

function matrix(part,   i, j, n, used, line, rule) {
	n = 0
	for (i = 1; i <= nr_hosts; i++)
		if ((part, hosts[i]) in ran)
			used[++n] = hosts[i]
	if (!n)
		return
	line = rule = ""
	for (i = 1; i <= n; i++) {
		line = line " " used[i] " |"
		rule = rule "---|"
	}
	print "\n### " part ", test by host\n\n| test |" line "\n|---|" rule
	# In the order of lab/tests, then what is not there.
	for (j = 1; j <= nr_ordered; j++)
		if ((part, ordered[j]) in known)
			row(part, ordered[j], used, n)
	for (j = 1; j <= nr_tests[part]; j++)
		if (!(tests[part, j] in order))
			row(part, tests[part, j], used, n)
}

function row(part, test, used, n,   i, line) {
	for (i = 1; i <= n; i++)
		line = line " " cell[part, test, used[i]] " |"
	print "| " test " |" line
}

# Selftests by how they did on both kernels, and subtests that did better or failed.
function compared(host,   i, j, n, k, w, kind, names, count, kinds) {
	n = split("both ok;both not;both skip;unpatched;failed;better", kinds, ";")
	for (i = 1; i <= nr_tests["selftests"]; i++) {
		test = tests["selftests", i]
		k = split(note["selftests", host, test], w, "; ")
		for (j = 1; j <= k; j++) {
			kind = w[j]
			sub(/^failed .*/, "failed", kind)
			sub(/^better .*/, "better", kind)
			sub(/^unpatched .*/, "unpatched", kind)
			names[kind] = names[kind] (count[kind]++ ? ", " : "") test
			if (kind == "unpatched")
				names[kind] = names[kind] " (" w[j] ")"
			if (kind ~ /failed|better/)
				names[kind] = names[kind] " (" substr(w[j], 8) ")"
		}
	}
	print "\n### selftests on " host ", unpatched and series\n"
	phrase["both ok"] = "pass on both"; phrase["both not"] = "fail on both"
	phrase["both skip"] = "are skipped on both"; phrase["unpatched"] = "differ"
	phrase["failed"] = "subtests did worse"; phrase["better"] = "subtests did better"
	for (i = 1; i <= n; i++)
		print "- " count[kinds[i]] + 0 " " phrase[kinds[i]] (count[kinds[i]] ? ": " names[kinds[i]] : "")
	print "\n" passed["selftests", host] " tests and subtests are as on the unpatched kernel or better."
}

END {
	print "The series is named by the tree that it ends with, now " tree ". " versions "\n"
	print "| part | host | passed | failed | skipped | which failed | when, with which series |"
	print "|---|---|--:|--:|--:|---|---|"
	for (i = 1; i <= nr_parts; i++) {
		part = parts[i]
		for (j = 1; j <= nr_hosts; j++) {
			host = hosts[j]
			if (!index(where[part], "," host ","))
				continue
			if (!((part, host) in ran)) {
				print "| " part " | " host " | | | | | not run |"
				continue
			}
			print "| " part " | " host " | " passed[part, host] " | " failed[part, host] " | " \
			      skipped[part, host] " | " failing[part, host] " | " ran[part, host] " |"
		}
	}
	caught = survived = 0
	for (i = 1; i <= nr_mutants; i++)
		result["mutants", mutants[i]] == "caught" ? caught++ : survived++
	print "| mutants | see below | " caught " | " survived " | 0 | | |"

	matrix("check")
	matrix("debug")
	matrix("kcsan")
	matrix("rt")
	matrix("protected")
	for (i = 1; i <= nr_hosts; i++)
		if (("selftests", hosts[i]) in ran)
			compared(hosts[i])
	matrix("parts")
	matrix("patches")

	print "\n### mutants\n\n| mutant | what it does | host, test | | when, with which series |"
	print "|---|---|---|---|---|"
	for (i = 1; i <= nr_mutants; i++) {
		m = mutants[i]
		print "| " m " | " does[m] " | " named["mutants", m] " | " \
		      (("mutants", m) in ran ? result["mutants", m] : "not run") " | " ran["mutants", m] " |"
	}
}
