#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {

std::vector<SpannedLine> spanned_lines(std::string_view text) {
  std::vector<SpannedLine> out;
  for (std::size_t begin = 0, number = 1; begin < text.size(); ++number) {
    std::size_t end = text.find('\n', begin);
    end = end == std::string_view::npos ? text.size() : end + 1;
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back({{number, begin, end}, line});
    begin = end;
  }
  return out;
}

}  // namespace supply::locks
