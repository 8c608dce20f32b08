#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# Images and configurations that try to reach the host. Most of them may be refused or
# defused, as the runtime likes; the host must stay as it was, and its secret must stay secret.
#
# Links to this file run it once more on fallbacks: rootfs_hostile_no_openat2.bats with CORTEN_NO_OPENAT2,
# rootfs_hostile_no_all.bats with all the switches that there are links for.

load helpers
load helpers_fields

setup() {
	requires root
	set_switches
	setup_bundle
	set_args true
	HOST=$TEST_DIR/host
	mkdir -p "$HOST/sub"
	echo secret >"$HOST/canary"
	HOST_BEFORE=$(host_listing)
	# The way out of the rootfs, if .. were let out.
	UP=../../../../../../../../../..
}

set_switches() {
	local name=${BATS_TEST_FILENAME##*/} file
	name=${name%.bats}
	[[ $name != rootfs_hostile ]] || return 0
	corten_only "the switches are ours"
	for file in "$BATS_TEST_DIRNAME"/rootfs_hostile_no_*.bats; do
		file=$(basename "$file" .bats)
		[[ $name == "$file" || $name == *_no_all ]] || continue
		file=corten_${file#rootfs_hostile_}
		export "${file^^}=1"
	done
}

host_listing() {
	find "$HOST" -printf '%p %y %m %U %G %l %T@\n'
	cat "$HOST/canary"
}

# tries: run the container, which may fail, and look after the host.
tries() {
	runtime run "$CTR"
	host_is_untouched
	lacks secret
}

host_is_untouched() {
	local now
	now=$(host_listing)
	[[ $now == "$HOST_BEFORE" ]] || diff <(printf '%s\n' "$HOST_BEFORE") <(printf '%s\n' "$now") || return 1
	not grep -F "$HOST" /proc/self/mountinfo
}

# dev_of_image takes the mounts on /dev away: what is there is the image's.
dev_of_image() {
	update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
}

@test "a mount through an absolute link does not leave the root" {
	ln -s "$HOST" rootfs/link
	add_mount /link/sub/new tmpfs tmpfs
	set_script 'cat /link/canary'
	tries
}

@test "a mount through a relative link does not leave the root" {
	ln -s "$UP$HOST" rootfs/link
	add_mount /link/sub/new tmpfs tmpfs
	set_script 'cat /link/canary'
	tries
}

@test "directories for a mount are not made on the host by way of a dangling link (CVE-2024-45310)" {
	for target in "$HOST/made" "$UP$HOST/made"; do
		ln -sfn "$target" rootfs/link
		add_mount /link/b/c tmpfs tmpfs
		tries
		add_mount /link tmpfs tmpfs
		tries
		update_config 'del(.mounts[-2:])'
	done
}

@test "a file for a mount is not made on the host by way of a dangling link" {
	echo inside >"$TEST_DIR/file"
	for target in "$HOST/made" "$UP$HOST/made" "$HOST/sub/../made"; do
		ln -sfn "$target" rootfs/etc/hosts
		add_bind "$TEST_DIR/file" /etc/hosts
		tries
		update_config 'del(.mounts[-1])'
	done
}

@test "a mount through a link in /proc does not leave the root" {
	for target in "/proc/self/root$HOST" "/proc/self/cwd/../../host" /proc/1/root /proc/self/fd/7; do
		ln -sfn "$target" rootfs/link
		add_mount /link/sub tmpfs tmpfs
		tries
		update_config 'del(.mounts[-1])'
	done
}

@test "a link that copy-symlink makes stays in the root, through links of the image" {
	corten_only "runc has no copy-symlink"
	ln -s data "$TEST_DIR/source"
	ln -s "$HOST" rootfs/absolute
	ln -s "$UP$HOST/sub" rootfs/high
	ln -s "$HOST/canary" rootfs/place
	add_bind "$TEST_DIR/source" /absolute/made copy-symlink
	add_bind "$TEST_DIR/source" /high/made copy-symlink
	add_bind "$TEST_DIR/source" /../../made copy-symlink
	succeeds run "$CTR"
	host_is_untouched
	[ "$(readlink "rootfs$HOST/made" "rootfs$HOST/sub/made" rootfs/made)" = $'data\ndata\ndata' ]
	add_bind "$TEST_DIR/source" /place copy-symlink
	fails run "$CTR"
	says exist
	host_is_untouched
	update_config '.mounts[-1].destination = "/proc/self/made"'
	tries
	[ "$status" -ne 0 ]
}

@test "a tmpfs filled by tmpcopyup is not filled from the host" {
	ln -s "$HOST" rootfs/link
	mkdir rootfs/dir
	ln -s "$UP$HOST" rootfs/dir/link
	ln -s "$HOST/canary" rootfs/dir/file
	add_mount /link tmpfs tmpfs tmpcopyup
	add_mount /dir tmpfs tmpfs tmpcopyup
	set_script 'cat /link/canary /dir/link/canary /dir/file'
	tries
	update_config '.mounts |= map(select(.destination != "/link"))'
	tries
}

@test "places that change while mounts are made do not lead to the host (CVE-2021-30465)" {
	requires python
	mkdir -p rootfs/vol/sub
	ln -s "$UP$HOST" rootfs/swapped
	tool swap rootfs/vol rootfs/swapped
	add_mount /vol/sub tmpfs tmpfs
	add_mount /vol/new/deep tmpfs tmpfs
	set_script 'cat /vol/canary'
	local end=$((SECONDS + ${HOSTILE_SECONDS:-10})) # a loaded machine makes fewer rounds
	for ((round = 0; round < ${HOSTILE_ROUNDS:-12} && (round < 3 || SECONDS < end); round++)); do tries; done
}

@test "read-only binds stay so while their places are exchanged" {
	requires python
	mkdir -p rootfs/vol/{a,b} source
	for place in a b; do
		add_bind "$BUNDLE/source" "/vol/$place" ro
		echo x >"source/file_$place"
	done
	tool swap rootfs/vol/a rootfs/vol/b
	local end=$((SECONDS + ${HOSTILE_SECONDS:-10})) # a loaded machine makes fewer rounds
	set_script 'touch /vol/a/new /vol/b/new; (echo y >/vol/a/file_a; echo y >/vol/b/file_b) 2>/dev/null; true'
	for ((round = 0; round < ${HOSTILE_ROUNDS:-12} && (round < 3 || SECONDS < end); round++)); do
		runtime run "$CTR"
		[ "$status" -eq 0 ] || says "was moved while re-opening"
		[ "$(ls source)" = $'file_a\nfile_b' ]
		[ "$(cat source/*)" = $'x\nx' ]
	done
}

@test "read-only binds of files stay so while their places are exchanged" {
	requires python
	mkdir rootfs/vol
	touch rootfs/vol/{a,b}
	echo x >source
	for place in a b; do add_bind "$BUNDLE/source" "/vol/$place" ro; done
	tool swap rootfs/vol/a rootfs/vol/b
	local end=$((SECONDS + ${HOSTILE_SECONDS:-10})) # a loaded machine makes fewer rounds
	set_script '(echo y >/vol/a; echo y >/vol/b) 2>/dev/null; true'
	for ((round = 0; round < ${HOSTILE_ROUNDS:-12} && (round < 3 || SECONDS < end); round++)); do
		runtime run "$CTR"
		[ "$status" -eq 0 ] || says "was moved while re-opening"
		[ "$(cat source)" = x ]
	done
}

@test "a /dev that is a link does not make devices on the host (CVE-2026-41579)" {
	dev_of_image
	rmdir rootfs/dev
	ln -s "$HOST" rootfs/dev
	tries
	ln -sfn "$UP$HOST" rootfs/dev
	tries
	ln -sfn "$HOST/made" rootfs/dev
	tries
}

@test "a /dev that is a link is no place for the host to be mounted over" {
	rmdir rootfs/dev
	ln -s "$UP$HOST" rootfs/dev
	tries
}

@test "links in the image's /dev are not followed to the host" {
	dev_of_image
	for name in zero full random urandom tty ptmx fd stdin stdout stderr core pts shm console; do
		ln -s "$HOST/canary" "rootfs/dev/$name"
	done
	mknod -m 666 rootfs/dev/null c 1 3
	tries
}

@test "a device of the configuration is not made on the host" {
	ln -s "$UP$HOST" rootfs/link
	update_config '.linux.devices = [{path: "/link/made", type: "c", major: 1, minor: 3},
		{path: "/link/new/made", type: "c", major: 1, minor: 3}]'
	tries
}

@test "a /dev/null that is a link does not uncover what is masked (CVE-2025-31133)" {
	dev_of_image
	echo "covered words" >rootfs/masked
	echo "other words" >rootfs/other
	update_config '.linux.maskedPaths = ["/masked"]'
	for target in /other "$HOST/canary" "$UP$HOST/canary" /masked /nothing /proc/self/exe; do
		ln -sfn "$target" rootfs/dev/null
		set_script 'cat /masked'
		tries
		lacks "words"
	done
}

@test "a /dev/null that is no device does not uncover what is masked" {
	dev_of_image
	echo "covered words" >rootfs/masked
	update_config '.linux.maskedPaths = ["/masked"]'
	set_script 'cat /masked'
	echo "other words" >rootfs/dev/null
	tries
	lacks "words"
	# Bind-mounting /dev makes the runtime leave it alone: there is no null at all.
	mkdir "$TEST_DIR/dev"
	add_bind "$TEST_DIR/dev" /dev
	tries
	lacks "words"
	# Another device of the same kind.
	mknod "$TEST_DIR/dev/null" c 1 5
	tries
	lacks "words"
}

@test "the standard streams are not reopened by way of a link, nor given away" {
	dev_of_image
	update_config '.process.user = {uid: 1000, gid: 1000}'
	ln -s "$UP$HOST/canary" rootfs/dev/null
	tries
	before=$(stat -c '%u %g %a' /dev/null)
	ln -sfn /proc/self/fd/0 rootfs/dev/null
	tries
	[ "$(stat -c '%u %g %a' /dev/null)" = "$before" ]
}

@test "a /proc that is a link or a file is refused (CVE-2019-16884, CVE-2019-19921)" {
	rmdir rootfs/proc
	mkdir rootfs/fake
	ln -s /fake rootfs/proc
	fails_saying "must be mounted on ordinary directory" run "$CTR"
	ln -sfn "$HOST" rootfs/proc
	fails_saying "must be mounted on ordinary directory" run "$CTR"
	host_is_untouched
	rm rootfs/proc
	touch rootfs/proc
	fails_saying "must be mounted on ordinary directory" run "$CTR"
}

@test "a /sys that is a link or a file is refused" {
	rmdir rootfs/sys
	ln -s "$UP$HOST" rootfs/sys
	fails_saying "must be mounted on ordinary directory" run "$CTR"
	host_is_untouched
	rm rootfs/sys
	touch rootfs/sys
	fails_saying "must be mounted on ordinary directory" run "$CTR"
}

@test "/proc cannot be covered by way of a link" {
	mkdir "$TEST_DIR/fake"
	ln -s /proc rootfs/alias
	add_bind "$TEST_DIR/fake" /alias
	refuses "because it is not of type proc"
	ln -s proc/self rootfs/again
	update_config '.mounts[-1].destination = "/again/attr"'
	refuses ""
	update_config '.mounts[-1].destination = "/alias/sys"'
	refuses "because it is inside /proc"
}

@test "a masked path that is a link masks inside the container only" {
	ln -s "$UP$HOST" rootfs/link
	ln -s "$HOST/canary" rootfs/link2
	update_config '.linux.maskedPaths = ["/link", "/link2"] | .linux.readonlyPaths = ["/link", "/link/sub"]'
	set_script 'cat /link/canary /link2'
	tries
}

@test "the working directory cannot be a descriptor of the runtime (CVE-2024-21626)" {
	set_script "cat ../../../../../../../../..$HOST/canary ../../../../../../..$HOST/canary"
	for fd in 3 4 5 6 7 8 9 10 11; do
		update_config '.process.cwd = "/proc/self/fd/\($fd)"' --argjson fd "$fd"
		tries
	done
	update_config '.process.cwd = "/proc/self/fd/7/../../.."'
	tries
}

@test "the working directory of exec cannot be a descriptor of the runtime" {
	starts
	for fd in 3 4 5 6 7 8 9 10 11; do
		runtime exec --cwd "/proc/self/fd/$fd" "$CTR" sh -c "cat ../../../../../../../../..$HOST/canary"
		lacks secret
	done
}

@test "no descriptor of the runtime or its caller reaches the process" {
	exec 7<"$HOST" 8<"$HOST/canary"
	set_script 'ls -l /proc/self/fd; ls /proc/self/fd/7 /dev/fd/8 || true; cat <&8 || true'
	succeeds run "$CTR"
	lacks secret
	lacks " 3 -> /"
	set_args sleep 1000
	starts
	succeeds exec "$CTR" sh -c 'ls /proc/1/fd; for fd in 3 4 5 6 7 8 9 10 11 12 13; do readlink /proc/$$/fd/$fd; done || true'
	exec 7<&- 8<&-
	prints $'0\n1\n2'
}

@test "the working directory is made inside the root" {
	ln -s "$UP$HOST" rootfs/job
	update_config '.process.cwd = "/job/made"'
	set_script 'pwd; cat ../canary'
	tries
}

@test "the home directory is not looked up in a file of the host" {
	echo "root:x:0:0::/secret:/bin/sh" >"$TEST_DIR/passwd"
	ln -sfn "$UP$TEST_DIR/passwd" rootfs/etc/passwd
	set_script 'echo "home: $HOME"'
	tries
}

@test "the runtime's binary cannot be opened for writing from the container (CVE-2019-5736)" {
	# The attacker is given a copy.
	cp "$RUNTIME" "$TEST_DIR/${RUNTIME##*/}"
	RUNTIME=$TEST_DIR/${RUNTIME##*/}
	before=$(sha256sum <"$RUNTIME")
	all_capabilities
	ln -s /proc/self/exe rootfs/bin/again
	set_script 'while :; do
		for p in /proc/[0-9]*; do
			case $(readlink $p/exe) in
			/bin/*|"") ;;
			*) (echo pwned >$p/exe) 2>/dev/null && touch /written
			   (exec 9<$p/exe && while [ ! -e /stop ]; do echo pwned >/proc/self/fd/9 && touch /written; done) 2>/dev/null & ;;
			esac
		done
	done'
	starts
	for _ in {1..8}; do runtime exec "$CTR" /bin/again --version; done
	touch rootfs/stop
	[ "$(sha256sum <"$RUNTIME")" = "$before" ]
	[ ! -e rootfs/written ]
	set_args /proc/self/exe --version
	runtime run "$CTR-2"
	[ "$(sha256sum <"$RUNTIME")" = "$before" ]
}

@test "a console that is a link makes no file on the host (CVE-2026-88264)" {
	requires terminal
	dev_of_image
	add_mount /dev/pts devpts devpts newinstance ptmxmode=0666 mode=0620
	update_config '.process.terminal = true'
	set_args tty
	for target in "$HOST/made" "$UP$HOST/made" "$HOST/canary"; do
		ln -sfn "$target" rootfs/dev/console
		in_terminal "$(runtime_command) run $CTR"
		host_is_untouched
	done
}

@test "a cgroup mount on a link does not leave the root" {
	without_mount /sys
	update_config 'del(.linux.maskedPaths)'
	mkdir rootfs/sys/fs
	ln -s "$UP$HOST" rootfs/sys/fs/cgroup
	add_mount /sys/fs/cgroup cgroup cgroup ro
	tries
}

@test "the socket for readiness messages is not mounted on the host" {
	rmdir rootfs/run
	ln -s "$UP$HOST" rootfs/run
	NOTIFY_SOCKET=$TEST_DIR/notify runtime create "$CTR"
	host_is_untouched
}
