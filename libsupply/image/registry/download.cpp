// Blobs on their way here.
#include <algorithm>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"
#include "libsupply/image/registry/internal/registry_state.hpp"

namespace supply::registry {
namespace {

constexpr std::uint64_t kProgressBytes = kMiB;  // after so many, a cut is a new one

// One blob, fetched with as many requests as it takes. What it gives out is not checked: see store::verified.
class BlobSource : public io::Source {
 public:
  BlobSource(std::shared_ptr<RegistryClient> client, RegistryRequest call, const oci::Descriptor& descriptor,
             std::uint64_t offset)
      : client_(std::move(client)),
        call_(std::move(call)),
        descriptor_(descriptor),
        retry_(client_->retry()),
        offset_(offset),
        last_cut_(offset) {}

  // Opens the stream at the place that was reached. Errors: what the registry answers, after all attempts.
  Status connect() {
    for (;;) {
      bool retriable = false;
      std::optional<std::chrono::seconds> wanted;
      Status connected = connect_once(retriable, wanted);
      if (connected || !retriable) return connected;
      SUPPLY_TRY(retry_.again(connected.error(), wanted));
    }
  }

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      if (!body_ && !at_end_) SUPPLY_TRY(connect());
      if (at_end_) return std::size_t{0};
      auto count = body_->read(into);
      if (count && *count > 0) {
        offset_ += *count;
        if (offset_ - last_cut_ >= kProgressBytes) {
          retry_.progress();
          last_cut_ = offset_;
        }
        return count;
      }
      if (count && (offset_ >= descriptor_.size || has_length_)) return count;
      Error why = count ? Error(ErrorCode::unavailable, call_.what + ": ends after " + std::to_string(offset_) +
                                                            " bytes of " + std::to_string(descriptor_.size))
                        : std::move(count).error().at(call_.what);
      if (why.code() != ErrorCode::unavailable) return why;
      body_.reset();
      last_cut_ = offset_;
      SUPPLY_TRY(retry_.again(std::move(why)));
    }
  }

 private:
  Status connect_once(bool& retriable, std::optional<std::chrono::seconds>& wanted) {
    RegistryRequest call = call_;
    if (offset_ > 0) call.headers.add("Range", "bytes=" + std::to_string(offset_) + "-");
    SUPPLY_TRY(Streaming answer, client_->exchange(call, retriable));
    http::Response& response = answer.response;
    wanted = http::retry_after(response.headers);
    if (response.status == 416 && offset_ > 0) {  // it has no more than we have got
      at_end_ = true;
      return {};
    }
    if (response.status != 200 && response.status != 206) {
      BufferedResponse document{response.status, std::move(response.headers), {}, std::move(answer.url)};
      const auto text = io::read_all(*response.body, kMaxErrorBodyBytes);
      if (text) document.bytes = *text;
      return client_->failure(call_.what, document);
    }
    retriable = false;
    std::uint64_t start = 0;
    if (response.status == 206) {
      const std::string_view range = response.headers.find("Content-Range").value_or("");
      const auto first =
          range.starts_with("bytes ") ? http::parse_number(range.substr(6, range.find('-') - 6)) : std::nullopt;
      if (first != offset_)
        return Error(ErrorCode::unavailable, call_.what + ": the answer's range is " + quote(range) +
                                                 ", not from byte " + std::to_string(offset_));
      start = offset_;
    }
    const auto length = http::parse_number(response.headers.find("Content-Length"));
    has_length_ = length.has_value();
    const bool fits = !length || *length == descriptor_.size - start;
    if (!fits && content_type(response.headers) == "text/html" && descriptor_.media_type != "text/html")
      return html_error(call_.what, answer.url.origin(), response.status);
    if (!fits && response.status == 206)
      return Error(ErrorCode::unavailable, call_.what + ": the answer's range ends after " + std::to_string(*length) +
                                               " bytes, not at the end");
    if (!fits)
      return Error(ErrorCode::mismatch, call_.what + ": damaged: the registry has " + std::to_string(start + *length) +
                                            " bytes, its descriptor says " + std::to_string(descriptor_.size));
    body_ = std::move(response.body);
    if (start < offset_) return skip(offset_ - start, retriable);
    return {};
  }

  // The server sent the whole blob again: what was there already is read over.
  Status skip(std::uint64_t bytes, bool& retriable) {
    const auto skipped = io::skip(*body_, bytes);
    if (skipped && *skipped == bytes) return {};
    body_.reset();
    retriable = true;
    return skipped ? Error(ErrorCode::unavailable, call_.what + ": ends early") : skipped.error();
  }

  const std::shared_ptr<RegistryClient> client_;
  const RegistryRequest call_;
  const oci::Descriptor descriptor_;
  http::Retry retry_;
  std::unique_ptr<io::Source> body_;
  std::uint64_t offset_, last_cut_;
  bool has_length_ = false, at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<io::Source>> Registry::open(const oci::Descriptor& descriptor) {
  SUPPLY_TRY(std::unique_ptr<io::Source> source, open_raw(descriptor, 0));
  return store::verified(std::move(source), descriptor);
}

Result<std::unique_ptr<io::Source>> Registry::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  const std::string& digest = descriptor.digest.to_string();
  if (!descriptor.digest.verifiable())
    return Error(ErrorCode::unsupported, digest + ": no algorithm that Supply can compute");
  if (oci::is_schema1(descriptor.media_type) || oci::is_manifest_or_index(descriptor.media_type)) {
    if (descriptor.size > kMaxManifestBytes)
      return Error(ErrorCode::limit_exceeded, digest + ": a manifest of " + std::to_string(descriptor.size) +
                                                  " bytes, the limit is " + std::to_string(kMaxManifestBytes));
    SUPPLY_TRY(FetchedManifest manifest, get_manifest(digest, &descriptor));
    manifest.bytes.erase(0, std::min<std::uint64_t>(offset, manifest.bytes.size()));
    return io::from_string(std::move(manifest.bytes));
  }
  if (offset > 0 && offset >= descriptor.size) return io::from_string({});
  const auto connect = [&](RegistryRequest call) -> Result<std::unique_ptr<io::Source>> {
    auto source = std::make_unique<BlobSource>(client_, std::move(call), descriptor, offset);
    SUPPLY_TRY(source->connect());
    return std::unique_ptr<io::Source>(std::move(source));
  };
  auto source = connect({.target = path("blobs", digest), .scopes = client_->scopes("pull"), .what = digest});
  // A layer that registries need not hold may be had where its descriptor says; nobody there learns who we are.
  if (!source && source.error().code() == ErrorCode::not_found && oci::is_foreign_layer(descriptor.media_type))
    for (const std::string& text : descriptor.urls) {
      const auto url = http::Url::parse(text);
      if (!url || !url->origin().secure() || client_->is_own(*url)) continue;
      source = connect({.url = *url, .what = digest + " at " + url->shown()});
      if (source) break;
    }
  return source;
}

}  // namespace supply::registry
