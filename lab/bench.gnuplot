# SPDX-License-Identifier: GPL-2.0-only
# The plots of make bench, from what lab/bench.awk leaves in DIR, as SVG and PNG.
# plots: how the cost of a page grows, from size.tsv, slots.tsv and vcpus.tsv: x,
# then stock and series for 100 %, 25 % and 0 % of the pages touched. buys: what
# aging and a reclaim cost and take, from buys.tsv, a line for each kernel.
set datafile separator "\t"
set grid
set yrange [0:*]

grows = "set key outside below; set style data linespoints; set logscale x 2; \
set multiplot layout 1,3 title sprintf('%s: instructions per 4 KiB page, guest minus process', arch); \
do for [f in 'size slots vcpus'] { \
	set xlabel f eq 'size' ? 'MiB of memory' : f eq 'slots' ? 'memslots' : 'vCPUs'; \
	plot for [i=0:2] sprintf('%s/%s.tsv', dir, f) using 1:2+2*i title sprintf('stock, %s %% touched', word('100 25 0', i + 1)) lc i + 1 dt 2, \
	     for [i=0:2] sprintf('%s/%s.tsv', dir, f) using 1:3+2*i title sprintf('series, %s %%', word('100 25 0', i + 1)) lc i + 1 \
}; unset multiplot"

bars = "unset logscale; set xlabel ' '; set style data histograms; set style fill solid 0.7 border -1; set boxwidth 0.8; \
f = dir.'/buys.tsv'; \
set multiplot layout 1,3 title sprintf('%s: a guest that uses a quarter of its memory, a busy process, a third is reclaimed', arch); \
unset key; \
set title 'an aging pass: instructions per guest page'; plot f using 2:xtic(1) lc 1; \
set title 'a reclaim: pages it looks at'; plot f using 3:xtic(1) lc 1; \
set key outside below; set style histogram rowstacked; \
set title 'a reclaim: pages it takes'; \
plot f using 4:xtic(1) title 'guest, cold' lc 3, f using 5 title 'guest, used' lc 7, f using 6 title 'process, used' lc 4; \
unset multiplot"

set terminal svg noenhanced size 1200,480
set output dir."/plots.svg"
eval grows
set output dir."/buys.svg"
eval bars
set terminal pngcairo noenhanced size 1200,480
set output dir."/plots.png"
eval grows
set output dir."/buys.png"
eval bars
