#include "libsupply/verdict/gate/internal/older_base.hpp"

#include <algorithm>

#include "libsupply/image/oci/base_claim.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/verdict/base_image/base_image.hpp"

namespace supply::gate {
namespace {

using Answer = policy::BaseCandidate::Answer;

bool is_named(const oci::BaseClaim& claim, const oci::Reference& base) {
  const auto named = oci::Reference::parse(claim.name);
  return named && named->name() == base.name() && named->selector().tag == base.selector().tag;
}

Result<std::optional<Time>> created(store::ImageSource& store, const oci::Descriptor& root,
                                    const oci::Platform& platform) {
  SUPPLY_TRY(const store::Images found, store::images(store, root, platform));
  std::optional<Time> newest;
  for (const store::PlatformImage& image : found.images) newest = std::max(newest, image.config.created);
  return newest;
}

}  // namespace

Result<policy::BaseCandidate> older_base(store::ImageSource& source, const oci::Descriptor& root,
                                         const policy::PlatformFacts& platform, const policy::BaseCandidate& today,
                                         bool diff_ids_checked, const Options& options, Budget& budget) {
  SUPPLY_TRY(const oci::Reference base, oci::Reference::parse(today.reference));
  const oci::BaseClaim claim = oci::base_claim(platform.annotations, platform.config);
  const auto digest = Digest::parse(claim.digest);
  if (base.selector().digest || !digest || !is_named(claim, base)) return today;
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> store, options.open_store(base));
  policy::BaseCandidate older = today;
  older.digest = *digest;
  older.answer = Answer::unknown;
  const auto named = store->resolve({{}, *digest});
  if (!named) {
    older.detail = "the image says that it is built on " + digest->to_string() + ": " + named.error().message();
    return older;
  }
  base_image::Request request;
  request.platform = platform.platform;
  request.base_name = base.with({{}, *digest}).to_string();
  request.diff_ids_checked = diff_ids_checked;
  SUPPLY_TRY(const base_image::Report report, base_image::check(source, root, *store, *named, request, budget));
  bool proven = false;
  for (const base_image::PlatformProof& judgement : report.platforms) {
    if (judgement.image != platform.manifest) continue;
    if (judgement.answer != base_image::Proof::proven) return today;
    proven = true;
  }
  if (!proven) return today;
  SUPPLY_TRY(const oci::Descriptor newest, store->resolve(base.selector()));
  SUPPLY_TRY(const std::optional<Time> then, created(*store, *named, platform.platform));
  SUPPLY_TRY(const std::optional<Time> now, created(*store, newest, platform.platform));
  if (!then || !now) {
    older.detail = "it does not say when " + std::string(then ? "its newest image" : digest->to_string()) + " was made";
    return older;
  }
  older.answer = Answer::proven;
  older.behind = std::max(*now - *then, std::chrono::seconds(0));
  older.detail = "an older image of it, " + digest->to_string();
  return older;
}

}  // namespace supply::gate
