#include "engine/web/open_connections.hpp"

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <algorithm>
#include <cstring>

namespace weir::web {
namespace {

using Clock = std::chrono::steady_clock;

using std::chrono::microseconds;

/// A standing since `ago`; of two of one standing, the older one is smaller.
std::uint64_t stamp(Standing standing, microseconds ago = {}) {
  const auto since =
      std::chrono::duration_cast<microseconds>(Clock::now().time_since_epoch()) - ago;
  return static_cast<std::uint64_t>(since.count()) << 8 | static_cast<std::uint64_t>(standing);
}

Standing standing_of(std::uint64_t stamp) { return static_cast<Standing>(stamp & 0xFF); }

/// Whom a connection is counted for: an IPv4 address, or the 64 bits of an IPv6 one that name the
/// network, because a client has all the others to itself.
std::string peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    return {reinterpret_cast<const char*>(&v4), sizeof v4};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  const char* bytes = reinterpret_cast<const char*>(&v6);
  return IN6_IS_ADDR_V4MAPPED(&v6) ? std::string(bytes + 12, 4) : std::string(bytes, 8);
}

/// One that has sent nothing yet owes a head, like one that has sent a part of it.
bool is(Standing standing, Standing kind) {
  return standing == kind || (standing == Standing::fresh && kind == Standing::sending);
}

/// What waits in the kernel will be read at once: its sender is not slow, its thread has not run.
bool has_unread(int socket) {
  int bytes = 0;
  return ::ioctl(socket, FIONREAD, &bytes) == 0 && bytes > 0;
}

}  // namespace

OpenConnections::Place::Place(OpenConnections& list, int socket) : list_(list) {
  std::string peer = peer_of(socket);
  const std::lock_guard lock(list_.mutex_);
  slot_ = &list_.free_slot();
  slot_->socket = socket;
  slot_->address = &list_.addresses_[peer];
  slot_->peer = std::move(peer);
  slot_->address->connections += 1;
  slot_->stamp.store(stamp(Standing::fresh), std::memory_order_relaxed);
  list_.size_.fetch_add(1, std::memory_order_relaxed);
  number_ = list_.count_++;
  for (const Standing slow : {Standing::sending, Standing::reading})
    list_.limit_address(*slot_, slow);
  admitted_ = list_.make_room(*slot_);
}

OpenConnections::Place::~Place() {
  const std::lock_guard lock(list_.mutex_);
  list_.leave(*slot_);
}

bool OpenConnections::Place::becomes(Standing standing) {
  std::uint64_t before = slot_->stamp.load(std::memory_order_relaxed);
  if (standing_of(before) == Standing::shed) return false;
  if (standing == Standing::sending && standing_of(before) == standing) return true;
  // Nobody else writes to it, but who sheds it.
  if (!slot_->stamp.compare_exchange_strong(before, stamp(standing), std::memory_order_acq_rel))
    return false;
  const bool slow = standing == Standing::sending || standing == Standing::reading;
  if (slow && standing_of(before) != standing) {
    const std::lock_guard lock(list_.mutex_);
    list_.limit_address(*slot_, standing);
  }
  return true;
}

void OpenConnections::end(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  ending_.store(true, std::memory_order_relaxed);
  const auto shut = [this](int how) {
    for (const Slot& slot : slots_)
      if (slot.socket >= 0) ::shutdown(slot.socket, how);
  };
  shut(SHUT_RD);
  const auto all_left = [this] { return size() == 0; };
  left_.wait_for(lock, grace, all_left);
  shut(SHUT_RDWR);
  left_.wait(lock, all_left);
}

void OpenConnections::close_idle() {
  const std::uint64_t latest = stamp(Standing::shed, limits_.idle);
  const std::lock_guard lock(mutex_);
  for (Slot& slot : slots_) {
    if (slot.socket < 0) continue;
    const std::uint64_t since = slot.stamp.load(std::memory_order_relaxed);
    const Standing standing = standing_of(since);
    if ((standing == Standing::idle || standing == Standing::fresh) && since <= latest)
      shut({since, &slot});
  }
}

OpenConnections::Slot& OpenConnections::free_slot() {
  const auto free =
      std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.socket < 0; });
  return free == slots_.end() ? slots_.emplace_back() : *free;
}

void OpenConnections::leave(Slot& slot) {
  if (standing_of(slot.stamp.load(std::memory_order_relaxed)) == Standing::shed) leaving_ -= 1;
  slot.socket = -1;
  slot.address->connections -= 1;
  if (slot.address->connections == 0) addresses_.erase(slot.peer);
  slot.address = nullptr;
  size_.fetch_sub(1, std::memory_order_relaxed);
  left_.notify_all();
}

/// False: all places are taken by connections that nobody may be closed for.
bool OpenConnections::make_room(const Slot& newcomer) {
  const auto over = [this] {
    const std::size_t staying = size() - leaving_;
    return staying - std::min(staying, static_cast<std::size_t>(limits_.connections));
  };
  for (const Standing standing : {Standing::idle, Standing::sending, Standing::reading})
    if (over() > 0) shed_first(waiting(standing, nullptr, newcomer, {}), over());
  return over() == 0;
}

/// Closes those of the newcomer's address that are slow beyond the number that it may have.
void OpenConnections::limit_address(const Slot& newcomer, Standing standing) {
  const auto most = static_cast<std::size_t>(limits_.slow_per_address);
  if (newcomer.address->connections <= limits_.slow_per_address) return;
  const auto slow = waiting(standing, newcomer.address, newcomer, limits_.prompt);
  if (slow.size() > most) shed_first(slow, slow.size() - most);
}

/// Those of the address, or of any, that have stood so for this time at least, longest first.
std::vector<OpenConnections::Waiting> OpenConnections::waiting(Standing standing,
                                                               const Address* address,
                                                               const Slot& newcomer,
                                                               microseconds time) {
  const std::uint64_t latest = stamp(standing, time);
  std::vector<Waiting> found;
  for (Slot& slot : slots_) {
    if (slot.socket < 0 || &slot == &newcomer || (address && slot.address != address)) continue;
    const std::uint64_t since = slot.stamp.load(std::memory_order_relaxed);
    if (is(standing_of(since), standing) && since <= latest) found.push_back({since, &slot});
  }
  std::sort(found.begin(), found.end(),
            [](const Waiting& one, const Waiting& other) { return one.since < other.since; });
  return found;
}

void OpenConnections::shed_first(const std::vector<Waiting>& waiting, std::size_t count) {
  for (const Waiting& one : waiting) {
    if (count == 0) return;
    if (!shut(one)) continue;
    shed_.fetch_add(1, std::memory_order_relaxed);
    --count;
  }
}

/// False: it has done something meanwhile, and stays.
bool OpenConnections::shut(Waiting one) {
  if (standing_of(one.since) != Standing::reading && has_unread(one.slot->socket)) return false;
  if (!one.slot->stamp.compare_exchange_strong(one.since, stamp(Standing::shed),
                                               std::memory_order_acq_rel))
    return false;
  ::shutdown(one.slot->socket, SHUT_RDWR);
  leaving_ += 1;
  return true;
}

}  // namespace weir::web
