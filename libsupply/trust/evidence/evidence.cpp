#include "libsupply/trust/evidence/evidence.hpp"

#include <algorithm>
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

// What a layer of a referrer holds, told by its media type; nothing for what is no evidence.
std::optional<Kind> kind_of(std::string_view media_type) {
  if (media_type.starts_with("application/vnd.dev.sigstore.bundle")) return Kind::bundle;
  if (media_type == attest::kSimpleSigningType) return Kind::simple_signing;
  if (media_type == kEnvelopeType) return Kind::envelope;
  if (media_type == attest::kInTotoPayloadType) return Kind::unsigned_statement;
  return std::nullopt;
}

class Collection {
 public:
  Collection(store::ImageSource& source, const Digest& subject) : source_(source), subject_(subject) {}

  // A manifest that the store lists as a referrer. What it is, is told by its layers: lists can be wrong or bare.
  Status add_referrer(const oci::Descriptor& descriptor) {
    const std::string where = "referrer " + descriptor.digest.to_string();
    if (oci::is_index(descriptor.media_type)) {
      found_.others.push_back({subject_, descriptor});
      return {};
    }
    SUPPLY_TRY(const oci::Manifest manifest, read_manifest(descriptor).at(where));
    const bool ours = manifest.subject && manifest.subject->digest == subject_;
    const std::size_t before = found_.evidence.size();
    if (ours)
      for (const oci::Descriptor& layer : manifest.layers)
        if (const std::optional<Kind> kind = kind_of(layer.media_type))
          SUPPLY_TRY(add(*kind, subject_, descriptor, layer).at(where));
    if (found_.evidence.size() == before) found_.others.push_back({subject_, descriptor});
    return {};
  }

  // The manifest under a tag that cosign makes from the digest. Every layer of it is of `kind`, whatever its media
  // type says (cosign asks no more), so that none is passed over.
  Status add_tag(const std::string& ending, Kind kind) {
    const std::string tag =
        std::string(subject_.algorithm()) + "-" + std::string(subject_.encoded()) + ending;
    const Result<oci::Descriptor> descriptor = source_.resolve({tag, std::nullopt});
    if (!descriptor) {
      if (descriptor.error().code() == ErrorCode::not_found) return {};
      return Error(descriptor.error()).at("tag " + tag);
    }
    SUPPLY_TRY(const oci::Manifest manifest, read_manifest(*descriptor).at("tag " + tag));
    for (const oci::Descriptor& layer : manifest.layers) SUPPLY_TRY(add(kind, subject_, *descriptor, layer).at("tag " + tag));
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
      for (const oci::Descriptor& layer : manifest.layers)
        if (kind_of(layer.media_type) == Kind::unsigned_statement)
          SUPPLY_TRY(add(Kind::unsigned_statement, subject, entry, layer).at(where));
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

  Status add(Kind kind, const Digest& subject, const oci::Descriptor& manifest, const oci::Descriptor& layer) {
    if (found_.evidence.size() >= kMaxReferrers)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxReferrers) + " pieces of evidence");
    SUPPLY_TRY(std::string bytes, store::fetch(source_, layer, kMaxAttachmentBytes).at("layer " + layer.digest.to_string()));
    found_.evidence.push_back({kind, subject, manifest, layer, std::move(bytes)});
    return {};
  }

  store::ImageSource& source_;
  const Digest& subject_;
  Attached found_;
};

}  // namespace

Result<Attached> collect(store::ImageSource& source, const oci::Descriptor& subject) {
  Collection collection(source, subject.digest);
  SUPPLY_TRY(const std::vector<oci::Descriptor> referrers, source.referrers(subject.digest).at("referrers"));
  for (const oci::Descriptor& referrer : referrers) SUPPLY_TRY(collection.add_referrer(referrer));
  SUPPLY_TRY(collection.add_tag(".sig", Kind::simple_signing));
  SUPPLY_TRY(collection.add_tag(".att", Kind::envelope));
  if (oci::is_index(subject.media_type)) SUPPLY_TRY(collection.add_entries(subject));
  return collection.take();
}

}  // namespace supply::evidence
