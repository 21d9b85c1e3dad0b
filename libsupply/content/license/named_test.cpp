#include "libsupply/content/license/named.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/license/declared.hpp"

using namespace supply::license;

TEST_CASE("text that is no expression names the licences in it, however they are written") {
  for (const std::string text :
       {"AGPL-3.0-only AND", "(AGPL-3.0-only", "AGPL-3.0-only)", "AGPL-3.0-only/MIT", "AGPL-3.0-only with-foo",
        "AGPL-3.0-only\xC2\xA0",
        "AGPL\xE2\x80\x91"
        "3.0-only",
        "AGPL v3", "AGPLv3+ (see COPYING)", "agpl", "MIT, AGPL", "MIT;AGPL-3.0", "A\xE2\x80\x8BGPL-3.0-only x",
        "\xEF\xBC\xA1\xEF\xBC\xA7\xEF\xBC\xB0\xEF\xBC\xAC-3.0", "GNU Affero General Public License, any",
        "x AGPL\tv3 y", "LicenseRef-AGPL-3.0-custom"}) {
    INFO(text);
    CHECK(names_license(text, "AGPL-*"));
    CHECK_FALSE(names_license(text, "SSPL-*"));
  }
  std::string brackets(153, '(');
  brackets.replace(70, 13, "AGPL-3.0-only");
  CHECK(names_license(brackets, "AGPL-3.0-only"));
}

TEST_CASE("text names no licence whose name only looks like it, and no other version") {
  CHECK_FALSE(names_license("LGPL-2.1 and more", "GPL-*"));
  CHECK_FALSE(names_license("AGPL-3.0-only x", "GPL-*"));
  CHECK_FALSE(names_license("a mitigation", "MIT"));
  CHECK(names_license("MIT-ish", "MIT"));
  CHECK_FALSE(names_license("GPL-3+ with OpenSSL exception", "GPL-2.0-only"));
  CHECK(names_license("GPL-3+ with OpenSSL exception", "GPL-3.0-*"));
  CHECK(names_license("GPL", "GPL-2.0-only"));  // it does not say which
  CHECK_FALSE(names_license("anything", "*"));
  CHECK_FALSE(names_license("", "AGPL-*"));
}

TEST_CASE("a licence is found in a text up to the limit on what is looked at") {
  std::string text(supply::kMaxNamedLicenseBytes - 6, '\n');
  text += "AGPLv3";
  CHECK(names_license(text, "AGPL-*"));
  text.insert(0, 6, '\n');
  CHECK_FALSE(names_license(text, "AGPL-*"));
}

TEST_CASE("text that is no licence expression is unread") {
  for (const std::string text : {"AGPL-3.0-only AND", "BSD", "SEE LICENSE IN LICENSE", "Public Domain", "a\nb",
                                 "MIT License, see\nthe file", "MIT and something"}) {
    INFO(text);
    CHECK(from_text(text).unread.size() == 1);
  }
  for (const std::string text : {"MIT", "MIT OR ISC", "LicenseRef-mine", "GPLv2+", "MIT and LicenseRef-x", ""}) {
    INFO(text);
    CHECK(from_text(text).unread.empty());
  }
  CHECK(from_classifiers({"License :: OSI Approved :: BSD License"}).unread.empty());
  CHECK(from_classifiers({"License :: OSI Approved :: AGPL or so"}).unread.size() == 1);
}

TEST_CASE("a name in a Debian copyright file is read where the file has its text") {
  const Declared with = from_debian_copyright("Format: x\n\nFiles: *\nLicense: weird\n Be kind.\n");
  CHECK(with.unread.empty());
  CHECK(from_debian_copyright("Format: x\n\nFiles: *\nLicense: weird\n\nLicense: weird\n Be kind.\n").unread.empty());
  CHECK(from_debian_copyright("Format: x\n\nFiles: *\nLicense: weird\n").unread.size() == 1);
  const Declared prose = from_debian_copyright("Format: x\n\nFiles: *\nLicense: do what you like\n x\n");
  CHECK(prose.unread.size() == 1);
  CHECK(from_record(to_record(prose))->unread == prose.unread);
}

TEST_CASE("a second licence in one paragraph of a copyright file counts too") {
  CHECK(from_debian_copyright("Format: x\n\nFiles: *\nLicense: AGPL-3\nLicense: Expat\n").expression.to_string() ==
        "AGPL-3.0-only AND MIT");
}

TEST_CASE("a licence text at the limit is an expression, and one beyond it a text") {
  const std::string at = "MIT" + std::string(supply::kMaxLicenseSynopsisBytes - 9, ' ') + "OR ISC";
  REQUIRE(at.size() == supply::kMaxLicenseSynopsisBytes);
  CHECK(from_text(at).unread.empty());
  CHECK(from_text(at.substr(0, 10) + " " + at.substr(10)).unread.size() == 1);
}
