#include "libsupply/content/pins/internal/dockerfile_reader.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/content/pins/base_reference.hpp"
#include "libsupply/content/pins/format.hpp"

using namespace supply;
using namespace supply::pins;

namespace {

const std::string kA = "sha256:" + std::string(64, 'a'), kB = "sha256:" + std::string(64, 'b');
const std::string kCommit(40, 'c');

// "line role status resolved" of each pin.
std::vector<std::string> shown(const std::string& text) {
  const auto file = read_dockerfile(text, "Dockerfile");
  REQUIRE(file);
  std::vector<std::string> out;
  for (const Pin& pin : file->pins) {
    CHECK(pin.place.uri == "Dockerfile");
    CHECK((pin.status == PinStatus::pinned) == pin.reason.empty());
    out.push_back(std::to_string(pin.place.line) + " " + pin.role + " " + std::string(to_string(pin.status)) +
                  (pin.resolved.empty() ? "" : " " + pin.resolved));
  }
  return out;
}
using Lines = std::vector<std::string>;

std::string one(const std::string& text) {
  const Lines lines = shown(text);
  REQUIRE(lines.size() == 1);
  return lines[0];
}

const std::string kBase = "FROM d@" + kA + "\n";
// The only pin behind kBase's own.
std::string second(const std::string& text) {
  const Lines lines = shown(kBase + text);
  REQUIRE(lines.size() == 2);
  return lines[1];
}

}  // namespace

TEST_CASE("FROM is pinned by a digest and nothing else") {
  CHECK(one("FROM debian:12@" + kA) == "1 FROM pinned debian:12@" + kA);
  CHECK(one("FROM debian:12") == "1 FROM unpinned debian:12");
  CHECK(one("FROM debian") == "1 FROM unpinned debian");
  CHECK(one("FROM localhost:5000/x/y:1@" + kA + " AS z") == "1 FROM pinned localhost:5000/x/y:1@" + kA);
  CHECK(one("FROM debian@sha256:abc") == "1 FROM unknown");
  CHECK(one("FROM Debian") == "1 FROM unknown");
  CHECK(one("FROM \"debian:12\"") == "1 FROM unpinned debian:12");
  CHECK(one("FROM oci:1@" + kA) == "1 FROM pinned oci:1@" + kA);
  CHECK(shown("FROM scratch").empty());
}

TEST_CASE("the reason tells a missing tag from latest and from others") {
  const auto reason = [](const std::string& image) { return read_dockerfile("FROM " + image, "x")->pins.at(0).reason; };
  CHECK(reason("debian") == "no tag, which means latest");
  CHECK(reason("localhost:5000/debian") == "no tag, which means latest");
  CHECK(reason("debian:latest") == "the tag latest");
  CHECK(reason("debian:12") == "the tag \"12\" can be moved");
}

TEST_CASE("a constant platform is kept, a variable one is not") {
  const auto platform = [](const std::string& text) { return read_dockerfile(text, "x")->pins.at(0).platform; };
  CHECK(platform("FROM --platform=linux/arm64 d@" + kA) == "linux/arm64");
  CHECK(platform("FROM --platform=$BUILDPLATFORM d@" + kA).empty());
  CHECK(platform("ARG P=linux/amd64\nFROM --platform=$P d@" + kA).empty());
}

TEST_CASE("global ARGs are filled in, and pin by default only") {
  CHECK(one("ARG B=d@" + kA + "\nFROM $B") == "2 FROM pinned-by-default-only d@" + kA);
  CHECK(one("ARG B=d\nARG C=${B}:12@" + kA + "\nFROM ${C}") == "3 FROM pinned-by-default-only d:12@" + kA);
  CHECK(one("ARG T=12\nFROM debian:${T}") == "2 FROM unpinned debian:12");
  CHECK(one("ARG T=12 D=" + kA + "\nFROM debian:$T@$D") == "2 FROM pinned-by-default-only debian:12@" + kA);
  CHECK(one("ARG B\nFROM ${B:-d@" + kA + "}") == "2 FROM pinned-by-default-only d@" + kA);
  CHECK(one("ARG B=x\nFROM ${B:+d@" + kA + "}") == "2 FROM pinned-by-default-only d@" + kA);
  // Nobody can set what no ARG declares.
  CHECK(one("FROM ${B:-d@" + kA + "}") == "1 FROM pinned d@" + kA);
  CHECK(one("ARG B='d@" + kA + "'\nFROM \"$B\"") == "2 FROM pinned-by-default-only d@" + kA);
}

