// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "api/container.hpp"
#include "notify/ready_proxy.hpp"
#include "sys/pidfd.hpp"

namespace corten::container {

Readiness::Readiness(notify::ReadyProxy proxy) : proxy_{std::make_unique<notify::ReadyProxy>(std::move(proxy))} {}
Readiness::Readiness(Readiness&&) noexcept = default;
Readiness& Readiness::operator=(Readiness&&) noexcept = default;
Readiness::~Readiness() = default;

int Readiness::fd() const { return proxy_->socket().get(); }

void Readiness::wait(pid_t main_pid) {
  if (const auto pidfd = sys::open_pidfd(main_pid)) proxy_->wait_ready(main_pid, *pidfd);
}

bool Readiness::receive(pid_t main_pid) { return proxy_->receive(main_pid); }

}  // namespace corten::container
