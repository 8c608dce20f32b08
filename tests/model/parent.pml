// SPDX-License-Identifier: Apache-2.0
// The command that makes the process, from its start to its end.

active proctype Parent() {
  mtype message;
  byte who, how, between, at, child = 0, container = 0;
  bool said = false, was_executed = false, settled = false, again = false, asked = false, clones_once_more = false;
  bool inside = false, over = false;
  alive[PARENT] = true;
  {
    choose();
#ifdef APART
    if // a death or a failure, not both
    :: kills = 0
    :: failures = 0
    fi;
#endif
    atomic {
      children = 1;
      child = STAGE;
      alive[STAGE] = true;
      told[STAGE] = true;
      holders = 1;
      run Child(STAGE, at_start, 0)
    };
    own_step();
    make();
    atomic { result = SUCCESS; handed_over = child };
    goto done;
failed:
    do // as with_reason(): what a child has said is the reason
    :: atomic { nempty(up) && !said -> up?message, who, how, between; account() }
    :: empty(up) || said -> break
    od;
    reason = (said -> SAID : reason);
    end_stage();
    result = FAILED;
done:
    skip
  } unless { killed[PARENT] };
  d_step {
    alive[PARENT] = false;
    parent_hears = false;
    parent_speaks = false;
    message = log; // what is of no use any more makes no states
    who = 0;
    how = 0;
    between = 0;
    container = 0
  }
}
