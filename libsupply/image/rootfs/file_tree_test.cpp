#include "libsupply/image/rootfs/file_tree.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/rootfs/nodes.hpp"
#include "libsupply/testing/tar.hpp"

namespace supply::rootfs {
namespace {

Budget budget;  // of all tests here

using testing::tar_end;
using testing::tar_entry;

class All final : public Collector {
 public:
  std::string_view name() const override { return "all"; }
  int version() const override { return 1; }
  std::unique_ptr<FileSink> open(const FileHeader&, std::string_view) const override { return keep_whole(1000); }
};

// "d a", "f a/x 1" (content), "s l d" (link), "h h a/x" (hard link), "w .wh.a", "g a" (a global pax header); one entry
// a comma.
std::string tar_of(std::string_view layer) {
  std::string tar;
  for (const std::string_view text : split(layer, ',')) {
    const std::vector<std::string_view> words = split(trim(text), ' ');
    const std::string_view path = words.at(1), more = words.size() > 2 ? words[2] : "";
    switch (words[0].front()) {
      case 'd': tar += tar_entry({.path = path, .type = '5', .mode = 0755}); break;
      case 's': tar += tar_entry({.path = path, .link = more, .type = '2'}); break;
      case 'h': tar += tar_entry({.path = path, .link = more, .type = '1'}); break;
      case 'g': tar += tar_entry({.path = path, .type = 'g'}); break;
      default: tar += tar_entry({.path = path, .content = more}); break;
    }
  }
  return tar + tar_end();
}

struct Stack {
  std::vector<std::unique_ptr<LayerScan>> owned;
  std::vector<const LayerScan*> layers;
};

Stack stack_of(const std::vector<std::string>& tars, const LayerRequest& request) {
  Stack stack;
  for (const std::string& tar : tars) {
    const std::unique_ptr<io::Source> source = io::from_string(tar);
    Result<LayerScan> scan = read_layer(*source, crypto::sha256(tar), oci::kLayerType, request, budget);
    REQUIRE(scan);
    stack.owned.push_back(std::make_unique<LayerScan>(*std::move(scan)));
    stack.layers.push_back(stack.owned.back().get());
  }
  return stack;
}

Stack stack_of(std::initializer_list<std::string_view> layers) {
  static const All all;
  std::vector<std::string> tars;
  for (const std::string_view layer : layers) tars.push_back(tar_of(layer));
  return stack_of(tars, {.collectors = {&all}});
}

// What goes through a part of the tree says the same as what goes through all of it.
void check_parts(const FileTree& tree) {
  std::vector<std::string> all, named;
  std::vector<std::string> directories = {""};
  const auto path_of = [](const File& file) {
    return std::to_string(file.layer) + "." + std::to_string(file.entry_index) + " " + file.path;
  };
  tree.for_each([&](const File& file) {
    all.push_back(path_of(file));
    if (file.type == EntryType::directory) directories.push_back(file.path);
  });
  tree.for_each_named([](const Name&) { return true; }, [&](const File& file) { named.push_back(path_of(file)); });
  CHECK(named == all);
  const auto in_each = [&](const std::function<bool(std::string_view)>& wants) {
    std::vector<std::string> in;
    tree.for_each_in(wants, [&](const File& file) { in.push_back(path_of(file)); });
    return in;
  };
  CHECK(in_each([](std::string_view) { return true; }) == all);
  for (const std::string& directory : directories) {
    std::vector<std::string> expected;
    tree.for_each([&](const File& file) {
      if (directory_of(file.path) == directory) expected.push_back(path_of(file));
    });
    CHECK(in_each([&](std::string_view each) { return each == directory; }) == expected);
  }
}

// The tree as text, in the order of for_each; content comes through collected().
std::string show(const FileTree& tree) {
  check_parts(tree);
  std::map<std::string, std::string> contents;
  for (const CollectedFile& file : tree.collected("all")) contents[file.file.path] = file.content;
  std::string text;
  std::size_t count = 0;
  tree.for_each([&](const File& file) {
    ++count;
    if (!text.empty()) text += ' ';
    text += file.path;
    if (file.type == EntryType::directory) text += '/';
    else if (file.type == EntryType::symlink) text += "->" + std::string(file.entry->target);
    else text += "=" + contents.at(file.path);
  });
  CHECK(tree.size() == count);
  return text;
}

std::string merged(std::initializer_list<std::string_view> layers) {
  const Stack stack = stack_of(layers);
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  if (!tree) return std::string(to_string(tree.error().code())) + ": " + tree.error().message();
  return show(*tree);
}

void check_malformed(std::initializer_list<std::string_view> layers) {
  const std::string result = merged(layers);
  INFO(result);
  CHECK(result.starts_with("malformed: layer sha256:"));
}

}  // namespace

// The expected trees of this file are what umoci 0.4.7 unpacked and buildah 1.28 (vfs) mounted, given the same layers;
// where only one of them is named, the other did what is said of it.

TEST_CASE("whiteouts take away what lower layers have") {
  CHECK(merged({"f a 1, f b 1", "w .wh.a"}) == "b=1");
  CHECK(merged({"d a, f a/x 1, d a/s, f a/s/y 1, f b 1", "w .wh.a"}) == "b=1");
  CHECK(merged({"d a, f a/x 1", "d .wh.a"}) == "");  // of any type
  CHECK(merged({"d d, f d/o 1, s l d", "w .wh.l"}) == "d/ d/o=1");
  CHECK(merged({"f a 1", "w .wh.a", "f a 3"}) == "a=3");
}

TEST_CASE("whiteouts never take away what their own layer put") {
  CHECK(merged({"f a 1", "w .wh.a, f a 2"}) == "a=2");
  CHECK(merged({"d a, f a/o 1", "w .wh.a, f a/n 2"}) == "a/ a/n=2");
  // umoci alone: buildah takes the file away again, or fails; overlayfs cannot have both in one upper directory.
  CHECK(merged({"f a 1", "f a 2, w .wh.a"}) == "a=2");
  CHECK(merged({"d a, f a/o 1", "d a, f a/n 2, w .wh.a"}) == "a/ a/n=2");
  CHECK(merged({"d a, f a/o 1", "f a/n 2, w .wh.a"}) == "a/ a/n=2");
}

// umoci refuses a global header of any other name than a whiteout's; Docker, containerd, and buildah on vfs remove what
// is there.
TEST_CASE(
    "a global pax header with the name of a file or of a whiteout is refused, for unpackers remove something for it") {
  CHECK(merged({"g pax_global_header, f a 1"}) == "a=1");
  CHECK(merged({"f a 1, g ./, g tmp/GlobalHead.1"}) == "a=1");
  CHECK(merged({"g a, f a 1"}) == "a=1");  // nothing was there yet
  for (const auto& layers : {std::vector<std::string_view>{"f a 1, g a"},
                             {"f a 1", "f b 1, g ./a"},
                             {"d a, f a/x 1", "g a"},
                             {"d safe, s l safe, g l, f l/evil 1", "w safe/.wh.evil"},
                             {"d d, f d/a 1, s l d, g l/a"}}) {
    std::vector<std::string> tars;
    for (const std::string_view layer : layers) tars.push_back(tar_of(layer));
    const Stack stack = stack_of(tars, {});
    const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
    REQUIRE(!tree);
    CHECK(tree.error().code() == ErrorCode::unsupported);
  }
  check_malformed({"f a 1", "g .wh.a"});
}

TEST_CASE("a whiteout of what is not there is fine") {
  CHECK(merged({"d b", "w .wh.zz, f c 1"}) == "b/ c=1");
  // umoci; buildah makes the directories that the marker would be in, or fails below a file.
  CHECK(merged({"d b", "w q/r/.wh.zz, f c 1"}) == "b/ c=1");
  CHECK(merged({"f q 1", "w q/.wh.zz, f c 1"}) == "c=1 q=1");
}

TEST_CASE("an opaque marker works wherever it stands") {
  const std::string_view lower = "d a, f a/o 1, d a/s, f a/s/o 1, f b 1";
  CHECK(merged({lower, "d a, w a/.wh..wh..opq, f a/n 2, f a/s/n 2"}) == "a/ a/n=2 a/s/ a/s/n=2 b=1");
  CHECK(merged({lower, "d a, f a/n 2, d a/s, f a/s/n 2, w a/.wh..wh..opq"}) == "a/ a/n=2 a/s/ a/s/n=2 b=1");
  CHECK(merged({lower, "w a/.wh..wh..opq"}) == "a/ b=1");
  CHECK(merged({lower, "w .wh..wh..opq, f n 2"}) == "n=2");
  // umoci; buildah takes a/s away, since no header names it.
  CHECK(merged({lower, "d a, f a/n 2, f a/s/n 2, w a/.wh..wh..opq"}) == "a/ a/n=2 a/s/ a/s/n=2 b=1");
  CHECK(merged({lower, "w a/s/.wh..wh..opq, w a/.wh..wh..opq, f a/s/n 2, w a/.wh..wh..opq"}) == "a/ a/s/ a/s/n=2 b=1");
  CHECK(merged({lower, "w a/.wh..wh..opq, f a/m 2", "w a/.wh..wh..opq, f a/n 3"}) == "a/ a/n=3 b=1");
}

TEST_CASE("an opaque marker in what is no directory is fine") {
  CHECK(merged({"f q 1", "w q/.wh..wh..opq, f c 2"}) == "c=2 q=1");
  CHECK(merged({"d b", "w a/.wh..wh..opq, f c 2"}) == "b/ c=2");  // umoci; buildah makes a/
}

TEST_CASE("markers follow the links of their parents") {
  CHECK(merged({"d d, f d/o 1, s l d", "w l/.wh.o"}) == "d/ l->d");
  // umoci; buildah does not look behind the link.
  CHECK(merged({"d d, f d/o 1, s l d", "w l/.wh..wh..opq, f l/n 2"}) == "d/ d/n=2 l->d");
  // A directory that took the link's place is meant itself.
  CHECK(merged({"d d, f d/o 1, s l d", "d l, w l/.wh..wh..opq, f l/n 2"}) == "d/ d/o=1 l/ l/n=2");
}

// As buildah 1.28 mounts it with its overlay driver; empty where both unpackers make the same tree.
std::string overlaid(std::initializer_list<std::string_view> layers) {
  const Stack stack = stack_of(layers);
  const Result<FileTree> copied = FileTree::merge(stack.layers, budget);
  REQUIRE(copied);
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget, 0, Unpacker::overlay);
  if (!tree) return std::string(to_string(tree.error().code())) + ": " + tree.error().message();
  // Whatever differs is said to be disputed.
  if (copied->disputed().empty()) CHECK(show(*copied) == show(*tree));
  return copied->disputed().empty() ? "" : show(*tree);
}

