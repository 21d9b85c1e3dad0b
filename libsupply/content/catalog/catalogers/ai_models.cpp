// Machine learning models: files of GGUF (by their first bytes, whatever their names are), safetensors and ONNX. A
// model in a cache of Hugging Face's Hub is pkg:huggingface/OWNER/NAME@COMMIT, for its path says so; any other is a
// generic package, by what its file says, else by the file's name or its directory's. Files of one model in parts are
// one.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"
#include "libsupply/content/catalog/internal/model_file.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(std::unique_ptr<ModelReader> reader) : reader_(std::move(reader)) {}
  void feed(std::string_view chunk) override {
    if (!reader_->is_done()) reader_->feed(chunk);
  }
  std::optional<std::size_t> held() const override { return reader_->held(); }
  Result<std::optional<std::string>> finish() override { return std::optional(to_record(reader_->finish())); }
  Result<std::optional<std::string>> finish_within(Share& share) override {
    const std::uint64_t memory = reader_->needs();
    SUPPLY_TRY(share.spend(Cost::memory, memory));
    auto out = finish();
    share.give_back(Cost::memory, memory);
    return out;
  }

 private:
  std::unique_ptr<ModelReader> reader_;
};

class Models final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "ai-models"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {{Select::By::magic, kGgufMagic},
                                          {Select::By::suffix, ".gguf"},
                                          {Select::By::suffix, ".safetensors"},
                                          {Select::By::suffix, ".onnx"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    const std::string name = to_lower(base_name(file.path));
    if (head.starts_with(kGgufMagic) || name.ends_with(".gguf")) return std::make_unique<Sink>(gguf_reader());
    if (name.ends_with(".safetensors")) return std::make_unique<Sink>(safetensors_reader());
    return name.ends_with(".onnx") ? std::make_unique<Sink>(onnx_reader()) : nullptr;
  }
};
constexpr Models kModels;

// Of a directory's config.json, what it says of the model beside it.
// Source: huggingface/transformers, configuration_utils.py.
std::string keep_kind(std::string bytes, bool complete) {
  if (!complete || bytes.find("\"model_type\"") == std::string::npos) return {};
  const auto root = parse_lenient_json(bytes);
  const std::string kind = root ? text_of(*root, "model_type") : std::string();
  return kind.size() <= kMaxModelTextBytes ? kind : std::string();
}
constexpr Select kConfigSelects[] = {{Select::By::name, "config.json"}};
constexpr PathCollector kConfigs(
    {.name = "ai-models-config", .selects = kConfigSelects, .limit = kMaxPackageMetadataBytes, .reduce = keep_kind});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kModels, &kConfigs}; }

// Where a model is: its directory in a cache of the Hub, else its own path without what numbers its parts.
struct Identity {
  std::string owner, name, commit;  // of the Hub; else empty
  std::string place;                // equal for the files of one model
  std::string fallback;             // its name where the file has none
};

// ".../models--OWNER--NAME/snapshots/COMMIT/..."
// Source: huggingface_hub, docs, "Understand caching".
bool read_hub_path(std::string_view path, Identity& out) {
  for (std::string_view at = directory_of(path); !at.empty(); at = directory_of(at)) {
    const std::string_view commit = base_name(at), snapshots = directory_of(at);
    const std::string_view repository = base_name(directory_of(snapshots));
    constexpr std::string_view kModelsOf = "models--";
    if (base_name(snapshots) != "snapshots" || !repository.starts_with(kModelsOf)) continue;
    if (commit.size() != 40 || !is_lower_hex(commit)) continue;
    const std::string_view id = repository.substr(kModelsOf.size());
    const std::size_t dashes = id.find("--");
    out.owner = dashes == std::string_view::npos ? std::string_view() : id.substr(0, dashes);
    out.name = dashes == std::string_view::npos ? id : id.substr(dashes + 2);
    out.commit = commit;
    out.place = at;
    return !out.name.empty();
  }
  return false;
}

