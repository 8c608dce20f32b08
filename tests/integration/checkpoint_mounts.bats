#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: mounts are told by what they show, and their flags are those of config.json.

load helpers
load helpers_fields
load helpers_checkpoint

counting='i=0; while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.2; done'

# two_mounts OPTION…: "one" on /p/m with the options, "two" on /q/m.
two_mounts() {
	mkdir -p one two rootfs/p/m rootfs/q/m
	echo from-one >one/file
	echo from-two >two/file
	add_bind "$BUNDLE/one" /p/m "$@"
	add_bind "$BUNDLE/two" /q/m
}

# is_refused TEXT: the checkpoint fails with it, and the container goes on.
is_refused() {
	fails_saying "$1" checkpoint "$CTR"
	says "checking the mounts of the container"
	goes_on "$CTR"
}

# ends_restore TEXT: the restore fails with it, and nothing is left.
ends_restore() {
	fails_saying "$1" restore --detach "$CTR"
	says "checking the mounts of the restored container"
	absent "$CTR"
	eventually 5 nothing_left
}

@test "mounts that the container moved by renaming directories keep their sources and flags" {
	corten_only "runc tells them by their paths alone: the read-only source is writable afterwards"
	two_mounts ro
	set_script "mv /p /t; mv /q /p; mv /t /q; $counting"
	for switch in CORTEN_NOTHING CORTEN_NO_OPENAT2; do
		export "$switch=1"
		begin
		eventually 5 counts_beyond 1
		succeeds checkpoint "$CTR"
		restores "$CTR"
		succeeds exec "$CTR" sh -c 'cat /q/m/file /p/m/file; touch /p/m/new && echo written; touch /q/m/new || echo refused'
		[ "$stdout" = $'from-one\nfrom-two\nwritten\nrefused' ]
		[ ! -e one/new ]
		succeeds delete --force "$CTR"
		unset "$switch"
		rm -r checkpoint rootfs/count
		# The container's next start swaps them back.
		mv rootfs/p rootfs/t && mv rootfs/q rootfs/p && mv rootfs/t rootfs/q
	done
}

@test "where a renamed mount cannot be told from another, the checkpoint is refused" {
	corten_only "runc tells them by their paths alone"
	two_mounts ro
	update_config '.mounts[-1].source = $s' --arg s "$BUNDLE/one"
	set_script "mv /p /t; mv /q /p; mv /t /q; $counting"
	begin
	eventually 5 counts_beyond 1
	is_refused 'lacks the flags ro that config.json has'
	says '"/p/m"'
}

@test "a mount whose source was replaced on the host is refused, and named" {
	corten_only "its own message"
	two_mounts
	begin
	eventually 5 counts_beyond 1
	mv one away
	is_refused 'of the mount on "/p/m" is not there'
	mkdir one
	is_refused 'the mount on "/p/m" does not show "'"$BUNDLE/one"'"'
	rmdir one
	mv away one
	succeeds checkpoint "$CTR"
}

@test "a mount that the container has made writable is refused, also a part of it at another place" {
	corten_only "its own message"
	all_capabilities
	two_mounts ro
	mkdir -p one/part rootfs/x
	set_script "until [ -e /go ]; do sleep 0.02; done; mount -o remount,bind,rw /p/m; $counting"
	touch rootfs/go
	begin
	eventually 5 counts_beyond 1
	is_refused 'the mount on "/p/m" lacks the flags ro that config.json has'
	succeeds delete --force "$CTR"
	rm rootfs/count
	set_script "mount --bind /p/m/part /x; mount -o remount,bind,rw /x; $counting"
	begin
	eventually 5 counts_beyond 1
	is_refused 'the mount on "/x" shows "'"$BUNDLE/one"'", or a part of it, and can be written to'
}