TEST_CASE("overlayfs shows a directory's lower content that the same layer takes away and makes anew") {
  CHECK(overlaid({"d a, f a/o 1", "w .wh.a, f a/n 2"}) == "a/ a/n=2 a/o=1");
  CHECK(overlaid({"d a, f a/o 1", "w .wh.a, d a"}) == "a/ a/o=1");
  CHECK(overlaid({"d v, d v/a, d v/a/b, f v/a/b/o 1", "w v/.wh.a, f v/a/n 2"}) == "v/ v/a/ v/a/b/ v/a/b/o=1 v/a/n=2");
  CHECK(overlaid({"d a, f a/o 1", "w .wh.a", "d a, f a/n 3"}).empty());  // in two layers all is well
  CHECK(overlaid({"d a", "w .wh.a, f a/n 2"}).empty());
  CHECK(overlaid({"d a, f a/o 1", "w .wh.a, f a 2"}).empty());
  CHECK(overlaid({"d a, f a/o 1", "d a, w a/.wh..wh..opq, f a/n 2"}).empty());
}

TEST_CASE("an opaque marker in the root hides nothing on overlayfs") {
  CHECK(overlaid({"f b 1", "w .wh..wh..opq, f n 2"}) == "b=1 n=2");
  CHECK(overlaid({"w .wh..wh..opq, f n 2"}).empty());
}

