#include "libsupply/verdict/attached/attached.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/parallel.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::attached {
namespace {

constexpr std::size_t kReadBytes = 256 * kKiB;

// Reads a blob to its end: the store's stream answers its end only when size and digest held.
Status drain(store::ImageSource& source, const oci::Descriptor& descriptor) {
  SUPPLY_TRY(const std::unique_ptr<io::Source> stream, source.open(descriptor));
  std::vector<char> buffer(kReadBytes);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, stream->read(buffer));
    if (count == 0) return {};
  }
}

Status check_layers(store::ImageSource& source, const std::vector<store::PlatformImage>& images, std::size_t threads) {
  std::vector<const oci::Descriptor*> layers;
  std::set<Digest> seen;
  for (const store::PlatformImage& image : images)
    for (const oci::Descriptor& layer : image.manifest.layers)
      if (seen.insert(layer.digest).second) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(), [](const auto* a, const auto* b) { return a->size > b->size; });
  return parallel_for(layers.size(), threads, [&](std::size_t i) {
    return drain(source, *layers[i]).at("layer " + layers[i]->digest.to_string());
  });
}

// An artifact (a chart, a module) is signed like an image: one manifest, and no platform.
Result<bool> is_artifact(store::ImageSource& source, const oci::Descriptor& root) {
  if (oci::is_index(root.media_type)) return false;
  SUPPLY_TRY(const std::string bytes, store::fetch(source, root, kMaxManifestBytes));
  SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(bytes, root.media_type));
  return !manifest.is_image();
}

template <class Claim>
std::vector<const attest::Verified<Claim>*> pick(const Attached& attached, const Target& target,
                                                 std::vector<attest::Verified<Claim>> verify::Outcome::*claims) {
  std::vector<const attest::Verified<Claim>*> found;
  for (const oci::Descriptor& subject : target.subjects)
    if (const auto outcome = attached.outcomes.find(subject.digest); outcome != attached.outcomes.end())
      for (const auto& claim : outcome->second.*claims) found.push_back(&claim);
  return found;
}

}  // namespace

std::vector<const attest::Verified<attest::ImageSignature>*> Attached::signatures(const Target& target) const {
  return pick(*this, target, &verify::Outcome::signatures);
}

std::vector<const attest::Verified<attest::Statement>*> Attached::statements(const Target& target) const {
  return pick(*this, target, &verify::Outcome::statements);
}

Result<Attached> read(store::ImageSource& source, const oci::Descriptor& root, const verify::Verifier& verifier,
                      const Request& request) {
  Attached attached{root, {}, {}, {}};
  SUPPLY_TRY(const bool artifact, is_artifact(source, root).at(root.digest.to_string()));
  if (artifact) {
    attached.targets.push_back({root.digest, std::nullopt, {root}});
  } else {
    SUPPLY_TRY(const std::vector<store::PlatformImage> images, store::images(source, root, request.platform));
    if (request.layers == CheckLayers::yes) SUPPLY_TRY(check_layers(source, images, request.threads));
    for (const store::PlatformImage& image : images) {
      Target target{image.descriptor.digest, image.platform, {image.descriptor}};
      target.subjects.insert(target.subjects.end(), image.ancestors.rbegin(), image.ancestors.rend());
      attached.targets.push_back(std::move(target));
    }
  }
  for (const Target& target : attached.targets)
    for (const oci::Descriptor& subject : target.subjects) {
      const Digest& digest = subject.digest;
      if (attached.evidence.contains(digest)) continue;
      SUPPLY_TRY(evidence::Attached found, evidence::collect(source, subject).at(digest.to_string()));
      verify::Outcome outcome = verifier.image(digest, found.evidence);
      verify::require_annotations(outcome, request.annotations);
      attached.outcomes.emplace(digest, std::move(outcome));
      attached.evidence.emplace(digest, std::move(found.evidence));
    }
  return attached;
}

std::vector<Answer<attest::ImageSignature>> signed_by(const Attached& attached) {
  std::vector<Answer<attest::ImageSignature>> answers;
  for (const Target& target : attached.targets) answers.push_back({&target, attached.signatures(target)});
  return answers;
}

std::vector<Answer<attest::Statement>> attested(const Attached& attached, std::string_view predicate_type) {
  // "https://spdx.dev/Document/v2.3" is a "https://spdx.dev/Document". Source: in-toto/attestation predicates/spdx.md.
  const auto is_type = [&](std::string_view type) {
    if (type == predicate_type) return true;
    if (predicate_type != attest::kSpdxType && predicate_type != attest::kCycloneDxType) return false;
    return type.starts_with(predicate_type) && type.substr(predicate_type.size()).starts_with("/v");
  };
  std::vector<Answer<attest::Statement>> answers;
  for (const Target& target : attached.targets) {
    Answer<attest::Statement> answer{&target, attached.statements(target)};
    std::erase_if(answer.claims, [&](const auto* statement) { return !is_type(statement->claim().predicate_type); });
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace supply::attached
