// Bytes that are looked for in a file that streams by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace supply::catalog {

/// Calls `look` with the bytes around the seam to the chunk before, then with the chunk: what is at most `longest`
/// bytes long is whole in one of them. `tail` is the state between two calls, empty at first.
template <class Look>
void look_across_chunks(std::string& tail, std::string_view chunk, std::size_t longest, const Look& look) {
  tail += chunk.substr(0, longest);
  look(std::string_view(tail));
  look(chunk);
  if (chunk.size() > longest) tail = chunk.substr(chunk.size() - longest);
  else if (tail.size() > longest) tail.erase(0, tail.size() - longest);
}

}  // namespace supply::catalog
