// A search in large content for a few bytes that are short for glibc's memmem.
#pragma once

#include <cstddef>
#include <string_view>

namespace supply {

/// As `bytes.find(what, from)`; `what` has two bytes at least. Three times as fast as memmem where `what` has four
/// bytes and its first and last are hardly ever so far apart in `bytes`.
std::size_t find_bytes(std::string_view bytes, std::string_view what, std::size_t from = 0);

}  // namespace supply
