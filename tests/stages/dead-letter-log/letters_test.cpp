// weir.letters/1: what was kept is listed, by a stage that was never started, while another one
// writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>
#include <weir/testing/books.hpp>

#include "dead_letter_log.hpp"

namespace weir::dead_letter_log {
namespace {

namespace fs = std::filesystem;
namespace books = weir::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using weir::testing::Bench;
using weir::testing::Input;

class Letters : public ::testing::Test {
 protected:
  Letters() { fs::create_directories(folder); }
  ~Letters() override { fs::remove_all(folder); }

  /// Writes letters with the positions from `first` on, one batch each.
  void write(int count, int first = 0) {
    writer.next_position = first;
    for (int i = first; i < first + count; ++i)
      ASSERT_TRUE(writer.process({Input("value " + std::to_string(i))}).ok());
  }
  std::vector<std::int64_t> positions(Order order, std::uint64_t& place, std::size_t most = 1'000) {
    std::vector<std::int64_t> all;
    for (const auto& letter : books::letters(reader, order, place, most))
      all.push_back(letter.position);
    return all;
  }
  std::vector<std::int64_t> positions(Order order) {
    std::uint64_t place = 0;
    auto all = positions(order, place);
    EXPECT_EQ(place, 0U) << "all are listed in one call";
    return all;
  }
  static std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> all;
    for (std::int64_t i = from; from < to ? i <= to : i >= to; from < to ? ++i : --i)
      all.push_back(i);
    return all;
  }

  static constexpr const char* small_files = R"({"path":"letters.jsonl","rotate":"1KiB"})";
  const fs::path folder = fs::path(::testing::TempDir()) /
                          ("letters-list-" + std::to_string(::getpid()) + '-' +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const fs::path path = folder / "letters.jsonl";
  Bench<DeadLetterLog> writer{small_files, folder};
  Bench<DeadLetterLog> reader{small_files, folder};
};

TEST_F(Letters, AreListedWithAllThatIsKnownOfThem) {
  writer.origin = "c/orders/3";
  writer.next_position = 40;
  ASSERT_TRUE(writer
                  .process({Input("bad\xFF", "k",
                                  {{"trace", "1"},
                                   {"weir-stage", "check"},
                                   {"weir-code", "json"},
                                   {"weir-reason", "no JSON"},
                                   {"weir-pointer", "/a"}})})
                  .ok());
  std::uint64_t place = 0;
  const auto all = books::letters(reader, Order::oldest_first, place);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].origin, "c/orders/3");
  EXPECT_EQ(all[0].position, 40);
  EXPECT_EQ(all[0].stage, "check");
  EXPECT_EQ(all[0].code, "json");
  EXPECT_EQ(all[0].reason, "no JSON");
  EXPECT_EQ(all[0].pointer, "/a");
  EXPECT_EQ(all[0].key, "k");
  EXPECT_EQ(all[0].value, "bad\xFF");
  ASSERT_THAT(all[0].headers, SizeIs(1));
  EXPECT_EQ(all[0].headers[0].first, "trace");
  EXPECT_GT(all[0].written_us, 0);
  EXPECT_NE(all[0].place, 0U);
}

TEST_F(Letters, AreListedInEitherOrderAcrossFullFiles) {
  write(20);
  ASSERT_TRUE(fs::exists(folder / "letters.jsonl.000003")) << "or this tests less than it says";
  EXPECT_EQ(positions(Order::oldest_first), numbers(0, 19));
  EXPECT_EQ(positions(Order::newest_first), numbers(19, 0));
}

TEST_F(Letters, AreListedPageByPage) {
  write(20);
  for (const Order order : {Order::oldest_first, Order::newest_first}) {
    std::vector<std::int64_t> all;
    std::uint64_t place = 0;
    do {
      const auto page = positions(order, place, 3);
      all.insert(all.end(), page.begin(), page.end());
    } while (place != 0);
    EXPECT_EQ(all, order == Order::oldest_first ? numbers(0, 19) : numbers(19, 0));
  }
}

TEST_F(Letters, APlaceStaysTheSameWhenTheFileIsRenamed) {
  write(1);
  std::uint64_t place = 0;
  EXPECT_THAT(positions(Order::oldest_first, place, 1), ElementsAre(0));
  write(10, 1);
  ASSERT_TRUE(fs::exists(folder / "letters.jsonl.000001"));
  EXPECT_EQ(positions(Order::oldest_first, place), numbers(1, 10));
}

TEST_F(Letters, ThatWereRemovedWithTheirFileAreLeftOut) {
  write(20);
  std::uint64_t place = 0;
  EXPECT_THAT(positions(Order::oldest_first, place, 1), ElementsAre(0));
  fs::remove(folder / "letters.jsonl.000001");
  const auto rest = positions(Order::oldest_first, place);
  ASSERT_THAT(rest, ::testing::Not(IsEmpty()));
  EXPECT_GT(rest.front(), 1);
  EXPECT_EQ(rest.back(), 19);
}

TEST_F(Letters, ACopyWithItsDateIsNoneOfTheFiles) {
  write(20);
  const auto numbered = [&](const std::string& number) {
    return folder / ("letters.jsonl." + number);
  };
  fs::copy_file(numbered("000001"), numbered("20251126"));
  fs::copy_file(numbered("000001"), numbered("0000001"));
  EXPECT_EQ(positions(Order::newest_first), numbers(19, 0));
  write(20, 20);
  EXPECT_FALSE(fs::exists(numbered("20251127")));
  EXPECT_EQ(positions(Order::oldest_first), numbers(0, 39));
}

