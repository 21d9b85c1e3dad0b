#include "libsupply/content/pins/pins.hpp"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/pins/format.hpp"
#include "libsupply/content/pins/walk.hpp"

namespace supply::pins {
namespace {

PinStatus status_of(locks::Hold hold) {
  switch (hold) {
    case locks::Hold::unknown: return PinStatus::unknown;
    case locks::Hold::hash_only: return PinStatus::pinned;
    case locks::Hold::weak: return PinStatus::weak;
    case locks::Hold::unhashed: return PinStatus::unhashed;
    case locks::Hold::mutable_ref: return PinStatus::mutable_ref;
    case locks::Hold::plaintext_http: return PinStatus::plaintext;
  }
  return PinStatus::unknown;
}

Pin to_pin(const locks::Entry& entry, const std::string& path) {
  Pin pin;
  pin.place = {path, entry.line};
  pin.kind = Kind::package;
  pin.role = "requirement";
  pin.text = entry.text;
  if (!entry.name.empty()) pin.resolved = entry.name + (entry.version.empty() ? "" : "==" + entry.version);
  pin.hashes = entry.hashes.size();
  if (!entry.hashes.empty())
    if (auto digest = Digest::parse(entry.hashes[0])) pin.digest = *std::move(digest);
  pin.status = status_of(entry.hold);
  pin.reason = entry.reason;
  pin.remedy = entry.remedy;
  return pin;
}

class Checker {
 public:
  explicit Checker(Found found) : found_(std::move(found)) {}

  Result<Report> run() {
    report_.skipped = found_.skipped;
    for (const auto& [path, file] : found_.files) queue_.push_back(path);
    while (!queue_.empty()) {
      const std::string path = queue_.front();
      queue_.pop_front();
      SUPPLY_TRY(read(path).at(quote(path)));
      report_.files.push_back(path);
    }
    std::sort(report_.files.begin(), report_.files.end());
    std::stable_sort(report_.pins.begin(), report_.pins.end(),
                     [](const Pin& a, const Pin& b) { return a.place < b.place; });
    for (const Pin& pin : report_.pins)
      if (pin.status != PinStatus::pinned) report_.findings.push_back(to_finding(pin));
    sort_findings(report_.findings);
    return std::move(report_);
  }

 private:
  Status read(const std::string& path) {
    const FoundFile& file = found_.files.at(path);
    SUPPLY_TRY(const auto source, io::open_file(path, file.named ? io::FollowLinks::yes : io::FollowLinks::no));
    SUPPLY_TRY(const std::string text, io::read_all(*source, kMaxPinFileBytes));
    const Format* format = lists_.count(path) != 0 ? nullptr : format_of(path);
    const bool list = lists_.count(path) != 0 || locks::format_of(path) != nullptr || path.ends_with(".txt");
    if (format == nullptr && !list) format = format_of("Dockerfile");
    if (format != nullptr) {
      SUPPLY_TRY(std::vector<Pin> pins, format->read(text, path));
      std::move(pins.begin(), pins.end(), std::back_inserter(report_.pins));
      return {};
    }
    const locks::Format* lock_format = locks::format_of(path);
    if (lock_format == nullptr) lock_format = locks::format_of("requirements.txt");
    SUPPLY_TRY(const locks::Lock lock, lock_format->read(text));
    for (const locks::Entry& entry : lock.entries) report_.pins.push_back(to_pin(entry, path));
    for (const locks::Include& include : lock.includes) SUPPLY_TRY(follow(path, file.root, include));
    return {};
  }

  // A list that another includes is read too, when it stands plainly under what was to be checked.
  Status follow(const std::string& path, const io::Path& root, const locks::Include& include) {
    const io::Path target = (io::Path(path).parent_path() / include.path).lexically_normal();
    const std::string name = target.generic_string();
    if (found_.files.count(name) != 0) return {};
    Pin pin;
    pin.place = {path, include.line};
    pin.kind = Kind::package;
    pin.role = "requirement -r";
    pin.text = include.path;
    if (!plainly_under(root, target)) {
      pin.reason = "a list outside of what is checked, or behind a link";
      pin.remedy = "name that file too: supply pins check " + path + " " + name;
    } else if (!io::exists(target)) {
      pin.reason = "a list that is not there";
      pin.remedy = "correct the path";
    } else {
      if (found_.files.size() >= kMaxPinFiles)
        return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxPinFiles) + " files with pins");
      found_.files.emplace(name, FoundFile{root, false});
      // Read as a list whatever it is called.
      lists_.insert(name);
      queue_.push_back(name);
      return {};
    }
    report_.pins.push_back(std::move(pin));
    return {};
  }

  Found found_;
  std::deque<std::string> queue_;
  std::set<std::string> lists_;  // included by others
  Report report_;
};

}  // namespace

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->claims(path)) return format;
  return nullptr;
}

Result<Report> check(const std::vector<io::Path>& paths) {
  SUPPLY_TRY(Found found, find_files(paths));
  if (found.files.empty()) {
    std::string names;
    for (const io::Path& path : paths) names += (names.empty() ? "" : ", ") + quote(path.string());
    return Error(ErrorCode::not_found, "no file with pins (Dockerfile, requirements.txt) under " + names);
  }
  return Checker(std::move(found)).run();
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json pins = nlohmann::json::array(), counts = nlohmann::json::object();
  for (const Pin& pin : report.pins) {
    nlohmann::json value = {{"file", pin.place.uri}, {"line", pin.place.line}, {"kind", to_string(pin.kind)},
                            {"role", pin.role},      {"text", pin.text},       {"status", to_string(pin.status)}};
    if (!pin.resolved.empty()) value["resolved"] = pin.resolved;
    if (pin.digest) value["digest"] = pin.digest->to_string();
    if (!pin.commit.empty()) value["commit"] = pin.commit;
    if (pin.hashes > 1) value["hashes"] = pin.hashes;
    if (!pin.platform.empty()) value["platform"] = pin.platform;
    if (!pin.reason.empty()) value["reason"] = pin.reason;
    if (!pin.remedy.empty()) value["remedy"] = pin.remedy;
    pins.push_back(std::move(value));
    auto& count = counts[std::string(to_string(pin.status))];
    count = count.is_null() ? 1 : count.get<int>() + 1;
  }
  return {
      {"files", report.files}, {"skipped", report.skipped}, {"pins", std::move(pins)}, {"counts", std::move(counts)}};
}

}  // namespace supply::pins
