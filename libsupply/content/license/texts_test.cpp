#include "libsupply/content/license/texts.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"

using namespace supply;

namespace {

std::string recognized(std::string_view text) { return license::recognize_texts(text).to_string(); }

const std::string kMit =  // of the SPDX list
    R"(Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
)";
const std::string kBsd =  // BSD-3-Clause of the SPDX list
    R"(Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote
products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
)";
const std::string kX11 =  // what the SPDX list's X11 has beyond MIT
    "Except as contained in this notice, the name of the X Consortium shall not be used in advertising or otherwise to "
    "promote the sale, use or other dealings in this Software without prior written authorization from the X "
    "Consortium.\n";

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("licences are recognised by their whole texts") {
  CHECK(recognized(kMit) == "MIT");
  CHECK(recognized(kBsd) == "BSD-3-Clause");
  CHECK(recognized("The MIT License (MIT)\n\nCopyright (c) 2020 Free Lamps <a@example.org>\n\n" + kMit) == "MIT");
  CHECK(recognized(kMit + kX11) == "X11");
  CHECK(recognized(testing::read("/usr/share/common-licenses/Apache-2.0")) == "Apache-2.0");
  CHECK(recognized(testing::read("/usr/share/common-licenses/MPL-2.0")) == "MPL-2.0");
}

TEST_CASE("how a text of a licence is written does not matter") {
  CHECK(recognized(changed(kMit, "sublicense", "sub-\n   license")) == "MIT");
  CHECK(recognized(changed(kMit, "NONINFRINGEMENT", "NON-INFRINGEMENT")) == "MIT");
  CHECK(recognized(changed(kMit, "THE AUTHORS OR\nCOPYRIGHT HOLDERS", "Acme Ltd. or its \"suppliers\"")) == "MIT");
  std::string comment;
  for (const char c : kBsd) comment += c == '\n' ? std::string("\n// ") : std::string(1, c);
  CHECK(recognized(changed(comment, "1. Redis", "* Redis")) == "BSD-3-Clause");
  CHECK(recognized(changed(kBsd, "the copyright holder nor the names of its", "Acme, Inc. nor the names of its")) ==
        "BSD-3-Clause");
}

TEST_CASE("all licences of a text apply") {
  CHECK(recognized(kMit + "\nCopyright 1999 A. B.\n\n" + kBsd) == "BSD-3-Clause AND MIT");
  CHECK(recognized(kMit + kMit) == "MIT");
}

TEST_CASE("what is said beside the text of a licence is no licence of the SPDX list") {
  CHECK(recognized("").empty());
  CHECK(recognized("Written by A. B. in 1999.\n").empty());
  CHECK(recognized(changed(kMit, "free of charge, ", "")).empty());
  CHECK(recognized(kMit + "You must not use it for evil.\n").empty());
  CHECK(recognized(kMit + "Parts are licensed under the GPL.\n").empty());
  CHECK(recognized("Copyright 1999 A. B., licensed under the GPL\n" + kMit).empty());
  CHECK(recognized("Apache License, Version 2.0\n\n" + kMit).empty());
  CHECK(recognized(kMit + changed(kX11, "the name of the X Consortium", "the names of the authors")).empty());
  CHECK(recognized(changed(kBsd, "the copyright holder nor", "A, who must be paid, nor")).empty());
  // It does not say whether "or later" holds.
  CHECK(recognized(testing::read("/usr/share/common-licenses/GPL-3")).empty());
}

TEST_CASE("a text of a licence is compared within limits") {
  const std::string blank(kMaxLicenseTextBytes - kMit.size(), ' ');
  CHECK(recognized(blank + kMit) == "MIT");
  CHECK(recognized(blank + " " + kMit).empty());
  CHECK(license::recognize_texts(kMit, kLicenseTextStepsPerWord).to_string() == "MIT");
  CHECK(license::recognize_texts(kMit, 0).empty());
}
