// What a person sees: a pipeline with many faults, printed. After a wanted change of the words:
//   WEIR_WRITE_GOLDEN=1 pipeline-test --gtest_filter='Golden.*', and read the difference.

#include "fake_catalog.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace {

const std::filesystem::path folder =
    "tests/engine/pipeline/golden";  // tests run in the project's root

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Golden, DiagnosticsOfAPipelineWithManyFaultsReadAsBefore) {
  const weir::Reading reading =
      weir::read_pipeline_file(folder / "faults.yaml", weir::testing::FakeCatalog(),
                               weir::testing::environment({{"BROKERS", "a secret"}}));
  EXPECT_FALSE(reading.spec);
  std::ostringstream printed;
  for (const weir::Diagnostic& diagnostic : reading.diagnostics) printed << diagnostic << '\n';

  if (std::getenv("WEIR_WRITE_GOLDEN") != nullptr)
    std::ofstream(folder / "faults.txt") << printed.str();
  EXPECT_EQ(printed.str(), content(folder / "faults.txt"));
}

}  // namespace
