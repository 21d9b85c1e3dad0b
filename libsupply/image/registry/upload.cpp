// Blobs on their way to the registry.
//
// One PUT of the whole blob, because that is one round trip and every registry takes it. When it is cut, in this
// process or in one before it, the server is asked how much it has, and is believed: most go on from there. Others have
// forgotten the session: docker-registry 2.8 signs the size that it has into the Location of its answer, and refuses
// every Location that was answered before the last byte that came, so after a cut within any request, PUT or PATCH,
// there is nothing to go on from. Where all that was sent is lost the blob is sent in chunks the next time, which is
// slower by a third on loopback, but loses no more than a chunk where a proxy in between keeps half requests from the
// server (nginx does) or limits their time. Source: distribution-spec v1.1, "Pushing Blobs"; docker-registry as tried
// with 2.8.2.
#include <algorithm>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"
#include "libsupply/image/registry/internal/registry_state.hpp"
#include "libsupply/image/registry/internal/upload_session.hpp"

namespace supply::registry {
namespace {

constexpr std::size_t kHeldBytes = 4 * kMiB;
constexpr std::uint64_t kChunkBytes = 8 * kMiB;
constexpr std::uint64_t kProgressBytes = kMiB;
constexpr std::uint64_t kMinSavedBytes = kMiB;  // less is sent again sooner than a file is written

Status read_over(io::Source& source, std::uint64_t bytes) {
  SUPPLY_TRY(const std::uint64_t skipped, io::skip(source, bytes));
  return skipped == bytes ? Status() : Error(ErrorCode::mismatch, "damaged: ends early");
}

// The hash of a blob whose parts are sent, some of them more than once: each byte is hashed when it comes by first.
class Checker {
 public:
  Checker(const oci::Descriptor& descriptor, crypto::Hasher hasher)
      : descriptor_(descriptor), hasher_(std::move(hasher)) {}

  // What is at `offset`. Behind a part that an earlier process has sent there is nothing to check here: the
  // registry computes the digest of the whole. Errors: mismatch.
  Status take(std::uint64_t offset, std::string_view bytes) {
    const std::uint64_t end = offset + bytes.size();
    if (offset > hashed_ || end <= hashed_) return {};
    hasher_.update(bytes.substr(static_cast<std::size_t>(hashed_ - offset)));
    hashed_ = end;
    if (hashed_ < descriptor_.size) return {};
    const Digest actual = hasher_.finish_digest();
    if (actual == descriptor_.digest) return {};
    hashed_ = 0;
    return Error(ErrorCode::mismatch,
                 descriptor_.digest.to_string() + ": damaged: its bytes are " + actual.to_string());
  }

 private:
  const oci::Descriptor& descriptor_;
  crypto::Hasher hasher_;
  std::uint64_t hashed_ = 0;
};

// The bytes of a blob from an offset on, on their way. The last of them are given out after the check.
class CheckedSource : public io::Source {
 public:
  CheckedSource(std::unique_ptr<io::Source> source, const oci::Descriptor& descriptor, std::uint64_t offset,
                Checker& checker)
      : source_(std::move(source)), descriptor_(descriptor), offset_(offset), checker_(checker) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::uint64_t left = descriptor_.size - offset_;
    if (left == 0) return std::size_t{0};
    SUPPLY_TRY(const std::size_t count, source_->read(into.first(std::min<std::uint64_t>(left, into.size()))));
    if (count == 0)
      return Error(ErrorCode::mismatch, descriptor_.digest.to_string() + ": damaged: holds " + std::to_string(offset_) +
                                            " bytes, its descriptor says " + std::to_string(descriptor_.size));
    SUPPLY_TRY(checker_.take(offset_, std::string_view(into.data(), count)));
    offset_ += count;
    return count;
  }

 private:
  std::unique_ptr<io::Source> source_;
  const oci::Descriptor& descriptor_;
  std::uint64_t offset_;
  Checker& checker_;
};

}  // namespace

// One upload session. Each answer's Location replaces the one before, its query kept as it is.
struct Registry::Upload {
  RegistryClient& client;
  const oci::Descriptor& descriptor;
  const store::OpenSource& open;
  Checker& checker;
  std::optional<UploadSession>& saved;
  std::string what;
  Scopes scopes;
  std::optional<http::Url> location = {};
  std::uint64_t smallest_chunk = 0;
  std::uint64_t offset = 0;  ///< what the server says it has

