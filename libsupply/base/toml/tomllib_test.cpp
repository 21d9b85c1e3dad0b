// Documents made at random of good and bad pieces, read by Supply and by Python's tomllib: both take them and find the
// same values, or both refuse them. What is left is listed here: an integer of more than 64 bits, a leap second, a year
// 0 and a byte order mark at the front.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/toml/internal/node.hpp"
#include "libsupply/testing/child.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using nlohmann::json;
using toml::Node;

namespace {

using Random = std::minstd_rand;
using Choices = std::vector<std::string>;

const std::string& pick(const Choices& choices, Random& random) { return choices[random() % choices.size()]; }

std::string key(Random& random) {
  std::string out;
  for (std::size_t parts = 1 + random() % 3; parts != 0; --parts) {
    out += pick({"a", "b", "c", "a", "b", "c", "d", "\"a\"", "'b'", "e-_1", "\"\"", "\"\\u0061\"", "1", "\xc3\xa9",
                 "\"\xc3\xa9\"", "*"},
                random);
    if (parts > 1) out += pick({".", ".", ".", " . ", "..", "\t.\t"}, random);
  }
  return out;
}

std::string value(Random& random, int depth) {
  switch (random() % (depth < 3 ? 9 : 6)) {
    case 0:
      return pick({"1",
                   "-17",
                   "+99",
                   "1_000",
                   "0x1F",
                   "0o17",
                   "0b11",
                   "0",
                   "-0",
                   "+0",
                   "007",
                   "1__0",
                   "0xfg",
                   "9223372036854775807",
                   "-9223372036854775808",
                   "0b2",
                   "0o_1",
                   "1_",
                   "--1",
                   "0x_1",
                   "0xA_b"},
                  random);
    case 1:
      return pick({"1.5",    "-0.0",  "6.626e-34", "1e5",
                   "1E+0_5", "inf",   "-inf",      "nan",
                   "+nan",   "1.",    ".5",        "1.e2",
                   "1e",     "01.5",  "1_0.0_1",   "3.14159265358979323846",
                   "1e308",  "1e309", "5e-324",    "2.2250738585072011e-308",
                   "0e0",    "-1e-0", "Inf"},
                  random);
    case 2: return pick({"true", "false", "True", "tru", "truex", "null", ""}, random);
    case 3:
      return pick({"1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5+01:30", "1979-05-27", "07:32:00.123456789", "07:32",
                   "2024-02-29", "2023-02-29", "1979-05-27T", "1979-05-27t07:32:00z", "1979-05-27T07:32:00-23:59",
                   "1979-05-27T24:00:00", "9999-12-31", "1979-05-27T07:32:00+1:00", "1979-5-27", "1979-05-27 ",
                   "0001-01-01T00:00:00", "00:00:00.", "1979-05-27T07:32:00."},
                  random);
    case 4:
    case 5:
      return pick({"\"x\"",
                   "''",
                   "\"\"",
                   "'\\'",
                   "\"\\t\\u00e9\\U0001f600\"",
                   "\"\"\"\n x\\\n   y\"\"\"",
                   "'''\nx'y''z'''",
                   "\"\"\"a\"\"\"\"\"",
                   "'''''''",
                   "\"\"\"\\\"\"\"\"",
                   "\"\\ud800\"",
                   "\"\\z\"",
                   "\"a\nb\"",
                   "\"\"\"a\r\nb\"\"\"",
                   "'a\tb'",
                   "'a\x01'",
                   "\"\\\\\"",
                   "\"\"\"\"\"\"\"",
                   "\"\"\"\\  \n\n  x \\ \"\"\"",
                   "\"\xc3\xa9\xe2\x82\xac\"",
                   "\"\\u00E\"",
                   "\"\x7f\"",
                   "'''\r'''",
                   "\"\\x41\"",
                   "\"\\e\""},
                  random);
    case 6:
    case 7: {
      std::string out = pick({"[", "[ ", "[\n", "[ # c\n"}, random);
      for (std::size_t left = random() % 4; left != 0; --left)
        out += value(random, depth + 1) + pick({", ", ",", "\n,\n", ", # c\n", " "}, random);
      return out + (random() % 6 == 0 ? value(random, depth + 1) : "") + pick({"]", "]", "]", "\n]", ",]"}, random);
    }
    default: {
      std::string out = pick({"{", "{ "}, random);
      for (std::size_t left = random() % 4; left != 0; --left)
        out += key(random) + pick({"=", " = "}, random) + value(random, depth + 1) +
               (left > 1 ? pick({", ", ",", ", ", " ,\n"}, random) : pick({"", "", "", "", "", ","}, random));
      return out + pick({"}", "}", " }", "\n}"}, random);
    }
  }
}

std::string document(Random& random) {
  std::string out;
  for (std::size_t left = random() % 7; left != 0; --left) {
    switch (random() % 8) {
      case 0:
      case 1: out += "[" + key(random) + "]"; break;
      case 2: out += "[[" + key(random) + "]]"; break;
      case 3:
        out += pick({"# comment", "#", " ", "# \xc3\xa9", "#\x01", "[ a ]", "[[ a . b ]]", "[a", "[]", "[[a]"}, random);
        break;
      default: out += key(random) + pick({" = ", "=", "\t=\t", " ", " =\n"}, random) + value(random, 0);
    }
    out += pick({"\n", "\n", "\n", "\r\n", " # c\n", "\n\n", " ", "\r"}, random);
  }
  if (random() % 4 == 0 && !out.empty()) {
    const std::size_t at = random() % out.size();
    switch (random() % 3) {
      case 0: out.erase(at, 1); break;
      case 1: out.insert(at, 1, "[]{}=.,'\"\\#\n\r\t 0_-+:TZe"[random() % 23]); break;
      default: out.insert(at, out.substr(random() % out.size(), 1 + random() % 8));
    }
  }
  return out;
}

json typed(const Node& node) {
  constexpr const char* kKinds[] = {"string", "integer", "real", "boolean", "offset", "local", "date", "time"};
  if (node.kind == Node::Kind::array) {
    json out = json::array();
    for (const auto& element : node.elements) out.push_back(typed(*element));
    return out;
  }
  if (node.kind == Node::Kind::table) {
    json out = json::object();
    for (const auto& [name, member] : node.members) out["." + name] = typed(*member);
    return out;
  }
  std::string text = node.text;
  char buffer[64];
  if (node.kind == Node::Kind::integer) text = std::to_string(node.integer);
  if (node.kind == Node::Kind::boolean) text = node.boolean ? "True" : "False";
  if (node.kind == Node::Kind::real) text = (std::snprintf(buffer, sizeof buffer, "%a", node.real), buffer);
  return {{"kind", kKinds[static_cast<std::size_t>(node.kind)]}, {"text", text}};
}

// Prints how many both took and both refused, and each difference.
constexpr std::string_view kScript = R"py(
import datetime, json, math, re, sys, tomllib

def same(ours, theirs):
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, dict):
        return (isinstance(ours, dict) and {k for k in ours} == {"." + k for k in theirs}
                and all(same(ours["." + k], v) for k, v in theirs.items()))
    kind, text = ours["kind"], ours["text"]
    if isinstance(theirs, bool): return kind == "boolean" and text == str(theirs)
    if isinstance(theirs, str): return kind == "string" and text == theirs
    if isinstance(theirs, int): return kind == "integer" and int(text) == theirs
    if isinstance(theirs, float):
        mine = float.fromhex(text)
        return kind == "real" and (mine.hex() == theirs.hex() or math.isnan(mine) and math.isnan(theirs))
    text = re.sub(r"(\.\d{1,6})\d*", lambda m: m[1], text.upper())
    if isinstance(theirs, datetime.datetime):
        return kind == ("local" if theirs.tzinfo is None else "offset") and datetime.datetime.fromisoformat(text) == theirs
    if isinstance(theirs, datetime.date): return kind == "date" and datetime.date.fromisoformat(text) == theirs
    return kind == "time" and datetime.time.fromisoformat(text) == theirs

