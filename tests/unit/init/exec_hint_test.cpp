// SPDX-License-Identifier: Apache-2.0
#include "init/exec_hint.hpp"

#include <elf.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>

using corten::init::exec_hint;

namespace {

/// The head of a program of 64 bits that wants this loader.
std::string program(unsigned short machine, const std::string& loader, std::size_t segments = 1) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_machine = machine;
  header.e_phoff = sizeof header;
  header.e_phnum = static_cast<Elf64_Half>(segments);
  Elf64_Phdr segment{};
  segment.p_type = PT_INTERP;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = loader.size() + 1;
  std::string head{reinterpret_cast<const char*>(&header), sizeof header};
  head.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  return head + loader + '\0';
}

}  // namespace

TEST_CASE("a script whose interpreter is missing names it", "[init]") {
  CHECK(exec_hint("#!/bin/bash\nexit\n", ENOENT, "x86_64") == ": its interpreter \"/bin/bash\" is not there");
  CHECK(exec_hint("#! /usr/bin/env python3", ENOENT, "x86_64") == ": its interpreter \"/usr/bin/env\" is not there");
  CHECK(exec_hint("#!/bin/sh\r\nexit\r\n", ENOENT, "x86_64") ==
        ": its first line ends in a carriage return, so that no \"/bin/sh\" is found");
  CHECK(exec_hint("#!", ENOENT, "x86_64").empty());
  CHECK(exec_hint("#!/bin/bash\n", EACCES, "x86_64").empty());
}

TEST_CASE("a program whose loader is missing names it", "[init]") {
  CHECK(exec_hint(program(EM_X86_64, "/lib/ld.so"), ENOENT, "x86_64") == ": its loader \"/lib/ld.so\" is not there");
  CHECK(exec_hint(program(EM_X86_64, "/lib/ld.so", 65535), ENOENT, "x86_64") ==
        ": its loader \"/lib/ld.so\" is not there");
}

TEST_CASE("a program for another machine names both", "[init]") {
  CHECK(exec_hint(program(EM_AARCH64, ""), ENOEXEC, "x86_64") ==
        ": it is made for aarch64, and this machine is x86_64");
  CHECK(exec_hint(program(EM_X86_64, ""), ENOEXEC, "x86_64").empty());
  CHECK(exec_hint(program(0xFFFF, ""), ENOEXEC, "x86_64").empty());
}

TEST_CASE("a text without an interpreter says so", "[init]") {
  CHECK(exec_hint("echo hello\n", ENOEXEC, "x86_64") ==
        ": it is no program, and does not start with \"#!\" and an interpreter");
  CHECK(exec_hint("", ENOEXEC, "x86_64") == ": the file is empty");
}

TEST_CASE("a program that is cut off anywhere is read no further", "[init]") {
  const auto whole = program(EM_AARCH64, "/lib/ld.so");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_NOTHROW(exec_hint(std::string_view{whole}.substr(0, size), ENOENT, "x86_64"));
    CHECK_NOTHROW(exec_hint(std::string_view{whole}.substr(0, size), ENOEXEC, "x86_64"));
  }
}
