// The networks against tensors made elsewhere: every step against double-precision goldens, masks
// against LiteRT's.
#include <cmath>
#include <cstring>
#include <map>

#include "selfieseg/selfieseg.hpp"
#include "tests/testdata.h"

namespace selfieseg {
namespace {

namespace fs = std::filesystem;

struct Network {
  const char* name;
  const char* input;
  const char* mask;
};
constexpr Network kNetworks[] = {
    {"general", "in_256x256x3.f32", "out_general_256x256.f32"},
    {"landscape", "in_144x256x3.f32", "out_landscape_144x256.f32"},
};

// All ways to run a network here: each backend, and each instruction set of this machine.
std::vector<std::string> AllBackends() {
  std::vector<std::string> names;
  for (size_t i = 0; selfieseg_backend_name(i) != nullptr; ++i)
    names.push_back(selfieseg_backend_name(i));
  for (const char* target : {"AVX3_DL", "AVX3", "AVX2", "SSE4", "SSSE3", "SSE2", "EMU128", "SCALAR",
                             "SVE2_128", "SVE_256", "SVE2", "SVE", "NEON"}) {
    selfieseg_options options = selfieseg_default_options();
    const std::string name = std::string("simd:") + target;
    options.backend = name.c_str();
    try {
      Session(Model::Open("general"), options);
      names.push_back(name);
    } catch (const Error&) {  // not on this machine
    }
  }
  return names;
}

std::vector<float> MaskOf(const Network& network, const std::string& backend, int threads,
                          const std::vector<float>& input, selfieseg_observer observer = nullptr,
                          void* context = nullptr) {
  selfieseg_options options = selfieseg_default_options();
  options.backend = backend.c_str();
  options.threads = threads;
  options.observer = observer;
  options.observer_context = context;
  const Model model = Model::Open(network.name);
  std::vector<float> mask(size_t(model.info().width) * model.info().height);
  Session(model, options).RunNetwork(input, mask);
  return mask;
}

TEST(Golden, EveryInstructionSetOfThisMachineIsTested) {
  const std::vector<std::string> names = AllBackends();
  EXPECT_NE(
      std::find(names.begin(), names.end(), std::string("simd:") + selfieseg_instruction_set()),
      names.end())
      << selfieseg_instruction_set() << " is not in the list of this test";
}

// Bound of golden/masks: two builds of LiteRT differ by 5e-5, any order of summation moves pixels
// near 0.5 by 1e-4.
TEST(Golden, MasksMatchLiteRt) {
  NEED_TESTDATA("golden/masks");
  for (const std::string& backend : AllBackends()) {
    for (const Network& network : kNetworks) {
      double worst = 0, worst_mean = 0;
      for (const fs::directory_entry& picture : fs::directory_iterator(TestData("golden/masks"))) {
        if (!picture.is_directory()) continue;
        const std::vector<float> expected = ReadFloats(picture.path() / network.mask);
        const std::vector<float> mask =
            MaskOf(network, backend, 1, ReadFloats(picture.path() / network.input));
        ASSERT_EQ(mask.size(), expected.size());
        double largest = 0, sum = 0;
        for (size_t i = 0; i < mask.size(); ++i) {
          const double error = std::abs(double(mask[i]) - expected[i]);
          ASSERT_FALSE(std::isnan(error)) << backend << ", " << picture.path() << ", float " << i;
          largest = std::max(largest, error);
          sum += error;
        }
        EXPECT_LE(largest, 1e-3) << backend << ", " << picture.path();
        EXPECT_LE(sum / mask.size(), 1e-5) << backend << ", " << picture.path();
        worst = std::max(worst, largest);
        worst_mean = std::max(worst_mean, sum / mask.size());
      }
      std::printf("%-12s %-10s max abs %.1e, mean abs %.1e\n", backend.c_str(), network.name, worst,
                  worst_mean);
    }
  }
}

struct Seen {
  std::map<int, std::vector<float>> steps;  // by the number of the operator
};

void Keep(void* context, const selfieseg_step* step) {
  const size_t size = size_t(step->shape[1]) * step->shape[2] * step->shape[3];
  static_cast<Seen*>(context)->steps[std::atoi(step->name)].assign(step->data, step->data + size);
}

// Which operator of the file each golden tensor is the result of.
struct Step {
  int op;
  const char* name;
};
constexpr Step kSteps[] = {
    {1, "mid_00_stem"},        {12, "mid_01_b1"},         {17, "mid_02_b2"},
    {23, "mid_03_b3"},         {34, "mid_04_b4"},         {46, "mid_05_b5"},
    {58, "mid_06_b6"},         {70, "mid_07_b7"},         {82, "mid_08_b8"},
    {88, "mid_09_head_gated"}, {90, "mid_10_dec32_up"},   {96, "mid_11_dec32_gate"},
    {103, "mid_12_dec32"},     {105, "mid_13_dec64_up"},  {111, "mid_14_dec64_gate"},
    {118, "mid_15_dec64"},     {120, "mid_16_dec128_up"}, {126, "mid_17_dec128_gate"},
    {133, "mid_18_dec128"},    {134, "mid_19_logits"},    {135, "output_mask"},
};

fs::path FindGolden(const std::string& prefix) {
  for (const fs::directory_entry& file : fs::directory_iterator(TestData("golden/steps"))) {
    const std::string name = file.path().filename();
    if (name.starts_with(prefix + "_") && name.ends_with(".f32")) return file.path();
  }
  return {};
}

void ExpectSteps(const char* backend, double tolerance, size_t at_least) {
  for (const Network& network : kNetworks) {
    Seen seen;
    MaskOf(network, backend, 1, ReadFloats(FindGolden(std::string(network.name) + "_input")), Keep,
           &seen);
    size_t compared = 0;
    for (const Step& step : kSteps) {
      const auto found = seen.steps.find(step.op);
      if (found == seen.steps.end()) continue;
      ++compared;
      const std::vector<float> expected =
          ReadFloats(FindGolden(std::string(network.name) + "_" + step.name));
      ASSERT_EQ(found->second.size(), expected.size()) << network.name << " " << step.name;
      double scale = 1;
      for (float value : expected) scale = std::max(scale, std::abs(double(value)));
      for (size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(found->second[i], expected[i], tolerance * scale)
            << network.name << " " << step.name << ", float " << i;
      }
    }
    EXPECT_GE(compared, at_least) << network.name;
  }
}

// Both round every tensor to float and sum in double, in orders that may differ: the last bit of
// the largest value, carried through up to 136 operators.
TEST(Golden, ReferenceMatchesEveryStep) {
  NEED_TESTDATA("golden/steps");
  ExpectSteps("reference", 2e-5, std::size(kSteps));
}

// Sums in float; and all four rewrites change what is summed. All stages that exist as whole
// tensors.
TEST(Golden, SimdMatchesEveryStageItHas) {
  NEED_TESTDATA("golden/steps");
  ExpectSteps("simd", 1e-4, 16);
}

// A picture that needs no files: smooth, with edges and noise.
std::vector<float> MadeUpInput(size_t size) {
  std::vector<float> input(size);
  uint32_t random = 1;
  for (size_t i = 0; i < size; ++i) {
    random = random * 1664525 + 1013904223;
    const size_t x = i / 3 % 256, y = i / 768;
    const bool inside = (x - 128) * (x - 128) + (y - 90) * (y - 90) < 3600;
    input[i] = 0.3f + 0.4f * inside + 0.2f * (i % 3) / 2 + 0.1f * (random >> 24) / 255;
  }
  return input;
}

TEST(Networks, GiveTheSameBitsForAnyNumberOfThreads) {
  for (const Network& network : kNetworks) {
    const Model model = Model::Open(network.name);
    const std::vector<float> input =
        MadeUpInput(size_t(model.info().width) * model.info().height * 3);
    const std::vector<float> one = MaskOf(network, "simd", 1, input);
    for (const int threads : {2, 3, 4, 7, 64}) {
      const std::vector<float> many = MaskOf(network, "simd", threads, input);
      EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0)
          << network.name << " with " << threads << " threads";
    }
  }
}

TEST(Networks, GiveTheSameBitsWhenRunAgain) {
  const Model model = Model::Open("general");
  Session session(model);
  const std::vector<float> input = MadeUpInput(256 * 256 * 3);
  std::vector<float> first(256 * 256), second(256 * 256), black(256 * 256 * 3);
  session.RunNetwork(input, first);
  session.RunNetwork(black, second);
  session.RunNetwork(input, second);
  EXPECT_EQ(first, second);
}

TEST(Networks, AgreeWithTheReferenceOnEveryInstructionSet) {
  for (const Network& network : kNetworks) {
    const Model model = Model::Open(network.name);
    const std::vector<float> input =
        MadeUpInput(size_t(model.info().width) * model.info().height * 3);
    const std::vector<float> expected = MaskOf(network, "reference", 1, input);
    for (const std::string& backend : AllBackends()) {
      const std::vector<float> mask = MaskOf(network, backend, 2, input);
      for (size_t i = 0; i < mask.size(); ++i) ASSERT_NEAR(mask[i], expected[i], 1e-3) << backend;
    }
  }
}

}  // namespace
}  // namespace selfieseg