@test "what the container has mounted and unmounted itself is no matter" {
	all_capabilities
	two_mounts ro
	mkdir -p three one/part rootfs/{three,own,x,y}
	add_bind "$BUNDLE/three" /three
	set_script "umount /three; mount -t tmpfs none /own; echo inside >/own/file; mount --bind /p/m/part /x
		mount --bind /own /y; $counting"
	echo part >one/part/file
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" sh -c 'cat /p/m/file /q/m/file /own/file /x/file /y/file; touch /x/new || echo refused'
	[ "$stdout" = $'from-one\nfrom-two\ninside\npart\ninside\nrefused' ]
	goes_on "$CTR"
}

@test "a link that copy-symlink has made is no mount to look for" {
	corten_only "runc has no copy-symlink"
	ln -s /count link
	add_bind "$BUNDLE/link" /link copy-symlink
	set_script "$counting"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" readlink /link
	prints /count
	goes_on "$CTR"
}

@test "files, directories and mounts below one another come back with their flags" {
	mkdir -p one/deep rootfs/data
	echo text >one/deep/file
	echo host >hosts
	add_bind "$BUNDLE/one" /data ro nosuid nodev noexec
	add_bind "$BUNDLE/one/deep" /data/deep
	add_bind "$BUNDLE/hosts" /etc/hosts ro
	add_bind "$BUNDLE/hosts" /etc/hosts.again
	add_mount /scratch tmpfs tmpfs ro noexec size=64k
	update_config '.linux.readonlyPaths += ["/usr", "/none"] | .linux.maskedPaths += ["/opt", "/etc/masked"]'
	mkdir -p rootfs/{usr,opt}
	echo secret >rootfs/etc/masked
	begin
	eventually 5 counts_beyond 1
	mounts_inside() {
		sed -E 's/^[0-9]+ [0-9]+ [^ ]+ [^ ]+ ([^ ]+) ([^ ]+).* - ([^ ]+) .*/\1 \2 \3/' "/proc/$(pid_of "$CTR")/mountinfo" |
			grep -vE 'cgroup|^/(etc/masked|proc/(kcore|keys|timer_list)) ' | sort # a mask is some null device
	}
	mounts_inside >"$TEST_DIR/before"
	succeeds checkpoint "$CTR"
	restores "$CTR"
	mounts_inside | diff "$TEST_DIR/before" -
	succeeds exec "$CTR" cat /etc/masked
	[ -z "$stdout" ]
	goes_on "$CTR"
}

@test "flags that config.json has, and the images have not, end a restore" {
	corten_only "runc takes the flags from the images"
	two_mounts
	add_mount /scratch tmpfs tmpfs
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	cp config.json config.saved
	for change in '(.mounts[] | select(.destination == "/p/m")).options += ["ro"]' \
		'(.mounts[] | select(.destination == "/q/m")).options += ["rro"]' \
		'.mounts += [{destination: "/p/m", type: "bind", source: "/", options: ["bind", "remount", "nosuid", "ro"]}]' \
		'(.mounts[] | select(.destination == "/scratch")).options = ["ro"]' '.root.readonly = true'; do
		update_config "$change"
		ends_restore "lacks the flags"
		cp config.saved config.json
	done
	restores "$CTR"
	goes_on "$CTR"
}

@test "a restore under another bundle looks at the sources of that bundle" {
	two_mounts ro
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	mkdir "$TEST_DIR/moved"
	mv one two rootfs config.json "$TEST_DIR/moved"
	jq --arg from "$BUNDLE/" --arg to "$TEST_DIR/moved/" '.mounts |= map(if .source then .source |= sub($from; $to) else . end)' \
		"$TEST_DIR/moved/config.json" >"$TEST_DIR/config.new"
	mv "$TEST_DIR/config.new" "$TEST_DIR/moved/config.json"
	restores --bundle "$TEST_DIR/moved" --image-path "$BUNDLE/checkpoint" "$CTR"
	succeeds exec "$CTR" cat /p/m/file /q/m/file
	[ "$stdout" = $'from-one\nfrom-two' ]
	mv "$TEST_DIR/moved/rootfs" "$TEST_DIR/moved/config.json" .
	goes_on "$CTR"
}
