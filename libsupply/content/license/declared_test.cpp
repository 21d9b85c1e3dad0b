#include "libsupply/content/license/declared.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply::license;

// Labelled by hand, by the texts that the names stand for.
TEST_CASE("licence fields of packages become the expressions they stand for") {
  const std::pair<const char*, const char*> cases[] = {
      {"MIT", "MIT"},
      {"Expat", "MIT"},
      {"MIT License", "MIT"},
      {"The MIT License (MIT)", "MIT"},
      {"MIT/X11", "MIT"},
      {"Apache License 2.0", "Apache-2.0"},
      {"Apache License, Version 2.0", "Apache-2.0"},
      {"Apache 2.0", "Apache-2.0"},
      {"Apache-2.0", "Apache-2.0"},
      {"ASL 2.0", "Apache-2.0"},
      {"BSD", "LicenseRef-BSD"},
      {"BSD License", "LicenseRef-BSD-License"},
      {"BSD-3-Clause", "BSD-3-Clause"},
      {"BSD 3-Clause License", "BSD-3-Clause"},
      {"3-Clause BSD License", "BSD-3-Clause"},
      {"New BSD License", "BSD-3-Clause"},
      {"GPLv2+", "GPL-2.0-or-later"},
      {"GPLv2", "GPL-2.0-only"},
      {"GPL-3", "GPL-3.0-only"},
      {"LGPLv2+", "LGPL-2.0-or-later"},
      {"LGPL-2.1+", "LGPL-2.1-or-later"},
      {"GPL v3 or later", "GPL-3.0-or-later"},
      {"GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"},
      {"GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"},
      {"GPL", "LicenseRef-GPL"},
      {"MPLv2.0", "MPL-2.0"},
      {"MPL 2.0", "MPL-2.0"},
      {"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
      {"CC0", "CC0-1.0"},
      {"PSF", "PSF-2.0"},
      {"ISC License (ISCL)", "ISC"},
      {"zlib/libpng License", "Zlib"},
      {"Public Domain", "LicenseRef-Public-Domain"},
      {"SEE LICENSE IN LICENSE", "LicenseRef-SEE-LICENSE-IN-LICENSE"},
      {"(MIT OR Apache-2.0)", "MIT OR Apache-2.0"},
      {"MIT or Apache 2.0", "MIT OR Apache-2.0"},
      {"GPL2+ LGPL2+", "GPL-2.0-or-later AND LGPL-2.0-or-later"},
      {"MIT BSD GPL2+", "MIT AND LicenseRef-BSD AND GPL-2.0-or-later"},
      {"MIT AND LicenseRef-x", "MIT AND LicenseRef-x"},
      {"MIT and BSD", "MIT AND LicenseRef-BSD"},
      {"UNKNOWN", ""},
      {"", ""},
      {"Copyright me, all rights reserved", "LicenseRef-Copyright-me-all-rights-reserved"},
      {"MIT License\n\nCopyright (c) 2020 A\n\nPermission is hereby granted", "MIT"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    const Declared declared = from_text(text);
    CHECK(declared.expression.to_string() == want);
    for (const std::string& license : declared.expression.licenses()) {
      if (is_license_ref(license)) CHECK(declared.texts.contains(license));
    }
  }
}

TEST_CASE("Fedora's names of licences of before SPDX become expressions") {
  const std::pair<const char*, const char*> cases[] = {
      {"GPLv2+ and MIT", "GPL-2.0-or-later AND MIT"},
      {"GPLv3+ and GPLv2+ and LGPLv2+", "GPL-3.0-or-later AND GPL-2.0-or-later AND LGPL-2.0-or-later"},
      {"GPL+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl"},
      {"(GPL+ or Artistic) and BSD", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND LicenseRef-BSD"},
      {"ASL 1.1 and ASL 2.0", "Apache-1.1 AND Apache-2.0"},
      {"Public Domain and (ASL 2.0 or LGPLv2+)", "LicenseRef-Public-Domain AND (Apache-2.0 OR LGPL-2.0-or-later)"},
      {"zlib and Boost", "Zlib AND BSL-1.0"},
      {"MPLv1.1 or LGPLv3+", "MPL-1.1 OR LGPL-3.0-or-later"},
      {"OpenLDAP", "OLDAP-2.8"},
      {"Artistic clarified", "ClArtistic"},
      {"LGPLv2+ with exceptions", "LicenseRef-LGPLv2-with-exceptions"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    CHECK(from_text(text).expression.to_string() == want);
  }
}

TEST_CASE("what a licence field says below the name of a licence is not passed over") {
  const std::pair<const char*, const char*> cases[] = {
      {"MIT\n  and AGPLv3", "MIT AND AGPL-3.0-only"},
      {"MIT\nand AGPLv3", "MIT AND AGPL-3.0-only"},
      {"MIT\r\nAGPL-3.0-only", "MIT AND AGPL-3.0-only"},
      {"MIT\n\nor\n\nApache-2.0", "MIT OR Apache-2.0"},
      {"Apache License,\n  Version 2.0", "Apache-2.0"},
      {"BSD-3-Clause\n  GNU Affero GPL version 3 for the rest", "BSD-3-Clause AND LicenseRef-BSD-3-Clause"},
      {"MIT\nexcept where it is not", "MIT AND LicenseRef-MIT"},
      {"MIT License\n\nCopyright (c) A\nThe rest is not free.", "MIT AND LicenseRef-MIT-License"},
      {"MIT License\n\nCopyright (c) A\n\nPermission is hereby granted, not for the Affero part",
       "MIT AND LicenseRef-MIT-License"},
      {"MIT License\n\nCopyright (c) A and the AGPLv3", "MIT AND LicenseRef-MIT-License"},
      {"MIT License\n\nCopyright (c) 2020 A\nAll rights reserved.\n\nPermission is hereby granted, free", "MIT"},
      {"GPL-2+\nThis program is free software under the GNU General Public License", "GPL-2.0-or-later"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    const Declared declared = from_text(text);
    CHECK(declared.expression.to_string() == want);
    for (const std::string& ref : declared.expression.licenses())
      if (is_license_ref(ref)) CHECK((declared.unread.contains(ref) && declared.texts.at(ref) == text));
  }
  std::string longer = "MIT\n";
  longer.resize(supply::kMaxLicenseSynopsisBytes + 1, 'x');
  CHECK(from_text(longer).expression.to_string() == "MIT AND LicenseRef-MIT");
}

TEST_CASE("a text names a licence wherever it stands up to the limit") {
  for (const std::size_t before :
       {std::size_t(0), std::size_t(1019), std::size_t(2000), supply::kMaxLicenseSynopsisBytes - 7}) {
    INFO(before);
    CHECK(text_names(std::string(before, '\n').append("AGPLv3 ."), "AGPL-*"));
  }
  CHECK_FALSE(text_names(std::string(supply::kMaxLicenseSynopsisBytes, '\n').append("AGPLv3"), "AGPL-*"));
  CHECK(demanding_families("GNU\nAffero and MPL 2.0") == std::vector<std::string_view>{"AGPL-*", "MPL-*"});
  CHECK(demanding_families("MIT").empty());
}

TEST_CASE("Debian short names keep their operators and exceptions") {
  const std::pair<const char*, const char*> cases[] = {
      {"GPL-2+", "GPL-2.0-or-later"},
      {"GPL-2", "GPL-2.0-only"},
      {"Expat or GPL-2+", "MIT OR GPL-2.0-or-later"},
      {"GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl"},
      {"GPL-2+ or Artistic, and Expat", "(GPL-2.0-or-later OR Artistic-1.0-Perl) AND MIT"},
      {"Apache-2.0 or Expat, and BSD-3-clause", "(Apache-2.0 OR MIT) AND BSD-3-Clause"},
      {"GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"},
      {"GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2-with-OpenSSL-exception"},
      {"GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"},
      {"LGPLv3+_or_GPLv2+", "LGPL-3.0-or-later OR GPL-2.0-or-later"},
      {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
      {"public-domain", "LicenseRef-public-domain"},
      {"BSD-3-clause and public-domain", "BSD-3-Clause AND LicenseRef-public-domain"},
      {"Apache-2.0", "Apache-2.0"},
      {"Permission to use, copy, modify, and distribute this software and its",
       "LicenseRef-Permission-to-use-copy-modify-and-distribute-this-software-and-i"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    CHECK(from_synopsis(text).expression.to_string() == want);
  }
}

TEST_CASE("references that a package names itself stand for what it says") {
  const Declared one = from_synopsis("Expat or LicenseRef-odd");
  CHECK(one.expression.to_string() == "MIT OR LicenseRef-odd");
  CHECK(one.texts == std::map<std::string, std::string>{{"LicenseRef-odd", "LicenseRef-odd"}});
  // A document that is not there cannot be referred to.
  const Declared other = from_text("DocumentRef-x:LicenseRef-y");
  CHECK(other.expression.to_string() == "LicenseRef-DocumentRef-x-LicenseRef-y");
  CHECK(other.texts.begin()->second == "DocumentRef-x:LicenseRef-y");
}

TEST_CASE("a synopsis that is longer than any name is kept as it is") {
  const std::string text = "MIT" + std::string(supply::kMaxLicenseSynopsisBytes, ' ') + "or ISC";
  CHECK(from_synopsis(text).expression.licenses().size() == 1);
  CHECK(from_synopsis(text).texts.begin()->second == text);
}

TEST_CASE("trove classifiers name licences") {
  CHECK(from_classifiers(
            {"Programming Language :: C", "License :: OSI Approved", "License :: OSI Approved :: MIT License"})
            .expression.to_string() == "MIT");
  CHECK(from_classifiers({"License :: OSI Approved :: Python Software Foundation License"}).expression.to_string() ==
        "PSF-2.0");
  CHECK(from_classifiers({"License :: OSI Approved :: BSD License"}).expression.to_string() ==
        "LicenseRef-BSD-License");
  CHECK(from_classifiers({"License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)"})
            .expression.to_string() == "GPL-3.0-or-later");
  CHECK(from_classifiers({}).expression.empty());
}

TEST_CASE("a machine-readable copyright file counts every Files paragraph") {
  const Declared declared = from_debian_copyright(
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n\n"
      "Files: *\nCopyright: 2020 A\nLicense: Expat or GPL-2+\n\n"
      "Files: lib/*\nCopyright: 2021 B\nLicense: weird\n\n"
      "Files: debian/*\nCopyright: 2021 B\nLicense: GPL-2+\n\n"
      "License: weird\n Do what\n .\n you want.\n\nLicense: GPL-2+\n the text\n");
  CHECK(declared.expression.to_string() == "(MIT OR GPL-2.0-or-later) AND LicenseRef-weird AND GPL-2.0-or-later");
  CHECK(declared.texts == std::map<std::string, std::string>{{"LicenseRef-weird", "Do what\n\nyou want."}});
}

TEST_CASE("of a copyright file the first licences are read, and it is said that there are more") {
  const auto file = [](std::size_t licenses) {
    std::string text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";
    for (std::size_t i = 0; i < licenses; ++i)
      text += "\nFiles: " + std::to_string(i) + "\nLicense: own-" + std::to_string(i) + "\n Be kind.\n";
    return from_debian_copyright(text);
  };
  CHECK(file(supply::kMaxCopyrightLicenses).unread.empty());
  CHECK(file(supply::kMaxCopyrightLicenses).texts.size() == supply::kMaxCopyrightLicenses);
  CHECK(file(supply::kMaxCopyrightLicenses + 1).unread.size() == 1);
}

TEST_CASE("a synopsis in a copyright file is read up to a number of commas") {
  const auto file = [](std::size_t commas) {
    std::string text = "Format: x\n\nFiles: *\nLicense: Expat";
    for (std::size_t i = 0; i < commas; ++i) text += ", and ISC";
    return from_debian_copyright(text + "\n");
  };
  CHECK(file(supply::kMaxSynopsisCommas).expression.to_string() == "MIT AND ISC");
  CHECK(file(supply::kMaxSynopsisCommas + 1).unread.size() == 1);
}

TEST_CASE("the header's licence in a copyright file is that of the whole package") {
  CHECK(from_debian_copyright("Format: x\nLicense: AGPL-3\n\nFiles: *\nLicense: Expat\n").expression.to_string() ==
        "MIT AND AGPL-3.0-only");
  // Prose there counts where it speaks of what the paragraphs do not.
  const std::string prose = "Format: x\nLicense: Different licenses apply, some files are\n under the ";
  const std::string files = "\n\nFiles: *\nLicense: GPL-2+\n";
  CHECK(from_debian_copyright(prose + "GPL" + files).expression.to_string() == "GPL-2.0-or-later");
  const Declared affero = from_debian_copyright(prose + "GNU Affero GPL" + files);
  CHECK(affero.expression.to_string() == "GPL-2.0-or-later AND LicenseRef-Different-licenses-apply-some-files-are");
  CHECK(affero.unread.size() == 1);
  CHECK(from_debian_copyright("Format: x\nLicense: Expat\n\nFiles: *\nLicense: Expat\n").expression.to_string() ==
        "MIT");
}

TEST_CASE("a copyright file in prose says what it points to") {
  CHECK(from_debian_copyright("On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.\n")
            .expression.to_string() == "Apache-2.0");
  CHECK(from_debian_copyright("under the terms of the GNU General Public License; either version 2 of the License, or\n"
                              "(at your option) any later version.\nSee `/usr/share/common-licenses/GPL-2'.\n")
            .expression.to_string() == "GPL-2.0-or-later");
  CHECK(from_debian_copyright("the GNU Library General Public License, version 2, or any later version, see\n"
                              "/usr/share/common-licenses/LGPL\n")
            .expression.to_string() == "LGPL-2.0-or-later");
  CHECK(from_debian_copyright("see /usr/share/common-licenses/GPL").expression.to_string() == "LicenseRef-GPL");
  CHECK(
      from_debian_copyright("see /usr/share/common-licenses/usr/share/common-licenses/GPL-2").expression.to_string() ==
      "LicenseRef-usr AND GPL-2.0-only");
  CHECK(from_debian_copyright("This is under the same terms as Perl itself: version 1 or any later version, \n"
                              "/usr/share/common-licenses/GPL-1 or /usr/share/common-licenses/Artistic")
            .expression.to_string() == "GPL-1.0-or-later OR Artistic-1.0-Perl");
  CHECK(from_debian_copyright("All rights reserved.").expression.empty());
  CHECK(from_debian_copyright("").expression.empty());
}

TEST_CASE("a licence record gives back what went in") {
  const Declared declared = from_synopsis("Expat and weird and other");
  const auto back = from_record(to_record(declared));
  REQUIRE(back);
  CHECK(back->expression.to_string() == declared.expression.to_string());
  CHECK(back->texts == declared.texts);
  CHECK(from_record(to_record({}))->expression.empty());
  for (const char* bad :
       {"", "no such licence\n", "MIT\nLicenseRef-a\n", "MIT\nLicenseRef-a 9\nx\n", "MIT\nLicenseRef-a x\n\n"}) {
    const auto wrong = from_record(bad);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code() == supply::ErrorCode::malformed);
  }
}
