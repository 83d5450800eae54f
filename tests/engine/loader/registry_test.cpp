#include "engine/loader/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace weir {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class RegistryTest : public testing::Test {
 protected:
  std::string why_left_out(const std::string& file) const {
    for (const auto& each : registry.left_out()) {
      if (each.file.filename() == file) return each.why;
    }
    return "(not left out)";
  }
  Registry registry{{WEIR_FIXTURES}};
};

TEST_F(RegistryTest, KnowsIdRoleSummaryAndPluginOfAStage) {
  const StageInfo* info = registry.find("fixture-counting-source");
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->role, Role::source);
  EXPECT_EQ(info->summary, "Counts.");
  EXPECT_EQ(info->plugin, "fixture-counting-source 0.1.0");
  EXPECT_EQ(registry.find("fixture-recording")->role, Role::step);
  EXPECT_EQ(registry.find("fixture-window")->role, Role::service);
  EXPECT_EQ(registry.find("no-such-stage"), nullptr);
}

TEST_F(RegistryTest, HoldsTheStagesOfAPluginThatIsPartOfTheProgram) {
  static constexpr weir_stage_type whole{
      .size = sizeof(weir_stage_type),
      .traits = 0,
      .id = "whole",
      .summary = "Does nothing.",
      .schema = "{}",
      .create = [](const weir_host*, const weir_config*, weir_error*) -> void* { return nullptr; },
      .destroy = [](void*) {},
      .start = nullptr,
      .stop = nullptr,
      .poll = nullptr,
      .commit = nullptr,
      .open = nullptr,
      .close = nullptr,
      .interrupt = nullptr,
      .process = nullptr,
      .extension = nullptr};
  static constexpr weir_stage_type broken{};
  static constexpr const weir_stage_type* types[] = {&whole, &broken, nullptr};
  const weir_plugin plugin{sizeof(weir_plugin), "inner", "1.0.0", types};
  const Registry inner(plugin);
  ASSERT_NE(inner.find("whole"), nullptr);
  EXPECT_EQ(inner.find("whole")->plugin, "inner 1.0.0");
  EXPECT_EQ(inner.type("whole"), &whole);
  ASSERT_EQ(inner.left_out().size(), 1U);
  EXPECT_THAT(inner.left_out().front().why, HasSubstr("too short"));
}

TEST_F(RegistryTest, LeavesBrokenPluginsOutAndSaysWhy) {
  EXPECT_THAT(why_left_out("fixture-no-symbol.so"), HasSubstr("exports no weir_plugin_v1"));
  EXPECT_THAT(why_left_out("fixture-short-plugin.so"), HasSubstr("incompletely"));
  EXPECT_THAT(why_left_out("fixture-short-table.so"), HasSubstr("too short"));
  EXPECT_THAT(why_left_out("fixture-no-create.so"), HasSubstr("no create()"));
  EXPECT_THAT(why_left_out("fixture-no-id.so"), HasSubstr("no id"));
  EXPECT_THAT(why_left_out("fixture-wrong-id.so"), HasSubstr("lower-case"));
  EXPECT_THAT(why_left_out("fixture-two-roles.so"), HasSubstr("at once"));
}

TEST_F(RegistryTest, OfTwoStagesWithOneIdTheFirstCounts) {
  EXPECT_THAT(why_left_out("fixture-duplicate-b.so"), HasSubstr("fixture-duplicate-a.so already"));
}

TEST_F(RegistryTest, AFolderOrFileThatCannotBeReadIsLeftOut) {
  const Registry none({"/no/such/folder"});
  ASSERT_EQ(none.left_out().size(), 1U);
  EXPECT_THAT(none.left_out()[0].why, HasSubstr("--plugins"));

  const fs::path folder =
      fs::temp_directory_path() / ("weir-registry-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "garbage.so") << "no library";
  const Registry garbage({folder});
  ASSERT_EQ(garbage.left_out().size(), 1U);
  EXPECT_THAT(garbage.left_out()[0].why, HasSubstr("cannot load the plugin"));
  fs::remove_all(folder);
}

TEST_F(RegistryTest, AnOverwrittenPluginIsLoadedAsItIsNow) {
  const fs::path folder =
      fs::temp_directory_path() / ("weir-registry-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  fs::copy_file(fs::path(WEIR_FIXTURES) / "fixture-recording.so", folder / "stage.so");
  const Registry before({folder});
  EXPECT_NE(before.find("fixture-recording"), nullptr);
  fs::copy_file(fs::path(WEIR_FIXTURES) / "fixture-failing.so", folder / "stage.so",
                fs::copy_options::overwrite_existing);
  const Registry after({folder});
  EXPECT_EQ(after.find("fixture-recording"), nullptr);
  EXPECT_NE(after.find("fixture-failing"), nullptr);
  EXPECT_NE(before.type("fixture-recording"), nullptr);  // the old one goes on
  fs::remove_all(folder);
}

}  // namespace
}  // namespace weir
