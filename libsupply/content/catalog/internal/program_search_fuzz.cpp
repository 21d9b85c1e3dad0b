#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/program_search.hpp"

// The first byte chooses the name, the others are the file: whole and in parts it must say the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ProgramKind& kind = program_kinds()[data[0] % program_kinds().size()];
  const bool is_runtime = kind.form == ProgramKind::Form::runtime;
  std::string name(is_runtime ? "app" : kind.files.substr(0, kind.files.find(' ')));
  if (name.back() == '*') name.back() = '3';
  const bool is_executable = kind.form == ProgramKind::Form::executable;
  ProgramSearch whole = is_runtime ? ProgramSearch::of_runtimes() : ProgramSearch(name, is_executable);
  ProgramSearch parts = whole;
  whole.feed(text);
  for (std::size_t at = 0; at < text.size(); at += 13) parts.feed(text.substr(at, 13));
  const auto found = whole.finish();
  if (found != parts.finish()) std::abort();
  if (found && programs_from_record(name, *found).empty()) std::abort();
  return 0;
}
