// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "abi/guard.hpp"
#include "base/error.hpp"

namespace corten::abi {
namespace {

corten_code code_of_errno(int number) {
  if (number == ENOMEM) return CORTEN_NO_MEMORY;
  if (number == EMFILE || number == ENFILE) return CORTEN_NO_DESCRIPTORS;
  return number != 0 ? CORTEN_SYSTEM : CORTEN_FAILED;
}

corten_code code_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::other: return code_of_errno(error.code());
    case ErrorKind::invalid_argument: return CORTEN_INVALID_ARGUMENT;
    case ErrorKind::invalid_config: return CORTEN_INVALID_CONFIG;
    case ErrorKind::exists: return CORTEN_EXISTS;
    case ErrorKind::not_found: return CORTEN_NOT_FOUND;
    case ErrorKind::running: return CORTEN_RUNNING;
    case ErrorKind::stopped: return CORTEN_STOPPED;
    case ErrorKind::not_running: return CORTEN_NOT_RUNNING;
    case ErrorKind::paused: return CORTEN_PAUSED;
    case ErrorKind::not_paused: return CORTEN_NOT_PAUSED;
    case ErrorKind::busy: return CORTEN_BUSY;
    case ErrorKind::foreign: return CORTEN_FOREIGN;
  }
  return CORTEN_FAILED;
}

/// What is said when there is no memory to say it with.
constinit const char* const out_of_memory = "out of memory";

corten_code give(corten_error** error, corten_code code, int number, std::string_view message) noexcept {
  if (error == nullptr) return code;
  try {
    *error = new corten_error{code, number, whole_text(message)};
  } catch (const std::bad_alloc&) {
    *error = nullptr;  // its accessors speak of memory then
  }
  return code;
}

}  // namespace

corten_code take_exception(corten_error** error) noexcept {
  try {
    throw;
  } catch (const Error& problem) {
    return give(error, code_of(problem), problem.code(), problem.message());
  } catch (const std::bad_alloc&) {
    return give(error, CORTEN_NO_MEMORY, ENOMEM, out_of_memory);
  } catch (const std::exception& problem) {
    return give(error, CORTEN_FAILED, 0, problem.what());
  } catch (...) {
    return give(error, CORTEN_FAILED, 0, "an exception of an unknown type");
  }
}

std::string whole_text(std::string_view text) {
  std::string whole;
  for (;;) {
    const auto end = text.find('\0');
    whole += text.substr(0, end);
    if (end == std::string_view::npos) return whole;
    whole += "\xEF\xBF\xBD";
    text.remove_prefix(end + 1);
  }
}

char* new_text(const std::string& text) {
  char* const copy = ::strdup(text.c_str());
  if (copy == nullptr) throw std::bad_alloc{};
  return copy;
}

char* new_bytes(const std::string& bytes, std::size_t* size) {
  auto* const copy = static_cast<char*>(std::malloc(bytes.size() + 1));
  if (copy == nullptr) throw std::bad_alloc{};
  std::memcpy(copy, bytes.c_str(), bytes.size() + 1);
  if (size != nullptr) *size = bytes.size();
  return copy;
}

std::vector<std::string> texts_of(const char* const* list) {
  std::vector<std::string> texts;
  for (; list != nullptr && *list != nullptr; ++list) texts.emplace_back(*list);
  return texts;
}

}  // namespace corten::abi

extern "C" {

void corten_text_free(char* text) { std::free(text); }

corten_code corten_error_code(const corten_error* error) { return error == nullptr ? CORTEN_NO_MEMORY : error->code; }

int corten_error_errno(const corten_error* error) { return error == nullptr ? ENOMEM : error->number; }

const char* corten_error_message(const corten_error* error) {
  return error == nullptr ? corten::abi::out_of_memory : error->message.c_str();
}

void corten_error_free(corten_error* error) { delete error; }

}  // extern "C"