TEST_CASE("a digest in the file itself holds whatever a variable before it says") {
  CHECK(one("ARG T=12\nFROM debian:$T@" + kA) == "2 FROM pinned debian:12@" + kA);
  CHECK(one("ARG R\nFROM $R/debian@" + kA) == "2 FROM pinned ${R}/debian@" + kA);
  CHECK(one("FROM debian:12-$TARGETARCH@" + kA) == "1 FROM pinned debian:12-${TARGETARCH}@" + kA);
}

TEST_CASE("a variable without a value leaves the image unknown") {
  CHECK(one("ARG B\nFROM $B") == "2 FROM unknown");
  CHECK(one("FROM $B") == "1 FROM unknown");
  CHECK(one("ARG H\nFROM d@sha256:$H") == "2 FROM unknown");
  CHECK(one("FROM base-${TARGETARCH:-amd64}") == "1 FROM unknown");
  CHECK(one("FROM ${B") == "1 FROM unknown");
  // An ARG inside a stage says nothing for a later FROM.
  CHECK(shown("FROM d@" + kA + "\nARG B=x@" + kA + "\nFROM $B")[1] == "3 FROM unknown");
}

TEST_CASE("stages are no images, whatever the case of their names") {
  CHECK(shown("FROM d@" + kA + " AS Build\nFROM build\nFROM BUILD as z\nFROM z").size() == 1);
  CHECK(shown("FROM a AS b\nFROM later\nFROM c AS later") ==
        Lines{"1 FROM unpinned a", "2 FROM unpinned later", "3 FROM unpinned c"});
  CHECK(shown("ARG V=b\nFROM d@" + kA + " AS b\nFROM $V")[1] == "3 FROM pinned-by-default-only b");
  CHECK(one("ARG V=scratch\nFROM $V") == "2 FROM pinned-by-default-only scratch");
}

TEST_CASE("COPY --from names a stage, a number or an image") {
  CHECK(second("COPY --from=alpine:3 /a /b") == "2 COPY --from unpinned alpine:3");
  CHECK(second("COPY --from=alpine:3@" + kB + " /a /b") == "2 COPY --from pinned alpine:3@" + kB);
  CHECK(second("COPY --chown=1:1 --link --from=\"alpine\" /a /b") == "2 COPY --from unpinned alpine");
  CHECK(second("COPY --from=$X /a /b") == "2 COPY --from unknown");
  CHECK(second("COPY --from= /a /b") == "2 COPY --from unknown");
  CHECK(second("COPY --from=0 /a /b") == "2 COPY --from unknown");  // itself
  CHECK(
      shown("FROM d@" + kA + " AS s\nFROM scratch\nCOPY --from=S /a /b\nCOPY --from=0 /a /b\nCOPY --from=scratch /a /b")
          .size() == 1);
  CHECK(shown("FROM d@" + kA + "\nCOPY --from=s /a /b\nFROM scratch AS s")[1] == "2 COPY --from unknown");
  CHECK(shown("FROM d@" + kA + " AS s\nCOPY --from=s /a /b")[1] == "2 COPY --from unknown");
  CHECK(shown("FROM scratch\nFROM scratch\nCOPY --from=2 /a /b") == Lines{"3 COPY --from unknown"});
  CHECK(shown(kBase + "COPY a b").size() == 1);
}

TEST_CASE("every mount of a RUN is looked at") {
  CHECK(shown(kBase +
              "RUN --mount=type=bind,from=a:1,target=/a --mount=type=cache,target=/c \\\n --mount=target=/b,FROM=b@" +
              kB + " x") ==
        Lines{"1 FROM pinned d@" + kA, "2 RUN --mount unpinned a:1", "2 RUN --mount pinned b@" + kB});
  CHECK(second("RUN --mount='type=bind,\"from=a:1\",target=/a' x") == "2 RUN --mount unpinned a:1");
  CHECK(second("RUN --mount=from=$X x") == "2 RUN --mount unknown");
  CHECK(second("RUN --mount=from=0 x") == "2 RUN --mount unpinned 0");
  CHECK(second("RUN --mount=a\\\"b x") == "2 RUN --mount unknown");
  CHECK(second("RUN --mount x") == "2 RUN --mount unknown");
  CHECK(shown("FROM d@" + kA + " AS s\nFROM scratch\nRUN --mount=from=s x").size() == 1);
  CHECK(shown(kBase + "RUN echo --mount=from=a:1").size() == 1);
}

TEST_CASE("the frontend is a pin of its own") {
  CHECK(shown("# syntax=docker/dockerfile:1\n" + kBase)[0] == "1 # syntax unpinned docker/dockerfile:1");
  CHECK(shown("# syntax=docker/dockerfile:1@" + kB + "\n" + kBase)[0] == "1 # syntax pinned docker/dockerfile:1@" + kB);
}

