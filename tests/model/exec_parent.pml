// SPDX-License-Identifier: Apache-2.0
// `exec`: lib/container/exec/exec.cpp.

inline choose() {
  if :: pid_last = true :: skip fi;
  if
  :: born_inside = true;
     cgroup_first = pid_last;
     in_place = pid_last;
     if :: in_place = false :: skip fi;
     if :: refused = true :: skip fi
  :: skip
  fi;
  moved = !born_inside;
  if :: moved = false :: skip fi;
  if :: waits = true :: skip fi
}

inline make() {
  asked = true;
  tell(plan);
  if
  :: born_inside || pid_last ->
     do
     :: await_clone();
        inside = inside || (how & IN_CGROUP);
        if
        :: how & LAST -> break
        :: else
        fi
     od
  :: else -> settled = true
  fi;
  if
  :: born_inside && !inside -> own_step()
  :: moved -> own_step(); tell(placed)
  :: else
  fi;
  serve();
  reap_leaving();
  own_step();
  if
  :: waits || (born_inside && !inside) -> go = true; tell(start)
  :: else
  fi;
  receive();
  if
  :: over
  :: else -> assert(false)
  fi;
  own_step() // the pid file
}
