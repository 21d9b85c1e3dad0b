#include "libsupply/content/sbom/internal/reading.hpp"

#include <algorithm>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/pkg/package_cost.hpp"
#include "libsupply/content/sbom/internal/model_text.hpp"

namespace supply::sbom {
namespace {

constexpr std::size_t kContainersFollowed = 8;  // of one package, one in the other
constexpr std::size_t kKindsListed = 50;        // that are listed
constexpr std::uint64_t kNodeBytes = 64;        // of a map or a set, beside its texts

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

bool Reading::draw(std::uint64_t memory) {
  if (exceeded_) return false;
  if (Status spent = share_.spend(Cost::memory, memory); !spent) exceeded_.emplace(std::move(spent).error());
  return !exceeded_;
}

StatedElement& Reading::add_element(StatedElement::Role role, std::string id, std::string name) {
  if (!draw(sizeof(StatedElement) + id.size() + name.size())) return dropped_ = {};
  StatedElement element;
  element.role = role;
  element.id = std::move(id);
  element.name = std::move(name);
  sbom_.elements.push_back(std::move(element));
  return sbom_.elements.back();
}

void Reading::add_package(const std::string& id, pkg::Package package, PackageDetails details) {
  if (!draw(kNodeBytes + id.size() + 2 * memory_of(details))) return;
  if (Status spent = pkg::spend_package(package, share_); !spent) {
    exceeded_.emplace(std::move(spent).error());
    return;
  }
  packages_.emplace(id, sbom_.inventory.packages.size());
  sbom_.inventory.packages.push_back(std::move(package));
  sbom_.details.push_back(std::move(details));
}

void Reading::add_file(const std::string& id, DocumentFile file) {
  std::uint64_t memory = sizeof file + file.path.size() + kNodeBytes + id.size();
  for (const pkg::Checksum& checksum : file.checksums) memory += sizeof checksum + checksum.hex.size();
  if (!draw(memory)) return;
  files_.emplace(id, sbom_.files.size());
  sbom_.files.push_back(std::move(file));
}

void Reading::add_origin(const std::string& id, DocumentSubject subject) {
  if (!origins_.emplace(id, sbom_.origins.size()).second) return;
  Origin origin{subject.manifest ? subject.manifest->to_string() : subject.shown_name(), std::move(subject), {}};
  sbom_.origins.push_back(std::move(origin));
}

void Reading::add_dependency(std::string from, std::string to) { add_edge(depends_, std::move(from), std::move(to)); }

void Reading::add_content(std::string container, std::string content) {
  add_edge(contains_, std::move(container), std::move(content));
}

void Reading::add_owner(std::string owner, std::string owned) { add_edge(owners_, std::move(owner), std::move(owned)); }

void Reading::add_edge(Edges& edges, std::string from, std::string to) {
  if (draw(sizeof(Edges::value_type) + from.size() + to.size())) edges.emplace_back(std::move(from), std::move(to));
}

void Reading::add_scope(std::string of, pkg::Scope scope, std::string needed_by) {
  if (draw(sizeof(StatedScope) + of.size() + needed_by.size()))
    scopes_.push_back({std::move(of), scope, std::move(needed_by)});
}

void Reading::add_system(const std::string& id, pkg::OperatingSystem system) {
  if (sbom_.inventory.distribution.id.empty()) sbom_.inventory.distribution = system;
  systems_.emplace(id, std::move(system));
}

void Reading::add_unknown(std::string_view text) {
  if (sbom_.inventory.unknowns.size() > kMaxKnownUnknowns) return;  // the last one counts what the image had besides
  pkg::KnownUnknown unknown;
  if (const auto end = text.find(": "); end != std::string_view::npos) {
    unknown.cataloger = text.substr(0, end);
    text.remove_prefix(end + 2);
  }
  const auto end = text.find(": ");
  unknown.path = text.substr(0, end);
  if (end != std::string_view::npos) unknown.reason = text.substr(end + 2);
  sbom_.inventory.unknowns.push_back(std::move(unknown));
}

Result<std::uint32_t> Reading::layer(std::string_view text) {
  if (const auto known = layers_.find(text); known != layers_.end()) return known->second;
  SUPPLY_TRY(Digest digest, Digest::parse(text));
  const auto index = static_cast<std::uint32_t>(sbom_.inventory.layers.size());
  sbom_.inventory.layers.push_back({std::move(digest), {}});
  layers_.emplace(text, index);
  return index;
}

bool Reading::add_layer(std::string_view text) {
  const auto end = text.find(": ");
  const auto index = layer(text.substr(0, end));
  if (!index || end == std::string_view::npos) return false;
  sbom_.inventory.layers[*index].created_by = text.substr(end + 2);
  return true;
}

bool Reading::add_model(const std::string& id, std::string_view text) {
  auto model = model_from_text(text);
  if (!model) return false;
  models_.insert_or_assign(id, *std::move(model));
  return true;
}

void Reading::not_kept(std::string_view what) {
  if (const auto found = not_kept_.find(what); found != not_kept_.end()) ++found->second;
  else not_kept_.emplace(not_kept_.size() < kKindsListed ? what : std::string_view("others"), 1);
}

void Reading::not_kept_of_subject(const DocumentSubject& subject, const pkg::Package& said,
                                  const PackageDetails& details) {
  if (!pkg::license_of(said).empty()) not_kept("licence of what is described");
  if (!said.cpes.empty()) not_kept("CPEs of what is described");
  if (!said.copyright.empty()) not_kept("copyright of what is described");
  const bool lost = std::any_of(said.checksums.begin(), said.checksums.end(), [&](const pkg::Checksum& each) {
    return !subject.manifest || each.hex != subject.manifest->encoded();
  });
  if (lost) not_kept("checksums of what is described");
  if (!details.description.empty()) not_kept("description of what is described");
  if (!details.producer.empty()) not_kept("producer of what is described");
  if (!details.download_location.empty() || !said.homepage.empty() || !details.references.empty())
    not_kept("addresses of what is described");
}

void Reading::relate(std::string_view a, std::string_view b) {
  if (a == b) return;
  related_.emplace(a);
  related_.emplace(b);
}

pkg::Package* Reading::package(const std::string& id) {
  const auto found = packages_.find(id);
  return found == packages_.end() ? nullptr : &sbom_.inventory.packages[found->second];
}

void Reading::resolve_contents() {
  std::map<std::string_view, std::string_view> container_of;  // of packages and systems
  for (const auto& [container, content] : contains_) {
    relate(container, content);
    if (const auto file = files_.find(content); file != files_.end()) {
      const std::string& path = sbom_.files[file->second].path;
      if (pkg::Package* owner = package(container); owner != nullptr && draw(sizeof path + path.size()))
        owner->files.push_back(path);
    } else if (packages_.contains(container) && !subjects_.contains(container) && packages_.contains(content)) {
      not_kept("packages within packages");
    } else {
      container_of.emplace(content, container);
    }
  }
  for (const auto& [id, index] : packages_) {
    std::string_view at = id;
    for (std::size_t i = 0; i < kContainersFollowed; ++i) {
      const auto up = container_of.find(at);
      if (up == container_of.end()) break;
      at = up->second;
      if (const auto origin = origins_.find(at); origin != origins_.end()) {
        const std::string& key = sbom_.origins[origin->second].key;
        if (draw(key.size())) sbom_.inventory.packages[index].origin = key;
        break;
      }
    }
  }
  for (const auto& [id, system] : systems_)
    if (const auto up = container_of.find(id); up != container_of.end())
      if (const auto origin = origins_.find(up->second); origin != origins_.end())
        sbom_.origins[origin->second].distribution = system;
}

void Reading::resolve_dependencies(const std::vector<std::string>& references) {
  for (const auto& [from, to] : depends_) {
    relate(from, to);
    const auto a = packages_.find(from), b = packages_.find(to);
    if (a != packages_.end() && b != packages_.end()) {
      const std::string& reference = references[b->second];
      if (draw(sizeof reference + reference.size())) sbom_.inventory.packages[a->second].depends.push_back(reference);
    } else if (!subjects_.contains(from) && !origins_.contains(from) && !systems_.contains(from)) {
      not_kept("dependencies on or of what is no package");
    } else if (subjects_.contains(from) && (b != packages_.end() || files_.contains(to)) && origins_.empty() &&
               sbom_.subject.kind == DocumentSubject::Kind::other) {
      // Not of an image, which contains what it is said to depend on, nor of what several make together.
      not_kept("dependencies of what is described");
    }
  }
  for (const auto& [owner, owned] : owners_) {
    relate(owner, owned);
    const auto a = packages_.find(owner), b = packages_.find(owned);
    if (a == packages_.end() || b == packages_.end()) continue;
    std::string& known = sbom_.inventory.packages[b->second].owner;
    if (known.empty() && draw(references[a->second].size())) known = references[a->second];
  }
}

// Of several statements the one that matters most counts: what runs before what may run, before what only builds.
void Reading::resolve_scopes() {
  for (const StatedScope& each : scopes_) {
    relate(each.of, each.needed_by);
    const bool of_package = packages_.contains(each.needed_by) && !subjects_.contains(each.needed_by);
    if (of_package) add_dependency(each.needed_by, each.of);
    pkg::Package* package = this->package(each.of);
    if (package == nullptr) {
      not_kept("scopes of what is no package");
    } else if (of_package) {
      not_kept("scopes of dependencies between packages");
    } else if (package->scope == pkg::Scope::unknown || each.scope < package->scope) {
      package->scope = each.scope;
    }
  }
}

// A file is its path: formats name it by that.
void Reading::keep_one_of_each_path() {
  std::vector<DocumentFile> kept;
  kept.reserve(sbom_.files.size());
  for (DocumentFile& file : sbom_.files) {
    if (kept.empty() || kept.back().path != file.path) kept.push_back(std::move(file));
    else if (kept.back().checksums != file.checksums) not_kept("further files of one path");
  }
  sbom_.files = std::move(kept);
}

Result<ParsedSbom> Reading::finish() && {
  if (exceeded_) return std::move(*exceeded_);
  std::vector<std::string> references;
  references.reserve(sbom_.inventory.packages.size());
  for (const pkg::Package& each : sbom_.inventory.packages) references.push_back(pkg::reference_of(each));
  resolve_contents();
  resolve_scopes();
  resolve_dependencies(references);
  if (exceeded_) return std::move(*exceeded_);
  for (auto& [id, model] : models_) {
    if (pkg::Package* of = package(id)) of->model = std::move(model);
    else not_kept("models of what is no package");
  }
  for (pkg::Package& each : sbom_.inventory.packages) {
    sort_unique(each.depends);
    sort_unique(each.files);
    sort_unique(each.cpes);
  }
  for (StatedElement& element : sbom_.elements) element.is_related = related_.contains(element.id);
  if (!sbom_.origins.empty()) sbom_.inventory.distribution = {};
  sort_packages(sbom_.inventory.packages, sbom_.details);
  std::sort(sbom_.inventory.unknowns.begin(), sbom_.inventory.unknowns.end());
  std::stable_sort(sbom_.files.begin(), sbom_.files.end(),
                   [](const DocumentFile& a, const DocumentFile& b) { return a.path < b.path; });
  keep_one_of_each_path();
  std::sort(sbom_.origins.begin(), sbom_.origins.end(), [](const Origin& a, const Origin& b) { return a.key < b.key; });
  for (auto* names : {&sbom_.makers.authors, &sbom_.makers.tools}) sort_unique(*names);
  for (const auto& [what, number] : not_kept_)
    sbom_.not_kept.push_back(number == 1 ? what : what + " (" + std::to_string(number) + ")");
  return std::move(sbom_);
}

std::string inventory_path(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

std::string checksum_name(std::string_view algorithm) {
  std::string name = to_lower(algorithm);
  std::replace(name.begin(), name.end(), '_', '-');
  if (name.starts_with("sha-")) name.erase(3, 1);
  constexpr std::string_view kBlake = "blake2b";  // "blake2b256" in SPDX 3
  if (name.starts_with(kBlake) && name.size() > kBlake.size() && name[kBlake.size()] != '-') name.insert(7, 1, '-');
  return name;
}

void set_license(pkg::Package& package, std::string_view text, std::string pkg::Package::*member) {
  if (text.empty() || text == "NOASSERTION" || text == "NONE") return;
  if (const auto expression = license::Expression::parse(text)) {
    package.*member = expression->to_string();
    return;
  }
  license::Declared declared = license::reference(text.substr(0, 64), text, license::Meaning::unread);
  package.*member = declared.expression.to_string();
  package.license_texts.merge(declared.texts);
  package.unread_licenses.merge(declared.unread);
}

void Reading::set_license_texts(const std::map<std::string, std::string>& texts) {
  for (pkg::Package& package : sbom_.inventory.packages) {
    for (const std::string* said : {&package.declared_license, &package.concluded_license}) {
      if (said->find("LicenseRef-") == std::string::npos) continue;
      const auto expression = license::Expression::parse(*said);
      if (!expression) continue;
      for (const std::string& name : expression->licenses()) {
        const auto text = texts.find(name);
        if (text == texts.end() || !draw(kNodeBytes + name.size() + text->second.size())) continue;
        package.license_texts.try_emplace(name, text->second);
      }
    }
  }
}

void set_platform(DocumentSubject& subject, std::string_view text) {
  if (auto platform = oci::Platform::parse(text)) subject.platform = *std::move(platform);
}

bool set_image_purl(DocumentSubject& subject, const pkg::Purl& purl) {
  const pkg::PurlParts& parts = purl.parts();
  if (parts.type != "oci" && parts.type != "docker") return false;
  if (auto digest = Digest::parse(parts.version)) subject.manifest = *std::move(digest);
  const auto qualifier = [&](const char* name) {
    const auto found = parts.qualifiers.find(name);
    return found == parts.qualifiers.end() ? std::string() : found->second;
  };
  subject.repository_url = qualifier("repository_url");
  subject.tag = qualifier("tag");
  if (subject.platform.architecture.empty()) subject.platform.architecture = qualifier("arch");
  return true;
}

}  // namespace supply::sbom
