// SPDX-License-Identifier: Apache-2.0
#include "lint/check.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

/// The number behind `mark` in the parser's "line 3, column 7: ...".
std::uint32_t number_behind(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return 1;
  const auto digits = text.substr(at + mark.size());
  return parse_number<std::uint32_t>(digits.substr(0, digits.find_first_not_of("0123456789"))).value_or(1);
}

Problem broken_text(const std::string& message) {
  Problem problem;
  problem.line = number_behind(message, "line ");
  problem.column = number_behind(message, "column ");
  // "config.json: line 3, column 7: what is wrong"
  const auto place = message.find(": ");
  problem.message = message.substr(message.find(": ", place + 2) + 2);
  problem.demand = "RFC 8259: a JSON text is one value";
  return problem;
}

}  // namespace

bool Findings::has_errors() const {
  return std::ranges::any_of(problems_, [](const Problem& one) { return one.severity == Severity::error; });
}

bool Findings::has(std::string_view pointer) const {
  return std::ranges::any_of(problems_, [&](const Problem& one) { return one.pointer == pointer; });
}

std::vector<Problem> Findings::take() {
  std::ranges::stable_sort(problems_, {}, [](const Problem& one) { return std::pair{one.line, one.column}; });
  return std::move(problems_);
}

std::vector<Problem> check(std::string_view text, const std::string& bundle, const WhyMissing& why_missing) {
  std::optional<Document> document;
  try {
    document.emplace(text);
  } catch (const Error& error) {
    return {broken_text(error.message())};
  }
  Findings findings{*document};
  check_types(findings);
  const bool typed = !findings.has_errors();
  check_values(findings);
  check_relations(findings);
  check_mounts(findings);
  check_filter(findings);
  if (typed && !findings.has_errors()) check_plans(findings, text);
  if (!bundle.empty()) check_bundle(findings, bundle);
  if (why_missing) check_host(findings, why_missing);
  return findings.take();
}

}  // namespace corten::lint
