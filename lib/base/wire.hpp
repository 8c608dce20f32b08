// SPDX-License-Identifier: Apache-2.0
// Plan values as bytes and back, for the socket between the parent and its init stage, which are always the same build on
// the same machine: numbers keep their memory layout, strings and lists are length-prefixed. A UniqueFd is a byte (whether it
// is open), and its descriptor goes beside the bytes.
//
// A struct takes part by naming its members once:
//     struct Step { std::string target; std::uint64_t flags = 0; };
//     constexpr auto members(auto& step) requires wire::Is<decltype(step), Step> { return std::tie(step.target, step.flags); }
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace corten::wire {

/// True where T, without reference and const, is Struct: lets one members() serve writing and reading.
template <class T, class Struct>
concept Is = std::is_same_v<std::remove_cvref_t<T>, Struct>;

class Writer {
 public:
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      std::apply([this](const auto&... member) { (this->put(member), ...); }, members(value));
    }
  }
  void put(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put(static_cast<std::uint32_t>(list.size()));
    for (const auto& item : list) put(item);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class A, class B>
  void put(const std::pair<A, B>& both) {
    put(both.first);
    put(both.second);
  }
  void put(const UniqueFd& fd) {
    put(fd.valid());
    if (fd.valid()) fds_.push_back(fd.get());
  }

  [[nodiscard]] std::string take() { return std::move(bytes_); }

  /// The descriptors of what was put: they are still their owners'.
  [[nodiscard]] const std::vector<int>& fds() const { return fds_; }

 private:
  std::string bytes_;
  std::vector<int> fds_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes, std::vector<UniqueFd> fds = {}) : rest_{bytes}, fds_{std::move(fds)} {}

  template <class T>
  [[nodiscard]] T take() {
    T value;
    get(value);
    return value;
  }
  template <class T>
  void get(T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      std::memcpy(&value, cut(sizeof value).data(), sizeof value);
    } else {
      std::apply([this](auto&... member) { (this->get(member), ...); }, members(value));
    }
  }
  void get(std::string& text) { text = std::string{cut(length())}; }  // assigning a view takes twice the instructions
  template <class T>
  void get(std::vector<T>& list) {
    list.resize(checked_count());
    for (auto& item : list) get(item);
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    if (present) get(value.emplace());
  }
  template <class A, class B>
  void get(std::pair<A, B>& both) {
    get(both.first);
    get(both.second);
  }
  void get(UniqueFd& fd) {
    bool open = false;
    get(open);
    if (!open) return;
    if (next_fd_ == fds_.size())
      throw Error{"a message between corten and its init names more descriptors than it has"};
    fd = std::move(fds_[next_fd_++]);
  }

  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view cut(std::size_t size) {
    if (size > rest_.size()) throw Error{"a message between corten and its init is cut short"};
    const auto piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
  }
  std::size_t length() {
    std::uint32_t size = 0;
    get(size);
    return size;
  }
  std::size_t checked_count() {
    const auto count = length();
    if (count > rest_.size()) throw Error{"a message between corten and its init names more items than it has"};
    return count;
  }

  std::string_view rest_;
  std::vector<UniqueFd> fds_;
  std::size_t next_fd_ = 0;
};

/// For values without descriptors, as decode().
template <class T>
[[nodiscard]] std::string encode(const T& value) {
  Writer writer;
  writer.put(value);
  return writer.take();
}

template <class T>
[[nodiscard]] T decode(std::string_view bytes) {
  return Reader{bytes}.take<T>();
}

}  // namespace corten::wire
