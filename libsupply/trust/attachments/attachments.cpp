#include "libsupply/trust/attachments/attachments.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::attachments {
namespace {

constexpr std::string_view kEnvelopeType = "application/vnd.dsse.envelope.v1+json";

bool is_bundle_type(std::string_view type) { return type.starts_with("application/vnd.dev.sigstore.bundle"); }

// "application/vnd.in-toto.provenance+dsse": Google's Artifact Registry has Cloud Build's attestations so, and others.
bool is_in_toto_envelope_type(std::string_view type) {
  return type.starts_with("application/vnd.in-toto.") && type.ends_with("+dsse");
}

// What a layer of a referrer holds, told by its media type; nothing for what is no evidence.
std::optional<AttachmentKind> kind_of(std::string_view media_type) {
  if (is_bundle_type(media_type)) return AttachmentKind::bundle;
  if (media_type == attest::kSimpleSigningType) return AttachmentKind::simple_signing;
  if (media_type == kEnvelopeType || is_in_toto_envelope_type(media_type)) return AttachmentKind::envelope;
  if (media_type == attest::kInTotoPayloadType) return AttachmentKind::unsigned_statement;
  return std::nullopt;
}

// Artifact types under which evidence is: those of its forms, and those that say nothing (a config's, where the
// registry or the writer has put that).
bool may_be_evidence(std::string_view artifact_type) {
  static constexpr std::array kTypes{
      attest::kSimpleSigningType, kEnvelopeType,          attest::kInTotoPayloadType, oci::kEmptyType,
      oci::kConfigType,           oci::kDockerConfigType, std::string_view()};
  return is_bundle_type(artifact_type) || artifact_type.starts_with("application/vnd.dev.cosign.") ||
         artifact_type.starts_with("application/vnd.dsse.") || artifact_type.starts_with("application/vnd.in-toto") ||
         std::find(kTypes.begin(), kTypes.end(), artifact_type) != kTypes.end();
}

struct Layer {
  AttachmentKind kind;
  std::size_t index;  // in the manifest: a signature's payload can be there twice
  oci::Descriptor descriptor;
};

// A manifest that may hold evidence, and what its layers are.
struct Candidate {
  enum class FoundAs { tag, referrer, entry } place;
  Digest found_at;
  Digest subject;
  oci::Descriptor manifest;
  std::string where;
  std::optional<AttachmentKind> kind = {};  // of every layer, under a tag
  std::vector<Layer> layers = {};
  bool unlikely = false;  // listed as no evidence: where it cannot be read, that is Attachments::unread
};

class Collection {
 public:
  Collection(store::ImageSource& source, const std::vector<oci::Descriptor>& subjects, const Query& wanted,
             BySubject known)
      : source_(source), wanted_(wanted), found_(std::move(known)) {
    std::set<Digest> named;
    for (const oci::Descriptor& subject : subjects) {
      found_.try_emplace(subject.digest);
      if (named.insert(subject.digest).second) subjects_.push_back(subject);
    }
    for (const auto& each : found_) pieces_ += each.second.evidence.size();
  }

  Result<BySubject> run() {
    const bool tags = wanted_.places == Places::all || wanted_.places == Places::tags;
    const bool referrers = wanted_.places != Places::tags && wanted_.places != Places::passed_over;
    std::vector<std::function<Status()>> questions;
    if (wanted_.places == Places::passed_over) take_passed_over();
    if (referrers) questions.emplace_back([this] { return list_referrers(); });
    for (const oci::Descriptor& subject : subjects_) {
      const auto ask = [&](auto question) {
        questions.emplace_back([&subject, question] { return question().at(subject.digest.to_string()); });
      };
      const Digest& digest = subject.digest;
      if (tags && wanted_.signatures) ask([&] { return look_at_tag(digest, ".sig", AttachmentKind::simple_signing); });
      if (tags && wanted_.statements) ask([&] { return look_at_tag(digest, ".att", AttachmentKind::envelope); });
      if (tags && wanted_.unsigned_too) ask([&] { return look_at_tag(digest, ".sbom", std::nullopt); });
      if (referrers && wanted_.unsigned_too && oci::is_index(subject.media_type))
        ask([&] { return list_entries(subject); });
    }
    SUPPLY_TRY(
        parallel_for(questions.size(), source_.requests_at_once(), [&](std::size_t i) { return questions[i](); }));
    return finish();
  }

  Result<BySubject> run(const std::vector<StatementManifest>& manifests) {
    for (const auto& [manifest, about] : manifests)
      add({Candidate::FoundAs::entry, about, about, manifest, "attestation manifest " + manifest.digest.to_string()});
    return finish();
  }

