# SPDX-License-Identifier: GPL-2.0-only
# What make tree and make export know about build/linux and patches/.

# git without the user's settings, for what ends up in files.
plain_git()
{
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C $linux "$@"
}

in_progress()
{
	[[ -d $linux/.git/rebase-apply || -d $linux/.git/rebase-merge ]]
}

# Debian's .gitignore hides new files from git status, so look for sources.
clean_tree()
{
	[[ -z $(git -C $linux status --porcelain | head -n 1) &&
	   -z $(git -C $linux ls-files -o -- mm virt arch include tools Documentation |
		grep -E '\.([chS]|rst)$|Kconfig') ]]
}

patch_files()
{
	sed '/^#/d' $series/series
}

patches_sum()
{
	(cd $series && cat series cover $(sed /^#/d series) | sha256sum | cut -d" " -f1)
}

# write_patches DIR: the series of build/linux as files in DIR. The same
# commits give the same bytes, whoever runs it and whenever.
write_patches()
{
	local dir=$PWD/$1 n first

	rm -rf "$dir"
	mkdir -p "$dir"
	cp $series/cover "$dir"
	git -C $linux log -1 --format=%s base | sed 's/^Linux //' >"$dir/tested"

	plain_git format-patch -q -o "$dir" --zero-commit --no-signature \
		--abbrev=12 --numbered --subject-prefix=PATCH base..series
	(cd "$dir" && find . -name '*.patch' -printf '%P\n' | sort >series)

	n=$(wc -l <"$dir/series")
	((n)) || return 0
	read -r first <"$dir/cover"
	{
		echo "From $(printf %040d 0) Mon Sep 17 00:00:00 2001"
		plain_git log -1 --format='From: %an <%ae>' series
		printf 'Subject: [PATCH %0*d/%d] %s\n' ${#n} 0 "$n" "$first"
		tail -n +2 "$dir/cover"
		echo
		plain_git shortlog -w72,2,4 base..series
		plain_git diff --stat=72 --summary base series
	} >"$dir/0000-cover-letter.patch"
}
