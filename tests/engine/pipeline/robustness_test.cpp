// No bytes make the reader crash, hang or lie: it gives a spec or at least one diagnostic, never
// both, never none.

#include "fake_catalog.hpp"
#include "seed.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::string>& corpus() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> texts{
        "pipeline: p\nhttp: {listen: \"[::1]:80\", page: x}\nsource: {stage: queue-source, with: "
        "{brokers: b, topic: t, port: 80}}\n"
        "steps:\n- {name: store, stage: table-sink, with: {dsn: x, tables: [{table: t, with: {a: "
        "b}}]}}\n"
        "- {stage: memory-cache, with: {restore: {from: store}}}\nservices: [{stage: page-query, "
        "with: {from: [store]}}]\n"
        "batch: {messages: 5, bytes: 4MiB}\nretry: {first: 1s, longest: 2s}\nshards: "
        "${X:-2}\ndrain: 5s\n",
        "a: &x [1, 2.5, ~, true, \"\\u00e9\\n\", 'it''s', |\n  block\n  text\n]\nb: *x\nc: {? k : "
        "v, <<: *x}\n",
        "%YAML 1.2\n---\n- ${A}\n- \"${B:-c} $${d} ${file:e}\"\n- !!str 5\n...\n",
    };
    // Most of it may change and it stays a pipeline: what lies behind the YAML is tried as well.
    texts.push_back("pipeline: p\nservices: [{stage: page-query, with: {from: [page-query]}}]\n# " +
                    std::string(300, 'x') + "\n");
    texts.push_back(content("tests/engine/pipeline/golden/faults.yaml"));
    return texts;
  }();
  return all;
}

/// A text with a few bytes changed, cut out, doubled or taken from another text.
std::string mutate(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  constexpr std::string_view telling = "\n\t :-?{}[],&*!|>'\"%@`#$0~<\\\r\xFF\xC3";
  for (std::size_t edits = 1 + below(6); edits > 0 && !text.empty(); --edits) {
    const std::size_t at = below(text.size());
    const std::size_t size = 1 + below(std::min<std::size_t>(30, text.size() - at));
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.insert(at, 1, telling[below(telling.size())]);
        break;
      case 2:
        text.erase(at, size);
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, size));
        break;
      default: {
        const std::string& other = corpus()[below(corpus().size())];
        text.insert(at, other.substr(below(other.size()), 40));
      }
    }
  }
  return text;
}

TEST(Robustness, AnyBytesGiveASpecOrDiagnostics) {
  const unsigned seed = weir::testing::seed();
  SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t good = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string text =
        mutate(corpus()[static_cast<std::size_t>(i) % corpus().size()], random);
    const weir::Reading reading = weir::testing::read(text, {{"A", "1"}});
    ASSERT_NE(reading.spec.has_value(), !reading.diagnostics.empty()) << text;
    good += reading.spec ? 1 : 0;
    std::ostringstream printed;
    for (const weir::Diagnostic& diagnostic : reading.diagnostics) printed << diagnostic;
    ASSERT_EQ(printed.str().find('\x1b'), std::string::npos) << text;
  }
  EXPECT_GT(good, 20U);
}

TEST(Robustness, APipelineThatWasReadIsReadTheSameAgain) {
  const weir::Reading first = weir::testing::read(corpus().front());
  ASSERT_TRUE(first.spec) << testing::PrintToString(weir::testing::findings(first));
  EXPECT_EQ(first.spec, weir::testing::read(corpus().front()).spec);
}

TEST(Robustness, AHugePipelineIsReadInReasonableTime) {
  std::string text =
      "pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n";
  for (int i = 0; i < 1000; ++i)
    text += "- {name: n" + std::to_string(i) + ", stage: anything, with: {a: b}}\n";
  const weir::Reading reading = weir::testing::read(text);
  ASSERT_TRUE(reading.spec) << weir::testing::findings(reading).front();
  EXPECT_EQ(reading.spec->steps.size(), 1000U);
}

}  // namespace
