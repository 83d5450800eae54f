#include "engine/runtime/edit_log.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace weir {
namespace {

class EditLogTest : public testing::Test {
 protected:
  EditLogTest() : given(5) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      given[i] = message(std::string_view("abcde").substr(i, 1));
      given[i].position = static_cast<std::int64_t>(i) + 100;
      given[i].time_us = 7;
    }
    log.begin(given);
  }
  std::string values() {
    std::string all;
    for (const auto& message : log.passed())
      all += std::string_view(message.value.data, message.value.size);
    return all;
  }
  static weir_message message(std::string_view value) {
    weir_message made{};
    made.value = {value.data(), value.size()};
    return made;
  }
  weir_view view(std::string_view text) { return {text.data(), text.size()}; }

  std::vector<weir_message> given;
  EditLog log{[](weir_error*) { return weir_status{WEIR_OK}; }};
  weir_edit* edit = &log.raw();
};

TEST_F(EditLogTest, PassesTheVeryMessagesOnWhenNothingWasEdited) {
  EXPECT_EQ(log.passed().data(), given.data());
}

TEST_F(EditLogTest, DropsRejectsReplacesAndInserts) {
  const auto x = message("X"), y = message("Y");
  edit->drop(edit, 0);
  edit->reject(edit, 1, view("code"), view("reason"), view("/a"));
  edit->replace(edit, 2, &x);
  edit->insert(edit, 4, &y);
  edit->insert(edit, 0, &x);
  EXPECT_EQ(values(), "XXdeY");
  EXPECT_EQ(log.dropped(), 1U);
  EXPECT_EQ(log.inserts().size(), 2U);
  ASSERT_EQ(log.rejects().size(), 1U);
  EXPECT_EQ(log.rejects()[0].pointer, "/a");
}

TEST_F(EditLogTest, AReplacementKeepsPositionAndTime) {
  const auto x = message("X");
  edit->replace(edit, 2, &x);
  EXPECT_EQ(log.passed()[2].position, 102);
  EXPECT_EQ(log.passed()[2].time_us, 7);
}

TEST_F(EditLogTest, TheFirstWordAboutAMessageCounts) {
  edit->drop(edit, 0);
  edit->reject(edit, 0, view("code"), view("reason"), {});
  edit->drop(edit, 0);
  EXPECT_EQ(log.dropped(), 1U);
  EXPECT_TRUE(log.rejects().empty());
}

TEST_F(EditLogTest, NoticesAnEditOfAMessageThatIsNotThere) {
  edit->drop(edit, 5);
  EXPECT_EQ(log.misuse(), "message 5 of 5 was dropped");
}

TEST_F(EditLogTest, ForgetsEverythingForTheNextTry) {
  edit->drop(edit, 0);
  edit->reject(edit, 1, view("code"), view("reason"), {});
  log.begin(given);
  EXPECT_EQ(values(), "abcde");
  EXPECT_TRUE(log.rejects().empty());
}

}  // namespace
}  // namespace weir