TEST_CASE("ADD of a URL is held by its checksum") {
  const std::string url = "https://example.org/x.tgz";
  CHECK(second("ADD " + url + " /x") == "2 ADD unpinned " + url);
  CHECK(second("ADD --checksum=" + kB + " " + url + " /x") == "2 ADD pinned " + url);
  CHECK(second("ARG C=" + kB + "\nADD --checksum=$C " + url + " /x") == "3 ADD pinned-by-default-only " + url);
  CHECK(second("ENV C=" + kB + "\nADD --checksum=$C " + url + " /x") == "3 ADD pinned " + url);
  CHECK(second("ADD --checksum=$C " + url + " /x") == "2 ADD unknown " + url);
  CHECK(second("ADD --checksum=sha1:" + kCommit + " " + url + " /x") == "2 ADD unknown " + url);
  CHECK(second("ADD HTTP://example.org/x /x") == "2 ADD plaintext-http HTTP://example.org/x");
  CHECK(second("ADD [\"" + url + "\", \"/x y\"]") == "2 ADD unpinned " + url);
  CHECK(second("ADD [\"" + url + "\", /x]").starts_with("2 ADD unknown"));
  CHECK(second("ADD a.tgz " + url + " /x") == "2 ADD unpinned " + url);
  CHECK(second("ADD --checksum=" + kB + " " + url + " " + url + " /x") == "2 ADD unknown");
  CHECK(second("ARG V=1\nADD https://example.org/$V.tgz /x") == "3 ADD unpinned https://example.org/1.tgz");
  CHECK(second("ADD $PLACE/x /x") == "2 ADD unknown");
  CHECK(second("ADD s3://b/x /x") == "2 ADD unknown s3://b/x");
  CHECK(second("ADD https://u:hunter2@example.org/x /x") == "2 ADD unpinned https://u:***@example.org/x");
  CHECK(shown(kBase + "ADD a.tgz dir/$X /x\nADD <<EOF /y\nhttps://example.org/z\nEOF\n").size() == 1);
}

TEST_CASE("ADD of a repository is held by a whole commit") {
  const auto status = [](const std::string& args) {
    const auto file = read_dockerfile(kBase + "ADD " + args + " /x", "Dockerfile");
    REQUIRE(file->pins.size() == 2);
    CHECK(file->pins[1].kind == PinKind::git);
    return std::string(to_string(file->pins[1].status));
  };
  const std::string repository = "https://github.com/o/r.git";
  CHECK(status(repository + "#" + kCommit) == "pinned");
  CHECK(status(repository + "#" + kCommit + ":sub/directory") == "pinned");
  CHECK(status("--checksum=" + kCommit + " " + repository + "#v1") == "pinned");
  CHECK(status(repository + "?ref=v1&checksum=" + kCommit) == "pinned");
  CHECK(status("git@github.com:o/r.git#" + kCommit) == "pinned");
  CHECK(status(repository) == "unpinned");
  CHECK(status(repository + "#v1.0.0") == "unpinned");
  CHECK(status(repository + "?tag=v1") == "unpinned");
  CHECK(status("ssh://git@github.com/o/r") == "unpinned");
  CHECK(status(repository + "#cccccccccc") == "weak");
  CHECK(status("--checksum=c " + repository) == "weak");
  CHECK(status("--checksum=xyz " + repository) == "unknown");
  CHECK(status("git://example.org/r") == "plaintext-http");
  CHECK(status(repository + "#$REF") == "unknown");
}

TEST_CASE("variables of a stage pass to the stages built on it, ENV before ARG") {
  const std::string url = "https://example.org/$V";
  CHECK(shown("FROM scratch AS a\nENV V=1\nFROM a\nADD " + url + " /x") ==
        Lines{"4 ADD unpinned https://example.org/1"});
  CHECK(shown("FROM scratch\nARG V=1\nENV V 2\nADD " + url + " /x") == Lines{"4 ADD unpinned https://example.org/2"});
  CHECK(shown("ARG V=1\nFROM scratch\nARG V\nADD " + url + " /x") == Lines{"4 ADD unpinned https://example.org/1"});
  CHECK(shown("ARG V=1\nFROM scratch\nADD " + url + " /x") == Lines{"3 ADD unpinned"});
}

