// SPDX-License-Identifier: Apache-2.0
// Lists that a program looks at item by item.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace corten::abi {

/// `Own` keeps the texts that `Item`, a structure of corten.h, points to.
template <class Item, class Own>
class List {
 public:
  /// `show` makes the item of a value that stays where it is.
  template <class Show>
  List(std::vector<Own> values, Show&& show) : values_{std::move(values)} {
    items_.reserve(values_.size());
    for (const auto& value : values_) items_.push_back(show(value));
  }

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  /// nullptr where there is none.
  [[nodiscard]] const Item* at(std::size_t index) const { return index < items_.size() ? &items_[index] : nullptr; }

 private:
  std::vector<Own> values_;
  std::vector<Item> items_;
};

}  // namespace corten::abi
