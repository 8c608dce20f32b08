#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# linux.sysctl: values of the container's own namespaces, and no others.

load helpers
load helpers_fields

setup() {
	requires root
	setup_bundle
}

# sysctl NAME VALUE sets linux.sysctl to this one.
sysctl() { update_config '.linux.sysctl = {($n): $v}' --arg n "$1" --arg v "$2"; }

# Field: linux.sysctl
@test "values of the container's namespaces are set" {
	update_config '.linux.sysctl = {
		"kernel.shmmax": "987654321", "kernel.msgmax": "4321", "kernel.sem": "250\t32000\t32\t128",
		"kernel.shm_rmid_forced": "1", "fs.mqueue.msg_max": "7", "kernel.domainname": "a.example",
		"net.ipv4.ip_local_port_range": "2000 3000", "net.core.somaxconn": "77"}'
	runs 'cd /proc/sys; cat kernel/shmmax kernel/msgmax kernel/sem kernel/shm_rmid_forced fs/mqueue/msg_max \
		kernel/domainname net/ipv4/ip_local_port_range net/core/somaxconn'
	prints $'987654321\n4321\n250\t32000\t32\t128\n1\n7\na.example\n2000\t3000\n77'
}

@test "the host keeps its values" {
	before=$(cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_local_port_range)
	update_config '.linux.sysctl = {"kernel.shmmax": "987654321", "net.ipv4.ip_local_port_range": "2000 3000"}'
	runs true
	[ "$(cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_local_port_range)" = "$before" ]
}

@test "a name may have slashes for dots" {
	sysctl net/ipv4/ip_forward 1
	runs 'cat /proc/sys/net/ipv4/ip_forward'
	prints 1
}

@test "values are set although /proc/sys is read-only for the container" {
	sysctl net.ipv4.ip_forward 1
	runs 'cat /proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/ip_forward || true'
	prints 1
	says "Read-only file system"
}

@test "values of the whole machine are refused" {
	for name in vm.swappiness kernel.panic fs.file-max kernel.pid_max; do
		sysctl "$name" 1
		refuses "is not in a separate kernel namespace"
	done
}

@test "a name with .. does not lead elsewhere" {
	for name in net.ipv4/../../kernel/panic net/../kernel/panic fs.mqueue./../../kernel/panic; do
		before=$(cat /proc/sys/kernel/panic)
		sysctl "$name" 4711
		fails create "$CTR"
		unknown "$CTR"
		[ "$(cat /proc/sys/kernel/panic)" = "$before" ]
	done
}

@test "the hostname has a field of its own" {
	sysctl kernel.hostname other
	refuses "conflicts with the OCI"
}

@test "network values need a network namespace that is not the host's" {
	sysctl net.ipv4.ip_forward 1
	without_namespace network
	refuses "not allowed in host network namespace"
	set_namespace network /proc/self/ns/net
	refuses "not allowed in host network namespace"
}

@test "values of the ipc namespace need one" {
	without_namespace ipc
	for name in kernel.shmmax fs.mqueue.msg_max; do
		sysctl "$name" 8
		refuses "is not allowed in the hosts ipc namespace"
	done
}

@test "the domain name as a value needs a uts namespace" {
	without_namespace uts
	sysctl kernel.domainname x
	refuses "is not in a separate kernel namespace"
}

@test "values of the user namespace need one" {
	sysctl user.max_ipc_namespaces 5
	refuses "without a user namespace"
}

@test "values of the user namespace are set in one" {
	requires userns
	map_ids
	sysctl user.max_ipc_namespaces 5
	runs 'cat /proc/sys/user/max_ipc_namespaces'
	prints 5
}

@test "a value that the kernel refuses, and a name that it does not have, are errors" {
	sysctl kernel.msgmax nonsense
	refuses "msgmax"
	sysctl net.no_such_thing 1
	refuses "no_such_thing"
}
