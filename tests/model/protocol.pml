// SPDX-License-Identifier: Apache-2.0
// The protocol between parent, init stage and init, for spin: no order of deaths, delays, failures and messages may end in
// a hang, a lost process or a lost error. scripts/model runs it.
//
//   -DCREATE (with two `start` commands), -DRUN or -DEXEC      which command
//   -DWITHOUT_...                                              takes one thing out: spin must find the error then
//
// A delay is what spin does anyway: each process may rest between any two of its statements.

#ifdef RUN
#define RUNS 1
#else
#define RUNS 0
#endif
#ifdef PLAIN
#define ASKS false
#else
#define ASKS true
#endif
#ifndef RECORDS
#define RECORDS 1
#endif

#include "shared.pml"
#include "child_steps.pml"
#ifdef EXEC
#include "exec_child.pml"
#else
#include "container_child.pml"
#endif
#include "parent_steps.pml"
#ifdef EXEC
#include "exec_parent.pml"
#else
#include "container_parent.pml"
#endif
#include "parent.pml"
#ifdef CREATE
#include "starter.pml"
#endif
#include "properties.pml"