  // How a session ended that did not end well.
  struct Ending {
    bool retriable = false;                           ///< another may end better
    bool too_large = false;                           ///< one request was
    bool lost = false;                                ///< all that was sent
    bool no_chunks = false;                           ///< it takes none
    std::optional<std::chrono::seconds> wanted = {};  ///< to wait
  };

  Result<std::unique_ptr<io::Source>> open_rest() const {
    SUPPLY_TRY(std::unique_ptr<io::Source> source, open(offset));
    return std::unique_ptr<io::Source>(std::make_unique<CheckedSource>(std::move(source), descriptor, offset, checker));
  }

  Status take_location(const http::Headers& headers, const http::Url& from) {
    const auto field = headers.find("Location");
    if (!field) return location ? Status() : Error(ErrorCode::unavailable, what + ": no Location for the upload");
    auto next = from.resolve(*field);
    if (!next) return not_found_out(std::move(next).error()).at(what + ": Location");
    location = *std::move(next);
    if (saved) saved->save(*location);
    if (const auto least = http::parse_number(headers.find("OCI-Chunk-Min-Length")))
      smallest_chunk = std::min<std::uint64_t>(*least, kGiB);
    return {};
  }

  Status begin(const std::string& target) {
    SUPPLY_TRY(
        const BufferedResponse answer,
        client.document({.method = "POST", .target = target, .scopes = scopes, .what = what}, kMaxErrorBodyBytes));
    if (answer.status != 202) return client.failure(what, answer);
    return take_location(answer.headers, answer.url);
  }

  // Asks the server how much it has. False: it knows nothing of the session any more.
  Result<bool> ask() {
    SUPPLY_TRY(const BufferedResponse answer,
               client.document({.method = "GET", .url = location, .scopes = scopes, .what = what}, kMaxErrorBodyBytes));
    if (!http::is_success(answer.status)) return false;
    SUPPLY_TRY(take_location(answer.headers, answer.url));
    const auto has = uploaded_bytes(answer.headers);
    if (!has || *has > descriptor.size) return false;
    offset = *has;
    return true;
  }

  // Sends the whole blob, or the empty rest of one, and closes the session.
  Result<BufferedResponse> put(bool& retriable) {
    RegistryRequest call{.method = "PUT",
                         .url = location->with_query("digest", descriptor.digest.to_string()),
                         .headers = {{"Content-Type", "application/octet-stream"}},
                         .scopes = scopes,
                         .what = what};
    if (offset < descriptor.size) {
      call.open_body = [this] { return open_rest(); };
      call.body_bytes = descriptor.size;
    }
    return finish(call, retriable);
  }

  // Sends `size` bytes from where the server is.
  Result<BufferedResponse> patch(std::uint64_t size, bool& retriable) {
    RegistryRequest call{
        .method = "PATCH",
        .url = location,
        .headers = {{"Content-Type", "application/octet-stream"},
                    {"Content-Range", std::to_string(offset) + "-" + std::to_string(offset + size - 1)}},
        .scopes = scopes,
        .what = what};
    call.open_body = [this] { return open_rest(); };
    call.body_bytes = size;
    return finish(call, retriable);
  }

  Result<BufferedResponse> finish(const RegistryRequest& call, bool& retriable) {
    SUPPLY_TRY(Streaming answer, client.exchange(call, retriable));
    BufferedResponse document{answer.response.status, std::move(answer.response.headers), {}, std::move(answer.url)};
    auto bytes = io::read_all(*answer.response.body, kMaxErrorBodyBytes);
    if (bytes) document.bytes = *std::move(bytes);
    return document;
  }

  // The server's own name for what it has got. With another algorithm than ours (docker-registry answers sha256 to
  // sha512) it tells nothing.
  Status check(const BufferedResponse& answer) const {
    const auto says = Digest::parse(answer.headers.find("Docker-Content-Digest").value_or(""));
    if (says && says->algorithm() == descriptor.digest.algorithm() && *says != descriptor.digest)
      return Error(ErrorCode::mismatch, what + ": the registry has stored it as " + says->to_string());
    return {};
  }

