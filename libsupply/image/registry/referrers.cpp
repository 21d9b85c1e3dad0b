// What refers to an image: the referrers API, and the tag that stands in for it where there is none.
// Source: distribution-spec v1.1, "Listing Referrers", "Pushing Manifests with Subject", "Referrers Tag Schema".
#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/parallel.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/header_fields.hpp"
#include "libsupply/image/registry/page.hpp"
#include "libsupply/image/registry/state.hpp"

namespace supply::registry {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxEdits = 60, kMaxRefusedConditions = 20;
constexpr std::size_t kThreads = 4;

bool is_document(std::string_view media_type) { return oci::is_manifest(media_type) || oci::is_index(media_type); }

// The code that an error's body names first, "" for any other body.
std::string code_in(const std::string& bytes) {
  const auto document =
      json::parse(bytes, {.bytes = kMaxErrorBodyBytes, .depth = 16, .duplicate_keys = json::DuplicateKeys::last_wins});
  if (!document || !document->is_object()) return {};
  const json::Value* errors = json::find(*document, "errors");
  if (errors == nullptr || !errors->is_array() || errors->empty()) return {};
  const auto code = json::string_or_empty(errors->front(), "code");
  return code ? *code : std::string();
}

struct Head {
  std::optional<Digest> subject;
  std::string artifact_type;
  oci::Annotations annotations;
};

Result<Head> read_head(const Registry::Manifest& manifest) {
  const std::string& type = manifest.descriptor.media_type;
  Head head;
  if (oci::is_index(type)) {
    SUPPLY_TRY(oci::Index index, oci::Index::parse(manifest.bytes, type));
    if (index.subject) head.subject = index.subject->digest;
    head.artifact_type = index.artifact_type;
    head.annotations = std::move(index.annotations);
  } else {
    SUPPLY_TRY(oci::Manifest parsed, oci::Manifest::parse(manifest.bytes, type));
    if (parsed.subject) head.subject = parsed.subject->digest;
    head.artifact_type = parsed.effective_artifact_type();
    head.annotations = std::move(parsed.annotations);
  }
  return head;
}

Status add(std::vector<oci::Descriptor>& list, std::vector<oci::Descriptor> more, const std::string& what) {
  if (list.size() + more.size() > kMaxReferrers)
    return Error(ErrorCode::limit_exceeded, what + ": more than " + std::to_string(kMaxReferrers));
  std::move(more.begin(), more.end(), std::back_inserter(list));
  return {};
}

}  // namespace

// Nothing: the registry has no such API.
Result<std::optional<std::vector<oci::Descriptor>>> Registry::ask_referrers(const Digest& subject,
                                                                            const std::string& type) {
  const std::string what = "referrers of " + subject.to_string();
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->no_referrers_api) return std::optional<std::vector<oci::Descriptor>>();
  }
  std::vector<oci::Descriptor> list;
  std::vector<http::Url> seen;
  Call call{.target = path("referrers", subject.to_string()),
            .headers = {{"Accept", std::string(oci::kIndexType)}},
            .scopes = api_->scopes("pull"),
            .what = what};
  if (!type.empty()) call.target += "?artifactType=" + http::percent_encode(type);
  for (;;) {
    SUPPLY_TRY(const Document answer, api_->document(call, kMaxManifestBytes));
    if (answer.status != 200) {
      const std::string code = code_in(answer.bytes);
      const bool absent = answer.status == 404 || answer.status == 405 || answer.status == 501 ||
                          (answer.status == 400 && code == "UNSUPPORTED");
      if (!absent || !seen.empty() || !api_->is_own(answer.url) || code == "DENIED" || code == "UNAUTHORIZED") {
        if (seen.empty()) return api_->failure(what, answer);
        // A page that the registry itself has named and does not have is no end of the list.
        return Error(ErrorCode::unavailable,
                     what + ": page " + std::to_string(seen.size() + 1) + " answers " + std::to_string(answer.status));
      }
      if (code != "NAME_UNKNOWN") {
        const std::scoped_lock lock(state_->mutex);
        state_->no_referrers_api = true;
      }
      return std::optional<std::vector<oci::Descriptor>>();
    }
    const std::string sent = content_type(answer.headers);
    if (sent != oci::kIndexType)
      return Error(ErrorCode::malformed, what + ": the answer is " + quote(sent) + ", not an image index");
    auto index = oci::Index::parse(answer.bytes, oci::kIndexType);
    if (!index) return std::move(index).error().at(what);
    SUPPLY_TRY(add(list, std::move(index->manifests), what));
    SUPPLY_TRY(const auto next, next_page(*api_, answer, seen, what));
    if (!next) return std::optional(std::move(list));
    call.url = *next;
  }
}

