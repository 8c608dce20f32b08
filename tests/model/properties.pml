// SPDX-License-Identifier: Apache-2.0
// What must hold once nothing moves any more. That everybody has come to an end is spin's own check: a process that waits
// elsewhere than at a label `end...` hangs.

#define ended(who) (who <= children && !alive[who])
#define left(who) (alive[who] && who != running && !(who == recorded && published && listening))

active proctype Judge() {
  byte who;
#ifdef CREATE
  atomic {
    alive[STARTER] = true;
    run Starter(0);
    if
    :: STARTS > 1 -> alive[STARTER + 1] = true; run Starter(1)
    :: else
    fi
  };
#endif
end_judge:
  timeout ->
  assert(!alive[PARENT]);
  assert(killed[PARENT] || result != NONE);

  // No process is left but the container's.
  assert(!left(1) && !left(2) && !left(3) && !left(4));
  // What failed does not run, unless the stage was killed before it could tell of its clone: its cgroup has that.
  assert(result != FAILED || running == 0 || !alive[running] || !told[running] || impatient);
  // A process that is told of is waited for: libcorten's caller keeps no zombie.
  d_step {
    who = STAGE;
    do
    :: who > LAST_CHILD -> break
    :: else ->
       assert(killed[PARENT] || impatient || !told[who] || reaped[who] || alive[who] || who == handed_over);
       who++
    od
  };

  // No error is lost: a step that failed is no success, unless its process was killed before it could say so.
  assert(!(child_failed || no_program) || struck || result == FAILED);
  // And what a child said is what the caller hears, not that the child is gone.
  assert(!(child_failed || no_program) || struck || result != FAILED || reason == SAID);
  assert(result != FAILED || reason != NONE);
  // Success is success: the process runs, or is created, or was killed.
  assert(result != SUCCESS || running != 0 || struck || listening || start_failed);
#ifdef CREATE
  assert(start_result[0] != SUCCESS || start_result[1] != SUCCESS);
  assert(!start_failed || struck || (start_result[0] == FAILED && start_reason[0] == SAID) || (start_result[1] == FAILED && start_reason[1] == SAID));
  assert((start_result[0] != SUCCESS && start_result[1] != SUCCESS) || running != 0 || struck);
#endif
}
