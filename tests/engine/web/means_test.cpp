#include "engine/web/means.hpp"

#include "fakes.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace weir::web {
namespace {

int connections(int wanted, const Means& means) {
  return affordable({.connections = wanted}, means).connections;
}

}  // namespace

TEST(Means, LeaveHalfOfThemToThePipelines) {
  EXPECT_EQ(connections(2048, {.files = 2000}), 1000 - spare_threads);
  EXPECT_EQ(connections(2048, {.files = 100'000, .threads = 2048}), 1024 - spare_threads);
  EXPECT_EQ(connections(2048, {.files = 100'000}), 2048);
  EXPECT_EQ(connections(2048, {}), 2048);
}

TEST(Means, HaveRoomForAFewClientsAtLeast) {
  EXPECT_EQ(connections(2048, {.files = 10}), 16);
  EXPECT_EQ(connections(8, {.files = 10}), 8);
}

TEST(Means, AreThoseOfTheProcess) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_EQ(means_of_process().files, files.rlim_cur);
}

TEST(Means, KnowTheThreadsOfTheControlGroup) {
  const TemporaryFolder folder;
  folder.write("some", "2048\n");
  folder.write("max", "max\n");
  EXPECT_EQ(means_of_process(folder.path() / "some").threads, 2048U);
  for (const char* file : {"max", "none"})
    EXPECT_EQ(means_of_process(folder.path() / file).threads, Means{}.threads) << file;
}

}  // namespace weir::web
