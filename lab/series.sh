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

# A line of $series/parts is the folder of a part and the subject of its first patch.
parts()
{
	sed '/^#/d; s/[[:space:]].*//' $series/parts
}

first_subject()
{
	sed -n "s|^$1[[:space:]]\+||p" $series/parts
}

# patch_files [UPTO]: those of the series, or of its parts up to that one.
patch_files()
{
	awk -v upto="${1:-}" '
		/^#/ { next }
		{ part = $0; sub("/?[^/]*$", "", part) }
		upto != "" && was == upto && part != was { exit }
		{ print; was = part }' $series/series
}

patches_sum()
{
	local covers

	covers=$(parts | sed 's|$|/cover|')
	(cd $series && cat parts series $covers $(sed /^#/d series) | sha256sum | cut -d" " -f1)
}

# part_commits: for each part its folder, the commit before it and its last one, as
# $series/parts says. Whatever is not as it says is an error.
part_commits()
{
	local p subject first last= before=base was=
	local -A commits

	[[ -s $series/parts ]] || die "there is no $series/parts, which says where parts begin"
	while IFS=$'\t' read -r first subject; do
		[[ -z ${commits[$subject]:-} ]] || die "branch series has two patches '$subject'"
		commits[$subject]=$first
		last=$first
	done < <(git -C $linux log --reverse --format=%H%x09%s base..series)
	[[ $last ]] || die "branch series of $linux has no patches"

	for p in $(parts); do
		subject=$(first_subject "$p")
		first=${commits[$subject]:-}
		[[ $first ]] ||
			die "branch series has no patch '$subject', with which $series/parts lets $p begin." \
			    "Correct $series/parts, or, after make tree UPTO=..., get the rest: make tree"
		[[ -s $series/$p/cover ]] || die "$series/$p/cover, the text of its cover letter, is missing"
		if [[ $was ]]; then
			before=$(git -C $linux rev-parse "$first^")
			[[ $(git -C $linux rev-list --count "$was..$before") != 0 ]] ||
				die "$p does not begin after the part before it, see $series/parts"
			echo "$before"
		fi
		[[ $was || $(git -C $linux rev-parse "$first^") == "$(git -C $linux rev-parse base^0)" ]] ||
			die "the series does not begin with '$subject', with which $series/parts lets $p begin"
		echo -n "$p $before "
		was=$before
	done
	echo "$last"
}

# write_patches DIR: the series of build/linux as files in DIR. The same
# commits give the same bytes, whoever runs it and whenever.
write_patches()
{
	local dir=$PWD/$1 n first part from to commits

	rm -rf "$dir"
	commits=$(part_commits) || exit
	mkdir -p "$dir"
	cp $series/parts "$dir"
	git -C $linux log -1 --format=%s base | sed 's/^Linux //' >"$dir/tested"

	while read -r part from to; do
		mkdir -p "$dir/$part"
		cp "$series/$part/cover" "$dir/$part"
		plain_git format-patch -q -o "$dir/$part" --zero-commit --no-signature \
			--filename-max-length=200 --abbrev=12 --numbered --subject-prefix=PATCH "$from..$to"
		(cd "$dir" && ls -d "$part"/*.patch) | sed 's|^[.]/||' >>"$dir/series"

		n=$(git -C $linux rev-list --count "$from..$to")
		read -r first <"$dir/$part/cover"
		{
			echo "From $(printf %040d 0) Mon Sep 17 00:00:00 2001"
			plain_git log -1 --format='From: %an <%ae>' "$to"
			printf 'Subject: [PATCH %0*d/%d] %s\n' ${#n} 0 "$n" "$first"
			tail -n +2 "$dir/$part/cover"
			echo
			plain_git shortlog -w72,2,4 "$from..$to"
			plain_git diff --stat=72 --summary "$from" "$to"
		} >"$dir/$part/0000-cover-letter.patch"
	done <<<"$commits"
}
