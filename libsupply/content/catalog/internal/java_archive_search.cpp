#include "libsupply/content/catalog/internal/java_archive_search.hpp"

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
  if (found()) return;
  constexpr std::size_t kKept = 32;  // longer than what is looked for: it may lie across two chunks
  tail_ += chunk.substr(0, kKept);
  look(tail_);
  look(chunk);
  if (chunk.size() > kKept) tail_ = chunk.substr(chunk.size() - kKept);
  else if (tail_.size() > kKept) tail_.erase(0, tail_.size() - kKept);
}

}  // namespace supply::catalog
