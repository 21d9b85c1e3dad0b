#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "libsupply/base/archive/tar_reader.hpp"
#include "libsupply/base/limits/limits.hpp"

namespace {

using namespace supply;

// Content must come to as many bytes as the entry said, and names must hold no NUL.
class Checker : public archive::TarVisitor {
 public:
  Result<archive::WantContent> entry(const archive::TarEntry& entry) override {
    if (entry.path.find('\0') != std::string_view::npos) std::abort();
    left_ = entry.size;
    if (entry.size > 64 * kMiB) return archive::WantContent::no;  // holes would only take time
    return archive::WantContent::yes;
  }
  Status content(std::string_view chunk) override {
    if (chunk.size() > left_) std::abort();
    left_ -= chunk.size();
    return {};
  }
  Status end_entry() override {
    if (left_ != 0) std::abort();
    return {};
  }

 private:
  std::uint64_t left_ = 0;
};

}  // namespace

// The first byte chooses the size of the chunks that the rest comes in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::size_t chunk = static_cast<std::size_t>(data[0]) * 8 + 1;
  rest.remove_prefix(1);
  Checker checker;
  archive::TarReader reader(checker);
  while (!rest.empty()) {
    if (!reader.feed(rest.substr(0, chunk))) return 0;
    rest.remove_prefix(std::min(chunk, rest.size()));
  }
  (void)static_cast<bool>(reader.finish());
  return 0;
}
