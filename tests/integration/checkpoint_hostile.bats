#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# checkpoint and restore: names and images that would have CRIU take one mount, or file, for another.

load helpers
load helpers_fields
load helpers_checkpoint

@test "a mount point whose name would end the key of a mount is refused" {
	corten_only "a mount point that CRIU misreads"
	mkdir -p "shared" 'rootfs/data]:'
	add_bind "$BUNDLE/shared" '/data]:/etc'
	begin
	eventually 5 counts_beyond 1
	fails_saying "which cannot be told to CRIU safely" checkpoint "$CTR"
	goes_on "$CTR"
}

@test "a symlink in the rootfs cannot bring such a name in, nor a newline" {
	corten_only "a mount point that CRIU misreads"
	mkdir -p shared rootfs/bad]: $'rootfs/new\nline'
	ln -s 'bad]:' rootfs/first
	ln -s $'new\nline' rootfs/second
	add_bind "$BUNDLE/shared" /first
	begin
	fails_saying "which cannot be told to CRIU safely" checkpoint "$CTR"
	succeeds delete --force "$CTR"
	update_config '.mounts[-1].destination = "/second"'
	begin
	fails_saying "which cannot be told to CRIU safely" checkpoint "$CTR"
}

@test "mounts that the container made cannot take the place of those from outside" {
	all_capabilities
	mkdir -p shared rootfs/data
	echo outside >shared/file
	add_bind "$BUNDLE/shared" /data
	set_script 'mkdir -p "/data]:corten-0" "/mnt[corten-0]:"; mount -t tmpfs none "/data]:corten-0"
		mount -t tmpfs none "/mnt[corten-0]:"; echo inside >"/data]:corten-0/file"; i=0
		while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.02; done'
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" cat /data/file '/data]:corten-0/file'
	[ "$stdout" = $'outside\ninside' ]
	goes_on "$CTR"
}

@test "a mount point that has become a symlink is not followed" {
	corten_only "it is CRIU's to notice elsewhere"
	mkdir -p shared rootfs/data
	add_bind "$BUNDLE/shared" /data
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	rmdir rootfs/data
	ln -s /etc rootfs/data
	fails_saying "is reached through a symlink now" restore --detach "$CTR"
	absent "$CTR"
	nothing_left
}

@test "a mount that config.json has no more is named" {
	corten_only "its own message"
	mkdir -p shared rootfs/data
	add_bind "$BUNDLE/shared" /data
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	without_mount /data
	fails_saying 'has a mount on "/data", which config.json has not' restore --detach "$CTR"
	absent "$CTR"
}

@test "a mount point of config.json with a newline or an escape in it is refused" {
	corten_only "a mount point that CRIU misreads"
	mkdir -p shared
	for name in $'/new\nline' $'/bell\a' $'/escape\e[2J'; do
		mkdir -p "rootfs$name"
		add_bind "$BUNDLE/shared" "$name"
		begin
		fails_saying "which cannot be told to CRIU safely" checkpoint "$CTR"
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
		has_status "$CTR" running
		succeeds delete --force "$CTR"
		without_mount "$name"
	done
}

@test "blanks, colons, backslashes and an opening bracket in a mount point and a source are just characters" {
	corten_only "keys of its own"
	mkdir -p 'shared [a: b\c' 'rootfs/data [mnt: x\040y'
	echo outside >'shared [a: b\c/file'
	add_bind "$BUNDLE/shared [a: b\\c" '/data [mnt: x\040y'
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	restores "$CTR"
	succeeds exec "$CTR" cat '/data [mnt: x\040y/file'
	[ "$stdout" = outside ]
	goes_on "$CTR"
}

@test "a source whose name would end the key of a mount is refused at a restore" {
	corten_only "a source that CRIU misreads"
	mkdir -p shared 'x]:' rootfs/data
	add_bind "$BUNDLE/shared" /data
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	update_config '.mounts[-1].source = $s' --arg s "$BUNDLE/x]:"
	fails_saying "which cannot be told to CRIU safely" restore --detach "$CTR"
	absent "$CTR"
	nothing_left
}

@test "in images without a list of ours a symlink of the rootfs cannot bring such a name in" {
	corten_only "a mount point that CRIU misreads"
	mkdir -p shared rootfs/real 'rootfs/bad]:'
	ln -s /real rootfs/link
	add_bind "$BUNDLE/shared" /link
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	rm checkpoint/mounts.json rootfs/link
	ln -s 'bad]:' rootfs/link
	fails_saying "which cannot be told to CRIU safely" restore --detach "$CTR"
	absent "$CTR"
	nothing_left
}

@test "a list of mounts that somebody has changed names no file that config.json does not" {
	corten_only "its list"
	mkdir -p shared rootfs/data
	echo outside >shared/file
	add_bind "$BUNDLE/shared" /data
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	cp checkpoint/mounts.json "$TEST_DIR/mounts.json"
	for change in '.[-1].destination = "/etc"' '.[-1].destination = "/data]:/etc"' '.[-1].destination = ""' '.[-1] = "/data"' '{}' \
		'. + [range(3) | {destination: "/proc/../data", mountpoint: "/data"}]'; do
		jq -c "$change" "$TEST_DIR/mounts.json" >checkpoint/mounts.json
		fails restore --detach "$CTR"
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
		absent "$CTR"
		nothing_left
	done
	for text in '' '[' "$(printf '[%.0s' {1..5000})" $'\xff'; do
		printf '%s' "$text" >checkpoint/mounts.json
		fails_saying mounts.json restore --detach "$CTR"
		absent "$CTR"
	done
	# The place of a mount is in CRIU's images; ours is for a look at what lies there now, below the rootfs.
	jq -c '.[-1].mountpoint = "/../../etc]:/x"' "$TEST_DIR/mounts.json" >checkpoint/mounts.json
	restores "$CTR"
	succeeds exec "$CTR" cat /data/file
	[ "$stdout" = outside ]
	goes_on "$CTR"
}

@test "standard descriptors that are no pipes of the outside are not taken for such" {
	corten_only "its own message"
	begin
	eventually 5 counts_beyond 1
	succeeds checkpoint "$CTR"
	for text in '["pipe:[1]:/etc/shadow","pipe:[]","pipe:[x]"]' '["extRootNetNS","",""]' '[]'; do
		echo "$text" >checkpoint/descriptors.json
		restores "$CTR"
		goes_on "$CTR"
		succeeds delete --force "$CTR"
	done
	for text in '' '{}' '[1]' '["a"'; do
		echo "$text" >checkpoint/descriptors.json
		fails_saying descriptors.json restore --detach "$CTR"
		absent "$CTR"
	done
	rm checkpoint/descriptors.json
	fails_saying "descriptors.json is not among them" restore --detach "$CTR"
	absent "$CTR"
}
