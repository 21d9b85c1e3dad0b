#include "libsupply/content/pins/pins.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/requirements.hpp"
#include "libsupply/content/pins/format.hpp"
#include "libsupply/content/pins/internal/columns.hpp"
#include "libsupply/content/pins/scan.hpp"

namespace supply::pins {
namespace {

PinStatus status_of(locks::Integrity integrity) {
  switch (integrity) {
    case locks::Integrity::unknown: return PinStatus::unknown;
    case locks::Integrity::hash_only: return PinStatus::pinned;
    case locks::Integrity::weak: return PinStatus::weak;
    case locks::Integrity::unhashed: return PinStatus::unhashed;
    case locks::Integrity::mutable_ref: return PinStatus::mutable_ref;
    case locks::Integrity::plaintext_http: return PinStatus::plaintext;
  }
  return PinStatus::unknown;
}

Pin to_pin(locks::Requirement entry, Location place) {
  Pin pin;
  pin.place = std::move(place);
  pin.kind = PinKind::package;
  pin.role = "requirement";
  pin.text = std::move(entry.text);
  if (!entry.name.empty()) pin.resolved = entry.name + (entry.version.empty() ? "" : "==" + entry.version);
  pin.hashes = entry.hashes.size();
  if (!entry.hashes.empty())
    if (auto digest = Digest::parse(entry.hashes[0])) pin.digest = *std::move(digest);
  pin.status = status_of(entry.integrity);
  pin.reason = std::move(entry.reason);
  pin.remedy = std::move(entry.remedy);
  return pin;
}

// What a pin takes that is read from a list: as an entry of the list first, with its place.
std::uint64_t memory_of(const locks::Requirement& entry, const std::string& path) {
  std::uint64_t all = sizeof(locks::Requirement) + sizeof(Pin) + sizeof(Location) + path.size();
  for (const std::string* text :
       {&entry.name, &entry.version, &entry.text, &entry.address, &entry.reason, &entry.remedy})
    all += text->size();
  for (const std::string& hash : entry.hashes) all += sizeof(std::string) + hash.size();
  return all + entry.name.size() + entry.version.size();  // both are in Pin::resolved as well
}

std::uint64_t memory_of(const Pin& pin) {
  std::uint64_t all = sizeof(Pin);
  for (const std::string* text :
       {&pin.place.uri, &pin.role, &pin.text, &pin.resolved, &pin.commit, &pin.platform, &pin.reason, &pin.remedy})
    all += text->size();
  return all;
}

// By its name, a list that is given to pip with -c.
bool constraints_name(std::string_view path) {
  const std::string name = to_lower(base_name(path));
  const std::string_view stem = std::string_view(name).substr(0, name.rfind('.'));
  return stem.starts_with("constraints") || stem.ends_with("constraints");
}

// Whether the entry says nothing against a list that is only given with -c. Source: pip's resolver takes from it which
// versions may be installed, and asks hashes of requirements alone.
bool harmless_in_constraints(const locks::Requirement& entry) {
  return !entry.option && entry.integrity != locks::Integrity::unknown &&
         entry.integrity != locks::Integrity::plaintext_http;
}

class Checker {
 public:
  Checker(Found found, Budget& budget) : found_(std::move(found)), share_(budget) {}

  Report run() {
    report_.skipped = found_.skipped;
    report_.unread = std::move(found_.unread);
    for (const std::string& link : found_.stray_links) stray(link);
    for (const auto& [path, file] : found_.files) {
      if (locks::is_requirements_file(path) && !constraints_name(path)) installed_.insert(path);
      queue_.push_back(path);
    }
    while (!queue_.empty()) {
      const std::string path = queue_.front();
      queue_.pop_front();
      if (const Status status = read(path); !status)
        report_.unread.push_back({path, Error(status.error()).at(quote(path))});
    }
    while (!read_lists_.empty()) {  // one at a time: what a list held is the pins' then
      auto list = read_lists_.extract(read_lists_.begin());
      report_list(list.key(), list.mapped());
    }
    std::sort(report_.files.begin(), report_.files.end());
    std::sort(report_.others.begin(), report_.others.end());
    std::stable_sort(report_.unread.begin(), report_.unread.end(),
                     [](const Unread& a, const Unread& b) { return a.path < b.path; });
    std::stable_sort(report_.pins.begin(), report_.pins.end(),
                     [](const Pin& a, const Pin& b) { return a.place < b.place; });
    list_findings();
    return std::move(report_);
  }

