#include "tools/common/target.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libsupply/testing/testing.hpp"

using namespace supply;
using tools::AcceptedTargets;
using tools::Target;
using tools::TargetForm;
using tools::TargetForms;

namespace {

const AcceptedTargets kDiff{
    "sbom diff",
    {TargetForm::registry, TargetForm::oci, TargetForm::oci_archive, TargetForm::docker_archive, TargetForm::sbom}};
const AcceptedTargets kPins{"pins check", {TargetForm::dir, TargetForm::file}, AcceptedTargets::Word::path};
const AcceptedTargets kVerify{"verify", tools::kImagesWithDigest};

Target parsed(std::string_view text, const AcceptedTargets& accepted) {
  auto target = Target::parse(text, accepted);
  INFO(text);
  if (!target) FAIL(target.error().message());
  return *std::move(target);
}

std::string refusal(std::string_view text, const AcceptedTargets& accepted) {
  const auto target = Target::parse(text, accepted);
  INFO(text);
  REQUIRE(!target);
  CHECK(target.error().code() == ErrorCode::usage);
  return target.error().message();
}

}  // namespace

TEST_CASE("what is written of a target parses back to the same") {
  const AcceptedTargets all{"some verb",
                            {TargetForm::registry, TargetForm::oci, TargetForm::oci_archive, TargetForm::docker_archive,
                             TargetForm::dir, TargetForm::sbom, TargetForm::file}};
  const std::pair<const char*, TargetForm> cases[] = {{"debian:12", TargetForm::registry},
                                                      {"docker://debian", TargetForm::registry},
                                                      {"docker://registry:2", TargetForm::registry},
                                                      {"docker://oci:1.0", TargetForm::registry},
                                                      {"docker://file:5000/app", TargetForm::registry},
                                                      {"oci:dir:tag", TargetForm::oci},
                                                      {"oci-archive:a.tar:1", TargetForm::oci_archive},
                                                      {"docker-archive:-", TargetForm::docker_archive},
                                                      {"dir:src", TargetForm::dir},
                                                      {"sbom:a.json", TargetForm::sbom},
                                                      {"sbom:sbom:x", TargetForm::sbom},
                                                      {"file:-", TargetForm::file},
                                                      {"./no-such-thing", TargetForm::sbom},
                                                      {"docker:20", TargetForm::registry}};
  for (const auto& [text, form] : cases) {
    const Target target = parsed(text, all);
    INFO(text);
    CHECK(target.form() == form);
    const Target again = parsed(target.to_string(), all);
    CHECK(again.form() == form);
    CHECK(again.to_string() == target.to_string());
    CHECK(again.path() == target.path());
    CHECK(again.image().has_value() == target.image().has_value());
  }
  CHECK(parsed("docker://registry:2", all).to_string() == "docker.io/library/registry:2");
  CHECK(parsed("docker://oci:1.0", all).to_string() == "docker.io/library/oci:1.0");
}

TEST_CASE("behind docker:// is what skopeo, crane and regctl take for a registry's image, and no other form") {
  // Each was asked of skopeo 1.9.3 (inspect docker://X), crane 0.22.1 (digest X) and regctl (image digest X), which say
  // in their messages which address they ask.
  const std::string digest = "sha256:" + std::string(64, 'a');
  const std::pair<std::string, std::string> same[] = {
      {"registry:app", "docker.io/library/registry:app"},
      {"registry:2@" + digest, "docker.io/library/registry:2@" + digest},
      {"registry:5000/app", "registry:5000/app:latest"},
      {"oci:1.0", "docker.io/library/oci:1.0"},
      {"oci:5000/app", "oci:5000/app:latest"},
      {"sbom:x", "docker.io/library/sbom:x"},
      {"5000/app", "docker.io/5000/app:latest"},
      {"dir/x", "docker.io/dir/x:latest"},
      {"app@" + digest, "docker.io/library/app@" + digest},
  };
  for (const auto& [text, full] : same) {
    INFO(text);
    const Target target = parsed("docker://" + text, kVerify);
    CHECK(target.form() == TargetForm::registry);
    CHECK(oci::Reference::parse(target.to_string())->to_string() == target.to_string());
    const std::string written = target.to_string();
    CHECK((written == full || written == "registry:" + full));
  }
  for (const char* text : {"registry:app:1", "registry:debian:12", "oci:dir:tag", "./x", "/x", ".x", ""})
    CHECK_FALSE(refusal("docker://" + std::string(text), kVerify).empty());
}

