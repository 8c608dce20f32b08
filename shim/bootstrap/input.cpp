// SPDX-License-Identifier: Apache-2.0
#include "shim/bootstrap/input.hpp"

#include "options.pb-c.h"
#include "shim/message.hpp"

namespace corten::shim {

StartInput read_start_input(std::string_view bytes, const std::string& id, const std::string& name_space) {
  StartInput input;
  const auto bootstrap = try_unpack<Options__Bootstrap>(options__bootstrap__descriptor, bytes);
  // The options alone can be read as this message, too, but do not name the container.
  if (bootstrap && !id.empty() && bootstrap->instance_id == id && bootstrap->namespace_ == name_space) {
    for (std::size_t at = 0; at < bootstrap->n_extensions; ++at) {
      const auto* value = bootstrap->extensions[at]->value;
      if (holds_options(value)) input.options = options_of(value);
    }
    if (*bootstrap->socket_dir != '\0') input.socket_directory = bootstrap->socket_dir;
    return input;
  }
  const auto any = try_unpack<Common__Any>(common__any__descriptor, bytes);
  if (any) input.options = options_of(any.get());
  return input;
}

}  // namespace corten::shim
