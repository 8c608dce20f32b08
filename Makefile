# SPDX-License-Identifier: Apache-2.0
# The commands of this repository; each is a preset of CMakePresets.json or a script of scripts/.
#
#   make          the release build, build/release/bin/corten      make demo        build it and watch a container run
#   make test     unit tests and source checks, without root       make check       all tests; needs root
#   make lint     formatting, layers, shellcheck, clang-tidy       make format      clang-format in place
#   make dev      debug build, warnings are errors                 make asan-check  all tests under sanitizers; root
#   make tsan-check  libcorten's tests under ThreadSanitizer; root
#   make bench    times beside crun and runc, CGROUP=v1 or v2; root                make scaling  and how they grow
#   make check-vm some of them in virtual machines with systemd; root    make check-matrix  in those of five Debian releases
#   make check-arm64  unit tests and some files in virtual machines of that architecture, cross-built; root
#   make check-engines with Podman, containerd, Docker and Buildah, SUITE=trixie with those of that Debian; root
#   make engines-doc  docs/engines.md from that           make platforms-doc   docs/platforms.md from check-matrix
#   make coverage HTML report in build/coverage/report             make fuzz        each fuzz target for FUZZ_SECONDS
#   make install-engines  what engines need to know of Corten (docs/)           make install-runc, install-crun  links of these names
#   make model    every order of the protocol's messages, deaths and failures, by spin; minutes, and gigabytes
#   make cross ARCH=arm64  or ppc64el, riscv64, s390x: build/cross/ARCH/bin/corten; root        make shared  with shared libraries
#   make install  DESTDIR= PREFIX=/usr/local                       make uninstall   make man   make clean
#   make install-library  libcorten with its headers, beside it
#   make shim     containerd's shim, which install-engines installs where it has been built
PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc
FUZZ_SECONDS ?= 60
CGROUP ?= v1
MAN_DIR = $(DESTDIR)$(PREFIX)/share/man/man8
SHELL_DIR = $(DESTDIR)$(PREFIX)/share
SHARE_DIR = $(DESTDIR)$(PREFIX)/share/corten
PODMAN_CONF = $(DESTDIR)$(SYSCONFDIR)/containers/containers.conf.d/corten.conf
CRIO_CONF = $(DESTDIR)$(SYSCONFDIR)/crio/crio.conf.d/50-corten.conf
SHIM = containerd-shim-corten-v1

.PHONY: all need-cmake release shim cross dev shared asan clang tidy coverage fuzz demo test check bench scaling check-vm check-matrix check-engines
.PHONY: check-arm64 engines-doc platforms-doc lint format model
.PHONY: asan-check tsan-check man completions install install-library install-engines install-runc install-crun uninstall clean
.DEFAULT_GOAL := all

all: release

# The program alone, so that it can be built without Catch2; scripts/test switches the unit tests on.
release: need-cmake
	cmake --preset $@ $(if $(wildcard build/$@/CMakeCache.txt),,-DCORTEN_TESTS=OFF)
	cmake --build --preset $@ --target corten corten-tools-program

shim: need-cmake
	cmake --preset release $(if $(wildcard build/release/CMakeCache.txt),,-DCORTEN_TESTS=OFF)
	cmake --build --preset release --target $(SHIM)

dev shared asan clang tidy: need-cmake
	cmake --preset $@
	cmake --build --preset $@

cross:
	@scripts/cross $(ARCH)

need-cmake:
	@command -v cmake >/dev/null || { echo "cmake is missing: scripts/setup build" >&2; exit 1; }

demo:
	@scripts/demo

test:
	@scripts/test unit

check:
	@scripts/test

# Side by side with crun and runc where they are installed; results as JSON and a picture.
bench: release
	tests/bench/compare.py --cgroup $(CGROUP) --json build/bench-$(CGROUP).json corten=build/release/bin/corten \
	  $(foreach peer,crun runc,$(if $(shell command -v $(peer)),$(peer)=$(shell command -v $(peer))))
	tests/bench/chart.py build/bench-$(CGROUP).json >build/bench-$(CGROUP).svg

# How the cost of a start grows with containers, mounts, variables and the configuration.
scaling: release
	tests/bench/scaling.py --cgroup $(CGROUP) --json build/scaling-$(CGROUP).json corten=build/release/bin/corten \
	  $(if $(shell command -v crun),crun=$(shell command -v crun))
	tests/bench/chart.py build/scaling-$(CGROUP).json >build/scaling-$(CGROUP).svg