TEST_F(Letters, OneThatIsBeingWrittenIsLeftOut) {
  write(2);
  std::ofstream(path, std::ios::app | std::ios::binary) << R"({"origin":"o","position":9)";
  EXPECT_THAT(positions(Order::oldest_first), ElementsAre(0, 1));
  EXPECT_THAT(positions(Order::newest_first), ElementsAre(1, 0));
}

TEST_F(Letters, ALineThatIsNoLetterIsLeftOutAndToldOf) {
  write(1);
  writer.stop();  // it would cut what it has not written
  std::ofstream(path, std::ios::app | std::ios::binary) << "{\"half\":\n";
  write(1, 1);
  EXPECT_THAT(positions(Order::oldest_first), ElementsAre(0, 1));
  ASSERT_THAT(reader.log(), SizeIs(1));
  EXPECT_THAT(reader.log()[0], HasSubstr("is not a letter"));
}

TEST_F(Letters, ManyLinesThatAreNoLettersDoNotFloodTheLog) {
  std::ofstream odd(path, std::ios::binary);
  for (int i = 0; i < 1'000; ++i) odd << "no letter\n";
  odd.close();
  EXPECT_THAT(positions(Order::newest_first), IsEmpty());
  ASSERT_THAT(reader.log(), SizeIs(11));
  EXPECT_THAT(reader.log().back(), HasSubstr("990 more lines"));
}

TEST_F(Letters, EachIsTheOldestBehindTheNumberBeforeItsPlace) {
  write(20);
  std::uint64_t place = 0;
  const auto all = books::letters(reader, Order::oldest_first, place);
  ASSERT_THAT(all, SizeIs(20));
  for (const auto& letter : all) {
    std::uint64_t before = letter.place - 1;
    const auto found = books::letters(reader, Order::oldest_first, before, 1);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].place, letter.place);
    EXPECT_EQ(found[0].position, letter.position);
  }
  fs::remove(folder / "letters.jsonl.000001");
  std::uint64_t gone = all.front().place - 1;
  const auto left = books::letters(reader, Order::oldest_first, gone, 1);
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_GT(left[0].place, all.front().place);
}

TEST_F(Letters, AnyNumberMayBeListedBehind) {
  write(20);
  std::uint64_t end = 0;
  const auto all = books::letters(reader, Order::oldest_first, end);
  const std::uint64_t some = all[9].place;
  for (const Order order : {Order::oldest_first, Order::newest_first}) {
    for (const std::uint64_t number :
         {std::uint64_t{1}, some - 2, some - 1, some + 1, some + 40, some + 100'000,
          std::uint64_t{1} << 39U, std::uint64_t{7} << 40U, ~std::uint64_t{0}}) {
      std::vector<std::int64_t> expected;
      for (const auto& letter : all) {
        if (order == Order::oldest_first ? letter.place > number : letter.place < number)
          expected.push_back(letter.position);
      }
      if (order == Order::newest_first) std::ranges::reverse(expected);
      std::uint64_t place = number;
      EXPECT_EQ(positions(order, place), expected) << number;
    }
  }
  EXPECT_THAT(reader.log(), IsEmpty()) << "no line was cut";
}

TEST_F(Letters, ThereAreNoneBeforeTheFirstOne) {
  EXPECT_THAT(positions(Order::oldest_first), IsEmpty());
  EXPECT_THAT(positions(Order::newest_first), IsEmpty());
  Bench<DeadLetterLog> elsewhere(R"({"path":"no/such/folder/letters.jsonl"})", folder);
  std::uint64_t place = 0;
  EXPECT_THAT(books::letters(elsewhere, Order::newest_first, place), IsEmpty());
  EXPECT_FALSE(fs::exists(folder / "no")) << "listing makes nothing";
}

TEST_F(Letters, AreReadWithoutALockWhileTheWriterHoldsOne) {
  write(1);
  Bench<DeadLetterLog> rival(small_files, folder);
  EXPECT_THROW(rival.start(), Retry) << "the writer holds its file";
  EXPECT_THAT(positions(Order::oldest_first), ElementsAre(0));
  write(1, 1);
  EXPECT_THAT(positions(Order::oldest_first), ElementsAre(0, 1));
}

TEST_F(Letters, LongerThanABlockAreReadInEitherOrder) {
  const std::string large(300'000, 'x');
  for (int i = 0; i < 3; ++i) {
    writer.next_position = i;
    ASSERT_TRUE(writer.process({large, "small"}).ok());
  }
  EXPECT_THAT(positions(Order::oldest_first), ElementsAre(0, 1, 1, 2, 2, 3));
  EXPECT_THAT(positions(Order::newest_first), ElementsAre(3, 2, 2, 1, 1, 0));
}

TEST_F(Letters, ALongListingComesBackAndGoesOn) {
  write(3);
  auto now = std::chrono::steady_clock::time_point{};
  const weir_host nobody{sizeof(weir_host), view("p"), view("s"),
                         [](const weir_host*, weir_level, weir_view) {}, nullptr};
  const LetterArchive slow(LetterPaths(path), Host(nobody),
                           [&] { return now += std::chrono::seconds(3); });
  std::vector<std::int64_t> seen;
  const auto note = [](void* context, const weir_letter* letter) {
    static_cast<std::vector<std::int64_t>*>(context)->push_back(letter->message.position);
    return true;
  };
  std::uint64_t place = slow.list(Order::oldest_first, 0, VisitLetter(note, &seen));
  EXPECT_NE(place, 0U);
  EXPECT_LT(seen.size(), 3U);
  while (place != 0) place = slow.list(Order::oldest_first, place, VisitLetter(note, &seen));
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace weir::dead_letter_log
