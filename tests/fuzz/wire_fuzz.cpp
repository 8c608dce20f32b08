// SPDX-License-Identifier: Apache-2.0
// The values that parent and init stage tell each other: bytes that are cut short, or name more than they have, are refused,
// and what is read is written as it was.
#include "base/wire.hpp"

#include "base/log.hpp"
#include "input.hpp"
#include "process/handover.hpp"
#include "process/plan.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

template <class Value>
void try_value(std::string_view bytes) {
  let_it_refuse([&] {
    const auto once = wire::encode(wire::decode<Value>(bytes));
    require(wire::encode(wire::decode<Value>(once)) == once);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const auto kind = input.number(8);
  auto bytes = input.rest();
  // A truth value of another byte than 0 and 1 is not one: both sides are the same build, and write none.
  for (auto& byte : bytes) byte = static_cast<char>(static_cast<unsigned char>(byte) & 1U);
  switch (kind) {
    case 0: try_value<process::NamespaceRequest>(bytes); break;
    case 1: try_value<process::CloneReport>(bytes); break;
    case 2: try_value<process::InitPlan>(bytes); break;
    case 3: try_value<process::ExecPlan>(bytes); break;
    case 4: try_value<process::InitHandover>(bytes); break;
    case 5: try_value<process::ExecHandover>(bytes); break;
    case 6: try_value<std::pair<int, std::string>>(bytes); break;
    default: try_value<std::pair<log::Level, std::string>>(bytes); break;
  }
  return 0;
}
