#include "libsupply/verdict/gate/collect.hpp"

#include <algorithm>
#include <filesystem>

#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/content/secrets/secrets.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/evidence/evidence.hpp"
#include "libsupply/verdict/base_image/base_image.hpp"
#include "libsupply/verdict/gate/attached_facts.hpp"
#include "libsupply/verdict/gate/internal/identity_evidence.hpp"
#include "libsupply/verdict/gate/internal/notable_files.hpp"
#include "libsupply/verdict/gate/internal/older_base.hpp"
#include "libsupply/verdict/gate/internal/passwd.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::gate {

namespace {

/// What the finding of one secret takes.
constexpr std::uint64_t kSecretBytes = 1024;

bool looks_inside(const policy::Needs& want) {
  return want.packages || want.users || want.sbom_agreement || want.files;
}

/// By manifest, the contents that are not known yet: their layers read once, all of them checked.
Result<std::map<Digest, Content>> read_contents(store::ImageSource& source,
                                                const std::vector<store::PlatformImage>& images,
                                                const policy::Needs& want, const Options& options, Budget& budget) {
  std::vector<store::PlatformImage> unread;
  for (const store::PlatformImage& image : images)
    if (options.known == nullptr || !options.known->contains(image.descriptor.digest)) unread.push_back(image);
  std::map<Digest, Content> contents;
  if (unread.empty()) return contents;
  const bool look_inside = looks_inside(want);
  if (!look_inside && options.layers == evidence::CheckLayers::no) return contents;
  rootfs::LayerRequest request;
  if (look_inside) request.collectors = collectors();
  else request.entries = rootfs::WithEntries::no;
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, unread, request, budget, options.threads));
  if (!look_inside) return contents;
  for (const store::PlatformImage& image : unread) {
    SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));  // one at a time
    SUPPLY_TRY(Content one, content(tree, image, budget));
    contents.emplace(image.descriptor.digest, std::move(one));
  }
  return contents;
}

bool could_not_find_out(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found:
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
    case ErrorCode::rate_limited:
    case ErrorCode::unavailable:
    case ErrorCode::unsupported: return true;
    default: return false;
  }
}

/// The base compared with the image; its answers by the image's manifest.
Result<base_image::Report> hold_against(store::ImageSource& source, const oci::Descriptor& root,
                                        const oci::Reference& base, bool diff_ids_checked, const Options& options,
                                        Budget& budget) {
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> store, options.open_store(base));
  SUPPLY_TRY(const oci::Descriptor base_root, store->resolve(base.selector()));
  base_image::Request request;
  request.platform = options.platform;
  request.base_name = base.to_string();
  request.diff_ids_checked = diff_ids_checked;
  return base_image::check(source, root, *store, base_root, request, budget);
}

Status add_bases(store::ImageSource& source, const oci::Descriptor& root, const policy::Needs& want,
                 const Options& options, std::vector<policy::PlatformFacts>& platforms, Budget& budget) {
  using Answer = policy::BaseCandidate::Answer;
  if (want.bases.empty()) return {};
  for (policy::PlatformFacts& platform : platforms) platform.bases.emplace();
  for (const std::string& text : want.bases) {
    policy::BaseCandidate unknown{text, {}, Answer::unknown, "no way to open its store"};
    std::optional<base_image::Report> report;
    if (options.open_store) {
      SUPPLY_TRY(const oci::Reference reference, oci::Reference::parse(text));
      auto held = hold_against(source, root, reference,
                               looks_inside(want) || options.layers == evidence::CheckLayers::yes, options, budget);
      if (held) report = *std::move(held);
      else if (could_not_find_out(held.error().code())) unknown.detail = held.error().message();
      else return std::move(held).error().at("base image " + text);
    }
    for (policy::PlatformFacts& platform : platforms) {
      policy::BaseCandidate candidate = unknown;
      if (report) {
        for (const base_image::PlatformProof& judgement : report->platforms) {
          if (judgement.image != platform.manifest) continue;
          // A manifest that the index lists for several platforms is built on the base when it is for each.
          if (candidate.answer == Answer::not_base) continue;
          candidate.digest = judgement.base;
          candidate.answer = judgement.answer == base_image::Proof::proven ? Answer::proven : Answer::not_base;
          candidate.detail = judgement.reason;
        }
      }
      if (report && candidate.answer == Answer::not_base && want.outdated_bases.contains(text)) {
        auto older = older_base(source, root, platform, candidate,
                                looks_inside(want) || options.layers == evidence::CheckLayers::yes, options, budget);
        if (older) candidate = *std::move(older);
        else if (!could_not_find_out(older.error().code())) return std::move(older).error().at("base image " + text);
        else candidate.answer = Answer::unknown, candidate.detail = older.error().message();
      }
      platform.bases->push_back(std::move(candidate));
    }
  }
  return {};
}

}  // namespace

std::vector<const rootfs::Collector*> collectors() {
  std::vector<const rootfs::Collector*> all = catalog::collectors(catalog::WithOwnedFiles::no);
  all.push_back(passwd_collector());
  all.push_back(credential_collector());
  return all;
}

