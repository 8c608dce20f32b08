// SPDX-License-Identifier: Apache-2.0
// `create` and `run`: lib/container/create/creation.cpp.

inline choose() {
#ifndef PLAIN
  if :: maps = true :: maps_itself = true :: skip fi;
  if
  :: pid_last = !maps && !maps_itself
  :: pid_for_clone = maps; maps = false
  :: skip
  fi;
  if
  :: born_inside = true;
     if :: refused = true :: skip fi;
     cgroup_first = maps || maps_itself || pid_for_clone;
     if :: cgroup_first = true :: skip fi // it joins a user or cgroup namespace
  :: skip
  fi;
  if
  :: early = !maps && !maps_itself && !pid_last && !pid_for_clone && !cgroup_first
  :: skip
  fi
#else
  if
  :: early = true
  :: skip
  fi
#endif
}

inline make() {
  asked = true;
  tell(namespaces);
  if // what the plan depends on is known
  :: early -> own_step(); tell(plan)
  :: else
  fi;
  do
  :: await_clone();
     inside = inside || (how & IN_CGROUP);
     clones_once_more = (how & CLONES_AGAIN) != 0;
     if
     :: how & MAPS_FOLLOW -> own_step(); tell(mapped)
     :: else
     fi;
     if
     :: how & LAST -> break
     :: else
     fi
  od;
  container = child;
  own_step();
  if
  :: early
  :: else -> own_step(); tell(plan)
  fi;
  if
  :: born_inside && !inside -> tell(placed)
  :: else
  fi;
  listening = !RUNS;
  serve();
  reap_leaving();
  own_step();
  atomic { published = true; recorded = container };
  go = true;
  if
  :: RUNS ->
     tell(start);
     receive();
     if
     :: over
     :: else -> assert(false)
     fi
  :: else -> own_step(); tell(hold)
  fi;
  parent_hears = false;
  parent_speaks = false;
  if
  :: RUNS -> own_step() // poststart hooks, the pid file
  :: else
  fi
}
