# SPDX-License-Identifier: GPL-2.0-only
# Shows the KTAP of a stage one level deeper, as its subtests, and leaves a line
# "ok|not|skip NAME" for each in the file results. What a test printed is shown
# if it failed, or with V=1. A test that did not report has failed, and so has a host
# that did not end well.
#
#	plan	file that begins its lines with the names of the tests; none: the
#		stage says 1..N itself
#	same	file with names: these, and their subtests, are compared with the
#		unpatched kernel, on which they are no tests but leave
#		"stock ok|not|skip NAME"; with the series they leave
#		"series ok|not|skip NAME" as well
#	stock	results of the unpatched kernel; none: this is that kernel. Hosts
#		have all that tests need, so with the series to skip is to fail
#	console	log of the host, shown if the host ended too early

function say(line)
{
	print "  " line
	fflush()
}

function dump(   i)
{
	for (i = V ? n_said : (n_said > 40 ? n_said - 40 : 0); i < n_said; i++)
		say(said[i])
}

# what: "ok", "not" or "skip"
function report(what, name, note)
{
	if (name in is_same && !stock) {
		print "stock", what, name >results
		say("# unpatched kernel: " (what == "not" ? "not ok" : what) " " name)
		return
	}
	print what, name >results
	if (what == "not")
		dump()
	say((what == "not" ? "not ok " : "ok ") ++nr " " name \
	    (what == "skip" ? " # SKIP " note : note != "" ? " # " note : ""))
}

# Sets what and note of a test, or subtest, that must do as well as on the unpatched
# kernel.
function compare(name)
{
	print "series", what, name >results
	if (running in on_stock && on_stock[running] == "skip" && !(name in on_stock)) {
		# The test as a whole was skipped there, which is less than any verdict
		# but "not ok".
		if (what != "not")
			what = "ok"
	} else if (!(name in on_stock)) {
		what = "not"
		note = "did not run on the unpatched kernel"
	} else if (rank[what] >= rank[on_stock[name]]) {
		if (rank[what] > rank[on_stock[name]])
			note = "better than the unpatched kernel"
		else if (what != "ok")
			note = "as on the unpatched kernel: " note
		what = "ok"
	} else {
		note = "unpatched kernel: " on_stock[name] "; " note
		what = "not"
	}
}

function parse(line)
{
	what = line ~ /^ *not ok/ ? "not" : line ~ /# SKIP/ ? "skip" : "ok"
	sub(/^ *(not )?ok [0-9]+ *(- )?/, "", line)
	note = ""
	if (match(line, / *# *(SKIP *)?/)) {
		note = substr(line, RSTART + RLENGTH)
		line = RSTART > 1 ? substr(line, 1, RSTART - 1) : note
	}
	name = line
	if (what == "skip" && stock && !(name in is_same) && !(running in is_same)) {
		what = "not"
		note = "must not skip: " note
	}
}

BEGIN {
	rank["not"] = 0; rank["skip"] = 1; rank["ok"] = 2
	printf "" >results
	while (same && (getline line <same) > 0)
		is_same[line] = 1
	while (stock && (getline line <stock) > 0) {
		if (split(line, w) >= 3 && w[1] == "stock") {
			sub(/^stock [a-z]+ /, "", line)
			on_stock[line] = w[2]
		}
	}
	while (plan && (getline line <plan) > 0) {
		sub(/[ \t].*/, "", line)
		wanted[++n_wanted] = line
		n_tests += stock || !(line in is_same)
	}
	say("KTAP version 1")
	if (plan)
		say("1.." n_tests)
}

/^KTAP version/ { next }

/^1\.\./ {
	n_planned = substr($0, 4) + 0
	if (!plan)
		say($0)
	next
}

/^# start / {
	n_said = 0
	n_nested = 0
	nested_failed = 0
	running = $3
	say($0)
	next
}

/^  (not )?ok / {
	parse($0)
	n_nested++
	if (running in is_same && !stock) {
		print "stock", what, running ": " name >results
		say("  # unpatched kernel: " (what == "not" ? "not ok" : what) " " name)
		next
	}
	if (running in is_same) {
		compare(running ": " name)
		$0 = "  " (what == "not" ? "not ok " : "ok ") n_nested " " name (note != "" ? " # " note : "")
	}
	nested_failed += what == "not"
	print what, running ": " name >results
	if (what == "not")
		dump()
	say(what == "not" && /# SKIP/ ? "  not ok " n_nested " " name " # " note : $0)
	next
}

/^  KTAP version|^  1\.\./ {
	say($0)
	next
}

/^(not )?ok / {
	parse($0)
	seen[name] = 1
	running = ""
	if (name in is_same && stock)
		compare(name)
	# Subtests count, and the test they are of only if it failed otherwise.
	if (n_nested && !(what == "not" && !nested_failed) && (stock || !(name in is_same)))
		say((what == "not" ? "not ok " : "ok ") ++nr " " name)
	else
		report(what, name, note)
	n_said = 0
	next
}

{
	said[n_said++] = $0
	if (V)
		say($0)
}

END {
	if (!plan && nr < n_planned)
		report("not", "the rest", "reported " nr " of " n_planned " tests")
	for (i = 1; i <= n_wanted; i++) {
		if (wanted[i] in seen)
			continue
		while (console && (getline line <console) > 0)
			said[n_said++] = "# console: " line
		console = ""
		note = "was not reached"
		if (wanted[i] == running)
			note = "the host ended while it ran"
		# Nobody can do as badly as a kernel that was not asked.
		delete is_same[wanted[i]]
		report("not", wanted[i], note)
		n_said = 0
	}
}
