// Blobs on their way to the registry. One PUT of the whole blob, because that is one round trip and every registry
// takes it. When it is cut, the server is asked how much it has, and is believed: some go on from there; others
// (docker-registry 2.8) have forgotten the session, and the blob starts anew. Source: distribution-spec v1.1, "Pushing
// Blobs".
#include <algorithm>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/registry/header_fields.hpp"
#include "libsupply/image/registry/state.hpp"

namespace supply::registry {
namespace {

constexpr std::size_t kMaxHeldBytes = 4 * kMiB;
constexpr std::uint64_t kChunkBytes = 8 * kMiB;  // where the whole is too much for one request
constexpr std::uint64_t kProgressBytes = kMiB;

// A part of a source, which is checked as a whole: the bytes before the part are read over, those behind it are left.
Result<std::unique_ptr<io::Source>> open_at(const store::OpenSource& open, const oci::Descriptor& descriptor,
                                            std::uint64_t offset) {
  SUPPLY_TRY(std::unique_ptr<io::Source> bytes, open(0));
  SUPPLY_TRY(std::unique_ptr<io::Source> source, store::verified(std::move(bytes), descriptor));
  std::vector<char> buffer(offset == 0 ? 0 : 256 * kKiB);
  while (offset > 0) {
    SUPPLY_TRY(const std::size_t count,
               source->read(std::span(buffer).first(std::min<std::uint64_t>(offset, buffer.size()))));
    if (count == 0) return Error(ErrorCode::mismatch, "ends earlier than before");
    offset -= count;
  }
  return source;
}

// Lends a source that somebody else owns, once.
class Borrowed : public io::Source {
 public:
  explicit Borrowed(io::Source& source) : source_(source) {}
  Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

 private:
  io::Source& source_;
};

bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

// One upload session. Each answer's Location replaces the one before, its query kept as it is.
struct Registry::Upload {
  Api& api;
  const oci::Descriptor& descriptor;
  const store::OpenSource& open;
  std::string what;
  Scopes scopes;
  std::optional<http::Url> location = {};
  std::uint64_t smallest_chunk = 0;
  std::uint64_t offset = 0;  ///< what the server says it has

  Status take_location(const http::Headers& headers, const http::Url& from) {
    const auto field = headers.find("Location");
    if (!field) return location ? Status() : Error(ErrorCode::malformed, what + ": no Location for the upload");
    SUPPLY_TRY(location, from.resolve(*field).at(what + ": Location"));
    if (const auto least = number(headers.find("OCI-Chunk-Min-Length")))
      smallest_chunk = std::min<std::uint64_t>(*least, kGiB);
    return {};
  }

  Status begin(const std::string& target) {
    SUPPLY_TRY(const Document answer,
               api.document({.method = "POST", .target = target, .scopes = scopes, .what = what}, kMaxErrorBodyBytes));
    if (answer.status != 202) return api.failure(what, answer);
    return take_location(answer.headers, answer.url);
  }

  // Asks the server how much it has. False: it knows nothing of the session any more.
  Result<bool> ask() {
    SUPPLY_TRY(const Document answer,
               api.document({.method = "GET", .url = location, .scopes = scopes, .what = what}, kMaxErrorBodyBytes));
    if (!is_success(answer.status)) return false;
    SUPPLY_TRY(take_location(answer.headers, answer.url));
    const auto has = uploaded_bytes(answer.headers);
    if (!has || *has > descriptor.size) return false;
    offset = *has;
    return true;
  }

  // Sends the whole blob, or the empty rest of one, and closes the session.
  Result<Document> put(bool whole, bool& retriable) {
    Call call{.method = "PUT",
              .url = location->with_query("digest", descriptor.digest.to_string()),
              .headers = {{"Content-Type", "application/octet-stream"}},
              .scopes = scopes,
              .what = what};
    if (whole && descriptor.size > 0) {
      call.open_body = [this] { return open_at(open, descriptor, 0); };
      call.body_bytes = descriptor.size;
    }
    return finish(call, retriable);
  }

