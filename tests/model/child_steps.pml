// SPDX-License-Identifier: Apache-2.0
// What a child does: the init stage and its clones, lib/init. A clone goes on at a place of its own.

#ifdef WITHOUT_ORDER
#define own_report_sent(before) true
#else
#define own_report_sent(before) !alive[before]
#endif

mtype:place = { at_start, after_cgroup, after_namespaces, after_pid };

byte records_left = RECORDS; // lines for the log and the trace

// A step that may fail.
inline step() {
  if
  :: skip
  :: atomic { failures > 0 -> failures--; child_failed = true; goto failed }
  fi
}

// As Channel::send: to a parent that is gone is an error.
inline say_of(what, who, how, between) {
  if
  :: atomic {
       parent_hears && nfull(up) -> up!what, who, how, between;
       told[who] = told[who] || what == spawned;
       told[between] = told[between] || between != 0
     }
  :: !parent_hears -> goto failed
  fi
}

inline record(what) {
  if
  :: atomic { records_left > 0 && parent_hears && nfull(up) -> records_left--; up!what, 0, 0, 0 }
  :: skip
  fi
}

inline say(what) {
  record(log);
  record(trace);
  say_of(what, 0, 0, 0)
}

// As Channel::expect.
inline hear(what) {
  if
  :: down?what
  :: atomic { nempty(down) && !down?[what] -> child_failed = true; goto failed }
  :: empty(down) && !parent_speaks -> goto failed
  fi
}

// In await_start_message(): the parent has made the container known.
inline hear_go() {
  if
#ifdef WITHOUT_GO
  :: skip
#else
  :: down?hold
  :: down?start
  :: atomic { nempty(down) && !down?[hold] && !down?[start] -> child_failed = true; goto failed }
  :: empty(down) && !parent_speaks -> goto failed
#endif
  fi
}

inline clone(where) {
  step();
  atomic {
    children++;
    other = children;
    assert(other <= LAST_CHILD);
    alive[other] = true;
    holders++;
    run Child(other, where, me)
  }
}

// A clone takes this process's place, which says so and ends.
inline continue_in_clone(where, how, between) {
  clone(where);
  if
  :: atomic {
       parent_hears && nfull(up) -> up!spawned, other, how, between;
       told[other] = true;
       told[between] = told[between] || between != 0
     }
  :: atomic { !parent_hears -> killed[other] = true; goto failed }
  fi;
  goto ended
}

