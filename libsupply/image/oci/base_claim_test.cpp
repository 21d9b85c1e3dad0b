#include "libsupply/image/oci/base_claim.hpp"

#include <catch2/catch.hpp>

namespace supply::oci {

TEST_CASE("an image names its base by annotations, else by labels") {
  const std::string name = "org.opencontainers.image.base.name", digest = "org.opencontainers.image.base.digest";
  Config config;
  CHECK(base_claim({}, config).name.empty());
  CHECK(base_claim({}, config).digest.empty());
  config.labels = {{name, "debian:12"}, {digest, "sha256:0"}};
  CHECK(base_claim({}, config).name == "debian:12");
  CHECK(base_claim({}, config).digest == "sha256:0");
  CHECK(base_claim({{name, "debian:13"}}, config).name == "debian:13");
  CHECK(base_claim({{name, "debian:13"}}, config).digest == "sha256:0");
  CHECK(base_claim({{name, ""}}, config).name.empty());
}

}  // namespace supply::oci