TEST_CASE("behind a lower layer's link overlayfs makes a directory in the link's place") {
  const std::string_view lower = "d d, f d/o 1, s l d";
  CHECK(overlaid({lower, "w l/.wh.o"}) == "d/ d/o=1 l/");
  CHECK(overlaid({lower, "w l/.wh..wh..opq, f l/n 2"}) == "d/ d/o=1 l/ l/n=2");
  CHECK(overlaid({lower, "f l/o 2"}) == "d/ d/o=1 l/ l/o=2");
  CHECK(overlaid({lower, "f l/n 2", "f l/n 3"}) == "d/ d/o=1 l/ l/n=3");
  CHECK(overlaid({"d d, f d/o 1", "d d, s l d, f l/o 2"}).empty());  // the layer's own link
}

TEST_CASE("of a name that is a file and a directory in one layer it is not said what overlayfs shows below it") {
  CHECK(merged({"d a, f a/o 1", "f a 2, d a"}) == "a/");
  CHECK(overlaid({"d a, f a/o 1", "f a 2, d a"}).starts_with("unsupported: layer sha256:"));
  CHECK(overlaid({"d a", "f a 2, d a"}).empty());
}

TEST_CASE("markers of no name are malformed") {
  check_malformed({"d d", "w d/.wh."});
  check_malformed({"d d", "w d/.wh.."});
  check_malformed({"d d", "w d/.wh..."});
}