  // Sends `size` bytes from where the server is.
  Result<Document> patch(std::uint64_t size, bool& retriable) {
    Call call{.method = "PATCH",
              .url = location,
              .headers = {{"Content-Type", "application/octet-stream"},
                          {"Content-Range", std::to_string(offset) + "-" + std::to_string(offset + size - 1)}},
              .scopes = scopes,
              .what = what};
    call.open_body = [this] { return open_at(open, descriptor, offset); };
    call.body_bytes = size;
    return finish(call, retriable);
  }

  Result<Document> finish(const Call& call, bool& retriable) {
    SUPPLY_TRY(Streaming answer, api.exchange(call, retriable));
    Document document{answer.response.status, std::move(answer.response.headers), {}, std::move(answer.url)};
    auto bytes = io::read_all(*answer.response.body, kMaxErrorBodyBytes);
    if (bytes) document.bytes = *std::move(bytes);
    return document;
  }

  // The server's own name for what it has got. With another algorithm than ours (docker-registry answers sha256 to
  // sha512) it tells nothing.
  Status check(const Document& answer) const {
    const auto says = Digest::parse(answer.headers.find("Docker-Content-Digest").value_or(""));
    if (says && says->algorithm() == descriptor.digest.algorithm() && *says != descriptor.digest)
      return Error(ErrorCode::mismatch, what + ": the registry has stored it as " + says->to_string());
    return {};
  }