// Without "-00001-of-00004".
std::string_view without_part(std::string_view stem) {
  constexpr std::size_t kPart = 15;
  if (stem.size() <= kPart) return stem;
  const std::string_view part = stem.substr(stem.size() - kPart);
  const auto is_number = [](std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); };
  const bool is_part =
      part[0] == '-' && is_number(part.substr(1, 5)) && part.substr(6, 4) == "-of-" && is_number(part.substr(10));
  return is_part ? stem.substr(0, stem.size() - kPart) : stem;
}

Identity identity_of(std::string_view path) {
  Identity out;
  if (read_hub_path(path, out)) return out;
  const std::string_view file = base_name(path), directory = directory_of(path);
  const std::size_t dot = file.rfind('.');
  const std::string_view stem = without_part(dot == std::string_view::npos || dot == 0 ? file : file.substr(0, dot));
  out.place = std::string(directory) + "/" + std::string(stem);
  // Names that say nothing of the model; of a store by digests neither does a directory.
  bool says_nothing = false;
  for (const std::string_view usual : {"model", "pytorch_model", "adapter_model", "diffusion_pytorch_model"})
    says_nothing = says_nothing || stem == usual;
  out.fallback = says_nothing && !directory.empty() ? base_name(directory) : stem;
  return out;
}

Result<DescribedPackage> describe(const ModelFacts& facts, const Identity& identity) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.version = identity.commit.empty() ? facts.version : identity.commit;
  if (identity.name.empty()) {
    package.name = facts.name.empty() ? identity.fallback : facts.name;
    SUPPLY_TRY(package.purl, pkg::Purl::create({"generic", "", package.name, package.version, {}, ""}));
  } else {
    package.name = identity.owner.empty() ? identity.name : identity.owner + "/" + identity.name;
    SUPPLY_TRY(package.purl,
               pkg::Purl::create({"huggingface", identity.owner, identity.name, package.version, {}, ""}));
  }
  if (!facts.organization.empty()) package.supplier = "Organization: " + facts.organization;
  else if (!facts.author.empty()) package.supplier = person(facts.author);
  package.homepage = facts.homepage;
  if (!facts.license.empty()) out.licenses.push_back(facts.license);
  package.model = facts.model;
  out.key = identity.place;
  return out;
}

std::uint64_t memory_of(const ModelFacts& facts) {
  std::uint64_t memory = sizeof(pkg::Model) + 400;
  for (const auto* list : {&facts.model.base_models, &facts.model.datasets})
    for (const std::string& one : *list) memory += 2 * (sizeof one + one.size());
  return memory;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "ai-models", catalog, DescribedPackages::Elsewhere::no);
  const Contents configs(context.tree, kConfigs.name());
  std::set<std::pair<std::string, std::string>> seen;  // place and format of models
  for (const rootfs::CollectedFile& file : context.tree.collected(kModels.name())) {
    const std::string& path = file.file.path;
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size()));
    auto facts = model_from_record(file.content);
    if (!facts) {
      SUPPLY_TRY(packages.add_unknown(path, facts.error().message()));
      continue;
    }
    const Identity identity = identity_of(path);
    // The first part is named here; the others have the same metadata, or none.
    const std::string which = identity.name.empty() ? facts->model.format : std::string();
    SUPPLY_TRY(context.share.spend(Cost::memory, memory_of(*facts) + 4 * path.size()));
    if (!seen.emplace(identity.place, which).second) continue;
    if (facts->model.architecture.empty()) {
      const std::string_view directory = directory_of(path);
      const auto config = configs.find((directory.empty() ? "" : std::string(directory) + "/") + "config.json");
      if (config) facts->model.architecture = config->content;
    }
    auto one = describe(*facts, identity);
    if (one) SUPPLY_TRY(packages.add(file.file, identity.place, *std::move(one)));
    else SUPPLY_TRY(packages.add_unknown(path, one.error().message()));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& ai_models() {
  static constexpr std::string_view kTypes[] = {"huggingface"};
  static constexpr Cataloger cataloger{.name = "ai-models", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