  Status run(bool in_chunks, Ending& end) {
    if (offset == 0 && !in_chunks) {
      auto answer = put(end.retriable);
      if (answer && http::is_success(answer->status)) return check(*answer);
      if (answer) {
        end.wanted = http::retry_after(answer->headers);
        end.too_large = answer->status == 413;
      }
      Error why = answer ? client.failure(what, *answer) : std::move(answer).error();
      if (!end.retriable) return why;
      // What was sent may have arrived. Only a server that has some of it saves anything. One that does not answer to
      // that after all attempts is left alone: the next process may find it better.
      end.retriable = false;
      SUPPLY_TRY(const bool alive, ask());
      end.retriable = true;
      end.lost = !alive || offset == 0;
      if (end.lost) return why;
    }
    SUPPLY_TRY(send_rest(in_chunks ? std::max(kChunkBytes, smallest_chunk) : descriptor.size, end));
    const auto answer = put(end.retriable);
    if (!answer) return answer.error();
    if (!http::is_success(answer->status)) return client.failure(what, *answer);
    return check(*answer);
  }

  Status send_rest(std::uint64_t chunk, Ending& end) {
    http::Retry retry = client.retry();
    while (offset < descriptor.size) {
      const std::uint64_t before = offset, size = std::min(chunk, descriptor.size - offset);
      auto answer = patch(size, end.retriable);
      if (answer && http::is_success(answer->status)) {
        SUPPLY_TRY(take_location(answer->headers, answer->url));
        // An overlapping chunk is appended by some servers: where it says it is, is where it is.
        const auto has = uploaded_bytes(answer->headers);
        if (has && (*has > before + size || *has < before)) {
          end.retriable = true;  // in another session
          return Error(ErrorCode::unavailable, what + ": the registry is at byte " + std::to_string(*has) + ", not " +
                                                   std::to_string(before + size));
        }
        offset = has ? *has : before + size;
      } else {
        Error why = answer ? client.failure(what, *answer) : answer.error();
        if (!end.retriable && !(answer && answer->status == 416)) {
          end.no_chunks = answer && why.code() == ErrorCode::unsupported;
          return why;
        }
        end.retriable = false;
        SUPPLY_TRY(retry.again(why, answer ? http::retry_after(answer->headers) : std::nullopt));
        SUPPLY_TRY(const bool alive, ask());
        end.retriable = true;
        end.lost = !alive;
        if (!alive) return why;
      }
      // One that takes a little each time, and all is sent again, would never come to an end.
      if (offset >= before + kProgressBytes) retry.progress();
      else if (offset < before + size) SUPPLY_TRY(retry.again(Error(ErrorCode::unavailable, what + ": no progress")));
    }
    return {};
  }
};

Result<bool> Registry::has_blob(const oci::Descriptor& descriptor) {
  const std::string& digest = descriptor.digest.to_string();
  SUPPLY_TRY(
      const BufferedResponse answer,
      client_->document(
          {.method = "HEAD", .target = path("blobs", digest), .scopes = client_->scopes("pull,push"), .what = digest},
          kMaxErrorBodyBytes));
  if (answer.status == 404) return false;
  if (answer.status != 200) return client_->failure(digest, answer);
  // One of another size is damaged, and sent again.
  const auto length = http::parse_number(answer.headers.find("Content-Length"));
  return !length || *length == descriptor.size;
}

