// The SBOM that GraalVM's native-image puts into a program: CycloneDX as JSON, packed with gzip, at the symbol "sbom".
// Source: GraalVM, "Embedding Software Bill of Materials" (--enable-sbom).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/archive/zlib.hpp"

namespace supply::catalog {

/// Finds it while a program streams by. The names of exported symbols are in the front of such a program: one that
/// has no "sbom_length" among its first kSymbolBytes is not searched further. One thread.
class NativeImageSbomSearch {
 public:
  static constexpr std::uint64_t kSymbolBytes = 128 * 1024;
  /// `limit` is of the document, unpacked.
  explicit NativeImageSbomSearch(std::size_t limit) : limit_(limit) {}
  void feed(std::string_view chunk);
  std::size_t held() const { return last_.capacity() + (inflater_ ? inflater_->output().capacity() : 0); }
  /// A record as embedded_record() makes it; nothing where there is none.
  std::optional<std::string> finish();

 private:
  enum class State { symbols, document, inflating, nothing };
  void take_document(std::string_view bytes);

  std::size_t limit_;
  State state_ = State::symbols;
  std::uint64_t fed_ = 0;
  std::string last_;  // bytes in which what is looked for may begin
  std::optional<archive::ZlibInflater> inflater_;
  archive::ZlibInflater::State inflated_ = archive::ZlibInflater::State::more;
};

}  // namespace supply::catalog
