#include <cstdint>
#include <cstdlib>

#include "libsupply/content/license/declared.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::license;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Declared& declared : {from_debian_copyright(text), from_text(text)}) {
    for (const std::string& license : declared.expression.licenses()) {
      if (is_license_ref(license) && !declared.texts.contains(license)) std::abort();
    }
    const auto back = from_record(to_record(declared));
    if (!back || back->texts != declared.texts) std::abort();
  }
  return 0;
}
