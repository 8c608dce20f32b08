// SPDX-License-Identifier: Apache-2.0
#include "cgroup/device_rules.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"

namespace corten::cgroup {
namespace {

unsigned access_of(const DeviceRule& rule) {
  return (rule.mknod ? device_access::mknod : 0U) | (rule.read ? device_access::read : 0U) |
         (rule.write ? device_access::write : 0U);
}

std::string number_text(std::optional<std::uint32_t> number) { return number ? std::to_string(*number) : "*"; }

std::string rule_text(const DeviceMatch& match, unsigned access) {
  return fmt::format("{} {}:{} {}{}{}", match.type, number_text(match.major), number_text(match.minor),
                     (access & device_access::read) != 0 ? "r" : "", (access & device_access::write) != 0 ? "w" : "",
                     (access & device_access::mknod) != 0 ? "m" : "");
}

std::optional<std::uint32_t> parse_device_number(std::string_view text, std::string_view line) {
  if (text == "*") return std::nullopt;
  const auto number = parse_number<std::uint32_t>(text);
  if (!number) throw Error{fmt::format("malformed devices.list rule {}", quote(line))};
  return number;
}

/// One line of devices.list, "c 1:3 rwm".
DeviceRule parse_rule(std::string_view line) {
  const auto words = split(line, ' ');
  const auto numbers = words.size() == 3 ? split(words[1], ':') : std::vector<std::string_view>{};
  if (numbers.size() != 2 || words[0].size() != 1)
    throw Error{fmt::format("malformed devices.list rule {}", quote(line))};
  DeviceRule rule;
  rule.type = words[0].front();
  rule.major = parse_device_number(numbers[0], line);
  rule.minor = parse_device_number(numbers[1], line);
  rule.read = words[2].find('r') != std::string_view::npos;
  rule.write = words[2].find('w') != std::string_view::npos;
  rule.mknod = words[2].find('m') != std::string_view::npos;
  rule.allow = true;
  return rule;
}

Write device_write(bool allow, std::string value) {
  return {"devices", allow ? "devices.allow" : "devices.deny", std::move(value)};
}

}  // namespace

void DeviceSet::remove(const DeviceMatch& match, unsigned access) {
  for (const auto& wider :
       {DeviceMatch{std::nullopt, match.minor, match.type}, DeviceMatch{match.major, std::nullopt, match.type},
        DeviceMatch{std::nullopt, std::nullopt, match.type}}) {
    const auto found = exceptions_.find(wider);
    if (wider == match || found == exceptions_.end() || (found->second & access) == 0) continue;
    throw Error{fmt::format("device rule [{}] is not supported: it would take a part out of the wildcard rule [{}]",
                            rule_text(match, access), rule_text(wider, found->second))};
  }
  const auto found = exceptions_.find(match);
  if (found == exceptions_.end()) return;
  found->second &= ~access;
  if (found->second == 0) exceptions_.erase(found);
}

void DeviceSet::apply(const DeviceRule& rule) {
  if (rule.type == 'a') {  // all devices in all ways, whatever its other fields say
    allows_by_default_ = rule.allow;
    exceptions_.clear();
    return;
  }
  const DeviceMatch match{rule.major, rule.minor, rule.type};
  const auto access = access_of(rule);
  if (access == 0) return;
  if (rule.allow == allows_by_default_) {
    remove(match, access);
  } else {
    exceptions_[match] |= access;
  }
}

DeviceSet DeviceSet::of_rules(const std::vector<DeviceRule>& rules) {
  DeviceSet set;
  for (const auto& rule : rules) set.apply(rule);
  return set;
}

DeviceSet DeviceSet::of_list(std::string_view text) {
  DeviceSet set;
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) set.apply(parse_rule(line));
  }
  return set;
}

DeviceSet DeviceSet::allowing_all() {
  DeviceSet set;
  set.allows_by_default_ = true;
  return set;
}

std::vector<Write> plan_device_writes(const DeviceSet& present, const DeviceSet& target) {
  std::vector<Write> writes;
  const bool allow = target.allows_by_default();
  auto old = present.exceptions();
  if (present.allows_by_default() || allow) {
    // To be sure of exceptions that devices.list does not tell, start anew.
    writes.push_back(device_write(allow, "a"));
    old.clear();
  }
  for (const auto& [match, access] : old) {
    const auto kept = target.exceptions().find(match);
    const auto dropped = access & ~(kept == target.exceptions().end() ? 0U : kept->second);
    if (dropped != 0) writes.push_back(device_write(allow, rule_text(match, dropped)));
  }
  for (const auto& [match, access] : target.exceptions()) {
    const auto had = old.find(match);
    const auto gained = access & ~(had == old.end() ? 0U : had->second);
    if (gained != 0) writes.push_back(device_write(!allow, rule_text(match, gained)));
  }
  return writes;
}

}  // namespace corten::cgroup
