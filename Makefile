# SPDX-License-Identifier: GPL-2.0-only
# The lab of the series in patches/. Everything it makes is under build/.

ARCH	?= x86_64
VARIANT	?= series
HOST	?= npt
KSRC	?=

ARCHES	:= $(basename $(notdir $(filter-out $(addprefix lab/config/, \
	   base.config kvm.config mm.config trace.config),$(wildcard lab/config/*.config))))

ifeq ($(filter $(ARCH),$(ARCHES)),)
$(error ARCH=$(ARCH) is not supported yet, use one of: $(ARCHES))
endif
ifeq ($(filter $(VARIANT),series base),)
$(error VARIANT=$(VARIANT): use series (the default) or base (the unpatched kernel))
endif

export KSRC V JOBS

.NOTPARALLEL:
.PHONY: help run check kernel selftests shell tree export readme clean need

help:	## this text
	@echo 'make COMMAND [ARCH=x86_64] [V=1: show all output of tests]'
	@sed -n 's/^\([a-z]*\):[^#]*## /  \1\t/p' Makefile | expand -t 12

run:	need tree	## the main job: unpatched kernel and series side by side, in one table
	@lab/run $(ARCH)

check:	need	## all tests; the last line is "N passed, N failed, N skipped"
	@lab/check $(ARCH)

kernel:	need tree	## build/ARCH/bzImage; VARIANT=base: the unpatched one, build/ARCH-base/bzImage
	@lab/kernel $(ARCH) $(VARIANT)

selftests: need tree	## KVM selftests, static, in build/ARCH/selftests
	@lab/selftests $(ARCH)

shell:	kernel selftests	## HOST=npt of lab/hosts with a shell on the serial console
	@lab/boot $(ARCH) $(HOST) $(VARIANT)

tree:	need	## build/linux: a kernel tree with the series; KSRC=DIR: from that 6.12 tree
	@lab/tree

export:	need	## write the commits of build/linux back to patches/
	@lab/export

readme:	## put the table of the last make run into README.md
	@lab/readme

clean:	## remove build/
	@lab/clean

need:
	@lab/need
