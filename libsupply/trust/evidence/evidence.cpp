#include "libsupply/trust/evidence/evidence.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/parallel.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/attest/bundle.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::evidence {
namespace {

constexpr std::size_t kRequestsAtOnce = 8;
constexpr std::string_view kEnvelopeType = "application/vnd.dsse.envelope.v1+json";

bool is_bundle_type(std::string_view type) { return type.starts_with("application/vnd.dev.sigstore.bundle"); }

// What a layer of a referrer holds, told by its media type; nothing for what is no evidence.
std::optional<Kind> kind_of(std::string_view media_type) {
  if (is_bundle_type(media_type)) return Kind::bundle;
  if (media_type == attest::kSimpleSigningType) return Kind::simple_signing;
  if (media_type == kEnvelopeType) return Kind::envelope;
  if (media_type == attest::kInTotoPayloadType) return Kind::unsigned_statement;
  return std::nullopt;
}

// Artifact types under which evidence stands: those of its forms, and those that say nothing (a config's, where the
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
  Kind kind;
  std::size_t index;  // in the manifest: a signature's payload can stand there twice
  oci::Descriptor descriptor;
};

// A manifest that may hold evidence, and what its layers are.
struct Candidate {
  enum class Place { tag, referrer, entry } place;
  Digest subject;
  oci::Descriptor manifest;
  std::string where;
  std::optional<Kind> kind = {};  // of every layer, under a tag
  std::vector<Layer> layers = {};
};

class Collection {
 public:
  Collection(store::ImageSource& source, const oci::Descriptor& subject, const Wanted& wanted, Attached known)
      : source_(source),
        root_(subject),
        subject_(subject.digest),
        wanted_(wanted),
        pieces_(known.evidence.size()),
        found_(std::move(known)) {}

  Result<Attached> run() {
    const bool tags = wanted_.places != Places::referrers, referrers = wanted_.places != Places::tags;
    std::vector<std::function<Status()>> questions;
    if (referrers) questions.emplace_back([&] { return list_referrers(); });
    if (tags && wanted_.signatures) questions.emplace_back([&] { return look_at_tag(".sig", Kind::simple_signing); });
    if (tags && wanted_.statements) questions.emplace_back([&] { return look_at_tag(".att", Kind::envelope); });
    if (tags && wanted_.unsigned_too) questions.emplace_back([&] { return look_at_tag(".sbom", std::nullopt); });
    if (referrers && wanted_.unsigned_too && oci::is_index(root_.media_type))
      questions.emplace_back([&] { return list_entries(); });
    SUPPLY_TRY(parallel_for(questions.size(), kRequestsAtOnce, [&](std::size_t i) { return questions[i](); }));
    SUPPLY_TRY(parallel_for(candidates_.size(), kRequestsAtOnce,
                            [&](std::size_t i) { return read_candidate(candidates_[i]).at(candidates_[i].where); }));
    SUPPLY_TRY(fetch_layers());
    std::sort(found_.evidence.begin(), found_.evidence.end(), [](const Evidence& a, const Evidence& b) {
      return std::tie(a.kind, a.manifest.digest, a.place) < std::tie(b.kind, b.manifest.digest, b.place);
    });
    std::sort(found_.others.begin(), found_.others.end(),
              [](const Other& a, const Other& b) { return a.manifest.digest < b.manifest.digest; });
    return std::move(found_);
  }

 private:
  void add(Candidate candidate) {
    const std::scoped_lock lock(mutex_);
    candidates_.push_back(std::move(candidate));
  }
  void add_other(const Digest& subject, const oci::Descriptor& manifest) {
    const std::scoped_lock lock(mutex_);
    found_.others.push_back({subject, manifest});
  }

  // The manifest under a tag that cosign makes from the digest. Every layer of it is of `kind`, whatever its media
  // type says (cosign asks no more), so that none is passed over. Without a kind it is shown and no more.
  Status look_at_tag(std::string_view ending, std::optional<Kind> kind) {
    const std::string tag = store::digest_tag(subject_, ending);
    const Result<oci::Descriptor> descriptor = source_.resolve({tag, std::nullopt});
    if (!descriptor) {
      if (descriptor.error().code() == ErrorCode::not_found) return {};
      return Error(descriptor.error()).at("tag " + tag);
    }
    if (kind) add({Candidate::Place::tag, subject_, *descriptor, "tag " + tag, kind});
    else add_other(subject_, *descriptor);
    return {};
  }

  Status list_referrers() {
    SUPPLY_TRY(const std::vector<oci::Descriptor> referrers, source_.referrers(subject_).at("referrers"));
    for (const oci::Descriptor& referrer : referrers) {
      if (oci::is_index(referrer.media_type) || !may_matter(referrer)) add_other(subject_, referrer);
      else add({Candidate::Place::referrer, subject_, referrer, "referrer " + referrer.digest.to_string()});
    }
    return {};
  }

  // Whether what the list says of a referrer leaves it open that it is what was asked for.
  bool may_matter(const oci::Descriptor& referrer) const {
    if (!wanted_.unsigned_too && !may_be_evidence(referrer.artifact_type)) return false;
    const auto type = referrer.annotations.find(std::string(attest::kPredicateTypeAnnotation));
    if (type == referrer.annotations.end()) return true;
    if (type->second == attest::kCosignSignType) return wanted_.signatures;
    return wanted_.statements &&
           (wanted_.predicate_type.empty() || attest::is_predicate_type(type->second, wanted_.predicate_type));
  }

