// Tags that several writers change: the index that stands for the referrers API, and whatever else is added to under a
// tag. Source: distribution-spec v1.1, "Referrers Tag Schema"; conditions: RFC 9110, section 13.
//
// Why this loses nothing: a writer that has read the tag before our write, and so would write something without ours,
// does so within half the time to settle after its reading, or reads again. We read back after the whole of that time:
// by then it has written, and we see that ours is gone and write again; a later reader keeps it. A registry that
// heeds If-Match needs none of that.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"
#include "libsupply/image/registry/internal/registry_state.hpp"

namespace supply::registry {
namespace {

using std::chrono::milliseconds;

constexpr int kEdits = 60, kRefusedConditions = 20;

}  // namespace

// One editor's view of one tag: what it has read, and when.
struct Registry::ReferrersTagEdit {
  Registry& registry;
  const std::string tag, what;
  std::mt19937_64 random;
  http::TimePoint read_at = {};
  std::optional<FetchedManifest> current = {};
  int refused = 0;
  /// How a write went: another one may have come between (read again); it is there for sure; it is to be read back.
  enum class PutResult { again, stands, written };

  ReferrersTagEdit(Registry& of, std::string name, std::string text, const Digest& ours)
      : registry(of),
        tag(std::move(name)),
        what(std::move(text)),
        random(of.client_->session().seed ^ std::hash<std::string>()(ours.to_string())) {}

  const Session& session() const { return registry.client_->session(); }
  http::Clock& clock() const { return *session().clock; }
  milliseconds jitter(milliseconds least, milliseconds most) {
    return milliseconds(
        std::uniform_int_distribution<std::int64_t>(least.count(), std::max(least, most).count())(random));
  }
  Status pause(milliseconds time) const {
    if (session().deadline && clock().now() + time >= *session().deadline)
      return Error(ErrorCode::unavailable, what + ": no time to see whether the entry stays before the deadline");
    clock().sleep(time);
    return {};
  }
  // Until what was written then has settled.
  Status settle(http::TimePoint written) const {
    const auto rest = std::chrono::duration_cast<milliseconds>(written + session().settle - clock().now());
    return rest < milliseconds(0) ? Status() : pause(rest + milliseconds(1));
  }