 private:
  Result<BySubject> finish() {
    SUPPLY_TRY(read_candidates());
    SUPPLY_TRY(fetch_layers());
    for (auto& [subject, attached] : found_) {
      std::sort(attached.evidence.begin(), attached.evidence.end(), [](const Attachment& a, const Attachment& b) {
        return std::tie(a.kind, a.manifest.digest, a.place) < std::tie(b.kind, b.manifest.digest, b.place);
      });
      std::sort(attached.others.begin(), attached.others.end(),
                [](const OtherReferrer& a, const OtherReferrer& b) { return a.manifest.digest < b.manifest.digest; });
    }
    return std::move(found_);
  }

  void add(Candidate candidate) {
    const std::scoped_lock lock(mutex_);
    candidates_.push_back(std::move(candidate));
  }
  void add_other(const Digest& subject, const oci::Descriptor& manifest, bool holds_statements = false) {
    const std::scoped_lock lock(mutex_);
    found_.at(subject).others.push_back({subject, manifest, holds_statements});
  }

  // The manifest under a tag that cosign makes from the digest. Every layer of it is of `kind`, whatever its media
  // type says (cosign asks no more), so that none is passed over. Without a kind it is shown and no more.
  Status look_at_tag(const Digest& subject, std::string_view ending, std::optional<AttachmentKind> kind) {
    const std::string tag = store::digest_tag(subject, ending);
    const Result<oci::Descriptor> descriptor = source_.resolve({tag, std::nullopt});
    if (!descriptor) {
      if (descriptor.error().code() == ErrorCode::not_found) return {};
      return Error(descriptor.error()).at("tag " + tag);
    }
    if (kind) add({Candidate::FoundAs::tag, subject, subject, *descriptor, "tag " + tag, kind});
    else add_other(subject, *descriptor);
    return {};
  }

  Status list_referrers() {
    std::vector<Digest> digests;
    for (const oci::Descriptor& subject : subjects_) digests.push_back(subject.digest);
    SUPPLY_TRY(const auto lists, source_.referrers_of(digests));
    for (std::size_t i = 0; i < digests.size(); ++i)
      for (const oci::Descriptor& referrer : lists[i]) {
        if (oci::is_index(referrer.media_type)) add_other(digests[i], referrer);
        else if (wanted_.places == Places::likely_referrers && !is_likely(referrer))
          found_.at(digests[i]).passed_over.push_back(referrer);
        else add_referrer(digests[i], referrer);
      }
    return {};
  }

  void add_referrer(const Digest& subject, const oci::Descriptor& referrer) {
    Candidate candidate{Candidate::FoundAs::referrer, subject, subject, referrer,
                        "referrer " + referrer.digest.to_string()};
    candidate.unlikely = !wanted_.unsigned_too && !may_be_evidence(referrer.artifact_type);
    add(std::move(candidate));
  }

  void take_passed_over() {
    for (const oci::Descriptor& subject : subjects_)
      for (const oci::Descriptor& referrer : std::exchange(found_.at(subject.digest).passed_over, {}))
        add_referrer(subject.digest, referrer);
  }

  // Whether what the list says of a referrer makes it what was asked for, or leaves that open. Nobody vouches for it.
  bool is_likely(const oci::Descriptor& referrer) const {
    if (!wanted_.unsigned_too && !may_be_evidence(referrer.artifact_type)) return false;
    const auto type = referrer.annotations.find(std::string(attest::kPredicateTypeAnnotation));
    if (type == referrer.annotations.end()) return true;
    if (type->second == attest::kCosignSignType) return wanted_.signatures;
    return wanted_.statements &&
           (wanted_.predicate_type.empty() || attest::is_predicate_type(type->second, wanted_.predicate_type));
  }

  Status list_entries(const oci::Descriptor& root) {
    SUPPLY_TRY(std::vector<StatementManifest> entries, statement_entries(source_, root));
    for (auto& [entry, about] : entries) {
      const std::string where = "attestation entry " + entry.digest.to_string();
      add({Candidate::FoundAs::entry, root.digest, std::move(about), std::move(entry), where});
    }
    return {};
  }