namespace {

/// As it is typed and by the digest that it leads to; of a local form also by the path from the root, and by the one
/// without links: a stricter entry for a directory must not be passed by another way into it.
/// Errors: unavailable, when that cannot be found out.
Result<std::vector<oci::Reference>> names_of(const oci::Reference& reference, const Digest& digest) {
  std::vector<oci::Reference> names{reference};
  if (reference.kind() != oci::Reference::Kind::registry && reference.path() != "-") {
    std::error_code failed;
    const std::filesystem::path absolute = std::filesystem::absolute(reference.path(), failed);
    std::filesystem::path plain;
    if (!failed) plain = std::filesystem::weakly_canonical(absolute, failed);
    if (failed) return Error(ErrorCode::unavailable, reference.path() + ": where it lies: " + failed.message());
    names.push_back(reference.at(absolute.lexically_normal().string()));
    names.push_back(reference.at(plain.string()));
  }
  for (std::size_t i = 0, count = names.size(); i < count; ++i)
    names.push_back(names[i].with({names[i].selector().tag, digest}));
  return names;
}

}  // namespace

Result<Content> content(const rootfs::FileTree& tree, const store::PlatformImage& image, Budget& budget) {
  SUPPLY_TRY(pkg::Inventory read, sbom::read_catalog(tree, image, budget));
  policy::Users known = users(tree);
  std::optional<std::vector<policy::FileFact>> files = notable_files(tree);
  SUPPLY_TRY(tree.complete());
  return Content{std::move(read), std::move(known), std::move(files)};
}

bool asks_what_is_inside(const policy::Policy& policy) {
  std::vector<const policy::ImageRules*> entries;
  for (const policy::ImageRules& entry : policy.images) entries.push_back(&entry);
  const policy::Needs needs = policy::needs_of(entries);
  return looks_inside(needs) || needs.sboms || needs.sbom_predicates || !needs.bases.empty();
}

Result<policy::Facts> collect(store::ImageSource& source, const oci::Reference& reference, const policy::Policy& policy,
                              const Options& options, Budget& budget) {
  SUPPLY_TRY(const oci::Descriptor root, source.resolve(options.recorded.value_or(reference.selector())));
  SUPPLY_TRY(store::Images found, store::images(source, root, options.platform));
  const std::vector<store::PlatformImage> images = std::move(found.images);
  SUPPLY_TRY(std::vector<oci::Reference> names, names_of(reference, root.digest));
  policy::Needs want = policy::needs_of(policy::applying(policy, names));
  want.predicates |= policy.break_glass.has_value();

  policy::Facts facts{.reference = reference,
                      .digest = root.digest,
                      .platforms = {},
                      .attached = {},
                      .now = options.now,
                      .simulated_time = options.simulated_time,
                      .left_out = std::move(found.left_out),
                      .unfinished = {},
                      .names = std::move(names)};
  std::vector<verify::TrustedKey> keys;
  for (const policy::NamedKey& key : policy.keys) keys.push_back({key.name, key.key});
  const verify::Verifier verifier(std::move(keys));
  SUPPLY_TRY(evidence::ImageEvidence evidence,
             evidence::collect(source, root, evidence::required(images), verifier,
                               {.platform = {}, .annotations = {}, .query = {.unsigned_too = false}}, budget));
  SUPPLY_TRY(add_identities(policy, options.now, evidence, budget));
  const Sboms sboms = add_attached(std::move(evidence.judged), want, facts);

  Share secrets_held(budget);
  SUPPLY_TRY(const auto contents, read_contents(source, images, want, options, budget));
  for (const store::PlatformImage& image : images) {
    const Digest& manifest = image.descriptor.digest;
    std::vector<Digest> ancestors;
    for (const oci::Descriptor& index : image.ancestors) ancestors.push_back(index.digest);
    policy::PlatformFacts platform{.platform = image.platform,
                                   .manifest = manifest,
                                   .ancestors = std::move(ancestors),
                                   .config = image.config,
                                   .annotations = image.manifest.annotations,
                                   .also_for = image.also_for};
    const Content* inside = nullptr;
    if (const auto read = contents.find(manifest); read != contents.end()) inside = &read->second;
    if (inside == nullptr && options.known != nullptr)
      if (const auto known = options.known->find(manifest); known != options.known->end()) inside = &known->second;
    if (inside != nullptr) {
      platform.packages = inside->catalog.packages;
      platform.users = inside->users;
      platform.files = inside->files;
      for (const pkg::KnownUnknown& unknown : inside->catalog.unknowns)
        platform.unreadable_packages.push_back(unknown.to_string());
    }
    if (want.secrets) {
      // A few bytes of a config can make each of them.
      SUPPLY_TRY(secrets_held.spend(Cost::memory, secrets::find(image.config).size() * kSecretBytes));
      platform.secrets = secrets::findings(image.config, reference.to_string());
    }
    platform.size = image.manifest.config.size;
    for (const oci::Descriptor& layer : image.manifest.layers) platform.size += layer.size;
    platform.layers = image.manifest.layers.size();
    if (want.sboms)
      add_sboms(sboms, want.sbom_agreement && inside != nullptr ? &inside->catalog : nullptr, want.sbom_profiles,
                platform);
    facts.platforms.push_back(std::move(platform));
  }
  SUPPLY_TRY(add_bases(source, root, want, options, facts.platforms, budget));
  return facts;
}

}  // namespace supply::gate