TEST_CASE("triggers of ONBUILD are looked at too") {
  CHECK(second("ONBUILD ADD https://example.org/x /x") == "2 ONBUILD ADD unpinned https://example.org/x");
  CHECK(second("ONBUILD COPY --from=alpine:3 /a /b") == "2 ONBUILD COPY --from unpinned alpine:3");
  CHECK(second("ONBUILD COPY --from=alpine@" + kB + " /a /b") == "2 ONBUILD COPY --from pinned alpine@" + kB);
  CHECK(second("ONBUILD COPY --from=build /a /b") == "2 ONBUILD COPY --from unknown");
  CHECK(second("ONBUILD RUN --mount=from=a:1 x") == "2 ONBUILD RUN --mount unpinned a:1");
  CHECK(second("ONBUILD FROM x") == "2 ONBUILD unknown");
}

TEST_CASE("text in RUN and in heredocs is no reference") {
  CHECK(shown(kBase +
              "RUN <<EOF\nFROM evil\nCOPY --from=evil a b\nEOF\nRUN echo FROM evil\n# FROM evil\nLABEL a=\"FROM evil\"")
            .size() == 1);
}

TEST_CASE("what BuildKit does not build is unknown, at its line, and the rest is still read") {
  for (const std::string& line :
       {std::string("FRM x"), std::string("COPY --form=x a b"), std::string("RUN --mout=from=x y"),
        std::string("FROM a b"), std::string("FROM a AS 1x"), std::string("FROM"), std::string("ENV x"),
        std::string("ADD x"), std::string("RUN <<EOF"), std::string("CMD [1]")}) {
    INFO(line);
    const auto file = read_dockerfile(kBase + line, "Dockerfile");
    REQUIRE(file);
    CHECK_FALSE(file->problems.empty());
    bool found = false;
    for (const Pin& pin : file->pins) found = found || (pin.status == PinStatus::unknown && pin.place.line == 2);
    CHECK(found);
  }
  CHECK(shown("RUN x\nRUN y\nFROM a") == Lines{"1 RUN unknown", "3 FROM unpinned a"});
  CHECK(shown("{{ template }}\nFROM a")[1] == "2 FROM unpinned a");
  CHECK(shown("") == Lines{"1 file unknown"});
  CHECK(shown("ARG X=1") == Lines{"1 file unknown"});
}