check-vm:
	@scripts/test vm

check-arm64:
	@scripts/test arm64

check-matrix:
	@scripts/check-matrix

check-engines:
	@$(if $(SUITE),FETCH=build/engines.md scripts/try-fresh $(SUITE) './scripts/test engines',scripts/test engines)

engines-doc:
	@scripts/engines-doc

platforms-doc:
	@scripts/platforms-doc

asan-check:
	@PRESET=asan scripts/test
	@SANITIZE=address,undefined scripts/test library

tsan-check:
	@SANITIZE=thread MANY=500 scripts/test library

lint:
	@scripts/lint

format:
	@git ls-files -co --exclude-standard -- '*.cpp' '*.hpp' | xargs -r clang-format -i

coverage:
	@scripts/coverage

fuzz:
	@scripts/fuzz $(FUZZ_SECONDS)

model:
	@scripts/model --full

man:
	@scripts/make-man build/man

completions: release
	@scripts/make-completions build/completions

install: release man completions
	DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX) --strip
	cp $(DESTDIR)$(PREFIX)/bin/corten $(DESTDIR)$(PREFIX)/bin/corten.whole # in one go: see CMakeLists.txt
	mv $(DESTDIR)$(PREFIX)/bin/corten.whole $(DESTDIR)$(PREFIX)/bin/corten
	install -d $(MAN_DIR)
	install -m 644 build/man/*.8 $(MAN_DIR)
	install -D -m 644 build/completions/corten.bash $(SHELL_DIR)/bash-completion/completions/corten
	install -D -m 644 build/completions/_corten $(SHELL_DIR)/zsh/site-functions/_corten
	install -D -m 644 build/completions/corten.fish $(SHELL_DIR)/fish/vendor_completions.d/corten.fish

install-library: need-cmake
	cmake --preset library -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	cmake --build --preset library --target libcorten libcorten-archive corten-init-program $$(command -v doxygen >/dev/null && echo library-docs)
	DESTDIR=$(DESTDIR) cmake --install build/library --component library

# What only offers a runtime goes where the engine reads it; what would change one is an example in share/corten.
install-engines:
	install -d $(SHARE_DIR) $(dir $(PODMAN_CONF)) $(dir $(CRIO_CONF))
	install -m 644 engines/containerd.toml engines/docker-daemon.json engines/runtimeclass.yaml $(SHARE_DIR)
	install -m 644 engines/podman.conf $(PODMAN_CONF)
	install -m 644 engines/crio.conf $(CRIO_CONF)
	sed -i 's|@BINDIR@|$(PREFIX)/bin|' $(SHARE_DIR)/* $(PODMAN_CONF) $(CRIO_CONF)
	[ ! -e build/release/bin/$(SHIM) ] || install -D -s build/release/bin/$(SHIM) $(DESTDIR)$(PREFIX)/bin/$(SHIM)

install-runc:
	install -d $(DESTDIR)$(PREFIX)/bin
	ln -s corten $(DESTDIR)$(PREFIX)/bin/runc

install-crun:
	install -d $(DESTDIR)$(PREFIX)/bin
	ln -s corten $(DESTDIR)$(PREFIX)/bin/crun

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/corten $(DESTDIR)$(PREFIX)/libexec/corten/corten-tools $(DESTDIR)$(PREFIX)/bin/$(SHIM) $(patsubst man/%.md,$(MAN_DIR)/%,$(wildcard man/*.8.md)) $(PODMAN_CONF) $(CRIO_CONF)
	[ ! -d $(DESTDIR)$(PREFIX)/libexec/corten ] || rmdir --ignore-fail-on-non-empty $(DESTDIR)$(PREFIX)/libexec/corten
	rm -rf $(SHARE_DIR) $(SHELL_DIR)/bash-completion/completions/corten $(SHELL_DIR)/zsh/site-functions/_corten $(SHELL_DIR)/fish/vendor_completions.d/corten.fish
	[ ! -e build/library/install_manifest_library.txt ] || sed 's|^|$(DESTDIR)|' build/library/install_manifest_library.txt | xargs rm -f
	[ "$$(readlink $(DESTDIR)$(PREFIX)/bin/runc)" != corten ] || rm -f $(DESTDIR)$(PREFIX)/bin/runc
	[ "$$(readlink $(DESTDIR)$(PREFIX)/bin/crun)" != corten ] || rm -f $(DESTDIR)$(PREFIX)/bin/crun

clean:
	rm -rf build