  // One session from its start. `wanted`: what the server asks to wait before another.
  Status run(bool in_chunks, bool& retriable, bool& too_large, std::optional<std::chrono::seconds>& wanted) {
    Result<Document> answer = Error(ErrorCode::internal, "no answer");
    if (!in_chunks) {
      answer = put(true, retriable);
      if (answer && is_success(answer->status)) return check(*answer);
      if (answer) {
        wanted = retry_after(answer->headers);
        too_large = answer->status == 413;
        if (!retriable) return api.failure(what, *answer);
      } else if (!retriable) {
        return std::move(answer).error();
      }
    } else {
      retriable = true;  // the first question is what the server has: nothing
    }
    // What was sent may have arrived. Only a server that has some of it saves anything.
    const Error why = !in_chunks && answer ? api.failure(what, *answer)
                      : answer             ? Error(ErrorCode::unavailable, what)
                                           : answer.error();
    Patience patience = api.patience();
    if (!in_chunks) {
      SUPPLY_TRY(const bool alive, ask());
      if (!alive || offset == 0) return why;
    }
    const std::uint64_t chunk = in_chunks ? std::max(kChunkBytes, smallest_chunk) : descriptor.size;
    while (offset < descriptor.size) {
      const std::uint64_t before = offset, size = std::min(chunk, descriptor.size - offset);
      answer = patch(size, retriable);
      if (answer && is_success(answer->status)) {
        SUPPLY_TRY(take_location(answer->headers, answer->url));
        // An overlapping chunk is appended by some servers: where it says it is, is where it is.
        const auto has = uploaded_bytes(answer->headers);
        if (has && (*has > before + size || *has < before)) {
          retriable = true;  // in another session
          return Error(ErrorCode::unavailable, what + ": the registry is at byte " + std::to_string(*has) + ", not " +
                                                   std::to_string(before + size));
        }
        offset = has ? *has : before + size;
      } else {
        if (answer && !retriable && answer->status != 416) return api.failure(what, *answer);
        if (!answer && !retriable) return std::move(answer).error();
        Error reason = answer ? api.failure(what, *answer) : std::move(answer).error();
        SUPPLY_TRY(patience.again(reason, answer ? retry_after(answer->headers) : std::nullopt));
        SUPPLY_TRY(const bool alive, ask());
        retriable = true;
        if (!alive) return reason;
      }
      if (offset >= before + kProgressBytes) patience.progress();
      else if (offset == before) SUPPLY_TRY(patience.again(Error(ErrorCode::unavailable, what + ": no progress")));
    }
    answer = put(false, retriable);
    if (!answer) return std::move(answer).error();
    if (!is_success(answer->status)) return api.failure(what, *answer);
    return check(*answer);
  }
};

Result<bool> Registry::has_blob(const oci::Descriptor& descriptor) {
  const std::string& digest = descriptor.digest.to_string();
  SUPPLY_TRY(
      const Document answer,
      api_->document(
          {.method = "HEAD", .target = path("blobs", digest), .scopes = api_->scopes("pull,push"), .what = digest},
          kMaxErrorBodyBytes));
  if (answer.status == 404) return false;
  if (answer.status != 200) return api_->failure(digest, answer);
  // One of another size is damaged, and sent again.
  const auto length = number(answer.headers.find("Content-Length"));
  return !length || *length == descriptor.size;
}

Status Registry::upload(const oci::Descriptor& descriptor, const store::OpenSource& open) {
  const std::string& digest = descriptor.digest.to_string();
  Patience patience = api_->patience();
  bool in_chunks = false;
  for (;;) {
    Upload upload{*api_, descriptor, open, digest, api_->scopes("pull,push")};
    {
      const std::scoped_lock lock(state_->mutex);
      if (auto left = state_->sessions.extract(descriptor.digest)) upload.location = left.mapped();
    }
    if (!upload.location) SUPPLY_TRY(upload.begin(path("blobs", "uploads/")));
    bool retriable = false, too_large = false;
    std::optional<std::chrono::seconds> wanted;
    Status sent = upload.run(in_chunks, retriable, too_large, wanted);
    if (sent) return sent;
    if (too_large && !in_chunks) {
      in_chunks = true;
      continue;
    }
    if (!retriable) return sent;
    SUPPLY_TRY(patience.again(std::move(sent).error(), wanted));
  }
}

Status Registry::put_blob_from(const oci::Descriptor& descriptor, const store::OpenSource& open) {
  if (!descriptor.digest.verifiable())
    return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": no algorithm that Supply can compute");
  SUPPLY_TRY(const bool there, has_blob(descriptor));
  if (there) return {};
  return upload(descriptor, open);
}

Status Registry::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  if (descriptor.size <= kMaxHeldBytes) {
    SUPPLY_TRY(const std::string held, io::read_all(bytes, kMaxHeldBytes));
    if (held.size() != descriptor.size)
      return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": " + std::to_string(held.size()) +
                                            " bytes, its descriptor says " + std::to_string(descriptor.size));
    return put_blob_from(descriptor, [&](std::uint64_t offset) {
      return Result<std::unique_ptr<io::Source>>(io::from_string(held.substr(offset)));
    });
  }
  bool used = false;
  return put_blob_from(descriptor, [&](std::uint64_t) -> Result<std::unique_ptr<io::Source>> {
    if (used)
      return Error(ErrorCode::unavailable, descriptor.digest.to_string() + ": was cut, and cannot be read again");
    used = true;
    return std::unique_ptr<io::Source>(std::make_unique<Borrowed>(bytes));
  });
}

Result<bool> Registry::take_blob(store::ImageSource& other, const oci::Descriptor& descriptor) {
  const auto* from = dynamic_cast<const Registry*>(&other);
  if (from == nullptr || from->api_->registry() != api_->registry()) return false;
  if (from->api_->repository() == api_->repository()) return false;
  const std::string& digest = descriptor.digest.to_string();
  Scopes scopes = api_->scopes("pull,push");
  scopes.push_back(from->api_->scopes("pull").front());
  SUPPLY_TRY(const Document answer,
             api_->document({.method = "POST",
                             .target = path("blobs", "uploads/?mount=" + http::percent_encode(digest) +
                                                         "&from=" + http::percent_encode(from->api_->repository())),
                             .scopes = std::move(scopes),
                             .what = digest},
                            kMaxErrorBodyBytes));
  if (answer.status == 201) return true;
  if (answer.status != 202) return api_->failure(digest, answer);
  // Not granted: an upload has begun instead.
  const store::OpenSource none;
  Upload upload{*api_, descriptor, none, digest, {}};
  SUPPLY_TRY(upload.take_location(answer.headers, answer.url));
  const std::scoped_lock lock(state_->mutex);
  state_->sessions.insert_or_assign(descriptor.digest, *upload.location);
  return false;
}

}  // namespace supply::registry
