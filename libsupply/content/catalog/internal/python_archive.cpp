#include "libsupply/content/catalog/internal/python_archive.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/zip/zip.hpp"
#include "libsupply/content/catalog/internal/across_chunks.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"
#include "libsupply/content/catalog/internal/package_json.hpp"
#include "libsupply/content/catalog/internal/python_headers.hpp"

namespace supply::catalog {
namespace {

// The directory that holds "x.dist-info/METADATA", "EGG-INFO/PKG-INFO" or "x.egg-info/PKG-INFO"; nothing for other
// members.
std::optional<std::string_view> site_of(std::string_view member) {
  const std::string_view file = base_name(member), directory = directory_of(member);
  const std::string name = to_lower(base_name(directory));
  const bool is_metadata = (file == "METADATA" && name.ends_with(".dist-info")) ||
                           (file == "PKG-INFO" && (name == "egg-info" || name.ends_with(".egg-info")));
  if (!is_metadata) return std::nullopt;
  return directory_of(directory);
}

bool is_on_path(std::string_view site) {
  return site.empty() || base_name(site) == "site-packages" || directory_of(site) == ".deps";
}

// What pex itself is made of.
bool is_of_loader(std::string_view site) { return site.starts_with(".bootstrap/"); }

class Visitor final : public zip::ZipVisitor {
 public:
  explicit Visitor(Share& share) : share_(share) {}
  PythonArchive out;
  Status refused;  // by the budget of the run

  Result<bool> wants(const zip::ZipMember& member) override {
    refused = share_.spend(Cost::steps, 1 + member.name.size() / 16);
    if (!refused) return Error(refused.error());
    const auto site = site_of(member.name);
    if (!site || is_of_loader(*site)) return false;
    out.has_others = out.has_others || !is_on_path(*site);
    if (!is_on_path(*site)) return false;
    refused = share_.spend(Cost::unpacked, member.size);
    if (!refused) return Error(refused.error());
    return true;
  }
  Status content(const zip::ZipMember& member, std::string bytes) override {
    PythonHeaderReader reader;
    reader.feed(bytes);
    const auto headers = reader.finish();
    out.members.push_back({replace_bad_utf8(member.name), headers ? to_text(*headers) : std::string(),
                           headers ? std::string() : headers.error().message()});
    refused = share_.spend(Cost::memory, sizeof(PythonArchiveMember) + out.members.back().header.size());
    return refused ? Status() : Status(Error(refused.error()));
  }

 private:
  Share& share_;
};

}  // namespace

Result<PythonArchive> read_python_archive(std::string_view bytes, Share& share) {
  Visitor visitor(share);
  const Status read = zip::read_zip(bytes, visitor);
  if (!visitor.refused) return Error(visitor.refused.error());
  if (!read) {
    // Nothing of an archive that was refused is believed.
    PythonArchive refused;
    refused.fault = read.error().message();
    return refused;
  }
  std::sort(visitor.out.members.begin(), visitor.out.members.end(),
            [](const PythonArchiveMember& a, const PythonArchiveMember& b) { return a.place < b.place; });
  return std::move(visitor.out);
}

std::string to_record(const PythonArchive& archive) {
  json::Value record = json::Value::object();
  if (!archive.fault.empty()) record["fault"] = archive.fault;
  if (archive.has_others) record["others"] = true;
  json::Value& members = record["members"] = json::Value::array();
  for (const PythonArchiveMember& member : archive.members) {
    json::Value one = {{"place", member.place}, {"header", member.header}};
    if (!member.fault.empty()) one["fault"] = member.fault;
    members.push_back(std::move(one));
  }
  return json::to_text(record);
}

Result<PythonArchive> python_archive_from_record(std::string_view record) {
  SUPPLY_TRY(const json::Value root, json::parse(record));
  PythonArchive out;
  out.fault = text_of(root, "fault");
  out.has_others = json::find(root, "others") != nullptr;
  for (const json::Value& one : part_of(root, "members"))
    out.members.push_back({text_of(one, "place"), text_of(one, "header"), text_of(one, "fault")});
  return out;
}

void PythonArchiveSearch::look(std::string_view bytes) {
  constexpr std::string_view kCentral("PK\x01\x02", 4);  // APPNOTE.TXT 4.3.12: of the central directory
  archive_ = archive_ || bytes.find(kCentral) != std::string_view::npos;
  for (std::size_t at = bytes.find('-'); !metadata_ && at != std::string_view::npos; at = bytes.find('-', at + 1)) {
    const auto is = [&](std::size_t from, std::string_view word) {
      if (from + word.size() > bytes.size()) return false;
      return std::equal(word.begin(), word.end(), bytes.begin() + static_cast<std::ptrdiff_t>(from),
                        [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    };
    metadata_ = is(at, "-info") && ((at >= 4 && is(at - 4, "dist")) || (at >= 3 && is(at - 3, "egg")));
  }
}

void PythonArchiveSearch::feed(std::string_view chunk) {
  constexpr std::size_t kLongest = 16;
  if (!found()) look_across_chunks(tail_, chunk, kLongest, [&](std::string_view bytes) { look(bytes); });
}

}  // namespace supply::catalog
