// Where a step of the pipeline keeps the positions: the source claims each lane.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::uint64_t mark_of(const std::string& value) { return std::hash<std::string>{}(value); }

/// One partition with the numbers from 0 to 9.
class KafkaSourceClaims : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster.create_topic("orders", 1);
    cluster.write_numbers("orders", 0, 10);
  }
  bool stops(Reader& reader) {
    return reader.until([&] { return reader.status == WEIR_FAILED; });
  }

  TestCluster cluster;
};

TEST_F(KafkaSourceClaims, GoesOnAtTheKeptPositionWhateverTheGroupHasCommitted) {
  cluster.commit("g", "orders", 0, 9);
  Reader reader(config(cluster));
  reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{4, 3, mark_of("3")}; });
  ASSERT_TRUE(reader.read(6)) << reader.last_error;
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(6, 4));
  EXPECT_EQ(reader.slices.front().first, 4);
  EXPECT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 4; }))
      << "for the tools that show the lag";
}

TEST_F(KafkaSourceClaims, EmitsAnEmptyBatchFirstWhereStartHasDecided) {
  Reader reader(config(cluster, R"(,"start":"latest")"));
  reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{}; });
  ASSERT_TRUE(reader.until([&] { return !reader.slices.empty(); })) << reader.last_error;
  EXPECT_THAT(reader.slices.front().messages, IsEmpty());
  EXPECT_EQ(reader.slices.front().first, 10);
  EXPECT_EQ(reader.slices.front().commit_to, 10);
  cluster.write_numbers("orders", 0, 2, 10);
  ASSERT_TRUE(reader.read(2));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(2, 10));
}

TEST_F(KafkaSourceClaims, AnEmptyStoreDoesNotSkipToTheCommittedOffset) {
  cluster.commit("g", "orders", 0, 9);
  Reader reader(config(cluster));
  reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{}; });
  ASSERT_TRUE(reader.read(10));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(10));
}

/// librdkafka 2.0 asks for both ends at once, and shows one of them as both where the other fails.
TEST_F(KafkaSourceClaims, ABrokerThatCannotTellAnEndIsAskedAgain) {
  constexpr std::int16_t list_offsets = 2;
  for (int i = 0; i < 5; ++i) {
    Reader reader(config(cluster));
    reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{}; });
    rd_kafka_mock_push_request_errors(
        &cluster.mock(), list_offsets, 3, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    ASSERT_TRUE(reader.read(10)) << reader.last_error;
    EXPECT_EQ(reader.slices.front().first, 0);
    EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(10));
  }
}

TEST_F(KafkaSourceClaims, TheCommittedOffsetCountsWhereStartSaysSo) {
  cluster.commit("g", "orders", 0, 7);
  Reader reader(config(cluster, R"(,"start":"committed")"));
  reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{}; });
  ASSERT_TRUE(reader.read(3));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(3, 7));
}

TEST_F(KafkaSourceClaims, StopsWhereThePositionHoldsAnotherMessage) {
  Reader reader(config(cluster));
  reader.bench.on_claim([](std::uint64_t, std::string_view) {
    return Claim{4, 3, mark_of("another")};
  });
  ASSERT_TRUE(stops(reader));
  EXPECT_THAT(reader.last_error, HasSubstr("orders/0 is to go on at position 4"));
  EXPECT_THAT(reader.last_error, HasSubstr("the topic was made anew"));
  EXPECT_EQ(reader.count(), 0U);
}

TEST_F(KafkaSourceClaims, StopsWhereThePartitionEndsBeforeThePosition) {
  Reader reader(config(cluster));
  reader.bench.on_claim([](std::uint64_t, std::string_view) {
    return Claim{40, 39, mark_of("39")};
  });
  ASSERT_TRUE(stops(reader));
  EXPECT_THAT(reader.last_error, HasSubstr("orders/0 holds positions 0 to 10"));
  EXPECT_THAT(reader.last_error, HasSubstr("is to go on at 40: the topic was made anew"));
  EXPECT_THAT(reader.last_error, HasSubstr("how a lane is begun anew"));
}

TEST_F(KafkaSourceClaims, GoesOnAtTheEndOfThePartition) {
  Reader reader(config(cluster));
  reader.bench.on_claim([](std::uint64_t, std::string_view) { return Claim{10, 9, mark_of("9")}; });
  ASSERT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 10; }));
  cluster.write_numbers("orders", 0, 1, 10);
  ASSERT_TRUE(reader.read(1));
  EXPECT_EQ(reader.slices.front().first, 10);
}

TEST_F(KafkaSourceClaims, AsksAgainWhileALaneCannotBeClaimed) {
  Reader reader(config(cluster));
  int asked = 0;
  reader.bench.on_claim([&](std::uint64_t, std::string_view) -> Claim {
    if (++asked < 3) throw Retry("the database is away");
    return {8, -1, 0};
  });
  ASSERT_TRUE(reader.read(2));
  EXPECT_EQ(asked, 3);
  EXPECT_THAT(reader.last_error, HasSubstr("the database is away"));
}

TEST_F(KafkaSourceClaims, ALaneThatWasFencedIsClaimedAnewUnderAnotherNumber) {
  Reader reader(config(cluster));
  std::vector<std::uint64_t> claimed;
  reader.bench.on_claim([&](std::uint64_t lane, std::string_view) {
    claimed.push_back(lane);
    return claimed.size() == 1 ? Claim{0, -1, 0} : Claim{5, 4, mark_of("4")};
  });
  ASSERT_TRUE(reader.read(10));
  const std::string origin = reader.slices.front().origin;
  reader.bench.lost(claimed.front(), origin);
  ASSERT_TRUE(reader.read(15)) << reader.last_error;
  ASSERT_EQ(claimed.size(), 2U);
  EXPECT_NE(claimed[0], claimed[1]);
  EXPECT_EQ(reader.slices.back().lane, claimed[1]);
  const auto all = values(reader.by_origin["orders/0"]);
  EXPECT_EQ(std::vector(all.begin() + 10, all.end()), numbers(5, 5));
  EXPECT_THAT(reader.bench.log(), Contains(HasSubstr("joins group \"g\" again")));
}

}  // namespace
}  // namespace weir::kafka_source
