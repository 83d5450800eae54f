#pragma once

#include "process.hpp"
#include "store.hpp"

#include <weir/abi.h>
#include <weir/ext/positions.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::simulation {

/// The worker of a sink: one transaction for a batch, and what becomes of a doubtful one is found
/// out from the position. The same moves as those of a real one.
class SinkWorker {
 public:
  explicit SinkWorker(Process& process) : process_(process) {}

 protected:
  void store(const weir_batch& batch, weir_edit& edit, std::optional<std::int64_t> epoch);

 private:
  void connect();
  void give_up();
  void roll_back();
  void transact(const weir_batch& batch, weir_edit& edit, std::optional<std::int64_t> epoch);
  bool moved(const weir_batch& batch, std::int64_t epoch);
  void reject(const weir_batch& batch, weir_edit& edit, std::size_t index);

  Process& process_;
  std::unique_ptr<Store::Session> session_;
  Store::Session::Key abandoned_;
  std::set<std::size_t> refused_;  // by the store, in an earlier try with this batch
  std::pair<std::uint64_t, std::int64_t> refused_of_;  // its lane and begin
  std::vector<std::int64_t> rejects_;
};

/// A sink that keeps the lanes' positions in the transactions of its rows.
class KeepingSink {
 public:
  static constexpr const char* id = "simulated-keeping-sink";

  KeepingSink(Process& process, const weir_host&) : process_(process) {}

  void start();
  void stop() {}
  weir_claim claim(std::uint64_t lane, const std::string& origin);
  void lost(std::uint64_t lane) { epochs_.erase(lane); }

  class Worker : public SinkWorker {
   public:
    explicit Worker(KeepingSink& sink) : SinkWorker(sink.process_), sink_(sink) {}
    void process(const weir_batch& batch, weir_edit& edit);

   private:
    KeepingSink& sink_;
  };

 private:
  Process& process_;
  std::map<std::uint64_t, std::int64_t> epochs_;
};

/// A sink that keeps no positions: what it has stored comes again after a crash.
class PlainSink {
 public:
  static constexpr const char* id = "simulated-plain-sink";

  PlainSink(Process& process, const weir_host&) : process_(process) {}

  void start() { process_.spend(std::chrono::milliseconds(5)); }
  void stop() {}

  class Worker : public SinkWorker {
   public:
    explicit Worker(PlainSink& sink) : SinkWorker(sink.process_) {}
    void process(const weir_batch& batch, weir_edit& edit) { store(batch, edit, std::nullopt); }
  };

 private:
  Process& process_;
};

}  // namespace weir::simulation