  // Each manifest once, whatever points at it: the lowest place is where an error is said to be.
  Status read_candidates() {
    const auto key = [](const Candidate& candidate) {
      const oci::Descriptor& manifest = candidate.manifest;
      return std::tie(manifest.digest, manifest.media_type, manifest.size);
    };
    std::sort(candidates_.begin(), candidates_.end(), [&](const Candidate& a, const Candidate& b) {
      return std::tuple_cat(key(a), std::tie(a.place, a.where)) < std::tuple_cat(key(b), std::tie(b.place, b.where));
    });
    std::vector<std::pair<std::size_t, std::size_t>> manifests;  // from and to
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      if (i == 0 || key(candidates_[i]) != key(candidates_[i - 1])) manifests.emplace_back(i, i + 1);
      else manifests.back().second = i + 1;
    return parallel_for(manifests.size(), source_.requests_at_once(), [&](std::size_t i) -> Status {
      const auto [from, to] = manifests[i];
      const Result<oci::Manifest> manifest = read_manifest(candidates_[from]);
      const std::span<Candidate> listed(candidates_.data() + from, to - from);
      if (!manifest) {
        if (!std::all_of(listed.begin(), listed.end(), [](const Candidate& one) { return one.unlikely; }))
          return manifest.error();
        for (const Candidate& one : listed) set_unread(one.found_at, manifest.error());
        return {};
      }
      for (Candidate& one : listed) SUPPLY_TRY(read_candidate(one, *manifest).at(one.where));
      return {};
    });
  }

  Result<oci::Manifest> read_manifest(const Candidate& candidate) {
    const oci::Descriptor& descriptor = candidate.manifest;
    SUPPLY_TRY(const std::string bytes, store::fetch(source_, descriptor, kMaxManifestBytes).at(candidate.where));
    return oci::Manifest::parse(bytes, descriptor.media_type).at(candidate.where);
  }

  // The first by its text, so that it is the same in every run.
  void set_unread(const Digest& subject, const Error& error) {
    const std::scoped_lock lock(mutex_);
    std::optional<Error>& unread = found_.at(subject).unread;
    if (!unread || error.message() < unread->message()) unread = error;
  }

  static std::optional<AttachmentKind> kind_in(const Candidate& candidate, const oci::Descriptor& layer,
                                               bool is_subject, bool may_hold_bundles) {
    if (candidate.place == Candidate::FoundAs::tag) return candidate.kind;
    const std::optional<AttachmentKind> kind = kind_of(layer.media_type);
    if (candidate.place == Candidate::FoundAs::entry)
      return kind == AttachmentKind::unsigned_statement ? kind : std::nullopt;
    if (!is_subject || (kind == AttachmentKind::bundle && !may_hold_bundles)) return std::nullopt;
    return kind;
  }

