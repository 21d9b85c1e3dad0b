#include <cstdint>
#include <cstdlib>

#include "libsupply/base/archive/tar_index.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/oci_archive.hpp"

using namespace supply;

namespace {

// What no test of this file is about.
supply::Budget& budget() {
  static supply::Budget all;
  return all;
}

// Members follow one another, within the file.
void check_index(std::string_view tar) {
  const auto index = archive::read_tar_index(
      [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
        if (offset > tar.size()) std::abort();
        return tar.copy(into.data(), into.size(), offset);
      },
      tar.size());
  if (!index) return;
  std::uint64_t end = 0;
  for (const archive::TarMember& member : index->members) {
    if (member.begin != end || member.content < member.begin || member.end < member.content) std::abort();
    if (member.type == archive::TarType::file && !member.sparse && member.size > member.end - member.content)
      std::abort();
    end = member.end;
  }
  if (end != index->end || end > tar.size()) std::abort();
}

void look_around(const Result<std::unique_ptr<store::ImageSource>>& source) {
  if (!source) return;
  if (const auto root = (*source)->resolve({})) {
    (void)static_cast<bool>(store::fetch(**source, *root, kMaxManifestBytes));
    (void)static_cast<bool>((*source)->referrers(root->digest));
  }
  if (const auto tags = (*source)->tags())
    for (const std::string& tag : *tags) (void)static_cast<bool>((*source)->resolve({tag, {}}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check_index(bytes);
  (void)static_cast<bool>(layout::change_docker_manifest_json(bytes, {"app:1.0"}, {{"c", {"app:1.0"}, {"l"}}}));
  const auto stream = io::from_string(bytes), again = io::from_string(bytes);
  look_around(layout::read_archive(*stream, budget(), "/tmp"));
  look_around(layout::read_docker_archive(*again, budget(), "/tmp"));
  return 0;
}