  Result<PutResult> put(const oci::Descriptor& descriptor, std::string_view bytes) {
    using Conditions = State::Conditions;
    State& state = *registry.state_;
    Conditions conditions;
    {
      const std::scoped_lock lock(state.mutex);
      conditions = state.conditions;
    }
    http::Headers headers;
    // A condition that cannot hold: a registry that heeds conditions refuses it; another does what had to be done
    // anyway.
    if (conditions == Conditions::unknown) headers.add("If-Match", "\"supply-asks-whether-this-is-heeded\"");
    if (conditions == Conditions::honoured && !current) headers.add("If-None-Match", "*");
    if (conditions == Conditions::honoured && current && !current->entity_tag.empty())
      headers.add("If-Match", current->entity_tag);
    // Too slow to be sure that nobody has settled meanwhile.
    if (clock().now() - read_at > session().settle / 2 && conditions != Conditions::honoured) return PutResult::again;
    SUPPLY_TRY(const BufferedResponse answer, registry.put_manifest_as(tag, descriptor, bytes, headers, what));
    if (answer.status == 412 && !headers.fields().empty()) {
      const std::scoped_lock lock(state.mutex);
      const bool hopeless = conditions == Conditions::honoured && ++refused > kRefusedConditions;
      state.conditions = hopeless ? Conditions::ignored : Conditions::honoured;
      if (conditions == Conditions::honoured) clock().sleep(jitter(milliseconds(5), milliseconds(50)));
      return PutResult::again;
    }
    if (!http::is_success(answer.status)) return registry.client_->failure(what, answer);
    if (conditions == Conditions::honoured && (!current || !current->entity_tag.empty())) return PutResult::stands;
    if (conditions == Conditions::unknown) {
      const std::scoped_lock lock(state.mutex);
      state.conditions = Conditions::ignored;
    }
    return PutResult::written;
  }
};

// The index under the tag; nothing when there surely is none.
Result<std::optional<Registry::FetchedManifest>> Registry::find_referrers_tag(const Digest& subject) {
  const std::string tag = store::referrers_tag(subject), what = "referrers tag " + tag;
  SUPPLY_TRY(
      const BufferedResponse answer,
      client_->document({.target = path("manifests", tag),
                         .headers = {{"Accept", std::string(oci::kIndexType) + ", " + std::string(oci::kManifestType) +
                                                    ", " + std::string(oci::kDockerManifestType) + ", " +
                                                    std::string(oci::kDockerIndexType)}},
                         .scopes = client_->scopes("pull"),
                         .what = what},
                        kMaxManifestBytes));
  if (answer.status != 200) {
    Error why = client_->failure(what, answer);
    if (why.code() == ErrorCode::not_found && parse_error_response(answer.bytes).code != "NAME_UNKNOWN")
      return std::optional<FetchedManifest>();
    return why;
  }
  SUPPLY_TRY(FetchedManifest manifest, check_manifest(answer, what, nullptr));
  // GitLab resolves a tag of this form to the subject itself. Source: oras-go#1396.
  if (manifest.descriptor.digest == subject) return std::optional<FetchedManifest>();
  if (manifest.descriptor.media_type != oci::kIndexType)
    return Error(ErrorCode::unavailable, what + ": could not be found out: the tag names a " +
                                             quote(manifest.descriptor.media_type) + ", not an image index");
  return std::optional(std::move(manifest));
}

Status Registry::list_under_tag(const std::vector<oci::Descriptor>& descriptors, const Digest& subject) {
  if (descriptors.empty()) return {};
  const std::string tag = store::referrers_tag(subject), what = "referrers tag " + tag;
  const std::scoped_lock one(state_->editing);
  ReferrersTagEdit edit(*this, tag, what, descriptors.front().digest);
  std::optional<http::TimePoint> written;
  for (int attempt = 0; attempt < kEdits;) {
    edit.read_at = edit.clock().now();
    SUPPLY_TRY(edit.current, find_referrers_tag(subject));
    json::Value index{{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", json::Value::array()}};
    std::vector<const oci::Descriptor*> missing;
    for (const oci::Descriptor& descriptor : descriptors) missing.push_back(&descriptor);
    if (edit.current) {
      // Edited as JSON, so that nothing is lost that others have written and we do not know.
      SUPPLY_TRY(const oci::Index parsed, oci::Index::parse(edit.current->bytes, oci::kIndexType).at(what));
      SUPPLY_TRY(index, json::parse(edit.current->bytes, {.bytes = kMaxManifestBytes}).at(what));
      if (!index["manifests"].is_array()) index["manifests"] = json::Value::array();
      std::set<Digest> there;
      for (const oci::Descriptor& entry : parsed.manifests) there.insert(entry.digest);
      std::erase_if(missing, [&](const oci::Descriptor* descriptor) { return there.contains(descriptor->digest); });
      if (missing.empty()) {
        if (!written || edit.clock().now() - *written >= edit.session().settle) return {};
        SUPPLY_TRY(edit.settle(*written));
        continue;
      }
    }
    for (const oci::Descriptor* descriptor : missing) index["manifests"].push_back(descriptor->to_json());
    const std::string bytes = json::to_text(index);
    if (bytes.size() > kMaxManifestBytes)
      return Error(ErrorCode::limit_exceeded,
                   what + ": its index would be larger than " + std::to_string(kMaxManifestBytes) + " bytes");
    const oci::Descriptor list{
        .media_type = std::string(oci::kIndexType), .digest = crypto::sha256(bytes), .size = bytes.size()};
    ++attempt;
    SUPPLY_TRY(const ReferrersTagEdit::PutResult outcome, edit.put(list, bytes));
    if (outcome == ReferrersTagEdit::PutResult::stands) return {};
    if (outcome == ReferrersTagEdit::PutResult::again) continue;
    written = edit.clock().now();
    SUPPLY_TRY(edit.pause(edit.jitter(edit.session().settle / 20, edit.session().settle / 4)));
  }
  return Error(ErrorCode::unavailable, what + ": the entry for " + descriptors.front().digest.to_string() +
                                           (descriptors.size() > 1 ? " or one beside it" : "") + " did not stay in " +
                                           std::to_string(kEdits) + " attempts (other writers?)");
}

Status Registry::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                  const std::optional<Digest>& expected) {
  const std::string what = name_ + ":" + tag;
  const Error lost(ErrorCode::unavailable, what + ": changed by another writer");
  const std::scoped_lock one(state_->editing);
  ReferrersTagEdit edit(*this, tag, what, descriptor.digest);
  const auto read = [&]() -> Status {
    edit.read_at = edit.clock().now();
    auto manifest = get_manifest(tag, nullptr);
    if (!manifest && manifest.error().code() != ErrorCode::not_found) return std::move(manifest).error();
    edit.current = manifest ? std::optional(*std::move(manifest)) : std::nullopt;
    return {};
  };
  const auto stands_at = [&](const std::optional<Digest>& digest) {
    return edit.current ? digest == edit.current->descriptor.digest : !digest;
  };
  for (int attempt = 0; attempt < kEdits; ++attempt) {
    SUPPLY_TRY(read());
    if (!stands_at(expected)) return lost;
    SUPPLY_TRY(const ReferrersTagEdit::PutResult outcome, edit.put(descriptor, bytes));
    if (outcome == ReferrersTagEdit::PutResult::stands) return {};
    if (outcome == ReferrersTagEdit::PutResult::again) continue;
    SUPPLY_TRY(edit.settle(edit.clock().now()));
    SUPPLY_TRY(read());
    return stands_at(descriptor.digest) ? Status() : Status(lost);
  }
  return lost;
}

}  // namespace supply::registry
