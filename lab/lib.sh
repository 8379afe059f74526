# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the lab's scripts, which run from the top of the repository.
set -euo pipefail

# The make that started a script must not reach the kernel's: neither its
# variables (ARCH, V, KSRC) nor its job server.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL
export LC_ALL=C.UTF-8 TZ=UTC
# The programs of lab/packages, not others that have their names.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH

jobs=${JOBS:-$(nproc)}
linux=build/linux
series=patches/6.12
results=build/full/results.tsv

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# use_arch ARCH: the line of lab/arch as variables, and where programs of Debian
# for it are.
use_arch()
{
	read -r arch karch _ image mode_4k cross < <(grep "^$1[[:space:]]" lab/arch) ||
		die "lab/arch has no architecture $1"
	debian=${cross:+build/debian-$arch}
	tools=(CROSS_COMPILE=$cross "CC=$PWD/lab/cc ${cross}gcc")
	[[ $cross != LLVM=* ]] || tools=($cross "CC=$PWD/lab/cc clang${cross#LLVM=}")
}

# use_variant VARIANT: its parts, and the directory of that kernel of the
# architecture in use.
use_variant()
{
	variant=$1
	flavour=${variant#"${variant%%+*}"}
	case ${variant%%+*} in
	series) dir=build/$arch$flavour ;;
	base) dir=build/$arch-base$flavour ;;
	peer | mutant) dir=build/$arch-${variant%%+*}$flavour ;;
	*) die "VARIANT=$variant: use series, base (the unpatched kernel) or peer (that of PEER=DIR), or any with +NAME for lab/config/NAME.config" ;;
	esac
	[[ -z $flavour || -e lab/config/${flavour#+}.config ]] ||
		die "VARIANT=$variant: there is no lab/config/${flavour#+}.config"
}

# hosts_of ARCH: their names, in the order of lab/hosts.
hosts_of()
{
	awk -v arch="$1" '/^[a-z]/ && $2 == arch { print $1 }' lab/hosts
}

# versions ARCH: of what its hosts are built with and run in.
versions()
{
	local qemu

	use_arch "$1"
	qemu=$(awk -v a="$1" '$1 == "*" && $2 == a { print $4 }' lab/hosts)
	echo "$(git -C $linux log -1 --format=%s base); series of $(git -C $linux rev-list --count base..series) patches; $($qemu --version | head -n 1); $(${cross}gcc --version | head -n 1)."
}

# series_tree: what names the series in results.
series_tree()
{
	git -C $linux rev-parse --short=12 'series^{tree}'
}

# keep PART HOST: replaces what $results has of them with the lines of stdin. For the
# columns see lab/check-full. Parts may run side by side.
keep()
{
	mkdir -p "${results%/*}"
	(
		flock 9
		[[ -s $results ]] || cp Documentation/results/full.tsv $results
		awk -F '\t' -v p="$1" -v h="$2" '!($1 == p && $2 == h)' $results >$results.new
		sed "s|^|$1\t$2\t$(date +%F)\t$(series_tree)\t|" >>$results.new
		mv $results.new $results
	) 9>$results.lock
}

# use_alone WHAT: until this script ends, or the subshell that it is called in.
use_alone()
{
	local fd

	mkdir -p build/log
	exec {fd}>"build/log/${1//[\/ ]/_}.lock"
	flock -n "$fd" && return
	echo "  waiting for another command that uses $1"
	flock "$fd"
}

# worktree DIR COMMIT: makes it of $linux, unless it is there as a whole.
worktree()
(
	use_alone "the making of $1"
	[[ ! -e $1/.git || ! -e $(git -C "$1" rev-parse --git-path index) ]] || exit 0
	rm -rf "$1"
	git -C $linux worktree prune
	logged "making $1" "build/log/${1##*/}" git -C $linux worktree add -f --detach "../${1##*/}" "$2"
)

# logged WHAT LOG COMMAND...: the output goes to LOG, a line of progress every
# ten seconds to stdout, and the end of the log to stderr if COMMAND fails.
logged()
{
	local what=$1 log=$2 ticker rc=0

	shift 2
	mkdir -p "$(dirname "$log")"
	: >"$log"
	echo "  $what (log: $log)"
	ticks "$what" "$log" &
	ticker=$!
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	kill "$ticker"
	wait "$ticker" 2>/dev/null || true
	((rc == 0)) && return
	tail -n 30 "$log" | cut -c 1-300 >&2
	die "$what failed (exit $rc); the whole log is $log"
}

ticks()
{
	local fd

	# A read that times out instead of sleep(1): nothing stays behind that
	# holds the caller's stdout open.
	exec {fd}<> <(:)
	while kill -0 $$ 2>/dev/null; do
		read -r -t 10 -u "$fd" || true
		echo "    $1: $(tail -c 200 "$2" | tr '\r' '\n' | tail -n 1 | grep -o '.\{,70\}$')"
	done
}
