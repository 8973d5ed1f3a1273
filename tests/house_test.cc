// The house rules that a machine can check: who may include whom, and the shape of files. Each rule
// looks at one file and returns its complaints, so that the tests can also feed it bad examples: a
// rule that cannot complain is no rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using std::string;
using std::string_view;
using Complaints = std::vector<string>;

struct File {
  string path;  // from the root of the project
  string text;
};

// --- Who may include whom. A name that ends in '/' stands for all of a folder.

// The first row whose place begins the path of a file says what the file may include, besides the
// standard library and its own folder; a test may also include GoogleTest and tests/. Whoever may
// use any library includes it in <angle brackets>.
struct Layer {
  string_view place;
  std::vector<string_view> may_include;
  bool any_library = false;
};
const Layer kLayers[] = {
    {"src/base/", {"selfieseg/selfieseg.h", "hwy/"}},
    {"src/input/", {"base/", "selfieseg/selfieseg.h", "hwy/"}},
    {"src/net/",
     {"base/", "selfieseg/selfieseg.h", "hwy/", "flatbuffers/", "xnnpack.h", "vulkan/"}},
    {"src/mask/", {"base/", "selfieseg/selfieseg.h", "hwy/"}},
    {"src/compose/", {"base/", "selfieseg/selfieseg.h", "hwy/"}},
    {"src/selfieseg",
     {"base/", "input/", "net/", "mask/", "compose/", "selfieseg/selfieseg.h", "hwy/",
      "selfieseg_compose.h", "selfieseg_frame.h", "selfieseg_guard.h"}},
    {"include/", {"selfieseg/"}},
    {"eval/", {"eval/", "selfieseg/"}},
    {"hosts/cli/", {"camera/", "eval/", "selfieseg/"}, true},
    {"hosts/camera/", {"gst/", "live/", "cli/sandbox.h", "selfieseg/"}, true},
    {"hosts/gst/", {"live/", "selfieseg/"}, true},
    {"hosts/obs/", {"live/", "selfieseg/"}, true},
    {"hosts/live/", {"selfieseg/"}},
    {"hosts/", {"selfieseg/"}, true},
};

// What is kept to one place and its test, whatever the layers allow.
struct Reserved {
  string_view name, place;
};
const Reserved kReservedHeaders[] = {
    {"hwy/", "src/"},
    {"flatbuffers/", "src/net/tflite.cc"},
    {"net/tflite_generated.h", "src/net/tflite.cc"},
    {"xnnpack.h", "src/net/xnnpack.cc"},
    {"vulkan/", "src/net/vulkan/"},
    {"base/", "src/"},
    {"input/", "src/"},
    {"net/", "src/"},
    {"mask/", "src/"},
    {"compose/", "src/"},
};
const string_view kOnlyInSimdFiles[] = {"HWY_EXPORT", "HWY_DYNAMIC_", "HWY_DISPATCH_TABLE",
                                        "hwy/foreach_target.h"};

bool Fits(string_view name, string_view pattern) {
  return pattern.ends_with('/') ? name.starts_with(pattern) : name == pattern;
}

bool FitsAny(string_view name, const std::vector<string_view>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](string_view p) { return Fits(name, p); });
}

string_view FileName(string_view path) { return path.substr(path.rfind('/') + 1); }

// "hosts/cli/io/png.cc" -> "cli/", "src/selfieseg.cc" -> ""
string_view OwnFolder(string_view path) {
  path.remove_prefix(path.find('/') + 1);
  return path.substr(0, path.find('/') + 1);
}