  // What the layers of a candidate are is told by its manifest: lists can be wrong or bare.
  Status read_candidate(Candidate& candidate, const oci::Manifest& manifest) {
    const bool is_subject = manifest.subject && manifest.subject->digest == candidate.subject;
    // A bundle counts where cosign would see it: in a manifest that is one by its artifact type too.
    const bool may_hold_bundles = is_bundle_type(manifest.effective_artifact_type());
    // In BuildKit's newer form an entry is a referrer of the platform besides, where the registry lists those.
    if (candidate.place == Candidate::FoundAs::entry && is_subject && found_.contains(candidate.subject))
      candidate.found_at = candidate.subject;
    bool holds_statements = false;
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const oci::Descriptor& layer = manifest.layers[i];
      const std::optional<AttachmentKind> kind = kind_in(candidate, layer, is_subject, may_hold_bundles);
      if (kind && (*kind != AttachmentKind::unsigned_statement || wanted_.unsigned_too))
        candidate.layers.push_back({*kind, i, layer});
      else if (kind) holds_statements = true;
      if (kind && ++pieces_ > kMaxReferrers)
        return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxReferrers) + " pieces of evidence");
    }
    if (candidate.place == Candidate::FoundAs::referrer && candidate.layers.empty())
      add_other(candidate.found_at, candidate.manifest, holds_statements);
    return {};
  }

  // What tells one piece of evidence from another: its bytes, of a signature that is beside its payload the annotations
  // that hold it, and of an envelope those of cosign that say who logged it. However often a blob is listed, it is
  // fetched and judged once.
  using Identity = std::tuple<AttachmentKind, Digest, Digest, Digest, oci::Annotations>;
  static Identity identity_of(AttachmentKind kind, const Digest& found_at, const Digest& subject,
                              const oci::Descriptor& blob) {
    oci::Annotations annotations;
    if (kind == AttachmentKind::simple_signing) annotations = blob.annotations;
    if (kind == AttachmentKind::envelope)
      for (const auto& [name, value] : blob.annotations)
        if (name.starts_with("dev.sigstore.cosign/")) annotations.emplace(name, value);
    return {kind, found_at, subject, blob.digest, std::move(annotations)};
  }

  // Sizes are summed before anything is fetched: of each subject, each blob once.
  Status fetch_layers() {
    std::set<Identity> seen;
    std::map<Digest, std::map<Digest, std::uint64_t>> sizes;  // by subject and blob
    std::map<Digest, SharedBytes> fetched;
    for (const auto& [found_at, attached] : found_)
      for (const Attachment& known : attached.evidence) {
        seen.insert(identity_of(known.kind, found_at, known.subject, known.blob));
        sizes[found_at].emplace(known.blob.digest, known.blob.size);
        fetched.emplace(known.blob.digest, known.bytes);
      }
    std::map<Digest, std::uint64_t> sums;
    for (const auto& [found_at, blobs] : sizes)
      for (const auto& [digest, size] : blobs) sums[found_at] += size;
    std::map<Digest, std::pair<const oci::Descriptor*, const Candidate*>> missing;
    std::vector<std::pair<const Candidate*, const Layer*>> pieces;
    for (const Candidate& candidate : candidates_)
      for (const Layer& layer : candidate.layers) {
        const oci::Descriptor& blob = layer.descriptor;
        if (!seen.insert(identity_of(layer.kind, candidate.found_at, candidate.subject, blob)).second) continue;
        if (sizes[candidate.found_at].emplace(blob.digest, blob.size).second) {
          std::uint64_t& sum = sums[candidate.found_at];
          if (blob.size > kMaxEvidenceBytes - sum)
            return Error(ErrorCode::limit_exceeded,
                         "evidence of more than " + std::to_string(kMaxEvidenceBytes) + " bytes in all")
                .at(candidate.where);
          sum += blob.size;
        }
        pieces.emplace_back(&candidate, &layer);
        if (!fetched.contains(blob.digest)) missing.try_emplace(blob.digest, &blob, &candidate);
      }
    std::vector<std::pair<const oci::Descriptor*, const Candidate*>> blobs;
    for (const auto& each : missing) blobs.push_back(each.second);
    std::vector<SharedBytes> contents(blobs.size());
    SUPPLY_TRY(parallel_for(blobs.size(), source_.requests_at_once(), [&](std::size_t i) -> Status {
      const auto& [blob, candidate] = blobs[i];
      auto content = store::fetch(source_, *blob, kMaxAttachmentBytes);
      if (!content) return std::move(content).error().at("layer " + blob->digest.to_string()).at(candidate->where);
      contents[i] = *std::move(content);
      return {};
    }));
    for (std::size_t i = 0; i < blobs.size(); ++i) fetched.emplace(blobs[i].first->digest, std::move(contents[i]));
    for (const auto& [candidate, layer] : pieces) {
      const oci::Descriptor& blob = layer->descriptor;
      const SharedBytes& content = fetched.at(blob.digest);
      if (content.view().size() != blob.size)
        return Error(ErrorCode::mismatch, "layer " + blob.digest.to_string() + ": has " +
                                              std::to_string(content.view().size()) + " bytes, not " +
                                              std::to_string(blob.size))
            .at(candidate->where);
      found_.at(candidate->found_at)
          .evidence.push_back({layer->kind, candidate->subject, candidate->manifest, blob, content, layer->index});
    }
    return {};
  }

  store::ImageSource& source_;
  std::vector<oci::Descriptor> subjects_;
  const Query& wanted_;
  std::mutex mutex_;
  std::vector<Candidate> candidates_;
  std::atomic<std::size_t> pieces_ = 0;
  BySubject found_;
};

}  // namespace

Result<BySubject> collect(store::ImageSource& source, const std::vector<oci::Descriptor>& subjects, const Query& wanted,
                          BySubject known) {
  return Collection(source, subjects, wanted, std::move(known)).run();
}

Result<std::vector<StatementManifest>> statement_entries(store::ImageSource& source, const oci::Descriptor& root) {
  SUPPLY_TRY(const std::string bytes, store::fetch(source, root, kMaxManifestBytes));
  SUPPLY_TRY(const oci::Index index, oci::Index::parse(bytes, root.media_type));
  std::vector<StatementManifest> found;
  for (const oci::Descriptor& entry : index.manifests) {
    const auto type = entry.annotations.find("vnd.docker.reference.type");
    const auto about = entry.annotations.find("vnd.docker.reference.digest");
    if (type == entry.annotations.end() || type->second != "attestation-manifest" || about == entry.annotations.end())
      continue;
    SUPPLY_TRY(Digest subject, Digest::parse(about->second).at("attestation entry " + entry.digest.to_string()));
    found.push_back({entry, std::move(subject)});
  }
  return found;
}

Result<BySubject> statements_in(store::ImageSource& source, const std::vector<StatementManifest>& manifests,
                                BySubject known) {
  const Query wanted;
  return Collection(source, {}, wanted, std::move(known)).run(manifests);
}

}  // namespace supply::attachments
