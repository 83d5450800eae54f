// Poco's libraries are not built for the thread sanitizer, so it does not see that the count of a
// socket's owners orders its last use on one thread before its end on another: the accepting thread
// may be the last to let go of a socket.
extern "C" const char* __tsan_default_suppressions();

const char* __tsan_default_suppressions() {
  return "race:Poco::Net::SocketImpl::close\n"
         "race:Poco::Net::TCPServer::run\n";
}