TEST_CASE("AUFS metadata is no part of the image") {
  CHECK(merged({"f t 1", "d .wh..wh.plnk, w .wh..wh.aufs, d .wh..wh.orph, f n 2"}) == "n=2 t=1");
  CHECK(merged({"d d, f t 1", "w d/.wh..wh.foo"}) == "d/ t=1");
  // A hard link may lead to an inode that AUFS kept. Both have h; umoci leaves the directory there, buildah an empty
  // one.
  CHECK(merged({"f t 1", "d .wh..wh.plnk, f .wh..wh.plnk/1.2 plnk, h h .wh..wh.plnk/1.2"}) == "h=plnk t=1");
}

TEST_CASE("entries below a link of a lower layer land in its target") {
  CHECK(merged({"d usr, d usr/lib, s lib usr/lib", "f lib/x 2"}) == "lib->usr/lib usr/ usr/lib/ usr/lib/x=2");
  CHECK(merged({"d usr, d usr/lib, s lib /usr/lib", "f lib/x 2"}) == "lib->/usr/lib usr/ usr/lib/ usr/lib/x=2");
  CHECK(merged({"d usr, d usr/lib, s lib ../../../usr/lib", "f lib/x 2"}) ==
        "lib->../../../usr/lib usr/ usr/lib/ usr/lib/x=2");
  CHECK(merged({"d a, d b, s a/l ../b, s m a/l", "f m/x 2"}) == "a/ a/l->../b b/ b/x=2 m->a/l");
  CHECK(merged({"d d, s l d, s d/k .", "f l/k/x 2"}) == "d/ d/k->. d/x=2 l->d");
  // umoci makes what a dangling link leads to; buildah fails.
  CHECK(merged({"s lib usr/lib", "f lib/x 2"}) == "lib->usr/lib usr/ usr/lib/ usr/lib/x=2");
  CHECK(merged({"s a/l ../../zz", "f a/l/x 2"}) == "a/ a/l->../../zz zz/ zz/x=2");
  CHECK(merged({"s l nx/../d", "f l/x 2"}) == "d/ d/x=2 l->nx/../d");
}

