// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <corten/log.hpp>

using namespace corten;

namespace {

constexpr long moment = 1767225599;  // 2025-12-31T23:59:59Z

}  // namespace

TEST_CASE("a record of text has runc's fields", "[corten]") {
  CHECK(log_record(CORTEN_WARNING, "low \"memory\"\n", LogFormat::text, moment) ==
        "time=\"2025-12-31T23:59:59Z\" level=warning msg=\"low \\\"memory\\\"\\n\"\n");
}

TEST_CASE("a record of JSON has runc's fields in runc's order", "[corten]") {
  CHECK(log_record(CORTEN_ERROR, "a\tb", LogFormat::json, moment) ==
        R"({"level":"error","msg":"a\tb","time":"2025-12-31T23:59:59Z"})"
        "\n");
  CHECK(log_record(CORTEN_INFO, "", LogFormat::json, 0) == R"({"level":"info","msg":"","time":"1970-01-01T00:00:00Z"})"
                                                           "\n");
}

TEST_CASE("a log has control characters in escapes, and an end", "[corten]") {
  for (const auto format : {LogFormat::json, LogFormat::text}) {
    const auto line = log_record(CORTEN_ERROR,
                                 "\x1B]0;x\x07\n\xC2\x9B"
                                 "31m\xFF\x7F",
                                 format, 0);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) CHECK((static_cast<unsigned char>(line[i]) >= 0x20));
    CHECK(line.find("\\u001b]0;x\\u0007\\n\\u009b31m\xEF\xBF\xBD\\u007f") != std::string::npos);
  }
}
