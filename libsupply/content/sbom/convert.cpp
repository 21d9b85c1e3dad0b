#include "libsupply/content/sbom/convert.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/pkg/package_cost.hpp"
#include "libsupply/content/sbom/internal/model_text.hpp"

namespace supply::sbom {
namespace {

using Texts = std::vector<std::string>;

struct Member {
  std::string_view name;
  Texts (*values)(const pkg::Package& package);
};

Texts one(const std::string& text) { return text.empty() ? Texts() : Texts{text}; }

// "LicenseRef-own-2-3" without its numbers.
std::string_view without_numbers(std::string_view name) {
  for (;;) {
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    if (digits == 0 || digits == name.size() || name[digits - 1] != '-') return name;
    name = name.substr(0, digits - 1);
  }
}

// A licence without the numbers of its names: where one name has several texts in a document, all but the first get
// one.
Texts licence(const std::string& expression) {
  if (expression.find("LicenseRef-") == std::string::npos) return one(expression);
  const auto parsed = license::Expression::parse(expression);
  if (!parsed) return one(expression);
  return one(parsed
                 ->renamed([](std::string_view name) {
                   return std::string(license::is_license_ref(name) ? without_numbers(name) : name);
                 })
                 .to_string());
}

// The members of a package, for what a format has lost of them.
constexpr std::array kMembers = {
    Member{"name", [](const pkg::Package& p) { return one(p.name); }},
    Member{"version", [](const pkg::Package& p) { return one(p.version); }},
    Member{"kind without a purl", [](const pkg::Package& p) { return one(p.shown_type); }},
    Member{"source package", [](const pkg::Package& p) { return one(p.source_name + ' ' + p.source_version); }},
    Member{"supplier", [](const pkg::Package& p) { return one(p.supplier); }},
    Member{"homepage", [](const pkg::Package& p) { return one(p.homepage); }},
    Member{"licence", [](const pkg::Package& p) { return licence(p.declared_license); }},
    Member{"concluded licence",
           [](const pkg::Package& p) {
             return licence(p.concluded_license == p.declared_license ? std::string() : p.concluded_license);
           }},
    Member{"text of the licence",
           [](const pkg::Package& p) {
             Texts texts;
             for (const auto& [ref, text] : p.license_texts)
               if (!text.empty() && text != ref) texts.push_back(text);  // the name is no text
             return texts;
           }},
    Member{"copyright", [](const pkg::Package& p) { return one(p.copyright); }},
    Member{"checksum",
           [](const pkg::Package& p) {
             Texts texts;
             for (const pkg::Checksum& each : p.checksums) texts.push_back(each.algorithm + ":" + each.hex);
             return texts;
           }},
    Member{"CPE", [](const pkg::Package& p) { return p.cpes; }},
    Member{"dependency", [](const pkg::Package& p) { return p.depends; }},
    Member{"list of files", [](const pkg::Package& p) { return p.files; }},
    Member{"cataloger", [](const pkg::Package& p) { return one(p.cataloger); }},
    Member{"place", [](const pkg::Package& p) { return one(p.location); }},
    Member{"layer", [](const pkg::Package& p) { return one(p.layer ? p.layer->to_string() : ""); }},
    Member{"particulars of a model", [](const pkg::Package& p) { return one(p.model ? to_text(*p.model) : ""); }},
    Member{"owner", [](const pkg::Package& p) { return one(p.owner); }},
    Member{"scope", [](const pkg::Package& p) { return one(std::string(pkg::to_string(p.scope))); }},
    Member{"origin", [](const pkg::Package& p) { return one(p.origin); }},
};

std::multiset<std::string> all_of(const pkg::Inventory& inventory, const Member& member) {
  std::multiset<std::string> out;
  for (const pkg::Package& package : inventory.packages)
    for (const std::string& value : member.values(package)) out.insert(pkg::reference_of(package) + '\n' + value);
  return out;
}

struct Detail {
  std::string_view name;
  Texts (*values)(const PackageDetails& details);
};

constexpr std::array kDetails = {
    Detail{"producer", [](const PackageDetails& d) { return one(d.producer); }},
    Detail{"description", [](const PackageDetails& d) { return one(d.description); }},
    Detail{"purpose", [](const PackageDetails& d) { return one(d.purpose); }},
    Detail{"file name", [](const PackageDetails& d) { return one(d.file_name); }},
    Detail{"download location", [](const PackageDetails& d) { return one(d.download_location); }},
    Detail{"external reference",
           [](const PackageDetails& d) {
             Texts texts;
             for (const ExternalReference& each : d.references) texts.push_back(each.type + ' ' + each.url);
             return texts;
           }},
};

std::multiset<std::string> all_of(const ParsedSbom& sbom, const Detail& detail) {
  std::multiset<std::string> out;
  for (std::size_t i = 0; i < sbom.inventory.packages.size(); ++i)
    for (const std::string& value : detail.values(details_at(&sbom.details, i)))
      out.insert(pkg::reference_of(sbom.inventory.packages[i]) + '\n' + value);
  return out;
}

std::size_t missing(const std::multiset<std::string>& had, const std::multiset<std::string>& has) {
  std::vector<std::string> out;
  std::set_difference(had.begin(), had.end(), has.begin(), has.end(), std::back_inserter(out));
  return out.size();
}

// Licences are named anew where two packages have one name for two texts: then the text tells.
std::vector<std::string> lost(const ParsedSbom& before, const ParsedSbom& after) {
  std::vector<std::string> out;
  const auto say = [&](std::string_view what, std::size_t number) {
    if (number > 0) out.push_back(std::string(what) + " (" + std::to_string(number) + ")");
  };
  for (const Member& member : kMembers) {
    say(member.name, missing(all_of(before.inventory, member), all_of(after.inventory, member)));
  }
  for (const Detail& detail : kDetails) say(detail.name, missing(all_of(before, detail), all_of(after, detail)));
  std::set<std::string> instructions;  // of layers
  for (const pkg::Layer& layer : after.inventory.layers)
    instructions.insert(layer.digest.to_string() + layer.created_by);
  const auto introduced = [](const pkg::Inventory& inventory) {
    std::multiset<std::string> found;
    for (const pkg::Package& package : inventory.packages)
      if (package.introduced && *package.introduced < inventory.layers.size())
        found.insert(pkg::reference_of(package) + '\n' + inventory.layers[*package.introduced].digest.to_string());
    return found;
  };
  say("layer that introduced a package", missing(introduced(before.inventory), introduced(after.inventory)));
  say("instruction of a layer",
      static_cast<std::size_t>(
          std::count_if(before.inventory.layers.begin(), before.inventory.layers.end(), [&](const pkg::Layer& layer) {
            return !layer.created_by.empty() && !instructions.contains(layer.digest.to_string() + layer.created_by);
          })));
  if (before.inventory.unknowns.size() > after.inventory.unknowns.size())
    say("known unknown", before.inventory.unknowns.size() - after.inventory.unknowns.size());
  if (before.files.size() > after.files.size()) say("file", before.files.size() - after.files.size());
  if (before.inventory.distribution.id != after.inventory.distribution.id) say("operating system", 1);
  if (before.subject.manifest != after.subject.manifest) say("digest of what is described", 1);
  if (before.subject.shown_name() != after.subject.shown_name()) say("name of what is described", 1);
  if (before.subject.tag != after.subject.tag) say("version of what is described", 1);
  if (before.subject.kind != after.subject.kind || before.subject.purpose != after.subject.purpose)
    say("kind of what is described", 1);
  return out;
}

Texts united(Texts a, const Texts& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

}  // namespace

Result<Converted> convert(const ParsedSbom& sbom, const Format& format, const ConvertRequest& request) {
  Budget budget;  // an empty tree draws nothing
  SUPPLY_TRY(const rootfs::FileTree no_tree, rootfs::FileTree::merge({}, budget));
  DocumentSubject subject = sbom.subject;
  if (!request.supplier.empty()) subject.supplier = request.supplier;
  DocumentContent document{subject, sbom.inventory, no_tree, Files::none, {}, request.tool};
  document.created = request.source_date_epoch ? *request.source_date_epoch : sbom.created.value_or(Time());
  document.files = sbom.files.empty() ? Files::none : Files::all;
  document.listed_files = &sbom.files;
  document.details = &sbom.details;
  if (!sbom.origins.empty()) document.origins = &sbom.origins;
  document.makers = {united(sbom.makers.authors, request.authors), sbom.makers.tools};
  document.generation_context = sbom.generation_context;
  document.remarks = sbom.remarks;
  SUPPLY_TRY(TextWithin within, to_text_within(format, document, request.max_bytes));
  Converted converted{std::move(within.text), {}, within.files != document.files || within.names_left_out};
  if (format.read == nullptr && format.media_type.empty()) {
    converted.lost.emplace_back("all but what its columns have");
    return converted;
  }
  SUPPLY_TRY(const ParsedSbom again, parse_sbom(converted.text));
  converted.lost = lost(sbom, again);
  return converted;
}

Result<ParsedSbom> merge(std::vector<ParsedSbom> parts, const std::string& name) {
  // Each was read within a budget of its own.
  Budget budget;
  Share share(budget);
  ParsedSbom whole;
  whole.format = "merged";
  whole.subject.name = name;
  whole.subject.kind = DocumentSubject::Kind::other;
  whole.subject.purpose = "application";
  std::set<std::string> keys;
  std::map<std::string, std::size_t> numbers;    // the last one that a key was given
  std::map<Digest, std::uint32_t> layers_known;  // of the whole
  std::size_t files = 0;
  const auto unused = [&](const std::string& key) {
    std::string free = key;
    for (std::size_t& number = numbers[key]; !keys.insert(free).second;)
      free = key + "#" + std::to_string(number = std::max<std::size_t>(2, number + 1));
    return free;
  };
  for (ParsedSbom& part : parts) {
    std::map<std::string, std::string> renamed;  // origins of the part, and what they are called in the whole
    std::vector<Origin> origins = std::move(part.origins);
    const bool alone = origins.empty();
    if (alone) {
      const std::string key = part.subject.manifest ? part.subject.manifest->to_string() : part.subject.shown_name();
      origins.push_back({key, part.subject, part.inventory.distribution});
    }
    for (Origin& origin : origins) {
      const std::string key = unused(origin.key);
      renamed[alone ? std::string() : origin.key] = key;
      origin.key = key;
      whole.origins.push_back(std::move(origin));
    }
    std::vector<std::uint32_t> layers;  // of the part, in the whole
    for (pkg::Layer& layer : part.inventory.layers) {
      const auto [same, added] =
          layers_known.emplace(layer.digest, static_cast<std::uint32_t>(whole.inventory.layers.size()));
      layers.push_back(same->second);
      if (added) whole.inventory.layers.push_back(std::move(layer));
    }
    part.details.resize(part.inventory.packages.size());
    for (PackageDetails& details : part.details) {
      details.is_subject = false;  // it is one of several
      whole.details.push_back(std::move(details));
    }
    for (pkg::Package& package : part.inventory.packages) {
      if (package.introduced && *package.introduced < layers.size()) package.introduced = layers[*package.introduced];
      if (const auto found = renamed.find(package.origin); found != renamed.end()) package.origin = found->second;
      package.files.clear();
      SUPPLY_TRY(pkg::spend_package(package, share));
      whole.inventory.packages.push_back(std::move(package));
    }
    for (pkg::KnownUnknown& unknown : part.inventory.unknowns) {
      unknown.reason += " (in " + whole.origins.back().key + ")";
      whole.inventory.unknowns.push_back(std::move(unknown));
    }
    files += part.files.size();
    whole.created = std::max(whole.created, part.created);
    whole.makers = {united(whole.makers.authors, part.makers.authors), united(whole.makers.tools, part.makers.tools)};
    if (&part == &parts.front()) whole.generation_context = part.generation_context;
    if (whole.generation_context != part.generation_context) whole.generation_context.clear();
    for (const std::string& remark : part.remarks)
      whole.remarks.push_back(remark + " (in " + whole.origins.back().key + ")");
    whole.not_kept = united(std::move(whole.not_kept), part.not_kept);
  }
  sort_packages(whole.inventory.packages, whole.details);
  std::sort(whole.inventory.unknowns.begin(), whole.inventory.unknowns.end());
  std::sort(whole.origins.begin(), whole.origins.end(), [](const Origin& a, const Origin& b) { return a.key < b.key; });
  if (files > 0)
    whole.remarks.push_back("left out: " + std::to_string(files) + " files, since the images have different ones");
  return whole;
}

Result<TextWithin> to_text_within(const Format& format, const DocumentContent& document,
                                  std::optional<std::uint64_t> max_bytes) {
  DocumentContent reduced = document;
  std::uint64_t size = 0;
  while (true) {
    SUPPLY_TRY(std::string text, to_text(format, reduced));
    size = text.size();
    if (!max_bytes || size <= *max_bytes) return TextWithin{std::move(text), reduced.files};
    if (reduced.files == Files::none) break;
    const bool all = reduced.files == Files::all;
    reduced.files = all ? Files::owned : Files::none;
    reduced.remarks = document.remarks;
    reduced.remarks.push_back("left out: " + std::string(all ? "files that no package owns" : "all files") +
                              ", to keep to " + std::to_string(*max_bytes) + " bytes");
  }
  if (!document.catalog.unowned.empty()) {
    pkg::Inventory without = document.catalog;
    without.unowned.clear();
    std::vector<std::string> remarks = document.remarks;
    remarks.push_back("left out: all files and the names of " + std::to_string(document.catalog.unowned.size()) +
                      " executables that no package owns, to keep to " + std::to_string(*max_bytes) + " bytes");
    const DocumentContent least{document.subject,
                                without,
                                document.tree,
                                Files::none,
                                document.created,
                                document.tool,
                                document.makers,
                                document.listed_files,
                                document.details,
                                document.origins,
                                document.generation_context,
                                document.verbose,
                                std::move(remarks)};
    SUPPLY_TRY(std::string text, to_text(format, least));
    size = text.size();
    if (size <= *max_bytes) return TextWithin{std::move(text), Files::none, true};
  }
  return Error(ErrorCode::limit_exceeded, std::string(format.name) + " without files has " + std::to_string(size) +
                                              " bytes, more than the " + std::to_string(*max_bytes) +
                                              " of --max-size; packages and relationships are not left out");
}

}  // namespace supply::sbom