std::vector<string> Lines(string_view text) {
  std::vector<string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// The name in an #include line, with '<' before it if it stands in angle brackets; empty for any
// other line.
string IncludeIn(string line) {
  line.erase(
      std::remove_if(line.begin(), line.end(), [](unsigned char c) { return std::isspace(c); }),
      line.end());
  constexpr string_view kInclude = "#include";
  if (!line.starts_with(kInclude)) return "";
  line.erase(0, kInclude.size());
  const string name = line.substr(0, line.find_first_of("\">", 1));
  return name.starts_with('"') ? name.substr(1) : name;
}

string Join(const std::vector<string_view>& names) {
  string all;
  for (const string_view name : names) all += (all.empty() ? "" : ", ") + string(name);
  return all;
}

// What is wrong with an include, as IncludeIn gives it, in the file at `path`; empty if nothing.
string CheckInclude(string_view path, string_view include) {
  const bool in_angle_brackets = include.starts_with('<');
  const string_view name = include.substr(in_angle_brackets ? 1 : 0);
  // The headers of the C++ standard library have neither a dot nor a slash in their names.
  if (in_angle_brackets && name.find_first_of("./") == string_view::npos) return "";
  if (path.starts_with("include/") && (include == "<stddef.h" || include == "<stdint.h")) return "";
  const bool is_test = path.ends_with("_test.cc");
  const string tested = is_test ? string(path.substr(0, path.rfind('_'))) + ".cc" : string(path);
  for (const Reserved& reserved : kReservedHeaders) {
    if (!Fits(name, reserved.name) || tested.starts_with(reserved.place)) continue;
    return "only " + string(reserved.place) + " may include it";
  }
  const auto layer = std::find_if(std::begin(kLayers), std::end(kLayers),
                                  [&](const Layer& l) { return path.starts_with(l.place); });
  if (layer == std::end(kLayers)) return "this place belongs to no layer";
  std::vector<string_view> allowed = layer->may_include;
  if (!OwnFolder(path).empty()) allowed.push_back(OwnFolder(path));
  if (is_test) allowed.insert(allowed.end(), {"gtest/", "tests/"});
  if (FitsAny(name, allowed) || (layer->any_library && in_angle_brackets)) return "";
  return "may include the standard library, " + Join(allowed) +
         (layer->any_library ? ", <libraries>" : "");
}

Complaints CheckLayers(const File& file) {
  Complaints complaints;
  const bool is_simd = FileName(file.path) == "simd.cc";
  const auto lines = Lines(file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto complain = [&](const string& what) {
      complaints.push_back(file.path + ":" + std::to_string(i + 1) + ": " + lines[i] + "\n  " +
                           what);
    };
    const string include = IncludeIn(lines[i]);
    if (!include.empty()) {
      const string wrong = CheckInclude(file.path, include);
      if (!wrong.empty()) complain(wrong);
      const bool is_ours = include.find("hwy/") == string::npos;
      if (include.ends_with("-inl.h") && is_ours && !is_simd)
        complain("only simd.cc may include it");
    }
    // The C++ layer that users include has classes of the same names: one program, two definitions.
    if (lines[i] == "namespace selfieseg {" && file.path.starts_with("src/"))
      complain("the inside of the library is namespace selfieseg::core");
    for (const string_view word : kOnlyInSimdFiles) {
      const bool found = lines[i].find(word) != string::npos;
      if (found && !is_simd) complain("only simd.cc may contain " + string(word));
    }
  }
  return complaints;
}

// --- The shape of files.

constexpr size_t kMostLines = 500, kMostLinesOfDev = 200;
const std::vector<string_view> kNamesThatSayNothing = {"util",   "utils",   "helper", "helpers",
                                                       "common", "manager", "misc"};
const string kToDo = string("TO") + "DO";

bool IsCpp(string_view path) {
  const std::vector<string_view> endings = {".h", ".hpp", ".cc", ".c"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](string_view ending) { return path.ends_with(ending); });
}

// x.cc may leave it to x.h to say what it is, if including that is the first thing it does.
bool BeginsWithOwnHeader(string_view path, string_view first_line) {
  if (!path.ends_with(".cc")) return false;
  const string stem(FileName(path.substr(0, path.size() - 3)));
  return first_line.starts_with("#include \"") && first_line.ends_with("/" + stem + ".h\"");
}

