#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/sign/internal/stored_signature.hpp"

namespace supply::sign::internal {
namespace {

constexpr std::string_view kContentAnnotation = "dev.sigstore.bundle.content";
constexpr std::string_view kCreatedAnnotation = "org.opencontainers.image.created";

// What is damaged or gone cannot be the signature that is looked for; what could not be reached might be.
bool is_others_fault(const Error& error) {
  switch (error.code()) {
    case ErrorCode::malformed:
    case ErrorCode::mismatch:
    case ErrorCode::limit_exceeded:
    case ErrorCode::unsupported:
    case ErrorCode::not_found: return true;
    default: return false;
  }
}

Result<bool> holds_same(store::ImageSource& source, const IsOurs& is_ours, const Digest& image,
                        const oci::Descriptor& referrer, std::string_view predicate_type, const SaysTheSame& same) {
  SUPPLY_TRY(const std::string bytes, store::fetch(source, referrer, kMaxManifestBytes));
  SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(bytes, referrer.media_type));
  for (const oci::Descriptor& layer : manifest.layers) {
    if (layer.media_type != attest::kBundleType) continue;
    SUPPLY_TRY(const std::string text, store::fetch(source, layer, kMaxAttachmentBytes));
    SUPPLY_TRY(const attest::Bundle bundle, attest::Bundle::parse(text));
    const auto* envelope = std::get_if<attest::Envelope>(&bundle.content);
    if (envelope == nullptr || envelope->payload_type != attest::kInTotoPayloadType) continue;
    const std::string signed_bytes = attest::pre_authentication_encoding(envelope->payload_type, envelope->payload);
    if (!is_ours(bundle, text, signed_bytes)) continue;
    SUPPLY_TRY(const attest::Statement statement, attest::Statement::parse(envelope->payload));
    const attest::Subject* const subject = statement.subject(image);
    if (subject != nullptr && statement.predicate_type == predicate_type && same(statement, *subject)) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<Digest>> find_bundle(store::ImageSource& source, const IsOurs& is_ours, const Digest& image,
                                          std::string_view predicate_type, const SaysTheSame& same) {
  SUPPLY_TRY(const std::vector<oci::Descriptor> referrers, source.referrers(image));
  for (const oci::Descriptor& referrer : referrers) {
    // The annotation only saves reading what is surely something else.
    const auto annotation = referrer.annotations.find(std::string(attest::kPredicateTypeAnnotation));
    if (annotation != referrer.annotations.end() && annotation->second != predicate_type) continue;
    const Result<bool> found = holds_same(source, is_ours, image, referrer, predicate_type, same);
    if (!found && !is_others_fault(found.error())) return found.error();
    if (found && *found) return std::optional(referrer.digest);
  }
  return std::optional<Digest>();
}

Result<Digest> attach_bundle(store::ContentStore& store, const oci::Descriptor& image, std::string_view bundle,
                             std::string_view predicate_type, Time now) {
  oci::Descriptor config = oci::empty_descriptor();
  const std::unique_ptr<io::Source> empty = io::from_string("{}");
  SUPPLY_TRY(store.put_blob(config, *empty));
  SUPPLY_TRY(oci::Descriptor layer, store::put_bytes(store, bundle, attest::kBundleType));
  // cosign clean finds only what has the artifact type here too; cosign load only what has the annotations.
  config.artifact_type = attest::kBundleType;
  oci::Manifest manifest{
      .media_type = std::string(oci::kManifestType),
      .artifact_type = std::string(attest::kBundleType),
      .config = std::move(config),
      .layers = {},
      .subject = oci::Descriptor{.media_type = image.media_type, .digest = image.digest, .size = image.size},
      .annotations = {{std::string(kContentAnnotation), "dsse-envelope"},
                      {std::string(attest::kPredicateTypeAnnotation), std::string(predicate_type)},
                      {std::string(kCreatedAnnotation), to_rfc3339(now)}}};
  manifest.layers.push_back(std::move(layer));
  const std::string bytes = oci::to_bytes(manifest);
  const oci::Descriptor descriptor{.media_type = manifest.media_type,
                                   .digest = crypto::sha256(bytes),
                                   .size = bytes.size(),
                                   .artifact_type = manifest.artifact_type,
                                   .annotations = manifest.annotations};
  SUPPLY_TRY(store.put_referrer(descriptor, bytes, image.digest));
  return descriptor.digest;
}

}  // namespace supply::sign::internal
