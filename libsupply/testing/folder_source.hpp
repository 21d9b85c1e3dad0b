// Reads an OCI layout in a folder, tags and blobs only, for tests of rooms that do not use image/layout. Tests only.
#pragma once

#include <nlohmann/json.hpp>

#include "libsupply/image/store/store.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::testing {

class FolderSource : public store::ImageSource {
 public:
  explicit FolderSource(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::string name() const override { return folder_.filename(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    const auto index = nlohmann::json::parse(read(folder_ / "index.json"));
    for (const auto& entry : index["manifests"]) {
      const auto annotations = entry.value("annotations", nlohmann::json::object());
      if (annotations.value("org.opencontainers.image.ref.name", "") == selector.tag.value_or("")) {
        return oci::Descriptor::parse(entry);
      }
    }
    return Error(ErrorCode::not_found, "no such tag");
  }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::string digest = descriptor.digest.to_string();
    return store::verified(io::from_string(read(folder_ / "blobs/sha256" / digest.substr(7))), descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest&) override { return std::vector<oci::Descriptor>(); }
  Result<std::vector<std::string>> tags() override { return std::vector<std::string>(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace supply::testing