Complaints CheckShape(const File& file) {
  Complaints complaints;
  const auto complain = [&](const string& what) { complaints.push_back(file.path + ": " + what); };
  auto lines = Lines(file.text);
  const string_view name = FileName(file.path);
  const bool is_header = name.ends_with(".h") || name.ends_with(".hpp");
  const auto contains = [&](string_view words) { return file.text.find(words) != string::npos; };

  const size_t most_lines = file.path == "dev" ? kMostLinesOfDev : kMostLines;
  if (lines.size() > most_lines) complain("has more than " + std::to_string(most_lines) + " lines");
  for (const auto& part : std::filesystem::path(file.path)) {
    if (FitsAny(part.stem().string(), kNamesThatSayNothing)) complain("the name says nothing");
  }
  if (IsCpp(name) && contains("\t")) complain("contains a tab");
  for (size_t at = 0; (at = file.text.find(kToDo, at)) != string::npos; at += kToDo.size()) {
    const string next = file.text.substr(at + kToDo.size(), 2);
    if (!next.starts_with("(") || next == "()") complain(kToDo + " without (owner)");
  }

  if (!lines.empty() && lines[0].starts_with("#!")) lines.erase(lines.begin());
  const string first_line = lines.empty() ? "" : lines[0];
  const bool has_comment = IsCpp(name)
                               ? first_line.starts_with("//") || first_line.starts_with("/*")
                               : first_line.starts_with("#");
  if (!has_comment && !BeginsWithOwnHeader(file.path, first_line)) {
    complain("does not begin with a comment that says what it is");
  }
  const bool has_guard =
      contains("#pragma once") || (contains("#ifndef ") && contains("\n#define "));
  if (name.ends_with("-inl.h")) {
    if (!has_guard && !contains("No include guard: "))
      complain("has no '// No include guard: why'");
    if (has_guard) complain("has an include guard, but is included once for every instruction set");
  } else if (is_header && !has_guard) {
    complain("has no include guard");
  }
  return complaints;
}

// --- The tests.

// All source files, without what is hidden, built, or fetched by a package manager.
std::vector<File> ProjectFiles() {
  namespace fs = std::filesystem;
  const fs::path root = SELFIESEG_SOURCE_DIR;
  std::vector<File> files;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    const string name = entry->path().filename().string();
    if (entry->is_directory()) {
      const bool is_ours = !name.starts_with(".") && name != "build" &&
                           !name.starts_with("build-") && name != "node_modules";
      if (!is_ours) entry.disable_recursion_pending();
      continue;
    }
    const string path = entry->path().lexically_relative(root).generic_string();
    if (!IsCpp(name) && !name.ends_with(".cmake") && path != "dev") continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    files.push_back({path, string(std::istreambuf_iterator<char>(stream), {})});
  }
  return files;
}

bool HasLayer(const File& file) {
  return FitsAny(file.path, {"src/", "hosts/", "eval/", "include/"}) && IsCpp(file.path);
}

TEST(House, TheFilesAreFound) {
  const auto files = ProjectFiles();
  EXPECT_GT(std::count_if(files.begin(), files.end(), HasLayer), 30);
  EXPECT_TRUE(
      std::any_of(files.begin(), files.end(), [](const File& file) { return file.path == "dev"; }));
}

TEST(House, EveryFileIncludesOnlyWhatItsLayerMaySee) {
  for (const File& file : ProjectFiles()) {
    if (!HasLayer(file)) continue;
    for (const string& complaint : CheckLayers(file)) ADD_FAILURE() << complaint;
  }
}

TEST(House, EveryFileHasTheRightShape) {
  for (const File& file : ProjectFiles()) {
    for (const string& complaint : CheckShape(file)) ADD_FAILURE() << complaint;
  }
}

// A file, or one include in it, and the complaint about it: none, if it is a good example.
struct Example {
  string path, text;
  string_view complaint;
};

void ExpectComplaint(const Example& example, const Complaints& complaints) {
  SCOPED_TRACE(example.path + ": " + example.text.substr(0, 100));
  EXPECT_EQ(complaints.size(), example.complaint.empty() ? 0u : 1u);
  for (const string& complaint : complaints) {
    EXPECT_NE(complaint.find(example.complaint), string::npos) << complaint;
  }
}