// The index under the tag; nothing when there surely is none.
Result<std::optional<Registry::Manifest>> Registry::find_referrers_tag(const Digest& subject) {
  const std::string tag = store::referrers_tag(subject), what = "referrers tag " + tag;
  SUPPLY_TRY(
      const Document answer,
      api_->document({.target = path("manifests", tag),
                      .headers = {{"Accept", std::string(oci::kIndexType) + ", " + std::string(oci::kManifestType) +
                                                 ", " + std::string(oci::kDockerManifestType) + ", " +
                                                 std::string(oci::kDockerIndexType)}},
                      .scopes = api_->scopes("pull"),
                      .what = what},
                     kMaxManifestBytes));
  if (answer.status != 200) {
    Error why = api_->failure(what, answer);
    if (why.code() == ErrorCode::not_found && code_in(answer.bytes) != "NAME_UNKNOWN") return std::optional<Manifest>();
    return why;
  }
  SUPPLY_TRY(Manifest manifest, check_manifest(answer, what, nullptr));
  // GitLab resolves a tag of this form to the subject itself. Source: oras-go#1396.
  if (manifest.descriptor.digest == subject) return std::optional<Manifest>();
  if (manifest.descriptor.media_type != oci::kIndexType)
    return Error(ErrorCode::malformed,
                 what + ": names a " + quote(manifest.descriptor.media_type) + ", not an image index");
  return std::optional(std::move(manifest));
}