Status Registry::upload(const oci::Descriptor& descriptor, const store::OpenSource& open) {
  const std::string& digest = descriptor.digest.to_string();
  std::optional<UploadSession> saved;
  if (descriptor.size >= kMinSavedBytes)
    saved = UploadSession::take(client_->session().cache_directory, client_->origin(), client_->repository(),
                                descriptor.digest);
  http::Retry retry = client_->retry();
  bool in_chunks = false, takes_chunks = true;
  for (;;) {
    SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(descriptor.digest));
    Checker checker(descriptor, std::move(hasher));
    Upload upload{*client_, descriptor, open, checker, saved, digest, client_->scopes("pull,push")};
    bool from_before = false;
    if (saved && saved->found()) {
      upload.location = *saved->found();
      auto alive = upload.ask();
      if (!alive && alive.error().code() == ErrorCode::unavailable) return std::move(alive).error();
      from_before = alive && *alive;
      if (!from_before) {
        upload.location.reset();
        saved->forget();
      }
      if (upload.offset == 0) in_chunks = descriptor.size > kChunkBytes;  // all that was sent is lost
    }
    if (!upload.location) {
      const std::scoped_lock lock(state_->mutex);
      if (auto left = state_->sessions.extract(descriptor.digest)) upload.location = left.mapped();
    }
    if (!upload.location) SUPPLY_TRY(upload.begin(path("blobs", "uploads/")));
    Upload::Ending end;
    Status sent = upload.run(in_chunks && takes_chunks, end);
    if (sent) {
      if (saved) saved->remove();
      return sent;
    }
    if (from_before && sent.error().code() == ErrorCode::mismatch) {
      saved->forget();  // what was sent before was something else
      continue;
    }
    // The session has ended since it was asked about: another is begun.
    if (sent.error().code() == ErrorCode::not_found) {
      if (saved) saved->forget();
      end.retriable = end.lost = true;
    }
    if (end.no_chunks && in_chunks && takes_chunks) {
      takes_chunks = false;
      continue;
    }
    if (end.too_large && !in_chunks) {
      in_chunks = true;
      continue;
    }
    if (!end.retriable) return sent;
    if (end.lost && descriptor.size > kChunkBytes) in_chunks = true;
    SUPPLY_TRY(retry.again(std::move(sent).error(), end.wanted));
  }
}

Status Registry::upload_blob(const oci::Descriptor& descriptor, const store::OpenSource& open) {
  if (!descriptor.digest.verifiable())
    return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": no algorithm that Supply can compute");
  SUPPLY_TRY(const bool there, has_blob(descriptor));
  if (there) return {};
  return upload(descriptor, open);
}

Status Registry::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  if (descriptor.size <= kHeldBytes) {
    SUPPLY_TRY(const std::string held, io::read_all(bytes, kHeldBytes));
    if (held.size() != descriptor.size)
      return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": " + std::to_string(held.size()) +
                                            " bytes, its descriptor says " + std::to_string(descriptor.size));
    return upload_blob(descriptor, [&](std::uint64_t offset) {
      return Result<std::unique_ptr<io::Source>>(io::from_string(held.substr(offset)));
    });
  }
  bool used = false;
  return upload_blob(descriptor, [&](std::uint64_t offset) -> Result<std::unique_ptr<io::Source>> {
    if (used)
      return Error(ErrorCode::unavailable, descriptor.digest.to_string() + ": was cut, and cannot be read again");
    used = true;
    SUPPLY_TRY(read_over(bytes, offset));
    return io::borrow(bytes);
  });
}

Result<bool> Registry::mount_blob(store::ImageSource& other, const oci::Descriptor& descriptor) {
  const auto* from = dynamic_cast<const Registry*>(&other);
  if (from == nullptr || from->client_->registry() != client_->registry()) return false;
  if (from->client_->repository() == client_->repository()) return false;
  const std::string& digest = descriptor.digest.to_string();
  Scopes scopes = client_->scopes("pull,push");
  scopes.push_back(from->client_->scopes("pull").front());
  SUPPLY_TRY(const BufferedResponse answer,
             client_->document({.method = "POST",
                                .target = path("blobs", "uploads/?mount=" + http::percent_encode(digest) + "&from=" +
                                                            http::percent_encode(from->client_->repository())),
                                .scopes = std::move(scopes),
                                .what = digest},
                               kMaxErrorBodyBytes));
  if (answer.status == 201) return true;
  if (answer.status != 202) return client_->failure(digest, answer);
  // Not granted: an upload has begun instead.
  const auto field = answer.headers.find("Location");
  if (!field) return false;
  auto location = answer.url.resolve(*field);
  if (!location) return not_found_out(std::move(location).error()).at(digest + ": Location");
  const std::scoped_lock lock(state_->mutex);
  state_->sessions.insert_or_assign(descriptor.digest, *std::move(location));
  return false;
}

}  // namespace supply::registry
