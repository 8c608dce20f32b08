// SPDX-License-Identifier: Apache-2.0
#include "init/runc_log_lines.hpp"

#include <catch2/catch.hpp>

using namespace corten::init;

TEST_CASE("a CPU mask is one number, however many words it has", "[init]") {
  CHECK(mask_text({}) == "0x0");
  CHECK(mask_text({0, 0}) == "0x0");
  CHECK(mask_text({3}) == "0x3");
  CHECK(mask_text({0x1f, 0}) == "0x1f");
  CHECK(mask_text({1, 0x2a}) == "0x2a0000000000000001");
}