def beyond(value):
    if isinstance(value, (list, dict)): return any(map(beyond, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and not -2**63 <= value < 2**63

both = neither = 0
for line in open(sys.argv[1]):
    case = json.loads(line)
    text = bytes.fromhex(case["document"])
    try: theirs = tomllib.loads(text.decode())
    except ValueError as error: theirs = error
    if beyond(theirs): theirs = ValueError("an integer of more than 64 bits")
    if isinstance(theirs, ValueError) and case["ours"] is None: neither += 1
    elif not isinstance(theirs, ValueError) and case["ours"] is not None and same(case["ours"], theirs): both += 1
    else: print("DIFFERENT", text, "ours:", case["ours"], "tomllib:", repr(theirs))
print("both", both, "neither", neither)
)py";

struct Answer {
  std::size_t both = 0, neither = 0;
  std::string differences;
};

Answer ask(const std::vector<std::string>& documents) {
  const testing::TempDirectory directory;
  std::string all;
  for (const std::string& text : documents) {
    const auto ours = toml::read_nodes(text, {});
    all += json{{"document", to_hex(text)}, {"ours", ours ? typed(**ours) : json()}}.dump() + "\n";
  }
  testing::write(directory / "cases", all);
  testing::write(directory / "ask.py", kScript);
  const std::string said =
      testing::run({"/usr/bin/python3", (directory / "ask.py").string(), (directory / "cases").string()});
  Answer answer;
  const std::size_t last = said.rfind("both ");
  answer.differences = said.substr(0, last);
  REQUIRE(std::sscanf(said.c_str() + last, "both %zu neither %zu", &answer.both, &answer.neither) == 2);
  return answer;
}

}  // namespace

TEST_CASE("TOML made at random is read, or refused, as Python's tomllib does") {
  if (!testing::needs("python3")) return;
  Random random(1);
  std::vector<std::string> documents;
  for (int i = 0; i < 40'000; ++i) documents.push_back(document(random));
  const Answer answer = ask(documents);
  CHECK(answer.differences.substr(0, 4'000) == "");
  CHECK(answer.both > 4'000);
  CHECK(answer.neither > 4'000);
}

TEST_CASE("a leap second, the year 0 and a byte order mark are what Supply takes and tomllib refuses") {
  if (!testing::needs("python3")) return;
  // tomllib has neither leap seconds nor a year 0; Cargo takes a byte order mark.
  const std::vector<std::string> documents{"a = 23:59:60", "a = 0000-01-01",
                                           "\xef\xbb\xbf"
                                           "a = 1"};
  const Answer answer = ask(documents);
  CHECK(answer.both + answer.neither == 0);
}