TEST(House, ReadmeShowsTheExamplesAsTheyAre) {
  auto read = [](const std::filesystem::path& path) {
    std::ifstream file(path);
    return string(std::istreambuf_iterator<char>(file), {});
  };
  const std::filesystem::path root = SELFIESEG_SOURCE_DIR;
  for (const char* example : {"matte.c", "blur.cc"}) {
    const string text = read(root / "examples" / example);
    ASSERT_FALSE(text.empty());
    EXPECT_NE(read(root / "README.md").find(text), string::npos) << example;
  }
}

TEST(House, ComplainsAboutWrongIncludes) {
  const Example kExamples[] = {
      {"src/net/a.cc", "base/status.h", ""},
      {"src/net/a.cc", "net/a.h", ""},
      {"src/net/a.cc", "<vector", ""},
      {"src/net/a.cc", "mask/refine.h", "may include the standard library, "},
      {"src/net/a.cc", "<mask/refine.h", "may include"},
      {"src/net/a.cc", "../mask/refine.h", "may include"},
      {"src/net/a.cc", "graph.h", "may include"},
      {"src/net/a.cc", "selfieseg/selfieseg.hpp", "may include"},
      {"src/net/a.cc", "tests/golden.h", "may include"},
      {"src/net/a.cc", "<gtest/gtest.h", "may include"},
      {"src/net/a.cc", "<unistd.h", "may include"},
      {"src/net/a_test.cc", "<gtest/gtest.h", ""},
      {"src/net/a_test.cc", "tests/golden.h", ""},
      {"src/net/a_test.cc", "mask/refine.h", "may include"},
      {"src/base/a.h", "net/graph.h", "may include"},
      {"src/selfieseg.cc", "mask/refine.h", ""},
      {"src/selfieseg.cc", "cli/files.h", "may include"},
      {"src/more/a.cc", "base/status.h", "no layer"},
      {"include/selfieseg/a.h", "<stdint.h", ""},
      {"include/selfieseg/a.h", "base/status.h", "only src/"},
      {"eval/iou.cc", "eval/iou.h", ""},
      {"eval/iou.cc", "selfieseg/selfieseg.h", ""},
      {"eval/iou.cc", "cli/files.h", "may include"},
      {"hosts/cli/a.cc", "cli/io/png.h", ""},
      {"hosts/cli/a.cc", "eval/iou.h", ""},
      {"hosts/cli/a.cc", "<png.h", ""},
      {"hosts/cli/a.cc", "net/graph.h", "only src/"},
      {"hosts/cli/a.cc", "<net/graph.h", "only src/"},
      {"hosts/gst/a.cc", "eval/iou.h", "<libraries>"},
      {"hosts/cli/a.cc", "camera/wishes.h", ""},
      {"hosts/camera/a.cc", "gst/segment.h", ""},
      {"hosts/camera/a.cc", "cli/files.h", "<libraries>"},
      {"hosts/obs/a.cc", "live/finder.h", ""},
      {"hosts/obs/a.cc", "gst/settings.h", "<libraries>"},
      {"hosts/live/a.cc", "<obs.h", "may include"},
      {"hosts/web/a.cc", "live/finder.h", "<libraries>"},
      {"src/mask/a.cc", "hwy/highway.h", ""},
      {"hosts/cli/a.cc", "<hwy/highway.h", "only src/"},
      {"src/net/tflite.cc", "<flatbuffers/flatbuffers.h", ""},
      {"src/net/tflite.cc", "net/tflite_generated.h", ""},
      {"src/net/tflite_test.cc", "net/tflite_generated.h", ""},
      {"src/net/weights_test.cc", "net/tflite_generated.h", "only src/net/tflite.cc"},
      {"src/net/weights.cc", "<flatbuffers/flatbuffers.h", "only src/net/tflite.cc"},
      {"src/net/weights.cc", "net/tflite_generated.h", "only src/net/tflite.cc"},
      {"src/net/xnnpack.cc", "<xnnpack.h", ""},
      {"src/net/backend.cc", "<xnnpack.h", "only src/net/xnnpack.cc"},
      {"src/net/vulkan/run.cc", "<vulkan/vulkan.h", ""},
      {"src/net/vulkan/run.cc", "net/vulkan/run.h", ""},
      {"src/compose/a.cc", "<vulkan/vulkan.h", "only src/net/vulkan/"},
  };
  for (const Example& example : kExamples) {
    const string complaint = CheckInclude(example.path, example.text);
    ExpectComplaint(example, complaint.empty() ? Complaints{} : Complaints{complaint});
  }
}

