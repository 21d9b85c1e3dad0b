#include "libsupply/content/sbom/index_document.hpp"

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

Result<std::string> index_text(const Format& format, const IndexContent& index) {
  if (format.write_index == nullptr)
    return Error(ErrorCode::unsupported, std::string(format.name) + " has no document of an image index");
  std::string text;
  SUPPLY_TRY(format.write_index(index, text));
  return text;
}

}  // namespace supply::sbom
