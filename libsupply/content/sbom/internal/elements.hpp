// The long lists of a document, whose elements are made beside each other and written in their order.
#pragma once

#include <cstddef>
#include <functional>

#include "libsupply/base/json/json_writer.hpp"

namespace supply::sbom {

/// Calls `write` with every index below `count`, from several threads, each time with a writer that is in an open
/// array; it writes the elements of that index, or none. `json` gets them in the order of the indexes, the same bytes
/// as one thread would write. What `write` reads does not change.
void write_elements(json::JsonWriter& json, std::size_t count,
                    const std::function<void(json::JsonWriter& json, std::size_t index)>& write);

}  // namespace supply::sbom
