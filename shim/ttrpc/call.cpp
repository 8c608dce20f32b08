// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/call.hpp"

#include "shim/message.hpp"
#include "ttrpc.pb-c.h"

namespace corten::shim::ttrpc {

std::optional<Request> read_request(std::string_view bytes) {
  const auto message = try_unpack<Ttrpc__Request>(ttrpc__request__descriptor, bytes);
  if (!message) return std::nullopt;
  return Request{message->service, message->method, std::string{bytes_of(message->payload)}};
}

std::string request_bytes(std::string_view service, std::string_view method, std::string_view payload) {
  const std::string service_text{service}, method_text{method};
  Ttrpc__Request message = TTRPC__REQUEST__INIT;
  message.service = lent(service_text);
  message.method = lent(method_text);
  message.payload = lent_bytes(payload);
  return pack(message.base);
}

std::string response_bytes(std::string_view payload) {
  Ttrpc__Response message = TTRPC__RESPONSE__INIT;
  message.payload = lent_bytes(payload);
  return pack(message.base);
}

std::string response_bytes(const Failure& failure) {
  Ttrpc__Status status = TTRPC__STATUS__INIT;
  status.code = static_cast<std::int32_t>(failure.code());
  status.message = lent(failure.message());
  Ttrpc__Response message = TTRPC__RESPONSE__INIT;
  message.status = &status;
  return pack(message.base);
}

std::optional<Failure> failure_in(std::string_view response) {
  const auto message = try_unpack<Ttrpc__Response>(ttrpc__response__descriptor, response);
  if (!message) return Failure{Code::internal, "the response cannot be read"};
  if (message->status == nullptr || message->status->code == 0) return std::nullopt;
  return Failure{static_cast<Code>(message->status->code), message->status->message};
}

}  // namespace corten::shim::ttrpc