TEST_CASE("directories, files and links take each other's place") {
  CHECK(merged({"d a, f a/x 1", "d a, f a/y 2"}) == "a/ a/x=1 a/y=2");
  CHECK(merged({"d a, f a/x 1", "f a 2"}) == "a=2");
  CHECK(merged({"f a 1", "d a, f a/x 2"}) == "a/ a/x=2");
  CHECK(merged({"d usr, f usr/o 1, s l usr", "d l, f l/n 2"}) == "l/ l/n=2 usr/ usr/o=1");
  CHECK(merged({"d usr, f usr/o 1, s l usr", "f l/n 2, d l"}) == "l/ usr/ usr/n=2 usr/o=1");
  CHECK(merged({"f t 1, s l t", "f l 2"}) == "l=2 t=1");
  CHECK(merged({"d a, f a/x 1", "s a b, d b"}) == "a->b b/");
  CHECK(merged({"d a, f a/x 1, d b", "s a b, f a/y 2"}) == "a->b b/ b/y=2");
  CHECK(merged({"d a, f a/x 1, d b", "s a b", "d a, f a/z 3"}) == "a/ a/z=3 b/");
  CHECK(merged({"d d, s l d", "s l e"}) == "d/ l->e");
  CHECK(merged({"f p/q/r/x 1"}) == "p/ p/q/ p/q/r/ p/q/r/x=1");
}

TEST_CASE("the last of several entries of one name wins") {  // umoci; buildah refuses them
  CHECK(merged({"f a 1, f a 2"}) == "a=2");
  CHECK(merged({"d a, f a/x 1, f a 2"}) == "a=2");
  CHECK(merged({"f ./a 1, f /a 2, f b/../a 3"}) == "a=3");
}

TEST_CASE("hard links share the file, whatever becomes of the other name") {
  CHECK(merged({"f t 1, h h t"}) == "h=1 t=1");
  CHECK(merged({"f t 1", "h h t", "w .wh.t"}) == "h=1");
  CHECK(merged({"f t 1", "h h t", "f t 3"}) == "h=1 t=3");
  CHECK(merged({"f t 1", "h h t, w .wh.t"}) == "h=1");
  CHECK(merged({"f t 1, s l t, h h l", "f t 2"}) == "h->t l->t t=2");
  CHECK(merged({"d d, f d/t 1, s l d, h h l/t"}) == "d/ d/t=1 h=1 l->d");
  CHECK(merged({"d d, f d/t 1, h h /d/t"}) == "d/ d/t=1 h=1");
  CHECK(merged({"f t 1, d a, f a/x 1", "h a t"}) == "a=1 t=1");
  CHECK(merged({"d d, s l d, f t 1", "h l/h t"}) == "d/ d/h=1 l->d t=1");
  CHECK(merged({"f t 1", "h a t, h b a, h c b", "w .wh.t, w .wh.a, w .wh.b"}) == "c=1");
}

TEST_CASE("hard links to nothing are malformed") {
  check_malformed({"h a zz"});
  check_malformed({"f a 1", "h a a"});
  check_malformed({"h b a, f a 1"});
  check_malformed({"d t, h h t"});
  check_malformed({"f t 1", "w .wh.t, h h t"});
  check_malformed({"d a, f a/t 1", "h a a/t"});
}

TEST_CASE("a lower layer's file gives way to a directory") {
  // buildah 1.28 on overlayfs, where each layer is unpacked alone; umoci since 0.4.8. umoci 0.4.7 and buildah on vfs
  // fail.
  CHECK(merged({"f a 1", "f a/x 2"}) == "a/ a/x=2");
  CHECK(merged({"d d, f d/a 1", "f d/a/b/c/x 2, f d/a/y 3"}) == "d/ d/a/ d/a/b/ d/a/b/c/ d/a/b/c/x=2 d/a/y=3");
  CHECK(merged({"f a 1, h b a", "f a/x 2"}) == "a/ a/x=2 b=1");  // the file's other name stays
  CHECK(merged({"f a 1", "f a/x 2", "f a 3"}) == "a=3");
}

TEST_CASE("entries below a file of their own layer, or behind a link to one, are malformed") {
  check_malformed({"f a 1, f a/x 2"});
  check_malformed({"f a 1", "f a 2, f a/x 2"});
  check_malformed({"f t 1", "h a t, f a/x 2"});
  // overlayfs makes l a directory, umoci and buildah on vfs fail.
  check_malformed({"f a 1, s l a", "f l/x 2"});
}

