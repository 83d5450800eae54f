// A connection is another thread's as soon as epoll_ctl() has told the kernel to wait for it, and may
// be closed before that call returns: to the thread sanitizer this looks like a race for the
// descriptor.
extern "C" const char* __tsan_default_suppressions();

const char* __tsan_default_suppressions() { return "race:Poco::Net::SocketImpl::close\n"; }
