// SPDX-License-Identifier: Apache-2.0
#include "cmd/table.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;

TEST_CASE("columns are as wide as their longest cell and the padding", "[cmd]") {
  CHECK(format_table({{"ID", "PID", "OWNER"}, {"a-long-name", "1", "root"}}, 4, 3) ==
        "ID            PID   OWNER\n"
        "a-long-name   1     root\n");
}

TEST_CASE("a column has its minimum width, padding included", "[cmd]") {
  CHECK(format_table({{"123456789", "x"}}, 12, 3) == "123456789   x\n");
  CHECK(format_table({{"1234567890", "x"}}, 12, 3) == "1234567890   x\n");
  CHECK(format_table({{"", "x"}}, 12, 3) == "            x\n");
}

TEST_CASE("the last column is not padded", "[cmd]") {
  CHECK(format_table({{"a", "b"}, {"a", ""}}, 2, 1) == "a b\na \n");
}

TEST_CASE("characters are counted, not bytes", "[cmd]") {
  CHECK(format_table({{"é", "x"}, {"ab", "y"}}, 1, 1) == "é  x\nab y\n");
}

TEST_CASE("no rows are no lines", "[cmd]") { CHECK(format_table({}, 12, 3).empty()); }