TEST_CASE("references, stages and faults count up to a limit") {
  std::string text;
  for (std::size_t i = 0; i < kMaxReferences / 2; ++i) text += "FROM a\n";
  CHECK(read_dockerfile(text, "x")->pins.size() == kMaxReferences / 2);
  CHECK(read_dockerfile(text + "FRM b\n", "x").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("variables that grow are refused before they fill the memory") {
  std::string doubling = "ARG A=0123456789abcdef\n";
  for (int i = 0; i < 64; ++i) doubling += "ARG A=$A$A\n";
  const auto file = read_dockerfile(doubling + "FROM x", "Dockerfile");
  REQUIRE(file);
  CHECK_FALSE(file->problems.empty());
  std::string many = "ARG A=" + std::string(60'000, 'x') + "\nFROM x\nARG A\n";
  for (int i = 0; i < 1'000; ++i) many += "ENV B" + std::to_string(i) + "=$A\n";
  CHECK_FALSE(read_dockerfile(many, "Dockerfile")->problems.empty());
}

TEST_CASE("variables fill up to a limit in one file") {
  const std::size_t each = 32 * 1024;  // a line of a Dockerfile has a limit of its own
  REQUIRE(kMaxSubstitutedFileBytes % each == 0);
  std::string text = "ARG A=" + std::string(each, 'x') + "\nFROM x\nARG A\n";
  for (std::size_t i = 0; i < kMaxSubstitutedFileBytes / each; ++i) text += "ENV B=$A\n";
  CHECK(read_dockerfile(text, "Dockerfile")->problems.empty());
  CHECK_FALSE(read_dockerfile(text + "ENV C=$A\n", "Dockerfile")->problems.empty());
}

TEST_CASE("the base is the last stage's image, through the stages between") {
  const auto base = [](const std::string& text, std::string_view target = {}) {
    const auto found = base_reference(text, "Dockerfile", target);
    return found ? (found->scratch ? "scratch" : found->pin.resolved) + " " + std::string(to_string(found->pin.status))
                 : std::string(to_string(found.error().code()));
  };
  CHECK(base("FROM golang:1 AS b\nFROM d@" + kA + "\nCOPY --from=b /x /x") == "d@" + kA + " pinned");
  CHECK(base("FROM d@" + kA + " AS a\nFROM a AS b\nFROM other\nFROM B") == "d@" + kA + " pinned");
  CHECK(base("FROM d:12") == "d:12 unpinned");
  CHECK(base("FROM a AS x\nFROM scratch") == "scratch pinned");
  CHECK(base("FROM a AS x\nFROM b AS y\nFROM c", "X") == "a unpinned");
  CHECK(base("FROM a AS x\nFROM b AS y\nFROM c", "1") == "b unpinned");
  CHECK(base("ARG S=x\nFROM d@" + kA + " AS x\nFROM $S") == "d@" + kA + " pinned-by-default-only");
  CHECK(base("FROM a", "nope") == "not_found");
  CHECK(base("FROM a", "1") == "not_found");
  CHECK(base("ARG B\nFROM $B") == "unsupported");
  CHECK(base("") == "malformed");
  CHECK(base("FROM a\nFRM b") == "malformed");
  CHECK(base(std::string("FROM a\0", 7)) == "malformed");
}

TEST_CASE("a flag that is said twice is a problem, since builders take either") {
  const auto problems = [](const std::string& text) {
    return read_dockerfile(kBase + text, "Dockerfile")->problems.size();
  };
  CHECK(problems("COPY --from=a@" + kA + " --from=evil a b\n") == 1);
  CHECK(problems("ADD --checksum=" + kA + " --checksum= https://x/y /x/\n") == 1);
  CHECK(problems("COPY --link --chown=1 --link a b\n") == 1);
  CHECK(read_dockerfile("FROM --platform=a/b --platform=c/d d@" + kA + "\n", "Dockerfile")->problems.size() == 1);
  CHECK(
      problems("RUN --mount=type=cache,target=/a --mount=type=tmpfs,target=/b x\nCOPY --exclude=a --exclude=b c d\n") ==
      0);
}

TEST_CASE("what may become a URL of an ADD's source is unknown, and .git is git's in small letters alone") {
  CHECK(second("ADD https://x/y.git#" + kCommit + " /x/\n").find("pinned") != std::string::npos);
  CHECK(second("ADD https://x/y.GIT#" + kCommit + " /x/\n").find("unpinned") != std::string::npos);
  CHECK(second("ADD HTTPS://x/y.git#" + kCommit + " /x/\n").find("pinned") != std::string::npos);
  for (const char* source : {"$A", "h$A", "http$A", "https:$A", "git${A}", "g$A", "user@$A", "user@host$A"}) {
    INFO(source);
    CHECK(second("ADD " + std::string(source) + " /x/\n").find("unknown") != std::string::npos);
  }
  for (const char* source : {"src/$A", "./$A", "app-$A.jar", "app.tar.$A"}) {
    INFO(source);
    CHECK(shown(kBase + "ADD " + source + " /x/\n").size() == 1);
  }
}

TEST_CASE("a file that buildah preprocesses is not what it builds") {
  const auto read = [](const std::string& text, const std::string& path) {
    return format_of("Containerfile")->read(text, path);
  };
  CHECK(read(kBase + "#include \"more\"\n", "Containerfile.in").error().code() == ErrorCode::unsupported);
  CHECK(read(kBase + "  # define X\n", "Containerfile.in").error().code() == ErrorCode::unsupported);
  CHECK(read(kBase + "# a comment\n", "Containerfile.in"));
  CHECK(read(kBase + "#include \"more\"\n", "Containerfile"));
}

TEST_CASE("a file with the word in its name is a Dockerfile when it reads as one") {
  const Format& format = *format_of("Dockerfile");
  for (const char* path : {"DockerfileDev", "Dockerfile1", "prod-Dockerfile", "dockerfile-dev", "prod_Dockerfile",
                           "Containerfile1", "my.dockerfile.j2", "dockerfile.go", "a/mydockerfile"}) {
    INFO(path);
    CHECK(format.may_match(path));
  }
  for (const char* path :
       {"Dockerfile", "app.Dockerfile", "x.dockerignore", "Dockerfile.dockerignore", "a.txt", "dockerfile/x"})
    CHECK_FALSE(format.may_match(path));
}

TEST_CASE("Dockerfiles are known by their names") {
  for (const auto* path : {"Dockerfile", "a/b/Dockerfile", "dockerfile", "Dockerfile.dev", "Dockerfile-alpine",
                           "app.Dockerfile", "app.dockerfile", "Containerfile", "Containerfile.x", "app.containerfile"})
    CHECK(format_of(path) != nullptr);
  for (const auto* path :
       {"Dockerfile.dockerignore", "dockerfile-parser.js", "Dockerfiles", "mydockerfile", "a.txt", "Dockerfile/x", ""})
    CHECK(format_of(path) == nullptr);
}
