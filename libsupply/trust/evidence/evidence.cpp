#include "libsupply/trust/evidence/evidence.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/attest/bundle.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"

namespace supply::evidence {
namespace {

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

class Collection {
 public:
  Collection(store::ImageSource& source, const Digest& subject) : source_(source), subject_(subject) {}

  // The manifest under a tag that cosign makes from the digest. Every layer of it is of `kind`, whatever its media
  // type says (cosign asks no more), so that none is passed over. Without a kind it is shown and no more.
  Status add_tag(const std::string& ending, std::optional<Kind> kind) {
    const std::string tag = std::string(subject_.algorithm()) + "-" + std::string(subject_.encoded()) + ending;
    const Result<oci::Descriptor> descriptor = source_.resolve({tag, std::nullopt});
    if (!descriptor) {
      if (descriptor.error().code() == ErrorCode::not_found) return {};
      return Error(descriptor.error()).at("tag " + tag);
    }
    if (!kind) {
      found_.others.push_back({subject_, *descriptor});
      return {};
    }
    SUPPLY_TRY(const oci::Manifest manifest, read_manifest(*descriptor).at("tag " + tag));
    return add(subject_, *descriptor, manifest, [&](const oci::Descriptor&) { return kind; }).at("tag " + tag);
  }

  // A manifest that the store lists as a referrer. What it is, is told by the manifest: lists can be wrong or bare.
  Status add_referrer(const oci::Descriptor& descriptor) {
    const std::string where = "referrer " + descriptor.digest.to_string();
    if (oci::is_index(descriptor.media_type)) {
      found_.others.push_back({subject_, descriptor});
      return {};
    }
    SUPPLY_TRY(const oci::Manifest manifest, read_manifest(descriptor).at(where));
    // A bundle counts where cosign would see it: in a manifest that is one by its artifact type too.
    const bool may_hold_bundles = is_bundle_type(manifest.effective_artifact_type());
    const auto kind = [&](const oci::Descriptor& layer) {
      const std::optional<Kind> told = kind_of(layer.media_type);
      return told == Kind::bundle && !may_hold_bundles ? std::nullopt : told;
    };
    const bool ours = manifest.subject && manifest.subject->digest == subject_;
    if (ours && std::any_of(manifest.layers.begin(), manifest.layers.end(), kind))
      return add(subject_, descriptor, manifest, kind).at(where);
    found_.others.push_back({subject_, descriptor});
    return {};
  }

  // BuildKit's entries of an index: statements about the platforms beside them. Source: moby/buildkit,
  // docs/attestations/attestation-storage.md.
  Status add_entries(const oci::Descriptor& root) {
    SUPPLY_TRY(const std::string bytes, store::fetch(source_, root, kMaxManifestBytes));
    SUPPLY_TRY(const oci::Index index, oci::Index::parse(bytes, root.media_type));
    for (const oci::Descriptor& entry : index.manifests) {
      const auto type = entry.annotations.find("vnd.docker.reference.type");
      const auto about = entry.annotations.find("vnd.docker.reference.digest");
      if (type == entry.annotations.end() || type->second != "attestation-manifest" || about == entry.annotations.end())
        continue;
      const std::string where = "attestation entry " + entry.digest.to_string();
      SUPPLY_TRY(const Digest subject, Digest::parse(about->second).at(where));
      SUPPLY_TRY(const oci::Manifest manifest, read_manifest(entry).at(where));
      // In BuildKit's newer form it is a referrer of the platform besides, and found there.
      if (manifest.subject && manifest.subject->digest == subject) continue;
      const auto kind = [](const oci::Descriptor& layer) {
        const std::optional<Kind> told = kind_of(layer.media_type);
        return told == Kind::unsigned_statement ? told : std::nullopt;
      };
      SUPPLY_TRY(add(subject, entry, manifest, kind).at(where));
    }
    return {};
  }

  Attached take() {
    // Stable: the places within one manifest stay in its order.
    std::stable_sort(found_.evidence.begin(), found_.evidence.end(), [](const Evidence& a, const Evidence& b) {
      return std::tie(a.kind, a.manifest.digest) < std::tie(b.kind, b.manifest.digest);
    });
    std::sort(found_.others.begin(), found_.others.end(),
              [](const Other& a, const Other& b) { return a.manifest.digest < b.manifest.digest; });
    return std::move(found_);
  }

 private:
  Result<oci::Manifest> read_manifest(const oci::Descriptor& descriptor) {
    SUPPLY_TRY(const std::string bytes, store::fetch(source_, descriptor, kMaxManifestBytes));
    return oci::Manifest::parse(bytes, descriptor.media_type);
  }

  // The layers of a manifest that have a kind, each once under each kind: cosign's signatures can have both a tag and
  // a subject. Sizes are summed before anything is fetched.
  template <class KindOf>
  Status add(const Digest& subject, const oci::Descriptor& descriptor, const oci::Manifest& manifest, KindOf kind_of) {
    std::vector<std::pair<Kind, const oci::Descriptor*>> wanted;
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const oci::Descriptor& layer = manifest.layers[i];
      const std::optional<Kind> kind = kind_of(layer);
      if (!kind || !seen_.emplace(*kind, descriptor.digest, i).second) continue;
      wanted.emplace_back(*kind, &layer);
      if (layer.size > kMaxEvidenceBytes - bytes_)
        return Error(ErrorCode::limit_exceeded,
                     "evidence of more than " + std::to_string(kMaxEvidenceBytes) + " bytes in all");
      bytes_ += layer.size;
    }
    if (wanted.size() > kMaxReferrers - found_.evidence.size())
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxReferrers) + " pieces of evidence");
    for (const auto& [kind, layer] : wanted) {
      SUPPLY_TRY(std::string bytes,
                 store::fetch(source_, *layer, kMaxAttachmentBytes).at("layer " + layer->digest.to_string()));
      found_.evidence.push_back({kind, subject, descriptor, *layer, std::move(bytes)});
    }
    return {};
  }

  store::ImageSource& source_;
  const Digest& subject_;
  Attached found_;
  std::set<std::tuple<Kind, Digest, std::size_t>> seen_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<Attached> collect(store::ImageSource& source, const oci::Descriptor& subject) {
  Collection collection(source, subject.digest);
  SUPPLY_TRY(collection.add_tag(".sig", Kind::simple_signing));
  SUPPLY_TRY(collection.add_tag(".att", Kind::envelope));
  SUPPLY_TRY(collection.add_tag(".sbom", std::nullopt));
  SUPPLY_TRY(const std::vector<oci::Descriptor> referrers, source.referrers(subject.digest).at("referrers"));
  for (const oci::Descriptor& referrer : referrers) SUPPLY_TRY(collection.add_referrer(referrer));
  if (oci::is_index(subject.media_type)) SUPPLY_TRY(collection.add_entries(subject));
  return collection.take();
}

}  // namespace supply::evidence
