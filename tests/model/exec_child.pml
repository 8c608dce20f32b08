// SPDX-License-Identifier: Apache-2.0
// The stage of one more process in a container: lib/init/exec_steps.cpp and join.cpp.

#define birth (born_inside && !refused -> IN_CGROUP : 0)

proctype Child(byte me; mtype:place where; byte before) {
  byte other, unreported = 0;
  bool holds = true, in_cgroup = !born_inside;
  {
    if
    :: where == at_start
    :: where == after_cgroup && !in_place -> own_report_sent(before); in_cgroup = !refused; goto joining
    :: where == after_cgroup && in_place -> in_cgroup = true; unreported = me; goto joining
    :: where == after_namespaces -> in_cgroup = !born_inside || !refused; goto inside
    fi;
    if
    :: skip
    :: atomic { failures > 0 -> failures--; no_program = true; goto ended }
    fi;
    say(executed);
    hear(plan);
    step();
    if
    :: born_inside && !cgroup_first -> continue_in_clone(after_namespaces, LAST | birth, 0)
    :: born_inside && cgroup_first && !in_place -> continue_in_clone(after_cgroup, birth, 0)
    :: born_inside && cgroup_first && in_place && !refused ->
       clone(after_cgroup);
       !alive[other]; // it has the memory of this process, which ends with it
       goto ended
    :: else
    fi;

joining:
    if
    :: skip
    :: atomic { failures > 0 -> failures--; child_failed = true; goto failed_joining }
    fi;
    if
    :: pid_last -> continue_in_clone(after_namespaces, LAST | (in_cgroup && born_inside -> IN_CGROUP : 0), unreported)
    :: else
    fi;

inside:
    if
    :: moved -> hear(placed)
    :: else
    fi;
    if
    :: say(console)
    :: skip
    fi;
    if
    :: say(rlimit); hear(rlimit)
    :: skip
    fi;
    step();
    if
    :: say(ready)
    :: waits -> say(seccomp)
    fi;
    if
    :: !in_cgroup || waits -> hear_go()
    :: else
    fi;
    step();
    atomic { assert(go || !waits); running = me; holds = false; holders-- };
end_running:
    killed[me];
    goto ended;

failed_joining:
    if
    :: unreported != 0 -> say_of(spawned, me, 0, 0)
    :: else
    fi;
failed:
    if
    :: atomic { parent_hears && nfull(up) -> up!failure, 0, 0, 0 }
    :: !parent_hears
    fi
  } unless { killed[me] };
ended:
  atomic {
    alive[me] = false;
    other = 0;
    before = 0;
    if
    :: holds -> holders--
    :: else
    fi
  }
}
