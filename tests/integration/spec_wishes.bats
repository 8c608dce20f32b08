#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# corten spec with options: a first container without an editor.

load helpers

setup() {
	corten_only "runc's spec has two options"
	"$RUNTIME" check --help >/dev/null 2>&1 || skip "needs corten-tools beside the runtime"
	setup_bundle
	rm config.json
}

# made OPTION… writes a config.json, which validate finds nothing wrong with.
made() {
	rm -f config.json
	succeeds spec "$@"
	succeeds validate --text-only
	says "nothing to complain of"
}

# has FILTER: config.json does.
has() { jq -e "$1" config.json >/dev/null || { jq . config.json; echo "not so: $1"; return 1; }; }

@test "a container runs what its options say, with no editor" {
	requires root
	made --args sh --args -c --args 'echo "$GREETING, $PWD"; ulimit -n' --env GREETING=hello --cwd /tmp --memory 64M --cpus 0.5 \
		--seccomp default --user 7:8
	succeeds run "$CTR"
	[[ $stdout == "hello, /tmp"* ]]
	made --args sh --args -c --args 'id -u; id -g; grep CapEff /proc/self/status' --user 7:8 --cap-drop ALL
	succeeds run "$CTR"
	[ "$stdout" = $'7\n8\nCapEff:\t0000000000000000' ]
}

@test "the options are in config.json, and what they do not name is as without them" {
	made
	mv config.json plain.json
	made --memory 64M --cpus 1.5
	has '.linux.resources.memory.limit == 67108864 and .linux.resources.cpu == {"quota": 150000, "period": 100000}'
	[ "$(jq -S 'del(.linux.resources)' plain.json)" = "$(jq -S 'del(.linux.resources)' config.json)" ]
	made --cap-add net_admin --cap-add CAP_KILL --cap-drop AUDIT_WRITE
	has '.process.capabilities.effective == ["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN"]'
	made --mount type=bind,source=/usr,destination=/host,ro,nosuid --mount type=tmpfs,target=/dev/shm,size=1m
	has '.mounts[-1] == {"destination": "/host", "type": "bind", "source": "/usr", "options": ["rbind", "ro", "nosuid"]}'
	has '[.mounts[] | select(.destination == "/dev/shm")] == [{"destination": "/dev/shm", "type": "tmpfs", "source": "tmpfs", "options": ["size=1m"]}]'
	made --env TERM=dumb --env A=1 --rootfs /elsewhere --writable --cwd /srv
	has '.process.env[1:] == ["TERM=dumb", "A=1"] and .root == {"path": "/elsewhere", "readonly": false} and .process.cwd == "/srv"'
}

@test "a program that is named has a terminal only where that is asked for" {
	made --args true
	has '.process.terminal == false'
	made --args true --tty
	has '.process.terminal'
	made --memory 1M
	has '.process.terminal'
	made --tty=false
	has '.process.terminal == false'
}

@test "a user's name is looked up in the root" {
	mkdir -p root/etc
	echo 'guest:x:405:100::/:/bin/sh' >root/etc/passwd
	printf 'users:x:100:\nmore:x:12:guest\n' >root/etc/group
	made --rootfs root --user guest
	has '.process.user == {"uid": 405, "gid": 100, "additionalGids": [12]}'
	rm config.json
	fails spec --rootfs root --user nobody
	says '--user "nobody"'
	[ ! -e config.json ]
}

@test "the default filter lets programs work, and refuses what changes the machine" {
	requires root
	made --seccomp default --cap-add SYS_ADMIN --args sh --args -c --args 'mount -t tmpfs none /tmp 2>&1; ls / >/dev/null && echo works'
	succeeds run "$CTR"
	[[ $stdout == *"ermitted"*works || $stdout == *"ermission denied"*works ]]
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >filter.json
	made --seccomp filter.json
	has '.linux.seccomp == {"defaultAction": "SCMP_ACT_ALLOW"}'
}

@test "an option that cannot be is named, and no file is written" {
	local words
	for words in "--cap-add NET_ADMN" "--cpus none" "--cpus -1" "--cpus 0" "--memory much" "--mount source=/a" "--mount destination=/b" \
		"--mount source=/a,destination=b" "--env A" "--env =b" "--seccomp /absent" "--seccomp /dev/null" "--user no:body"; do
		# shellcheck disable=SC2086 # words
		runtime spec $words
		[ "$status" -eq 1 ]
		[ ! -e config.json ]
		says "${words%% *}" || says "/absent"
	done
	runtime spec --cap-add NET_ADMN
	says 'did you mean "CAP_NET_ADMIN"?'
	made --args true
	runtime spec --args false
	[ "$status" -ne 0 ]
	says "File config.json exists. Remove it first"
}
