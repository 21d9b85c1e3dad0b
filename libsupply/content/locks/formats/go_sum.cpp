// go.sum: the hashes of modules, of those too that were only looked at while versions were chosen.
// Source: go.dev/ref/mod, "go.sum files".
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "go.sum"; }

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("golang");
  out.lock().lists_packages = false;
  for (const SpannedLine& line : spanned_lines(text)) {
    if (trim(line.text).empty()) continue;
    const std::vector<std::string_view> words = split(line.text, ' ');
    const std::size_t colon = words.size() == 3 ? words[2].find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) return wrong_at(line.span, "want a module, its version and a hash");
    if (words[1].ends_with("/go.mod")) continue;  // of the go.mod alone
    SUPPLY_TRY(const std::size_t entry, out.add(words[0], words[1], line.span));
    out.from_registry(entry);
    out.other_hash(entry, words[2].substr(0, colon), words[2].substr(colon + 1));
  }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& go_sum() {
  static const Format format = {"go-sum", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
