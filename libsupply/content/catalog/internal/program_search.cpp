#include "libsupply/content/catalog/internal/program_search.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

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

void ProgramSearch::search(bool at_end) {
  // A match that begins in the last bytes may go on in those to come.
  const std::size_t last = buffer_.size() - (at_end ? 0 : std::min(buffer_.size(), kMaxProgramVersionBytes));
  const re2::StringPiece text(buffer_.data(), buffer_.size());
  for (Wanted& each : wanted_) {
    if (!each.proved && !each.kind->proof.empty()) each.proved = buffer_.find(each.kind->proof) != std::string::npos;
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

std::optional<std::string> ProgramSearch::finish() {
  if (too_long_ || wanted_.empty()) return std::nullopt;
  search(true);
  std::string out;
  std::string_view last;
  for (const Wanted& each : wanted_) {
    // A program whose version is in several places, in its builds, has a kind for each.
    if (each.kind->name == last) continue;
    const bool is_it = each.kind->proof.empty() ? !each.version.empty() : each.proved;
    if (!is_it) continue;
    last = each.kind->name;
    out.append(last).append("\t").append(each.version).append("\n");
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

std::vector<FoundProgram> programs_from_record(std::string_view base_name, std::string_view record) {
  std::vector<FoundProgram> out;
  const std::vector<const ProgramKind*> kinds = program_kinds_of(base_name);
  for (const std::string_view line : lines(record)) {
    const std::size_t tab = line.find('\t');
    for (const ProgramKind* kind : kinds) {
      if (tab == std::string_view::npos || kind->name != line.substr(0, tab)) continue;
      out.push_back({kind, line.substr(tab + 1)});
      break;
    }
  }
  return out;
}

}  // namespace supply::catalog
