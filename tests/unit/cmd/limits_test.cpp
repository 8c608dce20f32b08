// SPDX-License-Identifier: Apache-2.0
#include "cmd/limits.hpp"

#include <catch2/catch.hpp>

#include "cmd/error.hpp"

using namespace corten::cmd;

namespace {

std::string complaint(const LimitTexts& texts) {
  try {
    static_cast<void>(parse_limits(texts));
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("options that are not given set no limit", "[cmd]") {
  const auto limits = parse_limits({});
  CHECK_FALSE(limits.pids_limit);
  CHECK_FALSE(limits.memory->limit);
  CHECK_FALSE(limits.memory->swap);
  CHECK_FALSE(limits.cpu->shares);
  CHECK_FALSE(limits.cpu->quota);
  CHECK_FALSE(limits.block_io->weight);
  CHECK(limits.cpu->cpus.empty());
}

TEST_CASE("each option sets its limit", "[cmd]") {
  LimitTexts texts;
  auto table = limit_options(texts);
  const char* const words[] = {
      "--blkio-weight=500",     "--cpu-period=1",    "--cpu-quota=-1",     "--cpu-burst=3",     "--cpu-share=4",
      "--cpu-idle=1",           "--cpu-rt-period=5", "--cpu-rt-runtime=6", "--cpuset-cpus=0-1", "--cpuset-mems=0",
      "--memory=50M",           "--memory-swap=-1",  "--pids-limit=-1",    "--kernel-memory",   "7",
      "--memory-reservation=8k"};
  CHECK(parse(table, words, Order::mixed).empty());
  const auto limits = parse_limits(texts);
  CHECK(limits.block_io->weight == 500);
  CHECK(limits.cpu->period == 1U);
  CHECK(limits.cpu->quota == -1);
  CHECK(limits.cpu->burst == 3U);
  CHECK(limits.cpu->shares == 4U);
  CHECK(limits.cpu->idle == 1);
  CHECK(limits.cpu->realtime_period == 5U);
  CHECK(limits.cpu->realtime_runtime == 6);
  CHECK(limits.cpu->cpus == "0-1");
  CHECK(limits.cpu->mems == "0");
  CHECK(limits.memory->limit == 52428800);
  CHECK(limits.memory->swap == -1);
  CHECK(limits.memory->kernel == 7);
  CHECK(limits.memory->reservation == 8192);
  CHECK(limits.pids_limit == -1);
}

TEST_CASE("a wrong limit is named with its option", "[cmd]") {
  LimitTexts texts;
  texts.cpu_quota = "x";
  CHECK(complaint(texts) == "invalid value for cpu-quota: strconv.ParseInt: parsing \"x\": invalid syntax");
  texts = {};
  texts.cpu_shares = "-1";
  CHECK(complaint(texts) == "invalid value for cpu-share: strconv.ParseUint: parsing \"-1\": invalid syntax");
  texts = {};
  texts.cpu_period = "99999999999999999999";
  CHECK(complaint(texts) ==
        "invalid value for cpu-period: strconv.ParseUint: parsing \"99999999999999999999\": value out of range");
  texts = {};
  texts.memory = "50X";
  CHECK(complaint(texts) == "invalid value for memory: invalid suffix: 'x'");
  texts = {};
  texts.block_io_weight = 65536;
  CHECK(complaint(texts) == "invalid value for blkio-weight: 65536");
}