Status Registry::complete(std::vector<oci::Descriptor>& list, const Digest& subject) {
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  const auto same = [](const auto& a, const auto& b) { return a.digest == b.digest; };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  std::vector<char> refers(list.size(), 1);
  SUPPLY_TRY(parallel_for(list.size(), kThreads, [&](std::size_t i) -> Status {
    oci::Descriptor& entry = list[i];
    if (!is_document(entry.media_type) || (!entry.artifact_type.empty() && !entry.annotations.empty())) return {};
    SUPPLY_TRY(const Manifest manifest, get_manifest(entry.digest.to_string(), &entry));
    SUPPLY_TRY(Head head, read_head(manifest).at("referrer " + entry.digest.to_string()));
    refers[i] = head.subject == subject;
    if (entry.artifact_type.empty()) entry.artifact_type = std::move(head.artifact_type);
    if (entry.annotations.empty()) entry.annotations = std::move(head.annotations);
    return {};
  }));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (refers[i] != 0) {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
  return {};
}

Result<std::vector<oci::Descriptor>> Registry::list_referrers(const Digest& subject, const std::string& type) {
  SUPPLY_TRY(auto listed, ask_referrers(subject, type));
  if (!listed) {
    SUPPLY_TRY(const auto tagged, find_referrers_tag(subject));
    listed.emplace();
    if (tagged) {
      SUPPLY_TRY(oci::Index index, oci::Index::parse(tagged->bytes, oci::kIndexType).at("referrers tag"));
      SUPPLY_TRY(add(*listed, std::move(index.manifests), "referrers of " + subject.to_string()));
    }
  }
  SUPPLY_TRY(complete(*listed, subject));
  return *std::move(listed);
}

Result<std::vector<oci::Descriptor>> Registry::referrers(const Digest& subject) { return list_referrers(subject, {}); }

// Whether the registry has applied the filter, or knows of filters at all, makes no difference to the answer.
Result<std::vector<oci::Descriptor>> Registry::referrers_of_type(const Digest& subject,
                                                                 const std::string& artifact_type) {
  SUPPLY_TRY(std::vector<oci::Descriptor> list, list_referrers(subject, artifact_type));
  std::erase_if(list, [&](const oci::Descriptor& entry) { return entry.artifact_type != artifact_type; });
  return list;
}

Result<Document> Registry::put_manifest_as(const std::string& reference, const oci::Descriptor& descriptor,
                                           std::string_view bytes, http::Headers headers, const std::string& what) {
  headers.add("Content-Type", descriptor.media_type);
  SUPPLY_TRY(Document answer, api_->document({.method = "PUT",
                                              .target = path("manifests", reference),
                                              .headers = std::move(headers),
                                              .scopes = api_->scopes("pull,push"),
                                              .body = bytes,
                                              .what = what},
                                             kMaxErrorBodyBytes));
  if (answer.status < 200 || answer.status >= 300) return answer;
  const auto says = Digest::parse(answer.headers.find("Docker-Content-Digest").value_or(""));
  if (says && says->algorithm() == descriptor.digest.algorithm() && *says != descriptor.digest)
    return Error(ErrorCode::mismatch, what + ": the registry has stored it as " + says->to_string());
  return answer;
}

Status Registry::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                              const std::optional<std::string>& tag) {
  SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(descriptor.digest));
  hasher.update(bytes);
  if (const Digest actual = hasher.finish_digest(); actual != descriptor.digest || bytes.size() != descriptor.size)
    return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": damaged: its bytes are " + actual.to_string());
  const bool tagged = tag && !tag->empty();
  const std::string what = tagged ? name_ + ":" + *tag : descriptor.digest.to_string();
  SUPPLY_TRY(const Document answer,
             put_manifest_as(tagged ? *tag : descriptor.digest.to_string(), descriptor, bytes, {}, what));
  if (answer.status >= 200 && answer.status < 300) return {};
  Error why = api_->failure(what, answer);
  if (descriptor.digest.algorithm() != "sha256" && answer.status == 400)
    return Error(ErrorCode::unsupported, why.message() + " (some registries take manifests by sha256 only)");
  return why;
}

Status Registry::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  const std::string what = descriptor.digest.to_string();
  SUPPLY_TRY(const Document answer, put_manifest_as(what, descriptor, bytes, {}, what));
  if (answer.status < 200 || answer.status >= 300) return api_->failure(what, answer);
  if (const auto field = answer.headers.find("OCI-Subject")) {
    if (*field == subject.to_string()) return {};
    return Error(ErrorCode::mismatch, what + ": the registry takes it for a referrer of " + quote(*field));
  }
  // Some have the API and do not say so (go-containerregistry's); with them the tag would be one more list that lies.
  const auto names_it = [&](const std::vector<oci::Descriptor>& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.digest == descriptor.digest; });
  };
  Patience patience = api_->patience();
  for (;;) {
    SUPPLY_TRY(const auto listed, ask_referrers(subject, {}));
    if (!listed) return list_under_tag(descriptor, subject);
    if (names_it(*listed)) return {};
    SUPPLY_TRY(patience.again(Error(ErrorCode::unavailable, what +
                                                                ": is stored, and the registry does not list it among "
                                                                "the referrers of " +
                                                                subject.to_string())));
  }
}

