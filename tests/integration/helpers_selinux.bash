# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # the files use OTHER
#
# What the files about SELinux share, on top of helpers_fields.bash. The types are those of container-selinux.

LABEL=system_u:system_r:container_t:s0:c4,c5
OTHER=system_u:system_r:container_t:s0:c6,c7

# labelled [LABEL] has the process run with that label, and the bundle be its own.
labelled() {
	requires selinux
	update_config ".process.selinuxLabel = \$text" --arg text "${1:-$LABEL}"
	# All of it: the output of a test is a file too.
	chcon -R -t container_file_t -l s0 "$TEST_DIR"
}

# is_enforcing: the policy is enforced, not only followed.
is_enforcing() { [ "$(cat /sys/fs/selinux/enforce 2>/dev/null)" = 1 ]; }

# mount_label sets linux.mountLabel to the one for files of $LABEL.
mount_label() { update_config ".linux.mountLabel = \$text" --arg text system_u:object_r:container_file_t:s0:c4,c5; }
