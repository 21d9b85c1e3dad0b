#include "libsupply/image/oci/image_name.hpp"

#include <catch2/catch.hpp>

namespace supply::oci {

TEST_CASE("a short name is one on Docker Hub") {
  CHECK(full_name("app") == "docker.io/library/app:latest");
  CHECK(full_name("app:1.0") == "docker.io/library/app:1.0");
  CHECK(full_name("team/app:1.0") == "docker.io/team/app:1.0");
  CHECK(full_name("localhost:5000/app:1.0") == "localhost:5000/app:1.0");
  CHECK(full_name("oci:1") == "docker.io/library/oci:1");
}

TEST_CASE("what names no image of a registry has no full name") {
  for (const char* name : {"", "App", "oci:./layout", "./layout", "/layout", "dir:a/b", "app:"}) {
    INFO(name);
    CHECK(full_name(name).empty());
  }
}

TEST_CASE("the tag of a name is what follows its last colon") {
  CHECK(tag_of("localhost:5000/app:1.0") == "1.0");
  CHECK(tag_of("app:1.0@sha256:0123") == "1.0");
  CHECK(tag_of("app@sha256:0123").empty());
  CHECK(tag_of("localhost:5000/app").empty());
  CHECK(tag_of("app").empty());
}

}  // namespace supply::oci
