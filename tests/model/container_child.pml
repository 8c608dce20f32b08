// SPDX-License-Identifier: Apache-2.0
// The init stage of a new container: lib/init/init_stage.cpp, make_namespaces.cpp and init_steps.cpp.

// As await_start(): a word counts only from a command that is still there.
inline await_start() {
  skip;
end_created:
  backlog?connection;
  if
  :: word[connection] ->
     word_read[connection] = true;
     if
     :: open_end[connection]
     :: !open_end[connection] -> goto end_created
     fi
  :: !word[connection] && !open_end[connection] -> goto end_created
  fi
}

#define birth (born_inside && !refused -> IN_CGROUP : 0)

proctype Child(byte me; mtype:place where; byte before) {
  byte other, connection;
  bool holds = true, connected = false, in_cgroup = !born_inside;
  {
    if
    :: where == at_start
    :: where == after_namespaces -> in_cgroup = !born_inside || !refused; goto in_namespaces
    // These clone themselves again, and wait for their own report: the reports must come in that order.
    :: where == after_cgroup -> own_report_sent(before); in_cgroup = !refused; goto in_the_cgroup
    :: where == after_pid -> own_report_sent(before); goto in_the_pid_namespace
    fi;
    if
    :: skip
    :: atomic { failures > 0 -> failures--; no_program = true; goto ended }
    fi;
    say(executed);
    hear(namespaces);
    step();
    if
    :: cgroup_first -> continue_in_clone(after_cgroup, birth, 0)
    :: else
    fi;

in_the_cgroup:
    step();
    if
    :: maps_itself || pid_for_clone ->
       say_of(spawned, me, MAPS_FOLLOW, 0);
       hear(mapped);
       step()
    :: else
    fi;
    if
    :: pid_for_clone -> say_of(spawned, me, LAST | CLONES_AGAIN, 0)
    :: else ->
       continue_in_clone(after_namespaces, LAST | (maps -> MAPS_FOLLOW : 0) | (pid_last -> CLONES_AGAIN : 0) | birth, 0)
    fi;

in_namespaces:
    if
    :: maps ->
       hear(mapped);
       step();
       if // where the caller is no root, it is executed once more
       :: say(executed)
       :: skip
       fi
    :: else
    fi;
    hear(plan);
    if
    :: in_cgroup
    :: else -> hear(placed)
    fi;
    step();
    if
    :: ASKS -> say(source); hear(source)
    :: skip
    fi;
    if
    :: ASKS -> say(hooks); hear(hooks_done); step()
    :: skip
    fi;
    if
    :: ASKS -> say(console)
    :: skip
    fi;
    if
    :: pid_last || pid_for_clone -> continue_in_clone(after_pid, 0, 0)
    :: else -> goto settings
    fi;

in_the_pid_namespace:
    hear(placed);

settings:
    if
    :: ASKS -> say(rlimit); hear(rlimit)
    :: skip
    fi;
    if
    :: RUNS -> say(ready); step()
    :: step(); say(seccomp)
    :: !RUNS -> step(); say(ready)
    fi;
    hear_go();
    if
    :: RUNS
    :: !RUNS -> // the connection of `start` is its channel from here on
       atomic { holds = false; holders-- };
       await_start();
       atomic { connected = true; listening = false }
    fi;
    if // the last steps: startContainer hooks, the filter
    :: skip
    :: atomic {
         failures > 0 ->
         failures--;
         child_failed = !connected;
         start_failed = connected;
         goto failed
       }
    fi;
    atomic {
      assert(go);
      running = me;
      if
      :: holds -> holds = false; holders--
      :: else -> answer[connection] = SUCCESS
      fi
    };
end_running:
    killed[me];
    goto ended;

failed:
    if
    :: connected -> answer[connection] = FAILED
    :: atomic { holds && parent_hears && nfull(up) -> up!failure, 0, 0, 0 }
    :: !connected && (!parent_hears || !holds)
    fi
  } unless { killed[me] };
ended:
  atomic {
    alive[me] = false;
    other = 0;
    before = 0;
    listening = listening && recorded != me;
    if
    :: holds -> holders--
    :: else
    fi
  }
}
