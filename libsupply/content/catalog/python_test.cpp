#include "libsupply/content/catalog/python.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

std::string fixture(const std::string& name) {
  return supply::testing::read(supply::testing::testdata("catalog/python/" + name));
}

}  // namespace

TEST_CASE("python metadata gives name, version, licence and author") {
  const auto wheel = parse_python_metadata(fixture("METADATA"));
  REQUIRE(wheel);
  CHECK(wheel->package.purl.to_string() == "pkg:pypi/table-lamp@2.6.1");
  CHECK(wheel->package.declared_license == "LicenseRef-BSD-License");
  CHECK(wheel->requires_ == std::vector<std::string>{"shade", "bulb"});
  const auto egg = parse_python_metadata(fixture("egg.PKG-INFO"));
  REQUIRE(egg);
  CHECK(egg->package.purl.to_string() == "pkg:pypi/requester@2.22.0");
  CHECK(egg->package.declared_license == "Apache-2.0");
  const auto old = parse_python_metadata(fixture("Snake.egg-info"));
  REQUIRE(old);
  CHECK(old->package.purl.to_string() == "pkg:pypi/snake@2.7.13");
  CHECK(old->package.declared_license == "PSF-2.0");
}

TEST_CASE("python metadata that setuptools and distutils wrote is read as Python reads it") {
  std::size_t read = 0;
  const std::string expected = fixture("expected.tsv");
  for (const std::string_view line : supply::lines(expected)) {
    const auto words = supply::split(line, '\t');
    REQUIRE(words.size() == 6);
    INFO(words[0]);
    const auto parsed = parse_python_metadata(fixture(std::string(words[0])));
    REQUIRE(parsed);
    CHECK(parsed->package.name == words[1]);
    CHECK(parsed->package.version == words[2]);
    CHECK(parsed->package.homepage == words[3]);
    CHECK(parsed->package.supplier == "Person: " + std::string(words[4]) + " (" + std::string(words[5]) + ")");
    ++read;
  }
  CHECK(read == 3);
}

TEST_CASE("python record that pip wrote names what it installed") {
  const auto files = parse_python_record(fixture("RECORD"));
  CHECK(files.size() == 10);
  for (const char* name : {"../../bin/lamp", "table_lamp/__init__.py", "Table_Lamp-2.6.1.dist-info/RECORD"})
    CHECK(std::find(files.begin(), files.end(), name) != files.end());
}

// The SHA-256 of nothing, as the package python3-charset-normalizer of Debian 12 has it, and as the specification
// wants.
TEST_CASE("hashes in a python record are base64 as the specification has it, or digits") {
  const std::string hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const auto files =
      parse_python_record_checksums("a,sha256=" + hex + ",0\nb,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n");
  REQUIRE(files.size() == 2);
  for (const PythonRecorded& file : files) CHECK(file.hex == hex);
  // As many characters as SHA-384 has in base64.
  CHECK(parse_python_record_checksums("a,sha384=" + hex + ",0\n").at(0).hex.size() == 96);
}

TEST_CASE("python metadata prefers the licence expression, then what names SPDX licences") {
  const auto license = [](const std::string& headers) {
    return parse_python_metadata("Name: a\nVersion: 1\n" + headers)->package.declared_license;
  };
  CHECK(license("License-Expression: MIT OR Apache-2.0\nLicense: BSD\n") == "MIT OR Apache-2.0");
  CHECK(license("License: BSD\nClassifier: License :: OSI Approved :: MIT License\n") == "MIT");
  CHECK(license("License: ISC\nClassifier: License :: OSI Approved :: MIT License\n") == "ISC");
  CHECK(license("License: UNKNOWN\n") == "");
  // What speaks of another licence is not passed over.
  const std::string agpl = "Classifier: License :: OSI Approved :: GNU Affero General Public License v3\n";
  CHECK(license("License: MIT\n" + agpl) == "MIT AND AGPL-3.0-only");
  CHECK(license("License-Expression: MIT\n" + agpl) == "MIT AND AGPL-3.0-only");
  CHECK(license("License-Expression: MIT\nLicense: AGPLv3\n") == "MIT AND AGPL-3.0-only");
  CHECK(license("License: AGPL\n" + agpl) == "AGPL-3.0-only");
  CHECK(license("License: GPLv3+\nClassifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n") ==
        "GPL-3.0-or-later");
  CHECK(license("License: BSD\nClassifier: License :: OSI Approved :: BSD License\n" + agpl) ==
        "LicenseRef-BSD AND LicenseRef-BSD-License AND AGPL-3.0-only");
  CHECK(license("License: MIT License\n        \n        Copyright (c) A\n") == "MIT");
}

TEST_CASE("python names are normalised and extras are left out") {
  const auto parsed = parse_python_metadata(
      "Metadata-Version: 2.1\nName: Demo_Pkg.X\nVersion: 1.0\nAuthor-email: \"A. U. Thor\" <a@example.org>\n"
      "Requires-Dist: Foo_Bar (>=1.0)\nRequires-Dist: baz[extra]~=2\nRequires-Dist: t; extra == 'test'\n"
      "Requires-Dist: w; sys_platform == \"win32\"\nProject-URL: Homepage, https://example.org\n\nName: in the "
      "description\n");
  REQUIRE(parsed);
  CHECK(parsed->package.purl.to_string() == "pkg:pypi/demo-pkg-x@1.0");
  CHECK(parsed->requires_ == std::vector<std::string>{"foo-bar", "baz", "w"});
  CHECK(parsed->package.homepage == "https://example.org");
}

TEST_CASE("python metadata without name or version is malformed") {
  for (const std::string& text :
       {std::string(), std::string("Name: no-version\n"), std::string("Version: 1\n"), std::string("\n\n\n")}) {
    const auto parsed = parse_python_metadata(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("python records name files, quoted ones too") {
  CHECK(parse_python_record("a/b.py,sha256=x,3\n\"odd,\"\"name\"\".py\",,\n\n../bin/c,,\n") ==
        std::vector<std::string>{"a/b.py", "odd,\"name\".py", "../bin/c"});
}

TEST_CASE("python packages of this machine are read as importlib.metadata reads them") {
  if (!supply::testing::needs("python3")) return;
  FILE* pipe = popen(
      "python3 -c '\nimport importlib.metadata as m\n"
      "for d in m.distributions():\n"
      "  p = next((str(d._path / n) for n in (\"METADATA\", \"PKG-INFO\") if (d._path / n).is_file()), None) or "
      "d._path\n"
      "  print(p, d.metadata[\"Name\"], d.version, sep=\"\\t\")' 2>/dev/null",
      "r");
  REQUIRE(pipe != nullptr);
  std::string list;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) list.append(buffer, got);
  pclose(pipe);
  std::size_t read = 0;
  for (const std::string_view line : supply::lines(list)) {
    const auto words = supply::split(line, '\t');
    if (words.size() != 3 || !std::filesystem::is_regular_file(words[0])) continue;
    INFO(words[0]);
    const auto parsed = parse_python_metadata(supply::testing::read(words[0]));
    REQUIRE(parsed);
    CHECK(parsed->package.name == words[1]);
    CHECK(parsed->package.version == words[2]);
    ++read;
  }
  CHECK(read > 0);
}