TEST(House, ComplainsAboutWrongLines) {
  const Example kExamples[] = {
      {"src/net/a.cc", "#include <vector>\n#include \"base/status.h\"\n", ""},
      {"src/net/a.cc", "\n#include \"mask/refine.h\"\n",
       "src/net/a.cc:2: #include \"mask/refine.h\""},
      {"src/net/a.cc", " #  include <mask/refine.h>", "may include"},
      {"src/net/a.cc", "#include NAME", "may include"},
      {"src/net/a.cc", "#include \"net/a-inl.h\"", "only simd.cc may include it"},
      {"src/net/a.cc", "#include \"hwy/foreach_target.h\"", "only simd.cc may contain hwy/foreach"},
      {"src/net/a.cc", "HWY_EXPORT(Table);", "only simd.cc may contain HWY_EXPORT"},
      {"src/net/simd.cc", "#include \"net/a-inl.h\"\nHWY_EXPORT(Table);", ""},
      {"src/net/a.cc", "namespace selfieseg {", "namespace selfieseg::core"},
  };
  for (const Example& example : kExamples) {
    ExpectComplaint(example, CheckLayers({example.path, example.text}));
  }
}

TEST(House, ComplainsAboutWrongShape) {
  const string lines_500(500, '\n'), lines_200(200, '\n');
  const Example kExamples[] = {
      {"src/net/a.cc", "// What it is.\n", ""},
      {"src/net/a.cc", "#include \"net/a.h\"\n", ""},
      {"src/net/a.cc", "#include \"net/b.h\"\n", "begin with a comment"},
      {"src/net/a.cc", "", "begin with a comment"},
      {"cmake/a.cmake", "# What it is.\n", ""},
      {"cmake/a.cmake", "set(a b)\n", "begin with a comment"},
      {"dev", "#!/bin/sh\n# What it is.\n", ""},
      {"dev", "#!/bin/sh\necho\n", "begin with a comment"},
      {"dev", "#" + lines_200, ""},
      {"dev", "#" + lines_200 + "echo\n", "more than 200"},
      {"src/net/a.cc", "//" + lines_500, ""},
      {"src/net/a.cc", "//" + lines_500 + "int i;", "more than 500"},
      {"src/base/utils.cc", "// What it is.\n", "the name"},
      {"src/misc/a.cc", "// What it is.\n", "the name"},
      {"src/net/a.cc", "// " + kToDo + "(somebody): until when", ""},
      {"src/net/a.cc", "// " + kToDo + ": what", "without (owner)"},
      {"src/net/a.cc", "// " + kToDo + "(): what", "without (owner)"},
      {"src/net/a.cc", "//\n\tint i;", "tab"},
      {"src/net/a.h", "// What it is.\n#pragma once\n", ""},
      {"src/net/a.h", "// What it is.\n#ifndef A_H_\n#define A_H_\n#endif\n", ""},
      {"src/net/a.h", "// What it is.\n", "include guard"},
      {"src/net/a-inl.h", "// No include guard: simd.cc includes this once for each target.\n", ""},
      {"src/net/a-inl.h", "// What it is.\n", "No include guard"},
      {"src/net/a-inl.h", "// What it is.\n#pragma once\n", "has an include guard"},
  };
  for (const Example& example : kExamples) {
    ExpectComplaint(example, CheckShape({example.path, example.text}));
  }
}

}  // namespace
