#include "libsupply/content/sbom/internal/elements.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "libsupply/base/parallel/parallel.hpp"

namespace supply::sbom {
namespace {

// Long enough that making a text for them costs nothing, and few enough that their texts are no second document.
constexpr std::size_t kChunk = 128, kChunksAtATime = 32;

}  // namespace

void write_elements(json::JsonWriter& json, std::size_t count,
                    const std::function<void(json::JsonWriter& json, std::size_t index)>& write) {
  if (!json.writes_text() || count <= kChunk) {
    for (std::size_t i = 0; i < count; ++i) write(json, i);
    return;
  }
  for (std::size_t from = 0; from < count; from += kChunk * kChunksAtATime) {
    const std::size_t end = std::min(count, from + kChunk * kChunksAtATime);
    std::vector<std::string> texts((end - from + kChunk - 1) / kChunk);
    const auto chunk = [&](std::size_t which) -> Status {
      json::JsonWriter part(texts[which]);
      const std::size_t first = from + which * kChunk;
      for (std::size_t i = first; i < std::min(end, first + kChunk); ++i) write(part, i);
      return {};
    };
    static_cast<void>(parallel_for(texts.size(), 0, chunk));  // no chunk fails
    for (const std::string& text : texts)
      if (!text.empty()) json.raw(text);
  }
}

}  // namespace supply::sbom
