#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Cgroups that a container makes below its own, whatever their names and however deep: all commands see what is in them.

load helpers

# Without a pid namespace the cgroup is all that tells what belongs to the container.
setup() {
	setup_bundle
	update_config '.linux.namespaces |= map(select(.type != "pid"))'
}

# below NAME moves a process of the container, beside init, to a cgroup of that name below the container's own, in each
# hierarchy; $hidden is its pid.
below() {
	local controller dir
	succeeds exec --detach --pid-file "$TEST_DIR/hidden" "$CTR" sleep 1000
	hidden=$(cat "$TEST_DIR/hidden")
	for controller in unified devices freezer pids memory cpu; do
		dir=$(cgroup_dir "$(pid_of "$CTR")" "$controller")
		[[ $dir == *"$CTR"* ]] || continue
		mkdir -p "$dir/$1"
		echo "$hidden" >"$dir/$1/cgroup.procs"
	done
}

@test "ps, kill, pause and delete see cgroups whose names begin with a dot" {
	requires ps
	for name in .hidden ..hidden ... .a/..b/.c; do
		succeeds run --detach "$CTR"
		below "$name"
		succeeds ps --format json "$CTR"
		jq -e --argjson p "$hidden" 'index($p) != null' "$stdout_file"
		if has_controller freezer; then
			succeeds pause "$CTR"
			succeeds resume "$CTR"
		fi
		succeeds kill "$CTR" KILL
		eventually 5 is_gone "$hidden"
		succeeds delete --force "$CTR"
		nothing_left
	done
}

@test "delete --force ends what is in a cgroup whose name begins with a dot" {
	for name in .hidden .a/..b/.c; do
		succeeds run --detach "$CTR"
		below "$name"
		succeeds delete --force "$CTR"
		is_gone "$hidden"
		nothing_left
	done
}

# nest DIR DEPTH makes cgroups with long names, one below the other, and puts $pid into the last one.
nest() {
	requires python
	"$PYTHON" - "$1" "$2" "$pid" <<-'END'
		import os, sys
		path, depth, pid = sys.argv[1], int(sys.argv[2]), sys.argv[3]
		at = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
		for level in range(depth):
		    name = ('d%d' % level).ljust(120, 'x')
		    os.mkdir(name, 0o755, dir_fd=at)
		    below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=at)
		    os.close(at)
		    at = below
		procs = os.open('cgroup.procs', os.O_WRONLY, dir_fd=at)
		os.write(procs, pid.encode())
	END
}

@test "cgroups nested deeper than a path is long are seen, and removed by descriptor" {
	corten_only "runc goes by path"
	requires ps
	succeeds run --detach "$CTR"
	succeeds exec --detach --pid-file "$TEST_DIR/hidden" "$CTR" sleep 1000
	pid=$(cat "$TEST_DIR/hidden")
	local controller dir nested
	for controller in unified devices; do
		dir=$(cgroup_dir "$(pid_of "$CTR")" "$controller")
		# On v2 both are the same.
		[[ $dir == *"$CTR"* && $dir != "${nested:-}" ]] || continue
		nest "$dir" 60
		nested=$dir
	done
	succeeds ps --format json "$CTR"
	jq -e --argjson p "$pid" 'index($p) != null' "$stdout_file"
	(
		# Not one descriptor a level.
		ulimit -n 40
		succeeds delete --force "$CTR"
	)
	is_gone "$pid"
	nothing_left
}
