#include "libsupply/content/catalog/internal/java_archive_search.hpp"

#include "libsupply/content/catalog/internal/across_chunks.hpp"

namespace supply::catalog {

void JavaArchiveSearch::look(std::string_view bytes) {
  const auto has = [&](std::string_view text) { return bytes.find(text) != std::string_view::npos; };
  constexpr std::string_view kCentral("PK\x01\x02", 4);  // APPNOTE.TXT 4.3.12
  manifest_ = manifest_ || has("META-INF/MANIFEST.MF");
  // In the order of the archive: most files have no manifest.
  program_ = program_ || (manifest_ && has(".class"));
  central_ = central_ || (manifest_ && has(kCentral));
}

void JavaArchiveSearch::feed(std::string_view chunk) {
  constexpr std::size_t kLongest = 32;
  if (!found()) look_across_chunks(tail_, chunk, kLongest, [&](std::string_view bytes) { look(bytes); });
}

}  // namespace supply::catalog
