// SPDX-License-Identifier: Apache-2.0
// `start`, twice: lib/container/start.cpp. One at a time has the container's lock.

bool lock = false;

inline give_up(why) {
  start_result[number] = FAILED;
  start_reason[number] = why;
  goto done
}

proctype Starter(byte number) {
  bool locked = false;
  {
    skip;
end_waits:
    atomic { published && !alive[PARENT] && !lock -> lock = true; locked = true };
    if
    :: atomic { alive[recorded] && listening -> open_end[number] = true; backlog!number }
    :: !alive[recorded] || !listening -> give_up(GONE)
    fi;
    if
    :: listening -> word[number] = true
    :: !listening -> give_up(GONE)
    fi;
    lock = false;
    locked = false;
    if
    :: answer[number] == FAILED -> give_up(SAID)
    :: answer[number] == SUCCESS || (answer[number] == NONE && word_read[number] && !alive[recorded]) -> start_result[number] = SUCCESS
    :: !word_read[number] && !listening -> give_up(GONE)
    fi;
done:
    skip
  } unless { killed[STARTER + number] };
  atomic {
    alive[STARTER + number] = false;
    open_end[number] = false;
    lock = lock && !locked
  }
}
