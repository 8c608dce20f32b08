// SPDX-License-Identifier: Apache-2.0
// What the parent does with any stage: lib/process/stage.cpp.

bool leaving[PROCESSES]; // Stage::exited_stages_
chan queued = [4] of { mtype };

inline own_step() {
  if
  :: skip
  :: atomic { failures > 0 -> failures--; reason = OWN; goto failed }
  fi
}

// As Stage::read_next(): of whatever is read, processes and failures are kept.
inline account() {
  d_step {
    if
    :: message == executed -> was_executed = true
    :: message == failure -> said = true
    :: message == spawned ->
       settled = (how & MAPS_FOLLOW) || ((how & LAST) && !(how & CLONES_AGAIN)) || again;
       again = (how & CLONES_AGAIN) != 0;
       if
       :: between != 0 -> leaving[between] = true
       :: else
       fi;
       if
       :: who != child -> leaving[child] = true; child = who
       :: else
       fi
    :: else
    fi
  }
}

// What a stream that has ended means.
inline silent() {
  reason = (said || (no_program && !was_executed) -> SAID : GONE);
  goto failed
}

// As Stage::send().
inline tell(what) {
  if
  :: atomic { holders > 0 && nfull(down) -> down!what }
  :: children_gone ->
     do
     :: up?message, who, how, between -> account()
     :: empty(up) -> break
     od;
     silent()
  fi
}

// As Stage::await_clone(): a message that comes before the report is kept for later.
inline await_clone() {
  settled = false;
  do
  :: up?message, who, how, between ->
     if
     :: message == failure && said -> reason = SAID; goto failed
     :: else
     fi;
     account();
     if
     :: message == spawned -> break
     :: message == executed || message == failure || message == log || message == trace
     :: else -> queued!message
     fi
  :: empty(up) && children_gone -> silent()
  :: empty(up) && !children_gone && !alive[child] -> reason = (said -> SAID : GONE); goto failed
  od
}

// As Stage::receive().
inline receive() {
  if
  :: nempty(queued) -> queued?message
  :: empty(queued) && said -> reason = SAID; goto failed
  :: empty(queued) && !said ->
     do
     :: up?message, who, how, between ->
        account();
        if
        :: message == failure -> reason = SAID; goto failed
        :: message == executed || message == log || message == trace
        :: else -> break
        fi
     :: empty(up) && children_gone -> over = true; break
     // A process that is to clone itself again may have done so, and be dead: its clone waits, and holds the stream open.
#ifndef WITHOUT_PIDFD
     :: empty(up) && !children_gone && again && !alive[child] -> reason = GONE; goto failed
#endif
     od
  fi
}

inline reap(which) {
  !alive[which];
  reaped[which] = true
}

// Stage::reap_exited_stages().
inline reap_leaving() {
  (!leaving[1] || !alive[1]) && (!leaving[2] || !alive[2]) && (!leaving[3] || !alive[3]);
  d_step {
    at = STAGE;
    do
    :: at > LAST_CHILD -> break
    :: else -> reaped[at] = reaped[at] || leaving[at]; leaving[at] = false; at++
    od;
    at = 0
  }
}

inline serve() {
  do
  :: receive();
     if
     :: over -> silent()
     :: message == ready || message == seccomp ->
        own_step();
        if
        :: clones_once_more -> reason = GONE; goto failed
        :: else -> break
        fi
     :: message == console -> own_step()
     :: message == rlimit -> own_step(); tell(rlimit)
     :: message == source -> own_step(); tell(source)
     :: message == hooks -> own_step(); tell(hooks_done)
     :: message == spawned && clones_once_more ->
        clones_once_more = false;
        container = child;
        reap_leaving();
        own_step();
        tell(placed)
     :: else -> assert(false) // out of turn
     fi
  od
}

// As Stage::end(): what the stage has become is found, and ended.
inline end_stage() {
  parent_speaks = false;
#ifndef WITHOUT_SEARCH
  do
  :: settled || !asked -> break
  :: !settled && asked && up?[message, who, how, between] -> up?message, who, how, between; account()
  :: !settled && asked && empty(up) && children_gone -> break
  :: !settled && asked && !children_gone -> impatient = true; break
  od;
#endif
  parent_hears = false;
  published = false;
  if
  :: child != 0 -> killed[child] = true; reap(child)
  :: else
  fi;
  reap_leaving()
}
