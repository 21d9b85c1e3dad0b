#include "libsupply/verdict/release/release.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/image/store/batching_store.hpp"

namespace supply::release {
namespace {

// What is read from the layers must serve the SBOM and the gate alike: all that either wants, each collector once.
rootfs::LayerRequest layer_request() {
  rootfs::LayerRequest request = sbom::layer_request(sbom::Files::none);
  request.diff_id = rootfs::WithDiffId::yes;
  for (const rootfs::Collector* collector : gate::collectors())
    if (std::find(request.collectors.begin(), request.collectors.end(), collector) == request.collectors.end())
      request.collectors.push_back(collector);
  return request;
}

}  // namespace

Result<Release> release(store::ContentStore& target, const oci::Reference& reference, const Request& request,
                        Budget& budget) {
  const bool judge_first = request.judge_first == JudgeFirst::yes;
  store::BatchingStore store(target, judge_first ? store::KeepBlobs::yes : store::KeepBlobs::no);
  SUPPLY_TRY(const oci::Descriptor root, store.resolve(reference.selector()));
  SUPPLY_TRY(const store::Images found, store::images(store, root, std::nullopt));
  const std::vector<store::PlatformImage>& images = found.images;
  SUPPLY_TRY(const sbom::Format* format, sbom::find_format("spdx-json"));

  const sign::HowToSign how{sign::SignatureFormat::bundle, request.now, request.services};
  std::vector<AttachedReferrer> attachments;
  std::map<Digest, gate::Content> known;
  {
    SUPPLY_TRY(const rootfs::Layers layers,
               rootfs::Layers::read(store, images, layer_request(), budget, request.threads));
    for (const store::PlatformImage& image : images) {
      SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));
      SUPPLY_TRY(gate::Content content, gate::content(tree, image, budget));
      const bool in_registry = reference.kind() == oci::Reference::Kind::registry;
      const sbom::DocumentSubject subject =
          sbom::subject_of(image, in_registry ? std::optional(reference) : std::nullopt);
      const sbom::DocumentContent document{
          subject,     content.catalog, tree, sbom::Files::none, sbom::created_of(request.source_date_epoch, image),
          request.tool};
      SUPPLY_TRY(const std::string text, sbom::to_text(*format, document));
      SUPPLY_TRY(const Digest attached,
                 sign::attest_image(store, request.signer, {image.descriptor, reference.published_name()},
                                    attest::kSpdxType, text, how));
      attachments.push_back({"sbom", image.descriptor.digest, attached});
      known.emplace(image.descriptor.digest, std::move(content));
    }
  }

  const sign::ImageToSign whole{root, reference.published_name()};
  SUPPLY_TRY(const Digest provenance,
             sign::attest_image(store, request.signer, whole, attest::kProvenanceV1Type, request.provenance, how));
  attachments.push_back({"provenance", root.digest, provenance});
  SUPPLY_TRY(const Digest signature, sign::sign_image(store, request.signer, whole, request.annotations, how));
  attachments.push_back({"signature", root.digest, signature});

  gate::Options options;
  options.now = request.now;
  options.open_store = request.open_store;
  options.threads = request.threads;
  options.known = &known;
  // Judged as typed, since the policy may ask for a tag or a digest; but only what was attached to.
  SUPPLY_TRY(policy::Facts facts, gate::collect(store, reference, request.policy, options, budget));
  if (facts.digest != root.digest)
    return Error(ErrorCode::unavailable, reference.to_string() + " moved from " + root.digest.to_string() + " to " +
                                             facts.digest.to_string() + " while it was released");
  gate::Decision decision = gate::decide(facts, request.policy);
  if (judge_first && decision.verdict != gate::Verdict::allow) attachments.clear();
  else SUPPLY_TRY(store.commit());
  return Release{root.digest,
                 std::move(attachments),
                 {"scan for known vulnerabilities: this version has no advisory database"},
                 std::move(facts),
                 std::move(decision)};
}

std::string standing(const Release& release, const oci::Reference& reference) {
  if (release.decision.verdict == gate::Verdict::allow || release.attachments.empty()) return {};
  std::string text = "the gate's answer is " + std::string(gate::to_string(release.decision.verdict)) +
                     ", and the signature and attestations stand attached: anybody who trusts the key takes the image "
                     "for released (release --judge-first attaches nothing then); to take them away:";
  for (const AttachedReferrer& attachment : release.attachments)
    text += " supply delete " + reference.with({std::nullopt, attachment.referrer}).to_string() + ";";
  text.pop_back();
  return text;
}

nlohmann::json to_json(const Release& release) {
  nlohmann::json attachments = nlohmann::json::array();
  for (const AttachedReferrer& attachment : release.attachments)
    attachments.push_back({{"what", attachment.what},
                           {"subject", attachment.subject.to_string()},
                           {"referrer", attachment.referrer.to_string()}});
  return {{"version", 1},
          {"digest", release.digest.to_string()},
          {"verdict", gate::to_string(release.decision.verdict)},
          {"attachments", std::move(attachments)},
          {"notDone", release.not_done}};
}

nlohmann::json failure_to_json(const std::string& image, const Error& error) {
  return {{"version", 1},
          {"image", image},
          {"verdict", gate::to_string(gate::Verdict::undecided)},
          {"error", json::error_record(error)}};
}

}  // namespace supply::release