 private:
  struct ReadList {
    locks::RequirementsFile lock;
    std::vector<Location> places;  // of its entries
  };

  // Of each file and status the first, so that many cost little in every form of report.
  void list_findings() {
    std::map<std::pair<std::string_view, PinStatus>, ListedFindings> alike;
    for (const Pin& pin : report_.pins)
      if (pin.status != PinStatus::pinned) alike[{pin.place.uri, pin.status}].add(to_finding(pin));
    for (auto& [group, listed] : alike) {
      std::vector<Finding> some = std::move(listed).take();
      std::move(some.begin(), some.end(), std::back_inserter(report_.findings));
    }
    sort_findings(report_.findings);
  }

  void report_list(const std::string& path, ReadList& list) {
    const bool installed = installed_.contains(path);
    std::size_t left_out = 0, line = 0;
    for (std::size_t i = 0; i < list.lock.entries.size(); ++i) {
      locks::Requirement& entry = list.lock.entries[i];
      if (installed || !harmless_in_constraints(entry))
        report_.pins.push_back(to_pin(std::move(entry), std::move(list.places[i])));
      else if (entry.integrity != locks::Integrity::hash_only && left_out++ == 0) line = entry.line;
    }
    // Nothing here says that pip gets it with -c: only its name.
    if (left_out == 0 || constraints_.contains(path)) return;
    report_.findings.push_back(
        {.rule = "pins/constraints",
         .severity = Severity::warning,
         .subject = path,
         .place = {path, line},
         .expected = "a list that is only given with -c, by its name",
         .found = std::to_string(left_out) + " entries that no hash holds: constraints need none, requirements do",
         .evidence = {},
         .remedy = "include it with -c from a requirements file, or name it otherwise"});
  }

  void stray(const std::string& link) {
    Pin pin;
    pin.place = {link, 1};
    pin.role = "file";
    pin.reason = "a link that leads out of what is checked, or nowhere";
    pin.remedy = "make it a file, or name it too: supply pins check " + link;
    report_.pins.push_back(std::move(pin));
  }

  Status read(const std::string& path) {
    const FoundFile& file = found_.files.at(path);
    SUPPLY_TRY(const auto source, file.opened.empty()
                                      ? io::open_file(path, file.named ? io::FollowLinks::yes : io::FollowLinks::no)
                                      : io::open_file(file.opened, io::FollowLinks::no));
    SUPPLY_TRY(const std::string text, io::read_all(*source, kMaxPinFileBytes));
    share_.earn(text.size());
    const bool list = lists_.contains(path) || locks::is_requirements_file(path);
    const Format* format = list ? nullptr : format_of(path);
    if (!list && format == nullptr) {
      format = possible_format_of(path);
      if (format != nullptr && !file.named && !format->is_one(text)) {
        report_.others.push_back(path);
        return {};
      }
    }
    if (!list && format == nullptr && !path.ends_with(".txt")) format = format_of("Dockerfile");
    if (format != nullptr) {
      SUPPLY_TRY(std::vector<Pin> pins, format->read(text, path));
      const Columns columns(text);
      for (Pin& pin : pins) {
        SUPPLY_TRY(share_.spend(Cost::memory, memory_of(pin)));
        columns.add_to(pin.place, pin.text);
      }
      std::move(pins.begin(), pins.end(), std::back_inserter(report_.pins));
      report_.files.push_back(path);
      return {};
    }
    SUPPLY_TRY(locks::RequirementsFile lock, locks::read_requirements(text));
    for (const locks::Requirement& entry : lock.entries) SUPPLY_TRY(share_.spend(Cost::memory, memory_of(entry, path)));
    if (!lists_.contains(path) && !constraints_name(path)) installed_.insert(path);
    for (const locks::Include& include : lock.includes) follow(path, file.root, include);
    ReadList& read = read_lists_[path];
    read.lock = std::move(lock);
    const Columns columns(text);
    for (const locks::Requirement& entry : read.lock.entries) {
      read.places.push_back({path, entry.line});
      columns.add_to(read.places.back(), entry.text);
    }
    report_.files.push_back(path);
    return {};
  }

