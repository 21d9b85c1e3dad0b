// Reads an OCI layout in a directory, tags and blobs only, for tests of rooms that do not use image/layout. Tests only.
#pragma once

#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/store/store.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::testing {

class DirectorySource : public store::BasicSource {
 public:
  explicit DirectorySource(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::string name() const override { return directory_.filename(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    SUPPLY_TRY(const oci::Index index,
               oci::Index::parse(read(directory_ / "index.json"), "application/vnd.oci.image.index.v1+json"));
    for (const oci::Descriptor& entry : index.manifests) {
      const auto tag = entry.annotations.find("org.opencontainers.image.ref.name");
      if (tag != entry.annotations.end() && tag->second == selector.tag) return entry;
    }
    return Error(ErrorCode::not_found, "no such tag");
  }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::string digest = descriptor.digest.to_string();
    return store::verified(io::from_string(read(directory_ / "blobs/sha256" / digest.substr(7))), descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest&) override { return std::vector<oci::Descriptor>(); }
  Result<std::vector<std::string>> tags() override { return std::vector<std::string>(); }

 private:
  std::filesystem::path directory_;
};

}  // namespace supply::testing
