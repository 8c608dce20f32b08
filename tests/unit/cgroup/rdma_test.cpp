// SPDX-License-Identifier: Apache-2.0
#include "cgroup/rdma.hpp"

#include <catch2/catch.hpp>

#include "fake_tree.hpp"

using namespace corten::cgroup;
using corten::resources::RdmaUsage;
using corten::test::FakeTree;

TEST_CASE("a row is made of a device's use and limits", "[cgroup]") {
  const auto rows = parse_rdma("mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=3 hca_object=0\n",
                               "mlx4_0 hca_handle=max hca_object=2000\nother0 hca_handle=4 hca_object=max\n");
  CHECK(rows == std::vector<RdmaUsage>{
                    {"mlx4_0", 2, 2000, UINT64_MAX, 2000}, {"ocrdma1", 3, 0, 0, 0}, {"other0", 0, 0, 4, UINT64_MAX}});
  CHECK(parse_rdma("", "\n").empty());
}

TEST_CASE("RDMA is read from the cgroup, and is nothing without the controller", "[cgroup]") {
  const FakeTree tree;
  tree.file("rdma.current", "mlx4_0 hca_handle=1 hca_object=2\n");
  CHECK(read_rdma({{"", tree.root()}}) == std::vector<RdmaUsage>{{"mlx4_0", 1, 2, 0, 0}});
  CHECK(read_rdma({{"cpu", tree.root()}}).empty());
}