  // A list that another includes is read too, when it is under what was to be checked.
  void follow(const std::string& path, const io::Path& root, const locks::Include& include) {
    const io::Path target = io::Path(path).parent_path() / include.path;
    const std::optional<io::Path> real = inside(root, target);
    // A name with ".." behind a link is another one for the system than for the eye.
    std::string name = target.lexically_normal().generic_string();
    std::error_code error;
    const bool plain = std::filesystem::equivalent(target, name, error) && !error;
    if (real && !plain) name = real->generic_string();
    if (real || plain) (include.constraint ? constraints_ : installed_).insert(name);
    if ((real || plain) && found_.files.contains(name)) return;
    if (real && found_.files.size() < kMaxPinFiles) {
      found_.files.emplace(name, FoundFile{root, *real, false});
      // Read as a list whatever it is called.
      lists_.insert(name);
      queue_.push_back(name);
      return;
    }
    Pin pin;
    pin.place = {path, include.line};
    pin.kind = PinKind::package;
    pin.role = include.constraint ? "requirement -c" : "requirement -r";
    pin.text = include.path;
    if (real) {
      pin.reason = "more than " + std::to_string(kMaxPinFiles) + " files with pins";
      pin.remedy = "check them in parts";
    } else if (io::exists(target)) {
      pin.reason = "a list outside of what is checked";
      pin.remedy = "name that file too: supply pins check " + path + " " + name;
    } else {
      pin.reason = "a list that is not there";
      pin.remedy = "correct the path";
    }
    report_.pins.push_back(std::move(pin));
  }

  Found found_;
  Share share_;
  std::deque<std::string> queue_;
  std::set<std::string> lists_;        // included by others
  std::set<std::string> installed_;    // lists whose entries pip installs: not (only) given with -c
  std::set<std::string> constraints_;  // included with -c
  std::map<std::string, ReadList> read_lists_;
  Report report_;
};

}  // namespace

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->matches(path)) return format;
  return nullptr;
}

const Format* possible_format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->may_match(path)) return format;
  return nullptr;
}

Result<Report> check(const std::vector<io::Path>& paths, Budget& budget) {
  Report report = Checker(find_files(paths), budget).run();
  if (!report.files.empty() || !report.others.empty() || !report.pins.empty()) return report;
  if (report.unread.size() == 1) return report.unread.front().error;
  if (!report.unread.empty()) return report;
  const std::string names = join(paths, ", ", [](const io::Path& path) { return quote(path.string()); });
  return Error(ErrorCode::not_found, "no file with pins (Dockerfile, requirements.txt) under " + names);
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json pins = nlohmann::json::array(), counts = nlohmann::json::object();
  const auto open = static_cast<std::size_t>(std::count_if(
      report.pins.begin(), report.pins.end(), [](const Pin& pin) { return pin.status != PinStatus::pinned; }));
  std::size_t open_left = std::min(open, kRecordsListed), held_left = kRecordsListed - open_left;
  for (const Pin& pin : report.pins) {
    auto& count = counts[std::string(to_string(pin.status))];
    count = count.is_null() ? 1 : count.get<int>() + 1;
    std::size_t& left = pin.status == PinStatus::pinned ? held_left : open_left;
    if (left == 0) continue;
    --left;
    nlohmann::json value = {{"file", pin.place.uri}, {"line", pin.place.line}, {"kind", to_string(pin.kind)},
                            {"role", pin.role},      {"text", pin.text},       {"status", to_string(pin.status)}};
    if (pin.place.column != 0) value["column"] = pin.place.column;
    if (!pin.resolved.empty()) value["resolved"] = pin.resolved;
    if (pin.digest) value["digest"] = pin.digest->to_string();
    if (!pin.commit.empty()) value["commit"] = pin.commit;
    if (pin.hashes > 1) value["hashes"] = pin.hashes;
    if (!pin.platform.empty()) value["platform"] = pin.platform;
    if (!pin.reason.empty()) value["reason"] = pin.reason;
    if (!pin.remedy.empty()) value["remedy"] = pin.remedy;
    pins.push_back(std::move(value));
  }
  const std::size_t more = report.pins.size() - pins.size();
  nlohmann::json unread = nlohmann::json::array();
  for (const Unread& one : report.unread)
    unread.push_back({{"path", one.path}, {"code", to_string(one.error.code())}, {"error", one.error.message()}});
  nlohmann::json record{{"files", report.files},       {"others", report.others}, {"skipped", report.skipped},
                        {"unread", std::move(unread)}, {"pins", std::move(pins)}, {"counts", std::move(counts)}};
  if (more != 0) record["morePins"] = more;
  return record;
}

}  // namespace supply::pins