// Why this loses nothing: a writer that has read the list before our write, and so would write one without our entry,
// does so within half the time to settle after its reading, or reads again. We read back after the whole of that time:
// by then it has written, and we see that our entry is gone and write again; whoever reads later keeps it.
Status Registry::list_under_tag(const oci::Descriptor& descriptor, const Digest& subject) {
  const std::string tag = store::referrers_tag(subject), what = "referrers tag " + tag;
  const Shared& shared = api_->shared();
  http::Clock& clock = *shared.clock;
  std::mt19937_64 random(shared.seed ^ std::hash<std::string>()(descriptor.digest.to_string()));
  const auto jitter = [&](milliseconds least, milliseconds most) {
    return milliseconds(
        std::uniform_int_distribution<std::int64_t>(least.count(), std::max(least, most).count())(random));
  };
  const auto pause = [&](milliseconds time) -> Status {
    if (shared.deadline && clock.now() + time >= *shared.deadline)
      return Error(ErrorCode::unavailable, what + ": no time to see whether the entry stays before the deadline");
    clock.sleep(time);
    return {};
  };
  const std::scoped_lock one(state_->editing);
  std::optional<http::TimePoint> written;
  using Conditions = State::Conditions;
  int refused = 0;
  for (int edit = 0; edit < kMaxEdits;) {
    const http::TimePoint read_at = clock.now();
    SUPPLY_TRY(const auto current, find_referrers_tag(subject));
    json::Value index{{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", json::Value::array()}};
    if (current) {
      // Edited as JSON, so that nothing is lost that others have written and we do not know.
      SUPPLY_TRY(const oci::Index parsed, oci::Index::parse(current->bytes, oci::kIndexType).at(what));
      SUPPLY_TRY(index, json::parse(current->bytes, {.bytes = kMaxManifestBytes}).at(what));
      if (!index["manifests"].is_array()) index["manifests"] = json::Value::array();
      const bool there = std::any_of(parsed.manifests.begin(), parsed.manifests.end(),
                                     [&](const auto& entry) { return entry.digest == descriptor.digest; });
      if (there) {
        if (!written || clock.now() - *written >= shared.settle) return {};
        const auto rest = std::chrono::duration_cast<milliseconds>(*written + shared.settle - clock.now());
        SUPPLY_TRY(pause(rest + milliseconds(1)));
        continue;
      }
    }
    index["manifests"].push_back(descriptor.to_json());
    const std::string bytes = json::to_text(index);
    if (bytes.size() > kMaxManifestBytes)
      return Error(ErrorCode::limit_exceeded,
                   what + ": its index would be larger than " + std::to_string(kMaxManifestBytes) + " bytes");
    Conditions conditions;
    {
      const std::scoped_lock lock(state_->mutex);
      conditions = state_->conditions;
    }
    http::Headers headers;
    // A condition that cannot hold: a registry that heeds conditions refuses it; another does what had to be done
    // anyway.
    if (conditions == Conditions::unknown) headers.add("If-Match", "\"supply-asks-whether-this-is-heeded\"");
    if (conditions == Conditions::honoured && !current) headers.add("If-None-Match", "*");
    if (conditions == Conditions::honoured && current && !current->entity_tag.empty())
      headers.add("If-Match", current->entity_tag);
    if (clock.now() - read_at > shared.settle / 2 && conditions != Conditions::honoured) {
      ++edit;  // too slow to be sure that nobody has settled meanwhile
      continue;
    }
    const oci::Descriptor list{
        .media_type = std::string(oci::kIndexType), .digest = crypto::sha256(bytes), .size = bytes.size()};
    SUPPLY_TRY(const Document answer, put_manifest_as(tag, list, bytes, headers, what));
    ++edit;
    if (answer.status == 412 && !headers.fields().empty()) {
      const std::scoped_lock lock(state_->mutex);
      const bool hopeless = conditions == Conditions::honoured && ++refused > kMaxRefusedConditions;
      state_->conditions = hopeless ? Conditions::ignored : Conditions::honoured;
      if (conditions == Conditions::honoured) clock.sleep(jitter(milliseconds(5), milliseconds(50)));
      continue;
    }
    if (answer.status < 200 || answer.status >= 300) return api_->failure(what, answer);
    if (conditions == Conditions::honoured && (!current || !current->entity_tag.empty())) return {};
    if (conditions == Conditions::unknown) {
      const std::scoped_lock lock(state_->mutex);
      state_->conditions = Conditions::ignored;
    }
    written = clock.now();
    SUPPLY_TRY(pause(jitter(shared.settle / 20, shared.settle / 4)));
  }
  return Error(ErrorCode::unavailable, what + ": the entry for " + descriptor.digest.to_string() + " did not stay in " +
                                           std::to_string(kMaxEdits) + " attempts (other writers?)");
}

}  // namespace supply::registry
