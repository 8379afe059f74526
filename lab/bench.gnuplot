# SPDX-License-Identifier: GPL-2.0-only
# The plots of make bench, from size.tsv, slots.tsv and vcpus.tsv in DIR, which
# lab/bench.awk makes: x, then stock and series for 100 %, 25 % and 0 % of the pages
# touched. Leaves plots.svg and plots.png there.
set datafile separator "\t"
set key outside below
set grid
set yrange [0:*]
set logscale x 2
set style data linespoints
draw = "set multiplot layout 1,3 title sprintf('%s: instructions per 4 KiB page, guest minus process', arch); \
do for [f in 'size slots vcpus'] { \
	set xlabel f eq 'size' ? 'MiB of memory' : f eq 'slots' ? 'memslots' : 'vCPUs'; \
	plot for [i=0:2] sprintf('%s/%s.tsv', dir, f) using 1:2+2*i title sprintf('stock, %s %% touched', word('100 25 0', i + 1)) lc i + 1 dt 2, \
	     for [i=0:2] sprintf('%s/%s.tsv', dir, f) using 1:3+2*i title sprintf('series, %s %%', word('100 25 0', i + 1)) lc i + 1 \
}; unset multiplot"
set terminal svg noenhanced size 1200,480
set output dir."/plots.svg"
eval draw
set terminal pngcairo noenhanced size 1200,480
set output dir."/plots.png"
eval draw
