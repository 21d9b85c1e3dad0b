#include "libsupply/content/catalog/internal/native_image_sbom.hpp"

#include <algorithm>
#include <cstring>

#include "libsupply/content/catalog/internal/across_chunks.hpp"
#include "libsupply/content/catalog/internal/embedded_sbom.hpp"

namespace supply::catalog {
namespace {

using Inflated = archive::ZlibInflater::State;

constexpr std::string_view kSymbol("\0sbom_length\0", 13);
// A gzip member without name, time and flags, as java.util.zip.GZIPOutputStream writes it. Source: RFC 1952, 2.3.
constexpr std::string_view kMember("\x1f\x8b\x08\0\0\0\0\0\0", 9);
// As string_view::find, by glibc's faster search.
std::size_t find(std::string_view bytes, std::string_view what) {
  const void* at = memmem(bytes.data(), bytes.size(), what.data(), what.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
}

// Enough of a member for the first bytes that come out of it.
constexpr std::size_t kTrialBytes = 512;

}  // namespace

void NativeImageSbomSearch::feed(std::string_view chunk) {
  fed_ += chunk.size();
  if (state_ == State::nothing) return;
  if (state_ == State::inflating) {
    if (inflated_ == Inflated::more) inflated_ = inflater_->feed(chunk);
    return;
  }
  if (state_ == State::symbols) {
    std::optional<std::string> behind;  // from the symbol on
    look_across_chunks(last_, chunk, kSymbol.size() - 1, [&](std::string_view bytes) {
      const std::size_t at = behind ? std::string_view::npos : find(bytes, kSymbol);
      if (at == std::string_view::npos) return;
      behind = bytes.substr(at);
      if (bytes.data() != chunk.data()) behind->append(chunk.substr(std::min(chunk.size(), kSymbol.size() - 1)));
    });
    if (!behind) {
      if (fed_ > kSymbolBytes) state_ = State::nothing;
      return;
    }
    state_ = State::document;
    last_.clear();
    take_document(*behind);
    return;
  }
  take_document(std::exchange(last_, {}).append(chunk));
}

void NativeImageSbomSearch::take_document(std::string_view bytes) {
  std::size_t at = find(bytes, kMember);
  while (at != std::string_view::npos && bytes.size() - at >= kTrialBytes) {
    if (!inflater_) inflater_.emplace(limit_, archive::ZlibInflater::Wrapper::gzip);
    inflater_->restart();
    inflated_ = inflater_->feed(bytes.substr(at, kTrialBytes));
    if (inflater_->output().find("\"CycloneDX\"") == std::string::npos) {
      const std::size_t next = find(bytes.substr(at + 1), kMember);
      at = next == std::string_view::npos ? next : at + 1 + next;
      continue;
    }
    state_ = State::inflating;
    if (inflated_ == Inflated::more) inflated_ = inflater_->feed(bytes.substr(at + kTrialBytes));
    return;
  }
  last_ = bytes.substr(at != std::string_view::npos ? at : bytes.size() - std::min(bytes.size(), kMember.size() - 1));
}

std::optional<std::string> NativeImageSbomSearch::finish() {
  if (state_ == State::document && !last_.empty()) {
    const std::string bytes = std::exchange(last_, {});
    take_document(bytes + std::string(kTrialBytes, '\0'));  // a short document at the end of the file
  }
  if (state_ != State::inflating) return std::nullopt;
  if (inflated_ == Inflated::complete) return embedded_record(inflater_->take_output(), true);
  return embedded_record({}, inflated_ != Inflated::too_large);
}

}  // namespace supply::catalog
