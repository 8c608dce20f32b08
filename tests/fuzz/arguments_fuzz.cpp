// SPDX-License-Identifier: Apache-2.0
// A command line from hostile words: what is no option is an argument, in its order, and no word is lost.
#include "cmd/arguments.hpp"

#include <algorithm>

#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

struct Values {
  bool flag = false;
  std::optional<bool> perhaps;
  std::string text;
  unsigned count = 0;
  std::vector<std::string> list;
  std::optional<std::int64_t> number;
  std::chrono::nanoseconds time{};
};

std::vector<cmd::Option> table_of(Values& values) {
  return {{"flag", 'f', &values.flag, "a flag"},     {"perhaps", 0, &values.perhaps, "a flag that may be false"},
          {"text", 't', &values.text, "a text"},     {"count", 0, &values.count, "a number"},
          {"list", 'l', &values.list, "some texts"}, {"number", 0, &values.number, "a number, or none"},
          {"time", 0, &values.time, "a time"}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const auto order = input.number(2) == 0 ? cmd::Order::mixed : cmd::Order::options_first;
  std::vector<std::string> words;
  while (!input.empty()) words.emplace_back(input.text(24).c_str());
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());

  Values values;
  const auto table = table_of(values);
  let_it_refuse([&] {
    const auto taken = cmd::take_apart(table, pointers, order);
    require(taken.options.size() + taken.arguments.size() <= words.size());
    auto at = words.begin();
    for (const auto& argument : taken.arguments) {
      at = std::find(at, words.end(), argument);
      require(at != words.end());
      ++at;
    }
    require(cmd::parse(table, pointers, order) == taken.arguments);
  });
  return 0;
}
