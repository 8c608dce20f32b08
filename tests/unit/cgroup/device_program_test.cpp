// SPDX-License-Identifier: Apache-2.0
// Runs the programs in a small interpreter: what they answer is what counts, not how they look.
#include "cgroup/device_program.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>

using namespace corten;
using namespace corten::cgroup;

namespace {

struct Machine {
  std::array<std::uint64_t, 11> registers{};
  const bpf_cgroup_dev_ctx* context = nullptr;

  std::uint64_t operand(const bpf_insn& insn) const {
    if (BPF_SRC(insn.code) == BPF_X) return registers.at(insn.src_reg);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(insn.imm));
  }

  void load(const bpf_insn& insn) {
    REQUIRE(insn.code == (BPF_LDX | BPF_MEM | BPF_W));
    REQUIRE(registers.at(insn.src_reg) == 0xC0DE);  // only the context may be read
    std::uint32_t word = 0;
    REQUIRE(static_cast<std::size_t>(insn.off) + sizeof word <= sizeof *context);
    std::memcpy(&word, reinterpret_cast<const char*>(context) + insn.off, sizeof word);
    registers.at(insn.dst_reg) = word;
  }

  void compute(const bpf_insn& insn) {
    auto& target = registers.at(insn.dst_reg);
    const auto value = static_cast<std::uint32_t>(operand(insn));
    switch (BPF_OP(insn.code)) {
      case BPF_MOV: target = value; break;
      case BPF_AND: target = static_cast<std::uint32_t>(target) & value; break;
      case BPF_RSH: target = static_cast<std::uint32_t>(target) >> value; break;
      default: FAIL("unknown operation");
    }
  }

  bool jumps(const bpf_insn& insn) const {
    const auto left = registers.at(insn.dst_reg);
    switch (BPF_OP(insn.code)) {
      case BPF_JNE: return left != operand(insn);
      case BPF_JEQ: return left == operand(insn);
      default: FAIL("unknown jump");
    }
    return false;
  }

  std::uint64_t run(const std::vector<bpf_insn>& program) {
    registers.fill(0xDEAD);
    registers[1] = 0xC0DE;
    for (std::size_t at = 0;; ++at) {
      REQUIRE(at < program.size());
      const auto& insn = program[at];
      switch (BPF_CLASS(insn.code)) {
        case BPF_LDX: load(insn); break;
        case BPF_ALU: compute(insn); break;
        case BPF_JMP:
          if (BPF_OP(insn.code) == BPF_EXIT) return registers[0];
          REQUIRE(insn.off >= 0);  // old kernels take no loops
          if (jumps(insn)) at += static_cast<std::size_t>(insn.off);
          break;
        default: FAIL("unknown class");
      }
    }
  }
};

bool allowed(const DeviceSet& set, char type, std::uint32_t major, std::uint32_t minor, unsigned access) {
  const std::uint32_t kind = type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
  const bpf_cgroup_dev_ctx context{access << 16U | kind, major, minor};
  Machine machine;
  machine.context = &context;
  const auto answer = machine.run(device_program(set));
  REQUIRE(answer <= 1);
  return answer == 1;
}

DeviceRule rule(bool allow, char type, std::optional<std::uint32_t> major, std::optional<std::uint32_t> minor,
                unsigned access) {
  DeviceRule made;
  made.type = type;
  made.major = major;
  made.minor = minor;
  made.read = (access & device_access::read) != 0;
  made.write = (access & device_access::write) != 0;
  made.mknod = (access & device_access::mknod) != 0;
  made.allow = allow;
  return made;
}

constexpr auto any = std::nullopt;
constexpr auto r = device_access::read;
constexpr auto w = device_access::write;
constexpr auto m = device_access::mknod;
constexpr auto rwm = device_access::all;

}  // namespace

TEST_CASE("the program of an empty list denies, that of a full one allows", "[cgroup]") {
  CHECK_FALSE(allowed(DeviceSet{}, 'c', 1, 3, r));
  CHECK(allowed(DeviceSet::allowing_all(), 'b', 8, 0, rwm));
}

TEST_CASE("the program allows what the list names and nothing else", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(false, 'a', any, any, rwm), rule(true, 'c', any, any, m), rule(true, 'b', any, any, m),
                           rule(true, 'c', 1, 3, rwm), rule(true, 'c', 136, any, rwm), rule(true, 'c', 10, 229, r | w),
                           rule(true, 'b', any, 7, r)});
  CHECK(allowed(set, 'c', 1, 3, r | w));
  CHECK(allowed(set, 'c', 1, 3, rwm));
  CHECK_FALSE(allowed(set, 'b', 1, 3, r));  // the type counts
  CHECK_FALSE(allowed(set, 'c', 1, 4, r));  // the minor counts
  CHECK_FALSE(allowed(set, 'c', 2, 3, r));  // the major counts
  CHECK(allowed(set, 'c', 136, 9999, r | w));
  CHECK(allowed(set, 'c', 77, 77, m));  // mknod of anything
  CHECK(allowed(set, 'b', 77, 77, m));
  CHECK_FALSE(allowed(set, 'c', 77, 77, m | r));
  CHECK(allowed(set, 'c', 10, 229, r | w));
  CHECK(allowed(set, 'c', 10, 229, w));
  CHECK(allowed(set, 'c', 10, 229, m));  // by the wildcard
  CHECK(allowed(set, 'b', 8, 7, r));
  CHECK_FALSE(allowed(set, 'b', 8, 7, r | w));
}

TEST_CASE("in a list of denied devices one denied way is enough to deny", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(true, 'a', any, any, rwm), rule(false, 'b', 8, any, w), rule(false, 'c', 1, 11, rwm)});
  CHECK(allowed(set, 'b', 8, 0, r));
  CHECK_FALSE(allowed(set, 'b', 8, 0, w));
  CHECK_FALSE(allowed(set, 'b', 8, 0, r | w));
  CHECK(allowed(set, 'b', 9, 0, r | w));
  CHECK_FALSE(allowed(set, 'c', 1, 11, r));
  CHECK(allowed(set, 'c', 1, 3, rwm));
}

TEST_CASE("numbers beyond what a device can have match nothing", "[cgroup]") {
  const auto set = DeviceSet::of_rules({rule(true, 'c', 0xFFFFFFFF, any, rwm), rule(true, 'c', 1, 3, r)});
  CHECK_FALSE(allowed(set, 'c', 0xFFFFFFFF, 0, r));
  CHECK(allowed(set, 'c', 1, 3, r));
}
