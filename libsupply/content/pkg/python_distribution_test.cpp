#include "libsupply/content/pkg/python_distribution.hpp"

#include <catch2/catch.hpp>

using namespace supply::pkg;

TEST_CASE("wheels and source distributions are known by their names") {
  for (const char* name : {"demo_pkg-1.0-py3-none-any.whl", "demo-1.0-1-cp312-cp312-manylinux_2_17_x86_64.whl",
                           "demo-pkg-1.0.tar.gz", "demo_pkg-2024.1.zip", "demo-v1.0rc1.tar.gz"})
    CHECK(is_python_distribution(name));
  for (const char* name : {"", ".whl", "demo.whl", "demo-1.0.whl", "demo-x-py3-none-any.whl", "demo.tar.gz", "-1.0.zip",
                           "demo-pkg.tar.gz", "demo-1.0.exe", "a-1-b-c-d-e-f.whl"}) {
    INFO(name);
    CHECK_FALSE(is_python_distribution(name));
  }
}

TEST_CASE("names of one distribution are the same in every spelling, and of no other") {
  const auto same = [](const char* one, const char* other) {
    return are_same_python_distribution(one, other) && are_same_python_distribution(other, one);
  };
  CHECK(same("Demo.Pkg-1.0-py2.py3-none-any.whl", "demo_pkg-1.0.0-py3.py2-none-any.whl"));
  CHECK(same("Demo-Pkg-1.0-beta1.tar.gz", "Demo-Pkg-1.0-beta1.tar.gz") == false);  // a version has no dash
  CHECK(same("demo-1.0.beta1.tar.gz", "demo-1.0b1.tar.gz"));
  CHECK(same("demo_pkg-01.0.tar.gz", "demo.pkg-1.tar.gz"));
  CHECK(same("demo-1.0+local_1-py3-none-any.whl", "demo-1.0+local.1-py3-none-any.whl"));
  const char* wheel = "demo-1.0-py3-none-any.whl";
  for (const char* other :
       {"demo-1.1-py3-none-any.whl", "demos-1.0-py3-none-any.whl", "demo-1.0-py2-none-any.whl",
        "demo-1.0-1-py3-none-any.whl", "demo-1.0-py3-cp312-any.whl", "demo-1.0.tar.gz", "", "demo.whl"}) {
    INFO(other);
    CHECK_FALSE(same(wheel, other));
  }
  CHECK_FALSE(same("x", "x"));
}
