#include "cache.hpp"
#include "check.hpp"
#include "mailbox.hpp"
#include "scenario.hpp"
#include "sink.hpp"
#include "source.hpp"
#include "stage_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace weir::simulation {
namespace {

constexpr const weir_stage_type* stages[] = {&stage_type<Source>,
                                             &stage_type<Check>,
                                             &stage_type<KeepingSink>,
                                             &stage_type<PlainSink>,
                                             &stage_type<Cache>,
                                             &stage_type<Mailbox>,
                                             nullptr};
constexpr weir_plugin plugin{sizeof(weir_plugin), "simulation", "1", stages};

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* given = std::getenv(variable);
  return given == nullptr ? std::nullopt : std::optional<std::uint64_t>(std::stoull(given));
}

#ifdef WEIR_ADDRESS_SANITIZER
constexpr std::uint64_t usual_seeds = 100;  // each takes ten times as long
#else
constexpr std::uint64_t usual_seeds = 1'000;
#endif

/// How many seeds: the usual ones, or WEIR_SEEDS.
std::uint64_t seeds() { return number_from("WEIR_SEEDS").value_or(usual_seeds); }

/// Among so many seeds some must find a fault that is there.
constexpr std::uint64_t seeds_of_a_flaw = 200;

class SimulationTest : public testing::Test {
 protected:
  /// WEIR_SEED: that one alone, with the engine's log.
  const std::optional<std::uint64_t> only = number_from("WEIR_SEED");

  Report simulate(std::uint64_t seed, Flaw flaw = Flaw::none) {
    auto scenario =
        std::make_unique<Scenario>(seed, flaw, Scenario::Engine{registry, log, metrics});
    try {
      return scenario->run();
    } catch (const Stuck& e) {
      static_cast<void>(scenario.release());  // its fibers hold it, and never end
      return {.violation = e.what()};
    }
  }

  Registry registry{plugin};
  Log log{only ? Level::debug : Level::error, [this](std::string_view line) {
            if (only) std::cout << line;
          }};
  Metrics metrics;
};

TEST_F(SimulationTest, EveryMessageEndsInOnePlaceWhateverHappensAndInWhateverOrder) {
  for (std::uint64_t seed = only.value_or(1); seed <= only.value_or(seeds()); ++seed) {
    const Report report = simulate(seed);
    ASSERT_FALSE(report.violation) << "WEIR_SEED=" << seed << ": " << *report.violation;
  }
}

TEST_F(SimulationTest, TheSameSeedIsTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Report first = simulate(seed);
    const Report second = simulate(seed);
    EXPECT_EQ(first.fingerprint, second.fingerprint) << "WEIR_SEED=" << seed;
    EXPECT_EQ(first.steps, second.steps) << "WEIR_SEED=" << seed;
    EXPECT_NE(first.fingerprint, simulate(seed + 1'000).fingerprint) << "WEIR_SEED=" << seed;
  }
}

TEST_F(SimulationTest, MeetsEachMisfortuneThatItIsFor) {
  Tally all;
  for (std::uint64_t seed = 1; seed <= seeds_of_a_flaw; ++seed) {
    const Tally tally = simulate(seed).tally;
    all.crashes += tally.crashes;
    all.standstills += tally.standstills;
    all.outages += tally.outages;
    all.faults += tally.faults;
    all.rivals += tally.rivals;
    all.fenced += tally.fenced;
    all.done_before += tally.done_before;
    all.late_revokes += tally.late_revokes;
    all.expelled += tally.expelled;
  }
  EXPECT_GT(all.crashes, 0U);
  EXPECT_GT(all.standstills, 0U);
  EXPECT_GT(all.outages, 0U);
  EXPECT_GT(all.faults, 0U);
  EXPECT_GT(all.rivals, 0U);
  EXPECT_GT(all.fenced, 0U);
  EXPECT_GT(all.done_before, 0U);
  EXPECT_GT(all.late_revokes, 0U);
  EXPECT_GT(all.expelled, 0U);
}

/// A sink that is broken on purpose, and the words by which some seed finds that.
struct Broken {
  Flaw flaw;
  const char* name;
  const char* found_as;

  friend std::ostream& operator<<(std::ostream& out, const Broken& broken) {
    return out << broken.name;
  }
};

class BrokenSinkTest : public SimulationTest, public testing::WithParamInterface<Broken> {};

TEST_P(BrokenSinkTest, IsFoundBySomeSeed) {
  std::optional<std::string> violation;
  for (std::uint64_t seed = 1; seed <= seeds_of_a_flaw && !violation; ++seed)
    violation = simulate(seed, GetParam().flaw).violation;
  ASSERT_TRUE(violation) << "no seed has found it";
  EXPECT_THAT(*violation, testing::ContainsRegex(GetParam().found_as));
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, BrokenSinkTest,
    testing::Values(Broken{Flaw::position_first, "ThatCommitsThePositionBeforeTheRows",
                           "has not ended|is not in it"},
                    Broken{Flaw::blind_repeat, "ThatRepeatsADoubtfulCommitBlindly",
                           "is stored twice|ends twice"},
                    Broken{Flaw::unfenced, "ThatDoesNotHeedTheEpoch", "stands at"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace weir::simulation