TEST_CASE("links that loop on the way to an entry are malformed") {
  check_malformed({"s a b, s b a", "f a/x 1"});
  check_malformed({"s a a", "f a/x 1"});
  check_malformed({"s a b/c, s b a", "f a/x 1"});
  CHECK(merged({"s a b, s b a, f c 1"}) == "a->b b->a c=1");  // only when something is below
}

TEST_CASE("find follows so many links and no more") {
  std::string text = "f a0 1";
  for (std::size_t i = 1; i <= kMaxSymlinksFollowed + 1; ++i)
    text += ", s a" + std::to_string(i) + " a" + std::to_string(i - 1);
  const Stack stack = stack_of({text});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  CHECK(tree->find("a" + std::to_string(kMaxSymlinksFollowed)));
  CHECK(!tree->find("a" + std::to_string(kMaxSymlinksFollowed + 1)));
}

TEST_CASE("a tree has names up to a limit, which is kMaxTreeNodes") {
  Nodes nodes(0, 3);
  CHECK(nodes.make_child(kRootNode, "a"));
  CHECK(nodes.make_child(kRootNode, "b"));
  const Result<NodeId> beyond = nodes.make_child(kRootNode, "c");
  REQUIRE(!beyond);
  CHECK(beyond.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("find follows links inside the root") {
  const Stack stack =
      stack_of({"d usr, d usr/lib, f usr/lib/os 1, s lib usr/lib, s abs /usr/lib/os, s up ../../abs, "
                "s loop loop, s dangling nothing, f p/q 1, h hard usr/lib/os"});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  for (const char* path : {"usr/lib/os", "lib/os", "abs", "up", "/abs", "lib/../lib/os"}) {
    INFO(path);
    const std::optional<File> file = tree->find(path);
    REQUIRE(file);
    CHECK(file->path == "usr/lib/os");
    CHECK(file->entry_index == 2);
    CHECK(file->layer == 0);
    CHECK(file->entry == &stack.layers[0]->entries[2]);
  }
  CHECK(tree->find("hard")->path == "hard");
  CHECK(tree->find("hard")->entry_index == 2);
  CHECK(tree->find("lib")->path == "usr/lib");
  CHECK(tree->find("p")->entry == nullptr);
  CHECK(tree->find("p")->type == EntryType::directory);
  for (const char* path : {"loop", "dangling", "nothing", "usr/lib/os/x", "loop/x"}) CHECK(!tree->find(path));
}

TEST_CASE("for_each goes in the order of whole paths by byte") {
  const Stack stack = stack_of({"f a/b 1, f a.c 1, f a-b 1, f a/b.d 1, f a0 1, f a/b-/x 1, f \xff 1"});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  std::vector<std::string> paths;
  tree->for_each([&](const File& file) { paths.push_back(file.path); });
  CHECK(paths == std::vector<std::string>{"a", "a-b", "a.c", "a/b", "a/b-", "a/b-/x", "a/b.d", "a0", "\xff"});
  CHECK(std::is_sorted(paths.begin(), paths.end()));
}

TEST_CASE("of files the names and those of their directories choose, whatever their number") {
  std::string layer = "f x/.wh 1, s x/l a/keep, d keep";
  for (int i = 0; i < 30000; ++i) layer += ", f " + std::to_string(i % 7) + "/keep/" + std::to_string(i) + " 1";
  const Stack stack = stack_of({layer});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  const auto chosen = [&](const std::function<bool(const Name&)>& wants) {
    std::vector<std::string> paths;
    tree->for_each_named(wants, [&](const File& file) { paths.push_back(file.path); });
    CHECK(std::is_sorted(paths.begin(), paths.end()));
    return paths;
  };
  CHECK(chosen([](const Name& each) { return each.directory == "keep" && each.name == "12"; }) ==
        std::vector<std::string>{"5/keep/12"});
  CHECK(chosen([](const Name& each) { return each.directory == "keep"; }).size() == 30000);
  CHECK(chosen([](const Name& each) { return each.directory.empty(); }) ==
        std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "keep", "x"});
  CHECK(chosen([](const Name& each) { return each.type == EntryType::symlink; }) == std::vector<std::string>{"x/l"});
}

TEST_CASE(
    "what is in the directories that are wanted comes in the order of paths, and each directory is asked for once") {
  const Stack stack = stack_of({"f a/b/c/1 1, f a/b/2 1, f a/b-/3 1, f a/b/c-/4 1, f a/5 1, s a/l b, f b/6 1, d e"});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  std::vector<std::string> asked, called;
  tree->for_each_in(
      [&](std::string_view directory) {
        asked.emplace_back(directory);
        return directory == "a" || directory.ends_with("c");
      },
      [&](const File& file) { called.push_back(file.path); });
  CHECK(called == std::vector<std::string>{"a/5", "a/b", "a/b-", "a/b/c/1", "a/l"});
  CHECK(asked == std::vector<std::string>{"", "a", "a/b-", "a/b", "a/b/c-", "a/b/c", "b"});
}

TEST_CASE("links are those of the merged tree, sorted, with hard links to them") {
  const Stack stack = stack_of({"s z a, s a.d/l x, s a x, s gone x, h h z", "w .wh.gone, f a.d/f 1, s a/b c"});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  if (!tree) FAIL(tree.error().message());
  std::vector<std::string> walked;
  tree->for_each([&](const File& file) {
    if (file.type == EntryType::symlink) walked.push_back(file.path);
  });
  CHECK(tree->links() == walked);
  CHECK(std::is_sorted(walked.begin(), walked.end()));
  CHECK(walked.size() == 5);
}

TEST_CASE("digests come with a file under each of its names") {
  const Stack stack = stack_of({tar_of("f t 1, h h t")}, {.file_digests = WithFileDigests::yes});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  REQUIRE(tree->find("h")->digests != nullptr);
  CHECK(tree->find("h")->digests == tree->find("t")->digests);
  CHECK(tree->find("h")->type == EntryType::file);
}

TEST_CASE("directories too deep are refused") {
  // Each layer goes through a link into the deepest directory, so that no path is long.
  std::string deep = "a";
  for (int i = 1; i < 40; ++i) deep += "/a";
  std::vector<std::string> tars = {tar_of("f " + deep + "/x 1, s l0 " + deep)};
  for (int i = 1; tars.size() * 40 < kMaxPathComponents; ++i) {
    const std::string below = "l" + std::to_string(i - 1) + "/" + deep;
    tars.push_back(tar_of("f " + below + "/x 1, s l" + std::to_string(i) + " " + below));
  }
  Stack stack = stack_of(tars, {});
  const Result<FileTree> tree = FileTree::merge(stack.layers, budget);
  REQUIRE(!tree);
  INFO(tree.error().message());
  CHECK(tree.error().code() == ErrorCode::limit_exceeded);
  stack.layers.resize(stack.layers.size() - 2);
  CHECK(FileTree::merge(stack.layers, budget));
}

TEST_CASE("links over too many links are refused") {
  Budget small({kGiB, kGiB, 1'000, 0, 20'000});
  std::string circle;  // "d/../d/../"…, as long as a target may be
  while (circle.size() + 5 < kMaxTarPathBytes) circle += "d/../";
  const std::string tar = tar_entry({.path = "d", .type = '5'}) + testing::tar_pax('x', {{"linkpath", circle}}) +
                          tar_entry({.path = "l", .type = '2'}) + tar_entry({.path = "l/x"}) + tar_end();
  const Stack stack = stack_of({tar}, {});
  const Result<FileTree> tree = FileTree::merge(stack.layers, small);
  REQUIRE(!tree);
  CHECK(tree.error().code() == ErrorCode::limit_exceeded);
  Budget enough({kGiB, kGiB, 1'000, 0, 40'000});
  CHECK(FileTree::merge(stack.layers, enough));
}

TEST_CASE("a tree costs memory while it is there, and steps for each entry and component") {
  const Stack stack = stack_of({"f a/b/c 1, f a/b/d 2"});
  Budget small({kMiB, 0, 0, 0, 8'192});
  {
    const Result<FileTree> tree = FileTree::merge(stack.layers, small);
    REQUIRE(tree);
    CHECK(small.spent(Cost::memory) >= 4 * 48);
    CHECK(small.spent(Cost::steps) > 0);
    const std::uint64_t before = small.spent(Cost::memory);
    const FileTree copy = *tree;
    CHECK(small.spent(Cost::memory) == before);
  }
  CHECK(small.spent(Cost::memory) == 0);
  Budget none({0, 0, 0, 0, 8'192});
  CHECK(FileTree::merge(stack.layers, none).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("find does not say that a file is absent when it could not look") {
  const Stack stack = stack_of({"f a/b/c 1"});
  Budget few({kMiB, 0, 0, 0, 4'200});
  const Result<FileTree> tree = FileTree::merge(stack.layers, few);
  REQUIRE(tree);
  std::size_t found = 0;
  CHECK(tree->complete());
  while (found < 1'000 && tree->find("a/b/c")) ++found;
  CHECK(found > 0);
  CHECK(found < 1'000);
  CHECK(tree->complete().error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("links in a deep directory cost no more than others") {
  // From the root, each would be a walk of 4,000 components.
  std::string deep = "a";
  for (int i = 0; i < 3'999; ++i) deep += "/a";
  LayerScan scan(crypto::sha256("deep"), budget);
  const auto add = [&](EntryType type, const std::string& path) {
    Entry entry;
    entry.type = type;
    entry.path = scan.names.keep(path);
    if (type == EntryType::symlink) entry.target = scan.names.keep("x");
    scan.entries.push_back(entry);
  };
  add(EntryType::file, deep + "/x");
  for (int i = 0; i < 1'000; ++i) add(EntryType::symlink, deep + "/" + std::to_string(i));
  Budget few({kGiB, 0, 0, 0, 40'000});
  const Result<FileTree> tree = FileTree::merge({&scan}, few);
  REQUIRE(tree);
  CHECK(tree->requested_files({}));
}

TEST_CASE("files behind links are wanted up to a limit") {
  class Named final : public Collector {
   public:
    std::string_view name() const override { return "named"; }
    int version() const override { return 1; }
    std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view) const override {
      return file.path.ends_with(".db") ? keep_whole(1000) : nullptr;
    }
    std::span<const std::string_view> well_known_paths() const override {
      static constexpr std::string_view kPaths[] = {"known"};
      return kPaths;
    }
  };
  const Named named;
  const Stack stack = stack_of({tar_of("f a 1, f b 2, f c 3, s x.db a, s y.db b, s known c, s z.db nothing")},
                               {.collectors = {&named}});
  const auto tree = FileTree::merge(stack.layers, budget);
  REQUIRE(tree);
  const auto wanted = tree->requested_files({&named}, 3);
  REQUIRE(wanted);
  CHECK(wanted->at(0).size() == 3);
  // kMaxRereadFiles is the default.
  CHECK(tree->requested_files({&named}, 2).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("too many layers are refused") {
  const Stack stack = stack_of({tar_end()}, {});
  CHECK(FileTree::merge(std::vector<const LayerScan*>(kMaxLayers, stack.layers[0]), budget));
  const Result<FileTree> tree = FileTree::merge(std::vector<const LayerScan*>(kMaxLayers + 1, stack.layers[0]), budget);
  REQUIRE(!tree);
  CHECK(tree.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("markers over and over in a large directory take no time") {
  // A million children times a thousand markers would be a thousand million steps.
  LayerScan lower(crypto::sha256("lower"), budget), upper(crypto::sha256("upper"), budget);
  const auto add = [](LayerScan& scan, const std::string& path) {
    Entry entry;
    entry.path = scan.names.keep(path);
    scan.entries.push_back(entry);
  };
  for (int i = 0; i < 20'000; ++i) add(lower, "d/" + std::to_string(i));
  for (int i = 0; i < 20'000; ++i) add(upper, "d/" + std::to_string(i));
  for (int i = 0; i < 20'000; ++i) add(upper, "d/.wh..wh..opq");
  for (int i = 0; i < 20'000; ++i) add(upper, ".wh.d");
  const Result<FileTree> tree = FileTree::merge({&lower, &upper}, budget);
  REQUIRE(tree);
  CHECK(tree->size() == 20'001);
}

}  // namespace supply::rootfs
