# SPDX-License-Identifier: GPL-2.0-only
# The lab of the series in patches/. Everything it makes is under build/.

# Variables are for the command line, which goes before what is here. What the
# environment has of these names is for something else.
ARCH	:=
VARIANT	:= series
DEBUG	:=
HOST	:=
KSRC	:=
UPTO	:=
PEER	:=
TESTS	:=
PART	:=
V	:=
JOBS	:=

ARCHES	:= $(shell awk '/^[a-z]/ && $$4 != "-" { print $$1 }' lab/arch)
TESTED	:= $(or $(ARCH),$(shell awk '$$3 == "boots" { print $$1 }' lab/arch))
override ARCH := $(or $(ARCH),$(firstword $(ARCHES)))

ifeq ($(filter $(ARCH),$(ARCHES)),)
$(error ARCH=$(ARCH) is not supported yet, use one of: $(ARCHES))
endif

ifneq ($(UPTO),)
ifneq ($(filter-out tree kernel selftests shell,$(or $(MAKECMDGOALS),help)),)
$(error UPTO is for make tree, kernel, selftests and shell)
endif
endif

export KSRC UPTO PEER TESTS V JOBS

.NOTPARALLEL:
.PHONY: help run waits bench check check-full mutants kernel selftests shell tree export readme clean need

help:	## this text
	@echo 'make COMMAND [ARCH=...] [V=1: show all output of tests]'
	@echo 'ARCH: $(ARCHES); default: $(ARCH), for check: $(TESTED)'
	@sed -n 's/^\([a-z-]*\):[^#]*## /  \1\t/p' Makefile | expand -t 12

run:	need tree	## the main job: unpatched kernel and series side by side, in one table
	@lab/run demo $(ARCH)

waits:	need tree	## who waits for mmu_lock, in one table; takes 20 minutes
	@lab/run waits $(ARCH)

bench:	need tree	## what aging costs and buys; takes half an hour; PEER=DIR: beside that kernel; TESTS=cost: a part
	@lab/run bench $(ARCH)

check:	need	## all tests; the last line is "N passed, N failed, N skipped"
	@lab/check $(TESTED)

check-full: need tree	## what takes hours: debug kernels, all selftests; PART=REGEX: a part of lab/full, as PART-HOST
	@lab/check-full "$(PART)"

mutants: need tree	## whether wrong patches are noticed; PART=REGEX: some of patches/mutants/
	@lab/mutants "$(PART)"

kernel:	need tree	## build/ARCH/*Image; VARIANT=base: the unpatched one; DEBUG=1: that with lock debugging, KASAN...
	@lab/kernel $(ARCH) $(VARIANT)$(if $(DEBUG),+debug)

selftests: need tree	## KVM selftests, static, in build/ARCH/selftests
	@lab/selftests $(ARCH)

shell:	kernel selftests	## HOST=... of lab/hosts (the first of ARCH) with a shell on the serial console
	@lab/boot $(ARCH) "$(HOST)" $(VARIANT)$(if $(DEBUG),+debug)

tree:	need	## build/linux: a kernel tree with the series; UPTO=PART: up to a part; KSRC=DIR: from that 6.12 tree
	@lab/tree

export:	need	## write the commits of build/linux back to patches/
	@lab/export

readme:	## put the tables of the last make run, waits and bench for each ARCH into the texts
	@lab/readme $(TESTED)

clean:	## remove build/
	@lab/clean

need:
	@lab/need
