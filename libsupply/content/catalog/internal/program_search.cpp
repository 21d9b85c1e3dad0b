#include "libsupply/content/catalog/internal/program_search.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/find_bytes.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kApplication = "\tapplication";  // at the end of a line of a record

std::string pattern_text(const ProgramKind& kind) {
  std::string out;
  for (const char* c = kind.version; *c != '\0'; ++c) {
    if (*c == '%' && c[1] != 's') {
      out += R"(\d{1,2}\.\d{1,3})";
    } else {
      out += *c;
    }
  }
  return out;
}

// Compiled once, when a file is first searched for it.
const RE2& pattern_of(const ProgramKind& kind) {
  struct Compiled {
    std::once_flag once;
    std::unique_ptr<const RE2> pattern;
  };
  static std::vector<Compiled> compiled(program_kinds().size());
  Compiled& one = compiled[static_cast<std::size_t>(&kind - program_kinds().data())];
  std::call_once(one.once, [&] {
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    one.pattern = std::make_unique<RE2>(pattern_text(kind), options);
  });
  return *one.pattern;
}

// "3.11" of "libpython3.11.so.1.0".
std::string version_in(std::string_view name) {
  static const RE2 version(R"(\d{1,2}\.\d{1,3})", RE2::Quiet);
  re2::StringPiece found;
  if (!version.Match(re2::StringPiece(name.data(), name.size()), 0, name.size(), RE2::UNANCHORED, &found, 1)) return {};
  return std::string(found.data(), found.size());
}

}  // namespace

ProgramSearch::ProgramSearch(std::string_view base_name, bool is_executable) {
  is_text_ = !is_executable;
  for (const ProgramKind* kind : program_kinds_of(base_name)) {
    const bool is_text = kind->form == ProgramKind::Form::text;
    if (is_text == is_text_) wanted_.push_back({kind, {}});
  }
  name_version_ = version_in(base_name);
}

ProgramSearch ProgramSearch::of_runtimes() {
  ProgramSearch out;
  for (const ProgramKind* kind : program_runtimes()) out.wanted_.push_back({kind, {}});
  return out;
}

void ProgramSearch::search(bool at_end) {
  // A match that begins in the last bytes may go on in those to come.
  const std::size_t last = buffer_.size() - (at_end ? 0 : std::min(buffer_.size(), kMaxProgramVersionBytes));
  const re2::StringPiece text(buffer_.data(), buffer_.size());
  for (Wanted& each : wanted_) {
    if (!each.proved && !each.kind->proof.empty())
      each.proved = find_bytes(buffer_, each.kind->proof) != std::string_view::npos;
    if (const std::string_view sign = each.kind->application; !sign.empty()) {
      for (std::size_t at = 0; (at = find_bytes(buffer_, sign, at)) < last; at += sign.size()) ++each.applications;
    }
    if (!each.version.empty()) continue;
    const bool of_name = std::string_view(each.kind->version).find("(%\\.") != std::string_view::npos;
    std::size_t at = 0;
    re2::StringPiece found[2];
    while (pattern_of(*each.kind).Match(text, at, text.size(), RE2::UNANCHORED, found, 2)) {
      const auto begin = static_cast<std::size_t>(found[0].data() - buffer_.data());
      if (begin >= last) break;
      const std::string_view version(found[1].data(), found[1].size());
      if (!of_name || (!name_version_.empty() && version.starts_with(name_version_ + "."))) {
        each.version = version;
        break;
      }
      at = begin + 1;
    }
  }
}

void ProgramSearch::feed(std::string_view chunk) {
  if (wanted_.empty() || too_long_) return;
  buffer_ += chunk;
  if (is_text_) {  // small, and searched when it is whole
    too_long_ = buffer_.size() > kMaxReleaseFileBytes;
    if (too_long_) buffer_ = std::string();
    return;
  }
  search(false);
  if (buffer_.size() > kMaxProgramVersionBytes)
    buffer_ = std::string(buffer_, buffer_.size() - kMaxProgramVersionBytes);  // and gives the rest back
}

bool ProgramSearch::is_found(const Wanted& each) {
  if (each.kind->proof.empty()) return !each.version.empty();
  // Of a file of any name a text alone says little.
  return each.proved && (each.kind->form != ProgramKind::Form::runtime || !each.version.empty());
}

bool ProgramSearch::has_application(std::string_view name) const {
  return std::any_of(wanted_.begin(), wanted_.end(), [&](const Wanted& each) {
    return each.kind->name == name && each.kind->form == ProgramKind::Form::runtime &&
           (each.kind->application.empty() || each.applications >= each.kind->application_times);
  });
}

std::optional<std::string> ProgramSearch::finish() {
  if (too_long_ || wanted_.empty()) return std::nullopt;
  search(true);
  std::string out;
  // A program whose version is in several places, in its builds, has a kind for each, one behind the other.
  for (std::size_t i = 0, next = 0; i < wanted_.size(); i = next) {
    const std::string_view name = wanted_[i].kind->name;
    const Wanted* found = nullptr;
    for (next = i; next < wanted_.size() && wanted_[next].kind->name == name; ++next) {
      const Wanted& each = wanted_[next];
      if (!is_found(each) || (found != nullptr && !found->version.empty())) continue;
      if (found == nullptr || !each.version.empty()) found = &each;
    }
    if (found == nullptr) continue;
    out.append(name).append("\t").append(found->version);
    if (found->kind->form == ProgramKind::Form::runtime && has_application(name)) out.append(kApplication);
    out.append("\n");
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

std::vector<FoundProgram> programs_from_record(std::string_view base_name, std::string_view record) {
  std::vector<FoundProgram> out;
  std::vector<const ProgramKind*> kinds = program_kinds_of(base_name);
  // Runtimes are looked for in programs of no known name.
  const bool is_known = std::any_of(
      kinds.begin(), kinds.end(), [](const ProgramKind* kind) { return kind->form == ProgramKind::Form::executable; });
  const std::vector<const ProgramKind*> runtimes = program_runtimes();
  if (!is_known) kinds.insert(kinds.end(), runtimes.begin(), runtimes.end());
  for (std::string_view line : lines(record)) {
    const bool has_application = line.ends_with(kApplication);
    if (has_application) line.remove_suffix(kApplication.size());
    const std::size_t tab = line.find('\t');
    for (const ProgramKind* kind : kinds) {
      if (tab == std::string_view::npos || kind->name != line.substr(0, tab)) continue;
      out.push_back({kind, line.substr(tab + 1), has_application});
      break;
    }
  }
  return out;
}

}  // namespace supply::catalog
