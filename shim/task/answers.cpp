// SPDX-License-Identifier: Apache-2.0
#include "shim/task/answers.hpp"

#include "shim/message.hpp"
#include "task.pb-c.h"

namespace corten::shim {

std::string pid_response(pid_t pid) {
  Task__PidResponse message = TASK__PID_RESPONSE__INIT;
  message.pid = static_cast<std::uint32_t>(pid);
  return pack(message.base);
}

std::string wait_response(const Exit& exit) {
  auto at = timestamp_of(exit.at);
  Task__WaitResponse message = TASK__WAIT_RESPONSE__INIT;
  message.exit_status = exit.status;
  message.exited_at = &at;
  return pack(message.base);
}

std::string delete_response(const Exit& exit) {
  auto at = timestamp_of(exit.at);
  Task__DeleteResponse message = TASK__DELETE_RESPONSE__INIT;
  message.pid = static_cast<std::uint32_t>(exit.pid);
  message.exit_status = exit.status;
  message.exited_at = &at;
  return pack(message.base);
}

}  // namespace corten::shim