TEST_CASE("oci:// before an image of a registry, as gh, helm and flux write it, names no layout that is not there") {
  const testing::TempDirectory work;
  for (const char* text : {"oci://ghcr.io/org/app:1", "oci://ghcr.io/org/app", "oci://app"})
    CHECK(refusal(text, kVerify).find("leave out \"oci://\"") != std::string::npos);
  CHECK(parsed("oci:/" + work.path().string() + ":1", kVerify).form() == TargetForm::oci);
  CHECK(parsed("oci:///ghcr.io/org/app:1", kVerify).form() == TargetForm::oci);
}

TEST_CASE("a path is a layout where one is, with or without a tag, and else what the verb takes") {
  const testing::TempDirectory work;
  const std::string layout = (work.path() / "layout").string(), plain = (work.path() / "plain").string();
  std::filesystem::create_directories(layout);
  std::filesystem::create_directories(plain);
  testing::write(work.path() / "layout" / "oci-layout", "{}");
  testing::write(work.path() / "layout:file", "{}");
  CHECK(parsed(layout, kDiff).form() == TargetForm::oci);
  CHECK(parsed(layout + ":tag", kDiff).image()->selector().tag == "tag");
  CHECK(parsed(layout + ":file", kDiff).form() == TargetForm::sbom);
  CHECK(refusal(plain, kDiff).find("takes no source directory") != std::string::npos);
  CHECK(parsed(plain + "/x", kDiff).form() == TargetForm::sbom);
  CHECK(parsed(plain, kPins).form() == TargetForm::dir);
  CHECK(parsed(plain + "/x", kPins).form() == TargetForm::file);
  // A verb that takes images alone says what the directory is not when it opens it.
  CHECK(parsed(plain, kVerify).form() == TargetForm::oci);
}

TEST_CASE("where words are paths, a file whose name looks like a form is meant by its name when it is there") {
  const testing::TempDirectory work;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(work.path());
  CHECK(parsed("file:x", kPins).path() == "x");
  CHECK(refusal("sbom:x", kPins).find("pins check takes no SBOM") != std::string::npos);
  testing::write(work.path() / "file:x", "");
  testing::write(work.path() / "sbom:x", "");
  CHECK(parsed("file:x", kPins).path() == "file:x");
  CHECK(parsed("sbom:x", kPins).path() == "sbom:x");
  std::filesystem::current_path(before);
  CHECK(parsed("debian:12", kPins).path() == "debian:12");
  CHECK(parsed("-", kPins).path() == "-");
}

TEST_CASE("a form that a verb does not take is refused with the verb, the form and what to type") {
  CHECK(refusal("sbom:x", kVerify) ==
        "\"sbom:x\": verify takes no SBOM; type HOST/NAME:TAG, oci:DIR:TAG, oci-archive:FILE:TAG");
  CHECK(refusal("docker://debian", kPins) ==
        "\"docker://debian\": pins check takes no image of a registry; type dir:PATH, file:PATH");
  CHECK(
      refusal("docker-archive:a.tar", kVerify) ==
      "\"docker-archive:a.tar\": verify takes no docker-archive, which has no manifest digest; make an image that has "
      "one (supply copy docker-archive:a.tar oci:DIR:TAG) and type oci:DIR:TAG");
  CHECK(refusal("dir:src", kDiff).find("sbom diff takes no source directory") != std::string::npos);
  CHECK(refusal("containers-storage:app", kVerify) ==
        "\"containers-storage:app\": verify does not read containers-storage:; type podman push app oci:DIR:TAG, and "
        "then oci:DIR:TAG");
  CHECK(refusal("docker-daemon:app:1", kVerify).find("skopeo copy docker-daemon:app:1 oci:DIR:TAG") !=
        std::string::npos);
  CHECK(refusal("podman:localhost/app:1", kVerify).find("podman push localhost/app:1 oci:DIR:TAG") !=
        std::string::npos);
}

TEST_CASE("a target without a path, or with one that no file has, is refused") {
  for (const std::string& text :
       {std::string(), std::string("dir:"), "file:" + std::string(4097, 'a'), std::string("file:a\0b", 8)})
    refusal(text, kPins);
  for (const std::string_view text : {"", "sbom:", "docker://", "docker://./x", "App"}) refusal(text, kDiff);
}