  // BuildKit's entries of an index: statements about the platforms beside them. Source: moby/buildkit,
  // docs/attestations/attestation-storage.md.
  Status list_entries() {
    SUPPLY_TRY(const std::string bytes, store::fetch(source_, root_, kMaxManifestBytes));
    SUPPLY_TRY(const oci::Index index, oci::Index::parse(bytes, root_.media_type));
    for (const oci::Descriptor& entry : index.manifests) {
      const auto type = entry.annotations.find("vnd.docker.reference.type");
      const auto about = entry.annotations.find("vnd.docker.reference.digest");
      if (type == entry.annotations.end() || type->second != "attestation-manifest" || about == entry.annotations.end())
        continue;
      const std::string where = "attestation entry " + entry.digest.to_string();
      SUPPLY_TRY(Digest subject, Digest::parse(about->second).at(where));
      add({Candidate::Place::entry, std::move(subject), entry, where});
    }
    return {};
  }

  // What the layers of a candidate are is told by its manifest: lists can be wrong or bare.
  Status read_candidate(Candidate& candidate) {
    SUPPLY_TRY(const std::string bytes, store::fetch(source_, candidate.manifest, kMaxManifestBytes));
    SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(bytes, candidate.manifest.media_type));
    const bool is_subject = manifest.subject && manifest.subject->digest == candidate.subject;
    // A bundle counts where cosign would see it: in a manifest that is one by its artifact type too.
    const bool may_hold_bundles = is_bundle_type(manifest.effective_artifact_type());
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const oci::Descriptor& layer = manifest.layers[i];
      std::optional<Kind> kind = candidate.kind;
      if (candidate.place == Candidate::Place::referrer && is_subject) {
        kind = kind_of(layer.media_type);
        if (kind == Kind::bundle && !may_hold_bundles) kind.reset();
      }
      // In BuildKit's newer form it is a referrer of the platform besides, and found there.
      if (candidate.place == Candidate::Place::entry && !is_subject &&
          kind_of(layer.media_type) == Kind::unsigned_statement)
        kind = Kind::unsigned_statement;
      if (kind && (*kind != Kind::unsigned_statement || wanted_.unsigned_too))
        candidate.layers.push_back({*kind, i, layer});
      if (kind && ++pieces_ > kMaxReferrers)
        return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxReferrers) + " pieces of evidence");
    }
    if (candidate.place == Candidate::Place::referrer && candidate.layers.empty())
      add_other(candidate.subject, candidate.manifest);
    return {};
  }

  // What tells one piece of evidence from another: its bytes, and of a signature that stands beside its payload the
  // annotations that hold it. However often a blob is listed, it is fetched and judged once.
  using Identity = std::tuple<Kind, Digest, Digest, oci::Annotations>;
  static Identity identity_of(Kind kind, const Digest& subject, const oci::Descriptor& blob) {
    return {kind, subject, blob.digest, kind == Kind::simple_signing ? blob.annotations : oci::Annotations()};
  }

  // Sizes are summed before anything is fetched.
  Status fetch_layers() {
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.manifest.digest, a.place) < std::tie(b.manifest.digest, b.place);
    });
    std::set<Identity> seen;
    std::map<Digest, std::vector<std::size_t>> by_blob;  // indexes of the evidence that is new
    std::vector<const Candidate*> from;
    std::uint64_t bytes = 0;
    for (const Evidence& known : found_.evidence) {
      seen.insert(identity_of(known.kind, known.subject, known.blob));
      bytes += known.blob.size;
    }
    const std::size_t first = found_.evidence.size();
    for (Candidate& candidate : candidates_)
      for (auto& [kind, index, layer] : candidate.layers) {
        if (!seen.insert(identity_of(kind, candidate.subject, layer)).second) continue;
        if (layer.size > kMaxEvidenceBytes - bytes)
          return Error(ErrorCode::limit_exceeded,
                       "evidence of more than " + std::to_string(kMaxEvidenceBytes) + " bytes in all")
              .at(candidate.where);
        bytes += layer.size;
        found_.evidence.push_back({kind, candidate.subject, candidate.manifest, std::move(layer), {}, index});
        by_blob[found_.evidence.back().blob.digest].push_back(found_.evidence.size() - 1);
        from.push_back(&candidate);
      }
    std::vector<const std::vector<std::size_t>*> blobs;
    for (const auto& each : by_blob) blobs.push_back(&each.second);
    return parallel_for(blobs.size(), kRequestsAtOnce, [&](std::size_t i) -> Status {
      const std::size_t one = blobs[i]->front();
      const oci::Descriptor& layer = found_.evidence[one].blob;
      auto content = store::fetch(source_, layer, kMaxAttachmentBytes);
      if (!content)
        return std::move(content).error().at("layer " + layer.digest.to_string()).at(from[one - first]->where);
      for (const std::size_t each : *blobs[i]) found_.evidence[each].bytes = *content;
      return {};
    });
  }

  store::ImageSource& source_;
  const oci::Descriptor& root_;
  const Digest& subject_;
  const Wanted& wanted_;
  std::mutex mutex_;
  std::vector<Candidate> candidates_;
  std::atomic<std::size_t> pieces_;
  Attached found_;
};

}  // namespace

Result<Attached> collect(store::ImageSource& source, const oci::Descriptor& subject, const Wanted& wanted,
                         Attached known) {
  return Collection(source, subject, wanted, std::move(known)).run();
}

}  // namespace supply::evidence
