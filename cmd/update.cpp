// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include "cmd/command.hpp"
#include "cmd/limits.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {
namespace {

struct Options {
  std::string file;
  LimitTexts limits;
  std::string cache_schema, bandwidth_schema;
};

std::vector<Option> table_of(Options& options) {
  auto table = limit_options(options.limits);
  table.insert(table.begin(), {"resources", 'r', &options.file,
                               "the file with the limits, or '-' for standard input; other limits are ignored then"});
  table.push_back({"l3-cache-schema", 0, &options.cache_schema, "Intel RDT schema of the L3 cache"});
  table.push_back({"mem-bw-schema", 0, &options.bandwidth_schema, "Intel RDT schema of the memory bandwidth"});
  return table;
}

Document<spec::Resources> limits_of(const Options& options) {
  using Limits = Document<spec::Resources>;
  if (options.file.empty()) return parse_limits(options.limits);
  if (options.file == "-") return Limits{read_all(STDIN_FILENO, "standard input")};
  return Limits{read_all(open_file(options.file, O_RDONLY).get(), options.file)};
}

int run(Call& call) {
  Options options;
  const auto arguments = call.parse({1, 1}, table_of(options));
  auto container = load(call, arguments);
  const auto limits = limits_of(options);
  container.update(limits, options.cache_schema, options.bandwidth_schema);
  return 0;
}

}  // namespace

constinit const Command update_command = {
    .name = "update",
    .usage = "change the limits of a container",
    .arguments = R"(<container-id>

A file with limits has the form of linux.resources in config.json; limits that it does not have stay as they are:

       {"memory": {"limit": 67108864}, "pids": {"limit": 20},
        "cpu": {"quota": 50000, "period": 100000}})",
    .description =
        "Other limits, and the rules for devices, stay as they are. If a limit is refused, those set before it are\n"
        "restored.",
    .run = run,
};

}  // namespace corten::cmd
